"""The owners' roll out of the register: areas, co-owners, the developer; what is missing is named, and can be mended."""

import pytest

from linyue.base.errors import Refused
from linyue.people.rules import Tenure
from linyue.places.rules import PlaceKind
from linyue.questions.rules_owners import OwnersRefusal
from linyue.questions.service_owners import name_voter, owners_roll, titles_of
from tests.make.people import actor_for, make_home, make_person
from tests.make.places import make_place, make_tree, make_unit

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def test_areas_and_heads_come_from_the_register() -> None:
    block = await make_place(PlaceKind.BUILDING, (await make_tree()).compound)
    units = [await make_unit(block, area_dm2=area) for area in (8973, 5000, 6000)]
    one, two, tenant = [await make_person() for _ in range(3)]
    for unit in units[:2]:
        await make_home(one, unit)
    await make_home(two, units[2])
    await make_home(tenant, units[2], Tenure.TENANT)
    roll, weights = await owners_roll(block)
    assert {person for person, _ in roll} == {one.id, two.id}
    assert {person: (one.area, one.heads) for person, one in weights.items()} == {
        one.id: (13_973, 1),
        two.id: (6000, 1),
    }


async def test_co_owners_and_the_developer_name_a_voter_first() -> None:
    block = await make_place(PlaceKind.BUILDING, (await make_tree()).compound)
    unit = await make_unit(block, area_dm2=9000)
    unsold = await make_unit(block, area_dm2=7000, is_sold=False)
    one, two, sent = [await make_person() for _ in range(3)]
    await make_home(one, unit)
    await make_home(two, unit)
    worker = await actor_for(await make_person())
    with pytest.raises(Refused) as refused:
        await owners_roll(block)
    assert refused.value.reason is OwnersRefusal.NO_VOTER and refused.value.args_for_text["unit"]
    with pytest.raises(Refused) as refused:
        await name_voter(worker, unit.id, sent.id)
    assert refused.value.reason is OwnersRefusal.NO_VOTER
    await name_voter(worker, unit.id, two.id)
    with pytest.raises(Refused) as refused:
        await owners_roll(block)
    assert refused.value.reason is OwnersRefusal.NO_DEVELOPER
    await name_voter(worker, unsold.id, one.id)
    await name_voter(worker, unsold.id, sent.id)
    _, weights = await owners_roll(block)
    assert {person: one.area for person, one in weights.items()} == {two.id: 9000, sent.id: 7000}
    assert [line.missing for line in await titles_of(block, "zh-CN") if line.unit_id in (unit.id, unsold.id)] == [
        None,
        None,
    ]
