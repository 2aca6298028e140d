"""Reads a catalogue file into plain values; every fault names file, line and field. Writes nothing, asks no table."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from linyue.base.i18n import t
from linyue.base.workdays import Unit
from linyue.centres.catalogue_nodes import CatalogueFault, Spot, read
from linyue.centres.rules import (
    AffairKind,
    Catalogue,
    Certainty,
    Days,
    DaysCount,
    DaysFrom,
    Field,
    HandledBy,
    ItemEntry,
    KindEntry,
    Listing,
    Named,
    PlatformEntry,
)
from linyue.centres.rules_check import WORDS_AT_LEAST, Known, default_levels, item_troubles
from linyue.centres.rules_terms import LegalRoute, Level, Method, Scale
from linyue.councils.rules import MatterKind

__all__ = ["CatalogueFault", "parse"]

Entry = TypeVar("Entry")
Member = TypeVar("Member", bound=StrEnum)

FORMATS = (1, 2)
"""Format 2 adds who decides, dates of floating, scale, route and method, duties and retired items; all may be left out,
so that a file of format 1 reads as it always did."""
TOP = ("format", "version", "effective_from", "title", "fields", "kinds", "platforms", "papers", "groups")
LEVELS = ("decides", "assists", "may_not_push")
ITEM = ("code", "zh", "en", "fields", "days", "basis", "words", "minutes", "certainty")
ITEM_MORE = (
    "platform", "matter_kind", "goes_to", "papers", "note", "minutes_measured", *LEVELS, "floats_from", "scale",
    "legal_route", "method", "retired", "successor",
)  # fmt: skip


def parse(text: str, file: str = "catalogue.yaml", *, is_whole: bool = True) -> Catalogue:
    """The catalogue in a YAML text. Raises CatalogueFault at the first fault.

    `is_whole` False is for a draft half way: how its entries fit together is then looked at later.
    """
    top = read(text, file).mapping(TOP)
    if top["format"].whole() not in FORMATS:
        raise top["format"].fault(f"only the formats {' and '.join(str(n) for n in FORMATS)} are known")
    effective_from = top["effective_from"].day()
    fields = _unique(top["fields"], _field, lambda entry: entry.key)
    kinds = _unique(top["kinds"], _kind, lambda entry: entry.key)
    for missing in set(MatterKind) - {kind.key for kind in kinds}:
        raise top["kinds"].fault(f"the kind {missing} is missing")
    platforms = _unique(top["platforms"], _platform, lambda entry: entry.code)
    papers = tuple((key.text(), value.text()) for key, value in top["papers"].pairs())
    known = Known(
        effective_from,
        frozenset(entry.key for entry in fields),
        {entry.code: entry for entry in platforms},
        frozenset(zh for zh, _ in papers),
    )
    items: list[ItemEntry] = []
    codes: set[str] = set()
    for group in top["groups"].items():
        items += _group(group, known if is_whole else None, codes)
    if is_whole:
        _check_whole(top, platforms, items)
    version, title = top["version"].whole(1), _named(top["title"])
    return Catalogue(version, effective_from, title, fields, kinds, platforms, papers, tuple(items))


def _check_whole(top: dict[str, Spot], platforms: Iterable[PlatformEntry], items: Sequence[ItemEntry]) -> None:
    used = {item.platform for item in items}
    for entry in platforms:
        if entry.code not in used:
            raise top["platforms"].fault(f"no item uses {entry.code}")
    living = {item.code for item in items if not item.is_retired}
    for item in items:
        if item.successor is not None and item.successor not in living:
            raise top["groups"].fault(f"{item.successor}, which follows {item.code}, is no item that is taken")


def _unique(spot: Spot, read_one: Callable[[Spot], Entry], key: Callable[[Entry], str]) -> tuple[Entry, ...]:
    entries: dict[str, Entry] = {}
    for child in spot.items():
        entry = read_one(child)
        if key(entry) in entries:
            raise child.fault(f"{key(entry)} is given twice")
        entries[key(entry)] = entry
    return tuple(entries.values())


def _named(spot: Spot) -> Named:
    parts = spot.mapping(("zh", "en"))
    return Named(parts["zh"].text(), parts["en"].text())


def _field(spot: Spot) -> Field:
    parts = spot.mapping(("key", "zh", "en", "pinyin"))
    return Field(parts["key"].text(), Named(parts["zh"].text(), parts["en"].text()), parts["pinyin"].text())


def _kind(spot: Spot) -> KindEntry:
    parts = spot.mapping(("key", "zh", "en", "words"))
    name = Named(parts["zh"].text(), parts["en"].text())
    return KindEntry(parts["key"].one_of(MatterKind), name, _words(parts["words"]))


def _platform(spot: Spot) -> PlatformEntry:
    more = ("duty", "duty_measured", "floats_from", "logins", "ledgers")
    parts = spot.mapping(("code", "zh", "en", "floats"), more)
    return PlatformEntry(
        parts["code"].text(),
        Named(parts["zh"].text(), parts["en"].text()),
        parts["floats"].flag(),
        parts["duty"].whole(0) if "duty" in parts else 0,
        parts["duty_measured"].flag() if "duty_measured" in parts else False,
        parts["floats_from"].day() if "floats_from" in parts else None,
        parts["logins"].whole(0) if "logins" in parts else 0,
        parts["ledgers"].whole(0) if "ledgers" in parts else 0,
    )


def _words(spot: Spot, at_least: int = WORDS_AT_LEAST) -> tuple[str, ...]:
    children = spot.items()
    if len(children) < at_least:
        raise spot.fault(f"needs at least {at_least} words")
    words: list[str] = []
    for child in children:
        word = child.text()
        if not all(part.strip() for part in word.split("+")):
            raise child.fault("a part beside + is empty")
        if word in words:
            raise child.fault("given twice")
        words.append(word)
    return tuple(words)


def _days(spot: Spot) -> Days:
    parts = spot.mapping(("count", "unit", "from"), ("counts",))
    counts = parts["counts"].one_of(DaysCount) if "counts" in parts else DaysCount.DURATION
    unit = parts["unit"].one_of(Unit)
    return Days(parts["count"].whole_or_none(), unit, parts["from"].one_of(DaysFrom), counts)


def _group(spot: Spot, known: Known | None, codes: set[str]) -> list[ItemEntry]:
    parts = spot.mapping(("list", "handled_by", "kind", "items"), LEVELS)
    listing = parts["list"].one_of(Listing)
    handled_by = parts["handled_by"].one_of(HandledBy)
    kind = parts["kind"].one_of(AffairKind)
    if (listing is Listing.CORE) is (handled_by is HandledBy.DEPARTMENT):
        raise parts["handled_by"].fault(f"{handled_by} does not go with the list {listing}")
    if kind is AffairKind.RESIDENTIAL and handled_by is not HandledBy.COMMUNITY:
        raise parts["kind"].fault("residential items stay in the community")
    found = []
    for child in parts["items"].items():
        item = _item(
            child, _Group(listing, handled_by, kind, *_levels(parts, default_levels(listing, handled_by, kind)))
        )
        if item.code in codes:
            raise child.fault(f"{item.code} is given twice")
        codes.add(item.code)
        for trouble in item_troubles(item, known) if known else ():
            raise child.fault(f"{trouble.column}: {t('en', trouble.key, **dict(trouble.args))}")
        found.append(item)
    return found


Levels = tuple[Level, tuple[Level, ...], tuple[Level, ...]]


@dataclass(frozen=True, slots=True)
class _Group:
    """What the items of a group share."""

    listing: Listing
    handled_by: HandledBy
    kind: AffairKind
    decides: Level
    assists: tuple[Level, ...]
    may_not_push: tuple[Level, ...]


def _levels(parts: dict[str, Spot], start: Levels) -> Levels:
    """Who decides, helps and may not hand down; what is not said stays as it is."""
    return (
        parts["decides"].one_of(Level) if "decides" in parts else start[0],
        parts["assists"].members(Level) if "assists" in parts else start[1],
        parts["may_not_push"].members(Level) if "may_not_push" in parts else start[2],
    )


def _item(spot: Spot, group: _Group) -> ItemEntry:
    parts = spot.mapping(ITEM, ITEM_MORE)
    decides, assists, may_not_push = _levels(parts, (group.decides, group.assists, group.may_not_push))
    is_residential = group.kind is AffairKind.RESIDENTIAL
    is_retired = parts["retired"].flag() if "retired" in parts else False
    return ItemEntry(
        code=parts["code"].text(),
        name=Named(parts["zh"].text(), parts["en"].text()),
        listing=group.listing,
        handled_by=group.handled_by,
        kind=group.kind,
        fields=tuple(child.text() for child in parts["fields"].items()),
        days=_days(parts["days"]),
        basis=tuple(child.text() for child in parts["basis"].items()),
        words=_words(parts["words"], 1 if is_retired else WORDS_AT_LEAST),
        minutes=parts["minutes"].whole(1),
        certainty=parts["certainty"].one_of(Certainty),
        platform=parts["platform"].text() if "platform" in parts else None,
        matter_kind=parts["matter_kind"].one_of(MatterKind) if "matter_kind" in parts else None,
        goes_to=_named(parts["goes_to"]) if "goes_to" in parts else None,
        papers=tuple(child.text() for child in parts["papers"].items()) if "papers" in parts else (),
        note=_named(parts["note"]) if "note" in parts else None,
        is_measured=parts["minutes_measured"].flag() if "minutes_measured" in parts else False,
        decides=decides,
        assists=assists,
        may_not_push=may_not_push,
        floats_from=parts["floats_from"].day() if "floats_from" in parts else None,
        scale=_one(parts, "scale", Scale, Scale.COMPOUND if is_residential else None),
        legal_route=_one(parts, "legal_route", LegalRoute, LegalRoute.NONE if is_residential else None),
        method=_one(parts, "method", Method, Method.DAILY if is_residential else None),
        is_retired=is_retired,
        successor=parts["successor"].text() if "successor" in parts else None,
    )


def _one(parts: dict[str, Spot], name: str, members: type[Member], start: Member | None) -> Member | None:
    return parts[name].one_of(members) if name in parts else start
