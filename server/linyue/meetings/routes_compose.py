"""Pages for those who prepare a meeting, made for a phone: begin, compose, announce; and the roll at the door."""

from datetime import date, datetime, time
from typing import Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.clock import SHANGHAI
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.i18n import t
from linyue.base.pages import day_text, redirect, render
from linyue.base.policy import Actor, Scope, allow
from linyue.base.routing import actor_of, page, post
from linyue.base.workdays import day_end, published_calendar
from linyue.meetings import rules, service, service_agenda, service_room
from linyue.meetings.model import AgendaItem, Attendance, Meeting, MeetingOffice
from linyue.meetings.pages import (
    CheckInPage,
    ComposePage,
    NewPage,
    OfficeLine,
    item_lines,
    law_lines,
    picture_of,
    place_name,
)
from linyue.meetings.rules import Channel, MeetingState, Mode
from linyue.meetings.rules_plan import FREE, Link, Office
from linyue.meetings.templates import load_template, sitting_ids
from linyue.people import service as people
from linyue.people.model import Person
from linyue.places.model import Place
from linyue.places.rules import PlaceKind


class DetailsForm(FormModel):
    """What a meeting is called, when and where. Text limits are the rules' business."""

    title: str = Field(max_length=400)
    title_en: str = Field(default="", max_length=160)
    day: date
    time: time
    mode: Mode
    venue: str = Field(default="", max_length=400)

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(self.day, self.time.replace(tzinfo=None), SHANGHAI)


class NewForm(DetailsForm):
    """The same, with the template and the place."""

    template: str = Field(max_length=60)
    place_id: int


class MatterForm(FormModel):
    """A matter by its number."""

    number: str = Field(max_length=16)


class ItemForm(FormModel):
    """An item's minutes, the words of its question and whether it is named or secret."""

    minutes: int = Field(ge=1, le=240)
    question_zh: str = Field(default="", max_length=200)
    question_en: str = Field(default="", max_length=400)
    kind: Literal["", "named", "secret"] = ""


class NewItemForm(FormModel):
    """A report, a hearing of parties or a discussion, behind another item."""

    link: Link
    new_title: str = Field(default="", max_length=400)
    new_title_en: str = Field(default="", max_length=160)
    minutes: int = Field(ge=1, le=240)
    after: int = 0


class MoveForm(FormModel):
    """One place up or down."""

    step: int


class OfficeForm(FormModel):
    """Who does what."""

    person: str = Field(max_length=24)
    office: Office


class PersonForm(FormModel):
    """One person of the roll."""

    person: str = Field(max_length=24)


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


async def new_page(request: Request) -> Response:
    """The form that begins a meeting."""
    return render(request, "meetings/new.html", await _new(request, None))


async def _new(request: Request, form: Form[NewForm] | None) -> NewPage:
    lang, actor = request.state.prefs.lang, actor_of(request)
    plans = [(name, load_template(name)[1]) for name in sitting_ids()]
    asked = request.query_params.get("kind", "")
    notice = plans[0][1].notice
    day = rules.earliest_day(clock.local(clock.now()).date(), notice, published_calendar())
    return NewPage(
        form=form,
        templates=[(name, plan.title.pick(lang), plan.summary.pick(lang)) for name, plan in plans],
        chosen=asked if asked in sitting_ids() else "open-space",
        places=[(place.id, place.name_en if lang == "en" else place.name_zh) for place in await _places(actor)],
        earliest=day.isoformat(),
    )


async def _places(actor: Actor) -> list[Place]:
    """Communities and compounds for which the actor may hold meetings."""
    kinds = [PlaceKind.COMMUNITY, PlaceKind.COMPOUND]
    found: dict[int, Place] = {}
    for grant in actor.grants:
        for place in await Place.filter(path__startswith=grant.place_path, kind__in=kinds).order_by("path").limit(60):
            if allow(actor, "meetings.edit", Scope(place_path=place.path)):
                found[place.id] = place
    return list(found.values())


async def draft(request: Request) -> Response:
    """Begin a meeting and go on to its agenda."""
    form = await read_form(request, NewForm)
    if form.value is not None:
        sent = form.value
        try:
            meeting = await service.draft_meeting(
                actor_of(request),
                place_id=sent.place_id,
                template=sent.template,
                title=sent.title,
                title_en=sent.title_en,
                starts_at=sent.starts_at,
                mode=sent.mode,
                venue=sent.venue,
            )
            return redirect(f"/meetings/{meeting.public_id}/compose", flash="meetings-flash-drafted")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, _at_day(request.state.prefs.lang, refusal))
    return render(request, "meetings/new.html", await _new(request, form), status=422)


def _at_day(lang: str, refusal: Refused) -> Refused:
    """A refusal about the beginning belongs to the day field, and names the first possible day in words."""
    if refusal.field == "starts_at":
        refusal.field = "day"
    if "earliest" in refusal.args_for_text:
        earliest = date.fromisoformat(str(refusal.args_for_text["earliest"]))
        refusal.args_for_text["earliest"] = day_text(lang, earliest)
    return refusal


