"""Stepping back from a matter (recusal): when, by whom, for which of a few reasons. No tables, no clock.

The reasons are those for which procedural laws let judges withdraw: a party or a relative, an interest in the matter,
another relation. For a council, which is no statutory body, they are this project's own rule.
"""

from enum import StrEnum

from linyue.centres.rules import Way
from linyue.matters.rules import BEFORE_AGENDA, MatterState

RECUSABLE = frozenset({*BEFORE_AGENDA, MatterState.ON_AGENDA, MatterState.IN_MEETING})
"""From the sending to the council until the decision."""


class RecusalReason(StrEnum):
    """Why somebody steps back; the value is the end of the translation key."""

    OWN_INTEREST = "own-interest"
    RELATIVE = "relative"
    WORK = "work"
    OTHER = "other"


class RecusalRefusal(StrEnum):
    """Why nobody can step back here; the value is the translation key."""

    NOT_COUNCIL = "matters-recusal-refused-not-council"
    NOT_MEMBER = "matters-recusal-refused-not-member"
    TOO_LATE = "matters-recusal-refused-too-late"
    ALREADY = "matters-recusal-refused-already"


def refuse_recusal(way: Way | None, state: MatterState, is_member: bool, is_recused: bool) -> RecusalRefusal | None:
    """A member of the council, standing or X, steps back once, while the council has the matter in hand."""
    if way is not Way.COUNCIL:
        return RecusalRefusal.NOT_COUNCIL
    if not is_member:
        return RecusalRefusal.NOT_MEMBER
    if is_recused:
        return RecusalRefusal.ALREADY
    return None if state in RECUSABLE else RecusalRefusal.TOO_LATE
