"""The visit log: what may be noted, how long it may still be changed, and sums. Plain functions over values."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from linyue.base.workdays import local_day

LONGEST = timedelta(hours=12)
EDIT_DAYS = 7
"""Days, counted back from today, whose visits can still be noted, changed or removed."""


class VisitKind(StrEnum):
    """What the time was spent on; the value is the end of the translation key."""

    HOME = "home"
    COMPOUND = "compound"
    MEDIATION = "mediation"
    PATROL = "patrol"
    EVENT = "event"


PROMISED = (VisitKind.HOME, VisitKind.COMPOUND)
"""What the reform promises more time for: visits at home and in the compounds. The other kinds are told beside it."""


class VisitRefusal(StrEnum):
    """Why a visit is not noted; the value is the translation key."""

    ENDS_BEFORE = "boards-refused-ends-before"
    TOO_LONG = "boards-refused-too-long"
    AHEAD = "boards-refused-ahead"
    TOO_OLD = "boards-refused-too-old"
    OVERLAPS = "boards-refused-overlaps"
    NO_PLACE = "boards-refused-no-place"


def earliest_day(now: datetime) -> date:
    """The oldest day that can still be noted or changed."""
    return local_day(now) - timedelta(days=EDIT_DAYS - 1)


def is_editable(starts_at: datetime, now: datetime) -> bool:
    """Whether a visit is still recent enough to be changed or removed by who noted it."""
    return local_day(starts_at) >= earliest_day(now)


def refuse_visit(
    starts_at: datetime, ends_at: datetime, now: datetime, others: Iterable[tuple[datetime, datetime]]
) -> tuple[VisitRefusal, str] | None:
    """Why these hours cannot be noted, with the field to mend; `others` are the worker's own visits around them.

    Nobody is in two places: overlapping hours would count twice. Touching ones are fine.
    """
    if ends_at <= starts_at:
        return VisitRefusal.ENDS_BEFORE, "end"
    if ends_at - starts_at > LONGEST:
        return VisitRefusal.TOO_LONG, "end"
    if ends_at > now:
        return VisitRefusal.AHEAD, "end"
    if not is_editable(starts_at, now):
        return VisitRefusal.TOO_OLD, "day"
    if any(starts_at < end and begin < ends_at for begin, end in others):
        return VisitRefusal.OVERLAPS, "start"
    return None


def minutes_of(starts_at: datetime, ends_at: datetime) -> int:
    """Whole minutes of a visit."""
    return int((ends_at - starts_at).total_seconds()) // 60
