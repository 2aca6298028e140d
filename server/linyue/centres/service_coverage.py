"""Which communities a centre covers, which single items it takes of others, and the sub-districts it can stand in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.centres.events import CentreChanged
from linyue.centres.model import CentreCoverage, ItemCoverage, ServiceCentre
from linyue.centres.rules import CentreRefusal, Way, route_of
from linyue.centres.service_centres import CENTRES_TOPIC
from linyue.centres.service_index import catalogue_index
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

ITEMS_AT_MOST = 1000
"""Characters of all codes together, as the column holds them."""


async def set_coverage(
    actor: Actor, centre_id: int, codes: Iterable[str], whole: Iterable[str] = (), items: str = ""
) -> int:
    """Say which communities a centre covers, by their codes; `whole`: codes of sub-districts with all of theirs.

    `items`: codes of the only items it takes for them, however separated; empty: everything that floats. What is open
    stays where it is; new matters follow. Returns how many communities. Raises Refused: NOT_A_COMMUNITY,
    NOT_A_CENTRE_ITEM, ITEMS_TOO_LONG.
    """
    only = ",".join(_codes(items))
    await _check_items(only, "items")
    wanted = {code for code in codes if code}
    async with unit_of_work() as uow:
        ids = (
            {row.id: row.code for row in await Place.filter(code__in=wanted, kind=PlaceKind.COMMUNITY)}
            if wanted
            else {}
        )
        if len(ids) != len(wanted):
            raise Refused(CentreRefusal.NOT_A_COMMUNITY, field="communities")
        inside = Place.filter(
            parent__code__in=list(whole), parent__kind=PlaceKind.SUBDISTRICT, kind=PlaceKind.COMMUNITY
        )
        chosen = set(ids) | {row.id for row in await inside}
        await ServiceCentre.filter(id=centre_id).update(only_items=only)
        old = {row.place_id for row in await CentreCoverage.filter(centre_id=centre_id)}
        await CentreCoverage.filter(centre_id=centre_id, place_id__in=old - chosen).delete()
        await CentreCoverage.bulk_create(
            CentreCoverage(centre_id=centre_id, place_id=place_id) for place_id in sorted(chosen - old)
        )
        await uow.audit(actor, "centres.coverage.set", f"centre:{centre_id}", communities=len(chosen))
        uow.publish(CENTRES_TOPIC, CentreChanged(centre_id))
    return len(chosen)


async def take_items(actor: Actor, centre_id: int, community_code: str, codes: str) -> int:
    """Say that a centre takes these items of one community, whoever serves it otherwise. Returns how many.

    An item that another centre took for it comes here: one community's item has one centre. Open matters stay where
    they are. Raises Refused: NOT_A_COMMUNITY, NO_ITEMS, NOT_A_CENTRE_ITEM, ITEMS_TOO_LONG.
    """
    wanted = _codes(codes)
    if not wanted:
        raise Refused(CentreRefusal.NO_ITEMS, field="codes")
    await _check_items(",".join(wanted), "codes")
    async with unit_of_work() as uow:
        place = await Place.get_or_none(code=community_code, kind=PlaceKind.COMMUNITY)
        if place is None:
            raise Refused(CentreRefusal.NOT_A_COMMUNITY, field="community")
        await ItemCoverage.filter(place_id=place.id, item_code__in=wanted).delete()
        await ItemCoverage.bulk_create(
            ItemCoverage(centre_id=centre_id, place_id=place.id, item_code=code) for code in wanted
        )
        facts = {"place": place.id, "items": " ".join(wanted)[:200]}
        await uow.audit(actor, "centres.coverage.items", f"centre:{centre_id}", **facts)
        uow.publish(CENTRES_TOPIC, CentreChanged(centre_id))
    return len(wanted)


async def drop_items(actor: Actor, centre_id: int, community_code: str) -> None:
    """The items of a community go again where its other items go. Raises NotFound."""
    async with unit_of_work() as uow:
        found = ItemCoverage.filter(centre_id=centre_id, place__code=community_code)
        ids = await found.values_list("id", flat=True)
        if not ids:
            raise NotFound
        await ItemCoverage.filter(id__in=list(ids)).delete()
        await uow.audit(actor, "centres.coverage.items.drop", f"centre:{centre_id}", items=len(ids))
        uow.publish(CENTRES_TOPIC, CentreChanged(centre_id))


async def items_taken(centre_id: int) -> list[tuple[Place, list[str]]]:
    """Each community of which a centre takes single items, with their codes."""
    found: dict[int, tuple[Place, list[str]]] = {}
    rows = ItemCoverage.filter(centre_id=centre_id).order_by("place__position", "place_id", "item_code")
    for row in await rows.select_related("place"):
        found.setdefault(row.place_id, (row.place, []))[1].append(row.item_code)
    return list(found.values())


def _codes(typed: str) -> list[str]:
    """Codes however they were separated, each once."""
    return list(dict.fromkeys(part for part in re.split(r"[\s,，、;；]+", typed) if part))


async def _check_items(only: str, field: str) -> None:
    if len(only) > ITEMS_AT_MOST:
        raise Refused(CentreRefusal.ITEMS_TOO_LONG, field=field)
    if not only:
        return
    try:
        known = {one.code for one in (await catalogue_index()).catalogue.items if route_of(one) is Way.CENTRE}
    except NotFound:
        known = set()
    unknown = [code for code in only.split(",") if code not in known]
    if unknown:
        raise Refused(CentreRefusal.NOT_A_CENTRE_ITEM, field=field, code=unknown[0][:20])


@dataclass(frozen=True, slots=True)
class CoverageGroup:
    """One sub-district's communities: which this centre covers, and which other centres do."""

    subdistrict: Place
    communities: list[tuple[Place, bool, list[ServiceCentre]]]
    """The community, whether this centre covers it, and the others that do."""

    @property
    def count(self) -> int:
        """How many of them this centre covers."""
        return sum(is_mine for _place, is_mine, _others in self.communities)


async def coverage_groups(centre: ServiceCentre) -> list[CoverageGroup]:
    """Every community by sub-district, the centre's own sub-district first."""
    centres = await ServiceCentre.in_order()
    covers: dict[int, set[int]] = {}
    for place_id, centre_id in await CentreCoverage.all().values_list("place_id", "centre_id"):
        covers.setdefault(int(place_id), set()).add(int(centre_id))
    subdistricts = await Place.filter(kind=PlaceKind.SUBDISTRICT).order_by("position", "id")
    subdistricts.sort(key=lambda row: row.id != centre.place_id)
    groups = []
    for row in subdistricts:
        lines = []
        for place in await Place.filter(parent_id=row.id, kind=PlaceKind.COMMUNITY).order_by("position", "id"):
            by = covers.get(place.id, set())
            lines.append((place, centre.id in by, [one for one in centres if one.id in by - {centre.id}]))
        groups.append(CoverageGroup(row, lines))
    return groups


async def subdistricts_for_choice(lang: str) -> list[tuple[str, str]]:
    """Every sub-district as (code, name)."""
    rows = await Place.filter(kind=PlaceKind.SUBDISTRICT).order_by("position", "id")
    return [(row.code, row.name_en or row.name_zh if lang == "en" else row.name_zh) for row in rows]
