"""Who chairs, records, counts and watches; and the roll at the door, to be ticked."""

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound, Refused
from linyue.base.forms import PEOPLE_SHOWN, FormModel, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope
from linyue.base.routing import actor_of, page
from linyue.meetings import service, service_door, service_guests, service_room
from linyue.meetings.acting import acting
from linyue.meetings.joining import door_address, qr_svg
from linyue.meetings.model import Attendance, Meeting
from linyue.meetings.pages import CheckInPage, DoorSheetPage, place_name
from linyue.meetings.pages_compose import compose_of
from linyue.meetings.rules import MeetingState, Mode
from linyue.meetings.rules_plan import Office
from linyue.meetings.rules_rights import Act
from linyue.meetings.service_roll import called_to
from linyue.people.model import Person


class OfficeForm(FormModel):
    """Who does what."""

    person: str = Field(max_length=24)
    office: Office


class DoorForm(FormModel):
    """Whoever came in: one by a button of their own, or all who are ticked."""

    person: list[str] = Field(default=[], max_length=400)


class NoForm(FormModel):
    """A button."""


async def find_meeting(request: Request) -> Meeting:
    """The meeting of the address, with its place. Raises NotFound."""
    found = await Meeting.get_or_none(public_id=request.path_params["public_id"]).select_related("place")
    if found is None:
        raise NotFound()
    return found


async def meeting_scope(request: Request) -> Scope:
    """What the policy asks about the meeting of the address."""
    return await service.scope_of(await find_meeting(request))


async def offices_page(request: Request) -> Response:
    """Who chairs, records, counts and watches, until the meeting is over."""
    meeting = await find_meeting(request)
    shown = await compose_of(meeting, actor_of(request), None, request.query_params.get("who", ""))
    return render(request, "meetings/offices.html", shown)


async def give_office(request: Request) -> Response:
    """Name somebody chair, recorder, teller or witness."""
    meeting, form = await find_meeting(request), await read_form(request, OfficeForm)
    if form.value is not None:
        await service.give_office(actor_of(request), meeting.id, form.value.person, form.value.office)
    return _after_office(meeting)


def _after_office(meeting: Meeting) -> Response:
    where = "compose" if meeting.state is MeetingState.DRAFT else "offices"
    return redirect(f"/meetings/{meeting.public_id}/{where}", flash="meetings-flash-saved")


async def take_office(request: Request) -> Response:
    """Take an office from somebody."""
    meeting, form = await find_meeting(request), await read_form(request, OfficeForm)
    if form.value is not None:
        await service.take_office(actor_of(request), meeting.id, form.value.person, form.value.office)
    return _after_office(meeting)


class OneForm(FormModel):
    """One person at the door."""

    person: str = Field(max_length=24)


async def door_page(request: Request) -> Response:
    """The roll at the door, searched by name, to be ticked."""
    return await _door(request)


async def _door(request: Request, refused: str = "") -> Response:
    meeting = await find_meeting(request)
    query = request.query_params.get("q", "").strip()[:40]
    roll = await called_to(meeting)
    here = {row.person_id: row.channel.value for row in await Attendance.filter(meeting_id=meeting.id)}
    matching = [one for one in roll if query in one.label]
    found = matching[:PEOPLE_SHOWN]
    names = {person.id: person.public_id for person in await Person.filter(id__in=[one.person_id for one in found])}
    guests = await service_guests.guests_of(meeting.id)
    rows = [(names[one.person_id], one.label, one.person_id in here, here.get(one.person_id, "")) for one in found]
    shown = CheckInPage(
        public_id=meeting.public_id,
        title=meeting.title_in(request.state.prefs.lang),
        query=query,
        rows=rows,
        present=len(here),
        entitled=len(roll),
        more=len(matching) - len(found),
        has_door_code=_has_door(meeting),
        others=await service_guests.to_let_in(meeting, query),
        guests=[one.name for one in guests],
        refused=refused,
    )
    return render(request, "meetings/door.html", shown, status=409 if refused else 200)


