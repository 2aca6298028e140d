"""The working calendar of the district: which days are worked, and when a period of days ends.

Pure: it is given its calendar and its start and asks no clock, no table and no setting. Periods follow the
Civil Code, arts 200-203: counted by the day, the first day left out, a last day that is a day of rest moved
on, the last day ending at 24:00. Days called 日 are calendar days; only 工作日 are working days.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import lru_cache

from chinese_calendar import constants as published  # type: ignore[import-untyped]

# China keeps one time without summer time since 1992; a fixed offset needs no zone files on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
LAST_MOMENT = time(23, 59, 59)
SATURDAY = 5

# Statutory days with a fixed solar date (全国年节及纪念日放假办法 art 2, text of 2024); the lunar ones and
# the exchanged days are known only once the State Council has published the year.
FIXED_STATUTORY = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))


class Unit(StrEnum):
    """What a number of days counts."""

    WORKING = "working"
    CALENDAR = "calendar"
    HOURS = "hours"


@dataclass(frozen=True)
class Calendar:
    """Days that differ from the plain week, and the years for which they are published.

    `days_off`: weekdays (or weekend days) not worked; `make_up_days`: weekend days worked (调休);
    `published_years`: years whose arrangement is known. Any other year is provisional.
    """

    days_off: frozenset[date] = field(default_factory=frozenset)
    make_up_days: frozenset[date] = field(default_factory=frozenset)
    published_years: frozenset[int] = field(default_factory=frozenset)

    def is_provisional(self, day: date) -> bool:
        """True where the arrangement of that year is not published yet."""
        return day.year not in self.published_years

    def is_working(self, day: date) -> bool:
        """True if offices work on that day."""
        if day in self.make_up_days:
            return True
        return day.weekday() < SATURDAY and not self.is_holiday(day)

    def is_holiday(self, day: date) -> bool:
        """True on a day of rest that is more than the plain week's end; not worked out for days made up (调休)."""
        return day in self.days_off or (self.is_provisional(day) and (day.month, day.day) in FIXED_STATUTORY)


@lru_cache(maxsize=1)
def published_calendar() -> Calendar:
    """The calendar as published by the State Council, as far as the chinese-calendar package knows it."""
    off = frozenset(published.holidays)
    made_up = frozenset(published.workdays)
    return Calendar(off, made_up, frozenset(day.year for day in off))


def local_day(moment: datetime) -> date:
    """The day in Shanghai of an aware time. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot start a period")
    return moment.astimezone(SHANGHAI).date()


def day_end(day: date) -> datetime:
    """The last second of a day in Shanghai, as aware UTC (Civil Code art 203: the last day ends at 24:00)."""
    return datetime.combine(day, LAST_MOMENT, SHANGHAI).astimezone(UTC)


def next_working_day(day: date, calendar: Calendar) -> date:
    """The day itself if it is worked, else the first worked day after it."""
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


def last_day(start: date, count: int, unit: Unit, calendar: Calendar) -> date:
    """The last day of a period of `count` days begun on `start`; 0 days end on it or the next worked one.

    Calendar days roll on over days of rest at their end only (Civil Code art 203); working days never fall on
    one. Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError("a period cannot be shorter than nothing")
    if unit is Unit.CALENDAR or count == 0:
        return next_working_day(start + timedelta(days=count), calendar)
    day = start
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1), calendar)
    return day


def due_after(start: datetime, count: int, unit: Unit | str, calendar: Calendar) -> datetime:
    """When a period begun at `start` (aware) has run out, as aware UTC. Hours run through, days end at 24:00.

    Raises ValueError for a naive start, a negative count or an unknown unit.
    """
    unit = Unit(unit)
    if unit is Unit.HOURS:
        local_day(start)
        return add_hours(start, count)
    return day_end(last_day(local_day(start), count, unit, calendar))


def add_hours(start: datetime, hours: int) -> datetime:
    """A period of hours, which runs from the hour it begins (Civil Code art 201), as aware UTC."""
    if hours < 0:
        raise ValueError("a period cannot be shorter than nothing")
    return start.astimezone(UTC) + timedelta(hours=hours)


def is_provisional(start: datetime, due: datetime, calendar: Calendar) -> bool:
    """True if a year between the two times is not published, so the due time may still move."""
    years = range(local_day(start).year, local_day(due).year + 1)
    return any(year not in calendar.published_years for year in years)


def working_days_between(start: datetime, end: datetime, calendar: Calendar) -> int:
    """Working days after the day of `start` up to and with that of `end`; negative if the end is before."""
    first, last = local_day(start), local_day(end)
    if last < first:
        return -_working_days(last, first, calendar)
    return _working_days(first, last, calendar)


@lru_cache(maxsize=4096)
def _working_days(first: date, last: date, calendar: Calendar) -> int:
    span = (last - first).days
    return sum(calendar.is_working(first + timedelta(days=n)) for n in range(1, span + 1))


def published_days() -> list[tuple[date, bool, str, str]]:
    """Every published special day: (day, is worked, Chinese name, English name)."""
    names = {holiday.value: (holiday.chinese, str(holiday.value)) for holiday in published.Holiday}
    off = [(day, False, *names.get(name, ("", name))) for day, name in published.holidays.items()]
    made_up = [(day, True, *names.get(name, ("", name))) for day, name in published.workdays.items()]
    return sorted(off + made_up)


def over(below: Calendar, own: Calendar) -> Calendar:
    """A calendar in which the district's own days stand over the published ones."""
    said = own.days_off | own.make_up_days
    return Calendar(
        (below.days_off - said) | own.days_off,
        (below.make_up_days - said) | own.make_up_days,
        below.published_years | own.published_years,
    )


def calendar_from(days: Iterable[tuple[date, bool, bool]]) -> Calendar:
    """A calendar from (day, is worked, is provisional) rows; a year with one firm row counts as published."""
    rows = list(days)
    return Calendar(
        frozenset(day for day, worked, _ in rows if not worked),
        frozenset(day for day, worked, _ in rows if worked),
        frozenset(day.year for day, _, provisional in rows if not provisional),
    )
