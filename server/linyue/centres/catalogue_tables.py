"""A catalogue as tables for spreadsheets and forms, and back. Faults name table, line and column; writes nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from linyue.base.i18n import t
from linyue.base.prefs import LANGS
from linyue.base.sheets import Fault
from linyue.base.workdays import Unit
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
from linyue.centres.rules_check import PARTS, Trouble, catalogue_troubles
from linyue.centres.rules_entries import entries_of, key_of
from linyue.centres.rules_terms import LegalRoute, Level, Method, Scale
from linyue.centres.rules_versions import with_retired
from linyue.councils.rules import MatterKind

Member = TypeVar("Member", bound=StrEnum)
Cells = Mapping[str, str]
JOIN = "；"


class Answer(StrEnum):
    """A yes or no in a cell."""

    YES = "yes"
    NO = "no"


CHOICES: dict[str, type[StrEnum]] = {
    "list": Listing, "handled_by": HandledBy, "kind": AffairKind, "decides": Level, "assists": Level,
    "may_not_push": Level, "matter_kind": MatterKind, "scale": Scale, "legal_route": LegalRoute, "method": Method,
    "days_unit": Unit, "days_from": DaysFrom, "days_counts": DaysCount, "certainty": Certainty,
    "minutes_measured": Answer, "retired": Answer, "floats": Answer, "duty_measured": Answer,
}  # fmt: skip
"""Columns whose cells hold one of a few words."""
MANY = ("assists", "may_not_push", "fields", "papers", "basis", "words")
COLUMNS: dict[str, tuple[str, ...]] = {
    "items": (
        "code", "name_zh", "name_en", "list", "handled_by", "kind", "fields", "platform", "floats_from", "decides",
        "assists", "may_not_push", "matter_kind", "scale", "legal_route", "method", "days", "days_unit", "days_from",
        "days_counts", "minutes", "minutes_measured", "papers", "basis", "words", "goes_to_zh", "goes_to_en", "note_zh",
        "note_en", "certainty", "retired", "successor",
    ),
    "platforms": (
        "code", "name_zh", "name_en", "floats", "floats_from", "logins", "ledgers", "duty", "duty_measured",
    ),
    "fields": ("key", "name_zh", "name_en", "pinyin"),
    "kinds": ("key", "name_zh", "name_en", "words"),
    "papers": ("name_zh", "name_en"),
}  # fmt: skip
NEEDED = {
    "items": ("code", "name_zh", "name_en", "list", "handled_by", "kind", "fields", "words", "minutes"),
    "platforms": ("code", "name_zh", "name_en", "floats"),
    "fields": ("key", "name_zh", "name_en", "pinyin"),
    "kinds": ("key", "words"),
    "papers": ("name_zh", "name_en"),
}


ALIKE_FROM = 2
"""Headings that a sheet without a known name shares with a table at least."""


def word_of(lang: str, value: StrEnum) -> str:
    """A closed word of the catalogue in the reader's language."""
    return t(lang, f"centres-term-{type(value).__name__.lower()}-{value.value.replace('_', '-')}")


def heading_of(lang: str, column: str) -> str:
    """The heading of a column."""
    return t(lang, f"centres-column-{column.replace('_', '-')}")


def table_name(lang: str, table: str) -> str:
    """The name of a sheet."""
    return t(lang, f"centres-table-{table}")


# ── out ──


def tables_of(catalogue: Catalogue, lang: str) -> dict[str, tuple[list[str], list[list[str]]]]:
    """Every table of a catalogue by its own key: heading and lines, in the reader's words."""
    found: dict[str, tuple[list[str], list[list[str]]]] = {}
    for table, names in COLUMNS.items():
        rows = [entry_cells(table, entry, lang) for entry in getattr(catalogue, table)]
        found[table] = [heading_of(lang, name) for name in names], [[row[name] for name in names] for row in rows]
    return found


def entry_cells(table: str, entry: Any, lang: str) -> dict[str, str]:
    """One entry of a table as the cells of its line."""
    match table:
        case "items":
            return item_cells(entry, lang)
        case "platforms":
            return platform_cells(entry, lang)
        case "papers":
            return {"name_zh": entry[0], "name_en": entry[1]}
        case _:
            more = {"words": JOIN.join(entry.words)} if table == "kinds" else {"pinyin": entry.pinyin}
            return {"key": str(entry.key), "name_zh": entry.name.zh, "name_en": entry.name.en, **more}


