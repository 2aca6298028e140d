"""The matters behind the counts of the load board: the same rule, month and catalogue, as a list. Reads only."""

from dataclasses import dataclass
from datetime import date, timedelta

from linyue.base import clock
from linyue.boards.rules import Month
from linyue.boards.rules_load import segments
from linyue.boards.service_load import AT_WORK, counted, cut_by_floating, governmental, way_told
from linyue.boards.service_query import rows, words
from linyue.centres.model import CatalogueFile
from linyue.centres.rules import Way
from linyue.matters.model import Matter
from linyue.places.model import Place


@dataclass(frozen=True, slots=True)
class BehindLoad:
    """One page of the matters, newest first, and how many there are in all."""

    matters: list[Matter]
    total: int


async def behind_load(place: Place, month: Month, way: Way, *, offset: int, limit: int) -> BehindLoad:
    """Governmental matters of an area that one way's count of a month stands for."""
    parts = [
        f"SELECT m.id AS id FROM matters m {governmental(catalogue_id)} WHERE {counted(place.path, low, high)} "
        f"AND m.way IN ({words(AT_WORK)}) AND {way_told(low)} = '{way.value}'"
        for catalogue_id, low, high in await cut_by_floating(await pieces_of(month))
    ]
    if not parts:
        return BehindLoad([], 0)
    every = " UNION ALL ".join(parts)
    total = await rows(f"SELECT COUNT(*) AS n FROM ({every}) AS every_one")
    found = await rows(f"{every} ORDER BY 1 DESC LIMIT {int(limit)} OFFSET {int(offset)}")
    ids = [int(row["id"]) for row in found]
    known = {m.id: m for m in await Matter.filter(id__in=ids).select_related("place")}
    return BehindLoad([known[i] for i in ids if i in known], int(total[0]["n"]))


async def pieces_of(month: Month) -> list[tuple[int, date, date]]:
    """The catalogues in force in a month, up to today."""
    today = clock.local(clock.now()).date()
    after = max(min(month.after().first, today + timedelta(days=1)), month.first)
    found = CatalogueFile.all().order_by("effective_from", "version")
    versions = [(int(i), day) for i, day in await found.values_list("id", "effective_from")]
    return segments(month.first, after, versions)
