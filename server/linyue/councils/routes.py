"""Council pages for everyone: which councils there are, and who sits in one."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.pages import render
from linyue.base.routing import actor_of, page
from linyue.councils import routes_admin, routes_rules, routes_x, service, service_attendance
from linyue.councils.model import Council, Seat, XCall, XMember
from linyue.councils.rules import MatterKind
from linyue.councils.rules_district import Count, DistrictRules
from linyue.councils.service import BoundTo
from linyue.councils.service_attendance import Attended, SittingCount
from linyue.councils.service_functions import FunctionView, functions_of
from linyue.councils.service_x import secretaries_of
from linyue.people.model import Person


@dataclass(frozen=True, slots=True)
class CouncilLine:
    """One council in the list; `is_own` = the reader lives there."""

    council: Council
    is_own: bool


@dataclass(frozen=True, slots=True)
class CouncilsPage:
    """Every council, the reader's own first."""

    lines: tuple[CouncilLine, ...]


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One standing seat by chosen name, with the kinds it leads; name "" = vacant."""

    number: int
    kinds: tuple[MatterKind, ...]
    name: str
    starts_at: datetime | None
    ends_at: datetime | None
    attended: Attended | None
    is_ending: bool
    """The term ends within the days that the district calls soon."""


@dataclass(frozen=True, slots=True)
class XLine:
    """One enthusiast by chosen name, with topic and way."""

    name: str
    topic: str
    way: str
    starts_at: datetime
    ends_at: datetime
    attended: Attended
    bound: BoundTo | None
    """The one matter they are there for; None: whatever the council decides."""


@dataclass(frozen=True, slots=True)
class SittingLine:
    """One meeting that is over, with its two quorums."""

    href: str
    title: str
    at: datetime
    seven: Count
    all: Count


@dataclass(frozen=True, slots=True)
class CouncilPage:
    """Who sits in a council now, how often they came, and what a neighbour can do here."""

    council: Council
    seats: tuple[SeatLine, ...]
    x_members: tuple[XLine, ...]
    held: int
    secretaries: tuple[str, ...]
    calls: tuple[XCall, ...]
    sittings: tuple[SittingLine, ...]
    rules: DistrictRules
    may_work: bool
    functions: tuple[tuple[str, FunctionView], ...]
    """The six functions by name, each with its counts and addresses."""


SITTINGS_SHOWN = 5


async def councils_page(request: Request) -> Response:
    """Every council of the district."""
    homes = actor_of(request).homes
    councils = await service.councils_in("/")
    lines = [CouncilLine(c, any(home.startswith(c.place.path) for home in homes)) for c in councils]
    lines.sort(key=lambda line: not line.is_own)
    return render(request, "councils/list.html", CouncilsPage(tuple(lines)))


async def council_page(request: Request) -> Response:
    """The standing seats with kinds, terms and attendance, the enthusiasts, the secretary, the latest meetings."""
    roster = await service.roster_of(request.path_params["code"])
    council, now = roster.council, clock.now()
    sittings = await service_attendance.sittings_of(council)
    seats = tuple(
        SeatLine(
            number,
            roster.leads[number],
            seat.person.display_name,
            seat.starts_at,
            seat.ends_at,
            service_attendance.attended(seat.person_id, seat.starts_at, seat.ends_at, sittings),
            seat.ends_at - now < roster.rules.ends_soon,
        )
        if seat
        else SeatLine(number, roster.leads[number], "", None, None, None, False)
        for number, _, seat in roster.seats
    )
    bound = await service.bound_to(roster.x_members, request.state.prefs.lang)
    x_members = tuple(
        XLine(
            x.person.display_name,
            x.topic,
            x.way.value,
            x.starts_at,
            x.ends_at,
            service_attendance.attended(x.person_id, x.starts_at, x.ends_at, sittings),
            bound.get(x.id),
        )
        for x in roster.x_members
    )
    shown = sittings[:SITTINGS_SHOWN]
    counts = await service_attendance.counted(
        shown, await Seat.of(council.id) if shown else [], await XMember.of(council.id) if shown else []
    )
    workers = await Person.filter(id__in=await secretaries_of(council)).order_by("id")
    page_data = CouncilPage(
        council,
        seats,
        x_members,
        sum(1 for seat in seats if seat.name),
        tuple(worker.display_name for worker in workers),
        tuple(await XCall.open_at(council.id, now)),
        tuple(_sitting(one, request.state.prefs.lang) for one in counts),
        roster.rules,
        await routes_x.may_work(request, council),
        tuple((name.value, view) for name, view in await functions_of(council)),
    )
    return render(request, "councils/council.html", page_data)


def _sitting(one: SittingCount, lang: str) -> SittingLine:
    href = f"/meetings/{one.sitting.public_id}"
    return SittingLine(href, one.sitting.title_in(lang), one.sitting.at, one.seven, one.all)


ROUTES: list[BaseRoute] = [
    page("/council", councils_page, action="councils.read"),
    page("/council/{code}", council_page, action="councils.read"),
    *routes_x.ROUTES,
    *routes_rules.ROUTES,
    *routes_admin.ROUTES,
]
