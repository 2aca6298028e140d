"""What must hold inside a catalogue, whatever it was read from: a file, a table or a form. Plain values in and out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from linyue.base.workdays import Unit
from linyue.centres.rules import (
    AffairKind,
    Catalogue,
    Field,
    HandledBy,
    ItemEntry,
    KindEntry,
    Listing,
    Named,
    PlatformEntry,
)
from linyue.centres.rules_terms import Level
from linyue.councils.rules import MatterKind

WORDS_AT_LEAST = 2
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,11}")
KEY = re.compile(r"[a-z][a-z0-9_]{0,23}")
PINYIN = re.compile(r"[a-z]{1,40}")
ZH_AT_MOST, EN_AT_MOST, LINE_AT_MOST, NOTE_AT_MOST = 80, 120, 200, 400
MINUTES_AT_MOST, DAYS_AT_MOST, DUTY_AT_MOST = 6000, 3650, 10_080
PARTS = "；;\n\r"
"""What parts the entries of one cell; no entry may hold one of them."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with one field of one entry: translation key and its arguments."""

    column: str
    key: str
    args: tuple[tuple[str, str], ...] = ()


LATER = frozenset(
    {
        "centres-fault-float-together",
        "centres-fault-floats-after-platform",
        "centres-fault-successor",
        "centres-fault-platform-unused",
    }
)
"""How entries fit together: a draft may be at odds with itself until it is handed in, one entry by itself may not."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an item may refer to."""

    effective_from: date
    fields: frozenset[str]
    platforms: Mapping[str, PlatformEntry]
    papers: frozenset[str]


def known_of(catalogue: Catalogue) -> Known:
    """What the items of a catalogue may refer to."""
    return Known(
        catalogue.effective_from,
        frozenset(field.key for field in catalogue.fields),
        {entry.code: entry for entry in catalogue.platforms},
        frozenset(zh for zh, _ in catalogue.papers),
    )


def default_levels(
    listing: Listing, handled_by: HandledBy, kind: AffairKind
) -> tuple[Level, tuple[Level, ...], tuple[Level, ...]]:
    """Who decides, who helps, who may not hand down, where a file does not say: our reading of the lists, not a law.

    What residents settle themselves, what a centre took over, and what a community must refuse nobody may hand down.
    """
    above = (Level.STREET, Level.DEPARTMENT)
    if kind is AffairKind.RESIDENTIAL:
        return Level.COMMUNITY, (), above
    if listing is not Listing.CORE:
        return Level.DEPARTMENT, (), above
    if handled_by is HandledBy.CENTRE:
        return Level.DEPARTMENT, (Level.STREET,), above
    return Level.DEPARTMENT, (Level.STREET, Level.COMMUNITY), ()


def item_troubles(item: ItemEntry, known: Known) -> list[Trouble]:
    """Everything wrong with one item, field by field; successors are looked at with the whole catalogue."""
    return [*_plain(item), *_lists(item, known), *_belongs(item), *_platform_of(item, known)]


def _plain(item: ItemEntry) -> Iterator[Trouble]:
    if not CODE.fullmatch(item.code):
        yield Trouble("code", "centres-fault-code")
    named = [("name_zh", item.name.zh, ZH_AT_MOST), ("name_en", item.name.en, EN_AT_MOST)]
    for column, pair, most in (("goes_to", item.goes_to, ZH_AT_MOST), ("note", item.note, NOTE_AT_MOST)):
        if pair is not None:
            named += [(f"{column}_zh", pair.zh, most), (f"{column}_en", pair.en, 2 * most)]
    for column, text, most in named:
        yield from text_troubles(column, text, most)
    if not 1 <= item.minutes <= MINUTES_AT_MOST:
        yield Trouble("minutes", "centres-fault-minutes", (("n", str(MINUTES_AT_MOST)),))
    if item.days.unit is Unit.HOURS:
        yield Trouble("days_unit", "centres-fault-hours")
    if item.days.count is not None and not 0 <= item.days.count <= DAYS_AT_MOST:
        yield Trouble("days", "centres-fault-days", (("n", str(DAYS_AT_MOST)),))


def text_troubles(column: str, text: str, at_most: int) -> Iterator[Trouble]:
    """A text that must be there, on one line, without blanks around it."""
    if not text.strip():
        yield Trouble(column, "centres-fault-missing")
    elif len(text) > at_most:
        yield Trouble(column, "centres-fault-long", (("n", str(at_most)),))
    elif text != text.strip() or any(not sign.isprintable() for sign in text):
        yield Trouble(column, "centres-fault-signs")