def item_cells(item: ItemEntry, lang: str) -> dict[str, str]:
    """One item as the cells of its line."""

    def say(value: StrEnum | None) -> str:
        return word_of(lang, value) if value is not None else ""

    return {
        "code": item.code,
        "name_zh": item.name.zh,
        "name_en": item.name.en,
        "list": say(item.listing),
        "handled_by": say(item.handled_by),
        "kind": say(item.kind),
        "fields": JOIN.join(item.fields),
        "platform": item.platform or "",
        "floats_from": item.floats_from.isoformat() if item.floats_from else "",
        "decides": say(item.decides),
        "assists": JOIN.join(say(level) for level in item.assists),
        "may_not_push": JOIN.join(say(level) for level in item.may_not_push),
        "matter_kind": say(item.matter_kind),
        "scale": say(item.scale),
        "legal_route": say(item.legal_route),
        "method": say(item.method),
        "days": "" if item.days.count is None else str(item.days.count),
        "days_unit": say(item.days.unit),
        "days_from": say(item.days.source),
        "days_counts": say(item.days.counts),
        "minutes": str(item.minutes),
        "minutes_measured": _yes(item.is_measured, lang),
        "papers": JOIN.join(item.papers),
        "basis": JOIN.join(item.basis),
        "words": JOIN.join(item.words),
        "goes_to_zh": item.goes_to.zh if item.goes_to else "",
        "goes_to_en": item.goes_to.en if item.goes_to else "",
        "note_zh": item.note.zh if item.note else "",
        "note_en": item.note.en if item.note else "",
        "certainty": say(item.certainty),
        "retired": _yes(item.is_retired, lang),
        "successor": item.successor or "",
    }


def platform_cells(entry: PlatformEntry, lang: str) -> dict[str, str]:
    """One platform as the cells of its line."""
    return {
        "code": entry.code,
        "name_zh": entry.name.zh,
        "name_en": entry.name.en,
        "floats": _yes(entry.floats, lang),
        "floats_from": entry.floats_from.isoformat() if entry.floats_from else "",
        "logins": str(entry.logins),
        "ledgers": str(entry.ledgers),
        "duty": str(entry.duty),
        "duty_measured": _yes(entry.is_duty_measured, lang),
    }


def _yes(is_so: bool, lang: str) -> str:
    return word_of(lang, Answer.YES if is_so else Answer.NO)


# ── in ──


@dataclass(slots=True)
class _Line:
    """The cells of one line while they are read, and what is wrong with them."""

    cells: Cells
    troubles: list[Trouble]

    def text(self, name: str) -> str:
        return self.cells.get(name, "").strip()

    def many(self, name: str) -> tuple[str, ...]:
        text = self.text(name)
        for sign in PARTS:
            text = text.replace(sign, JOIN)
        return tuple(part.strip() for part in text.split(JOIN) if part.strip())

    def whole(self, name: str, start: int | None = 0) -> int | None:
        text = self.text(name)
        if not text:
            return start
        if text.isascii() and text.isdigit() and len(text) < 7:
            return int(text)
        self.troubles.append(Trouble(name, "centres-fault-whole"))
        return start

    def day(self, name: str) -> date | None:
        text = self.text(name).replace("/", "-")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.troubles.append(Trouble(name, "centres-fault-day"))
            return None

    def one(self, name: str, members: type[Member], start: Member | None = None) -> Member | None:
        text = self.text(name)
        if not text:
            if start is None:
                self.troubles.append(Trouble(name, "centres-fault-missing"))
            return start
        return self._member(name, members, text) or start

    def maybe(self, name: str, members: type[Member]) -> Member | None:
        text = self.text(name)
        return self._member(name, members, text) if text else None

    def each(self, name: str, members: type[Member]) -> tuple[Member, ...]:
        found = [self._member(name, members, text) for text in self.many(name)]
        return tuple(member for member in found if member is not None)

    def yes(self, name: str) -> bool:
        return self.maybe(name, Answer) is Answer.YES

    def _member(self, name: str, members: type[Member], text: str) -> Member | None:
        for member in members:
            if text.lower() in (member.value, *(word_of(lang, member).lower() for lang in LANGS)):
                return member
        known = JOIN.join(word_of("zh-CN", member) for member in members)
        self.troubles.append(Trouble(name, "centres-fault-choice", (("name", text[:40]), ("known", known))))
        return None


