"""Jobs and timers over the one table: at least once, one at a time, put off and given up by rule, woken after commit."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tortoise import connections

from linyue import worker
from linyue.base import clock, queue
from linyue.base.db import unit_of_work
from linyue.base.model import Job, Lease
from linyue.base.settings import Settings
from tests.conftest import MovableClock

done: list[int] = []
ticks: list[str] = []
broken = False
gate = asyncio.Event()


@queue.job("test.note")
async def note(number: int) -> None:
    """Remembers its number, or fails when told to."""
    if broken:
        raise RuntimeError("not today")
    done.append(number)


@queue.job("test.slow")
async def slow(number: int) -> None:
    """Waits until the test lets it go."""
    await gate.wait()
    done.append(number)


@pytest.fixture(autouse=True)
def fresh() -> None:
    global broken, gate
    broken = False
    gate = asyncio.Event()
    done.clear()
    ticks.clear()


async def add(name: str = "test.note", arg: int = 1, **more: object) -> int:
    return (await Job.create(name=name, arg=str(arg), due_at=clock.now(), **more)).id


async def test_a_due_job_runs_once(db: Settings) -> None:
    await add(arg=5)
    assert await queue.run_due() == 1
    assert await queue.run_due() == 0
    assert done == [5]


async def test_a_job_of_later_waits_for_the_districts_clock(db: Settings, clock: MovableClock) -> None:
    async with unit_of_work() as work:
        await work.enqueue("test.note", 7, due_at=clock.now() + timedelta(days=2))
    assert await queue.run_due() == 0
    clock.move(days=2, seconds=1)
    assert await queue.run_due() == 1
    assert done == [7]


async def test_two_who_reach_for_one_job_get_it_once(db: Settings) -> None:
    number = await add("test.slow")
    first = asyncio.create_task(queue.run_job(number))
    async with asyncio.timeout(5):
        while not await Job.filter(id=number, lease_until__not_isnull=True).exists():
            await asyncio.sleep(0.01)
    assert await queue.run_job(number) is False
    gate.set()
    assert await first is True
    assert done == [1]
    assert await queue.run_job(number) is False


async def test_a_job_whose_holder_died_is_taken_over_when_the_lease_has_passed(db: Settings) -> None:
    number = await add(holder="gone", attempts=1, lease_until=clock.real_now() + timedelta(seconds=30))
    assert await queue.run_due() == 0
    await Job.filter(id=number).update(lease_until=clock.real_now() - timedelta(seconds=1))
    assert await queue.run_due() == 1


async def test_a_failing_job_is_put_off_longer_each_time_and_then_given_up(db: Settings) -> None:
    global broken
    broken = True
    number = await add()
    waits = []
    for _ in range(queue.MAX_ATTEMPTS):
        assert await queue.run_due() == 0
        row = await Job.get(id=number)
        assert row.lease_until is not None
        waits.append((row.lease_until - clock.real_now()).total_seconds())
        assert await queue.run_due() == 0, "it must not run again before its time"
        await Job.filter(id=number).update(lease_until=None)
    assert waits == sorted(waits)
    row = await Job.get(id=number)
    assert row.dead_at is not None
    assert row.error == "RuntimeError"
    broken = False
    assert await queue.run_due() == 0
    assert done == []


async def test_a_failing_job_does_not_hold_up_the_others(db: Settings) -> None:
    global broken
    broken = True
    await add()
    await queue.run_due()
    broken = False
    await add(arg=2)
    await queue.run_due()
    assert done == [2]


async def test_an_unknown_job_is_refused_when_it_is_asked_for(db: Settings) -> None:
    with pytest.raises(LookupError, match="no job"):
        async with unit_of_work() as work:
            await work.enqueue("test.nobody", 1)


@pytest.fixture
async def tick(db: Settings) -> AsyncIterator[None]:
    @queue.timer("test.tick", every=3600)
    async def once_an_hour() -> None:
        ticks.append("tick")

    yield
    queue._timers.pop("test.tick")


@pytest.mark.usefixtures("tick")
async def test_a_timer_runs_in_one_process_at_a_time_and_not_too_often() -> None:
    await queue.run_timers()
    await queue.run_timers()
    assert ticks == ["tick"]
    await Lease.filter(name="test.tick").update(last_run_at=clock.real_now() - timedelta(hours=2))
    await Lease.filter(name="test.tick").update(holder="other", until=clock.real_now() + timedelta(seconds=30))
    await queue.run_timers()
    assert ticks == ["tick"], "another process holds the lease"
    await Lease.filter(name="test.tick").update(until=clock.real_now() - timedelta(seconds=1))
    await queue.run_timers()
    assert ticks == ["tick", "tick"], "the lease of a process that died passes"


@pytest.mark.usefixtures("tick")
async def test_looking_for_timers_when_none_is_due_is_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    await queue.run_timers()
    connection = connections.get("default")
    asked: list[str] = []

    def listen(run: Callable[..., Any]) -> Callable[..., Any]:
        def noted(query: str, *rest: object) -> Any:
            asked.append(query)
            return run(query, *rest)

        return noted

    for name in ("execute_query", "execute_query_dict", "execute_insert", "execute_many"):
        monkeypatch.setattr(connection, name, listen(getattr(connection, name)))
    await queue.run_timers()
    assert len(asked) == 1 and asked[0].startswith("SELECT"), asked


async def test_the_loop_is_woken_by_a_commit(db: Settings) -> None:
    await queue.start("", is_worker=False)
    try:
        async with unit_of_work() as work:
            await work.enqueue("test.note", 9)
        async with asyncio.timeout(10):
            while done != [9]:
                await asyncio.sleep(0.02)
    finally:
        await queue.stop()


@pytest.mark.usefixtures("tick")
async def test_timers_go_on_while_a_job_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a witness that lets every call wait: votes close in time all the same."""
    monkeypatch.setattr(queue, "POLL_SECONDS", 0.02)
    monkeypatch.setitem(queue._timers, "test.tick", replace(queue._timers["test.tick"], every=0.0))
    number = await add("test.slow")
    await queue.start("", is_worker=False)
    try:
        async with asyncio.timeout(10):
            while not await Job.filter(id=number, lease_until__not_isnull=True).exists():
                await asyncio.sleep(0.01)
            before = len(ticks)
            while len(ticks) < before + 2:
                await asyncio.sleep(0.01)
            assert done == []
            gate.set()
            while done != [1]:
                await asyncio.sleep(0.01)
    finally:
        await queue.stop()