def _lists(item: ItemEntry, known: Known) -> Iterator[Trouble]:
    for column, entries in (
        ("fields", item.fields), ("papers", item.papers), ("basis", item.basis), ("words", item.words),
    ):  # fmt: skip
        yield from list_troubles(column, entries)
    for column, entries in (("fields", item.fields), ("basis", item.basis)):
        if not entries:
            yield Trouble(column, "centres-fault-missing")
    for column, entries, names in (("fields", item.fields, known.fields), ("papers", item.papers, known.papers)):
        for entry in entries:
            if entry not in names:
                yield Trouble(column, f"centres-fault-{column}-unknown", (("name", entry[:40]),))
    if len(item.words) < WORDS_AT_LEAST and not item.is_retired:
        yield Trouble("words", "centres-fault-words", (("n", str(WORDS_AT_LEAST)),))
    yield from _plus_troubles(item.words)
    for column, levels in (("assists", item.assists), ("may_not_push", item.may_not_push)):
        if len(set(levels)) != len(levels):
            yield Trouble(column, "centres-fault-twice", (("name", levels[0].value),))


def _plus_troubles(words: Iterable[str]) -> Iterator[Trouble]:
    """Parts of a word that stand beside a plus: none empty."""
    for word in words:
        if not all(part.strip() for part in word.split("+")):
            yield Trouble("words", "centres-fault-plus", (("name", word[:40]),))


def list_troubles(column: str, entries: Iterable[str]) -> Iterator[Trouble]:
    """Entries of one cell: none empty, none twice, none with a sign that parts entries."""
    seen: set[str] = set()
    for entry in entries:
        if entry in seen:
            yield Trouble(column, "centres-fault-twice", (("name", entry[:40]),))
        seen.add(entry)
        if any(sign in entry for sign in PARTS):
            yield Trouble(column, "centres-fault-parts", (("name", entry[:40]),))
        else:
            yield from text_troubles(column, entry, LINE_AT_MOST)


def _belongs(item: ItemEntry) -> Iterator[Trouble]:
    """What goes with the list, with who takes it and with its kind."""
    is_core, is_residential = item.listing is Listing.CORE, item.kind is AffairKind.RESIDENTIAL
    if is_core is (item.handled_by is HandledBy.DEPARTMENT):
        yield Trouble("handled_by", "centres-fault-handled-by")
    if is_residential and item.handled_by is not HandledBy.COMMUNITY:
        yield Trouble("handled_by", "centres-fault-residential")
    if is_core is not (item.goes_to is None):
        yield Trouble("goes_to_zh", "centres-fault-goes-to-core" if is_core else "centres-fault-goes-to")
    if is_residential is (item.matter_kind is None):
        yield Trouble("matter_kind", "centres-fault-kind" if is_residential else "centres-fault-kind-governmental")
    for column, value in (("scale", item.scale), ("legal_route", item.legal_route), ("method", item.method)):
        if is_residential is (value is None):
            key = "centres-fault-residential-only" if value is not None else "centres-fault-missing"
            yield Trouble(column, key)
    if item.floats_from is not None and item.handled_by is not HandledBy.CENTRE:
        yield Trouble("floats_from", "centres-fault-floats-only-centre")
    if item.successor is not None and not item.is_retired:
        yield Trouble("successor", "centres-fault-successor-living")


def _platform_of(item: ItemEntry, known: Known) -> Iterator[Trouble]:
    """The platform of a core item: it floats together with its items, and not before the last of them."""
    is_core = item.listing is Listing.CORE
    if item.platform is None or not is_core:
        if is_core or item.platform is not None:
            yield Trouble("platform", "centres-fault-platform" if is_core else "centres-fault-platform-core")
        return
    platform = known.platforms.get(item.platform)
    if platform is None:
        yield Trouble("platform", "centres-fault-platform-unknown", (("name", item.platform[:40]),))
    elif item.is_retired:
        return
    elif platform.floats is not (item.handled_by is HandledBy.CENTRE):
        yield Trouble("platform", "centres-fault-float-together", (("name", item.platform),))
    elif (item.floats_from or known.effective_from) > (platform.floats_from or known.effective_from):
        yield Trouble("floats_from", "centres-fault-floats-after-platform", (("name", item.platform),))


