"""Only in the long form: a phone that reads nothing while much is said is cut with 1013 within fifteen seconds."""

import asyncio
import time
from collections.abc import Callable

import pytest

from linyue.base.settings import Settings
from linyue.upkeep.phone import door_of
from tests.faults.crowd import Crowd, prepare, whole
from tests.faults.deaf import deaf, is_cut, long_walls
from tests.faults.figures import note, percent
from tests.faults.size import size
from tests.servers import LiveServer, memory_of

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]
MakeServer = Callable[..., LiveServer]
READERS, SLEEPERS = 5, size(3, 50)


async def test_a_phone_that_never_reads_is_cut(settings: Settings, make_live_server: MakeServer) -> None:
    hall = await prepare(settings, READERS + SLEEPERS + 1)
    await long_walls(settings, hall, 400)
    server = make_live_server()
    door = door_of(server.url)
    pid = server.web[0].pid
    async with Crowd(hall, [door], a_second=2, phones=READERS) as crowd:
        await crowd.until_all_in()
        restless = Crowd(hall, [door], phones=READERS + 1).phones[-1]
        await restless.open()
        memory = memory_of(pid)
        lines = [await deaf(door, hall, seat) for seat in hall.seats[READERS + 1 :]]
        before, began = len(crowd.book.acks), time.monotonic()
        is_waiting = False
        while time.monotonic() < began + 15:
            # Somebody asks for the floor and leaves again: each time the whole room is told.
            await restless._say("speak", **({"leave": True} if is_waiting else {"stance": "for"}))
            is_waiting = not is_waiting
            await asyncio.sleep(0.25)
        grown = (memory_of(pid) - memory) / 2**20
        cut = sum(await asyncio.gather(*(is_cut(line) for line in lines)))
        waits = [ack.took * 1000 for ack in crowd.book.acks[before:]]
        await restless.close()
    for line in lines:
        line.close()
    assert not crowd.book.closes
    await whole(settings, hall, crowd.book)
    note("T9", f"of {SLEEPERS} that never read, cut within 15 s", cut, at_least=SLEEPERS)
    note("T9", "those who read meanwhile, answered in, p99", percent(waits, 99), "ms", at_most=500)
    note("T9", "memory of the server grew by", grown, "MB", at_most=50)
