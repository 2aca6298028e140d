"""Fixtures for every test. `mode` runs a test on SQLite and again on PostgreSQL with Redis; ask for `settings`, `db`,
`client`, `clock` or `live_server` and it comes by itself.
"""

import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from starlette.applications import Starlette
from tortoise.backends.base.executor import EXECUTOR_CACHE

from linyue import process
from linyue.app import make_app
from linyue.base import clock as district_clock
from linyue.base import crypto, i18n, logs, ratelimit
from linyue.base import db as database
from linyue.base.listen import collect_seldom
from linyue.base.settings import Settings
from setup.local_servers import Postgres, Redis, free_port
from tests.browser import browsers
from tests.client import Client
from tests.servers import ARTEFACTS, Blanks, LiveServer, roomy_memory, scratch_folder
from tests.zygote import Zygote

__all__ = ["browsers"]
MODES = ("sqlite", "postgres")

# Whether a machine is busy says nothing about a rule.
hypothesis_settings.register_profile("linyue", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("linyue")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run everything that touches a database in both modes, unless a marker says that one is enough."""
    if "mode" not in metafunc.fixturenames:
        return
    one = [m for m in MODES if metafunc.definition.get_closest_marker(f"{m}_only")]
    metafunc.parametrize("mode", one or MODES, scope="function")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """The tests' folders lie in memory, where there is room; in the long form on the disk, as every database then."""
    memory = roomy_memory()
    if memory and not config.option.basetemp and not hasattr(config, "workerinput"):
        folder = tempfile.mkdtemp(prefix="linyue-tests-", dir=memory)
        config.option.basetemp = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_sessionstart() -> None:
    logs.set_up("error")


def pytest_collection_finish() -> None:
    """As in the server: what is loaded stays, and the collector need not walk through it after every few requests."""
    collect_seldom()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def blanks() -> Iterator[Blanks]:
    with scratch_folder() as folder:
        made = Blanks(folder)
        try:
            yield made
        finally:
            made.stop()


@pytest.fixture(scope="session")
def postgres_server(blanks: Blanks) -> Postgres:
    """The run's PostgreSQL."""
    return blanks.postgres


@pytest.fixture(scope="session")
def redis_server(blanks: Blanks) -> Redis:
    """The run's Redis."""
    return blanks.redis


@pytest.fixture
def artefacts(request: pytest.FixtureRequest) -> Path:
    """A folder for what a person may want to look at afterwards: screenshots, server logs."""
    folder = ARTEFACTS / re.sub(r"[^A-Za-z0-9]+", "-", request.node.nodeid.removeprefix("tests/")).strip("-")[:120]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def settings(mode: str, blanks: Blanks, tmp_path: Path) -> Iterator[Settings]:
    """Settings with a migrated, empty database of one's own."""
    made = blanks.copy(blanks.blank(mode), tmp_path / "data")
    yield made
    blanks.drop(made)


@pytest.fixture
def sample(mode: str, blanks: Blanks, tmp_path: Path) -> Iterator[Settings]:
    """The same with the sample district in it, in demo mode."""
    made = blanks.copy(blanks.sample(mode), tmp_path / "sample")
    yield made
    blanks.drop(made)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Settings]:
    """A database, open in this process, with strict texts and empty counters."""
    process.load_jobs()
    crypto.load_keys(settings.keys_path)
    await ratelimit.reset()
    EXECUTOR_CACHE.clear()  # the ORM keeps built SQL by connection name, whatever the database behind it
    was_strict, i18n.is_strict = i18n.is_strict, True
    await database.connect(settings)
    try:
        yield settings
    finally:
        await database.disconnect()
        i18n.is_strict = was_strict
        district_clock.set_offset(timedelta())


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[Settings]:
    """The database, open in this process. Jobs and timers do not run by themselves: `await queue.run_due()`."""
    async with opened(settings) as open_now:
        yield open_now


@pytest.fixture
async def sample_db(sample: Settings) -> AsyncIterator[Settings]:
    """The sample district, open in this process."""
    async with opened(sample) as open_now:
        yield open_now


@pytest.fixture
def app(db: Settings) -> Starlette:
    """The whole site over the open database, without its background loops."""
    return make_app(db)


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """Server processes as forks of one that has loaded the code; for tests that start many."""
    made = Zygote()
    yield made
    made.stop()


NewClient = Callable[[], Client]


@asynccontextmanager
async def browsers_of(app: Starlette, settings: Settings) -> AsyncIterator[NewClient]:
    """Makes browsers without script and closes them."""
    async with AsyncExitStack() as stack:

        def make() -> Client:
            client = Client(app, settings)
            stack.push_async_callback(client.aclose)
            return client

        yield make


@pytest.fixture
async def new_client(app: Starlette, db: Settings) -> AsyncIterator[NewClient]:
    """Makes browsers, one for each person in a test."""
    async with browsers_of(app, db) as make:
        yield make


@pytest.fixture
async def new_sample_client(sample_db: Settings) -> AsyncIterator[NewClient]:
    """The same over the sample district."""
    async with browsers_of(make_app(sample_db), sample_db) as make:
        yield make


@pytest.fixture
def client(new_client: NewClient) -> Client:
    """One browser without script: cookies, forms, `await client.sign_in_as(person)`."""
    return new_client()


@dataclass
class MovableClock:
    """The district's clock in a test's hands; true time goes on by itself."""

    def move(self, **by: float) -> datetime:
        """Go forward: `clock.move(days=2, hours=1)`. Returns the new time."""
        district_clock.set_offset(district_clock.offset() + timedelta(**by))
        return district_clock.now()

    def set(self, to: datetime) -> None:
        """Go to a moment."""
        district_clock.set_offset(to - district_clock.real_now())

    def now(self) -> datetime:
        return district_clock.now()


@pytest.fixture
def clock() -> Iterator[MovableClock]:
    """The district's clock; it is put right again afterwards."""
    yield MovableClock()
    district_clock.set_offset(timedelta())


@pytest.fixture
def make_live_server(settings: Settings, artefacts: Path, zygote: Zygote) -> Iterator[Callable[..., LiveServer]]:
    """Starts real web processes and a worker on this test's database: `make_live_server(processes=2, worker=True, demo=True)`.

    They are forks, so that a start costs little; with `is_cold` they start from nothing, as an operator would start them.
    """
    started: list[LiveServer] = []

    def make(processes: int = 1, worker: bool = False, *, is_cold: bool = False, **changes: object) -> LiveServer:
        chosen = replace(settings, **{"port": free_port(), **changes})  # type: ignore[arg-type]
        launch = None if is_cold else zygote.spawn
        server = LiveServer(chosen, artefacts / f"logs-{len(started)}", launch=launch)
        started.append(server)
        server.start(processes, worker)
        return server

    yield make
    for server in started:
        server.stop()


@pytest.fixture
def live_server(make_live_server: Callable[..., LiveServer], mode: str) -> LiveServer:
    """The way a district of this mode runs: one process on SQLite; two and a worker on PostgreSQL with Redis."""
    return make_live_server(processes=2 if mode == "postgres" else 1, worker=mode == "postgres")
