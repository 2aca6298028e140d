"""Lists of bodies: what a file may say, who counts, whom a household named; and the worker's pages."""

from dataclasses import dataclass

import pytest

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.policy import Actor, Role
from linyue.base.settings import Settings
from linyue.people import service_bodies, service_own
from linyue.people.model import Occupancy, Person, RoleGrant
from linyue.people.model_bodies import BodyMember
from linyue.people.rules import ClaimState, Tenure
from linyue.people.rules_bodies import Body, BodyRefusal, Known, delegate_of, read_members
from linyue.people.service_bodies import ballot_roll, record_members, voices_of
from linyue.places.service_import import keep_draft
from tests.client import Client
from tests.make.people import actor_for, make_home, make_person
from tests.make.places import Tree, make_tree

LIN, CHEN, NAMELESS = (
    Known(1, "林海", "林大海", "+8613800130042"),
    Known(2, "陈先生", "陈明", ""),
    Known(3, "桂花", "", ""),
)
HOMES = {"A-101": (11, (LIN, CHEN)), "A-102": (12, (NAMELESS,)), "A-103": (13, (LIN,))}


@pytest.mark.parametrize(
    ("body", "rows", "people", "faults"),
    [
        ("representatives", [("A-101", "林大海", ""), ("A-102", "桂花", "")], [1, 3], []),
        ("representatives", [("A-101", "陈明", "138 0013 0042")], [], [(1, "name", "not-living-there")]),
        ("representatives", [("A-101", "林海", "")], [], [(1, "name", "not-living-there")]),
        ("representatives", [("A-999", "林大海", "")], [], [(1, "unit_code", "home")]),
        ("representatives", [("A-101", "林大海", ""), ("A-103", "林大海", "")], [1], [(2, "name", "twice")]),
        ("households", [("A-101", "林大海", ""), ("A-103", "林大海", "")], [1, 1], []),
        ("households", [("A-101", "林大海", ""), ("A-101", "陈明", "")], [1], [(2, "unit_code", "home-twice")]),
        ("committees", [("", "林大海", "13800130042")], [1], []),
        ("committees", [("", "林大海", "13800130099")], [], [(1, "phone", "phone")]),
        ("party_members", [("", "陈明", "13800130042")], [], [(1, "name", "name-differs")]),
    ],
)
def test_what_a_file_may_say(
    body: str, rows: list[tuple[str, str, str]], people: list[int], faults: list[tuple[int, str, str]]
) -> None:
    cells = [
        (n, {"unit_code": unit, "name": name, "phone": phone}) for n, (unit, name, phone) in enumerate(rows, start=1)
    ]
    lines, wrong = read_members(Body(body), cells, HOMES, {LIN.phone: LIN})
    assert [one.person_id for one in lines] == people
    assert [(one.line, one.column, one.reason.value.removeprefix("people-bodies-refused-")) for one in wrong] == faults


@pytest.mark.parametrize(
    ("adults", "named", "speaks"),
    [([5], None, 5), ([5, 6], None, None), ([5, 6], 6, 6), ([5, 6], 9, None), ([5], 9, 5), ([], 5, None)],
)
def test_who_speaks_for_a_household(adults: list[int], named: int | None, speaks: int | None) -> None:
    assert delegate_of(adults, named) == speaks


@dataclass
class House:
    """A community with two people in the first home, one in each of two others; and its worker."""

    tree: Tree
    worker: Actor
    wang: Person
    zhou: Person
    wu: Person
    zheng: Person


async def make_house() -> House:
    tree = await make_tree()
    worker = await make_person("社工", role=Role.SOCIAL_WORKER, place=tree.community)
    wang, zhou = await make_person("王奶奶", home=tree.units[0]), await make_person("周先生", home=tree.units[0])
    wu, zheng = await make_person("吴阿姨", home=tree.units[1]), await make_person("郑师傅", home=tree.units[2])
    return House(tree, await actor_for(worker), wang, zhou, wu, zheng)


async def brought(house: House, body: Body, place: object, text: str) -> service_bodies.ListPreview:
    draft = await keep_draft(house.worker, "bodies", text.encode())
    looked = await service_bodies.preview_list(house.worker, body, place, draft)  # type: ignore[arg-type]
    done = await service_bodies.take_in_list(house.worker, body, place, draft)  # type: ignore[arg-type]
    assert looked == done
    return done


async def test_a_list_is_replaced_whole_and_who_moves_away_counts_no_more(db: Settings) -> None:
    house = await make_house()
    codes, place = [unit.code for unit in house.tree.units], house.tree.community
    first = f"unit_code,name\n{codes[0]},王奶奶\n{codes[2]},郑师傅\n"
    done = await brought(house, Body.REPRESENTATIVES, place, first)
    assert (done.new, done.same, done.ended, done.faults) == (2, 0, 0, [])
    # The roll of a building's meeting is the community's list, never a part of it.
    assert {one.label for one in await voices_of(Body.REPRESENTATIVES, house.tree.building)} == {"王奶奶", "郑师傅"}
    done = await brought(house, Body.REPRESENTATIVES, place, f"房屋编码,姓名\n{codes[0]},王奶奶\n{codes[1]},吴阿姨\n")
    assert (done.new, done.same, done.ended) == (1, 1, 1)
    assert await BodyMember.all().count() == 3
    await Occupancy.filter(person_id=house.wu.id).update(state=ClaimState.ENDED)
    assert [one.label for one in await voices_of(Body.REPRESENTATIVES, place)] == ["王奶奶"]
    assert await voices_of(Body.REPRESENTATIVES, house.tree.other_community) == []


