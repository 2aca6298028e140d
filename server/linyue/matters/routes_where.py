"""Step one of a report: the place, chosen by one's own home or from the district down."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.errors import NotFound
from linyue.base.forms import row_id
from linyue.base.i18n import t
from linyue.base.pages import render
from linyue.base.routing import actor_of, page
from linyue.matters import service_views
from linyue.matters.service_step import DESK_ROLES
from linyue.people import service as people
from linyue.places import service as places
from linyue.places.model import Place
from linyue.places.rules import PlaceKind


@dataclass(frozen=True, slots=True)
class WherePage:
    """Step one: the place, from the district down, or one's own home at once."""

    base: str
    homes: list[tuple[str, str]]
    """Words and address of the next step."""
    here: str
    here_href: str
    """Address of the next step for the place itself; empty above a community."""
    children: list[tuple[str, str, bool]]
    """Words, address, and whether it leads straight to the next step."""
    up_href: str
    is_new_caller: bool = False
    """Staff begin for somebody else: what an earlier caller's report left on this device goes."""
    words: str = ""
    """What was searched for; empty for nothing."""
    found: list[tuple[str, str, str]] = field(default_factory=list)
    """Words, address, and the place around it."""


SEARCH_LETTERS = 40


def base_of(request: Request) -> str:
    """Which of the two forms this is: a resident's own, or staff for somebody."""
    return "/desk/report" if request.url.path.startswith("/desk/") else "/report"


async def where_page(request: Request) -> Response:
    """Step one: choose the place."""
    actor, base = actor_of(request), base_of(request)
    wanted = request.query_params.get("at", "")
    here = await Place.get_or_none(id=row_id(wanted)) if wanted else await _start(request)
    if here is None:
        raise NotFound()
    children = [c for c in await places.children_of(here.id) if c.kind is not PlaceKind.UNIT]
    is_place = here.kind not in (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT)
    address = service_views.name_of(actor.lang, here)
    words = request.query_params.get("q", "").strip()[:SEARCH_LETTERS]
    shown = WherePage(
        base=base,
        homes=await _homes(request) if base == "/report" and not wanted else [],
        here=address,
        here_href=f"{base}/what?place={here.id}" if is_place else "",
        children=[
            (service_views.name_of(actor.lang, c), _onward(base, c), c.kind is PlaceKind.BUILDING) for c in children
        ],
        up_href=f"{base}?at={here.parent_id}" if here.parent_id else "",
        is_new_caller=base == "/desk/report" and not request.query_params,
        words=words,
        found=await _found(actor.lang, base, words),
    )
    return render(request, "matters/where.html", shown)


async def _found(lang: str, base: str, words: str) -> list[tuple[str, str, str]]:
    """Places of this name, down to compounds: nobody has to know in which sub-district theirs lies."""
    rows = [row for row in await places.named_places(words, "/") if row.kind is not PlaceKind.DISTRICT]
    around = await places.places_of(row.parent_id for row in rows)
    return [
        (
            service_views.name_of(lang, row),
            _onward(base, row),
            service_views.name_of(lang, around[row.parent_id]) if row.parent_id in around else "",
        )
        for row in rows
    ]


def _onward(base: str, place: Place) -> str:
    """A building is the end of the way; wider places are opened first."""
    return f"{base}/what?place={place.id}" if place.kind not in places.WIDE else f"{base}?at={place.id}"


async def _start(request: Request) -> Place | None:
    """Where looking begins: a worker's community, a resident's compound, else the district."""
    actor = actor_of(request)
    if base_of(request) == "/desk/report":
        paths = [g.place_path for g in actor.grants if g.role in DESK_ROLES]
        ids = [int(part) for path in paths[:1] for part in path.strip("/").split("/")]
        if ids:
            return await Place.get_or_none(id=ids[-1])
    return await places.the_district()


async def _homes(request: Request) -> list[tuple[str, str]]:
    """The homes of the reader: the flat, the building, the compound, each one tap."""
    actor = actor_of(request)
    found: list[tuple[str, str]] = []
    for home in (await people.homes_of(actor.person_id or 0))[:2]:
        unit = await Place.get(id=home.unit_id)
        trail = [p for p in await places.trail_of(unit) if p.depth >= 3]
        addresses = await places.addresses_of([p.path for p in trail], actor.lang)
        for place in reversed(trail):
            if place.kind is PlaceKind.STAIRWELL:
                continue
            words = t(actor.lang, f"matters-where-{place.kind.value}", place=addresses[place.path])
            pair = (words, f"/report/what?place={place.id}")
            if pair not in found:
                found.append(pair)
    return found


ROUTES: list[BaseRoute] = [
    page("/report", where_page, action="matters.report"),
    page("/desk/report", where_page, action="matters.report_for"),
]
