"""The attacked district: made once, copied for each test."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from linyue.app import make_app
from linyue.base import clock as district_clock
from tests.conftest import NewClient, browsers_of, opened
from tests.security.world import World, make_world
from tests.servers import Blanks


@pytest.fixture(scope="session")
def first_world(blanks: Blanks) -> World:
    """The district that the others are copies of."""
    settings = blanks.copy(blanks.blank("sqlite"), blanks.folder / "world")

    async def make() -> World:
        async with opened(settings):
            return await make_world(settings)

    return asyncio.run(make())


@pytest.fixture
async def world(first_world: World, blanks: Blanks, tmp_path: Path) -> AsyncIterator[World]:
    """A district of one's own, open in this process."""
    settings = blanks.copy(first_world.settings, tmp_path / "world")
    async with opened(settings):
        district_clock.set_offset(first_world.ahead)
        yield replace(first_world, settings=settings)


@pytest.fixture
async def visitors(world: World) -> AsyncIterator[NewClient]:
    """Makes browsers over that district."""
    async with browsers_of(make_app(world.settings), world.settings) as make:
        yield make
