"""How long items really take, from visits to a window that held one item each. Plain functions over values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

MEASURED_FROM = 10
"""Fewer visits say too little to take the place of the catalogue's figure."""
WITHIN = timedelta(days=180)
"""Older visits may have been under another rule."""
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=4)
"""Shorter ones were called by mistake, longer ones somebody forgot to end."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Minutes at the window: the median of so many visits."""

    minutes: int
    visits: int

    @property
    def is_enough(self) -> bool:
        """Whether it may take the place of the catalogue's figure."""
        return self.visits >= MEASURED_FROM


def measured(stays: Iterable[timedelta]) -> Measured | None:
    """The median stay in whole minutes, half up, at least one; None where no stay counts."""
    counted = [stay / timedelta(minutes=1) for stay in stays if SHORTEST <= stay <= LONGEST]
    return Measured(max(1, int(median(counted) + 0.5)), len(counted)) if counted else None
