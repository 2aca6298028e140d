"""Certificates that communities refuse: how often each was asked for, and which offices still ask. Counts only."""

from dataclasses import dataclass

from tortoise.functions import Count

from linyue.centres import service as centres
from linyue.centres.rules import ItemEntry, Listing, Way
from linyue.matters.model import Matter


@dataclass(frozen=True, slots=True)
class Asked:
    """One certificate, how often it was refused, and who asked how often, most often first."""

    item: ItemEntry
    count: int
    offices: tuple[tuple[str, int], ...]


async def refused_certificates() -> list[Asked]:
    """Every certificate of the list, with its counts. Raises NotFound where no catalogue is loaded."""
    index = await centres.catalogue_index()
    rows = (
        await Matter.filter(way=Way.REFUSAL)
        .annotate(n=Count("id"))
        .group_by("item_code", "asked_by")
        .values("item_code", "asked_by", "n")
    )
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(str(row["item_code"]), {})[str(row["asked_by"])] = int(row["n"])
    found = []
    for item in index.taken:
        if item.listing is Listing.REFUSED:
            offices = counts.get(item.code, {})
            named = sorted(((name, n) for name, n in offices.items() if name), key=lambda one: (-one[1], one[0]))
            found.append(Asked(item, sum(offices.values()), tuple(named)))
    return found


def offices_of(asked: list[Asked]) -> list[tuple[str, int]]:
    """Every office that still asks, with how often, most often first."""
    sums: dict[str, int] = {}
    for one in asked:
        for name, count in one.offices:
            sums[name] = sums.get(name, 0) + count
    return sorted(sums.items(), key=lambda one: (-one[1], one[0]))
