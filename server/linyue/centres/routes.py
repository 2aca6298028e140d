"""The guide to services and the list of centres, for everyone."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.pages import render
from linyue.base.routing import actor_of, page
from linyue.base.workdays import local_day
from linyue.centres import (
    routes_admin,
    routes_calendar_file,
    routes_cards,
    routes_catalogue,
    routes_catalogue_entry,
    routes_catalogue_file,
    routes_counter,
    routes_gate,
    service,
    service_cards,
    service_centres,
)
from linyue.centres.catalogue_tables import heading_of, word_of
from linyue.centres.model import CentreCoverage, ServiceCentre
from linyue.centres.rules import Field, ItemEntry, KindEntry, Listing, Named, Way, route_of
from linyue.centres.rules_guide import Shelf, TimeWords, papers_in, search, shelves, time_words
from linyue.centres.rules_hours import Closed
from linyue.centres.rules_terms import Level
from linyue.centres.service_cards import CardView
from linyue.places.model import Place

QUERY_AT_MOST = 60


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item in a list."""

    code: str
    name: Named
    way: Way
    time: TimeWords
    goes_to: Named | None


@dataclass(frozen=True, slots=True)
class ShelfView:
    """One subject field with its lines."""

    letter: str
    field: Field
    lines: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class ServicesPage:
    """All items A to Z, or what a search found (None = no search)."""

    query: str
    found: tuple[ItemLine, ...] | None
    shelves: tuple[ShelfView, ...]
    referrals: tuple[ItemLine, ...]
    refusals: tuple[ItemLine, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One item: where to go, what to bring, how long, on what ground."""

    item: ItemEntry
    way: Way
    time: TimeWords
    papers: tuple[str, ...]
    fields: tuple[Field, ...]
    kind: KindEntry | None
    communities: tuple[tuple[str, str], ...]
    community: Place | None
    assigned: service.AssignedCentre | None
    follower: ItemEntry | None
    """What is taken instead of a retired item."""
    roles: tuple[tuple[str, str], ...]
    """Who decides, who helps; of residential items also how far they reach, the law and the way to deal with them."""
    may_not_push: str
    cards: tuple[CardView, ...]
    """Policy cards about it."""


@dataclass(frozen=True, slots=True)
class CentresPage:
    """Every centre, in order."""

    centres: tuple[ServiceCentre, ...]
    shut: dict[int, Closed]
    """Dated closures that keep a centre shut when it would next be open, by its id."""


@dataclass(frozen=True, slots=True)
class CentrePage:
    """One centre and the communities it covers."""

    centre: ServiceCentre
    communities: tuple[Place, ...]
    shut: Closed | None
    """The dated closure that keeps it shut when it would next be open."""
    closures: list[Closed]
    """Every closure that has not ended."""


def _line(item: ItemEntry) -> ItemLine:
    return ItemLine(item.code, item.name, route_of(item), time_words(item), item.goes_to)


def _view(shelf: Shelf) -> ShelfView:
    return ShelfView(shelf.letter, shelf.field, tuple(_line(item) for item in shelf.items))


async def services_page(request: Request) -> Response:
    """All items by field, with a search box."""
    index = await service.catalogue_index()
    lang = actor_of(request).lang
    query = request.query_params.get("q", "").strip()[:QUERY_AT_MOST]
    found = tuple(_line(i) for i in search(query, index.catalogue, index.suggest)) if query else None
    by_list = {
        listing: tuple(_line(i) for i in index.taken if i.listing is listing)
        for listing in (Listing.REFERRAL, Listing.REFUSED)
    }
    core = tuple(_view(shelf) for shelf in shelves(index.catalogue, Listing.CORE, lang))
    count = sum(len(shelf.lines) for shelf in core)
    view = ServicesPage(query, found, core, by_list[Listing.REFERRAL], by_list[Listing.REFUSED], count)
    return render(request, "centres/services.html", view)


def _listed(lang: str, levels: tuple[Level, ...]) -> str:
    return ("、" if lang == "zh-CN" else ", ").join(word_of(lang, level) for level in levels)


def _roles(lang: str, item: ItemEntry) -> tuple[tuple[str, str], ...]:
    told = [
        ("decides", word_of(lang, item.decides)),
        ("assists", _listed(lang, item.assists)),
    ]
    for column, value in (("scale", item.scale), ("legal_route", item.legal_route), ("method", item.method)):
        told.append((column, word_of(lang, value) if value else ""))
    return tuple((heading_of(lang, column), text) for column, text in told if text)


async def item_page(request: Request) -> Response:
    """The guide to one item."""
    index = await service.catalogue_index()
    item = index.item(request.path_params["code"])
    actor = actor_of(request)
    way = route_of(item)
    communities: list[tuple[str, str]] = []
    community = assigned = None
    if way is Way.CENTRE:
        communities = await service.communities_for_choice(actor.lang)
        community = await service.community_chosen(request.query_params.get("community", ""), actor.homes)
        assigned = await service.centre_for(community, item_code=item.code) if community else None
    view = ItemPage(
        item,
        way,
        time_words(item),
        papers_in(actor.lang, item.papers, dict(index.papers_en)),
        tuple(index.fields[key] for key in item.fields),
        index.kinds[item.matter_kind.value] if item.matter_kind else None,
        tuple(communities),
        community,
        assigned,
        index.living(item.code) if item.is_retired else None,
        _roles(actor.lang, item),
        _listed(actor.lang, item.may_not_push),
        tuple(await service_cards.find_cards(code=item.code)),
    )
    return render(request, "centres/item.html", view)


async def centres_page(request: Request) -> Response:
    """Every service centre."""
    found = await ServiceCentre.in_order()
    return render(request, "centres/list.html", CentresPage(tuple(found), await service_centres.shut_centres(found)))


async def centre_page(request: Request) -> Response:
    """One centre: address, hours, phone, communities."""
    centre = await service_centres.centre_by_code(request.path_params["code"])
    rows = (
        await CentreCoverage.filter(centre_id=centre.id).order_by("place__position", "place_id").select_related("place")
    )
    shut = (await service_centres.shut_centres([centre])).get(centre.id)
    closures = (await service_centres.closures_from(local_day(clock.now()))).get(centre.id, [])
    shown = CentrePage(centre, tuple(row.place for row in rows), shut, closures)
    return render(request, "centres/centre.html", shown)


ROUTES: list[BaseRoute] = [
    page("/services", services_page, action="centres.services.read"),
    page("/services/{code}", item_page, action="centres.services.read"),
    page("/centres", centres_page, action="centres.centre.read"),
    page("/centres/{code}", centre_page, action="centres.centre.read"),
    *routes_admin.ROUTES,
    *routes_catalogue.ROUTES,
    *routes_calendar_file.ROUTES,
    *routes_catalogue_file.ROUTES,
    *routes_catalogue_entry.ROUTES,
    *routes_counter.ROUTES,
    *routes_gate.ROUTES,
    *routes_cards.ROUTES,
]
