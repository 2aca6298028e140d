"""Who speaks next."""

from datetime import UTC, datetime, timedelta

import pytest

from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_speakers import SpeakerRefusal as No
from linyue.meetings.rules_speakers import Stance, Waiting, order_of_speakers, refuse_ask

T0 = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)
F, A, N = Stance.FOR, Stance.AGAINST, Stance.NEITHER


def order(
    queue: list[tuple[int, Stance, int]], last: Stance | None = None, *, new: bool = True, alt: bool = True
) -> list[int]:
    waiting = [Waiting(i, stance, turns, T0 + timedelta(seconds=n)) for n, (i, stance, turns) in enumerate(queue)]
    return [one.id for one in order_of_speakers(waiting, last, newcomers_first=new, alternate=alt)]


@pytest.mark.parametrize(
    ("queue", "last", "expected"),
    [
        ([(1, N, 0), (2, N, 0)], None, [1, 2]),
        ([(1, N, 1), (2, N, 0)], None, [2, 1]),
        ([(1, F, 0), (2, F, 0), (3, A, 0), (4, A, 0)], None, [1, 3, 2, 4]),
        ([(1, F, 0), (2, A, 0)], F, [2, 1]),
        ([(1, F, 0), (2, N, 0), (3, F, 0)], F, [2, 1, 3]),
        # a newcomer of the same side goes before an old hand of the other side
        ([(1, A, 1), (2, F, 0)], F, [2, 1]),
        ([(1, F, 0), (2, N, 0), (3, A, 0)], None, [1, 3, 2]),
        ([], F, []),
    ],
)
def test_order(queue: list[tuple[int, Stance, int]], last: Stance | None, expected: list[int]) -> None:
    assert order(queue, last) == expected


def test_a_template_may_ask_for_plain_order() -> None:
    assert order([(1, F, 2), (2, F, 0), (3, A, 0)], F, new=False, alt=False) == [1, 2, 3]


@pytest.mark.parametrize(
    ("state", "closed", "waiting", "turns", "expected"),
    [
        (MeetingState.RUNNING, False, False, 0, None),
        (MeetingState.RUNNING, False, False, 1, None),
        (MeetingState.RUNNING, False, False, 2, No.TURNS_USED),
        (MeetingState.RUNNING, False, True, 0, No.ALREADY_WAITING),
        (MeetingState.RUNNING, True, False, 0, No.QUEUE_CLOSED),
        (MeetingState.ANNOUNCED, False, False, 0, No.NOT_RUNNING),
        (MeetingState.ENDED, False, False, 0, No.NOT_RUNNING),
    ],
)
def test_asking(state: MeetingState, closed: bool, waiting: bool, turns: int, expected: No | None) -> None:
    assert refuse_ask(state, closed, waiting, turns, most_turns=2) == expected
