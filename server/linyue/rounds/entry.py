"""The way in: who posts or speaks accepts the rules of order first, with one button that goes on with what was sent.

A handler wrapped in `taking_part` is only reached by those who have accepted, and by those whom the service turns away
because they are not on the roll. The service asks once more, for frames and for everybody who finds another way.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from linyue.base.forms import CSRF_FIELD, read_fields
from linyue.base.pages import render
from linyue.base.routing import actor_of
from linyue.meetings import service_floor
from linyue.rounds.finding import find_room, view_of
from linyue.rounds.pages import RoomView

Handler = Callable[[Request], Awaitable[Response]]
ACCEPTED = "accepted"
"""In the address, not among the fields: the form behind the button is the one that was sent, unchanged."""


@dataclass(frozen=True, slots=True)
class AcceptPage:
    """The rules, and the form that was sent: where to, its fields in their order."""

    room: RoomView
    action: str
    fields: list[tuple[str, str]]


def taking_part(handler: Handler) -> Handler:
    """Let only those through who have accepted the rules; the others see them, and go on with one button."""

    @wraps(handler)
    async def entered(request: Request) -> Response:
        meeting, actor = await find_room(request), actor_of(request)
        accepted = request.query_params.get(ACCEPTED, "")
        if accepted:
            await service_floor.enter(actor, meeting.id, accepted)
        elif await service_floor.must_accept(actor.person_id, meeting):
            sent, room = await read_fields(request), await view_of(request, meeting)
            fields = [(name, one) for name, values in sent.items() if name != CSRF_FIELD for one in values]
            action = f"{request.url.path}?{ACCEPTED}={room.rules_version}"
            return render(request, "rounds/accept.html", AcceptPage(room, action, fields), status=409)
        return await handler(request)

    return entered
