"""Versions of the catalogue: what holds on a day, how two differ, where a change stands before it holds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from linyue.centres.rules import Catalogue, HandledBy, ItemEntry
from linyue.centres.rules_entries import entries_of, key_of


def catalogue_on(catalogue: Catalogue, day: date) -> Catalogue:
    """The catalogue as it holds on a day: what floats later than that is still the community's."""
    late = {entry.code for entry in catalogue.platforms if _is_later(entry.floats_from, day)}
    later = {item.code for item in catalogue.items if _is_later(item.floats_from, day)}
    if not late and not later:
        return catalogue
    return replace(
        catalogue,
        platforms=tuple(replace(p, floats=False) if p.code in late else p for p in catalogue.platforms),
        items=tuple(replace(i, handled_by=HandledBy.COMMUNITY) if i.code in later else i for i in catalogue.items),
    )


def _is_later(floats_from: date | None, day: date) -> bool:
    return floats_from is not None and floats_from > day


def float_days(catalogue: Catalogue) -> frozenset[date]:
    """Days within a version on which something more floats."""
    dates = [p.floats_from for p in catalogue.platforms] + [i.floats_from for i in catalogue.items]
    return frozenset(day for day in dates if day is not None and day > catalogue.effective_from)


def phase_of(days: Collection[date], day: date) -> date | None:
    """The last of these days that has come: the same answer, the same catalogue."""
    return max((one for one in days if one <= day), default=None)


def successor_of(code: str, items: dict[str, ItemEntry]) -> ItemEntry | None:
    """The item that is taken now for this code: itself, or what follows a retired one; None if nothing does."""
    item = items.get(code)
    if item is not None and item.is_retired:
        item = items.get(item.successor or "")
    return None if item is None or item.is_retired else item


def with_retired(wanted: Sequence[ItemEntry], before: Sequence[ItemEntry]) -> tuple[ItemEntry, ...]:
    """The wanted items, followed by what stood before and is not among them, retired: an item never just vanishes."""
    codes = {item.code for item in wanted}
    gone = [replace(item, is_retired=True) for item in before if item.code not in codes]
    return (*wanted, *gone)


class Diff(StrEnum):
    """How an entry differs from the version before; the value is the end of its translation key."""

    NEW = "new"
    CHANGED = "changed"
    RETIRED = "retired"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of an entry that differs; the values as they stand in the catalogue."""

    column: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class EntryDiff:
    """One entry that differs: its table, its key, its names, and what differs."""

    table: str
    key: str
    name_zh: str
    name_en: str
    diff: Diff
    changes: tuple[FieldChange, ...] = ()


def differences(old: Catalogue | None, new: Catalogue) -> tuple[EntryDiff, ...]:
    """What differs between two versions, table by table; version number and date are not compared."""
    found: list[EntryDiff] = []
    for table in ("platforms", "items"):
        found += _table(table, getattr(old, table, ()), getattr(new, table))
    for table in ("fields", "kinds"):
        found += _table(table, getattr(old, table, ()), getattr(new, table))
    before, after = dict(old.papers) if old else {}, dict(new.papers)
    for zh in dict.fromkeys((*before, *after)):
        if zh not in before:
            found.append(EntryDiff("papers", zh, zh, after[zh], Diff.NEW))
        elif zh not in after:
            found.append(EntryDiff("papers", zh, zh, before[zh], Diff.GONE))
        elif before[zh] != after[zh]:
            change = FieldChange("en", before[zh], after[zh])
            found.append(EntryDiff("papers", zh, zh, after[zh], Diff.CHANGED, (change,)))
    return tuple(found)


def _table(table: str, old: Sequence[Any], new: Sequence[Any]) -> list[EntryDiff]:
    before, after = {key_of(entry): entry for entry in old}, {key_of(entry): entry for entry in new}
    found = []
    for key, entry in after.items():
        earlier = before.get(key)
        if earlier is None:
            found.append(EntryDiff(table, key, entry.name.zh, entry.name.en, Diff.NEW))
        elif earlier != entry:
            is_retired = getattr(entry, "is_retired", False) and not earlier.is_retired
            diff = Diff.RETIRED if is_retired else Diff.CHANGED
            found.append(EntryDiff(table, key, entry.name.zh, entry.name.en, diff, _changes(earlier, entry)))
    for key, entry in before.items():
        if key not in after:
            found.append(EntryDiff(table, key, entry.name.zh, entry.name.en, Diff.GONE))
    return found


def _changes(old: Any, new: Any) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(one.name, getattr(old, one.name), getattr(new, one.name))
        for one in fields(new)
        if getattr(old, one.name) != getattr(new, one.name)
    )


class DraftState(StrEnum):
    """Where a change of the catalogue stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    DROPPED = "dropped"


