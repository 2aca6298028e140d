"""A random sample of closed matters to be called: how it is drawn, and what may be noted. Plain functions."""

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256

from linyue.boards.rules import Month

SIZE_AT_MOST = 50
SIZE = 10
"""Calls a month that a supervisor can make in an afternoon; assumed, a district sets its own."""


class SampleRefusal(StrEnum):
    """Why a sample is not drawn, or an answer not noted; the value is the translation key."""

    MONTH_RUNS = "boards-sample-refused-month-runs"
    NOTHING = "boards-sample-refused-nothing"
    DRAWN = "boards-sample-refused-drawn"
    OWN_WORK = "boards-sample-refused-own-work"
    NOTED = "boards-sample-refused-noted"


def draw(numbers: Iterable[str], size: int, seed: str) -> list[str]:
    """`size` of the numbers, each equally likely, without repeats: those with the smallest SHA-256 of seed|number.

    Whoever knows the seed draws the same ones, so nobody can say afterwards that they were chosen.
    """
    ranked = sorted(set(numbers), key=lambda number: sha256(f"{seed}|{number}".encode()).digest())
    return sorted(ranked[:size])


def refuse_draw(month: Month, this_month: Month, total: int) -> SampleRefusal | None:
    """Only a month that is over is drawn from, so that nobody can time an end to stay out of it."""
    if month >= this_month:
        return SampleRefusal.MONTH_RUNS
    return None if total else SampleRefusal.NOTHING
