"""Opening times, bookable times, who is called next, what windows cover. Tables, no database."""

from datetime import UTC, date, datetime

import pytest

from linyue.base.workdays import SHANGHAI, Calendar
from linyue.centres.rules_counter import STEPS, TicketKind, TicketState, Waiting, cover_of, in_order, label_of
from linyue.centres.rules_handling import USUAL
from linyue.centres.rules_hours import (
    DEFAULT_OPENS,
    Closed,
    closed_now,
    is_open_at,
    joined,
    parted,
    read_opens,
    slots_on,
    spans_on,
)

PLAIN = Calendar(frozenset(), frozenset({date(2026, 11, 28)}), frozenset({2026}))  # that Saturday is worked
NONE: list[Closed] = []


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    "text", ["", "8:30-11:30", "08:30", "11:30-08:30", "08:30-12:00,11:00-17:00", "08:30-25:00", "x"]
)
def test_faulty_hours_are_named(text: str) -> None:
    with pytest.raises(ValueError):
        read_opens(text)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (at(23, 8, 29), False),
        (at(23, 8, 30), True),
        (at(23, 11, 30), False),
        (at(23, 13, 30), True),
        (at(23, 17), False),
        (at(28, 9), True),  # a Saturday worked instead of another day
        (at(29, 9), False),
    ],
)
def test_open_hours(now: datetime, is_open: bool) -> None:
    assert is_open_at(now, DEFAULT_OPENS, NONE, PLAIN) is is_open


HOLIDAY = Calendar(frozenset({date(2026, 11, 21)}), frozenset(), frozenset({2026}))


@pytest.mark.parametrize(
    ("now", "calendar", "is_open"),
    [
        (at(21, 9), PLAIN, True),
        (at(21, 14), PLAIN, False),
        (at(22, 9), PLAIN, False),  # a Sunday
        (at(28, 14), PLAIN, True),  # worked in exchange: a working day's times
        (at(21, 9), HOLIDAY, False),  # a Saturday in a holiday
        (datetime(2027, 5, 1, 2, tzinfo=UTC), PLAIN, False),  # a statutory Saturday of a year not published yet
        (datetime(2027, 5, 8, 2, tzinfo=UTC), PLAIN, True),
    ],
)
def test_saturdays_have_times_of_their_own(now: datetime, calendar: Calendar, is_open: bool) -> None:
    opens = joined(DEFAULT_OPENS, "09:00-11:30")
    assert parted(opens) == (DEFAULT_OPENS, "09:00-11:30") and parted(DEFAULT_OPENS) == (DEFAULT_OPENS, "")
    assert is_open_at(now, opens, NONE, calendar) is is_open


REPAIRS = Closed(date(2026, 11, 24), date(2026, 11, 25), "检修")


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        (at(23, 9), None),  # open now
        (at(23, 18), REPAIRS),  # the next opening would be on a closed day
        (at(24, 9), REPAIRS),
        (at(25, 18), None),  # open again tomorrow
        (at(29, 9), None),  # a Sunday is no closure
    ],
)
def test_a_closure_counts_when_it_would_next_be_open(now: datetime, closed: Closed | None) -> None:
    assert closed_now(now, DEFAULT_OPENS, [REPAIRS], PLAIN) is closed
    assert not spans_on(date(2026, 11, 24), DEFAULT_OPENS, [REPAIRS], PLAIN)


def test_times_lie_whole_within_the_opening_hours() -> None:
    slots = slots_on(date(2026, 11, 23), "08:30-09:20,13:30-14:00", NONE, PLAIN, 20, at(23))
    assert slots == [at(23, 8, 30), at(23, 8, 50), at(23, 13, 30)]
    assert slots_on(date(2026, 11, 23), "08:30-09:20", NONE, PLAIN, 20, at(23, 8, 30)) == [at(23, 8, 50)]
    assert slots_on(date(2026, 11, 24), DEFAULT_OPENS, [REPAIRS], PLAIN, 20, at(23)) == []


def test_booked_times_that_have_come_go_first_then_numbers_then_early_ones() -> None:
    tickets = [
        Waiting(1, 1, None),
        Waiting(2, 2, at(23, 10)),
        Waiting(3, 3, at(23, 9)),
        Waiting(4, 4, at(23, 15)),
        Waiting(5, 5, None),
    ]
    assert [one.id for one in in_order(tickets, at(23, 10))] == [3, 2, 1, 5, 4]
    assert [one.id for one in in_order(tickets, at(23, 8))] == [1, 5, 3, 2, 4]


def test_each_step_of_a_ticket_is_taken_once() -> None:
    assert all(before is not after for before, after in STEPS.values())
    ends = {TicketState.DONE, TicketState.NO_SHOW, TicketState.CANCELLED}
    assert not ends & {before for before, _ in STEPS.values()}
    assert label_of(TicketKind.BOOKED, 7) == "Y007" and label_of(TicketKind.DOOR, 123) == "A123"


def test_cover_names_the_gaps() -> None:
    known = {10: frozenset({"a", "b"}), 11: frozenset({"b"}), 12: frozenset({"c"})}
    cover = cover_of(["a", "b", "c", "d"], {1: 10, 2: 11, 3: 99}, known)
    assert cover.by_window == {1: {"a", "b"}, 2: {"b"}, 3: frozenset()}
    assert cover.gaps == ("c", "d")
    assert cover_of(["a"], {}, known).gaps == ("a",)


def test_what_home_decides() -> None:
    assert (
        USUAL.is_home_bound(("general", "civil_affairs"))
        and not USUAL.is_home_bound(("police",))
        and not USUAL.is_home_bound(())
    )
