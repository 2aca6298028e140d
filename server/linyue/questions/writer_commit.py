"""Adaptive group commit: ballots of this process, stored in the order they came, acknowledged when durable.

Each transaction takes whatever arrived while the last one was being committed; nothing ever waits for a
fixed time. A question whose row somebody else holds is set aside, with its ballots in their order, and tried by itself.
Which ballots are taken is decided by writer_batch and the rules; this file moves them.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

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
HELD_AT_MOST = 8.0
"""Seconds that a question's ballots wait for its row: told before their phones give up and ask again, after ten."""


class StoreConflict(Exception):
    """A constraint refused the transaction; nothing was stored. One of the ballots is to blame, not all."""


class StoreFailed(Exception):
    """The store cannot record (disk full, read-only, damaged). Nothing of this batch is acknowledged."""


class StoreLost(StoreFailed):
    """The connection went away, the outcome may be unknown. Sending again is safe and opens a new one."""


class StoreHeld(Exception):
    """Somebody else holds rows of these questions for longer than a commit takes; nothing was stored."""

    def __init__(self, questions: Collection[int]) -> None:
        super().__init__(questions)
        self.questions = questions


Batch: TypeAlias = list[tuple[Send, asyncio.Future[Answer]]]


@dataclass(slots=True)
class Aside:
    """The ballots of one question that is held, in the order they came. `since`: the loop's time."""

    since: float
    waiting: Batch = field(default_factory=list)


class BallotStore(Protocol):
    """One durable transaction at a time. Both implementations pass one contract suite."""

    async def record(self, sends: Sequence[Send], now: Callable[[], datetime]) -> Recorded:
        """Store a batch; return after a durable commit. Raises StoreConflict, StoreFailed, StoreLost, StoreHeld."""
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
        self._waiting: Batch = []
        self._aside: dict[int, Aside] = {}
        """By question; none of its ballots is in `_waiting` meanwhile."""
        self._task: asyncio.Task[None] | None = None
        self._is_stopped = False

    async def cast(self, send: Send) -> Answer:
        """Hand in one ballot; returns when durable or turned down. Cancelling the caller loses nothing."""
        if self._is_stopped or len(self._line_of(send)) >= MOST_WAITING:
            return Declined(BallotRefusal.CANNOT_RECORD)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._line_of(send).append((send, answer))
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

    def _line_of(self, send: Send) -> Batch:
        aside = self._aside.get(send.question_id)
        return self._waiting if aside is None else aside.waiting

    async def _run(self) -> None:
        try:
            while self._waiting or self._aside:
                if self._waiting:
                    batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
                    if held := await self._settle(batch):
                        self._set_aside(held, batch)
                        continue
                if self._aside:  # one at a time: each that is still held costs the others a moment
                    await self._try_aside(next(iter(self._aside)))
        finally:
            self._task = None

    def _set_aside(self, held: Collection[int], batch: Batch) -> None:
        """Put a batch back that was not stored: the ballots of these questions aside, the others where they were."""
        back, self._waiting, now = batch + self._waiting, [], asyncio.get_running_loop().time()
        self._aside |= {question_id: Aside(now) for question_id in held}
        for one in back:
            self._line_of(one[0]).append(one)
        log.warning("ballots.question_held", questions=sorted(held))

    async def _try_aside(self, question_id: int) -> None:
        aside = self._aside[question_id]
        batch, aside.waiting = aside.waiting[:MOST_TOGETHER], aside.waiting[MOST_TOGETHER:]
        if await self._settle(batch):
            aside.waiting[:0] = batch
            if not self._is_stopped and asyncio.get_running_loop().time() < aside.since + HELD_AT_MOST:
                self._aside[question_id] = self._aside.pop(question_id)  # the next one's turn
                return
            log.error("ballots.cannot_record", waiting=len(aside.waiting), error=f"question {question_id} is held")
            _answer(aside.waiting, [Declined(BallotRefusal.CANNOT_RECORD)] * len(aside.waiting))
            aside.waiting = []
        del self._aside[question_id]
        self._waiting[:0] = aside.waiting

    async def _settle(self, batch: Batch) -> Collection[int]:
        """Store a batch and answer its voters; or give the questions that are held, with nobody answered."""
        sends = [send for send, _ in batch]
        try:
            recorded = await self._record(sends)
        except StoreHeld as held:
            return held.questions
        except StoreFailed as error:
            log.error("ballots.cannot_record", waiting=len(sends), error=repr(error.__cause__ or error)[:300])
            recorded = Recorded([Declined(BallotRefusal.CANNOT_RECORD)] * len(sends), [])
        except Exception as error:  # a fault of ours must not leave voters without an answer
            log.error("ballots.writer_fault", waiting=len(sends), **failure(error))
            recorded = Recorded([Declined(BallotRefusal.CANNOT_RECORD)] * len(sends), [])
        _answer(batch, recorded.answers)
        for told in recorded.told:
            try:
                await self._tell(told)
            except Exception as error:  # liveness only; the ballots are stored
                log.warning("ballots.not_told", **failure(error))
        return ()

    async def _record(self, sends: list[Send]) -> Recorded:
        try:
            return await self._with_patience(sends)
        except StoreConflict:
            return await self._one_by_one(sends)

    async def _one_by_one(self, sends: list[Send]) -> Recorded:
        # A question that is held ends it: what is stored by then is given its receipts when the batch comes again.
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


def _answer(batch: Batch, answers: Sequence[Answer]) -> None:
    for (_, waiting), answer in zip(batch, answers, strict=True):
        if not waiting.done():
            waiting.set_result(answer)