def platform_troubles(entry: PlatformEntry) -> list[Trouble]:
    """Everything wrong with one platform by itself."""
    found = [] if CODE.fullmatch(entry.code) else [Trouble("code", "centres-fault-code")]
    found += text_troubles("name_zh", entry.name.zh, ZH_AT_MOST)
    found += text_troubles("name_en", entry.name.en, EN_AT_MOST)
    if entry.floats_from is not None and not entry.floats:
        found.append(Trouble("floats_from", "centres-fault-floats-platform"))
    for column, number, most in (
        ("duty", entry.duty, DUTY_AT_MOST), ("logins", entry.logins, 1000), ("ledgers", entry.ledgers, 1000),
    ):  # fmt: skip
        if not 0 <= number <= most:
            found.append(Trouble(column, "centres-fault-number", (("n", str(most)),)))
    return found


def field_troubles(entry: Field) -> list[Trouble]:
    """Everything wrong with one subject field by itself."""
    found = [] if KEY.fullmatch(entry.key) else [Trouble("key", "centres-fault-key")]
    if not PINYIN.fullmatch(entry.pinyin):
        found.append(Trouble("pinyin", "centres-fault-pinyin"))
    return [*found, *_name_troubles(entry.name)]


def kind_troubles(entry: KindEntry) -> list[Trouble]:
    """Everything wrong with one of the seven kinds by itself."""
    found = [*_name_troubles(entry.name), *list_troubles("words", entry.words)]
    if len(entry.words) < WORDS_AT_LEAST:
        found.append(Trouble("words", "centres-fault-words", (("n", str(WORDS_AT_LEAST)),)))
    return [*found, *_plus_troubles(entry.words)]


def paper_troubles(zh: str, en: str) -> list[Trouble]:
    """Everything wrong with one paper by itself; items list papers in one cell, so no name holds a parting sign."""
    found = _name_troubles(Named(zh, en))
    if any(sign in zh for sign in PARTS):
        found.append(Trouble("name_zh", "centres-fault-parts", (("name", zh[:40]),)))
    return found


def _name_troubles(name: Named) -> list[Trouble]:
    return [*text_troubles("name_zh", name.zh, ZH_AT_MOST), *text_troubles("name_en", name.en, EN_AT_MOST)]


def entry_troubles(table: str, entry: Any, catalogue: Catalogue) -> list[Trouble]:
    """Everything wrong with one entry of a table by itself; an item is looked at with what it refers to."""
    match table:
        case "items":
            return item_troubles(entry, known_of(catalogue))
        case "platforms":
            return platform_troubles(entry)
        case "fields":
            return field_troubles(entry)
        case "kinds":
            return kind_troubles(entry)
        case _:
            return paper_troubles(*entry)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a catalogue a trouble is: table and the entry's key."""

    table: str
    key: str


def catalogue_troubles(catalogue: Catalogue) -> list[tuple[Place, Trouble]]:
    """Everything wrong with a whole catalogue, table by table in reading order."""
    known = known_of(catalogue)
    found: list[tuple[Place, Trouble]] = []
    living = {item.code for item in catalogue.items if not item.is_retired}
    for table, keys in (
        ("fields", [f.key for f in catalogue.fields]), ("kinds", [k.key.value for k in catalogue.kinds]),
        ("platforms", [p.code for p in catalogue.platforms]), ("papers", [zh for zh, _ in catalogue.papers]),
        ("items", [i.code for i in catalogue.items]),
    ):  # fmt: skip
        for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
            found.append((Place(table, key), Trouble("code", "centres-fault-code-twice", (("name", key),))))
    for kind in sorted(set(MatterKind) - {kind.key for kind in catalogue.kinds}):
        found.append(
            (Place("kinds", kind.value), Trouble("key", "centres-fault-kind-missing", (("name", kind.value),)))
        )
    for field in catalogue.fields:
        found += [(Place("fields", field.key), trouble) for trouble in field_troubles(field)]
    for kind_entry in catalogue.kinds:
        found += [(Place("kinds", kind_entry.key.value), trouble) for trouble in kind_troubles(kind_entry)]
    for zh, en in catalogue.papers:
        found += [(Place("papers", zh), trouble) for trouble in paper_troubles(zh, en)]
    used = {item.platform for item in catalogue.items}
    for entry in catalogue.platforms:
        found += [(Place("platforms", entry.code), trouble) for trouble in platform_troubles(entry)]
        if entry.code not in used:
            trouble = Trouble("code", "centres-fault-platform-unused", (("name", entry.code),))
            found.append((Place("platforms", entry.code), trouble))
    for item in catalogue.items:
        found += [(Place("items", item.code), trouble) for trouble in item_troubles(item, known)]
        if item.successor is not None and item.successor not in living:
            trouble = Trouble("successor", "centres-fault-successor", (("name", item.successor[:40]),))
            found.append((Place("items", item.code), trouble))
    return found
