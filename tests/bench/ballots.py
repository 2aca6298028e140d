"""Ballots acknowledged a second after a durable commit: the ballot writer against one commit a ballot.

Two hundred voters wait for their answers at once. The plain variants do less for each ballot (no chain, no retry
check): one conditional update of the question and one insert, in a transaction each.
"""

import asyncio
import secrets
import sqlite3
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import asyncpg
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.expressions import F
from tortoise.transactions import in_transaction

from linyue.base import clock, db, schema
from linyue.base.settings import Settings
from linyue.questions import writer
from linyue.questions.model import Ballot, Question
from linyue.questions.writer_batch import Receipt, Send
from linyue.questions.writer_commit import BallotWriter
from setup.local_servers import create_database, start_postgres
from tests.bench.figures import Figure, Found, Goal, ratio
from tests.bench.run import Run
from tests.make.questions import Put, make_question

VOTERS_AT_ONCE = 200
WRITER_WHY = (
    "for each ballot the writer also looks for a retry, chains and hashes an entry of the record and makes a receipt;"
    " the peers run two statements and keep no record"
)
INSERT = (
    "INSERT INTO ballots (question_id, person_id, choice, revision, client_id, hash, receipt_code, cast_at, via)"
    " VALUES ({}, {}, {}, 1, {}, '', {}, {}, 'post')"
)
CLAIM = "UPDATE questions SET version = version + 1 WHERE id = {} AND state = 'open'"
Cast = Callable[[Send], Awaitable[None]]


def measure(run: Run) -> Found:
    """Every variant on every database, one after the other in each round."""
    return asyncio.run(_measure(run, 400 if run.quick else 2000))


async def _measure(run: Run, count: int) -> Found:
    settings = Settings(data=run.folder_for("ballots"), keys=str(run.folder / "keys.json"), sms="none")
    figures = await _on(settings, "SQLite", run.rounds, count)
    if run.with_postgres:
        server = start_postgres(run.folder_for("ballots-postgres") / "data")
        try:
            create_database(server, "bench")
            figures += await _on(replace(settings, database_url=server.url("bench")), "PostgreSQL", run.rounds, count)
        finally:
            server.stop()
    return Found(figures, goals(figures))


def plain_rates(run: Run, count: int) -> tuple[float, float]:
    """One commit a ballot on SQLite, by the driver and by the ORM, once each: ballots a second."""
    return asyncio.run(
        _plain(Settings(data=run.folder_for("plain"), keys=str(run.folder / "keys.json"), sms="none"), count)
    )


