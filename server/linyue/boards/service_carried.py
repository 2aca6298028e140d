"""What the centres carry of an area's former community work, and what floats since when. Reads only."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from linyue.base import clock
from linyue.boards.rules import Month, Share
from linyue.boards.rules_load import Change, Load, carried
from linyue.boards.service_load import AT_WORK, counted, cut_by_floating, governmental, way_told
from linyue.boards.service_load_behind import pieces_of
from linyue.boards.service_query import rows, words
from linyue.centres.model import CatalogueFile, Item, Platform
from linyue.centres.rules import AffairKind, Listing, Way
from linyue.places.model import Place


@dataclass(frozen=True, slots=True)
class Carrier:
    """Matters and minutes that one centre took of an area's communities; without a centre: their own desks."""

    centre_id: int | None
    count: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Carried:
    """Who carried an area's government matters in a month, most minutes first, the own desks last."""

    carriers: list[Carrier]
    share: Share
    """Of matters."""
    minutes: Change | None
    """Of their minutes, with its range; None where there were none."""


async def carried_in(place: Place, month: Month, total: Load) -> Carried:
    """The government matters of an area by who handled them; `total`: the same month's load."""
    counts: Counter[int | None] = Counter()
    minutes: Counter[int | None] = Counter()
    for catalogue_id, low, high in await cut_by_floating(await pieces_of(month)):
        centre = f"CASE WHEN {way_told(low)} = '{Way.CENTRE.value}' THEN m.centre_id ELSE NULL END"
        sql = (
            f"SELECT {centre} AS centre, COUNT(*) AS n, SUM(i.minutes) AS minutes "
            f"FROM matters m {governmental(catalogue_id)} "
            f"WHERE {counted(place.path, low, high)} AND m.way IN ({words(AT_WORK)}) GROUP BY {centre}"
        )
        for row in await rows(sql):
            key = int(row["centre"]) if row["centre"] is not None else None
            counts[key] += int(row["n"])
            minutes[key] += int(row["minutes"])
    found = [Carrier(key, n, minutes[key]) for key, n in counts.items()]
    found.sort(key=lambda one: (one.centre_id is None, -one.minutes, one.centre_id or 0))
    return Carried(found, Share(total.gone_count, total.count), carried(total.own, total.gone))


@dataclass(frozen=True, slots=True)
class Afloat:
    """What floats by the catalogue in force on a day, by the day since when; duties a week and community."""

    items: dict[date, int]
    platforms: dict[date, int]
    logins: int
    ledgers: int
    minutes: int

    @property
    def days(self) -> list[date]:
        """Days on which something began to float."""
        return sorted(self.items.keys() | self.platforms.keys())


async def afloat_in(month: Month) -> Afloat | None:
    """What floats at the end of a month, or today while it runs; None before the first catalogue."""
    day = min(month.after().first - timedelta(days=1), clock.local(clock.now()).date())
    versions = await CatalogueFile.filter(effective_from__lte=day).order_by("-effective_from", "-version")
    if not versions:
        return None
    ids = [one.id for one in versions]
    core = {"kind": AffairKind.GOVERNMENTAL, "listing": Listing.CORE, "is_retired": False, "way": Way.CENTRE}
    items: dict[int, dict[str, date | None]] = {i: {} for i in ids}
    for item in await Item.filter(catalogue_id__in=ids, **core).only("id", "catalogue_id", "code", "floats_from"):
        items[item.catalogue_id][item.code] = item.floats_from
    platforms: dict[int, dict[str, date | None]] = {i: {} for i in ids}
    duties = [0, 0, 0]
    for one in await Platform.filter(catalogue_id__in=ids, floats=True):
        platforms[one.catalogue_id][one.code] = one.floats_from
        if one.catalogue_id == ids[0] and not (one.floats_from and one.floats_from > day):
            for n, more in enumerate((one.logins, one.ledgers, one.duty_minutes)):
                duties[n] += more
    return Afloat(_since(versions, items, day), _since(versions, platforms, day), *duties)


def _since(versions: list[CatalogueFile], found: dict[int, dict[str, date | None]], day: date) -> dict[date, int]:
    """How many of the newest version float on `day`, by since when; `versions` newest first.

    An entry without a day of its own floats since the oldest version of an unbroken row that has it afloat.
    """
    days: Counter[date] = Counter()
    for code, begins in found[versions[0].id].items():
        if begins is not None and begins > day:
            continue
        since = begins or versions[0].effective_from
        for older, newer in zip(versions[1:], versions, strict=False):
            if begins is not None or code not in found[older.id]:
                break
            begins = found[older.id][code]
            if begins is not None and begins > newer.effective_from:
                break
            since = begins or older.effective_from
        days[since] += 1
    return dict(days)
