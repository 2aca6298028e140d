"""Council pages for everyone: which councils there are, and who sits in one."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.pages import render
from linyue.base.routing import actor_of, page
from linyue.councils import routes_admin, service
from linyue.councils.model import Council
from linyue.councils.rules import MatterKind
from linyue.councils.service_functions import FunctionView, functions_of


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
    """One of the seven seats by chosen name; name "" = vacant."""

    number: int
    kind: MatterKind
    name: str
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class XLine:
    """One enthusiast by chosen name, with the topic of the invitation."""

    name: str
    topic: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CouncilPage:
    """Who sits in a council now."""

    council: Council
    seats: tuple[SeatLine, ...]
    x_members: tuple[XLine, ...]
    held: int
    functions: tuple[tuple[str, FunctionView], ...]
    """The six functions by name, each with its counts and addresses."""


async def councils_page(request: Request) -> Response:
    """Every council of the district."""
    homes = actor_of(request).homes
    councils = await service.councils_in("/")
    lines = [CouncilLine(c, any(home.startswith(c.place.path) for home in homes)) for c in councils]
    lines.sort(key=lambda line: not line.is_own)
    return render(request, "councils/list.html", CouncilsPage(tuple(lines)))


async def council_page(request: Request) -> Response:
    """Seven seats with kinds and terms, and the enthusiasts."""
    roster = await service.roster_of(request.path_params["code"])
    seats = tuple(
        SeatLine(number, kind, seat.person.display_name, seat.starts_at, seat.ends_at)
        if seat
        else SeatLine(number, kind, "", None, None)
        for number, kind, seat in roster.seats
    )
    x_members = tuple(XLine(x.person.display_name, x.topic, x.starts_at, x.ends_at) for x in roster.x_members)
    held = sum(1 for seat in seats if seat.name)
    functions = tuple((name.value, view) for name, view in await functions_of(roster.council))
    return render(request, "councils/council.html", CouncilPage(roster.council, seats, x_members, held, functions))


ROUTES: list[BaseRoute] = [
    page("/council", councils_page, action="councils.read"),
    page("/council/{code}", council_page, action="councils.read"),
    *routes_admin.ROUTES,
]
