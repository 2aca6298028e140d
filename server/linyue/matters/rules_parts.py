"""A matter that is both: two parts under one number, each with its own owner and due time. Plain functions."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from linyue.centres.rules import Way
from linyue.matters.rules import FINAL, MatterState


class Side(StrEnum):
    """What a part is: 居务, settled between neighbours, or 政务, handled by an office. The value ends its key."""

    RESIDENTIAL = "residential"
    GOVERNMENTAL = "governmental"


class PartRefusal(StrEnum):
    """Why a matter is not split, or its parts are not sent or joined; the value is the translation key."""

    ONE_OF_EACH = "matters-refused-one-of-each"
    SPLIT_ALREADY = "matters-refused-split-already"
    SAME_SIDE = "matters-refused-same-side"
    PARTS_FIRST = "matters-refused-parts-first"
    NO_PART = "matters-refused-no-part"


def side_of(way: Way) -> Side:
    """The council's matters are residential; whatever an office handles, refers or refuses is governmental."""
    return Side.RESIDENTIAL if way is Way.COUNCIL else Side.GOVERNMENTAL


def part_number(whole: str, nth: int) -> str:
    """The inner number of a number's nth part: 2026-0387 and 2 give 2026-0387-2. The first part keeps the number."""
    return f"{whole}-{nth}"


def whole_number(number: str) -> str:
    """The number that everybody knows: 2026-0387 of 2026-0387 and of 2026-0387-2."""
    return "-".join(number.split("-")[:2])


def refuse_split(ways: Collection[Way], part: str) -> PartRefusal | None:
    """Both means one residential and one governmental way, and only once at a time."""
    if part:
        return PartRefusal.SPLIT_ALREADY
    return None if {side_of(way) for way in ways} == set(Side) else PartRefusal.ONE_OF_EACH


def refuse_way(way: Way, others: Sequence[tuple[str, MatterState]]) -> PartRefusal | None:
    """A part may not go to the side where the number's other part is still open; `others` are (side, state)."""
    taken = any(side == side_of(way).value and state not in FINAL for side, state in others)
    return PartRefusal.SAME_SIDE if taken else None


def state_of_whole(states: Sequence[MatterState]) -> MatterState:
    """The state of the number: over only when each part is over, waiting for ratings when nothing else is left.

    `states` are the parts' states, at least one. Of open parts, the first open one speaks for the number.
    """
    going = [state for state in states if state not in FINAL]
    if not going:
        return states[0] if len(set(states)) == 1 else MatterState.CLOSED
    working = [state for state in going if state is not MatterState.COMPLETED]
    return working[0] if working else MatterState.COMPLETED
