"""Pages for those who prepare a meeting, made for a phone: begin, compose, choose who is called, announce."""

from datetime import date, datetime, time

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.clock import SHANGHAI
from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.pages import day_text, redirect, render
from linyue.base.policy import Actor, Scope, allow
from linyue.base.routing import actor_of, page, post
from linyue.base.workdays import published_calendar
from linyue.meetings import routes_agenda, routes_offices, rules, service, service_supported
from linyue.meetings.acting import acting
from linyue.meetings.model import Meeting
from linyue.meetings.pages_compose import NewPage, compose_of, matter_of
from linyue.meetings.routes_agenda import back
from linyue.meetings.routes_offices import find_meeting, meeting_scope
from linyue.meetings.rules import MeetingState, Mode
from linyue.meetings.rules_rights import Act
from linyue.meetings.service_roll import MOST_SCALES, SCALES
from linyue.meetings.templates import load_template, sitting_ids
from linyue.people.rules_bodies import Body
from linyue.places import service as places
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
    matter: str = Field(default="", max_length=20)


class RollForm(FormModel):
    """Whose meeting it is."""

    roll: Body


async def new_page(request: Request) -> Response:
    """The form that begins a meeting."""
    return render(request, "meetings/new.html", await _new(request, None))


async def _new(request: Request, form: Form[NewForm] | None) -> NewPage:
    lang, actor = request.state.prefs.lang, actor_of(request)
    plans = [(name, load_template(name)[1]) for name in sitting_ids()]
    asked = request.query_params.get("kind", "")
    notice = plans[0][1].notice
    day = rules.earliest_day(clock.local(clock.now()).date(), notice, published_calendar())
    where = await _places(actor)
    names = await places.addresses_of([place.path for place in where], lang)
    return NewPage(
        form=form,
        templates=[(name, plan.title.pick(lang), plan.summary.pick(lang)) for name, plan in plans],
        chosen=asked if asked in sitting_ids() else "open-space",
        places=[(place.id, names[place.path]) for place in where],
        place=str(where[0].id) if where and all(one.path.startswith(where[0].path) for one in where) else "",
        matter=form.get("matter") if form else matter_of(request.query_params.get("matter", "")),
        earliest=day.isoformat(),
    )


async def _places(actor: Actor) -> list[Place]:
    """Where the actor may hold meetings: communities, compounds and, where the list stays short, what lies in them."""
    paths = sorted({grant.place_path for grant in actor.grants})
    found: dict[int, Place] = {}
    for path in paths:
        inside = Place.filter(path__startswith=path)
        is_short = await inside.filter(kind__in=SCALES).count() <= MOST_SCALES
        kinds = SCALES if is_short else (PlaceKind.COMMUNITY, PlaceKind.COMPOUND)
        for place in await inside.filter(kind__in=kinds).order_by("path").limit(MOST_SCALES):
            if allow(actor, "meetings.draft", Scope(place_path=place.path)):
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
            await service_supported.begin_agenda(actor_of(request), meeting.id, matter_of(sent.matter))
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
    return await _draft(request, meeting, None)


async def _draft(request: Request, meeting: Meeting, form: Form[DetailsForm] | None, status: int = 200) -> Response:
    shown = await compose_of(meeting, actor_of(request), form, request.query_params.get("who", ""))
    return render(request, "meetings/compose.html", shown, status=status)


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
    return render(request, "meetings/compose.html", await compose_of(meeting, actor_of(request), form), status=422)


async def choose_roll(request: Request) -> Response:
    """Call another body, where the kind of meeting lets the council choose."""
    meeting, form = await find_meeting(request), await read_form(request, RollForm)
    if form.value is not None:
        await service.choose_roll(actor_of(request), meeting.id, form.value.roll)
    return back(meeting)


async def announce(request: Request) -> Response:
    """Put the notice out; a notice that is too short is said in words, with the first possible day."""
    meeting = await find_meeting(request)
    form: Form[DetailsForm] = empty()
    try:
        await service.announce(actor_of(request), meeting.id)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, _at_day(request.state.prefs.lang, refusal))
        return render(request, "meetings/compose.html", await compose_of(meeting, actor_of(request), form), status=409)
    return redirect(f"/meetings/{meeting.public_id}", flash="meetings-flash-announced")


ROUTES_FIRST: list[BaseRoute] = [
    page("/meetings/new", new_page, action="meetings.draft"),
    post("/meetings/new", draft, action="meetings.draft"),
]
_BASE = "/meetings/{public_id}"
ROUTES: list[BaseRoute] = [
    page(f"{_BASE}/compose", compose_page, action="meetings.edit", scope=meeting_scope),
    acting(f"{_BASE}/details", change, act=Act.COMPOSE, meeting=find_meeting, scope=meeting_scope),
    acting(f"{_BASE}/roll", choose_roll, act=Act.COMPOSE, meeting=find_meeting, scope=meeting_scope),
    acting(f"{_BASE}/announce", announce, act=Act.ANNOUNCE, meeting=find_meeting, scope=meeting_scope),
    *routes_agenda.ROUTES,
    *routes_offices.ROUTES,
]
