"""Lets many small stories happen in the order of time, under a moved clock.

A story is an asynchronous generator: it does something, yields the moment at which it goes on, and so forth. What is
still to come when the present is reached never happens: those matters are under way.
"""

import heapq
from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from itertools import count

from linyue.base import clock
from linyue.base.db import unit_of_work

Story = AsyncGenerator[datetime, None]
MOST_STEPS = 80
"""Steps in one transaction: one commit for many, and never a long one."""


class Diary:
    """What happens next, and to whom. `move` sets the clock to the moment of a step."""

    def __init__(self, move: Callable[[datetime], None] | None = None) -> None:
        self._move = move or move_to
        self._next: list[tuple[datetime, int, bool, Story]] = []
        self._numbers = count()

    def add(self, at: datetime, story: Story, *, is_alone: bool = False) -> None:
        """Begin a story at a moment. `is_alone`: its steps commit by themselves (ballots need that)."""
        heapq.heappush(self._next, (at, next(self._numbers), is_alone, story))

    async def run(self, until: datetime) -> int:
        """Let everything happen up to a moment; the clock ends there. Returns how many steps were taken."""
        steps = 0
        while self._is_due(until):
            if self._next[0][2]:
                await self._step()
                steps += 1
                continue
            async with unit_of_work():
                for _ in range(MOST_STEPS):
                    if not self._is_due(until) or self._next[0][2]:
                        break
                    await self._step()
                    steps += 1
        self._move(until)
        return steps

    def _is_due(self, until: datetime) -> bool:
        return bool(self._next) and self._next[0][0] <= until

    async def _step(self) -> None:
        at, _number, is_alone, story = heapq.heappop(self._next)
        self._move(at)
        try:
            self.add(await anext(story), story, is_alone=is_alone)
        except StopAsyncIteration:
            return

    async def close(self) -> None:
        """Forget what has not happened."""
        while self._next:
            await heapq.heappop(self._next)[3].aclose()


def move_to(moment: datetime) -> None:
    """Set the district's clock of this process."""
    clock.set_offset(moment - clock.real_now())
