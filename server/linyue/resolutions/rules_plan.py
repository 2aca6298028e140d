"""The action plan of a meeting: what a line needs, and when one is kept. Plain functions over values."""

from datetime import datetime
from enum import StrEnum

from linyue.meetings.rules import MeetingState
from linyue.resolutions.rules import LONGEST_TEXT, ResolutionState

LONGEST_PROOF = 200
MOST_LINES = 20


class PlanRefusal(StrEnum):
    """Why a line is not written or called kept so."""

    NOT_HELD = "resolutions-refused-not-held"
    NO_TEXT = "resolutions-refused-no-text"
    LONG_TEXT = "resolutions-refused-long-text"
    NO_PROOF = "resolutions-refused-no-proof-named"
    LONG_PROOF = "resolutions-refused-long-proof"
    NO_OWNER = "resolutions-refused-no-owner"
    PAST_DATE = "resolutions-refused-past-date"
    NOT_ADOPTED = "resolutions-refused-not-adopted"
    LINES_USED = "resolutions-refused-lines-used"


def refuse_line(
    state: MeetingState, *, text: str, proof: str, due_at: datetime, now: datetime, lines: int
) -> tuple[PlanRefusal, str] | None:
    """Why a line cannot be written so, and the field to mend ("" for none); None when it can.

    A plan is written from the start of the meeting on, and after its close too: the minutes are read out then.
    """
    if state not in (MeetingState.RUNNING, MeetingState.ENDED):
        return PlanRefusal.NOT_HELD, ""
    if lines >= MOST_LINES:
        return PlanRefusal.LINES_USED, ""
    if not text.strip():
        return PlanRefusal.NO_TEXT, "text"
    if len(text) > LONGEST_TEXT:
        return PlanRefusal.LONG_TEXT, "text"
    if due_at <= now:
        return PlanRefusal.PAST_DATE, "due"
    if not proof.strip():
        return PlanRefusal.NO_PROOF, "proof"
    return (PlanRefusal.LONG_PROOF, "proof") if len(proof) > LONGEST_PROOF else None


def is_late(state: ResolutionState, due_at: datetime, now: datetime) -> bool:
    """Whether the day has passed and it is not done."""
    return state is ResolutionState.EXECUTING and due_at < now
