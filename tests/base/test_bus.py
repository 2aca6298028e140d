"""One suite for the bus, in memory and over Redis: what is told arrives, everywhere, and losing Redis costs only liveness."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis as Client
from redis.asyncio.client import PubSub

from linyue.base import bus as bus_module
from linyue.base.bus import CHANNEL, QUEUE_SIZE, Bus, Event
from setup.local_servers import Redis, redis_command, start_redis
from tests.faults.proxy import BadLine, Fate

SOON = 5.0


@dataclass(frozen=True)
class NoteChanged:
    group: int
    text: str


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis that a test may break."""
    server = start_redis(tmp_path / "redis")
    yield server
    server.stop()


@dataclass
class Pair:
    """The buses of two processes; in memory they are one."""

    here: Bus
    there: Bus


@pytest.fixture
async def pair(mode: str, own_redis: Redis) -> AsyncIterator[Pair]:
    if mode == "sqlite":
        bus = Bus()
        await bus.start("")
        yield Pair(bus, bus)
        await bus.stop()
        return
    here, there = Bus(), Bus()
    await here.start(own_redis.url)
    await there.start(own_redis.url)
    await listening(own_redis, 2)
    yield Pair(here, there)
    await here.stop()
    await there.stop()


async def listening(redis: Redis, count: int) -> None:
    """Wait until so many buses have subscribed."""
    async with asyncio.timeout(SOON):
        while redis_command(redis.port, f"PUBLISH linyue:events x{count}") != f":{count}":
            await asyncio.sleep(0.02)


async def next_of(queue: "asyncio.Queue[Event]", kind: str) -> Event:
    """The next event of a kind; re-synchronisations may stand before it."""
    async with asyncio.timeout(SOON):
        while True:
            event = await queue.get()
            if event.type == kind:
                return event


async def test_what_is_told_arrives_once_in_every_process(pair: Pair) -> None:
    async with pair.here.subscribe("room:1") as here, pair.there.subscribe("room:1") as there:
        await pair.here.publish("room:1", NoteChanged(3, "长椅"))
        for queue in (here, there):
            assert (await next_of(queue, "NoteChanged")).data == {"group": 3, "text": "长椅"}
        await pair.there.publish("room:1", NoteChanged(4, ""))
        for queue in (here, there):
            assert (await next_of(queue, "NoteChanged")).data["group"] == 4
            assert queue.empty()


@pytest.mark.postgres_only
async def test_what_waits_for_redis_goes_in_one_message(pair: Pair, own_redis: Redis) -> None:
    async with pair.there.subscribe("room:1") as queue, listener_of(own_redis) as messages:
        for number in range(100):  # no turn of the loop in between: the sender has not had the first yet
            await pair.here.publish("room:1", NoteChanged(number, ""))
        assert [(await next_of(queue, "NoteChanged")).data["group"] for _ in range(100)] == list(range(100))
        assert len(await messages()) <= 2


async def test_another_topic_stays_silent(pair: Pair) -> None:
    async with pair.there.subscribe("room:1") as one, pair.there.subscribe("room:2", "room:3") as others:
        await pair.here.publish("room:3", NoteChanged(1, ""))
        assert (await next_of(others, "NoteChanged")).topic == "room:3"
        assert all(event.type == "Resync" for event in drained(one))


async def test_a_reader_that_falls_behind_keeps_the_newest(pair: Pair) -> None:
    async with pair.here.subscribe("room:1") as queue:
        for number in range(QUEUE_SIZE + 10):
            await pair.here.publish("room:1", NoteChanged(number, ""))
        events = drained(queue)
        assert len(events) == QUEUE_SIZE
        assert events[-1].data["group"] == QUEUE_SIZE + 9


@pytest.mark.postgres_only
async def test_after_a_restart_of_redis_readers_are_told_to_look_again(
    pair: Pair, own_redis: Redis, tmp_path: Path
) -> None:
    async with pair.there.subscribe("room:1") as queue:
        own_redis.popen.kill()
        own_redis.popen.wait()
        await asyncio.wait_for(pair.here.publish("room:1", NoteChanged(1, "")), SOON)
        drained(queue)
        again = start_redis(tmp_path / "again", port=own_redis.port)
        try:
            await next_of(queue, "Resync")
            await listening(again, 2)
            await pair.here.publish("room:1", NoteChanged(2, ""))
            assert (await next_of(queue, "NoteChanged")).data["group"] == 2
        finally:
            again.stop()


class SilentOnce(BadLine):
    """The first line stops bringing anything after its first bytes and stays open; those after it are good."""

    def draw(self) -> Fate:
        self.drawn["line"] += 1
        return Fate("half_open" if self.drawn["line"] == 1 else "clean", "down", 250, 0.0)


