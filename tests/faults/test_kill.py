"""kill -9 at random while people vote over sockets, restart, retry: nothing acknowledged is lost, nothing counts twice."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random

import pytest

from linyue.base.settings import Settings
from linyue.upkeep.phone import door_of
from tests.faults.crowd import Crowd, prepare, whole
from tests.faults.figures import note, percent
from tests.faults.size import SEED, size
from tests.servers import LiveServer

pytestmark = pytest.mark.anyio
MakeServer = Callable[..., LiveServer]
VOTERS = size(12, 16)
KILLS, ACKS = size(2, 250), size(60, 25_000)
"""Of each database: half of what is asked of both."""
POINTS = ("ballots.claimed", "ballots.written", "ballots.committed")


async def test_kill_nine_at_random(settings: Settings, make_live_server: MakeServer, mode: str) -> None:
    chance, back = Random(SEED), list[float]()
    hall = await prepare(settings, VOTERS)
    server = make_live_server(processes=2 if mode == "postgres" else 1)
    async with Crowd(hall, [door_of(server.url)]) as crowd:
        await crowd.until_acks(VOTERS)
        for _ in range(KILLS):
            await crowd.until_acks(chance.randrange(1, 2 * max(2, ACKS // KILLS)))
            await asyncio.to_thread(server.kill_web, chance.randrange(len(server.web)))
            began = time.monotonic()
            await asyncio.to_thread(server.start_web)
            back.append(time.monotonic() - began)
        await crowd.until_acks(max(VOTERS, ACKS - len(crowd.book.acks)))
    await whole(settings, hall, crowd.book)
    note("T1", f"{mode}: kills", KILLS, at_least=KILLS)
    note("T1", f"{mode}: receipts, each stored once", len(crowd.book.acks), at_least=ACKS)
    note("T1", f"{mode}: ballots sent again after an unknown outcome", crowd.book.sent_again)
    note("T1", f"{mode}: serving again after a kill, p50", percent(back, 50), "s")
    note("T1", f"{mode}: serving again after a kill, slowest", max(back), "s", at_most=3.0)


async def test_the_process_ends_inside_a_commit(settings: Settings, make_live_server: MakeServer, mode: str) -> None:
    """At each step of the writer's transaction, at a batch drawn by the seed; one life after the other."""
    chance = Random(SEED)
    plan = [f"{point}:{chance.randrange(1, 12)}" for point in POINTS * size(1, 20)]
    hall = await prepare(settings, 8)
    server = make_live_server(demo=True, failpoint=plan[0])
    async with Crowd(hall, [door_of(server.url)]) as crowd:
        for following in [*plan[1:], ""]:
            async with asyncio.timeout(60):
                while server.web[0].poll() is None:
                    await asyncio.sleep(0.01)
            assert server.web.pop().returncode == 70, server.log_text()[-2000:]
            server.settings = replace(server.settings, failpoint=following)
            # The waiting crowd may bring it to its end before it was asked whether it is ready.
            await asyncio.to_thread(partial(server.start_web, may_end=bool(following)))
        await crowd.until_acks(len(hall.seats))
    await whole(settings, hall, crowd.book)
    note("T2", f"{mode}: ends inside a commit, {len(POINTS)} steps", len(plan), "times")
