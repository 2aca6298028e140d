"""Tables of rights in one form: a slice that reads one hands it in here, and `/rights` shows them all.

A table says who may do what in which step. Its words are the slice's own: `<name>-rights-title`, `-act-<act>`,
`-part-<part>`, `-phase-<phase>`, `-given-<given>`, and `-all` where an act is taken in every phase of `whole`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RightsRow:
    """One act: its phases, the parts that may take it, and what has to be there besides ("" for nothing)."""

    act: str
    phases: Sequence[str]
    parts: Sequence[str]
    given: str = ""


@dataclass(frozen=True, slots=True)
class RightsTable:
    """One slice's table, by the name its words begin with. `whole`: the phases that are said in one word."""

    name: str
    rows: Sequence[RightsRow]
    whole: Collection[str]


_tables: dict[str, RightsTable] = {}


def show_rights(table: RightsTable) -> None:
    """Let a slice's table of rights be shown."""
    _tables[table.name] = table


def shown_rights() -> list[RightsTable]:
    """Every table that slices have handed in, by name."""
    return [_tables[name] for name in sorted(_tables)]
