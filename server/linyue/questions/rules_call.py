"""A roll call: whose name is called next, who is called a second time, when everybody has been called.

Names are called in the order of the frozen roll. Whoever has voted in another way is not called; whoever does not
answer is called a second time after the last name. Decides only, over values it is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from linyue.questions.rules_ways import Way

TIMES = 2
"""How often a name is called: once in its turn, once more at the end."""


class CallRefusal(StrEnum):
    """Why no name is called, or no answer entered."""

    NO_ROLL_CALL = "questions-call-refused-no-roll-call"
    IN_CALL = "questions-call-refused-in-call"
    ALL_CALLED = "questions-call-refused-all-called"
    NOT_CALLED = "questions-call-refused-not-called"


class Said(StrEnum):
    """Where one name of the roll stands."""

    WAITING = "waiting"
    CALLED = "called"
    """The name is being called; nothing has been said."""
    ABSENT = "absent"
    ANSWERED = "answered"
    """What was said in the hall stands in the record."""
    ELSEWHERE = "elsewhere"
    """Voted another way: by phone, on paper, by a mandate."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name of the roll: how often it was called, and where it stands."""

    number: int
    times: int
    said: Said


def next_name(roll: Sequence[Name]) -> int | None:
    """The number of the name to be called next; None when all have answered or were called twice."""
    for times in range(TIMES):
        for one in sorted(roll, key=lambda name: name.number):
            if one.times == times and one.said in (Said.WAITING, Said.ABSENT):
                return one.number
    return None


def refuse_call(way: Way, roll: Sequence[Name]) -> CallRefusal | None:
    """One name at a time, and only where names are called."""
    if way is not Way.ROLL_CALL:
        return CallRefusal.NO_ROLL_CALL
    if any(one.said is Said.CALLED for one in roll):
        return CallRefusal.IN_CALL
    return CallRefusal.ALL_CALLED if next_name(roll) is None else None


def refuse_answer(way: Way, times: int) -> CallRefusal | None:
    """An answer is entered for a name that was called: nobody speaks for somebody who was not asked."""
    if way is not Way.ROLL_CALL:
        return CallRefusal.NO_ROLL_CALL
    return None if times else CallRefusal.NOT_CALLED


def refuse_absent(way: Way, said: Said) -> CallRefusal | None:
    """Absent is who was called and said nothing."""
    if way is not Way.ROLL_CALL:
        return CallRefusal.NO_ROLL_CALL
    return None if said is Said.CALLED else CallRefusal.NOT_CALLED
