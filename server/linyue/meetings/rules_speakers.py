"""Who speaks next: one who has not spoken goes first, for and against take turns, then who asked first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linyue.meetings.rules import MeetingState


class Stance(StrEnum):
    """What a speaker says they will speak for."""

    FOR = "for"
    AGAINST = "against"
    NEITHER = "neither"


class SpeakerState(StrEnum):
    """Where somebody stands in the queue."""

    WAITING = "waiting"
    SPEAKING = "speaking"
    DONE = "done"
    LEFT = "left"


class SpeakerRefusal(StrEnum):
    """Why somebody is not put into the queue or called from it."""

    NOT_RUNNING = "meetings-refused-not-running"
    ALREADY_WAITING = "meetings-refused-already-waiting"
    TURNS_USED = "meetings-refused-turns-used"
    NOT_IN_QUEUE = "meetings-refused-not-in-queue"
    QUEUE_EMPTY = "meetings-refused-queue-empty"
    QUEUE_CLOSED = "meetings-refused-queue-closed"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person in the queue. `turns` counts what they have already said on this item."""

    id: int
    stance: Stance
    turns: int
    asked_at: datetime


def order_of_speakers(
    queue: Sequence[Waiting], last: Stance | None, *, newcomers_first: bool, alternate: bool
) -> list[Waiting]:
    """The whole queue in the order in which people will be called. `last` is the stance spoken last."""
    left = sorted(queue, key=lambda one: (one.asked_at, one.id))
    called: list[Waiting] = []
    while left:
        choice = _next(left, last, newcomers_first=newcomers_first, alternate=alternate)
        left.remove(choice)
        called.append(choice)
        if choice.stance is not Stance.NEITHER:
            last = choice.stance
    return called


def _next(left: list[Waiting], last: Stance | None, *, newcomers_first: bool, alternate: bool) -> Waiting:
    rank = left
    if newcomers_first and any(one.turns == 0 for one in rank):
        rank = [one for one in rank if one.turns == 0]
    if alternate and last in (Stance.FOR, Stance.AGAINST):
        other = Stance.AGAINST if last is Stance.FOR else Stance.FOR
        rank = (
            [one for one in rank if one.stance is other]
            or [one for one in rank if one.stance is Stance.NEITHER]
            or rank
        )
    return rank[0]


def refuse_ask(
    state: MeetingState, is_queue_closed: bool, is_waiting: bool, turns: int, most_turns: int
) -> SpeakerRefusal | None:
    """One place in the queue a person, and no more turns on an item than the template gives."""
    if state is not MeetingState.RUNNING:
        return SpeakerRefusal.NOT_RUNNING
    if is_waiting:
        return SpeakerRefusal.ALREADY_WAITING
    if turns >= most_turns:
        return SpeakerRefusal.TURNS_USED
    return SpeakerRefusal.QUEUE_CLOSED if is_queue_closed else None
