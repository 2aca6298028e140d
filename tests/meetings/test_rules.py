"""Tables of what a meeting may and may not do."""

from datetime import UTC, date, datetime, timedelta

import pytest

from linyue.base.workdays import Calendar, published_calendar
from linyue.meetings import rules
from linyue.meetings.rules import MeetingRefusal as No
from linyue.meetings.rules import MeetingState as S
from linyue.meetings.rules import Mode
from linyue.meetings.rules_plan import Line, Link, NoticePlan, Office
from linyue.meetings.templates import load_template

NOW = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)  # Tuesday noon in Ningbo
PLAN = load_template("open-space")[1]


def notice(days: int, unit: str = "calendar") -> NoticePlan:
    return NoticePlan(days, unit, Line("", ""))


@pytest.mark.parametrize(
    ("days", "unit", "earliest"),
    [
        (0, "calendar", date(2026, 11, 10)),
        (3, "calendar", date(2026, 11, 13)),
        (3, "working", date(2026, 11, 13)),
        (4, "working", date(2026, 11, 16)),
        (4, "calendar", date(2026, 11, 14)),
    ],
)
def test_earliest_day_leaves_out_the_day_of_announcing(days: int, unit: str, earliest: date) -> None:
    assert rules.earliest_day(date(2026, 11, 10), notice(days, unit), published_calendar()) == earliest


def test_working_days_follow_the_published_calendar() -> None:
    rest = Calendar(days_off=frozenset({date(2026, 11, 11)}), make_up_days=frozenset({date(2026, 11, 14)}))
    assert rules.earliest_day(date(2026, 11, 10), notice(3, "working"), rest) == date(2026, 11, 14)


@pytest.mark.parametrize(
    ("state", "starts_in", "expected"),
    [
        (S.DRAFT, timedelta(days=3), None),
        # 00:30 on the third day after in Ningbo, not yet in UTC: the day people live in counts
        (S.DRAFT, timedelta(days=2, hours=12, minutes=30), None),
        (S.DRAFT, timedelta(days=2, hours=11), No.NOTICE_SHORT),
        (S.DRAFT, timedelta(hours=1), No.NOTICE_SHORT),
        (S.DRAFT, timedelta(hours=-1), No.IN_PAST),
        (S.ANNOUNCED, timedelta(days=9), No.NOT_DRAFT),
        (S.RUNNING, timedelta(days=9), No.NOT_DRAFT),
        (S.ENDED, timedelta(days=9), No.NOT_DRAFT),
    ],
)
def test_announcing(state: S, starts_in: timedelta, expected: No | None) -> None:
    assert rules.refuse_announce(state, NOW + starts_in, notice(3), published_calendar(), NOW) == expected


@pytest.mark.parametrize(
    ("state", "minutes_to_go", "held", "expected"),
    [
        (S.ANNOUNCED, 30, {Office.CHAIR: 1, Office.RECORDER: 1}, None),
        (S.ANNOUNCED, -60, {Office.CHAIR: 1, Office.RECORDER: 2}, None),
        (S.ANNOUNCED, 31, {Office.CHAIR: 1, Office.RECORDER: 1}, No.TOO_EARLY),
        (S.ANNOUNCED, 0, {Office.CHAIR: 1}, No.OFFICE_EMPTY),
        (S.DRAFT, 0, {Office.CHAIR: 1, Office.RECORDER: 1}, No.NOT_ANNOUNCED),
        (S.RUNNING, 0, {Office.CHAIR: 1, Office.RECORDER: 1}, No.NOT_ANNOUNCED),
        (S.ENDED, 0, {Office.CHAIR: 1, Office.RECORDER: 1}, No.ENDED),
    ],
)
def test_starting(state: S, minutes_to_go: int, held: dict[Office, int], expected: No | None) -> None:
    assert rules.refuse_start(state, NOW + timedelta(minutes=minutes_to_go), NOW, PLAN, held) == expected


