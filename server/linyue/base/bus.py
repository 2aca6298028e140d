"""Publish and subscribe for live pages: in this process, and over Redis between processes.

May lose everything without harm: an event only says "look again".
"""

import asyncio
import json
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

import redis.asyncio as redis_client
import structlog
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from linyue.base import db

log = structlog.get_logger()
CHANNEL = "linyue:events"
QUEUE_SIZE = 256
"""A batch of ballots is one event and a room reads at least twice a second: when so many wait, nobody is reading."""
SILENT = 5.0
"""Seconds without a word from Redis after which it is asked; after as many again without an answer it is gone."""
RETRY = 2.0
"""Seconds between attempts to tell others that they have missed something, while there is nothing else to tell."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a subscriber gets: the topic, the event's class name and its fields as JSON values."""

    topic: str
    type: str
    data: dict[str, Any]


def _told(topic: str, event: object) -> Event:
    if isinstance(event, Event):
        return event
    assert is_dataclass(event) and not isinstance(event, type)
    return Event(topic, type(event).__name__, json.loads(json.dumps(asdict(event), default=str)))


def _look_again(topic: str) -> Event:
    return Event(topic, "Resync", {})


async def _messages(channel: PubSub) -> AsyncIterator[dict[str, Any]]:
    """What comes over the channel. Raises TimeoutError when nobody is at the other end any more.

    A machine that vanishes says no goodbye, and the kernel's own look at a quiet connection takes two hours.
    """
    is_asked = False
    while True:
        message = await channel.get_message(timeout=SILENT)
        if message is not None:
            is_asked = False
            yield message
        elif is_asked:
            raise TimeoutError
        else:
            async with asyncio.timeout(SILENT):
                await channel.ping()
            is_asked = True


class Bus:
    """The process's subscribers, and the bridge to other processes when Redis is configured."""

    def __init__(self) -> None:
        self._subscribers: dict[str, set[asyncio.Queue[Event]]] = defaultdict(set)
        self._redis: redis_client.Redis | None = None
        self._listener: asyncio.Task[None] | None = None
        self._sender: asyncio.Task[None] | None = None
        self._outgoing: asyncio.Queue[Event] = asyncio.Queue(QUEUE_SIZE)
        self._untold: set[str] = set()
        """Topics of which others have missed an event; they are told to look again."""
        self._me = secrets.token_hex(8)

    async def start(self, redis_url: str) -> None:
        """Begin listening to other processes; without a URL there is nothing to do."""
        if redis_url:
            self._redis = redis_client.Redis.from_url(redis_url, socket_connect_timeout=2, socket_timeout=None)
            self._outgoing, self._untold = asyncio.Queue(QUEUE_SIZE), set()
            self._listener = asyncio.create_task(self._listen())
            self._sender = asyncio.create_task(self._send())

    async def stop(self) -> None:
        """Stop listening and forget all subscribers."""
        for task in (self._listener, self._sender):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self._listener = self._sender = None
        if self._redis is not None:
            await self._redis.aclose()
            self._redis = None
        self._subscribers.clear()

    async def publish(self, topic: str, event: object) -> None:
        """Tell this process at once and the others through Redis; without Redis only liveness elsewhere suffers."""
        told = _told(topic, event)
        self._dispatch(told)
        self._tell(told)

    async def tell_others(self, topic: str, event: object) -> None:
        """Tell other processes only; nothing happens without Redis."""
        if self._redis is not None:
            self._tell(_told(topic, event))

    def _tell(self, told: Event) -> None:
        if self._redis is None:
            return
        if self._outgoing.full():
            self._untold.add(self._outgoing.get_nowait().topic)
        self._outgoing.put_nowait(told)

    async def wake(self, job_ids: list[int]) -> None:
        """Part of db.Outlet; waking workers is the queue's business."""

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[asyncio.Queue[Event]]:
        """A queue of events of these topics while the block runs; a reader that falls behind loses the oldest."""
        queue: asyncio.Queue[Event] = asyncio.Queue(QUEUE_SIZE)
        for topic in topics:
            self._subscribers[topic].add(queue)
        try:
            yield queue
        finally:
            for topic in topics:
                self._subscribers[topic].discard(queue)
                if not self._subscribers[topic]:
                    del self._subscribers[topic]

    def _dispatch(self, event: Event) -> None:
        for queue in tuple(self._subscribers.get(event.topic, ())):
            if queue.full():
                queue.get_nowait()  # events only say "look again", so the newest is enough
            queue.put_nowait(event)

    async def _send(self) -> None:
        # A task of its own: a Redis that hangs must never hold up whoever has just stored a ballot.
        # All that waits goes in one message: an answer from Redis takes a turn of the loop at least, and a voting hall
        # has several events a turn; one at a time, those of a long queue would be late or dropped.
        assert self._redis is not None
        while True:
            waiting: list[Event] = []
            with suppress(TimeoutError):
                async with asyncio.timeout(RETRY if self._untold else None):
                    waiting = [await self._outgoing.get()]
            waiting += [self._outgoing.get_nowait() for _ in range(self._outgoing.qsize())]
            untold, self._untold = self._untold, set()
            waiting[:0] = [_look_again(topic) for topic in untold]
            events = [[told.topic, told.type, told.data] for told in waiting]
            try:
                async with asyncio.timeout(2):
                    await self._redis.publish(CHANNEL, json.dumps({"from": self._me, "events": events}))
            except (RedisError, OSError) as error:
                log.warning("bus.publish_failed", error=type(error).__name__)
                self._untold.update(told.topic for told in waiting)

    async def _listen(self) -> None:
        assert self._redis is not None
        pause = 0.2
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    async for message in _messages(channel):
                        pause = 0.2
                        if message["type"] == "subscribe":
                            for topic in tuple(self._subscribers):
                                self._dispatch(_look_again(topic))  # something may have been missed
                        elif message["type"] == "message":
                            self._receive(message["data"])
            except (RedisError, OSError) as error:
                log.warning("bus.listen_failed", error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    def _receive(self, body: bytes) -> None:
        try:
            told = json.loads(body)
            if told["from"] != self._me:
                for topic, kind, data in told["events"]:
                    self._dispatch(Event(topic, kind, dict(data)))
        except (ValueError, KeyError, TypeError):
            log.warning("bus.bad_message")


_bus = Bus()
db.plug(outlet=_bus)
start = _bus.start
stop = _bus.stop
publish = _bus.publish
tell_others = _bus.tell_others
subscribe = _bus.subscribe
