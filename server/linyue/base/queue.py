"""Jobs and timers over one SQL table. The row is the truth; a wake-up, in process or through arq, only saves waiting.

Every serve and worker process runs the same two loops, one of jobs and one of timers, so both go on when Redis or all
workers are gone, and a job that waits for somebody outside holds up no deadline. The only file that knows arq.
"""

import asyncio
import contextlib
import json
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from arq import create_pool
from arq.connections import ArqRedis, RedisSettings
from redis.exceptions import RedisError
from tortoise.exceptions import IntegrityError
from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from linyue.base import clock, db
from linyue.base.logs import failure
from linyue.base.model import Job, Lease

log = structlog.get_logger()
LEASE = timedelta(seconds=60)
"""Longer than a job should take, since it is not renewed; what a killed process held waits for so long at most."""
TIMER_LEASE = timedelta(seconds=20)
"""Renewed while the timer runs; short, so that a killed process does not keep deadlines from being noticed in time."""
RENEW_SECONDS = 5.0
"""A quarter of the lease: three renewals may fail before another process takes the timer."""
MAX_ATTEMPTS = 8
"""With pauses that double from two seconds, some four minutes: longer than a restart, shorter than nobody noticing."""
POLL_SECONDS = 1.0
"""What a lost wake-up costs; one indexed read a second is nothing to the database."""
ARQ_QUEUE = "linyue:jobs"

JobFunction = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Timer:
    name: str
    every: float
    run: Callable[[], Awaitable[None]]


_jobs: dict[str, JobFunction] = {}
_timers: dict[str, Timer] = {}
_me = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def job(name: str) -> Callable[[Callable[[int], Awaitable[None]]], Callable[[int], Awaitable[None]]]:
    """Register a job. It takes one id, loads everything fresh and may run twice without harm."""

    def register(function: Callable[[int], Awaitable[None]]) -> Callable[[int], Awaitable[None]]:
        async def with_id(arg: str) -> None:
            await function(int(arg))

        _jobs[name] = with_id
        return function

    return register