async def _plain(settings: Settings, count: int) -> tuple[float, float]:
    EXECUTOR_CACHE.clear()
    is_new = not settings.sqlite_path.exists()
    await db.connect(settings)
    try:
        if is_new:
            await schema.make_schema()
        raw, _ = await _one(await make_question(people=count), DriverVariant(settings), count)
        few = max(100, count // 5)
        orm, _ = await _one(await make_question(people=few), OrmVariant(settings), few)
        return raw, orm
    finally:
        await db.disconnect()


def goals(figures: list[Figure]) -> list[Goal]:
    """Ratios of this run."""
    known = {figure.name: figure for figure in figures}
    found = []
    for name in ("SQLite", "PostgreSQL"):
        if f"{name}: ballot writer" not in known:
            continue
        own = known[f"{name}: ballot writer"]
        for peer, target in (("driver", 3.0), ("ORM", 10.0)):
            other = known[f"{name}: one commit a ballot, {peer}"]
            found.append(ratio(f"{name}: writer against {peer}, one commit a ballot", own, other, target, WRITER_WHY))
    return found


async def _on(settings: Settings, name: str, rounds: int, count: int) -> list[Figure]:
    EXECUTOR_CACHE.clear()  # the ORM keeps built SQL by connection name, whatever the database behind it
    await db.connect(settings)
    try:
        await schema.make_schema()
        variants: dict[str, tuple[int, Callable[[Settings], Variant]]] = {
            f"{name}: ballot writer": (count, WriterVariant),
            f"{name}: one commit a ballot, driver": (count, DriverVariant if settings.is_sqlite else PoolVariant),
            f"{name}: one commit a ballot, ORM": (max(200, count // 5), OrmVariant),
        }
        found = {label: Figure(label, "ballots/s", [], []) for label in variants}
        for _ in range(rounds):
            for label, (number, make) in variants.items():
                rate, waits = await _one(await make_question(people=number), make(settings), number)
                found[label].rates.append(rate)
                found[label].waits.extend(waits)
        return list(found.values())
    finally:
        await db.disconnect()


async def _one(put: Put, variant: "Variant", count: int) -> tuple[float, list[float]]:
    sends = [put.send(who) for who in range(count)]
    waits: list[float] = []

    async def voter() -> None:
        while sends:
            send = sends.pop()
            begun = time.perf_counter()
            await variant.cast(send)
            waits.append((time.perf_counter() - begun) * 1000)

    await variant.start()
    begun = time.perf_counter()
    await asyncio.gather(*(voter() for _ in range(VOTERS_AT_ONCE)))
    rate = count / (time.perf_counter() - begun)
    await variant.stop()
    stored = await Ballot.filter(question_id=put.question.id).count()
    assert stored == count, f"{stored} of {count} stored"
    return rate, waits


class Variant:
    """A way of storing ballots, with something to open and to close."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def start(self) -> None:
        """Open."""

    async def cast(self, send: Send) -> None:
        """Store one ballot durably."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Close."""


class WriterVariant(Variant):
    """The product's ballot writer."""

    async def start(self) -> None:
        self.writer = BallotWriter(writer.make_store(), clock.now, _nobody)

    async def cast(self, send: Send) -> None:
        answer = await self.writer.cast(send)
        assert isinstance(answer, Receipt), answer

    async def stop(self) -> None:
        await self.writer.stop()


async def _nobody(_told: object) -> None:
    return None


class DriverVariant(Variant):
    """sqlite3 in one thread."""

    async def start(self) -> None:
        self.thread = ThreadPoolExecutor(1)
        self.link = sqlite3.connect(
            self.settings.sqlite_path, isolation_level=None, check_same_thread=False, timeout=10
        )
        self.link.execute("PRAGMA synchronous=FULL")
        self.insert = INSERT.format(*["?"] * 6)
        self.claim = CLAIM.format("?")

    async def cast(self, send: Send) -> None:
        await asyncio.get_running_loop().run_in_executor(self.thread, self._store, send)

    def _store(self, send: Send) -> None:
        now = clock.now().isoformat(" ")
        self.link.execute("BEGIN IMMEDIATE")
        assert self.link.execute(self.claim, (send.question_id,)).rowcount == 1
        row = (send.question_id, send.person_id, send.choice, send.client_id, secrets.token_hex(4), now)
        self.link.execute(self.insert, row)
        self.link.execute("COMMIT")

    async def stop(self) -> None:
        self.link.close()
        self.thread.shutdown()


class PoolVariant(Variant):
    """asyncpg with a pool of ten."""

    async def start(self) -> None:
        self.pool = await asyncpg.create_pool(self.settings.database_url, min_size=10, max_size=10)
        self.insert = INSERT.format(*(f"${n}" for n in range(1, 7)))
        self.claim = CLAIM.format("$1")

    async def cast(self, send: Send) -> None:
        async with self.pool.acquire() as link, link.transaction():
            assert await link.execute(self.claim, send.question_id) == "UPDATE 1"
            row = (send.question_id, send.person_id, send.choice, send.client_id, secrets.token_hex(4), clock.now())
            await link.execute(self.insert, *row)

    async def stop(self) -> None:
        await self.pool.close()


class OrmVariant(Variant):
    """The ORM, one transaction a ballot."""

    async def cast(self, send: Send) -> None:
        async with in_transaction("default"):
            assert await Question.filter(id=send.question_id, state="open").update(version=F("version") + 1)
            await Ballot.create(
                question_id=send.question_id,
                person_id=send.person_id,
                choice=send.choice,
                revision=1,
                client_id=send.client_id,
                hash="",
                receipt_code=secrets.token_hex(4),
                cast_at=clock.now(),
                via=send.via.value,
            )
