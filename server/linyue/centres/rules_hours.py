"""When a centre's counters are open, and which times one can book. Plain values in and out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from linyue.base.workdays import SATURDAY, SHANGHAI, Calendar, local_day

DEFAULT_OPENS = "08:30-11:30,13:30-17:00"
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
SATURDAYS = ";"
OPENS_AT_MOST = 60
LOOK_AHEAD = 60
"""Calendar days within which the next opening is looked for."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A dated closure, first and last day; `reason` is shown to everybody."""

    first: date
    last: date
    reason_zh: str = ""
    reason_en: str = ""


def read_opens(text: str) -> list[tuple[time, time]]:
    """The opening times of a working day from 08:30-11:30,13:30-17:00. Raises ValueError naming the faulty part."""
    found: list[tuple[time, time]] = []
    for part in text.replace("，", ",").replace(" ", "").split(","):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise ValueError(part)
        h1, m1, h2, m2 = map(int, match.groups())
        begin, end = time(h1, m1), time(h2, m2)
        if begin >= end or (found and begin < found[-1][1]):
            raise ValueError(part)
        found.append((begin, end))
    return found


def parted(opens: str) -> tuple[str, str]:
    """Opening times of a working day and of a plain Saturday (empty: shut), in one text with a semicolon between."""
    weekdays, _, saturday = opens.partition(SATURDAYS)
    return weekdays, saturday


def joined(weekdays: str, saturday: str) -> str:
    """The same as one text. Raises ValueError naming the faulty part."""
    read_opens(weekdays)
    if not saturday.strip():
        return weekdays
    read_opens(saturday)
    return f"{weekdays}{SATURDAYS}{saturday.strip()}"


def spans_on(day: date, opens: str, closures: Sequence[Closed], calendar: Calendar) -> list[tuple[datetime, datetime]]:
    """The opening times of one day as aware UTC; none on a day of rest or in a closure.

    A Saturday that is worked in exchange (调休) is a working day like any other; one within a holiday is none at all.
    """
    weekdays, saturday = parted(opens)
    hours = weekdays if calendar.is_working(day) else saturday if _is_plain_saturday(day, calendar) else ""
    if not hours or closure_on(day, closures) is not None:
        return []
    return [(_moment(day, begin), _moment(day, end)) for begin, end in read_opens(hours)]


def _is_plain_saturday(day: date, calendar: Calendar) -> bool:
    return day.weekday() == SATURDAY and not calendar.is_holiday(day)


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, SHANGHAI).astimezone(UTC)


def closure_on(day: date, closures: Sequence[Closed]) -> Closed | None:
    """The closure a day falls into."""
    return next((one for one in closures if one.first <= day <= one.last), None)


def is_open_at(now: datetime, opens: str, closures: Sequence[Closed], calendar: Calendar) -> bool:
    """Whether the counters are open at this moment."""
    return any(begin <= now < end for begin, end in spans_on(local_day(now), opens, closures, calendar))


def closed_now(now: datetime, opens: str, closures: Sequence[Closed], calendar: Calendar) -> Closed | None:
    """The closure in the way when the counters would next be open; None when only the night or a holiday is."""
    for n in range(LOOK_AHEAD):
        day = local_day(now) + timedelta(days=n)
        spans = spans_on(day, opens, [], calendar)
        if any(now < end for _, end in spans):
            return closure_on(day, closures)
    return None


def slots_on(
    day: date, opens: str, closures: Sequence[Closed], calendar: Calendar, minutes: int, now: datetime
) -> list[datetime]:
    """The times of a day that can be booked, each `minutes` long and whole within the opening times, still to come."""
    step = timedelta(minutes=minutes)
    found = []
    for begin, end in spans_on(day, opens, closures, calendar):
        at = begin
        while at + step <= end:
            if at > now:
                found.append(at)
            at += step
    return found