def _has_door(meeting: Meeting) -> bool:
    is_open = meeting.state in (MeetingState.ANNOUNCED, MeetingState.RUNNING)
    return is_open and meeting.join_code is not None and meeting.mode is not Mode.ONLINE


async def door_sheet(request: Request) -> Response:
    """The code for the door on one sheet of paper: it notes people as being in the hall."""
    meeting, lang = await find_meeting(request), request.state.prefs.lang
    if not _has_door(meeting):
        raise NotFound()
    shown = DoorSheetPage(
        public_id=meeting.public_id,
        title=meeting.title_in(lang),
        place=place_name(meeting, lang),
        starts_at=meeting.starts_at,
        venue=meeting.venue,
        qr=f"/meetings/{meeting.public_id}/door/qr.svg",
    )
    return render(request, "meetings/door_sheet.html", shown)


async def door_qr(request: Request) -> Response:
    """The code itself, as a picture."""
    meeting = await find_meeting(request)
    if not _has_door(meeting):
        raise NotFound()
    return Response(qr_svg(door_address(request, meeting)), media_type="image/svg+xml")


async def door(request: Request) -> Response:
    """Tick somebody, or several at once, as present in the hall."""
    meeting, form = await find_meeting(request), await read_form(request, DoorForm)
    if form.value is not None:
        asked = {one[:24] for one in form.value.person}
        found = await Person.filter(public_id__in=asked)
        if len(found) < len(asked):
            raise NotFound()
        await service_room.check_in_several(actor_of(request), meeting.id, [one.id for one in found])
    return redirect(f"/meetings/{meeting.public_id}/door")


async def untick(request: Request) -> Response:
    """Take a wrong tick back."""
    meeting, form = await find_meeting(request), await read_form(request, OneForm)
    if form.value is not None:
        try:
            await service_door.untick(actor_of(request), meeting.id, (await _person(form.value.person)).id)
        except Refused as refusal:
            return await _door(request, t(request.state.prefs.lang, refusal.reason.value))
    return redirect(f"/meetings/{meeting.public_id}/door")


async def let_in(request: Request) -> Response:
    """Let somebody without a place on the roll sit in."""
    meeting, form = await find_meeting(request), await read_form(request, OneForm)
    if form.value is not None:
        await service_guests.sit_in_for(actor_of(request), meeting.id, (await _person(form.value.person)).id)
    return redirect(f"/meetings/{meeting.public_id}/door", flash="meetings-flash-let-in")


async def _person(public_id: str) -> Person:
    found = await Person.get_or_none(public_id=public_id)
    if found is None:
        raise NotFound()
    return found


_BASE = "/meetings/{public_id}"
ROUTES: list[BaseRoute] = [
    page(f"{_BASE}/offices", offices_page, action="meetings.announce", scope=meeting_scope),
    acting(f"{_BASE}/offices", give_office, act=Act.GIVE_OFFICE, meeting=find_meeting, scope=meeting_scope),
    acting(f"{_BASE}/offices/end", take_office, act=Act.GIVE_OFFICE, meeting=find_meeting, scope=meeting_scope),
    page(f"{_BASE}/door", door_page, action="meetings.check_in_others", scope=meeting_scope),
    page(f"{_BASE}/door/sheet", door_sheet, action="meetings.check_in_others", scope=meeting_scope),
    page(f"{_BASE}/door/qr.svg", door_qr, action="meetings.check_in_others", scope=meeting_scope),
    acting(f"{_BASE}/door", door, act=Act.TICK_ROLL, meeting=find_meeting, scope=meeting_scope),
    acting(f"{_BASE}/door/back", untick, act=Act.TICK_ROLL, meeting=find_meeting, scope=meeting_scope),
    acting(f"{_BASE}/door/sit-in", let_in, act=Act.LET_IN, meeting=find_meeting, scope=meeting_scope),
]
