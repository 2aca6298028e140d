"""The owners' roll out of the register: areas, co-owners, the developer; what is missing is named, and can be mended."""

import pytest

from linyue.base.errors import Refused
from linyue.base.policy import Role
from linyue.people.rules import Tenure
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.questions.rules_owners import OwnersRefusal
from linyue.questions.service_owners import name_voter, owners_roll, titles_of
from tests.client import Client
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


@pytest.mark.sqlite_only
async def test_parking_counts_where_it_is_registered_and_the_register_shows_which(client: Client) -> None:
    tree = await make_tree()
    block = await make_place(PlaceKind.BUILDING, tree.compound)
    garage = await make_place(PlaceKind.BUILDING, tree.compound)
    await Place.filter(id=garage.id).update(name_zh="地下车库")
    home = await make_unit(block, area_dm2=9000)
    bay, unregistered, box = [
        await make_unit(at, area_dm2=area) for at, area in ((garage, 1250), (garage, None), (block, 2000))
    ]
    await Place.filter(id=box.id).update(name_zh="自行车库")
    one, two = await make_person(), await make_person()
    for person, unit in ((one, home), (one, bay), (two, unregistered), (two, box)):
        await make_home(person, unit)
    lines = {line.unit_id: line.title for line in await titles_of(tree.compound, "zh-CN")}
    assert [lines[unit.id].is_parking for unit in (home, bay, unregistered, box)] == [False, True, True, True]
    assert [lines[unit.id].is_exclusive for unit in (home, bay, unregistered, box)] == [True, True, False, True]
    _, weights = await owners_roll(garage)
    assert {person: (found.area, found.heads) for person, found in weights.items()} == {one.id: (1250, 1)}
    _, weights = await owners_roll(block)
    assert {person: (found.area, found.heads) for person, found in weights.items()} == {
        one.id: (9000, 1),
        two.id: (2000, 1),
    }
    await client.sign_in_as(await make_person(role=Role.SOCIAL_WORKER, place=tree.community), is_staff=True)
    page = (await client.get(f"/desk/owners/{tree.compound.code}")).text
    assert page.count("车位、车库（已登记）") == 2 and "不计的车位、车库" in page