def _pair(line: _Line, name: str) -> Named | None:
    zh, en = line.text(f"{name}_zh"), line.text(f"{name}_en")
    return Named(zh, en) if zh or en else None


def read_item(cells: Cells) -> tuple[ItemEntry | None, list[Trouble]]:
    """One item from the cells of a line or a form; None and what is wrong where a cell cannot be understood."""
    line = _Line(cells, [])
    listing, handled_by = line.one("list", Listing), line.one("handled_by", HandledBy)
    kind = line.one("kind", AffairKind)
    days = Days(
        line.whole("days", None),
        line.one("days_unit", Unit, Unit.WORKING) or Unit.WORKING,
        line.one("days_from", DaysFrom, DaysFrom.ASSUMED) or DaysFrom.ASSUMED,
        line.one("days_counts", DaysCount, DaysCount.DURATION) or DaysCount.DURATION,
    )
    more: dict[str, Any] = {
        "certainty": line.one("certainty", Certainty, Certainty.MEDIUM),
        "decides": line.one("decides", Level, Level.DEPARTMENT),
        "assists": line.each("assists", Level),
        "may_not_push": line.each("may_not_push", Level),
        "matter_kind": line.maybe("matter_kind", MatterKind),
        "scale": line.maybe("scale", Scale),
        "legal_route": line.maybe("legal_route", LegalRoute),
        "method": line.maybe("method", Method),
        "floats_from": line.day("floats_from"),
        "minutes": line.whole("minutes") or 0,
        "is_measured": line.yes("minutes_measured"),
        "is_retired": line.yes("retired"),
    }
    if line.troubles or listing is None or handled_by is None or kind is None:
        return None, line.troubles
    item = ItemEntry(
        code=line.text("code"),
        name=Named(line.text("name_zh"), line.text("name_en")),
        listing=listing,
        handled_by=handled_by,
        kind=kind,
        fields=line.many("fields"),
        days=days,
        basis=line.many("basis"),
        words=line.many("words"),
        platform=line.text("platform") or None,
        goes_to=_pair(line, "goes_to"),
        papers=line.many("papers"),
        note=_pair(line, "note"),
        successor=line.text("successor") or None,
        **more,
    )
    return item, []


def read_platform(cells: Cells) -> tuple[PlatformEntry | None, list[Trouble]]:
    """One platform from the cells of a line or a form."""
    line = _Line(cells, [])
    floats = line.one("floats", Answer)
    entry = PlatformEntry(
        line.text("code"),
        Named(line.text("name_zh"), line.text("name_en")),
        floats is Answer.YES,
        line.whole("duty") or 0,
        line.yes("duty_measured"),
        line.day("floats_from"),
        line.whole("logins") or 0,
        line.whole("ledgers") or 0,
    )
    return (None if line.troubles else entry), line.troubles


def _read_field(cells: Cells) -> tuple[Field | None, list[Trouble]]:
    line = _Line(cells, [])
    for name in NEEDED["fields"]:
        if not line.text(name):
            line.troubles.append(Trouble(name, "centres-fault-missing"))
    entry = Field(line.text("key"), Named(line.text("name_zh"), line.text("name_en")), line.text("pinyin"))
    return (None if line.troubles else entry), line.troubles


def _read_kind(cells: Cells) -> tuple[KindEntry | None, list[Trouble]]:
    line = _Line(cells, [])
    key = line.one("key", MatterKind)
    if key is None or line.troubles:
        return None, line.troubles
    return KindEntry(key, Named(line.text("name_zh"), line.text("name_en")), line.many("words")), []


def _read_paper(cells: Cells) -> tuple[tuple[str, str] | None, list[Trouble]]:
    line = _Line(cells, [])
    for name in NEEDED["papers"]:
        if not line.text(name):
            line.troubles.append(Trouble(name, "centres-fault-missing"))
    return (None if line.troubles else (line.text("name_zh"), line.text("name_en"))), line.troubles


