"""A hall that votes on and on: memory stays flat, no file stays open, every receipt is stored."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from statistics import linear_regression

import pytest

from linyue.base.settings import Settings
from linyue.upkeep.phone import door_of
from tests.faults.crowd import Crowd, prepare, whole
from tests.faults.figures import note, percent
from tests.faults.size import IS_LONG, seconds
from tests.servers import LiveServer, memory_of

pytestmark = pytest.mark.anyio
MakeServer = Callable[..., LiveServer]
SOAK = seconds(5, 8 * 3600)
PHONES = 500 if IS_LONG else 20
"""As many at every scale, which is that of the time: `make faults ARGS="T12 --scale 0.0625"` is half an hour."""


def files_of(pid: int) -> int:
    """Open files of a process."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@pytest.mark.sqlite_only
async def test_memory_stays_flat(settings: Settings, make_live_server: MakeServer) -> None:
    """T12: nothing is lost, no file stays open; in the long form the slope of the last half of memory is judged."""
    hall = await prepare(settings, PHONES)
    server = make_live_server()
    pid = server.web[0].pid
    marks: list[tuple[float, float]] = []
    async with Crowd(hall, [door_of(server.url)], a_second=0.2 if IS_LONG else 2) as crowd:
        await crowd.until_all_in()
        began, files = time.monotonic(), files_of(pid)
        while (past := time.monotonic() - began) < SOAK:
            marks.append((past, memory_of(pid) / 2**20))
            await asyncio.sleep(SOAK / 60)
        grown = files_of(pid) - files
    assert grown <= 5, f"open files grew by {grown}"
    await whole(settings, hall, crowd.book)
    half = marks[len(marks) // 2 :]
    slope = linear_regression([at for at, _ in half], [size for _, size in half]).slope * 3600
    note("T12", "hours", SOAK / 3600, "h")
    note("T12", "memory, by the last half", slope, "MB/h", at_most=1.0)
    note("T12", "memory at the end", marks[-1][1], "MB")
    note("T12", "open files grew by", grown, at_most=5)
    note("T12", "answered in, p99", percent([ack.took * 1000 for ack in crowd.book.acks], 99), "ms")
