"""The administrator's pages of councils: founding one, seating members, ending terms, inviting enthusiasts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.policy import Scope, allow
from linyue.base.routing import actor_of, page
from linyue.base.workdays import SHANGHAI, day_end
from linyue.councils import service
from linyue.councils.acting import acting
from linyue.councils.model import Council, Seat, XMember
from linyue.councils.rules import CouncilRefusal, MatterKind
from linyue.councils.rules_district import LIMITS
from linyue.councils.rules_rights import Act, Phase
from linyue.councils.rules_x import Way
from linyue.councils.service_rights import phase_here
from linyue.councils.service_rules import rules_now
from linyue.people.service_roles import person_meant, places_in_reach
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.places.service import addresses_of


class FoundForm(FormModel):
    """A new council."""

    place: str = Field(min_length=1, max_length=60)
    name_zh: str = Field(min_length=2, max_length=80)
    name_en: str = Field(default="", max_length=120)


class SeatForm(FormModel):
    """Who sits where, for which kind, from and until which day."""

    who: str = Field(min_length=1, max_length=40)
    number: int = Field(ge=1, le=LIMITS["seats"][1])
    kind: MatterKind
    starts: date
    ends: date


class EndForm(FormModel):
    """Which term ends, and its last day. `term` is seat-7 or x-7."""

    term: str = Field(pattern="^(seat|x)-[0-9]{1,9}$")
    last: date


class InviteForm(FormModel):
    """Who is invited, for what, until when; for one matter only where its number is given."""

    who: str = Field(min_length=1, max_length=40)
    topic: str = Field(min_length=1, max_length=120)
    way: Way = Way.CALL
    matter: str = Field(default="", max_length=20)
    ends: date


@dataclass(frozen=True, slots=True)
class CouncilsAdminPage:
    councils: list[Council]
    places: list[tuple[str, str]]
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class CouncilAdminPage:
    """A council's present and coming terms."""

    council: Council
    seats: list[Seat]
    x_members: list[XMember]
    bound: dict[int, service.BoundTo]
    """By id of an enthusiast: the one matter they are there for."""


@dataclass(frozen=True, slots=True)
class TermPage:
    """One of the three forms of a roster: `step` is seats, end or x."""

    council: Council
    step: str
    numbers: list[tuple[int, str]]
    kinds: list[MatterKind]
    ways: list[str]
    years: int
    days: int
    terms: list[tuple[str, str]]
    form: Form[Any]


async def council_scope(request: Request) -> Scope:
    """The place of a council."""
    return Scope(place_path=(await service.council_by_code(request.path_params["code"])).place.path)


async def council_phase(request: Request) -> Phase:
    """Whether the place has its council."""
    return await phase_here(request.path_params["code"])


async def councils_page(request: Request) -> Response:
    """Every council, and the form to found one."""
    return await _councils(request, empty())


async def _councils(request: Request, form: Form[Any]) -> Response:
    actor = actor_of(request)
    councils = await service.councils_in("/")
    held = {council.place_id for council in councils}
    wide = (PlaceKind.COMMUNITY, PlaceKind.COMPOUND)
    free = [place for place in await places_in_reach(actor) if place.kind in wide and place.id not in held]
    names = await addresses_of([place.path for place in free], actor.lang, above=PlaceKind.SUBDISTRICT)
    shown = CouncilsAdminPage(councils, [(place.code, names[place.path]) for place in free], form)
    return render(request, "councils/admin_list.html", shown, status=422 if form.errors else 200)


async def found(request: Request) -> Response:
    """Set up a council."""
    actor = actor_of(request)
    form = await read_form(request, FoundForm)
    if form.value is not None:
        sent = form.value
        place = await Place.get_or_none(code=sent.place)
        if place is None or not allow(actor, "councils.roster.edit", Scope(place_path=place.path)):
            form.refuse(actor.lang, Refused(CouncilRefusal.PLACE_TOO_WIDE, field="place"))
            return await _councils(request, form)
        try:
            await service.found_council(actor, place.id, sent.name_zh, sent.name_en, clock.now())
        except Refused as refusal:
            form.refuse(actor.lang, refusal)
        else:
            return redirect(f"/admin/councils/{place.code}", flash="councils-flash-founded")
    return await _councils(request, form)


