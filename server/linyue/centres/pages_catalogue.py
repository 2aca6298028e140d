"""What the pages about the catalogue's versions show: differences and faults in the reader's words. Decides nothing."""

from dataclasses import dataclass

from linyue.base.i18n import t
from linyue.base.sheets import Fault
from linyue.centres.catalogue_tables import COLUMNS, heading_of, item_cells, platform_cells, table_name
from linyue.centres.rules import Catalogue
from linyue.centres.rules_check import catalogue_troubles
from linyue.centres.rules_versions import EntryDiff, differences

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


def diff_views(lang: str, old: Catalogue | None, new: Catalogue, edit: str = "") -> list[DiffView]:
    """What differs between two versions; `edit` is the address of the draft under which entries are changed."""
    found = []
    for one in differences(old, new):
        href = f"{edit}/entries/{one.table}/{one.key}" if edit and one.table in ("items", "platforms") else ""
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
    if table == "items":
        return next((item_cells(item, lang) for item in catalogue.items if item.code == key), {})
    if table == "platforms":
        return next((platform_cells(entry, lang) for entry in catalogue.platforms if entry.code == key), {})
    if table == "papers":
        return {"name_zh": key, "name_en": dict(catalogue.papers).get(key, "")}
    if table == "kinds":
        found = next((kind for kind in catalogue.kinds if kind.key.value == key), None)
        words = "；".join(found.words) if found else ""
        return {"name_zh": found.name.zh, "name_en": found.name.en, "words": words} if found else {}
    field = next((one for one in catalogue.fields if one.key == key), None)
    return {"name_zh": field.name.zh, "name_en": field.name.en, "pinyin": field.pinyin} if field else {}


def trouble_views(lang: str, catalogue: Catalogue) -> list[FaultView]:
    """What is wrong inside a draft."""
    return [
        FaultView(0, f"{place.key} · {heading_of(lang, trouble.column)}", t(lang, trouble.key, **dict(trouble.args)))
        for place, trouble in catalogue_troubles(catalogue)
    ]


def fault_views(lang: str, faults: list[Fault]) -> list[FaultView]:
    """What is wrong with a file, line by line."""
    return [FaultView(one.line, _where(lang, one.column), t(lang, one.key, **dict(one.args))) for one in faults]


def _where(lang: str, column: str) -> str:
    table, _, name = column.partition(".")
    if table not in COLUMNS:
        return column
    return f"{table_name(lang, table)} · {heading_of(lang, name)}" if name else table_name(lang, table)