async def compose_page(request: Request) -> Response:
    """The draft: details, matters, order, words of the questions, offices, and the one button that announces."""
    meeting = await find_meeting(request)
    if meeting.state is not MeetingState.DRAFT:
        return redirect(f"/meetings/{meeting.public_id}")
    return render(request, "meetings/compose.html", await _compose(request, meeting, None))


async def _compose(request: Request, meeting: Meeting, form: Form[DetailsForm] | None) -> ComposePage:
    lang, plan = request.state.prefs.lang, meeting.plan
    offices = await MeetingOffice.filter(meeting_id=meeting.id).order_by("id").select_related("person")
    held = [one.office for one in offices]
    local = clock.local(meeting.starts_at)
    day = rules.earliest_day(clock.local(clock.now()).date(), plan.notice, published_calendar())
    items = await AgendaItem.of(meeting.id).select_related("matter")
    roll = await people.roll_of(meeting.place)
    members = {person.id: person for person in await Person.filter(id__in=[one.person_id for one in roll])}
    return ComposePage(
        public_id=meeting.public_id,
        title=meeting.title,
        title_en=meeting.title_en,
        place=place_name(meeting, lang),
        starts_at=meeting.starts_at,
        day=local.date().isoformat(),
        time=local.strftime("%H:%M"),
        mode=meeting.mode.value,
        venue=meeting.venue,
        minutes=sum(item.minutes for item in items),
        notice_days=plan.notice.days,
        notice_unit=plan.notice.unit,
        notice_reason=plan.notice.reason.pick(lang),
        notice_law=plan.notice.law.pick(lang) if plan.notice.law else "",
        law=law_lines(plan, lang),
        addable=[(one.value, t(lang, f"meetings-item-{one.value}")) for one in FREE],
        behind=[(item.id, item.title_in(lang)) for item in items],
        picture=picture_of(meeting, items, lang),
        earliest=day_end(day),
        items=item_lines(items, lang),
        offices=[OfficeLine(one.office.value, one.person.display_name, one.person.public_id) for one in offices],
        needed=[role.office.value for role in plan.roles if held.count(role.office) < role.needed],
        candidates=[(members[one.person_id].public_id, one.label) for one in roll[:400] if one.person_id in members],
        matters=[(one.number, one.title) for one in await service_agenda.matters_to_choose(meeting)],
        form=form,
    )


async def change(request: Request) -> Response:
    """Change title, time or place of the draft."""
    meeting = await find_meeting(request)
    form = await read_form(request, DetailsForm)
    if form.value is not None:
        sent = form.value
        try:
            await service.change_details(
                actor_of(request),
                meeting.id,
                title=sent.title,
                title_en=sent.title_en,
                starts_at=sent.starts_at,
                mode=sent.mode,
                venue=sent.venue,
            )
            return redirect(f"/meetings/{meeting.public_id}/compose", flash="meetings-flash-saved")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, _at_day(request.state.prefs.lang, refusal))
    return render(request, "meetings/compose.html", await _compose(request, meeting, form), status=422)


async def add_matter(request: Request) -> Response:
    """Put a matter on the agenda."""
    meeting, form = await find_meeting(request), await read_form(request, MatterForm)
    if form.value is not None:
        await service_agenda.add_matter(actor_of(request), meeting.id, form.value.number)
    return _back(meeting)


async def remove_matter(request: Request) -> Response:
    """Take a matter off the agenda."""
    meeting, form = await find_meeting(request), await read_form(request, MatterForm)
    if form.value is not None:
        await service_agenda.remove_matter(actor_of(request), meeting.id, form.value.number)
    return _back(meeting)


async def move_item(request: Request) -> Response:
    """Move an item one place."""
    meeting, form = await find_meeting(request), await read_form(request, MoveForm)
    if form.value is not None:
        await service_agenda.move_item(actor_of(request), meeting.id, request.path_params["item_id"], form.value.step)
    return _back(meeting)


async def change_item(request: Request) -> Response:
    """Set minutes and the words of a question."""
    meeting, form = await find_meeting(request), await read_form(request, ItemForm)
    if form.value is None:
        page_data = await _compose(request, meeting, None)
        kept = empty(**form.raw)
        kept.errors = form.errors
        return render(request, "meetings/compose.html", _with(page_data, kept), status=422)
    sent = form.value
    await service_agenda.change_item(
        actor_of(request),
        meeting.id,
        request.path_params["item_id"],
        minutes=sent.minutes,
        question_zh=sent.question_zh,
        question_en=sent.question_en,
        kind=sent.kind,
    )
    return _back(meeting)


def _with(shown: ComposePage, form: Form[FormModel]) -> ComposePage:
    facts = {name: getattr(shown, name) for name in ComposePage.__dataclass_fields__}
    return ComposePage(**{**facts, "form": form})


