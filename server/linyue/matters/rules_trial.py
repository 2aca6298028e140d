"""Trying a change of the catalogue on past matters: which would have gone elsewhere, which due otherwise.

Plain values in and out. A matter is compared by what its item says before and after the change; what else a social
worker decided about it stays as it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from linyue.centres.rules import Days, ItemEntry, Way, route_of
from linyue.centres.rules_versions import successor_of


class TrialWhy(StrEnum):
    """Why a matter would have gone elsewhere; the value is the end of its translation key."""

    RETIRED = "retired"
    GONE = "gone"
    FLOATED = "floated"
    SUNK = "sunk"
    LISTING = "listing"
    KIND = "kind"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Past:
    """A past matter: its number, its item, where it went."""

    number: str
    code: str
    way: Way


@dataclass(frozen=True, slots=True)
class Moved:
    """A matter that would have gone elsewhere: by which item before and after, which way, and why."""

    number: str
    code: str
    code_after: str
    way: Way
    way_after: Way | None
    why: TrialWhy


@dataclass(frozen=True, slots=True)
class Retimed:
    """A matter that would have had another time: days before and after, None where none is promised."""

    number: str
    code: str
    days: int | None
    unit: str
    days_after: int | None
    unit_after: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a change would have done with `of` past matters that were sent under an item."""

    of: int
    moved: tuple[Moved, ...]
    retimed: tuple[Retimed, ...]


def tried(matters: Iterable[Past], before: Mapping[str, ItemEntry], after: Mapping[str, ItemEntry]) -> Trial:
    """The change from `before` to `after` (items by code), tried on past matters."""
    moved: list[Moved] = []
    retimed: list[Retimed] = []
    count = 0
    for matter in matters:
        old = before.get(matter.code)
        if old is None:
            continue
        count += 1
        new = successor_of(matter.code, dict(after))
        why = why_moved(old, new, after.get(matter.code))
        if why is not None:
            way_after = route_of(new) if new else None
            moved.append(Moved(matter.number, matter.code, new.code if new else "", matter.way, way_after, why))
        elif new is not None and _time(new.days) != _time(old.days):
            retimed.append(Retimed(matter.number, matter.code, *_time(old.days), *_time(new.days)))
    return Trial(count, tuple(moved), tuple(retimed))


def _time(days: Days) -> tuple[int | None, str]:
    return days.count, days.unit.value


def why_moved(old: ItemEntry, new: ItemEntry | None, same: ItemEntry | None) -> TrialWhy | None:
    """Why a matter of this item would go elsewhere; None if not. `same` is the item itself after the change."""
    if new is None:
        return TrialWhy.GONE
    if destination(old) == destination(new) and new.code == old.code:
        return None
    if same is not None and same.is_retired and not old.is_retired:
        return TrialWhy.RETIRED
    if old.listing is not new.listing:
        return TrialWhy.LISTING
    way, way_after = route_of(old), route_of(new)
    if way is not way_after:
        return TrialWhy.FLOATED if way_after is Way.CENTRE else TrialWhy.SUNK if way is Way.CENTRE else TrialWhy.KIND
    return None if destination(old) == destination(new) else _by_place(way)


def _by_place(way: Way) -> TrialWhy:
    return TrialWhy.KIND if way is Way.COUNCIL else TrialWhy.ADDRESS


def destination(item: ItemEntry) -> tuple[Way, str]:
    """Where an item sends a matter, as far as the catalogue decides: the way, and kind or address behind it."""
    way = route_of(item)
    if way is Way.COUNCIL:
        return way, item.matter_kind.value if item.matter_kind else ""
    return way, item.goes_to.zh if item.goes_to else ""
