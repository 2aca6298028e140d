"""The catalogue, loaded and read; centres are in service_centres.py, the working days in service_calendar.py."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from importlib.resources import files

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.centres import rules
from linyue.centres.catalogue import parse
from linyue.centres.events import CatalogueLoaded
from linyue.centres.model import CatalogueFile, Item, Platform
from linyue.centres.rules import Catalogue, CentreRefusal, Due, ItemEntry, route_of
from linyue.centres.rules_suggest import SuggestIndex, build_index
from linyue.centres.service_calendar import calendar, load_calendar
from linyue.centres.service_centres import (
    AssignedCentre,
    NewCentre,
    add_centre,
    centre_for,
    communities_for_choice,
    community_chosen,
    set_centre_open,
)

__all__ = [
    "AssignedCentre",
    "CatalogueIndex",
    "NewCentre",
    "add_centre",
    "calendar",
    "catalogue_index",
    "centre_for",
    "communities_for_choice",
    "community_chosen",
    "due_of",
    "load_calendar",
    "load_catalogue",
    "sample_catalogue_text",
    "set_centre_open",
]

CATALOGUE_TOPIC = "centres"


# ── the catalogue ──


def sample_catalogue_text() -> str:
    """The catalogue file that comes with the software."""
    return (files("linyue.centres") / "catalogue.yaml").read_text(encoding="utf-8")


async def load_catalogue(actor: Actor, text: str, file: str = "catalogue.yaml") -> CatalogueFile:
    """Take a catalogue file into use; loading the same file again changes nothing.

    Raises CatalogueFault for a faulty file, Refused where this version number holds another text already.
    """
    catalogue = await asyncio.to_thread(parse, text, file)
    digest = hashlib.sha256(text.encode()).hexdigest()
    async with unit_of_work() as uow:
        known = await CatalogueFile.get_or_none(version=catalogue.version)
        if known is not None:
            if known.digest != digest:
                raise Refused(CentreRefusal.VERSION_TAKEN, n=catalogue.version)
            return known
        latest = await CatalogueFile.all().order_by("-version").first()
        if latest is not None and (catalogue.version, catalogue.effective_from) <= (
            latest.version,
            latest.effective_from,
        ):
            raise Refused(CentreRefusal.VERSION_OLD, n=catalogue.version)
        loaded = await CatalogueFile.create(
            version=catalogue.version,
            title_zh=catalogue.title.zh,
            title_en=catalogue.title.en,
            effective_from=catalogue.effective_from,
            digest=digest,
            text=text,
            loaded_at=clock.now(),
        )
        await Item.filter(effective_to=None).update(effective_to=catalogue.effective_from)
        await _store_items(loaded, catalogue)
        await uow.audit(actor, "centres.catalogue.load", f"catalogue:{loaded.id}", version=catalogue.version)
        uow.publish(CATALOGUE_TOPIC, CatalogueLoaded(catalogue.version))
    return loaded


async def _store_items(loaded: CatalogueFile, catalogue: Catalogue) -> None:
    await Platform.bulk_create(
        Platform(
            catalogue_id=loaded.id,
            code=entry.code,
            name_zh=entry.name.zh,
            name_en=entry.name.en,
            floats=entry.floats,
            duty_minutes=entry.duty,
            is_duty_measured=entry.is_duty_measured,
        )
        for entry in catalogue.platforms
    )
    platforms = {row.code: row.id for row in await Platform.filter(catalogue_id=loaded.id)}
    await Item.bulk_create(
        Item(
            catalogue_id=loaded.id,
            code=entry.code,
            platform_id=platforms[entry.platform] if entry.platform else None,
            name_zh=entry.name.zh,
            name_en=entry.name.en,
            listing=entry.listing,
            handled_by=entry.handled_by,
            kind=entry.kind,
            way=route_of(entry),
            matter_kind=entry.matter_kind,
            days_count=entry.days.count,
            days_unit=entry.days.unit,
            minutes=entry.minutes,
            is_measured=entry.is_measured,
            effective_from=catalogue.effective_from,
        )
        for entry in catalogue.items
    )


@dataclass(frozen=True)
class CatalogueIndex:
    """The catalogue in force, ready for reading, matching and pointing at its rows."""

    file_id: int
    catalogue: Catalogue
    suggest: SuggestIndex
    item_ids: Mapping[str, int]

    @cached_property
    def by_code(self) -> Mapping[str, ItemEntry]:
        """Items by code."""
        return {item.code: item for item in self.catalogue.items}

    @cached_property
    def fields(self) -> Mapping[str, rules.Field]:
        """Subject fields by key."""
        return {field.key: field for field in self.catalogue.fields}

    @cached_property
    def kinds(self) -> Mapping[str, rules.KindEntry]:
        """The seven kinds by key."""
        return {kind.key.value: kind for kind in self.catalogue.kinds}

    @cached_property
    def papers_en(self) -> Mapping[str, str]:
        """English names of papers by their Chinese ones."""
        return dict(self.catalogue.papers)

    def item(self, code: str) -> ItemEntry:
        """An item by its code. Raises NotFound."""
        try:
            return self.by_code[code]
        except KeyError:
            raise NotFound from None


@lru_cache(maxsize=4)
def _prepared(text: str) -> tuple[Catalogue, SuggestIndex]:
    catalogue = parse(text)
    return catalogue, build_index(catalogue)


_indexes: dict[tuple[int, str], CatalogueIndex] = {}


async def catalogue_index() -> CatalogueIndex:
    """The catalogue in force today, kept in memory for each version. Raises NotFound where none is loaded."""
    today = clock.local(clock.now()).date()
    rows = CatalogueFile.filter(effective_from__lte=today).order_by("-effective_from", "-version").limit(1)
    found = await rows.values_list("id", "digest")
    if not found:
        raise NotFound
    file_id, digest = found[0]
    if (file_id, digest) not in _indexes:
        row = await CatalogueFile.get(id=file_id)
        catalogue, suggest = await asyncio.to_thread(_prepared, row.text)
        pairs = await Item.filter(catalogue_id=file_id).values_list("code", "id")
        _indexes.clear()
        _indexes[(file_id, digest)] = CatalogueIndex(file_id, catalogue, suggest, dict(pairs))
    return _indexes[(file_id, digest)]


# ── due times ──


async def due_of(way: rules.Way, item: ItemEntry | None, start: datetime) -> Due:
    """When a matter sent this way at `start` is due."""
    rule = rules.due_rule(way, item.days if item else None)
    return rules.due_of(rule, start, await calendar())
