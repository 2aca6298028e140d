"""One page: a published result, asked for by eight browsers at once over a real port."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

from tortoise.backends.base.executor import EXECUTOR_CACHE

from linyue.base import db, schema
from linyue.base.settings import Settings
from linyue.questions.rules import QuestionState
from setup.local_servers import free_port
from tests.bench.figures import Figure
from tests.make.questions import make_question
from tests.servers import LiveServer

BROWSERS = 8
PAGES = 400


def measure(folder: Path, rounds: int) -> list[Figure]:
    """Pages a second from one process on SQLite."""
    settings = Settings(data=folder / "page", keys=str(folder / "keys.json"), sms="none", port=free_port())
    path = asyncio.run(_prepare(settings))
    server = LiveServer(replace(settings), folder / "logs")
    figure = Figure("one page: a result, 8 browsers", "pages/s", [], [])
    try:
        server.start(1, worker=False)
        for _ in range(rounds):
            rate, waits = asyncio.run(_ask(settings.port, path))
            figure.rates.append(rate)
            figure.waits.extend(waits)
    finally:
        server.stop()
    return [figure]


async def _prepare(settings: Settings) -> str:
    EXECUTOR_CACHE.clear()
    await db.connect(settings)
    try:
        await schema.make_schema()
        put = await make_question(QuestionState.PUBLISHED, people=50)
        return f"/q/{put.question.public_id}"
    finally:
        await db.disconnect()


async def _ask(port: int, path: str) -> tuple[float, list[float]]:
    waits: list[float] = []
    left = PAGES

    async def browser() -> None:
        nonlocal left
        reader, sink = await asyncio.open_connection("127.0.0.1", port)
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n".encode()
        while left > 0:
            left -= 1
            begun = time.perf_counter()
            sink.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            assert head.startswith("HTTP/1.1 200"), head
            length = next(line for line in head.lower().split("\r\n") if line.startswith("content-length:"))
            await reader.readexactly(int(length.split(":")[1]))
            waits.append((time.perf_counter() - begun) * 1000)
        sink.close()

    begun = time.perf_counter()
    await asyncio.gather(*(browser() for _ in range(BROWSERS)))
    return PAGES / (time.perf_counter() - begun), waits
