"""What the pages about the catalogue's versions show: differences and faults in the reader's words. Decides nothing."""

import hashlib
from dataclasses import dataclass

from linyue.base.i18n import t
from linyue.base.sheets import Fault
from linyue.centres.catalogue_tables import COLUMNS, entry_cells, heading_of, table_name
from linyue.centres.rules import Catalogue
from linyue.centres.rules_calendar import COLUMNS as YEAR_COLUMNS
from linyue.centres.rules_check import catalogue_troubles
from linyue.centres.rules_entries import entries_of
from linyue.centres.rules_versions import Diff, EntryDiff, differences

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class DiffView:
    """One entry that differs: what it is, how it differs, and each cell before and after."""

    title: str
    diff: str
    href: str
    """Where it can be changed; empty where it cannot."""
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class FaultView:
    """One thing that is wrong: line (0 = none), where, and what in words."""

    line: int
    where: str
    text: str


def address_of(table: str, key: str) -> str:
    """An entry in an address: its code; of a paper, whose name may hold any sign, a short sum of it."""
    return hashlib.sha256(key.encode()).hexdigest()[:12] if table == "papers" else key


def diff_views(lang: str, old: Catalogue | None, new: Catalogue, edit: str = "") -> list[DiffView]:
    """What differs between two versions; `edit` is the address of the draft under which entries are changed."""
    found = []
    for one in differences(old, new):
        href = f"{edit}/entries/{one.table}/{address_of(one.table, one.key)}" if edit and one.diff != Diff.GONE else ""
        before = _cells(old, one.table, one.key, lang) if old is not None else {}
        after = _cells(new, one.table, one.key, lang)
        lines = tuple(
            (heading_of(lang, name), before.get(name) or NOTHING, after.get(name) or NOTHING)
            for name in COLUMNS[one.table]
            if before and after and before.get(name) != after.get(name)
        )
        found.append(DiffView(_title(lang, one), one.diff.value, href, lines))
    return found


def _title(lang: str, one: EntryDiff) -> str:
    name = one.name_en if lang == "en" else one.name_zh
    return name if one.key == name else f"{one.key} · {name}"


def _cells(catalogue: Catalogue, table: str, key: str, lang: str) -> dict[str, str]:
    entry = entries_of(catalogue, table).get(key)
    return {} if entry is None else entry_cells(table, entry, lang)


def trouble_views(lang: str, catalogue: Catalogue) -> list[FaultView]:
    """What is wrong inside a draft."""
    return [
        FaultView(0, f"{place.key} · {heading_of(lang, trouble.column)}", t(lang, trouble.key, **dict(trouble.args)))
        for place, trouble in catalogue_troubles(catalogue)
    ]


def fault_views(lang: str, faults: list[Fault]) -> list[FaultView]:
    """What is wrong with a file, line by line."""
    return [FaultView(one.line, _where(lang, one.column), t(lang, one.key, **dict(one.args))) for one in faults]


def year_fault_views(lang: str, faults: list[Fault]) -> list[FaultView]:
    """What is wrong with a year of the calendar, line by line."""

    def where(column: str) -> str:
        return t(lang, f"centres-year-column-{column.replace('_', '-')}") if column in YEAR_COLUMNS else column

    return [FaultView(one.line, where(one.column), t(lang, one.key, **dict(one.args))) for one in faults]


def _where(lang: str, column: str) -> str:
    table, _, name = column.partition(".")
    if table not in COLUMNS:
        return column
    return f"{table_name(lang, table)} · {heading_of(lang, name)}" if name else table_name(lang, table)
