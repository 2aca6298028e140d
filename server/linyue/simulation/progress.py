"""How far a long run is: a bar with rate and time left on a terminal, plain lines elsewhere."""

import sys
import time
from dataclasses import dataclass, field
from typing import TextIO

WIDTH = 24
LINES = 24
"""Plain lines of a whole run, about."""


@dataclass
class Progress:
    """Counts what is done of `total`; `show` after each piece."""

    total: int
    out: TextIO = field(default_factory=lambda: sys.stderr)
    begun: float = field(default_factory=time.monotonic)
    _told: int = -1

    def show(self, done: int, words: str, count: int) -> None:
        """`done` of the total pieces, what they are, and how many matters so far."""
        spent = max(time.monotonic() - self.begun, 0.001)
        rate, left = count / spent, spent / done * (self.total - done) if done else 0.0
        line = f"{words}  {count:,} matters  {rate:,.0f}/s  {_clock(left)} left"
        if self.out.isatty():
            full = WIDTH * done // self.total
            self.out.write(f"\r[{'#' * full}{'.' * (WIDTH - full)}] {line}\x1b[K")
            if done == self.total:
                self.out.write("\n")
        elif done * LINES // self.total > self._told:
            self._told = done * LINES // self.total
            self.out.write(f"{done}/{self.total}  {line}\n")
        self.out.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
