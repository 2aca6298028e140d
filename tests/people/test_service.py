"""Actors, rolls and holders as other slices ask for them."""

import pytest

from linyue.base.errors import Refused
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.people import service, service_roles
from linyue.people.rules import PeopleRefusal, Tenure
from tests.make.people import actor_for, make_home, make_person
from tests.make.places import make_tree


async def test_staff_roles_need_the_second_factor(db: Settings) -> None:
    tree = await make_tree()
    person = await make_person(role=Role.SOCIAL_WORKER, place=tree.community)
    await service_roles.grant_role(None, person.id, Role.VOLUNTEER, tree.community.id)
    without = await actor_for(person, is_second_factor=False)
    assert [g.role for g in without.grants] == [Role.VOLUNTEER] and without.needs_second_factor
    with_it = await actor_for(person)
    assert {g.role for g in with_it.grants} == {Role.SOCIAL_WORKER, Role.VOLUNTEER}
    assert not with_it.needs_second_factor


async def test_roll_has_one_entry_a_person_at_every_scale(db: Settings) -> None:
    tree = await make_tree()
    owner = await make_person("林海", home=tree.units[0])
    await make_home(owner, tree.units[2])
    await make_home(owner, tree.units[1], Tenure.TENANT)
    tenant = await make_person("周晴", home=tree.units[3], tenure=Tenure.TENANT)
    await make_person("外人", home=tree.other_unit)
    assert [m.person_id for m in await service.roll_of(tree.community)] == [owner.id, tenant.id]
    (in_building,) = await service.roll_of(tree.building.path)
    assert (in_building.label, in_building.tenure, in_building.unit_path) == ("林海", Tenure.OWNER, tree.units[0].path)
    assert await service.is_on_roll(await actor_for(owner), tree.building.path)
    assert not await service.is_on_roll(await actor_for(tenant), tree.building.path)


async def test_holders_come_from_the_nearest_place_that_has_any(db: Settings) -> None:
    tree = await make_tree()
    near = await make_person(role=Role.STANDING_MEMBER, place=tree.community)
    far = await make_person(role=Role.STANDING_MEMBER, place=tree.subdistrict)
    assert await service_roles.holders_of(Role.STANDING_MEMBER, tree.units[0].path) == [near.id]
    assert await service_roles.holders_of(Role.STANDING_MEMBER, tree.other_unit.path) == [far.id]
    assert await service_roles.holders_of(Role.SUPERVISOR, tree.units[0].path) == []


async def test_one_phone_one_account(db: Settings) -> None:
    person = await make_person("林海", phone="138 0013 8042")
    assert service.masked_phone_of(person) == "138****8042"
    assert await service.phone_tail(person.id) == "8042"
    assert "13800138042" not in person.phone_sealed
    found = await service.find_by_phone("+86 13800138042")
    assert found is not None and found.id == person.id
    with pytest.raises(Refused) as refused:
        await make_person(phone="008613800138042")
    assert refused.value.reason is PeopleRefusal.PHONE_TAKEN
    assert await service.names_of([person.id, None, 10**6]) == {person.id: "林海"}
