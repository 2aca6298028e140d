"""How long items really take. Plain functions over values.

Two sources: visits to a window that held one item each, and what those at a community's own desk said when they
completed a matter. The second is told, not clocked; both are the district's own figures instead of an assumption.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from statistics import median

MEASURED_FROM = 10
"""Fewer visits say too little to take the place of the catalogue's figure."""
WITHIN = timedelta(days=180)
"""Older visits may have been under another rule."""
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=4)
"""Shorter ones were called by mistake, longer ones somebody forgot to end."""


TOLD_AT_MOST = 240
"""Minutes somebody may say a matter took: as long as the longest visit that counts."""


class Source(StrEnum):
    """Where a figure comes from; the value is a part of translation keys."""

    WINDOW = "window"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Measured:
    """Minutes of an item: the median of so many visits to a window, or matters of the communities' own desks."""

    minutes: int
    visits: int
    source: Source = Source.WINDOW

    @property
    def is_enough(self) -> bool:
        """Whether it may take the place of the catalogue's figure."""
        return self.visits >= MEASURED_FROM


def measured(stays: Iterable[timedelta], source: Source = Source.WINDOW) -> Measured | None:
    """The median stay in whole minutes, half up, at least one; None where no stay counts."""
    counted = [stay / timedelta(minutes=1) for stay in stays if SHORTEST <= stay <= LONGEST]
    return Measured(max(1, int(median(counted) + 0.5)), len(counted), source) if counted else None


def minutes_in_all(before: int | None, told: int | None, *, is_again: bool) -> int | None:
    """What a matter took in all, once it is completed; None where a part of it is not known.

    `before`: of the first time, for one that was opened again (`is_again`); `told`: of this time, None if not said.
    """
    if told is None or (is_again and before is None):
        return None
    return told + (before or 0) if is_again else told


def figure_of(window: Measured | None, desk: Measured | None) -> Measured | None:
    """Which of two figures speaks for an item: the own desk's where it is enough, since the load is reckoned for a
    community's desk; else one that is enough; else the one with more behind it."""
    found = [one for one in (desk, window) if one is not None]
    enough = [one for one in found if one.is_enough]
    return enough[0] if enough else max(found, key=lambda one: one.visits, default=None)