READERS: dict[str, Callable[[Cells], tuple[Any, list[Trouble]]]] = {
    "items": read_item, "platforms": read_platform, "fields": _read_field, "kinds": _read_kind, "papers": _read_paper,
}  # fmt: skip


def known_table(name: str, heading: Sequence[str]) -> str | None:
    """Which table a sheet is: by its name in either language, else the one its heading fits best; None for none."""
    plain = name.strip().lower()
    for table in COLUMNS:
        if plain in (table, *(table_name(lang, table).lower() for lang in LANGS)):
            return table
    columns = {_column(cell) for cell in heading} - {""}
    shared = {table: len(columns & set(names)) for table, names in COLUMNS.items()}
    best = max(shared, key=lambda table: (shared[table], -len(COLUMNS[table])))
    return best if shared[best] >= ALIKE_FROM else None


def _column(heading: str) -> str:
    plain = heading.strip().lower()
    if not plain:
        return ""
    names = dict.fromkeys(name for columns in COLUMNS.values() for name in columns)
    return next((n for n in names if plain in (n, *(heading_of(lang, n).lower() for lang in LANGS))), "")


def read_tables(sheets: Mapping[str, Sequence[Sequence[str]]], start: Catalogue) -> tuple[Catalogue, list[Fault]]:
    """The catalogue that these sheets make of `start`: tables that are not there stay, items that are not are retired.

    Faults name the line as the editor counts it and the column as "table · heading"; with any, nothing may be taken.
    """
    made: dict[str, Any] = {}
    faults: list[Fault] = []
    lines: dict[tuple[str, str], int] = {}
    for name, rows in sheets.items():
        filled = [(n, row) for n, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
        table = known_table(name, filled[0][1] if filled else ())
        if table is None or not filled:
            continue
        if table in made:
            faults.append(Fault(0, table, "centres-fault-table-twice"))
            continue
        made[table], wrong = _read_table(table, filled, _cells_before(table, start), lines)
        faults += wrong
    if not made:
        known = "、".join(table_name("zh-CN", table) for table in COLUMNS)
        return start, [Fault(0, "", "centres-fault-no-table", (("found", "、".join(sheets)[:80]), ("known", known)))]
    if faults:
        return start, faults
    if "items" in made:
        made["items"] = with_retired(made["items"], start.items)
    catalogue = replace(start, **made)
    return catalogue, [
        Fault(lines.get((place.table, place.key), 0), f"{place.table}.{trouble.column}", trouble.key, trouble.args)
        for place, trouble in catalogue_troubles(catalogue)
    ]


def _cells_before(table: str, start: Catalogue) -> dict[str, dict[str, str]]:
    """What stands in the catalogue so far by code: a column that a file leaves out stays as it is."""
    return {key: entry_cells(table, entry, "zh-CN") for key, entry in entries_of(start, table).items()}


def _read_table(
    table: str,
    rows: list[tuple[int, Sequence[str]]],
    before: dict[str, dict[str, str]],
    lines: dict[tuple[str, str], int],
) -> tuple[tuple[Any, ...], list[Fault]]:
    first, heading = rows[0]
    names = [_column(cell) for cell in heading]
    missing = [name for name in NEEDED[table] if name not in names]
    twice = [name for name in dict.fromkeys(names) if name and names.count(name) > 1]
    unknown = [cell for cell, name in zip(heading, names, strict=True) if cell.strip() and name not in COLUMNS[table]]
    faults = [Fault(first, f"{table}.{name}", "places-sheet-column-missing") for name in missing]
    faults += [Fault(first, f"{table}.{name}", "centres-fault-column-twice") for name in twice]
    faults += [Fault(first, table, "centres-fault-column-unknown", (("name", cell[:40]),)) for cell in unknown]
    if faults:
        return (), faults
    found: list[Any] = []
    for number, row in rows[1:]:
        cells = {name: cell for name, cell in zip(names, row, strict=False) if name}
        key = (cells.get("code") or cells.get("key") or cells.get("name_zh") or "").strip()
        entry, troubles = READERS[table]({**before.get(key, {}), **cells})
        faults += [Fault(number, f"{table}.{one.column}", one.key, one.args) for one in troubles]
        if entry is not None:
            found.append(entry)
            lines.setdefault((table, key_of(entry)), number)
    return tuple(found), faults
