"""Routes of councils: each form names its act, and the table of rights answers for it before the handler does."""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from linyue.base.routing import ActionRoute, Handler, ScopeLoader, actor_of, post
from linyue.councils.rules_rights import RIGHTS, Act, Phase
from linyue.councils.service_rights import stop_act, stop_part

PhaseLoader = Callable[[Request], Awaitable[Phase]]


def acting(
    path: str, handler: Handler, *, act: Act, scope: ScopeLoader | None = None, phase: PhaseLoader | None = None
) -> ActionRoute:
    """A form for one act; the policy's action is the table's.

    `phase`: what the table is asked about before the handler; None: the act's service asks, in its own transaction.
    """

    @wraps(handler)
    async def asked(request: Request) -> Response:
        stop_part(act, actor_of(request), await scope(request) if scope is not None else None)
        if phase is not None:
            stop_act(act, await phase(request))
        return await handler(request)

    route = post(path, asked, action=RIGHTS[act].action, scope=scope)
    assert isinstance(route, ActionRoute)
    route.act = act.value
    return route