def timer(name: str, every: float) -> Callable[[Callable[[], Awaitable[None]]], Callable[[], Awaitable[None]]]:
    """Register work to be done about every so many seconds, by one process at a time."""

    def register(function: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        _timers[name] = Timer(name, every, function)
        return function

    return register


async def _enqueue(name: str, arg: str, due_at: datetime | None, key: str | None) -> int | None:
    if name not in _jobs:
        raise LookupError(f"no job is called {name}")
    if key is not None and await Job.filter(key=key).exists():
        return None
    try:
        async with in_transaction("default"):  # a savepoint: a lost race for the key must not undo the caller's work
            row = await Job.create(name=name, arg=arg, key=key, due_at=due_at or clock.now())
    except IntegrityError:
        return None
    return row.id


def _free_jobs(real: datetime) -> QuerySet[Job]:
    """What is neither done nor given up, and held by nobody at this moment of the machine's clock."""
    is_free = Q(lease_until__isnull=True) | Q(lease_until__lt=real)
    return Job.filter(is_free, done_at__isnull=True, dead_at__isnull=True)


async def run_job(job_id: int) -> bool:
    """Claim one job by a lease, run it, mark it done. False when someone else has it or it is done."""
    real = clock.real_now()
    wanted = _free_jobs(real).filter(id=job_id)
    claimed = await wanted.update(holder=_me, lease_until=real + LEASE, attempts=F("attempts") + 1)
    if not claimed:
        return False
    row = await Job.get(id=job_id)
    try:
        await _jobs[row.name](row.arg)
    except Exception as error:
        dead = row.attempts >= MAX_ATTEMPTS
        wait = timedelta(seconds=min(2**row.attempts, 300))
        await Job.filter(id=job_id, holder=_me).update(
            lease_until=clock.real_now() + wait,
            dead_at=clock.real_now() if dead else None,
            error=f"{type(error).__name__}"[:200],
        )
        log.error("job.failed", job=row.name, id=job_id, attempts=row.attempts, dead=dead, **failure(error))
        return False
    await Job.filter(id=job_id).update(done_at=clock.real_now(), lease_until=None)
    return True


async def run_due(grace: timedelta = timedelta(), limit: int = 50) -> int:
    """Run every job that is due and free; `grace` leaves young ones to the workers. Returns how many ran."""
    due = _free_jobs(clock.real_now()).filter(due_at__lte=clock.now() - grace)
    ids = await due.order_by("due_at").limit(limit).values_list("id", flat=True)
    ran = 0
    for job_id in ids:
        ran += await run_job(int(job_id))  # type: ignore[call-overload]
    return ran


def _is_due(one: Timer, lease: Lease | None, real: datetime) -> bool:
    """Whether it is worth claiming: nobody holds it, and it has not run for its time. The claim decides."""
    if lease is None:
        return True
    is_free = lease.until is None or lease.until < real
    return is_free and (lease.last_run_at is None or lease.last_run_at <= real - timedelta(seconds=one.every))


async def run_timers(force: bool = False) -> None:
    """Run each timer whose time has come, if its lease is free; `force` runs all (tests, a moved clock).

    All leases are read at once: some twenty timers are asked about every second, in every process.
    """
    leases = {lease.name: lease for lease in await Lease.all()}
    for one in tuple(_timers.values()):
        real = clock.real_now()
        if not force and not _is_due(one, leases.get(one.name), real):
            continue
        if one.name not in leases:
            await Lease.bulk_create([Lease(name=one.name)], ignore_conflicts=True)
        since = real - timedelta(seconds=0 if force else one.every)
        claimed = await Lease.filter(
            Q(until__isnull=True) | Q(until__lt=real),
            Q(last_run_at__isnull=True) | Q(last_run_at__lte=since),
            name=one.name,
        ).update(holder=_me, until=real + TIMER_LEASE)
        if not claimed:
            continue
        renewing = asyncio.create_task(_renew(one.name))
        try:
            await one.run()
        except Exception as error:
            log.error("timer.failed", timer=one.name, **failure(error))
        finally:
            renewing.cancel()
        await Lease.filter(name=one.name, holder=_me).update(until=None, last_run_at=clock.real_now())


async def _renew(name: str) -> None:
    """Keep a running timer's lease; a renewal that fails is followed by the next."""
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        try:
            await Lease.filter(name=name, holder=_me).update(until=clock.real_now() + TIMER_LEASE)
        except Exception as error:  # the ORM passes errors of the driver on as they are
            log.warning("timer.renewal_failed", timer=name, error=type(error).__name__)


class Runner:
    """The loops of one process: jobs, woken by commits and once a second, and timers, once a second."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._pool: ArqRedis | None = None
        self._grace = timedelta()
        self._before: Callable[[], Awaitable[None]] | None = None

    async def start(
        self, redis_url: str, *, is_worker: bool, before: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Start both loops; `before` is awaited before each turn of either.

        With Redis, a serve process gives workers three seconds with a job before it helps itself.
        """
        self._before = before
        self._wake = asyncio.Event()
        self._grace = timedelta(seconds=3) if redis_url and not is_worker else timedelta()
        if redis_url and not is_worker:
            try:
                async with asyncio.timeout(3):
                    self._pool = await create_pool(
                        arq_settings(redis_url), default_queue_name=ARQ_QUEUE, job_serializer=to_json
                    )
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("queue.no_redis", error=type(error).__name__)
        self._tasks = [
            asyncio.create_task(self._loop(self._run_jobs, self._wake)),
            asyncio.create_task(self._loop(run_timers, asyncio.Event())),  # nothing but time makes a timer due
        ]

    async def stop(self) -> None:
        """End both loops; a job in the middle is run again when its lease has passed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if self._pool is not None:
            await self._pool.aclose()
            self._pool = None

    def nudge(self) -> None:
        """Look at the table now."""
        self._wake.set()

    async def publish(self, topic: str, event: object) -> None:
        """Part of db.Outlet; events are the bus's business."""

    async def wake(self, job_ids: list[int]) -> None:
        """Part of db.Outlet: new jobs are committed."""
        if self._pool is None:
            self._wake.set()
            return
        try:
            async with asyncio.timeout(0.5):
                for job_id in job_ids:
                    await self._pool.enqueue_job("run_job", job_id, _job_id=f"job:{job_id}")
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("queue.wake_failed", error=type(error).__name__)
            self._wake.set()

    async def _run_jobs(self) -> None:
        while await run_due(self._grace):
            pass

    async def _loop(self, turn: Callable[[], Awaitable[None]], wake: asyncio.Event) -> None:
        """Take a turn when woken, at least once a second; a turn that fails is told and followed by the next."""
        while True:
            try:
                if self._before is not None:
                    await self._before()
                await turn()
            except Exception as error:
                log.error("queue.loop_failed", **failure(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), POLL_SECONDS)
            wake.clear()


def arq_settings(redis_url: str) -> RedisSettings:
    """arq's view of the Redis address; few retries, since Redis is a convenience here."""
    settings = RedisSettings.from_dsn(redis_url)
    settings.conn_retries = 1
    settings.conn_timeout = 2
    return settings


def to_json(value: dict[str, Any]) -> bytes:
    """How a wake-up is written: JSON, never pickle, so that whoever writes to Redis cannot run code here."""
    return json.dumps(value, default=str).encode()


def from_json(raw: bytes) -> dict[str, Any]:
    """How a wake-up is read."""
    value: dict[str, Any] = json.loads(raw)
    return value


async def arq_run_job(_ctx: dict[Any, Any], job_id: int) -> None:
    """What an arq worker is asked to do: claim and run one row."""
    await run_job(job_id)


_runner = Runner()
db.plug(enqueue=_enqueue, outlet=_runner)
start = _runner.start
stop = _runner.stop
nudge = _runner.nudge
