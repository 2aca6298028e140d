"""A command that writes beside the running server, while people vote: nobody ever reads "database is locked"."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from linyue.base import clock
from linyue.base.settings import Settings
from linyue.base.workdays import local_day
from linyue.upkeep.phone import door_of
from tests.faults.crowd import Crowd, prepare, whole
from tests.servers import LiveServer, run_linyue

pytestmark = pytest.mark.anyio
MakeServer = Callable[..., LiveServer]


def import_days(settings: Settings, folder: Path, run: int) -> None:
    """`linyue import` of a list that is another one each time, so that it writes."""
    year = local_day(clock.now()).year + 1
    day = local_day(clock.now()).replace(year=year, month=3, day=1) + timedelta(days=run)
    file = folder / "days.csv"
    file.write_text(f"日期,怎么算,原因\n{day},休息,第{run}次\n", "utf-8")
    said = run_linyue(settings, "import", "calendar", str(file), "--year", str(year), "--take")
    assert "are counted otherwise" in said, said


async def test_an_import_beside_the_server_locks_nobody_out(
    settings: Settings, make_live_server: MakeServer, tmp_path: Path, mode: str
) -> None:
    hall = await prepare(settings, 12)
    scaled = mode == "postgres"
    server = make_live_server(processes=2 if scaled else 1, worker=scaled)
    # Slowly: on a busy machine what a phone sends after a stall must not look like a flood.
    async with Crowd(hall, [door_of(server.url)], a_second=2.0) as crowd:
        await crowd.until_acks(12)
        await asyncio.to_thread(import_days, settings, tmp_path, 0)
        await crowd.until_acks(12)
    assert not crowd.book.refused, crowd.book.refused
    assert not [line for line in server.log_text().splitlines() if "locked" in line or "SQLITE_BUSY" in line]
    await whole(settings, hall, crowd.book)
