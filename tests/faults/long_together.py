"""Only in the long form: servers, workers and commands on one database for a while."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from linyue.base.settings import Settings
from linyue.upkeep.phone import door_of
from tests.faults.crowd import Crowd, prepare, whole
from tests.faults.figures import note
from tests.faults.size import seconds, size
from tests.faults.test_commands import import_days
from tests.servers import Blanks, LiveServer, run_linyue

pytestmark = pytest.mark.anyio
MakeServer = Callable[..., LiveServer]
LASTS = seconds(60, 1800)


@pytest.fixture
def settings(mode: str, blanks: Blanks, tmp_path: Path) -> Iterator[Settings]:
    """A database that the migrations made, as a district's is: a backup says which of them it has."""
    made = blanks.copy(blanks.migrated(mode), tmp_path / "data")
    yield made
    blanks.drop(made)


async def test_commands_run_beside_the_servers(
    settings: Settings, make_live_server: MakeServer, tmp_path: Path, mode: str
) -> None:
    """T7: nobody ever reads "database is locked"."""
    hall = await prepare(settings, size(20, 100))
    scaled = mode == "postgres"
    server = make_live_server(processes=2 if scaled else 1, worker=scaled)
    runs, began = 0, time.monotonic()
    async with Crowd(hall, [door_of(server.url)], a_second=0.5) as crowd:
        while time.monotonic() < began + LASTS:
            await asyncio.to_thread(run_linyue, settings, "doctor")
            await asyncio.to_thread(run_linyue, settings, "backup", str(tmp_path / f"{runs}.backup"))
            (tmp_path / f"{runs}.backup").unlink()
            await asyncio.to_thread(import_days, settings, tmp_path, runs)
            runs += 3
    assert not crowd.book.refused, crowd.book.refused
    assert not [line for line in server.log_text().splitlines() if "locked" in line or "SQLITE_BUSY" in line]
    await whole(settings, hall, crowd.book)
    note("T7", f"{mode}: minutes", (time.monotonic() - began) / 60, "min")
    note("T7", f"{mode}: commands beside the servers, none locked out", runs)
    note("T7", f"{mode}: receipts, each stored once", len(crowd.book.acks))
    note("T7", f"{mode}: ballots that could not be recorded", sum(crowd.book.refused.values()), at_most=0)
