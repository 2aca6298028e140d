"""The tools of the tests themselves: databases are separate, the clock moves, a browser keeps its session."""

from starlette.applications import Starlette

from linyue.base.model import Job
from linyue.base.settings import Settings
from tests.client import Client
from tests.conftest import MovableClock


async def test_each_test_has_a_database_of_its_own_first(db: Settings) -> None:
    assert await Job.all().count() == 0
    await Job.create(name="a", arg="1", due_at="2026-01-01T00:00:00+00:00")


async def test_each_test_has_a_database_of_its_own_second(db: Settings) -> None:
    assert await Job.all().count() == 0
    await Job.create(name="a", arg="1", due_at="2026-01-01T00:00:00+00:00")


async def test_mode_decides_the_database(mode: str, settings: Settings) -> None:
    assert settings.is_sqlite == (mode == "sqlite")
    assert bool(settings.redis_url) == (mode == "postgres")


async def test_the_clock_moves(clock: MovableClock) -> None:
    before = clock.now()
    assert (clock.move(days=2) - before).days == 2


async def test_the_site_answers(client: Client, app: Starlette) -> None:
    assert (await client.get("/healthz")).text == "ok"
    assert (await client.get("/readyz")).status_code == 200
