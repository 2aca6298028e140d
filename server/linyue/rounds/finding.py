"""What the pages of a room look up first: the meeting of a code, its state in words, a group in it."""

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import FormModel
from linyue.base.pages import redirect
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, client_address
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_rights import acts_open, phase_of
from linyue.meetings.service import scope_of
from linyue.meetings.service_codes import find_by_code
from linyue.meetings.service_rights import parts_of
from linyue.rounds.pages import RoomView, room_view
from linyue.rounds.service_state import room_shown
from linyue.rounds.service_walls import Data


class EnterForm(FormModel):
    """The version of the rules of order that was shown at the way in."""

    accepted: str = Field(default="", max_length=16)


async def find_room(request: Request) -> Meeting:
    """The meeting of the code in the address, with its place. Wrong codes are counted; no such code: NotFound."""
    try:
        return await find_by_code(request.path_params["code"], actor_of(request).person_id, client_address(request))
    except Refused as refusal:
        if refusal.reason.name == "NO_SUCH_CODE":
            raise NotFound() from refusal
        raise


async def find_meeting(request: Request) -> Meeting:
    """The meeting of the address, with its place. Raises NotFound."""
    found = await Meeting.get_or_none(public_id=request.path_params["public_id"]).select_related("place")
    if found is None or found.state is MeetingState.DRAFT:
        raise NotFound()
    return found


async def view_of(request: Request, meeting: Meeting) -> RoomView:
    """The room in the reader's language."""
    return room_view(meeting, await room_shown(meeting.id), request.state.prefs.lang)


async def acts_of(request: Request, meeting: Meeting, room: RoomView, *, is_on_roll: bool) -> frozenset[str]:
    """What the table of rights opens now to whoever asks."""
    actor = actor_of(request)
    scope = await scope_of(meeting) if actor.is_signed_in else Scope()  # who is only looking in holds nothing
    phase = phase_of(meeting.state, Link(room.link) if room.link else None)
    return acts_open(phase, parts_of(actor, scope, is_on_roll))


def to_room(meeting: Meeting, flash: str = "") -> Response:
    """Back to the room, with a line that says what was done."""
    return redirect(f"/live/{meeting.join_code}", flash=flash)


def group_of(room: RoomView, request: Request) -> Data:
    """The group of the address. Raises NotFound."""
    wanted = request.path_params["group_id"]
    found = next((one for one in room.groups if one["group"] == wanted), None)
    if found is None:
        raise NotFound()
    return found
