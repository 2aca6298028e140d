"""Certificates that communities refuse: how often each was asked for, and which offices still ask. Counts, no people.

An administrator puts two spellings of one office together.
"""

from collections.abc import Collection
from dataclasses import dataclass

from tortoise.functions import Count

from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.centres import service as centres
from linyue.centres.rules import ItemEntry, Listing, Way
from linyue.matters.model import Matter
from linyue.matters.rules import MatterRefusal, MatterState
from linyue.matters.rules_text import office_name

OFFERED = 200


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
        offices = counts.setdefault(str(row["item_code"]), {})
        name = office_name(str(row["asked_by"]))  # what was noted before names were folded counts the same
        offices[name] = offices.get(name, 0) + int(row["n"])
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


async def spellings() -> list[str]:
    """Every spelling on record, in the order of its letters, so that two of one office stand beside each other."""
    rows = Matter.filter(way=Way.REFUSAL).exclude(asked_by="").distinct().values_list("asked_by", flat=True)
    return sorted(str(one) for one in await rows)


async def offices_noted(communities: Collection[int]) -> list[str]:
    """Names that these communities noted of late, for their desk to choose from; the newest first.

    By community and state, which an index knows: the whole district's would be read through with every inbox.
    """
    rows = Matter.filter(community_id__in=list(communities), state=MatterState.REFUSED).exclude(asked_by="")
    found = await rows.order_by("-id").limit(OFFERED).values_list("asked_by", flat=True)
    return list(dict.fromkeys(str(one) for one in found))


async def merge_offices(actor: Actor, wrong: str, right: str) -> int:
    """Count what stands under one spelling under another. Returns how many matters that were.

    Raises Refused: NO_OFFICE where nothing stands under the first or the second is empty, SAME_OFFICE.
    """
    right = office_name(right)
    if not right:
        raise Refused(MatterRefusal.NO_OFFICE, field="right")
    if wrong == right:
        raise Refused(MatterRefusal.SAME_OFFICE, field="right")
    async with unit_of_work() as work:
        moved = await Matter.filter(way=Way.REFUSAL, asked_by=wrong).update(asked_by=right) if wrong else 0
        if not moved:
            raise Refused(MatterRefusal.NO_OFFICE, field="wrong")
        await work.audit(actor, "matters.offices.merge", "offices", wrong=wrong, right=right, matters=moved)
    return moved
