"""Redis restarts, is emptied, stands still, is not there: voting goes on, and every deadline is still met."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from linyue.base import clock
from linyue.base.settings import Settings
from linyue.questions.model import Question
from linyue.upkeep.phone import door_of
from setup.local_servers import Redis, free_port, redis_command, start_redis
from tests.conftest import opened
from tests.faults.crowd import Crowd, prepare, whole
from tests.faults.figures import note, percent
from tests.faults.size import SEED, seconds, size
from tests.servers import LiveServer

pytestmark = [pytest.mark.anyio, pytest.mark.postgres_only]
MakeServer = Callable[..., LiveServer]
STILL = seconds(2.5, 30)


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis that a test may break."""
    server = start_redis(tmp_path / "redis")
    yield server
    server.stop()


async def test_votes_are_taken_whatever_redis_does(
    settings: Settings, make_live_server: MakeServer, own_redis: Redis, tmp_path: Path
) -> None:
    chance = Random(SEED)
    hall = await prepare(settings, 12)
    server = make_live_server(processes=2, worker=True, redis_url=own_redis.url)
    port, redis = own_redis.port, own_redis
    plan = ["restart"] * size(1, 50) + ["flush"] * size(1, 20) + ["still"] * size(1, 10)
    chance.shuffle(plan)
    waits: list[float] = []
    async with Crowd(hall, [door_of(server.url)]) as crowd:
        for number, fault in enumerate(plan):
            before = len(crowd.book.acks)
            if fault == "restart":
                redis.popen.kill()
                redis.popen.wait()
                await crowd.until_acks(20)  # while nobody is there
                redis = await asyncio.to_thread(start_redis, tmp_path / f"again-{number}", port=port)
            elif fault == "flush":
                assert redis_command(port, "FLUSHALL") == "+OK"
            else:
                redis.popen.send_signal(signal.SIGSTOP)
                until = time.monotonic() + STILL
                while time.monotonic() < until:
                    await crowd.until_acks(1)
                redis.popen.send_signal(signal.SIGCONT)
            await crowd.until_acks(20)
            waits += [ack.took for ack in crowd.book.acks[before:]]
        assert crowd.book.opened == len(crowd.phones), "no phone lost its line because of Redis"
    redis.stop()
    await whole(settings, hall, crowd.book)
    note("T6", "faults of Redis (restart, emptied, standing still)", len(plan))
    note("T6", "receipts meanwhile, each stored once", len(crowd.book.acks))
    note("T6", "answered in, p99", percent(waits, 99) * 1000, "ms", at_most=1000)
    note("T6", "slowest", max(waits) * 1000, "ms")


async def test_without_redis_a_deadline_is_still_met(settings: Settings, make_live_server: MakeServer) -> None:
    """Absent from the start: votes are taken, and the sweeper closes the question at its time."""
    hall = await prepare(settings, 6)
    server = make_live_server(processes=1, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    async with Crowd(hall, [door_of(server.url)]) as crowd:
        await crowd.until_acks(12)
    async with opened(settings):
        closes_at = clock.now() + timedelta(seconds=1)
        await Question.filter(id=hall.question_id).update(closes_at=closes_at)
        async with asyncio.timeout(60):
            while (await Question.get(id=hall.question_id)).state.value == "open":
                await asyncio.sleep(0.1)
        late = (clock.now() - closes_at).total_seconds()
    note("T6", "without Redis and worker, a vote closed after its time by", late, "s", at_most=60)
