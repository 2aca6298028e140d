"""The catalogue as it is read: the version in force today, or the one a matter was sent under. Reads only."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from importlib.resources import files

import yaml

from linyue.base import clock
from linyue.base.errors import NotFound
from linyue.centres import rules
from linyue.centres.catalogue import parse
from linyue.centres.model import CatalogueFile, Item
from linyue.centres.rules import Catalogue, ItemEntry
from linyue.centres.rules_suggest import SuggestIndex, build_index
from linyue.centres.rules_versions import catalogue_on, float_days, phase_of, successor_of

KEPT = 6
"""Versions kept in memory: the one in force, and those that open matters were sent under."""


@dataclass(frozen=True)
class CatalogueIndex:
    """A version of the catalogue, ready for reading, matching and pointing at its rows."""

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

    def living(self, code: str) -> ItemEntry | None:
        """The item that is taken now for this code: itself, or what follows a retired one."""
        return successor_of(code, dict(self.by_code))

    @cached_property
    def taken(self) -> tuple[ItemEntry, ...]:
        """Items that are taken: all but the retired ones."""
        return tuple(item for item in self.catalogue.items if not item.is_retired)


@lru_cache(maxsize=KEPT)
def catalogue_of(text: str) -> Catalogue:
    """A version's text as values."""
    return parse(text)


_indexes: dict[tuple[int, str, date | None], CatalogueIndex] = {}
_days: dict[tuple[int, str], frozenset[date]] = {}


async def catalogue_index() -> CatalogueIndex:
    """The catalogue in force today, kept in memory for each version. Raises NotFound where none is loaded."""
    today = clock.local(clock.now()).date()
    rows = CatalogueFile.filter(effective_from__lte=today).order_by("-effective_from", "-version").limit(1)
    found = await rows.values_list("id", "digest")
    if not found:
        raise NotFound
    return await _index(int(found[0][0]), str(found[0][1]), today)


async def index_of(catalogue_id: int | None) -> CatalogueIndex:
    """The version a matter was sent under; the one in force for a matter that names none. Raises NotFound."""
    found = await CatalogueFile.filter(id=catalogue_id).values_list("id", "digest") if catalogue_id else []
    if not found:
        return await catalogue_index()
    return await _index(int(found[0][0]), str(found[0][1]), None)


async def _index(file_id: int, digest: str, day: date | None) -> CatalogueIndex:
    """One version, as it holds on a day; without a day with all that floats in it afloat."""
    days = _days.get((file_id, digest))
    if days is None:
        catalogue = await _read(file_id)
        days = _days[(file_id, digest)] = float_days(catalogue)
    phase = phase_of(days, day) if day else date.max
    key = (file_id, digest, phase if days else None)
    if key not in _indexes:
        catalogue = await _read(file_id)
        pairs = await Item.filter(catalogue_id=file_id).values_list("code", "id")
        made = await asyncio.to_thread(_made, catalogue, file_id, day, dict(pairs))
        while len(_indexes) >= KEPT:
            _indexes.pop(next(iter(_indexes)))
        _indexes[key] = made
    return _indexes[key]


@lru_cache(maxsize=1)
def everyday_words() -> Mapping[str, list[str]]:
    """What people say when they mean a target, beside the catalogue's own words; comes with the software."""
    words: dict[str, list[str]] = yaml.safe_load(
        (files("linyue.centres") / "everyday_words.yaml").read_text(encoding="utf-8")
    )
    return words


async def _read(file_id: int) -> Catalogue:
    row = await CatalogueFile.get(id=file_id)
    return await asyncio.to_thread(catalogue_of, row.text)


def _made(catalogue: Catalogue, file_id: int, day: date | None, item_ids: dict[str, int]) -> CatalogueIndex:
    held = catalogue_on(catalogue, day) if day else catalogue
    taken = replace(held, items=tuple(item for item in held.items if not item.is_retired))
    return CatalogueIndex(file_id, held, build_index(taken, everyday_words()), item_ids)
