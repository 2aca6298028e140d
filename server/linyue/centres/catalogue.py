"""Reads a catalogue file into plain values; every fault names file, line and field. Writes nothing, asks no table."""

from collections.abc import Callable
from typing import TypeVar

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
from linyue.councils.rules import MatterKind

__all__ = ["CatalogueFault", "parse"]

Entry = TypeVar("Entry")

FORMAT = 1
WORDS_AT_LEAST = 2
TOP = ("format", "version", "effective_from", "title", "fields", "kinds", "platforms", "papers", "groups")
ITEM = ("code", "zh", "en", "fields", "days", "basis", "words", "minutes", "certainty")
ITEM_MORE = ("platform", "matter_kind", "goes_to", "papers", "note", "minutes_measured")


def parse(text: str, file: str = "catalogue.yaml") -> Catalogue:
    """The catalogue in a YAML text. Raises CatalogueFault at the first fault."""
    top = read(text, file).mapping(TOP)
    if top["format"].whole() != FORMAT:
        raise top["format"].fault(f"only format {FORMAT} is known")
    fields = _unique(top["fields"], _field, lambda entry: entry.key)
    kinds = _unique(top["kinds"], _kind, lambda entry: entry.key)
    for missing in set(MatterKind) - {kind.key for kind in kinds}:
        raise top["kinds"].fault(f"the kind {missing} is missing")
    platforms = _unique(top["platforms"], _platform, lambda entry: entry.code)
    papers = tuple((key.text(), value.text()) for key, value in top["papers"].pairs())
    known = _Known({entry.key for entry in fields}, {p.code: p.floats for p in platforms}, {zh for zh, _ in papers})
    items: list[ItemEntry] = []
    codes: set[str] = set()
    for group in top["groups"].items():
        items += _group(group, known, codes)
    used = {item.platform for item in items}
    for code in known.platforms:
        if code not in used:
            raise top["platforms"].fault(f"no item uses {code}")
    return Catalogue(
        top["version"].whole(1),
        top["effective_from"].day(),
        _named(top["title"]),
        fields,
        kinds,
        platforms,
        papers,
        tuple(items),
    )


class _Known:
    """What an item may refer to: subject fields, platforms (code -> floats) and papers."""

    def __init__(self, fields: set[str], platforms: dict[str, bool], papers: set[str]) -> None:
        self.fields, self.platforms, self.papers = fields, platforms, papers


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
    parts = spot.mapping(("code", "zh", "en", "floats"), ("duty", "duty_measured"))
    return PlatformEntry(
        parts["code"].text(),
        Named(parts["zh"].text(), parts["en"].text()),
        parts["floats"].flag(),
        parts["duty"].whole(0) if "duty" in parts else 0,
        parts["duty_measured"].flag() if "duty_measured" in parts else False,
    )


def _words(spot: Spot) -> tuple[str, ...]:
    children = spot.items()
    if len(children) < WORDS_AT_LEAST:
        raise spot.fault(f"needs at least {WORDS_AT_LEAST} words")
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


def _group(spot: Spot, known: _Known, codes: set[str]) -> list[ItemEntry]:
    parts = spot.mapping(("list", "handled_by", "kind", "items"))
    listing = parts["list"].one_of(Listing)
    handled_by = parts["handled_by"].one_of(HandledBy)
    kind = parts["kind"].one_of(AffairKind)
    if (listing is Listing.CORE) is (handled_by is HandledBy.DEPARTMENT):
        raise parts["handled_by"].fault(f"{handled_by} does not go with the list {listing}")
    if kind is AffairKind.RESIDENTIAL and handled_by is not HandledBy.COMMUNITY:
        raise parts["kind"].fault("residential items stay in the community")
    found = []
    for child in parts["items"].items():
        item = _item(child, listing, handled_by, kind)
        if item.code in codes:
            raise child.fault(f"{item.code} is given twice")
        codes.add(item.code)
        _check_links(child, item, known)
        found.append(item)
    return found


def _item(spot: Spot, listing: Listing, handled_by: HandledBy, kind: AffairKind) -> ItemEntry:
    parts = spot.mapping(ITEM, ITEM_MORE)
    return ItemEntry(
        code=parts["code"].text(),
        name=Named(parts["zh"].text(), parts["en"].text()),
        listing=listing,
        handled_by=handled_by,
        kind=kind,
        fields=tuple(child.text() for child in parts["fields"].items()),
        days=_days(parts["days"]),
        basis=tuple(child.text() for child in parts["basis"].items()),
        words=_words(parts["words"]),
        minutes=parts["minutes"].whole(1),
        certainty=parts["certainty"].one_of(Certainty),
        platform=parts["platform"].text() if "platform" in parts else None,
        matter_kind=parts["matter_kind"].one_of(MatterKind) if "matter_kind" in parts else None,
        goes_to=_named(parts["goes_to"]) if "goes_to" in parts else None,
        papers=tuple(child.text() for child in parts["papers"].items()) if "papers" in parts else (),
        note=_named(parts["note"]) if "note" in parts else None,
        is_measured=parts["minutes_measured"].flag() if "minutes_measured" in parts else False,
    )


def _check_links(spot: Spot, item: ItemEntry, known: _Known) -> None:
    """What an item names must exist, and belong to the way its group says. Raises CatalogueFault."""
    for name in item.fields:
        if name not in known.fields:
            raise spot.fault(f"unknown subject field {name}")
    for paper in item.papers:
        if paper not in known.papers:
            raise spot.fault(f"{paper} has no entry under papers")
    is_core = item.listing is Listing.CORE
    if is_core is (item.platform is None):
        raise spot.fault("needs a platform" if is_core else "a platform is for core items only")
    if is_core is not (item.goes_to is None):
        raise spot.fault("goes_to is for referrals and refusals only" if is_core else "needs goes_to")
    if (item.kind is AffairKind.RESIDENTIAL) is (item.matter_kind is None):
        raise spot.fault("matter_kind belongs to residential items, and to each of them")
    if item.platform is None:
        return
    if item.platform not in known.platforms:
        raise spot.fault(f"unknown platform {item.platform}")
    if known.platforms[item.platform] is not (item.handled_by is HandledBy.CENTRE):
        raise spot.fault(f"{item.platform} and its items must float together")
