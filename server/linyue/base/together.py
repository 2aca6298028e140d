"""Reads of many at once: whoever asks while one read is under way is answered by the next, all in one query.

The same idea as the ballot writer's commits, for looking up. Waits for nothing: alone, a question is asked at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

from linyue.base.db import current_work

Key = TypeVar("Key")
Value = TypeVar("Value")
Load = Callable[[list[Key]], Awaitable[Mapping[Key, Value | Exception]]]
"""A fault of one key alone stands at that key; one that is raised is everybody's who asked."""


class Together(Generic[Key, Value]):
    """`await together.of(key)` gives what `load` finds for the key, or None. Never answers from an earlier read."""

    def __init__(self, load: Load[Key, Value], most: int = 500) -> None:
        self._load = load
        self._most = most
        self._waiting: dict[Key, list[asyncio.Future[Value | None]]] = {}
        self._task: asyncio.Task[None] | None = None

    async def of(self, key: Key) -> Value | None:
        """What is found for this key by a read that begins after this call.

        Inside a transaction it is a read of its own: what that has written concerns nobody else yet.
        """
        if current_work() is not None:
            own = (await self._load([key])).get(key)
            if isinstance(own, Exception):
                raise own
            return own
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Value | None] = loop.create_future()
        self._waiting.setdefault(key, []).append(answer)
        if self._task is None or self._task.done() or self._task.get_loop() is not loop:
            self._task = loop.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        while self._waiting:
            keys = list(self._waiting)[: self._most]
            asked = [(key, self._waiting.pop(key)) for key in keys]
            found: Mapping[Key, Value | Exception] = {}
            try:
                found = await self._load(keys)
            except Exception as error:
                found = dict.fromkeys(keys, error)
            for key, answers in asked:
                value = found.get(key)
                for answer in answers:
                    if answer.done():  # whoever asked has left
                        continue
                    if isinstance(value, Exception):
                        answer.set_exception(value)
                    else:
                        answer.set_result(value)
