"""Due times and what the clock shows."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from linyue.base.workdays import SHANGHAI, Calendar, Unit, published_calendar
from linyue.centres.rules import Days, DaysFrom, Way
from linyue.centres.rules_handling import USUAL
from linyue.matters.model import Matter
from linyue.matters.rules import MatterRefusal, MatterState
from linyue.matters.rules_clock import refuse_extension
from linyue.matters.rules_due import clock_facts, due_after_pause, due_for_way, due_in
from linyue.matters.service_views import days_used
from tests.conftest import MovableClock

PLAIN = Calendar(frozenset(), frozenset(), frozenset({2026}))
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)


def day(number: int, month: int = 11, hour: int = 23, minute: int = 59, second: int = 59) -> datetime:
    return datetime(2026, month, number, hour, minute, second, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("way", "days", "expected"),
    [
        (Way.COUNCIL, None, day(26)),
        (Way.COUNCIL, Days(30, Unit.WORKING, DaysFrom.POLICY), day(26)),
        (Way.CENTRE, None, day(30)),
        (Way.CENTRE, Days(7, Unit.CALENDAR, DaysFrom.STATUTORY), day(30)),
        (Way.CENTRE, Days(6, Unit.CALENDAR, DaysFrom.STATUTORY), day(30)),
        (Way.OWN_DESK, Days(2, Unit.WORKING, DaysFrom.POLICY), day(25)),
        (Way.CENTRE, Days(0, Unit.WORKING, DaysFrom.POLICY), day(23)),
    ],
)
def test_due_by_way_and_item(way: Way, days: Days | None, expected: datetime) -> None:
    due = due_for_way(way, days, MONDAY, PLAIN, USUAL)
    assert due is not None and due.at == expected and not due.is_provisional


@pytest.mark.parametrize("way", [Way.REFERRAL, Way.REFUSAL])
def test_an_answer_at_once_has_no_due_time(way: Way) -> None:
    assert due_for_way(way, None, MONDAY, PLAIN, USUAL) is None


def test_holidays_move_it_and_unpublished_years_are_marked() -> None:
    before = datetime(2026, 9, 30, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)
    due = due_in(1, Unit.WORKING, before, published_calendar())
    assert due.at > day(7, month=10)
    assert due_in(5, Unit.WORKING, datetime(2027, 3, 1, 9, 0, tzinfo=SHANGHAI), PLAIN).is_provisional


@pytest.mark.parametrize(
    ("due", "wanted", "now", "expected"),
    [
        (day(26), day(30), MONDAY, None),
        (day(26), day(26), MONDAY, MatterRefusal.NOT_LATER),
        (day(26), day(25), MONDAY, MatterRefusal.NOT_LATER),
        (day(26), day(27, month=12), MONDAY, MatterRefusal.TOO_FAR),
        (day(26), day(30), day(27), MatterRefusal.TOO_LATE),
        (None, day(30), MONDAY, MatterRefusal.TOO_LATE),
    ],
)
def test_extension(due: datetime | None, wanted: datetime, now: datetime, expected: MatterRefusal | None) -> None:
    assert refuse_extension(due, wanted, now) is expected


def test_a_pause_gives_back_its_working_days() -> None:
    due = day(26)
    assert due_after_pause(due, MONDAY, MONDAY + timedelta(hours=5), PLAIN) == due
    assert due_after_pause(due, MONDAY, MONDAY + timedelta(days=2), PLAIN) == day(30)


@pytest.mark.parametrize(
    ("now", "left", "unit", "used", "late", "soon"),
    [
        (MONDAY, 3, "days", 0, False, False),
        (MONDAY + timedelta(days=1), 2, "days", 1, False, False),
        (day(26, hour=9, minute=0, second=0), 14, "hours", 2, False, True),
        (day(27, hour=9, minute=0, second=0), -1, "days", 3, True, False),
    ],
)
def test_clock(now: datetime, left: int, unit: str, used: int, late: bool, soon: bool) -> None:
    facts = clock_facts(day(26), 3, now, PLAIN)
    assert (facts.left, facts.unit, facts.used, facts.total) == (left, unit, used, 3)
    assert (facts.is_late, facts.is_soon) == (late, soon)


@pytest.mark.parametrize(
    ("states", "days", "words"),
    [
        ("accepted", 0, "今天报的"),
        ("accepted", 15, "到今天15天"),
        ("completed", 0, "当天办完"),
        ("closed", 15, "用了15天"),
        ("referred", 0, "当天答复"),
        ("refused", 0, "当天答复"),
        ("refused", 3, "过了3天答复"),
        ("withdrawn", 3, ""),
        ("completed accepted", 15, "到今天15天"),
        ("completed referred", 15, "用了15天"),
    ],
)
def test_the_days_of_a_matter_say_what_they_are(clock: MovableClock, states: str, days: int, words: str) -> None:
    start, end = clock.now() - timedelta(days=days), clock.now()
    parts = [
        SimpleNamespace(
            state=state, reported_at=start, completed_at=None, closed_at=None if state == "accepted" else end
        )
        for state in map(MatterState, states.split())
    ]
    assert days_used("zh-CN", cast(list[Matter], parts)) == words
