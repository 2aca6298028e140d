"""One entry of a catalogue among the others: found, put in, taken out. Plain values in and out, nothing is written.

Tables are items, platforms, fields, kinds and papers; a paper is known by its Chinese name, all else by its code.
"""

from dataclasses import replace
from typing import Any

from linyue.centres.rules import Catalogue

TABLES = ("items", "platforms", "fields", "kinds", "papers")
GROWING = ("items", "platforms", "fields", "papers")
"""Tables that take new entries; the kinds of residents' own matters are seven, one for each standing member."""
SHRINKING = ("platforms", "fields", "papers")
"""Tables whose unused entries may be taken out; an item is retired instead, so that its past keeps its words."""


def key_of(entry: Any) -> str:
    """What an entry is known by."""
    if isinstance(entry, tuple):
        return str(entry[0])
    return str(entry.code if hasattr(entry, "code") else entry.key)


def entries_of(catalogue: Catalogue | None, table: str) -> dict[str, Any]:
    """The entries of a table by what they are known by."""
    return {key_of(entry): entry for entry in getattr(catalogue, table, ())}


def put_entry(catalogue: Catalogue, table: str, key: str, entry: Any) -> Catalogue:
    """The catalogue with this entry in the place of the one known by `key`, or at the end.

    A paper may get another name: every item that asks for it then asks for it by the new one.
    """
    found = list(getattr(catalogue, table))
    keys = [key_of(one) for one in found]
    if key in keys:
        found[keys.index(key)] = entry
    else:
        found.append(entry)
    tables: dict[str, Any] = {table: tuple(found)}
    made = replace(catalogue, **tables)
    if table != "papers" or key not in keys or key == key_of(entry):
        return made
    return replace(made, items=tuple(_with_paper(item, key, key_of(entry)) for item in made.items))


def _with_paper(item: Any, old: str, new: str) -> Any:
    if old not in item.papers:
        return item
    return replace(item, papers=tuple(dict.fromkeys(new if paper == old else paper for paper in item.papers)))


def users_of(catalogue: Catalogue, table: str, key: str) -> list[str]:
    """Codes of the items that name this platform, field or paper."""
    if table == "platforms":
        return [item.code for item in catalogue.items if item.platform == key]
    names = {"fields": "fields", "papers": "papers"}.get(table)
    return [item.code for item in catalogue.items if key in getattr(item, names)] if names else []


def without_entry(catalogue: Catalogue, table: str, key: str) -> Catalogue:
    """The catalogue without an entry that no item names."""
    kept: dict[str, Any] = {table: tuple(one for one in getattr(catalogue, table) if key_of(one) != key)}
    return replace(catalogue, **kept)