async def add_item(request: Request) -> Response:
    """Put one more item on the agenda."""
    meeting, form = await find_meeting(request), await read_form(request, NewItemForm)
    if form.value is not None:
        sent = form.value
        try:
            await service_agenda.add_item(
                actor_of(request),
                meeting.id,
                link=sent.link,
                title=sent.new_title,
                title_en=sent.new_title_en,
                minutes=sent.minutes,
                after=sent.after,
            )
            return _back(meeting)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    kept = empty(**form.raw)
    kept.errors = form.errors
    shown = _with(await _compose(request, meeting, None), kept)
    return render(request, "meetings/compose.html", shown, status=422)


async def drop_item(request: Request) -> Response:
    """Take an item off the agenda."""
    meeting = await find_meeting(request)
    await read_form(request, NoForm)
    await service_agenda.drop_item(actor_of(request), meeting.id, request.path_params["item_id"])
    return _back(meeting)


async def offices_page(request: Request) -> Response:
    """Who chairs, records, counts and watches, until the meeting is over."""
    meeting = await find_meeting(request)
    return render(request, "meetings/offices.html", await _compose(request, meeting, None))


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


async def announce(request: Request) -> Response:
    """Put the notice out; a notice that is too short is said in words, with the first possible day."""
    meeting = await find_meeting(request)
    form: Form[DetailsForm] = empty()
    try:
        await service.announce(actor_of(request), meeting.id)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, _at_day(request.state.prefs.lang, refusal))
        return render(request, "meetings/compose.html", await _compose(request, meeting, form), status=409)
    return redirect(f"/meetings/{meeting.public_id}", flash="meetings-flash-announced")


def _back(meeting: Meeting) -> Response:
    return redirect(f"/meetings/{meeting.public_id}/compose", flash="meetings-flash-saved")


async def door_page(request: Request) -> Response:
    """The roll at the door, searched by name, to be ticked."""
    meeting = await find_meeting(request)
    query = request.query_params.get("q", "").strip()[:40]
    roll = await people.roll_of(meeting.place)
    here = {row.person_id: row.channel.value for row in await Attendance.filter(meeting_id=meeting.id)}
    found = [one for one in roll if query in one.label][:60]
    names = {person.id: person.public_id for person in await Person.filter(id__in=[one.person_id for one in found])}
    rows = [(names[one.person_id], one.label, one.person_id in here, here.get(one.person_id, "")) for one in found]
    lang = request.state.prefs.lang
    shown = CheckInPage(meeting.public_id, meeting.title_in(lang), query, rows, len(here), len(roll))
    return render(request, "meetings/door.html", shown)


async def door(request: Request) -> Response:
    """Tick somebody as present in the hall."""
    meeting, form = await find_meeting(request), await read_form(request, PersonForm)
    if form.value is not None:
        person = await people.person_by_public_id(form.value.person)
        if person is None:
            raise NotFound()
        await service_room.check_in(actor_of(request), meeting.id, Channel.HALL, person.id)
    return redirect(f"/meetings/{meeting.public_id}/door")


ROUTES_FIRST: list[BaseRoute] = [
    page("/meetings/new", new_page, action="meetings.draft"),
    post("/meetings/new", draft, action="meetings.draft"),
]
_BASE = "/meetings/{public_id}"
ROUTES: list[BaseRoute] = [
    page(f"{_BASE}/compose", compose_page, action="meetings.edit", scope=meeting_scope),
    post(f"{_BASE}/details", change, action="meetings.edit", scope=meeting_scope),
    post(f"{_BASE}/matters", add_matter, action="meetings.edit", scope=meeting_scope),
    post(f"{_BASE}/matters/remove", remove_matter, action="meetings.edit", scope=meeting_scope),
    post(f"{_BASE}/items", add_item, action="meetings.edit", scope=meeting_scope),
    post(f"{_BASE}/items/{{item_id:int}}/drop", drop_item, action="meetings.edit", scope=meeting_scope),
    post(f"{_BASE}/items/{{item_id:int}}/move", move_item, action="meetings.edit", scope=meeting_scope),
    post(f"{_BASE}/items/{{item_id:int}}", change_item, action="meetings.edit", scope=meeting_scope),
    page(f"{_BASE}/offices", offices_page, action="meetings.edit", scope=meeting_scope),
    post(f"{_BASE}/offices", give_office, action="meetings.edit", scope=meeting_scope),
    post(f"{_BASE}/offices/end", take_office, action="meetings.edit", scope=meeting_scope),
    post(f"{_BASE}/announce", announce, action="meetings.edit", scope=meeting_scope),
    page(f"{_BASE}/door", door_page, action="meetings.check_in_others", scope=meeting_scope),
    post(f"{_BASE}/door", door, action="meetings.check_in_others", scope=meeting_scope),
]
