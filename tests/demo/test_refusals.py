"""When the sample district is not made: something is there already."""

import pytest

from linyue.base.settings import Settings
from linyue.demo.sample import HalfMade, ensure_sample
from linyue.places.model import Place
from linyue.places.rules import PlaceKind


async def test_half_a_district_is_refused_and_another_one_is_left_alone(db: Settings) -> None:
    await Place.create(kind=PlaceKind.DISTRICT, code="330203", name_zh="海曙区", path="/1/", is_sample=True)
    with pytest.raises(HalfMade):
        await ensure_sample(db)
    await Place.all().update(is_sample=False)
    assert await ensure_sample(db) is False
