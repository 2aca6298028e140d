"""The stage of the story: a filled district behind real processes, and one browser with a window for everybody."""

from collections.abc import Callable

import pytest

from linyue.base.settings import Settings
from tests.browser import Browsers
from tests.servers import LiveServer
from tests.story.district import District, fill
from tests.story.walk import Stage


@pytest.fixture
async def district(settings: Settings) -> District:
    """A district filled for the story."""
    return await fill(settings)


@pytest.fixture
def stage(district: District, make_live_server: Callable[..., LiveServer], mode: str, browsers: Browsers) -> Stage:
    """One process on SQLite; two and a worker on PostgreSQL with Redis."""
    scaled = mode == "postgres"
    server = make_live_server(processes=2 if scaled else 1, worker=scaled, demo=True, sms="console")
    return Stage(server, browsers, district, takes_pictures=not scaled)
