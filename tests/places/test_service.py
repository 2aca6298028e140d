"""Finding one's way in the tree, and lists taken in from files."""

import pytest

from linyue.base.errors import Refused
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.people import service as people
from linyue.people import service_roll_import
from linyue.people.model import Occupancy, Person
from linyue.places import service, service_import
from linyue.places.model import ImportDraft, Place
from linyue.places.rules import PlaceKind, PlaceRefusal
from tests.make.people import actor_for, make_person
from tests.make.places import make_place, make_tree


async def test_up_and_down_the_tree(db: Settings) -> None:
    tree = await make_tree()
    unit = tree.units[0]
    assert unit.path == f"{tree.building.path}{unit.id}/" and unit.depth == 5
    community, compound = await service.community_of(unit), await service.compound_of(unit)
    assert community is not None and compound is not None
    assert (community.id, compound.id) == (tree.community.id, tree.compound.id)
    assert [p.id for p in await service.communities()] == [tree.community.id, tree.other_community.id]
    assert [p.id for p in await service.children_of(tree.building.id)] == [u.id for u in tree.units[:2]]
    assert [p.id for p in await service.trail_of(unit)] == unit.ancestor_ids
    found = await service.place_by_code(unit.code)
    assert found is not None and found.id == unit.id
    names = await service.addresses_of([unit.path], "zh-CN")
    assert names[unit.path] == f"{tree.compound.name_zh}{tree.building.name_zh}{unit.name_zh}"


async def test_a_code_is_used_once(db: Settings) -> None:
    district = await make_place(PlaceKind.DISTRICT, code="d")
    with pytest.raises(Refused) as refused:
        await make_place(PlaceKind.SUBDISTRICT, district, code="d")
    assert refused.value.reason is PlaceRefusal.CODE_TAKEN


async def test_the_picker_skips_single_choices_and_searches(db: Settings) -> None:
    tree = await make_tree()
    top = await service.pick(None, "", "zh-CN")
    assert [p.id for p in top.choices] == [tree.community.id, tree.other_community.id]
    down = await service.pick(tree.community.id, "", "zh-CN")
    assert [p.id for p in down.choices] == [tree.building.id, tree.other_building.id]
    hit = await service.pick(tree.community.id, tree.units[2].code, "zh-CN")
    assert [u.id for u in hit.found] == [tree.units[2].id] and tree.units[2].path in hit.addresses
    assert (await service.pick(tree.community.id, tree.other_unit.code, "zh-CN")).found == []


HEAD = "类型,编码,上级编码,名称,面积\n"
GOOD = (
    HEAD + "区,D,,海曙区,\n街道,S,D,示例街道,\n社区,K,S,示例社区,\n小区,C,K,示例小区,\n幢,B,C,1幢,\n户,U1,B,101,89.25\n"
)


async def test_a_list_is_taken_in_whole_or_not_at_all(db: Settings) -> None:
    root = await make_person()
    actor = await actor_for(root)
    bad = await service_import.keep_draft(actor, "places", (GOOD + "户,U2,NOWHERE,102,x\n").encode())
    preview = await service_import.preview_places(actor, bad)
    assert [(f.line, f.column) for f in preview.faults] == [(8, "area_m2")]
    with pytest.raises(Refused):
        await service_import.import_places(actor, bad)
    assert await Place.all().count() == 0
    for _ in range(2):
        draft = await service_import.keep_draft(actor, "places", GOOD.encode("gb18030"))
        done = await service_import.import_places(actor, draft)
    assert (done.new, done.same) == (0, 6)
    unit = await Place.get(code="U1")
    assert unit.area_dm2 == 8925 and unit.path.count("/") == 7
    assert await ImportDraft.filter(public_id=draft).count() == 0


async def test_a_draft_is_sealed_and_ones_own(db: Settings) -> None:
    one, two = await actor_for(await make_person()), await actor_for(await make_person())
    draft = await service_import.keep_draft(one, "places", GOOD.encode())
    assert "海曙" not in (await ImportDraft.get()).body_sealed
    with pytest.raises(Refused) as refused:
        await service_import.preview_places(two, draft)
    assert refused.value.reason is PlaceRefusal.DRAFT_GONE


async def test_an_export_can_be_taken_in_again(db: Settings) -> None:
    tree = await make_tree()
    await Place.filter(id=tree.compound.id).update(name_zh="=1+1", name_en="-2")
    actor = await actor_for(await make_person())
    body = await service_import.export_places(actor)
    assert b"\t=1+1" in body and b"\t-2" in body
    draft = await service_import.keep_draft(actor, "places", body)
    preview = await service_import.preview_places(actor, draft)
    assert (preview.new, preview.changed, preview.faults) == (0, 0, [])


ROLL = (
    "unit_code,tenure,name,phone,display_name\n"
    "{0},owner,张三,138 0013 0042,老张\n{1},业主,张三,13800130042,\n{0},租户,李四,,\n"
)


async def test_a_roll_is_taken_in_once(db: Settings) -> None:
    tree = await make_tree()
    actor = await actor_for(await make_person(role=Role.ADMINISTRATOR, place=tree.district))
    text = ROLL.format(tree.units[0].code, tree.units[1].code)
    counts = []
    for _ in range(2):
        draft = await service_import.keep_draft(actor, "rolls", text.encode("utf-8-sig"))
        counts.append(await service_roll_import.import_roll(actor, draft))
    assert [(c.people, c.homes, c.same) for c in counts] == [(2, 3, 0), (0, 0, 3)]
    roll = await people.roll_of(tree.community)
    assert sorted(m.label for m in roll) == ["李**", "老张"]
    assert await Occupancy.all().count() == 3
    owner = await people.find_by_phone("13800130042")
    assert owner is not None and people.legal_name_of(owner) == "张三"


async def test_a_roll_joins_the_account_that_has_the_phone(db: Settings) -> None:
    tree = await make_tree()
    actor = await actor_for(await make_person(role=Role.ADMINISTRATOR, place=tree.district))
    mine = await make_person("小张", phone="13800130042")
    text = ROLL.format(tree.units[0].code, tree.units[1].code)
    draft = await service_import.keep_draft(actor, "rolls", text.encode())
    assert (await service_roll_import.preview_roll(actor, draft)).people == 1
    await service_roll_import.import_roll(actor, draft)
    row = await Person.get(id=mine.id)
    assert row.display_name == "小张" and people.legal_name_of(row) == "张三"
    other = text.replace("张三", "王五")
    draft = await service_import.keep_draft(actor, "rolls", other.encode())
    faults = (await service_roll_import.preview_roll(actor, draft)).faults
    assert faults and {f.column for f in faults} == {"name"}