@pytest.mark.postgres_only
async def test_a_redis_that_vanished_without_a_word_is_noticed(
    own_redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "SILENT", 0.2)
    here, there = Bus(), Bus()
    async with (
        SilentOnce("127.0.0.1", own_redis.port, 1) as line,
        there.subscribe("room:1") as queue,
        asyncio.timeout(4 * SOON),
    ):
        await here.start(own_redis.url)
        await there.start(own_redis.url.replace(f":{own_redis.port}", f":{line.port}"))
        await next_of(queue, "Resync")
        while line.drawn["line"] < 2:
            await here.publish("room:1", NoteChanged(1, ""))
            await asyncio.sleep(0.02)
        await next_of(queue, "Resync")
        await here.publish("room:1", NoteChanged(2, ""))
        while (await next_of(queue, "NoteChanged")).data["group"] != 2:
            pass
        await here.stop()
        await there.stop()


@pytest.mark.postgres_only
async def test_a_quiet_redis_is_not_taken_for_a_dead_one(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """However late its answers are: here they are waited for, so that a busy machine makes no difference."""
    monkeypatch.setattr(bus_module, "SILENT", 0.05)
    ping, get_message = PubSub.ping, PubSub.get_message
    asked: Counter[PubSub] = Counter()
    waiting: set[PubSub] = set()

    async def count(channel: PubSub) -> None:
        asked[channel] += 1
        waiting.add(channel)
        await ping(channel)

    async def wait(channel: PubSub, **patience: float) -> Any:
        message = await get_message(channel, timeout=SOON if channel in waiting else patience["timeout"])
        waiting.discard(channel)
        return message

    monkeypatch.setattr(PubSub, "ping", count)
    monkeypatch.setattr(PubSub, "get_message", wait)
    async with pair.there.subscribe("room:1") as queue:
        await pair.here.publish("room:1", NoteChanged(1, ""))  # the wait that began with the old patience ends here
        await next_of(queue, "NoteChanged")
        async with asyncio.timeout(4 * SOON):
            while len(asked) < 2 or min(asked.values()) < 4:
                await asyncio.sleep(0.01)
        assert len(asked) == 2, "a channel of each process, which nobody has opened again"
        assert queue.empty(), "nobody is told to look again"
        await pair.here.publish("room:1", NoteChanged(2, ""))
        assert (await next_of(queue, "NoteChanged")).data["group"] == 2


@pytest.mark.postgres_only
async def test_others_look_again_at_what_they_could_not_be_told(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_module, "RETRY", 0.05)
    assert pair.here._redis is not None
    async with pair.there.subscribe("room:1") as queue:
        with monkeypatch.context() as broken:
            failed = asyncio.Event()

            async def fail(*_: object) -> None:
                failed.set()
                raise ConnectionError

            broken.setattr(pair.here._redis, "publish", fail)
            await pair.here.publish("room:1", NoteChanged(1, ""))
            await asyncio.wait_for(failed.wait(), SOON)
        await next_of(queue, "Resync")
        assert queue.empty()
        await pair.here.publish("room:1", NoteChanged(2, ""))
        for number in range(QUEUE_SIZE):  # no turn of the loop in between: the first does not find room
            await pair.here.publish("room:9", NoteChanged(number, ""))
        await next_of(queue, "Resync")
        assert queue.empty()


@pytest.mark.postgres_only
async def test_rubbish_on_the_channel_harms_nobody(pair: Pair, own_redis: Redis) -> None:
    async with pair.there.subscribe("room:1") as queue:
        odd = [f'{{"from":1,"events":{events}}}' for events in ("[1]", "[[1]]", '[["room:1","NoteChanged",[1]]]')]
        for body in ("x", "[]", "{}", '{"from":1}', "null", *odd):
            redis_command(own_redis.port, f"PUBLISH linyue:events '{body}'")
        await pair.here.publish("room:1", NoteChanged(5, ""))
        assert (await next_of(queue, "NoteChanged")).data["group"] == 5


@asynccontextmanager
async def listener_of(redis: Redis) -> AsyncIterator[Callable[[], Awaitable[list[bytes]]]]:
    """A stranger on the channel; the call gives the messages so far."""
    async with Client.from_url(redis.url) as client, client.pubsub() as channel:
        await channel.subscribe(CHANNEL)
        assert (await channel.get_message(timeout=SOON))["type"] == "subscribe"

        async def messages() -> list[bytes]:
            found: list[bytes] = []
            while (told := await channel.get_message(timeout=0.2)) is not None:
                found.append(told["data"])
            return found

        yield messages


def drained(queue: "asyncio.Queue[Event]") -> list[Event]:
    return [queue.get_nowait() for _ in range(queue.qsize())]
