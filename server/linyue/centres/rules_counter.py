"""Counters of a centre: tickets and booked times, who is called next, what the staffed windows cover. Plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ITEMS_AT_MOST = 5
"""Items of one visit; each becomes a matter with its own clock."""
BOOK_DAYS = 14
"""Calendar days ahead that a time can be booked."""


class TicketKind(StrEnum):
    """How somebody comes to the counter; the value is the end of its translation key."""

    DOOR = "door"
    ONLINE = "online"
    BOOKED = "booked"


class TicketState(StrEnum):
    """Where a visit stands."""

    WAITING = "waiting"
    CALLED = "called"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class CounterStep(StrEnum):
    """What can happen to a ticket."""

    CALL = "call"
    FINISH = "finish"
    MISS = "miss"
    CANCEL = "cancel"


STEPS: dict[CounterStep, tuple[TicketState, TicketState]] = {
    CounterStep.CALL: (TicketState.WAITING, TicketState.CALLED),
    CounterStep.FINISH: (TicketState.CALLED, TicketState.DONE),
    CounterStep.MISS: (TicketState.CALLED, TicketState.NO_SHOW),
    CounterStep.CANCEL: (TicketState.WAITING, TicketState.CANCELLED),
}
"""Each step leads from one state to another, once: a called number is called once."""


class CounterRefusal(StrEnum):
    """Why it is not done; the value is the translation key."""

    CLOSED_TODAY = "centres-counter-refused-closed-today"
    ONE_EACH = "centres-counter-refused-one-each"
    SLOT_TAKEN = "centres-counter-refused-slot-taken"
    NO_SLOT = "centres-counter-refused-no-slot"
    TOO_MANY_ITEMS = "centres-counter-refused-too-many-items"
    NOT_HERE = "centres-counter-refused-not-here"
    NOT_NOW = "centres-counter-refused-not-now"
    NO_WINDOW = "centres-counter-refused-no-window"
    WINDOW_TAKEN = "centres-counter-refused-window-taken"
    BUSY = "centres-counter-refused-busy"


def label_of(kind: TicketKind, number: int) -> str:
    """What stands on the slip and is called out: A012 for a number, Y012 for a booked time."""
    return f"{'Y' if kind is TicketKind.BOOKED else 'A'}{number:03d}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket as the order sees it."""

    id: int
    number: int
    slot_at: datetime | None


def in_order(tickets: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Who is called next: booked times that have come, earliest first; then numbers in turn; early ones last."""

    def key(one: Waiting) -> tuple[int, datetime, int]:
        has_come = one.slot_at is not None and one.slot_at <= now
        return (0 if has_come else 1 if one.slot_at is None else 2), one.slot_at or now, one.number

    return sorted(tickets, key=key)


@dataclass(frozen=True, slots=True)
class Cover:
    """What the staffed windows can take: fields known at each, and the fields nobody there knows."""

    by_window: Mapping[int, frozenset[str]]
    gaps: tuple[str, ...]


def cover_of(fields: Sequence[str], seats: Mapping[int, int], known: Mapping[int, frozenset[str]]) -> Cover:
    """`seats`: person by window; `known`: fields a person is trained in. Gaps keep the order of `fields`."""
    by_window = {window: known.get(person, frozenset()) & frozenset(fields) for window, person in seats.items()}
    covered = frozenset().union(*by_window.values()) if by_window else frozenset()
    return Cover(by_window, tuple(field for field in fields if field not in covered))