@pytest.mark.parametrize(
    ("title", "venue", "how", "hours", "expected"),
    [
        ("屋顶", "活动室", Mode.BOTH, 1, None),
        ("屋顶", "", Mode.ONLINE, 1, None),
        ("  ", "活动室", Mode.BOTH, 1, No.NO_TITLE),
        ("屋" * 81, "活动室", Mode.BOTH, 1, No.TITLE_LONG),
        ("屋顶", "", Mode.HALL, 1, No.NO_VENUE),
        ("屋顶", "楼" * 121, Mode.HALL, 1, No.VENUE_LONG),
        ("屋顶", "活动室", Mode.BOTH, 0, No.IN_PAST),
    ],
)
def test_drafting(title: str, venue: str, how: Mode, hours: int, expected: No | None) -> None:
    assert rules.refuse_draft(title, venue, how, NOW + timedelta(hours=hours), NOW) == expected


def test_six_links_keep_their_order_and_votes_change_places() -> None:
    links = [Link.CALL, Link.GROUPS, Link.CONSENSUS, Link.CONSENSUS, Link.ACTION]
    assert rules.refuse_move(links, 2, 1) is None
    assert rules.refuse_move(links, 3, -1) is None
    for index, step in ((0, -1), (0, 1), (2, -1), (3, 1), (4, 1), (2, 2), (9, 1)):
        assert rules.refuse_move(links, index, step) is No.CANNOT_MOVE


@pytest.mark.parametrize(
    ("state", "here", "expected_here", "answer"),
    [
        (S.RUNNING, 0, 0, None),
        (S.RUNNING, 1, 0, No.MOVED_ON),
        (S.RUNNING, 5, 5, No.NO_MORE_ITEMS),
        (S.ANNOUNCED, 0, 0, No.NOT_RUNNING),
        (S.ENDED, 5, 5, No.ENDED),
    ],
)
def test_next_item_is_one_step_for_a_double_tap(state: S, here: int, expected_here: int, answer: No | None) -> None:
    assert rules.refuse_next_item(state, here, expected_here, last=5) == answer


def test_ending_needs_the_last_item() -> None:
    assert rules.refuse_end(S.RUNNING, True) is None
    assert rules.refuse_end(S.RUNNING, False) is No.ITEMS_LEFT
    assert rules.refuse_end(S.ENDED, True) is No.ENDED


def test_offices() -> None:
    held = {1: {Office.CHAIR}, 2: {Office.WITNESS}}
    assert rules.refuse_office(Office.TELLER, S.RUNNING, 1, held) is None
    assert rules.refuse_office(Office.CHAIR, S.RUNNING, 1, held) is No.OFFICE_TAKEN
    assert rules.refuse_office(Office.WITNESS, S.RUNNING, 1, held) is No.WITNESS_APART
    assert rules.refuse_office(Office.TELLER, S.RUNNING, 2, held) is No.WITNESS_APART
    assert rules.refuse_office(Office.TELLER, S.ENDED, 3, held) is No.ENDED


def test_undo_lasts_a_minute() -> None:
    assert rules.refuse_undo(NOW, NOW + timedelta(seconds=60)) is None
    assert rules.refuse_undo(NOW, NOW + timedelta(seconds=61)) is No.NOTHING_TO_UNDO
    assert rules.refuse_undo(None, NOW) is No.NOTHING_TO_UNDO


def test_timer() -> None:
    assert rules.timer_left(None, None, NOW) is None
    assert rules.timer_left(NOW + timedelta(seconds=90), None, NOW) == 90
    assert rules.timer_left(NOW - timedelta(seconds=1), None, NOW) == 0
    assert rules.timer_left(NOW - timedelta(seconds=1), 45, NOW) == 45


@pytest.mark.parametrize(
    ("word", "roll", "needed"),
    [
        ("none", 60, 0),
        ("half", 60, 31),
        ("half", 61, 31),
        ("third", 60, 20),
        ("third", 61, 21),
        ("two_thirds", 60, 40),
        ("two_thirds", 61, 41),
    ],
)
def test_quorum(word: str, roll: int, needed: int) -> None:
    assert rules.quorum_needed(word, roll) == needed


@pytest.mark.parametrize(("supporters", "reason", "is_refused"), [(0, "", False), (3, " ", True), (3, "改期", False)])
def test_what_neighbours_brought_leaves_with_a_reason(supporters: int, reason: str, is_refused: bool) -> None:
    assert (rules.refuse_removal(supporters, reason) is No.NO_REASON) == is_refused
