"""The door of the hall, by the code that hangs there: whoever scans it and says so is in the hall, not online."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.forms import read_form
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, page
from linyue.meetings import service_floor
from linyue.meetings.acting import acting
from linyue.meetings.model import Attendance, Meeting
from linyue.meetings.rules import Channel, Mode
from linyue.meetings.rules_rights import Act
from linyue.rounds.finding import EnterForm, find_room, to_room, view_of
from linyue.rounds.pages import DoorPage
from linyue.rounds.service_walls import Data
from linyue.rounds.service_you import your_state


async def door_page(request: Request) -> Response:
    """I am in the hall: asked once, because looking at an address changes nothing."""
    meeting = await find_room(request)
    if meeting.mode is Mode.ONLINE:
        return redirect(f"/live/{meeting.join_code}")
    person_id = actor_of(request).person_id
    _, you = await your_state(meeting.id, person_id)
    step = await _step(meeting, person_id, you)
    return render(request, "rounds/door.html", DoorPage(await view_of(request, meeting), step))


async def _step(meeting: Meeting, person_id: int | None, you: Data) -> str:
    if not you["is_signed_in"]:
        return "sign_in"
    if not you["is_on_roll"]:
        return "watch"
    in_hall = Attendance.filter(meeting_id=meeting.id, person_id=person_id, channel=Channel.HALL)
    return "here" if you["has_accepted"] and await in_hall.exists() else "enter"


async def enter(request: Request) -> Response:
    """Noted as being in the hall, also for whoever was online until now."""
    meeting, form = await find_room(request), await read_form(request, EnterForm)
    accepted = form.value.accepted if form.value else ""
    channel = None if meeting.mode is Mode.ONLINE else Channel.HALL
    await service_floor.enter(actor_of(request), meeting.id, accepted, channel)
    return to_room(meeting, "rounds-flash-in-hall")


_DOOR = "/live/{code}/door"
ROUTES: list[BaseRoute] = [
    page(_DOOR, door_page, action="rounds.watch"),
    acting(_DOOR, enter, act=Act.ENTER),
]
