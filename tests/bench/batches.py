"""What one transaction of the ballot writer costs, by how many questions and ballots it holds: PostgreSQL, on the disk.

Time from its begin to its durable commit, processor time of this process and of the database's that works for it,
ways to the database and back, and bytes of its log. Everybody votes for the first time.
"""

import asyncio
import time
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import asyncpg
from tortoise.backends.base.executor import EXECUTOR_CACHE

from linyue.base import clock, db, schema
from linyue.base.settings import Settings
from linyue.questions.writer_batch import Receipt, Send
from linyue.questions.writer_postgres import PostgresBallots
from setup.local_servers import create_database, start_postgres
from tests.bench.figures import Figure, Found, Goal
from tests.bench.run import Run, cpu_of
from tests.make.questions import Put, make_question

SHAPES = ((1, 1), (1, 10), (1, 100), (1, 1000), (10, 1), (40, 1), (40, 25))
"""Questions in the transaction, ballots of each."""
AT_A_TIME = 100
"""Transactions of a repetition; fewer of large ones."""
WHY = (
    "commit and ways there and back are shared by the questions of a batch; their statements, rows and records are not"
)
LOG = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one transaction: seconds, seconds, seconds, bytes, ways to the database and back."""

    took: float
    processor: float
    database: float
    log: float
    ways: float


def measure(run: Run) -> Found:
    """Every shape in turn."""
    server = start_postgres(run.folder_for("batches-postgres") / "data")
    try:
        create_database(server, "bench")
        settings = Settings(data=run.folder_for("batches"), keys=str(run.folder / "keys.json"), sms="none")
        return asyncio.run(_measure(replace(settings, database_url=server.url("bench")), run.rounds, run.quick))
    finally:
        server.stop()


async def _measure(settings: Settings, rounds: int, is_quick: bool) -> Found:
    EXECUTOR_CACHE.clear()  # the ORM keeps built SQL by connection name, whatever the database behind it
    await db.connect(settings)
    store, link = PostgresBallots(settings.database_url), await asyncpg.connect(settings.database_url)
    try:
        await schema.make_schema()
        costs: dict[tuple[int, int], list[Cost]] = {shape: [] for shape in SHAPES}
        for turn in range(rounds + 1):
            for (questions, ballots), found in costs.items():
                times = 2 if is_quick else max(4, AT_A_TIME // (1 + questions * ballots // 20))
                puts = [await make_question(people=ballots * times) for _ in range(questions)]
                cost = await _cost(store, link, puts, ballots, times)
                if turn:  # the first one only warms up
                    found.append(cost)
        return _found(costs)
    finally:
        await link.close()
        await store.stop()
        await db.disconnect()


async def _cost(
    store: PostgresBallots, link: "asyncpg.Connection[Any]", puts: list[Put], ballots: int, times: int
) -> Cost:
    """The mean of so many transactions, each of first ballots."""
    batches: list[list[Send]] = []
    for start in range(0, ballots * times, ballots):
        batches.append([put.send(who) for put in puts for who in range(start, start + ballots)])
    sent: list[str] = []
    own = await store._open()

    def note(record: Any) -> None:
        sent.append(record.query)

    own.add_query_logger(note)
    before, pid = await link.fetchval(LOG), own.get_server_pid()
    database, processor, begun = cpu_of(pid), time.process_time(), time.perf_counter()
    for batch in batches:
        recorded = await store.record(batch, clock.now)
        assert all(isinstance(answer, Receipt) for answer in recorded.answers), recorded.answers
    took, processor = time.perf_counter() - begun, time.process_time() - processor
    database = cpu_of(pid) - database
    log = await link.fetchval(LOG) - before
    own.remove_query_logger(note)
    return Cost(took / times, processor / times, database / times, log / times, len(sent) / times)


def _found(costs: dict[tuple[int, int], list[Cost]]) -> Found:
    found = Found()
    for (questions, ballots), several in costs.items():
        name, all_ballots = f"writer, {questions} questions × {ballots} ballots", questions * ballots
        whole = Figure(f"{name}: until durable", "ms", [1000 * one.took for one in several])
        whole.note = f"{several[-1].ways:.0f} ways there and back"
        own = Figure(f"{name}: processor, for a ballot", "ms", [1000 * one.processor / all_ballots for one in several])
        own.note = f"{median(one.log for one in several) / all_ballots:,.0f} bytes of log a ballot"
        theirs = Figure(
            f"{name}: the same, of the database", "ms", [1000 * one.database / all_ballots for one in several]
        )
        found.figures += [whole, own, theirs]
    known = {figure.name: figure for figure in found.figures}
    many, one = (known[f"writer, {n} questions × 1 ballots: until durable"].rate for n in (40, 1))
    found.goals.append(
        Goal(
            "a ballot of each of 40 questions against one ballot, until durable",
            many / one,
            8.0,
            is_limit=True,
            why=WHY,
        )
    )
    return found
