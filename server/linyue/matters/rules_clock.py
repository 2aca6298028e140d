"""When a clock warns, stands still, goes up a level, is called silent. Plain functions; calendar and `now` come in."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from linyue.base.workdays import SHANGHAI, Calendar, local_day
from linyue.centres.rules_handling import USUAL
from linyue.matters.rules import MatterRefusal

WARN_SHARES = (50, 80)
"""Percent of the time used at which the owner is told; at 100 the matter is late and the next level is told too."""
EXTENSIONS_AT_MOST = 2
PAUSES_AT_MOST = 3


class PauseReason(StrEnum):
    """The only reasons for which a clock may stand still; the value is the end of its translation key."""

    ANSWER = "answer"
    """The reporter has been asked something."""
    PAPERS = "papers"
    """The reporter has been told once what papers are missing."""
    ACCESS = "access"
    """A day has been agreed on which somebody lets the handler in."""
    APPRAISAL = "appraisal"
    """Hearing, inspection, test or expert opinion: Administrative Licensing Law art. 45 leaves it out of the time."""
    WEATHER = "weather"
    """Work outdoors during a weather warning."""


PRIVATE_PAUSES = frozenset({PauseReason.ANSWER, PauseReason.PAPERS, PauseReason.ACCESS})
"""What is written for these is for the reporter alone; everybody sees the reason's name."""


class Level(StrEnum):
    """Who looks after a late matter beyond its owner; the value is a role."""

    OFFICER = "subdistrict_officer"
    SUPERVISOR = "supervisor"


def level_above(owner_role: str) -> Level:
    """Who is told when the due time passes: the sub-district's officer, above an officer the supervisor."""
    return Level.SUPERVISOR if owner_role == Level.OFFICER else Level.OFFICER


def share_times(start: datetime, due: datetime, calendar: Calendar) -> tuple[datetime, ...]:
    """When each of WARN_SHARES of the time from `start` to `due` is used, counting the hours of working days only.

    A holiday in the middle so uses up nothing. A period without a working day is counted through. Empty if `due` is
    not after `start`.
    """
    if due <= start:
        return ()
    spans = list(_spans(start, due, calendar)) or [(start, due)]
    whole = sum((end - begin for begin, end in spans), timedelta())
    return tuple(_at(spans, whole * share / 100) for share in WARN_SHARES)


def _spans(start: datetime, due: datetime, calendar: Calendar) -> list[tuple[datetime, datetime]]:
    """The parts of the period that lie on working days in Shanghai."""
    found = []
    for n in range((local_day(due) - local_day(start)).days + 1):
        day = local_day(start) + timedelta(days=n)
        if calendar.is_working(day):
            begin = max(start, datetime.combine(day, time(), SHANGHAI))
            end = min(due, datetime.combine(day + timedelta(days=1), time(), SHANGHAI))
            if begin < end:
                found.append((begin, end))
    return found


def _at(spans: list[tuple[datetime, datetime]], used: timedelta) -> datetime:
    for begin, end in spans:
        if used <= end - begin:
            return (begin + used).astimezone(UTC)
        used -= end - begin
    return spans[-1][1].astimezone(UTC)


def refuse_extension(
    due_at: datetime | None,
    wanted: datetime,
    now: datetime,
    *,
    count: int = 0,
    first_due: datetime | None = None,
    most: int = USUAL.extend_days,
) -> MatterRefusal | None:
    """More time is asked for before the deadline, with a later date, twice at most, `most` days in all; else why not.

    `count`: extensions of this handling so far; `first_due`: the due time before the first of them; `most`: calendar
    days that all of them may add together, as the district laid down.
    """
    if due_at is None or now > due_at:
        return MatterRefusal.TOO_LATE
    if wanted <= due_at:
        return MatterRefusal.NOT_LATER
    if count >= EXTENSIONS_AT_MOST:
        return MatterRefusal.EXTENDED_OFTEN
    if wanted - (first_due or due_at) > timedelta(days=most):
        return MatterRefusal.TOO_FAR
    return None


def refuse_pause(count: int) -> MatterRefusal | None:
    """A matter is not put to sleep again and again; `count`: pauses so far."""
    return MatterRefusal.PAUSED_OFTEN if count >= PAUSES_AT_MOST else None
