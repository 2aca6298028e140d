"""How long a phone waits before it comes in again."""

import asyncio
from random import Random
from typing import Any, cast

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosedError
from websockets.frames import Close

from linyue.upkeep.phone import RESTART, TRIES_WHEN_TOLD, Book, Door, Phone, Room, Seat, first_try, next_try


@pytest.mark.parametrize(
    ("present", "close", "least", "most"),
    [
        (0, 0, 0.25, 0.75),  # alone: back at once
        (300, 0, 0.25, 1.45),
        (5000, 0, 0.25, 4.25),  # a whole hall whose server died
        (0, 1011, 0.25, 0.75),
        (0, RESTART, 0.25, 4.25),
    ],
)
def test_the_first_try_is_spread_by_the_hall(present: int, close: int, least: float, most: float) -> None:
    seen = [first_try(Random(seed), present, close) for seed in range(200)]
    assert least <= min(seen) < least + 0.1 * (most - least) and most - 0.1 * (most - least) < max(seen) <= most


@pytest.mark.parametrize(
    ("tries", "least", "most"), [(1, 0.5, 1.5), (TRIES_WHEN_TOLD, 2, 6), (6, 15, 45), (5000, 15, 45)]
)
def test_the_next_tries_come_later_and_later(tries: int, least: float, most: float) -> None:
    seen = [next_try(Random(seed), tries) for seed in range(200)]
    assert least <= min(seen) < least + 0.1 * (most - least) and most - 0.1 * (most - least) < max(seen) <= most


class Even(Random):
    """Draws the middle each time: a pause as it is before chance makes it longer or shorter."""

    def random(self) -> float:
        return 0.5


class Away(Phone):
    """Fails to come in as often as there are `failures`, the last one first."""

    failures: list[Exception]

    async def _come_in(self, door: Door) -> None:
        if self.failures:
            raise self.failures.pop()
        self.socket = cast(ClientConnection, self)


def ended(code: int) -> ConnectionClosedError:
    return ConnectionClosedError(Close(code, ""), None)


class Ended:
    """A line that the server ended with this code."""

    def __init__(self, code: int) -> None:
        self.code = code

    async def recv(self) -> str:
        raise ended(self.code)


@pytest.mark.parametrize(
    ("close", "failures", "pauses"),
    [
        (None, [OSError()] * 8, [0, 0.5, 1, 2, 4, 8, 16, 30, 30]),
        (1011, [OSError()] * 7, [0.5, 1, 2, 4, 8, 16, 30, 30]),
        (RESTART, [OSError()] * 3, [2.25, 1, 2, 4]),
        (1013, [OSError()] * 3, [4, 8, 16, 30]),
        (1011, [OSError(), ended(1008), OSError()], [0.5, 1, 4, 8]),  # comes in once, and is told to wait
    ],
)
async def test_a_phone_pauses_as_the_page_does(
    close: int | None, failures: list[Exception], pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """live.js, later(): a lost line, then tries that come to nothing, with pauses from one second to thirty."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    phone = Away([Door("", 0, "")], Room("", ""), Seat("", ""), Even(), Book())
    phone.failures = list(failures)
    if close is not None:
        line: Any = Ended(close)
        phone.socket = line
        await phone._listen(line)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    await phone.open()
    assert slept == pauses
