"""A worker process: runs jobs and timers from the table; with Redis, arq brings the wake-ups.

Redis may come and go: the loop over the table (base/queue.py) goes on without it, and arq is started again.
"""

import asyncio
import signal
import tempfile
import time
from pathlib import Path

import structlog
from arq.worker import Worker, func
from tortoise import connections

from linyue import process
from linyue.base import crypto, queue
from linyue.base.settings import Settings

log = structlog.get_logger()
RESTART_SECONDS = 2.0
ALIVE_EVERY, ALIVE_FOR = 5.0, 30.0


async def run(settings: Settings) -> None:
    """Work until told to stop."""
    crypto.load_keys(settings.keys_path)
    process.load_jobs()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    await process.start(settings, is_worker=True)
    log.info("worker.ready")
    tasks = [asyncio.create_task(_say_alive())]
    if settings.redis_url:
        tasks.append(asyncio.create_task(_keep_arq(settings.redis_url)))
    await stopped.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await process.stop()
    log.info("worker.stopped")


def alive_file() -> Path:
    """What a worker touches while its loop turns: it has no port that could be asked."""
    return Path(tempfile.gettempdir()) / "linyue-worker.alive"


def is_alive() -> bool:
    """Whether a worker of this machine (or container) has worked within the last half minute."""
    try:
        return time.time() - alive_file().stat().st_mtime < ALIVE_FOR
    except OSError:
        return False


async def _say_alive() -> None:
    """Touched only after the database has answered: a worker that cannot reach it does no work."""
    while True:
        try:
            await connections.get("default").execute_query("SELECT 1")
            alive_file().touch()
        except Exception as error:  # whatever it is: without an answer this worker does no work, and asks again
            log.warning("worker.no_database", error=type(error).__name__)
        await asyncio.sleep(ALIVE_EVERY)


async def _keep_arq(redis_url: str) -> None:
    """Run arq's worker, and run it again when Redis has thrown it out."""
    while True:
        worker = _arq_worker(redis_url)
        try:
            await worker.async_run()
        except Exception as error:  # a Redis that is gone shows itself in many ways
            log.warning("worker.redis_lost", error=type(error).__name__)
        finally:
            await asyncio.gather(worker.close(), return_exceptions=True)
        await asyncio.sleep(RESTART_SECONDS)


def _arq_worker(redis_url: str) -> Worker:
    return Worker(
        functions=[func(queue.arq_run_job, name="run_job", keep_result=0, timeout=60, max_tries=1)],  # type: ignore[arg-type]
        redis_settings=queue.arq_settings(redis_url),
        queue_name=queue.ARQ_QUEUE,
        handle_signals=False,
        poll_delay=0.2,
        health_check_interval=15,
        job_serializer=queue.to_json,
        job_deserializer=queue.from_json,
    )
