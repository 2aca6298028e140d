"""Putting oneself forward, the council's desk and the district's rules in a browser without script."""

from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.base.policy import Role
from linyue.base.workdays import local_day
from linyue.councils.model import XApplication, XMember
from tests.client import Client
from tests.make.councils import make_council
from tests.make.people import make_person
from tests.make.places import make_tree

pytestmark = pytest.mark.anyio


async def test_from_the_call_to_the_roster(client: Client) -> None:
    tree = await make_tree()
    chair = await make_person("三号理事", home=tree.units[0])
    neighbour = await make_person("懂防水的", home=tree.units[1])
    await make_council(tree.compound.id, [chair.id])
    at = f"/council/{tree.compound.code}"
    assert "/desk" not in (await client.get(at)).text
    await client.sign_in_as(neighbour)
    assert (await client.get(f"{at}/desk")).status_code == 403
    await client.sign_in_as(chair)
    assert f'href="{at}/desk"' in (await client.get(at)).text
    today = local_day(clock.now())
    call = {"topic": "屋顶维修", "text": "要懂防水的", "wanted": "2", "closes": str(today + timedelta(days=9))}
    for field, wrong in {"topic": "", "text": "", "wanted": "0", "closes": str(today - timedelta(days=2))}.items():
        answer = await client.send_form(f"{at}/calls/new", call | {field: wrong})
        assert answer.status_code == 422 and f'id="f-{field}-error"' in answer.text, field
    assert (await client.send_form(f"{at}/calls/new", call)).headers["location"] == f"{at}/desk"
    await client.sign_in_as(neighbour)
    page = (await client.get(f"{at}/join")).text
    assert "屋顶维修" in page and "报名" in page
    number = page.split('<option value="')[1].split('"')[0] if '<option value="' in page else ""
    number = number or page.split('<option value="">')[1].split('<option value="')[1].split('"')[0]
    form = {"way": "call", "call": number, "topic": "", "words": "做过二十年"}
    assert 'id="f-words-error"' in (await client.send_form(f"{at}/join", form | {"words": ""})).text
    assert 'id="f-call-error"' in (await client.send_form(f"{at}/join", form | {"call": ""})).text
    assert (await client.send_form(f"{at}/join", form)).status_code == 303
    assert "等答复" in (await client.get(f"{at}/join")).text
    sent = await XApplication.get(person_id=neighbour.id)
    await client.sign_in_as(chair)
    assert f"{at}/applications/{sent.id}" in (await client.get(f"{at}/desk")).text
    answer = {"decision": "decline", "ends": "", "answer": ""}
    assert 'id="f-answer-error"' in (await client.send_form(f"{at}/applications/{sent.id}", answer)).text
    long = {"decision": "admit", "ends": str(today + timedelta(days=400)), "answer": ""}
    assert 'id="f-ends-error"' in (await client.send_form(f"{at}/applications/{sent.id}", long)).text
    admit = long | {"ends": str(today + timedelta(days=90))}
    assert (await client.send_form(f"{at}/applications/{sent.id}", admit)).status_code == 303
    roster = (await client.get(at)).text
    assert "懂防水的" in roster and "公开招募" in roster
    expert = await make_person("请来的", phone="13800130077")
    ask = {"who": "13800130077", "way": "expertise", "topic": "电梯", "ends": str(today + timedelta(days=30))}
    assert (await client.send_form(f"{at}/x/new", ask | {"who": "13800139999"})).status_code == 422
    assert (await client.send_form(f"{at}/x/new", ask)).status_code == 303
    assert (await XMember.get(person_id=expert.id)).way == "expertise"
    assert (await client.send_form(f"{at}/calls/{number}/close", {})).status_code == 303
    await client.sign_in_as(expert)
    other = await client.send_form(f"{at}/join", {"way": "affected", "topic": "停车", "words": "有车"})
    assert other.status_code == 422 and "这两种方式只给住在这里的邻居" in other.text


async def test_the_rules_are_changed_in_the_browser_with_their_history(client: Client) -> None:
    tree = await make_tree()
    part = await make_person("街道管理员", role=Role.ADMINISTRATOR, place=tree.subdistrict)
    await client.sign_in_as(part, is_staff=True)
    assert (await client.get("/admin/councils/rules")).status_code == 403
    administrator = await make_person("区管理员", role=Role.ADMINISTRATOR, place=tree.district)
    await client.sign_in_as(administrator, is_staff=True)
    page = (await client.get("/admin/councils/rules")).text
    assert "还没有改过" in page and 'name="supports"' in page
    form = {
        "seen": "0", "seats": "7", "term_years": "3", "x_days": "180", "supports": "5", "collect_days": "30",
        "answer_days": "10", "share": "two_thirds", "note": "试行", "call_days": "20", "nominations": "1",
        "take_days": "2", "settle_days": "20", "question_days": "7", "open_disputes": "1", "objection_days": "2",
        "appraisal_days": "3", "suggestion_days": "4", "street_days": "6", "ending_days": "90",
    }  # fmt: skip
    for field, wrong in {
        "x_days": "400",
        "open_disputes": "0",
        "street_days": "31",
        "settle_days": "31",
        "seats": "99",
        "supports": "many",
        "share": "most",
    }.items():
        answer = await client.send_form("/admin/councils/rules", form | {field: wrong})
        assert answer.status_code == 422 and f'id="f-{field}-error"' in answer.text, field
    half = await client.send_form("/admin/councils/rules", form | {"leads_relations": "1"})
    assert 'id="f-leads_environment-error"' in half.text
    assert (await client.send_form("/admin/councils/rules", form)).status_code == 303
    page = (await client.get("/admin/councils/rules")).text
    assert (
        "附议：10改为5" in page.replace("议题要几位邻居附议", "附议")
        and "热心群众招募最长几天：60改为20" in page
        and "试行" in page
        and "区管理员" in page
    )
    assert "一届任期结束前几天算快到期：60改为90" in page and "一个人同时最多提几件邻里纠纷：3改为1" in page
    stale = await client.send_form("/admin/councils/rules", form | {"supports": "6"})
    assert stale.status_code == 422 and "刚才有人改过规则" in stale.text
