"""Adaptive group commit: ballots of this process, stored in the order they came, acknowledged when durable.

Each transaction takes whatever arrived while the last one was being committed; nothing ever waits for a
fixed time. Which ballots are taken is decided by writer_batch and the rules; this file moves them.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

import structlog

from linyue.base.logs import failure
from linyue.questions.rules_ballot import BallotRefusal
from linyue.questions.writer_batch import Answer, Declined, Recorded, Send, Told

log = structlog.get_logger()
MOST_TOGETHER = 2000
"""Ballots of one transaction: a full hall at once, and few enough that its commit keeps nobody waiting for long."""
MOST_WAITING = 20_000
"""Ten transactions full: who comes later is told at once, instead of waiting for longer than a page waits."""
PATIENCE = 5.0
"""Seconds to get a lost connection back before voters are told: enough for a restart of the database."""


class StoreConflict(Exception):
    """A constraint refused the transaction; nothing was stored. One of the ballots is to blame, not all."""


class StoreFailed(Exception):
    """The store cannot record (disk full, read-only, damaged). Nothing of this batch is acknowledged."""


class StoreLost(StoreFailed):
    """The connection went away, the outcome may be unknown. Sending again is safe and opens a new one."""


class BallotStore(Protocol):
    """One durable transaction at a time. Both implementations pass one contract suite."""

    async def record(self, sends: Sequence[Send], now: Callable[[], datetime]) -> Recorded:
        """Store a batch; return after a durable commit. Raises StoreConflict, StoreFailed, StoreLost."""
        ...

    async def stop(self) -> None:
        """Give the connection back."""
        ...


class BallotWriter:
    """Collects ballots of this process and stores them in the order they came. Belongs to one event loop."""

    def __init__(
        self,
        store: BallotStore,
        now: Callable[[], datetime],
        tell: Callable[[Told], Awaitable[None]],
    ) -> None:
        self._store = store
        self._now = now
        self._tell = tell
        self._waiting: list[tuple[Send, asyncio.Future[Answer]]] = []
        self._task: asyncio.Task[None] | None = None
        self._is_stopped = False

    async def cast(self, send: Send) -> Answer:
        """Hand in one ballot; returns when durable or turned down. Cancelling the caller loses nothing."""
        if self._is_stopped or len(self._waiting) >= MOST_WAITING:
            return Declined(BallotRefusal.CANNOT_RECORD)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((send, answer))
        if self._task is None:
            # A fresh context: the caller may be inside a transaction of its own, which must not be inherited.
            self._task = asyncio.get_running_loop().create_task(self._run(), context=contextvars.Context())
        return await answer

    async def stop(self) -> None:
        """Store what has arrived, then give the connection back."""
        self._is_stopped = True
        if self._task is not None:
            await asyncio.wait([self._task])
        await self._store.stop()

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
                await self._settle(batch)
        finally:
            self._task = None

    async def _settle(self, batch: list[tuple[Send, asyncio.Future[Answer]]]) -> None:
        sends = [send for send, _ in batch]
        try:
            recorded = await self._record(sends)
        except StoreFailed as error:
            log.error("ballots.cannot_record", waiting=len(sends), error=repr(error.__cause__ or error)[:300])
            recorded = Recorded([Declined(BallotRefusal.CANNOT_RECORD)] * len(sends), [])
        except Exception as error:  # a fault of ours must not leave voters without an answer
            log.error("ballots.writer_fault", waiting=len(sends), **failure(error))
            recorded = Recorded([Declined(BallotRefusal.CANNOT_RECORD)] * len(sends), [])
        for (_, answer), result in zip(batch, recorded.answers, strict=True):
            if not answer.done():
                answer.set_result(result)
        for told in recorded.told:
            try:
                await self._tell(told)
            except Exception as error:  # liveness only; the ballots are stored
                log.warning("ballots.not_told", **failure(error))

    async def _record(self, sends: list[Send]) -> Recorded:
        try:
            return await self._with_patience(sends)
        except StoreConflict:
            return await self._one_by_one(sends)

    async def _one_by_one(self, sends: list[Send]) -> Recorded:
        together = Recorded([], [])
        for done, send in enumerate(sends):
            try:
                single = await self._with_patience([send])
            except StoreLost as error:
                # One has waited for the store with all patience; the rest would wait as long each, and may send again.
                rest = len(sends) - done
                log.error("ballots.cannot_record", waiting=rest, error=repr(error.__cause__ or error)[:300])
                together.answers.extend([Declined(BallotRefusal.CANNOT_RECORD)] * rest)
                break
            except (StoreConflict, StoreFailed) as error:
                log.error("ballots.cannot_record", waiting=1, error=repr(error.__cause__ or error)[:300])
                single = Recorded([Declined(BallotRefusal.CANNOT_RECORD)], [])
            together.answers.extend(single.answers)
            together.told.extend(single.told)
        return together

    async def _with_patience(self, sends: list[Send]) -> Recorded:
        loop = asyncio.get_running_loop()
        until, pause = loop.time() + PATIENCE, 0.05
        while True:
            try:
                return await self._store.record(sends, self._now)
            except StoreLost:
                # The sender's ids make this harmless even when the lost transaction had been committed.
                if self._is_stopped or loop.time() + pause > until:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.5)
