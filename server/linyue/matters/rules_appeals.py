"""Appeals against where a matter was sent: when one may be made, whose it is, who may answer. Plain functions."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from linyue.matters.rules import BEFORE_AGENDA, MatterState

APPEAL_DAYS = 5
"""Working days for the answer."""
LADDER = ("social_worker", "subdistrict_officer", "supervisor")
"""Desks that answer, from the nearest to the last."""
APPEALABLE = frozenset({*BEFORE_AGENDA, MatterState.REFERRED, MatterState.REFUSED})
"""States in which it still matters where a matter was sent; later the work is done, and is rated instead."""


class Outcome(StrEnum):
    """How an appeal ended; the value is the end of its translation key."""

    KEPT = "kept"
    MOVED = "moved"
    LAPSED = "lapsed"
    """The matter itself was withdrawn or merged before the answer."""


class AppealRefusal(StrEnum):
    """Why an appeal or its answer is not taken; the value is the translation key."""

    NOT_SENT = "matters-refused-appeal-not-now"
    ONCE = "matters-refused-appeal-once"
    SAME_PERSON = "matters-refused-appeal-same-person"
    OTHER_DESK = "matters-refused-appeal-other-desk"
    ANSWERED = "matters-refused-appeal-answered"
    NO_ANSWER = "matters-refused-appeal-no-answer"


def refuse_appeal(state: MatterState, decided_seq: int | None, appealed: Collection[int]) -> AppealRefusal | None:
    """One appeal for each decision, while it can change anything.

    `decided_seq`: the decision's entry of the timeline; `appealed`: the entries that were appealed already.
    """
    if decided_seq is None or state not in APPEALABLE:
        return AppealRefusal.NOT_SENT
    return AppealRefusal.ONCE if decided_seq in appealed else None


def owner_of_appeal(holders: Mapping[str, Collection[int]], barred: Collection[int], above: str = "") -> str:
    """The nearest desk of the ladder, above a given one, at which somebody sits who is not barred; else the last desk.

    Barred are who decided and who appeals. `holders`: desk to the people at it who reach the matter.
    """
    start = LADDER.index(above) + 1 if above in LADDER else 0
    for role in LADDER[start:]:
        if set(holders.get(role, ())) - set(barred):
            return role
    return LADDER[-1]


def refuse_answer(
    owner_role: str, roles: Collection[str], person_id: int, barred: Collection[int], is_answered: bool
) -> AppealRefusal | None:
    """The desk that has the appeal answers it, or one above; never the person who decided, nor the one who appeals."""
    if is_answered:
        return AppealRefusal.ANSWERED
    if person_id in barred:
        return AppealRefusal.SAME_PERSON
    fits = LADDER[LADDER.index(owner_role) :]
    return None if any(role in fits for role in roles) else AppealRefusal.OTHER_DESK
