"""When clocks warn, who is told, how long they may stand still, how far they may be put off."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linyue.base.workdays import SHANGHAI, Calendar, Unit, local_day, published_calendar
from linyue.centres.rules_handling import USUAL
from linyue.matters.rules import MatterRefusal
from linyue.matters.rules_clock import (
    PauseReason,
    level_above,
    refuse_extension,
    refuse_pause,
    share_times,
)
from linyue.matters.rules_due import due_again, due_in

PLAIN = Calendar(frozenset(), frozenset(), frozenset({2026}))


def at(day: int, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "due", "half", "most"),
    [
        (at(23), at(28), at(25, 12), at(27)),  # Monday to Friday: the middle of Wednesday, the end of Thursday
        (at(27, 12), at(30, 12), at(28), at(30, 7, 12)),  # half a Friday, half a Monday: the week-end uses nothing
        (at(28), at(29), at(28, 12), at(28, 19, 12)),  # a Saturday alone is counted through
    ],
)
def test_warnings_count_working_time(start: datetime, due: datetime, half: datetime, most: datetime) -> None:
    assert share_times(start, due, PLAIN) == (half, most)


def test_the_long_holiday_uses_up_nothing() -> None:
    start = datetime(2026, 9, 30, 9, 0, tzinfo=SHANGHAI)
    due = due_in(1, Unit.WORKING, start, published_calendar())
    assert all(local_day(one) not in published_calendar().days_off for one in due.warns)


def test_no_time_no_warning() -> None:
    assert share_times(at(23), at(23), PLAIN) == ()


@given(first=st.integers(0, 20 * 24), hours=st.integers(1, 12 * 24), off=st.frozensets(st.integers(1, 30), max_size=12))
def test_warnings_agree_with_counting_hours(first: int, hours: int, off: frozenset[int]) -> None:
    calendar = Calendar(frozenset(date(2026, 11, day) for day in off), frozenset(), frozenset({2026}))
    start = at(1) + timedelta(hours=first)
    due = start + timedelta(hours=hours)
    worked = [h for h in range(hours) if calendar.is_working(local_day(start + timedelta(hours=h)))]
    counted = worked or list(range(hours))
    for share, got in zip((50, 80), share_times(start, due, calendar), strict=True):
        used = sum(start + timedelta(hours=h + 1) <= got for h in counted)
        assert used == len(counted) * share // 100
        assert start <= got <= due


@pytest.mark.parametrize(
    ("owner", "level"),
    [
        ("social_worker", "subdistrict_officer"),
        ("centre_clerk", "subdistrict_officer"),
        ("standing_member", "subdistrict_officer"),
        ("promise_owner", "subdistrict_officer"),
        ("subdistrict_officer", "supervisor"),
    ],
)
def test_the_next_level(owner: str, level: str) -> None:
    assert level_above(owner) == level


@pytest.mark.parametrize(
    ("wanted", "count", "first", "expected"),
    [
        (at(30), 0, None, None),
        (at(30), 1, at(1), None),
        (at(30), 2, at(1), MatterRefusal.EXTENDED_OFTEN),
        (at(26), 0, None, MatterRefusal.NOT_LATER),
        (at(27, month=12), 0, None, MatterRefusal.TOO_FAR),
        (at(2, month=12), 1, at(1), MatterRefusal.TOO_FAR),  # thirty days in all, not for each
    ],
)
def test_extensions_are_bounded(
    wanted: datetime, count: int, first: datetime | None, expected: MatterRefusal | None
) -> None:
    assert refuse_extension(at(26), wanted, at(23), count=count, first_due=first) is expected
    assert refuse_extension(at(26), wanted, at(26, minute=1), count=count) is MatterRefusal.TOO_LATE


def test_every_pause_ends_and_there_are_three() -> None:
    assert all(USUAL.pause_days(reason.value) > 0 for reason in PauseReason)
    assert [refuse_pause(n) for n in range(4)] == [None, None, None, MatterRefusal.PAUSED_OFTEN]


@pytest.mark.parametrize(("now", "due"), [(at(24, 9), at(27)), (at(26, 22), at(27)), (at(27, 9), at(30))])
def test_sent_again_the_clock_goes_on_from_the_first_sending(now: datetime, due: datetime) -> None:
    first = due_in(3, Unit.WORKING, at(23, 9), PLAIN)
    again = due_again(first, now, PLAIN)
    day = local_day(again.at)
    assert day == (date(2026, 11, 26) if now == at(24, 9) else local_day(due)) and again.at >= now
    assert all(now <= warn <= again.at for warn in again.warns)