async def council_page(request: Request) -> Response:
    """Who sits and who will."""
    council = await service.council_by_code(request.path_params["code"])
    seats, x_members = await service.coming_terms(council.id)
    bound = await service.bound_to(x_members, request.state.prefs.lang)
    return render(request, "councils/admin_council.html", CouncilAdminPage(council, seats, x_members, bound))


async def term_page(request: Request) -> Response:
    """The form to seat a member, to end a term, or to invite an enthusiast."""
    step = request.url.path.rpartition("/")[2]
    today = clock.local(clock.now()).date().isoformat()
    asked = {name: request.query_params.get(name, "") for name in ("term", "number")}
    start = {"seats": {"starts": today, "number": asked["number"]}, "end": {"last": today, "term": asked["term"]}}
    return await _term_page(request, step, empty(**start.get(step, {})))


async def _term_page(request: Request, step: str, form: Form[Any]) -> Response:
    council = await service.council_by_code(request.path_params["code"])
    seats, x_members = await service.coming_terms(council.id)
    terms = [(f"seat-{s.id}", f"{s.number} · {s.person.display_name}") for s in seats]
    terms += [(f"x-{x.id}", f"X · {x.person.display_name}") for x in x_members]
    rules = await rules_now()
    numbers = [(number, str(number)) for number in range(1, rules.seats + 1)]
    ways = [way.value for way in Way]
    shown = TermPage(
        council, step, numbers, list(MatterKind), ways, rules.term_years, rules.x_days, terms, form
    )  # fmt: skip
    return render(request, "councils/admin_term.html", shown, status=422 if form.errors else 200)


def _day_begins(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


async def give_seat(request: Request) -> Response:
    """Seat a standing member."""
    council = await service.council_by_code(request.path_params["code"])
    form = await read_form(request, SeatForm)
    if form.value is not None:
        sent = form.value
        try:
            await service.give_seat(
                actor_of(request),
                council.id,
                sent.number,
                sent.kind,
                (await person_meant(sent.who)).id,
                _day_begins(sent.starts),
                day_end(sent.ends),
            )
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"/admin/councils/{council.place.code}", flash="councils-flash-seated")
    return await _term_page(request, "seats", form)


async def end_term(request: Request) -> Response:
    """End a term on a day."""
    council = await service.council_by_code(request.path_params["code"])
    form = await read_form(request, EndForm)
    if form.value is not None:
        kind, _, number = form.value.term.partition("-")
        ending = service.end_seat if kind == "seat" else service.end_x_member
        try:
            await ending(actor_of(request), int(number), day_end(form.value.last), council.id)
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"/admin/councils/{council.place.code}", flash="councils-flash-ended")
    return await _term_page(request, "end", form)


async def invite(request: Request) -> Response:
    """Invite an enthusiast from now on."""
    council = await service.council_by_code(request.path_params["code"])
    form = await read_form(request, InviteForm)
    if form.value is not None:
        sent = form.value
        try:
            person = await person_meant(sent.who)
            ends = day_end(sent.ends)
            await service.invite_x_member(
                actor_of(request), council.id, person.id, sent.topic, clock.now(), ends, sent.way, sent.matter
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
        else:
            return redirect(f"/admin/councils/{council.place.code}", flash="councils-flash-invited")
    return await _term_page(request, "x", form)


ROUTES: list[BaseRoute] = [
    page("/admin/councils", councils_page, action="councils.roster.edit"),
    acting("/admin/councils", found, act=Act.FOUND),
    page("/admin/councils/{code}", council_page, action="councils.roster.edit", scope=council_scope),
    page("/admin/councils/{code}/seats", term_page, action="councils.roster.edit", scope=council_scope),
    page("/admin/councils/{code}/end", term_page, action="councils.roster.edit", scope=council_scope),
    page("/admin/councils/{code}/x", term_page, action="councils.roster.edit", scope=council_scope),
    acting("/admin/councils/{code}/seats", give_seat, act=Act.GIVE_SEAT, scope=council_scope),
    acting("/admin/councils/{code}/end", end_term, act=Act.END_TERM, scope=council_scope),
    acting("/admin/councils/{code}/x", invite, act=Act.APPOINT_X, scope=council_scope, phase=council_phase),
]
