"""The stage of the story: a filled district behind real processes, and one browser with a window for everybody."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from linyue.base.settings import Settings
from tests.browser import Browsers
from tests.servers import LiveServer, scratch_folder
from tests.story.district import District, fill
from tests.story.scaled import filled, made_scaled
from tests.story.walk import Stage


@pytest.fixture
async def district(settings: Settings) -> District:
    """A district filled for the story."""
    return await fill(settings)


@pytest.fixture
def stage(district: District, make_live_server: Callable[..., LiveServer], browsers: Browsers) -> Stage:
    """One process."""
    return Stage(make_live_server(demo=True, sms="console"), browsers, district)


@pytest.fixture
async def scaled_stage(artefacts: Path, browsers: Browsers) -> AsyncIterator[Stage]:
    """What `make run-scaled` starts."""
    with scratch_folder() as data:
        district = await filled(data)
        with made_scaled(data, artefacts / "make.log") as server:
            yield Stage(server, browsers, district)
