"""Periods of days against the real 2026 calendar, and against a naive count of days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linyue.base import workdays
from linyue.base.workdays import Calendar, Unit, due_after, last_day, working_days_between

PUBLISHED = workdays.published_calendar()


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=workdays.SHANGHAI)


@pytest.mark.parametrize(
    ("start", "count", "unit", "last"),
    [
        # an ordinary week: Thursday 23 April 2026
        ("2026-04-23", 1, "working", "2026-04-24"),
        ("2026-04-23", 2, "working", "2026-04-27"),
        ("2026-04-23", 5, "working", "2026-04-30"),
        # Labour Day 1-5 May 2026; Saturday 9 May is worked
        ("2026-04-30", 1, "working", "2026-05-06"),
        ("2026-04-30", 4, "working", "2026-05-09"),
        ("2026-04-30", 5, "working", "2026-05-11"),
        # Spring Festival 15-23 February, 14 and 28 February are worked Saturdays
        ("2026-02-13", 1, "working", "2026-02-14"),
        ("2026-02-13", 2, "working", "2026-02-24"),
        ("2026-02-13", 6, "working", "2026-02-28"),
        # National Day 1-7 October; Sunday 20 September and Saturday 10 October are worked
        ("2026-09-18", 1, "working", "2026-09-20"),
        ("2026-09-30", 1, "working", "2026-10-08"),
        ("2026-09-30", 3, "working", "2026-10-10"),
        # begun on a day of rest
        ("2026-05-02", 1, "working", "2026-05-06"),
        # calendar days: the first day is left out, the last one rolls on over days of rest
        ("2026-04-13", 15, "calendar", "2026-04-28"),
        ("2026-04-16", 15, "calendar", "2026-05-06"),
        ("2026-04-24", 15, "calendar", "2026-05-09"),  # a worked Saturday is no day of rest
        ("2026-04-10", 15, "calendar", "2026-04-27"),  # Saturday 25 April
        ("2026-02-01", 14, "calendar", "2026-02-24"),
        # on the spot: the day itself, or the next one that is worked
        ("2026-04-23", 0, "working", "2026-04-23"),
        ("2026-05-01", 0, "working", "2026-05-06"),
        ("2026-05-01", 0, "calendar", "2026-05-06"),
    ],
)
def test_last_day_in_2026(start: str, count: int, unit: str, last: str) -> None:
    found = last_day(date.fromisoformat(start), count, Unit(unit), PUBLISHED)
    assert found == date.fromisoformat(last)


def test_the_last_day_ends_at_midnight_in_shanghai() -> None:
    due = due_after(shanghai("2026-04-23T09:00"), 1, "working", PUBLISHED)
    assert due == datetime(2026, 4, 24, 15, 59, 59, tzinfo=UTC)
    assert due.tzinfo is UTC


def test_the_day_of_the_start_is_the_day_in_shanghai() -> None:
    """23:30 UTC on the 22nd is already the 23rd in Shanghai."""
    late = datetime(2026, 4, 22, 23, 30, tzinfo=UTC)
    assert due_after(late, 1, "working", PUBLISHED) == due_after(shanghai("2026-04-23T07:30"), 1, "working", PUBLISHED)


def test_hours_run_through_days_of_rest() -> None:
    assert due_after(shanghai("2026-05-01T22:00"), 24, "hours", PUBLISHED) == shanghai("2026-05-02T22:00")


@pytest.mark.parametrize(
    ("start", "count", "unit"),
    [
        (datetime(2026, 4, 23), 1, "working"),  # noqa: DTZ001 - a naive time is the fault under test
        (datetime(2026, 4, 23), 1, "hours"),  # noqa: DTZ001
        (shanghai("2026-04-23T09:00"), -1, "working"),
        (shanghai("2026-04-23T09:00"), -1, "hours"),
        (shanghai("2026-04-23T09:00"), 1, "weeks"),
    ],
)
def test_faulty_periods_are_refused(start: datetime, count: int, unit: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        due_after(start, count, unit, PUBLISHED)


def test_years_without_a_published_calendar_are_provisional() -> None:
    """No year raises; beyond the published ones the week and the fixed statutory days hold."""
    assert not PUBLISHED.is_working(date(2030, 10, 1))
    assert not PUBLISHED.is_working(date(2030, 5, 1))
    assert PUBLISHED.is_working(date(2030, 4, 30))
    assert not PUBLISHED.is_working(date(1999, 1, 1))
    start = shanghai("2026-12-30T10:00")
    due = due_after(start, 5, "working", PUBLISHED)
    assert workdays.local_day(due) == date(2027, 1, 7)
    assert workdays.is_provisional(start, due, PUBLISHED)
    assert not workdays.is_provisional(start, start, PUBLISHED)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-04-30", "2026-05-06", 1),
        ("2026-04-30", "2026-05-05", 0),
        ("2026-04-30", "2026-04-30", 0),
        ("2026-05-06", "2026-04-30", -1),
        ("2026-05-08", "2026-05-11", 2),
    ],
)
def test_working_days_between(start: str, end: str, count: int) -> None:
    assert working_days_between(shanghai(start), shanghai(end), PUBLISHED) == count


def test_calendar_from_rows() -> None:
    rows = [
        (date(2027, 2, 8), False, False),
        (date(2027, 2, 14), True, False),
        (date(2028, 1, 26), False, True),
    ]
    calendar = workdays.calendar_from(rows)
    assert not calendar.is_working(date(2027, 2, 8))
    assert calendar.is_working(date(2027, 2, 14))
    assert not calendar.is_provisional(date(2027, 6, 1))
    assert calendar.is_provisional(date(2028, 6, 1))
    assert not calendar.is_working(date(2028, 1, 26))


# ── against a naive count, one day at a time ──

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
calendars = st.builds(
    lambda off, made_up: Calendar(off - made_up, made_up, frozenset({2026})),
    st.frozensets(days, max_size=25),
    st.frozensets(days, max_size=10),
)


def naive_last_day(start: date, count: int, unit: Unit, calendar: Calendar) -> date:
    def worked(day: date) -> bool:
        if day in calendar.make_up_days:
            return True
        if day.year != 2026 and (day.month, day.day) in workdays.FIXED_STATUTORY:
            return False
        return day.weekday() < 5 and day not in calendar.days_off

    day, left = start, count
    while left > 0:
        day += timedelta(days=1)
        if unit is Unit.CALENDAR or worked(day):
            left -= 1
    while not worked(day):
        day += timedelta(days=1)
    return day


@given(days, st.integers(0, 90), st.sampled_from([Unit.WORKING, Unit.CALENDAR]), calendars)
def test_last_day_agrees_with_a_naive_count(start: date, count: int, unit: Unit, calendar: Calendar) -> None:
    assert last_day(start, count, unit, calendar) == naive_last_day(start, count, unit, calendar)


@given(days, st.integers(1, 60), calendars)
def test_working_days_between_undoes_due_after(start: date, count: int, calendar: Calendar) -> None:
    begun = datetime.combine(start, datetime.min.time(), workdays.SHANGHAI)
    due = due_after(begun, count, Unit.WORKING, calendar)
    assert working_days_between(begun, due, calendar) == count