@pytest.mark.sqlite_only
async def test_a_renewal_that_fails_does_not_lose_the_lease(db: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    started = clock.real_now()
    await Lease.create(name="test.kept", holder=queue._me, until=started)
    faults: list[Exception] = [OSError("away"), asyncpg.InterfaceError("closed")]
    asked = connections.get("default").execute_query

    async def ask(query: str, *rest: Any) -> Any:
        if faults and query.startswith("UPDATE"):
            raise faults.pop()
        return await asked(query, *rest)

    monkeypatch.setattr(queue, "RENEW_SECONDS", 0.01)
    monkeypatch.setattr(connections.get("default"), "execute_query", ask)
    renewing = asyncio.create_task(queue._renew("test.kept"))
    async with asyncio.timeout(10):
        while not await Lease.filter(name="test.kept", until__gt=started).exists():
            assert not renewing.done()
            await asyncio.sleep(0.01)
    assert faults == []
    renewing.cancel()


@pytest.mark.postgres_only
async def test_arq_alone_brings_a_job_to_the_worker(db: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at the table here: what runs was told by Redis."""
    monkeypatch.setattr(queue, "POLL_SECONDS", 3600.0)
    await queue.start(db.redis_url, is_worker=False)
    arq = worker._arq_worker(db.redis_url)
    working = asyncio.create_task(arq.async_run())
    try:
        async with unit_of_work() as work:
            await work.enqueue("test.note", 13)
        async with asyncio.timeout(20):
            while done != [13]:
                await asyncio.sleep(0.02)
    finally:
        working.cancel()
        await asyncio.gather(working, arq.close(), return_exceptions=True)
        await queue.stop()


async def test_without_redis_and_workers_a_web_process_does_the_work(db: Settings, mode: str) -> None:
    nowhere = "redis://127.0.0.1:1/0"
    await queue.start(nowhere, is_worker=False)
    try:
        async with unit_of_work() as work:
            await work.enqueue("test.note", 11)
        async with asyncio.timeout(20):
            while done != [11]:
                await asyncio.sleep(0.05)
    finally:
        await queue.stop()


@pytest.mark.sqlite_only
async def test_a_worker_says_that_it_is_alive_again_after_whatever_the_driver_raised(
    db: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ORM passes errors of the driver on as they are."""
    faults = [asyncpg.InterfaceError("closed"), asyncpg.CannotConnectNowError("starting"), OSError(), RuntimeError()]
    asked = connections.get("default").execute_query

    async def ask(text: str) -> object:
        if faults:
            raise faults.pop()
        return await asked(text)

    monkeypatch.setattr(worker, "ALIVE_EVERY", 0.0)
    monkeypatch.setattr(worker, "alive_file", lambda: tmp_path / "alive")
    monkeypatch.setattr(connections.get("default"), "execute_query", ask)
    saying = asyncio.create_task(worker._say_alive())
    async with asyncio.timeout(20):
        while not (tmp_path / "alive").exists():
            assert not saying.done()
            await asyncio.sleep(0)
    saying.cancel()
