"""Routes of a running meeting: each names its act, and the table of rights answers for it before the handler does."""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.openapi import Operation
from linyue.base.routing import SMALL_BODY, ActionRoute, ScopeLoader, actor_of, post
from linyue.meetings.model import Meeting
from linyue.meetings.rules_rights import RIGHTS, Act
from linyue.meetings.service_rights import stop_act

Handler = Callable[[Request], Awaitable[Response]]
MeetingOf = Callable[[Request], Awaitable[Meeting]]


def acting(
    path: str,
    handler: Handler,
    *,
    act: Act,
    meeting: MeetingOf | None = None,
    scope: ScopeLoader | None = None,
    max_body: int = SMALL_BODY,
    api: Operation | None = None,
) -> BaseRoute:
    """A form for one act; the policy's action is the table's.

    `meeting`: what the table is asked about before the handler; None: the handler or its service asks, because a
    refusal must not lose what was typed, or because the roll is asked in the act's own transaction.
    """

    @wraps(handler)
    async def asked(request: Request) -> Response:
        if meeting is not None:
            await stop_act(actor_of(request), act, await meeting(request))
        return await handler(request)

    route = post(path, asked, action=RIGHTS[act].action, scope=scope, max_body=max_body, api=api)
    assert isinstance(route, ActionRoute)
    route.act = act.value
    return route
