"""Who may propose to void a question and who may confirm it: always two people, the second never the chair.

Decides only, over values it is given.
"""

from collections.abc import Collection
from enum import StrEnum


class VoidingState(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class VoidRefusal(StrEnum):
    """Why a step towards voiding is not taken."""

    SAME_PERSON = "records-void-refused-same-person"
    CHAIR = "records-void-refused-chair"
    NOT_PROPOSED = "records-void-refused-not-proposed"
    ALREADY_PROPOSED = "records-void-refused-already-proposed"
    NOT_VOIDED = "records-void-refused-not-voided"
    NO_MEETING = "records-void-refused-no-meeting"
    AGAIN = "records-void-refused-again"


def refuse_confirm(state: VoidingState, proposer: int, confirmer: int, chairs: Collection[int]) -> VoidRefusal | None:
    """The second of the two: another person, and not the chair of the meeting."""
    if state is not VoidingState.PROPOSED:
        return VoidRefusal.NOT_PROPOSED
    if confirmer == proposer:
        return VoidRefusal.SAME_PERSON
    return VoidRefusal.CHAIR if confirmer in chairs else None


def refuse_decline(state: VoidingState, proposer: int, decliner: int) -> VoidRefusal | None:
    """A proposal is turned down by somebody else; its own author withdraws it."""
    if state is not VoidingState.PROPOSED:
        return VoidRefusal.NOT_PROPOSED
    return VoidRefusal.SAME_PERSON if decliner == proposer else None


def refuse_withdraw(state: VoidingState, proposer: int, actor: int) -> VoidRefusal | None:
    """Only its author takes a proposal back, while nobody has settled it."""
    return None if state is VoidingState.PROPOSED and actor == proposer else VoidRefusal.NOT_PROPOSED
