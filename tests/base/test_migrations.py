"""A database that people already use comes to the present state whole, and twice is the same as once."""

from collections.abc import AsyncIterator

import pytest
from tortoise import connections
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.exceptions import IntegrityError
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from linyue.base import clock, schema
from linyue.base import db as database
from linyue.base.model import Message
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.people.model import Person, RoleGrant
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from tests.base.test_schema import unmade

__all__ = ["unmade"]

pytestmark = pytest.mark.anyio


async def come_to(settings: Settings, name: str) -> None:
    """The state of the database after the migration `name`."""
    apps = database.tortoise_config(settings.tortoise_url)["apps"]
    executor = MigrationExecutor(connections.get("default"), apps)
    await executor.migrate([MigrationTarget("models", name)])


@pytest.fixture
async def previous(unmade: Settings) -> AsyncIterator[Settings]:
    """A database that the last migration has not reached yet."""
    EXECUTOR_CACHE.clear()  # the ORM keeps built SQL by connection name, whatever the database behind it
    await database.connect(unmade)
    await come_to(unmade, "0001_initial")
    yield unmade
    await database.disconnect()


async def fill() -> Person:
    """People, a place, a role and a message, as a district in use has them."""
    place = await Place.create(kind=PlaceKind.DISTRICT, code="D", name_zh="海曙区", path="/1/")
    person = await Person.create(public_id="p1", display_name="六楼老陈", created_at=clock.now())
    await RoleGrant.create(person=person, role=Role.SOCIAL_WORKER, place=place, starts_at=clock.now())
    await Message.create(person=person, key="common-inbox", created_at=clock.now())
    return person


async def test_a_filled_database_of_the_previous_state_migrates_once(previous: Settings) -> None:
    person = await fill()
    grant = await RoleGrant.get(person_id=person.id)
    await schema.migrate(previous)
    await schema.migrate(previous)
    assert (await Person.get(id=person.id)).display_name == "六楼老陈"
    assert await Message.filter(person_id=person.id).count() == 1
    assert await schema.differences(previous) == []
    with pytest.raises(IntegrityError):  # what the migration added holds for old rows too
        await RoleGrant.create(person_id=person.id, role=grant.role, place_id=grant.place_id, starts_at=clock.now())