async def test_a_household_votes_once_when_it_has_named_somebody(db: Settings) -> None:
    house = await make_house()
    place = house.tree.compound
    assert {one.label for one in await voices_of(Body.HOUSEHOLDS, place)} == {"吴阿姨", "郑师傅"}
    with pytest.raises(Refused) as refused:
        await ballot_roll(Body.HOUSEHOLDS, place)
    assert refused.value.reason is BodyRefusal.NO_DELEGATE and refused.value.args_for_text["homes"] == 1
    code = house.tree.units[0].code
    await brought(house, Body.HOUSEHOLDS, place, f"unit_code,name\n{code},周先生\n")
    assert {label for _, label in await ballot_roll(Body.HOUSEHOLDS, place)} == {"吴阿姨", "郑师傅", "周先生"}
    done = await brought(house, Body.HOUSEHOLDS, place, f"unit_code,name\n{code},王奶奶\n")
    assert (done.new, done.same, done.ended) == (1, 0, 1)
    assert [label for _, label in await ballot_roll(Body.HOUSEHOLDS, house.tree.building)] == ["王奶奶", "吴阿姨"]
    # One who speaks for two homes has one voice.
    await make_home(house.wu, house.tree.units[3], Tenure.TENANT)
    assert len(await ballot_roll(Body.HOUSEHOLDS, place)) == 3


async def test_bodies_by_role_and_by_title(db: Settings) -> None:
    house = await make_house()
    place = house.tree.compound
    for person, role in ((house.wang, Role.STANDING_MEMBER), (house.wu, Role.X_MEMBER)):
        await RoleGrant.create(person_id=person.id, role=role, place_id=place.id, starts_at=clock.now())
    await RoleGrant.create(person_id=house.zhou.id, role=Role.STANDING_MEMBER, place_id=place.id, starts_at=clock.now(), ends_at=clock.now())  # fmt: skip
    assert {one.label for one in await voices_of(Body.COUNCIL, house.tree.building)} == {"王奶奶", "吴阿姨"}
    assert [one.label for one in await voices_of(Body.COUNCIL_SEVEN, place)] == ["王奶奶"]
    assert await voices_of(Body.OWNERS_COMMITTEE, place) == []
    tenant = await make_person("租客", home=house.tree.units[1], tenure=Tenure.TENANT)
    owners = {one.person_id for one in await voices_of(Body.OWNERS, house.tree.building)}
    assert owners == {house.wang.id, house.zhou.id, house.wu.id} and tenant.id not in owners


async def test_who_is_forgotten_stands_on_no_list(db: Settings) -> None:
    house = await make_house()
    await record_members(house.worker, Body.COMMITTEES, [(house.tree.community.id, house.wang.id)])
    assert "body_members.person" in await service_own.own_data(await actor_for(house.wang))
    await service_own.erase_own(await actor_for(house.wang))
    assert await voices_of(Body.COMMITTEES, house.tree.community) == []
    assert await BodyMember.filter(ends_at__isnull=True).count() == 0


@pytest.mark.sqlite_only
async def test_the_worker_brings_a_list_looks_at_it_and_takes_it_in(client: Client) -> None:
    house = await make_house()
    await client.sign_in_as(house.worker.person_id, is_staff=True)
    assert "还没有人" in (await client.get("/desk/bodies")).text
    at = f"/desk/bodies/{house.tree.community.id}/representatives"
    assert (await client.send_form(at)).status_code == 422
    wrong = f"unit_code,name\n{house.tree.units[0].code},张三\n".encode()
    kept = await client.send_form(at, files={"file": ("list.csv", wrong, "text/csv")})
    page = await client.get(kept.headers["location"])
    assert "没有这个名字" in page.text and f'action="{at}/import' not in page.text
    assert (await client.send_form(kept.headers["location"])).status_code == 409
    right = f"unit_code,name\n{house.tree.units[0].code},王奶奶\n".encode()
    kept = await client.send_form(at, files={"file": ("list.csv", right, "text/csv")})
    assert (await client.send_form(kept.headers["location"])).headers["location"] == at
    assert "王奶奶" in (await client.get(at)).text
    member = await BodyMember.get(person_id=house.wang.id)
    assert (await client.send_form(f"{at}/{member.id}/end")).status_code == 303
    assert (await client.send_form(f"{at}/{member.id}/end")).status_code == 404
    homes = f"/desk/bodies/{house.tree.compound.id}/households"
    assert "还有1户没有推人" in (await client.get(homes)).text
    for path in (
        f"/desk/bodies/{house.tree.compound.id}/representatives",
        f"/desk/bodies/{house.tree.community.id}/residents",
    ):
        assert (await client.get(path)).status_code == 404
    assert (await client.get(f"/desk/bodies/{house.tree.other_community.id}/committees")).status_code == 403
    assert (await client.get(f"{at}/template.csv")).headers["content-type"].startswith("text/csv")
