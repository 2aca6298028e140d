"""The pages of the split: danger first, a matter that is both, appeals, many at once."""

import pytest

from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.matters import service_templates
from linyue.matters.model import Matter
from linyue.matters.model_appeals import Appeal
from linyue.matters.rules import MatterState
from tests.conftest import NewClient
from tests.make.matters import Neighbourhood, item_for, make_matter, make_neighbourhood, send_to
from tests.matters.test_routes import hidden, signed


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def test_danger_comes_before_anything_else_and_keeps_every_word(
    new_client: NewClient, here: Neighbourhood
) -> None:
    client = await signed(new_client, here, "resident")
    told = {"form_id": "c" * 22, "place": str(here.tree.building.id), "title": "楼道起火了", "text": "三楼"}
    first = await client.send_form("/report/check", told)
    assert "先打电话，再填这里" in first.text and "看一遍再交" not in first.text
    leak = await client.send_form("/report/check", {**told, "title": "燃气管道漏气"})
    assert "先打电话，再填这里" in leak.text and "看一遍再交" not in leak.text
    on = {name: hidden(first.text, name) for name in ("form_id", "place", "title", "text", "is_told")}
    check = await client.send_form("/report/check", on)
    assert "看一遍再交" in check.text and "楼道起火了" in check.text and "tel:119" in check.text
    assert (await client.send_form("/report", on)).status_code == 303
    assert (await Matter.get(form_id="c" * 22)).is_urgent
    worker = await signed(new_client, here, "worker")
    await make_matter(here)
    inbox = (await worker.get("/triage")).text
    assert inbox.index("楼道起火了") < inbox.index("5幢顶楼下雨就漏") and "紧急" in inbox


async def test_both_from_the_desk_to_the_residents_page(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await make_matter(here)
    worker = await signed(new_client, here, "worker")
    told = {"version": str(matter.version), "kind": "facilities", "item": "", "note": "两样都有", "queue": "new"}
    refused = await worker.send_form(f"/m/{matter.number}/split", told)
    assert refused.status_code == 422 and "两样都有</textarea>" in refused.text
    told["item"] = await item_for(Way.CENTRE)
    assert (await worker.send_form(f"/m/{matter.number}/split", told)).status_code == 303
    resident = await signed(new_client, here, "resident")
    page = (await resident.get(f"/m/{matter.number}")).text
    assert "邻里商量这一头" in page and "政府办理这一头" in page and "两头在办，办好0头" in page
    moved = await resident.get(f"/m/{matter.number}-2")
    assert moved.status_code == 303 and moved.headers["location"] == f"/m/{matter.number}"
    listed = (await resident.get("/matters")).text
    assert listed.count(f'/m/{matter.number}"') == 1 and f"{matter.number}-2" not in listed
    assert f"/m/{matter.number}" in (await resident.get("/matters?stage=office")).text
    assert f"/m/{matter.number}" not in (await resident.get("/matters?stage=done")).text
    clerk = await signed(new_client, here, "clerk")
    assert f"/desk/m/{matter.number}-2" in (await clerk.get("/desk/centre")).text
    assert (await clerk.get(f"/desk/m/{matter.number}-2")).status_code == 200


async def test_an_appeal_from_the_residents_page_to_the_answer(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await make_matter(here)
    await send_to(here, matter, Way.REFUSAL)
    resident = await signed(new_client, here, "resident")
    assert f"/m/{matter.number}/appeal" in (await resident.get(f"/m/{matter.number}")).text
    assert (await resident.get(f"/m/{matter.number}/appeal")).status_code == 200
    assert (await resident.send_form(f"/m/{matter.number}/appeal", {"reason": " "})).status_code == 422
    assert (await resident.send_form(f"/m/{matter.number}/appeal", {"reason": "不是证明"})).status_code == 303
    assert f"/m/{matter.number}/appeal" not in (await resident.get(f"/m/{matter.number}")).text
    made = await Appeal.get(matter_id=matter.id)
    worker, other = await signed(new_client, here, "worker"), await signed(new_client, here, "worker2")
    assert f"/triage/appeals/{made.id}" in (await other.get("/triage/appeals")).text
    assert "不能由您答复" in (await worker.get(f"/triage/appeals/{made.id}")).text
    assert "不是证明" in (await other.get(f"/triage/appeals/{made.id}")).text
    assert (await resident.get(f"/triage/appeals/{made.id}")).status_code == 403
    for told in ({"outcome": "", "words": "好"}, {"outcome": "moved", "words": "好"}, {"outcome": "kept", "words": ""}):
        refused = await other.send_form(f"/triage/appeals/{made.id}", told)
        assert refused.status_code == 422
    told = {"outcome": "moved", "words": "应该邻里商量", "way": "council", "kind": "facilities"}
    assert (await other.send_form(f"/triage/appeals/{made.id}", told)).status_code == 303
    assert (await Matter.get(id=matter.id)).state is MatterState.ASSIGNED
    assert "答复：改交小区议事会" in (await resident.get(f"/m/{matter.number}")).text
    assert (await other.get("/triage/appeals")).status_code == 200


async def test_many_at_once_with_a_look_before_and_a_way_back(new_client: NewClient, here: Neighbourhood) -> None:
    made = [await make_matter(here, title=f"第{n}件") for n in range(3)]
    worker = await signed(new_client, here, "worker")
    told = {"picked": [f"{m.number}:{m.version}" for m in made], "kind": "facilities", "item": "", "note": ""}
    seen = await worker.send_form("/triage/bulk", told)
    assert "共3件，3件可以送出" in seen.text and await Matter.filter(state=MatterState.REPORTED).count() == 3
    sent = await worker.send_form("/triage/bulk/send", told)
    assert "送出了3件" in sent.text and await Matter.filter(state=MatterState.ASSIGNED).count() == 3
    back = {"picked": [f"{m.number}:{m.version + 1}" for m in made]}
    assert "撤回了3件" in (await worker.send_form("/triage/bulk/undo", back)).text
    assert await Matter.filter(state=MatterState.REPORTED).count() == 3
    assert (await worker.send_form("/triage/bulk", {"kind": "facilities"})).status_code == 422
    assert (await worker.send_form("/triage/bulk", {"picked": ["x:y"], "kind": "facilities"})).status_code == 422


async def test_somebody_is_on_it_and_the_words_are_kept(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await make_matter(here)
    first, second = await signed(new_client, here, "worker"), await signed(new_client, here, "worker2")
    assert (await first.get(f"/triage?m={matter.number}")).status_code == 200
    assert "worker正在看这一件" in (await second.get(f"/triage?m={matter.number}")).text
    own = service_templates.of_community(here.tree.community.id)
    await service_templates.save_template(await here.actor("worker"), own, None, "带材料", "请带材料。")
    (template,) = await service_templates.templates_of([own])
    told = {"version": str(matter.version), "way": "council", "kind": "facilities", "note": "我写的话"}
    told |= {"template": template.key, "item": "", "queue": "new", "next": ""}
    held = await second.send_form(f"/m/{matter.number}/triage", told)
    assert held.status_code == 422 and "我写的话</textarea>" in held.text
    sent = await second.send_form(f"/m/{matter.number}/triage", told | {"anyway": "true"})
    assert sent.status_code == 303 and f"undo={matter.number}" in sent.headers["location"]
    page = (await second.get(f"/m/{matter.number}")).text
    assert "请带材料。\n我写的话" in page
    assert (await second.send_form(f"/m/{matter.number}/undo")).status_code == 303
    assert (await Matter.get(id=matter.id)).state is MatterState.REPORTED
