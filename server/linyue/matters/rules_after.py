"""What a reporter does between the report and its end: say more, and ask how it goes. Plain functions over values."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum

from linyue.base.workdays import SHANGHAI, local_day
from linyue.matters.rules import MatterState
from linyue.matters.rules_clock import PauseReason

ADDITIONS_AT_MOST = 10
"""Of one number: a history that nobody can read to its end helps nobody."""
WAITS_FOR_REPORTER = frozenset({PauseReason.ANSWER, PauseReason.PAPERS, PauseReason.ACCESS})


class AfterRefusal(StrEnum):
    """Why nothing is added or asked; the value is the translation key."""

    NOTHING_ADDED = "matters-refused-nothing-added"
    ADDED_OFTEN = "matters-refused-added-often"
    NUDGE_EARLY = "matters-refused-nudge-early"
    NUDGE_ANSWER = "matters-refused-nudge-answer"


def nudge_from(reported_at: datetime, nudges: Sequence[datetime], days: int) -> datetime:
    """The beginning of the day from which the reporter may ask how it goes.

    `days`: calendar days after the report, and after the last time, as the district lays down.
    Whoever of several reporters asked, it counts for all.
    """
    day = local_day(max([reported_at, *nudges])) + timedelta(days=days)
    return datetime.combine(day, time(), SHANGHAI)


def refuse_nudge(state: MatterState, pause_reason: str, since: datetime, now: datetime) -> AfterRefusal | None:
    """Not while it waits for the reporter's own side, and not before `since`."""
    if state is MatterState.WAITING and pause_reason in WAITS_FOR_REPORTER:
        return AfterRefusal.NUDGE_ANSWER
    return AfterRefusal.NUDGE_EARLY if now < since else None
