"""The database layer: UTC as text, one transaction that tells only after commit, several processes on one database."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import asyncpg
import pytest
from tortoise import connections
from tortoise.exceptions import (
    DBConnectionError,
    DoesNotExist,
    IntegrityError,
    MultipleObjectsReturned,
    OperationalError,
    TransactionManagementError,
)
from tortoise.transactions import in_transaction

from linyue.base import bus, queue
from linyue.base.db import is_store_away, unit_of_work
from linyue.base.model import AuditEntry, DistrictClock, Job
from linyue.base.policy import Actor
from linyue.base.settings import Settings
from tests.servers import ROOT, environment_of

SHANGHAI = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
INCREMENT = """
import asyncio
from linyue.base import crypto, db
from linyue.base.model import DistrictClock
from linyue.base.settings import read_settings

async def main():
    settings = read_settings()
    crypto.load_keys(settings.keys_path)
    await db.connect(settings)
    for _ in range(40):
        async with db.unit_of_work():
            row = await DistrictClock.get(id=1)
            changed = await DistrictClock.filter(id=1, ahead_seconds=row.ahead_seconds).update(ahead_seconds=row.ahead_seconds + 1)
            print(changed)
    await db.disconnect()

asyncio.run(main())
"""


@dataclass(frozen=True)
class ThingDone:
    number: int


@queue.job("test.nothing")
async def nothing(_id: int) -> None:
    """A job for these tests."""


async def add_job(due_at: datetime) -> Job:
    return await Job.create(name="test.nothing", arg="1", due_at=due_at)


def stored(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    return error


AWAY = [
    ConnectionRefusedError(),
    TimeoutError(),
    DBConnectionError("x"),
    OperationalError(stored(sqlite3.SQLITE_BUSY)),
    OperationalError(stored(sqlite3.SQLITE_FULL)),
    stored(sqlite3.SQLITE_IOERR_READ),
    asyncpg.ConnectionDoesNotExistError("x"),
    asyncpg.TooManyConnectionsError("x"),
    asyncpg.DiskFullError("x"),
    asyncpg.CannotConnectNowError("x"),
    asyncpg.AdminShutdownError("x"),
    asyncpg.DeadlockDetectedError("x"),
    asyncpg.LockNotAvailableError("x"),
    asyncpg.ReadOnlySQLTransactionError("x"),
    TransactionManagementError(asyncpg.IdleInTransactionSessionTimeoutError("x")),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.InternalClientError("x"),
]
OURS = [
    KeyError("x"),
    RuntimeError("x"),
    DoesNotExist("x"),
    MultipleObjectsReturned("x"),
    IntegrityError(sqlite3.IntegrityError("x")),
    IntegrityError(asyncpg.UniqueViolationError("x")),
    OperationalError(stored(sqlite3.SQLITE_ERROR)),
    OperationalError(asyncpg.PostgresSyntaxError("x")),
    OperationalError(asyncpg.UndefinedColumnError("x")),
    asyncpg.UniqueViolationError("x"),
    asyncpg.CharacterNotInRepertoireError("x"),
    TransactionManagementError(asyncpg.InFailedSQLTransactionError("x")),
    asyncpg.exceptions._base.DataError("x"),
]


@pytest.mark.parametrize(
    ("error", "is_away"), [(one, True) for one in AWAY] + [(one, False) for one in OURS], ids=lambda one: repr(one)
)
def test_a_database_that_is_away_is_told_from_a_fault_of_ours(error: Exception, is_away: bool) -> None:
    assert is_store_away(error) is is_away


async def test_what_the_database_says_to_bad_sql_is_a_fault_of_ours(db: Settings) -> None:
    for wrong in ("SELEC 1", "SELECT nothing FROM nowhere"):
        with pytest.raises(OperationalError) as raised:
            await connections.get("default").execute_query(wrong)
        assert not is_store_away(raised.value)


@pytest.mark.sqlite_only
async def test_a_file_that_somebody_else_writes_is_away(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x")) as one, closing(sqlite3.connect(tmp_path / "x", timeout=0)) as other:
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as raised:
            other.execute("BEGIN IMMEDIATE")
        assert is_store_away(OperationalError(raised.value))


async def test_times_compare_by_instant_whatever_zone_they_came_in(db: Settings) -> None:
    await add_job(NOON.astimezone(SHANGHAI))
    one_later = (NOON + timedelta(minutes=1)).astimezone(SHANGHAI)
    assert await Job.filter(due_at__lt=NOON + timedelta(minutes=1)).count() == 1
    assert await Job.filter(due_at__lt=one_later).count() == 1
    assert await Job.filter(due_at__gte=one_later).count() == 0
    assert await Job.filter(due_at=NOON).count() == 1
    assert await Job.filter(due_at__in=[NOON.astimezone(SHANGHAI)]).count() == 1
    assert await Job.filter(due_at__range=(NOON - timedelta(1), NOON)).count() == 1
    await Job.all().update(due_at=one_later)
    assert (await Job.get()).due_at == NOON + timedelta(minutes=1)


async def test_a_time_without_a_zone_is_refused(db: Settings) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        await add_job(datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001


async def test_a_stored_time_comes_back_as_the_same_instant_in_utc(db: Settings) -> None:
    for moment in (NOON, NOON.replace(microsecond=7), NOON.astimezone(SHANGHAI)):
        job = await add_job(moment)
        read = (await Job.get(id=job.id)).due_at
        assert read == moment and read.utcoffset() == timedelta() and read.microsecond == moment.microsecond
        assert (await Job.get(id=job.id)).done_at is None
    field = Job._meta.fields_map["due_at"]
    assert field.to_python_value("2026-11-23 20:00:00+08:00") == NOON
    with pytest.raises(ValueError, match="zone"):
        field.to_python_value(NOON.replace(tzinfo=None))


async def test_nothing_is_told_before_commit_and_all_of_it_after(db: Settings) -> None:
    async with bus.subscribe("thing:1") as events:
        async with unit_of_work() as work:
            work.publish("thing:1", ThingDone(1))
            await work.enqueue("test.nothing", 7)
            assert events.empty()
        told = events.get_nowait()
    assert (told.type, told.data) == ("ThingDone", {"number": 1})
    assert await Job.filter(name="test.nothing", arg="7").count() == 1


async def test_a_failed_transaction_leaves_nothing_and_tells_nothing(db: Settings) -> None:
    async with bus.subscribe("thing:1") as events:
        with pytest.raises(RuntimeError, match="no"):
            async with unit_of_work() as work:
                work.publish("thing:1", ThingDone(1))
                await work.enqueue("test.nothing", 7)
                await work.audit(Actor(person_id=1), "test.thing", "thing:1")
                raise RuntimeError("no")
        assert events.empty()
    assert await Job.all().count() == 0
    assert await AuditEntry.all().count() == 0


async def test_an_inner_unit_joins_the_outer_one(db: Settings) -> None:
    async with bus.subscribe("thing:1") as events:
        with pytest.raises(RuntimeError, match="late"):
            async with unit_of_work():
                async with unit_of_work() as inner:
                    inner.publish("thing:1", ThingDone(1))
                    await add_job(NOON)
                raise RuntimeError("late")
        assert events.empty()
    assert await Job.all().count() == 0


async def test_a_key_makes_a_second_request_for_the_same_job_harmless(db: Settings) -> None:
    async with unit_of_work() as work:
        await work.enqueue("test.nothing", 7, key="once")
        await work.enqueue("test.nothing", 7, key="once")
    async with unit_of_work() as work:
        await work.enqueue("test.nothing", 7, key="once")
    assert await Job.filter(key="once").count() == 1


async def test_several_processes_read_then_write_without_losing_or_failing(db: Settings) -> None:
    await DistrictClock.create(id=1, ahead_seconds=0)
    others = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            INCREMENT,
            env=environment_of(db),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    ended = [await asyncio.wait_for(other.communicate(), 60) for other in others]
    assert [other.returncode for other in others] == [0, 0], ended[0][1] + ended[1][1]
    won = sum(out.decode().split().count("1") for out, _err in ended)
    # On SQLite the write lock is taken first, so nobody loses; on PostgreSQL a conditional update may find itself late.
    assert (await DistrictClock.get(id=1)).ahead_seconds == won
    if db.is_sqlite:
        assert won == 80


async def test_a_savepoint_inside_a_unit_can_fail_alone(db: Settings) -> None:
    async with unit_of_work():
        await add_job(NOON)
        with pytest.raises(RuntimeError):
            async with in_transaction("default"):
                await add_job(NOON)
                raise RuntimeError("inner")
    assert await Job.all().count() == 1
