"""PostgreSQL ends at once and comes back, or throws everybody out: nothing acknowledged is lost, voting goes on by itself."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import asyncpg
import pytest

from linyue.base import db as database
from linyue.base.settings import Settings
from linyue.upkeep.phone import door_of
from setup.local_servers import Postgres, create_database, start_postgres
from tests.faults.crowd import Crowd, prepare, whole
from tests.faults.figures import note, percent
from tests.faults.size import SEED, size
from tests.servers import LiveServer, run_module, scratch_folder

pytestmark = [pytest.mark.anyio, pytest.mark.postgres_only]
MakeServer = Callable[..., LiveServer]
OPTIONS = {"max_connections": "60", "shared_buffers": "16MB"}


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL that a test may break, where its unprivileged user can reach it."""
    with scratch_folder() as folder:
        server = start_postgres(folder / "data", options=OPTIONS)
        yield server
        server.stop()


async def test_it_ends_at_once_and_comes_back(
    settings: Settings, make_live_server: MakeServer, own_postgres: Postgres
) -> None:
    chance = Random(SEED)
    create_database(own_postgres, "own")
    own = replace(settings, database_url=own_postgres.url("own"))
    await asyncio.to_thread(run_module, "tests.make.schema", own)
    hall = await prepare(own, 10)
    server = make_live_server(processes=2, database_url=own.database_url)
    postgres, folder = own_postgres, own_postgres.log.with_suffix("")
    back: list[float] = []
    async with Crowd(hall, [door_of(server.url)]) as crowd:
        await crowd.until_acks(20)
        for _ in range(size(2, 50)):
            await crowd.until_acks(chance.randrange(1, 60))
            postgres.popen.send_signal(signal.SIGQUIT)  # immediate: nothing is written out first
            await asyncio.to_thread(postgres.popen.wait, 20)
            began = time.monotonic()
            postgres = await asyncio.to_thread(start_postgres, folder, port=postgres.port, options=OPTIONS)
            own_postgres.popen = postgres.popen
            await crowd.until_back()
            back.append(time.monotonic() - began)
        for _ in range(size(2, 20)):
            await crowd.until_acks(20)
            link = await asyncpg.connect(own.database_url)
            await link.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await link.close()
        await crowd.until_acks(20)
    await whole(own, hall, crowd.book)
    note("T5", "immediate restarts", len(back))
    note("T5", "storms of ended connections", size(2, 20))
    note("T5", "receipts, each stored once", len(crowd.book.acks))
    note("T5", "from its start to the next receipt, p99", percent(back, 99), "s", at_most=10)


async def test_a_server_that_may_forget_is_refused(settings: Settings, own_postgres: Postgres) -> None:
    """Whichever way durability is switched off, start-up stops and names the setting."""
    folder, port = own_postgres.log.with_suffix(""), own_postgres.port
    create_database(own_postgres, "own")
    own = replace(settings, database_url=own_postgres.url("own"))
    for name in ("fsync", "full_page_writes", "synchronous_commit", ""):
        own_postgres.popen.send_signal(signal.SIGQUIT)
        await asyncio.to_thread(own_postgres.popen.wait, 20)
        options = OPTIONS | ({name: "off"} if name else {})
        again = await asyncio.to_thread(start_postgres, folder, port=port, options=options)
        own_postgres.popen = again.popen
        await database.connect(own)
        try:
            if name:
                with pytest.raises(RuntimeError, match=name):
                    await database.check_durability()
            else:
                await database.check_durability()
        finally:
            await database.disconnect()
