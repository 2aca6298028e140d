"""The load on communities' desks: a month beside its baseline, summed in SQL by community. Reads only."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from linyue.base import clock
from linyue.boards.rules import Month, moment
from linyue.boards.rules_load import Load, Part, Platform, Work, added, beside, load_of, segments, weeks_of
from linyue.boards.rules_visits import PROMISED, VisitKind
from linyue.boards.service_query import at, day_of, rows, within, words
from linyue.centres.model import CatalogueFile, Item
from linyue.centres.model import Platform as Row
from linyue.centres.rules import AffairKind, Listing, Way
from linyue.centres.service_gate import minutes_of
from linyue.matters.rules import MatterState
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

GONE = (MatterState.MERGED, MatterState.WITHDRAWN)
AT_WORK = (Way.OWN_DESK, Way.CENTRE)


@dataclass(frozen=True, slots=True)
class Visited:
    """How many visits, and their minutes together."""

    count: int
    minutes: float


@dataclass(frozen=True, slots=True)
class MonthLoad:
    """A month: the load of each community by its id, all together, visits likewise, and what could not be counted."""

    month: Month
    days: int
    is_over: bool
    by_community: dict[int, Load]
    total: Load
    visits: dict[int, Work]
    """Home visits and time in the compounds; what else the visit log knows stands in `visit_kinds` only."""
    visits_total: Work
    visit_kinds: dict[VisitKind, Visited]
    unnamed: int
    """Matters of own desks that were filed without an item of the list: they have no minutes."""
    has_catalogue: bool
    pushed: float
    merged: int
    """Communities that were put into others since: each had its platforms, which now only those have."""
    """Minutes of tasks that passed the gate; they stay on the desk whatever floats, and stand in its duty."""

    @property
    def visits_count(self) -> int:
        """How many visits the promise is counted by."""
        return sum(one.count for kind, one in self.visit_kinds.items() if kind in PROMISED)

    @property
    def weeks(self) -> float:
        """How long the month was looked at."""
        return weeks_of(self.days)


async def communities_in(place: Place) -> list[Place]:
    """The communities of an area in reading order; the one around it for a smaller place."""
    found = await Place.inside(place.path, PlaceKind.COMMUNITY)
    return found or await Place.filter(id__in=place.ancestor_ids, kind=PlaceKind.COMMUNITY)


async def month_load(place: Place, month: Month) -> MonthLoad:
    """The load of a month, of the days that have begun if it still runs."""
    today = clock.local(clock.now()).date()
    after = min(month.after().first, today + timedelta(days=1))
    after = max(after, month.first)
    communities = [one.id for one in await communities_in(place)]
    parts: dict[int, list[Load]] = {one: [] for one in communities}
    found = CatalogueFile.all().order_by("effective_from", "version")
    versions = [(int(i), day) for i, day in await found.values_list("id", "effective_from")]
    pieces = segments(month.first, after, versions)
    for catalogue_id, low, high in await cut_by_floating(pieces):
        platforms = await _platforms(catalogue_id, low)
        work = await _matters(place.path, catalogue_id, low, high)
        for one in communities:
            parts[one].append(load_of(work.get(one, []), platforms, (high - low).days))
    pushed = await minutes_of(communities, month.first, after)
    loads = {one: added(found) for one, found in parts.items()}
    loads = {one: replace(load, own_duty=load.own_duty + pushed.get(one, 0.0)) for one, load in loads.items()}
    visits, kinds = await _visits(communities, month.first, after)
    return MonthLoad(
        month=month,
        days=(after - month.first).days,
        is_over=after == month.after().first,
        by_community=loads,
        total=beside(loads.values()),
        visits=visits,
        visits_total=sum(visits.values(), Work()),
        visit_kinds=kinds,
        unnamed=await _unnamed(place.path, month.first, after),
        has_catalogue=bool(pieces),
        pushed=sum(pushed.values()),
        merged=await Place.filter(path__startswith=place.path, kind=PlaceKind.MERGED).count(),
    )


async def first_month(place: Place) -> Month | None:
    """The first month in which the area had a matter: the baseline unless another is asked for."""
    earliest = "ORDER BY m.reported_at LIMIT 1"  # the smallest day of all would be worked out from every row
    found = await rows(f"SELECT {day_of('m.reported_at')} AS day FROM matters m WHERE {within(place.path)} {earliest}")
    return Month.of(date.fromisoformat(str(found[0]["day"]))) if found else None


async def cut_by_floating(pieces: list[tuple[int, date, date]]) -> list[tuple[int, date, date]]:
    """The same pieces, cut on the days within them on which a platform or an item floats."""
    found: list[tuple[int, date, date]] = []
    for catalogue_id, low, high in pieces:
        within_it = {"catalogue_id": catalogue_id, "floats_from__gt": low, "floats_from__lt": high}
        platforms = [one.floats_from for one in await Row.filter(floats=True, **within_it)]
        items = [one.floats_from for one in await Item.filter(**within_it)]
        days = sorted({one for one in (*platforms, *items) if one is not None})
        for begins, ends in pairwise([low, *days, high]):
            found.append((catalogue_id, begins, ends))
    return found


async def _platforms(catalogue_id: int, day: date) -> list[Platform]:
    """The platforms of one catalogue as they stand on a day; one with nothing governmental on it is no load."""
    sql = (
        "SELECT p.duty_minutes AS minutes, "
        f"(p.floats AND (p.floats_from IS NULL OR p.floats_from <= '{day}')) AS floats, "
        "(SELECT COUNT(*) FROM items i WHERE i.platform_id = p.id "
        f"AND i.kind = '{AffairKind.GOVERNMENTAL.value}' AND i.listing = '{Listing.CORE.value}') AS items "
        f"FROM platforms p WHERE p.catalogue_id = {int(catalogue_id)}"
    )
    return [Platform(int(row["minutes"]), bool(row["floats"]), int(row["items"]) > 0) for row in await rows(sql)]


async def _matters(path: str, catalogue_id: int, low: date, high: date) -> dict[int, list[Part]]:
    """Governmental matters reported on the days [low, high), summed for each community and way."""
    way = way_told(low)
    sql = (
        f"SELECT m.community_id AS community, {way} AS way, COUNT(*) AS n, SUM(i.minutes) AS minutes, "
        "SUM(i.minutes * i.minutes) AS squares, SUM(CASE WHEN i.is_measured THEN 1 ELSE 0 END) AS measured "
        f"FROM matters m {governmental(catalogue_id)} "
        f"WHERE {counted(path, low, high)} AND m.way IN ({words(AT_WORK)}) GROUP BY m.community_id, {way}"
    )
    found: dict[int, list[Part]] = defaultdict(list)
    for row in await rows(sql):
        n, minutes, squares, measured = (int(row[name]) for name in ("n", "minutes", "squares", "measured"))
        found[int(row["community"])].append(Part(Way(row["way"]), n, minutes, squares, measured))
    return found


async def _unnamed(path: str, low: date, high: date) -> int:
    sql = (
        f"SELECT COUNT(*) AS n FROM matters m WHERE {counted(path, low, high)} "
        # By its length: matters without an item are many, and an index of items would be tried before one of days.
        f"AND m.way = '{Way.OWN_DESK.value}' AND LENGTH(m.item_code) = 0"
    )
    return int((await rows(sql))[0]["n"])


def way_told(low: date) -> str:
    """Whose work a matter (m) of an item (i) is told as, in SQL: a centre's only if the item floated when it came in.

    `low`: first day of a piece within which nothing more floats. What came before its item floated and was sent on
    later belongs to the desk that had it, so that a month in which nothing floats saves exactly nothing.
    """
    floats = f"i.way = '{Way.CENTRE.value}' AND (i.floats_from IS NULL OR i.floats_from <= '{low}')"
    return f"CASE WHEN m.way = '{Way.CENTRE.value}' AND {floats} THEN m.way ELSE '{Way.OWN_DESK.value}' END"


def governmental(catalogue_id: int) -> str:
    """Joins a matter (m) with its item (i), so that only government business of the list is left."""
    return (
        f"JOIN items i ON i.code = m.item_code AND i.catalogue_id = {int(catalogue_id)} "
        f"AND i.kind = '{AffairKind.GOVERNMENTAL.value}' AND i.listing = '{Listing.CORE.value}'"
    )


def counted(path: str, low: date, high: date) -> str:
    """Matters (m) of an area reported on the days [low, high) that count: neither withdrawn nor merged."""
    between = f"m.reported_at >= {at(moment(low))} AND m.reported_at < {at(moment(high))}"
    return f"{between} AND m.state NOT IN ({words(GONE)}) AND {within(path)}"


async def _visits(communities: list[int], low: date, high: date) -> tuple[dict[int, Work], dict[VisitKind, Visited]]:
    """Minutes of the promised visits by community, and how many visits of each kind took how long."""
    if not communities:
        return {}, {}
    sql = (
        "SELECT community_id AS community, kind AS kind, COUNT(*) AS n, SUM(minutes) AS minutes, "
        "SUM(minutes * minutes) AS squares "
        f"FROM visits WHERE starts_at >= {at(moment(low))} AND starts_at < {at(moment(high))} "
        f"AND community_id IN ({', '.join(str(int(one)) for one in communities)}) GROUP BY community_id, kind"
    )
    sums: dict[int, Work] = {}
    kinds: dict[VisitKind, Visited] = {}
    for row in await rows(sql):
        kind, community = VisitKind(row["kind"]), int(row["community"])
        before = kinds.get(kind, Visited(0, 0.0))
        kinds[kind] = Visited(before.count + int(row["n"]), before.minutes + float(row["minutes"]))
        if kind in PROMISED:
            work = Work(float(row["minutes"]), float(row["squares"]))
            sums[community] = sums.get(community, Work()) + work
    return sums, kinds