class VersionRefusal(StrEnum):
    """Why a change of the catalogue is not made; the value is the translation key."""

    CHANGED_MEANWHILE = "centres-refused-draft-changed"
    NOT_NOW = "centres-refused-draft-not-now"
    DAY_TOO_SOON = "centres-refused-draft-day-soon"
    DAY_TAKEN = "centres-refused-draft-day-taken"
    BASE_CHANGED = "centres-refused-draft-base"
    NOTHING_CHANGED = "centres-refused-draft-nothing"
    NOT_TRIED = "centres-refused-draft-not-tried"
    HAS_TROUBLES = "centres-refused-draft-troubles"
    NOT_YOUR_OWN = "centres-refused-draft-own"
    NO_REASON = "centres-refused-draft-no-reason"
    CODE_KNOWN = "centres-refused-draft-code-known"
    FILE_FAULTY = "centres-refused-file-faulty"
    NO_FILE = "centres-refused-file-none"
    IN_USE = "centres-refused-draft-in-use"
    UNREADABLE = "centres-refused-draft-unreadable"


def refuse_day(day: date, today: date, latest: date | None) -> VersionRefusal | None:
    """Why a version cannot hold from this day on: it begins tomorrow at the earliest, and after every approved one."""
    if day <= today:
        return VersionRefusal.DAY_TOO_SOON
    return VersionRefusal.DAY_TAKEN if latest is not None and day <= latest else None


def refuse_hand_in(revision: int, tried_revision: int, changes: int, troubles: int) -> VersionRefusal | None:
    """Why a draft cannot be handed in for approval: it is sound, says something new, and was tried as it stands."""
    if troubles:
        return VersionRefusal.HAS_TROUBLES
    if not changes:
        return VersionRefusal.NOTHING_CHANGED
    return VersionRefusal.NOT_TRIED if revision != tried_revision else None


def refuse_approval(person_id: int | None, hands: Collection[int | None]) -> VersionRefusal | None:
    """Whoever made a change, or had a hand in it, does not approve it (two pairs of eyes)."""
    return VersionRefusal.NOT_YOUR_OWN if person_id is None or person_id in hands else None


def floated(catalogue: Catalogue, code: str, is_afloat: bool, day: date | None) -> Catalogue:
    """The catalogue with a platform and its living items moved together: to the centres from a day, or back."""
    handled_by = HandledBy.CENTRE if is_afloat else HandledBy.COMMUNITY
    return replace(
        catalogue,
        platforms=tuple(
            replace(p, floats=is_afloat, floats_from=day if is_afloat else None) if p.code == code else p
            for p in catalogue.platforms
        ),
        items=tuple(
            replace(i, handled_by=handled_by, floats_from=day if is_afloat else None)
            if i.platform == code and not i.is_retired
            else i
            for i in catalogue.items
        ),
    )


def rebased(base: Catalogue | None, mine: Catalogue, theirs: Catalogue) -> tuple[Catalogue, tuple[str, ...]]:
    """A draft moved onto a newer version: what only one side changed is kept; keys that both changed, where mine stays.

    Every entry counts as one: an item, a platform, a field, a kind, a paper.
    """
    both: list[str] = []
    made: dict[str, Any] = {}
    for table in ("fields", "kinds", "platforms", "items", "papers"):
        old, ours, new = (entries_of(side, table) for side in (base, mine, theirs))
        kept: dict[str, Any] = {}
        for key in dict.fromkeys((*new, *ours)):
            before, here, there = old.get(key), ours.get(key), new.get(key)
            if here not in (before, there) and there != before:
                both.append(key)
            chosen = there if here == before else here
            if chosen is not None:
                kept[key] = chosen
        made[table] = tuple(kept.values())
    return replace(theirs, effective_from=mine.effective_from, **made), tuple(both)
