"""A report about another place than it was filed for: who may say so and how often. Plain functions over values."""

from collections.abc import Collection
from enum import StrEnum

from linyue.matters.rules import FINAL, TRANSITIONS, Doer, MatterState, Step

MOVES_AT_MOST = 2
"""After so many moves the sub-district's officer decides, so that a matter cannot wander between places."""


class MoveRefusal(StrEnum):
    """Why a matter is not moved; the value is the translation key."""

    SAME_PLACE = "matters-refused-same-place"
    MOVED_OFTEN = "matters-refused-moved-often"
    PART_BEYOND = "matters-refused-part-beyond"
    IN_PROCEDURE = "matters-refused-in-procedure"


def refuse_move(
    doers: Collection[Doer], states: Collection[MatterState], moved: int, *, is_same: bool, is_in_procedure: bool
) -> MoveRefusal | None:
    """Why a number with rows in these `states` does not go to another place; None when it may.

    `moved`: how often it has been. Whether the one who asks may at all, the table of steps knows.
    """
    if is_same:
        return MoveRefusal.SAME_PLACE
    if len(states) > 1 and any(state in FINAL or (state, Step.MOVE) not in TRANSITIONS for state in states):
        return MoveRefusal.PART_BEYOND
    if is_in_procedure:
        return MoveRefusal.IN_PROCEDURE
    if moved >= MOVES_AT_MOST and Doer.OFFICER not in doers:
        return MoveRefusal.MOVED_OFTEN
    return None
