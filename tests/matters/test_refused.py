"""Refused certificates: the office that asks is noted at the desk and counted in public."""

import json

import pytest

from linyue.base.model import AuditEntry
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.matters import service_triage
from linyue.matters.model import Matter
from linyue.matters.service_refused import offices_of, refused_certificates
from linyue.matters.service_triage import Sending
from tests.conftest import NewClient
from tests.make.matters import Neighbourhood, make_matter, make_neighbourhood
from tests.make.people import make_person

pytestmark = pytest.mark.anyio


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def test_offices_that_still_ask_are_counted_in_public(here: Neighbourhood, new_client: NewClient) -> None:
    worker = await here.actor("worker")
    for code, office in (("NEG-01", " 示例  银行 "), ("NEG-02", "示例 银行"), ("NEG-01", "示例小学"), ("NEG-01", "")):
        matter = await make_matter(here)
        await service_triage.send(worker, matter.id, matter.version, Sending(Way.REFUSAL, code, asked_by=office))
    asked = await refused_certificates()
    assert len(asked) == 20 and {one.item.code: one.count for one in asked if one.count} == {"NEG-01": 3, "NEG-02": 1}
    assert offices_of(asked) == [("示例 银行", 2), ("示例小学", 1)]
    page = await new_client().get("/certificates")
    assert page.status_code == 200 and "示例 银行" in page.text and "一共婉拒了4次" in page.text
    assert page.text.count('href="/services/NEG-') == 20


async def test_the_desk_notes_the_office_and_other_ways_do_not(here: Neighbourhood, new_client: NewClient) -> None:
    client = new_client()
    await client.sign_in_as(here.people["worker"], is_staff=True)
    matter, other = await make_matter(here), await make_matter(here)
    sent = {"version": "1", "way": "refusal", "item": "NEG-05", "asked_by": "示例公司"}
    assert (await client.send_form(f"/m/{matter.number}/triage", sent)).status_code == 303
    assert (await Matter.get(id=matter.id)).asked_by == "示例公司"
    await service_triage.send(
        await here.actor("worker"), other.id, 1, Sending(Way.OWN_DESK, note="我来办", asked_by="示例公司")
    )
    assert (await Matter.get(id=other.id)).asked_by == ""


async def test_the_guide_says_who_decides_and_who_may_not_hand_it_down(
    here: Neighbourhood, new_client: NewClient
) -> None:
    client = new_client()
    centre, refused, home = [(await client.get(f"/services/{code}")).text for code in ("HS-008", "NEG-01", "HS-060")]
    assert "街道、部门不得把这件事下派给社区" in centre and "请到服务中心办" in centre
    assert "社区不得出具" in refused and 'href="/certificates"' in refused
    assert "楼栋" in home and "调解" in home and "谁决定" in home and "data-print" in home


async def test_one_office_is_one_name_whatever_the_width_and_two_spellings_are_put_together(
    here: Neighbourhood, new_client: NewClient
) -> None:
    worker = await here.actor("worker")
    for office in ("ＡＢＣ　银行（南门）", "ABC 银行(南门)", "示例小学", "示例小学校"):
        matter = await make_matter(here)
        await service_triage.send(worker, matter.id, matter.version, Sending(Way.REFUSAL, "NEG-01", asked_by=office))
    assert offices_of(await refused_certificates())[0] == ("ABC 银行(南门)", 2)
    desk = new_client()
    await desk.sign_in_as(here.people["worker"], is_staff=True)
    waiting = await make_matter(here)
    offered = (await desk.get(f"/triage?m={waiting.number}")).text
    assert '<option value="示例小学校">' in offered and 'list="offices-used"' in offered
    assert 'action="/certificates/offices"' not in (await desk.get("/certificates")).text
    both = {"wrong": "示例小学校", "right": " 示例小学 "}
    assert (await desk.send_form("/certificates/offices", both)).status_code == 403
    chief = new_client()
    await chief.sign_in_as(await make_person(role=Role.ADMINISTRATOR, place=here.tree.district), is_staff=True)
    assert 'action="/certificates/offices"' in (await chief.get("/certificates")).text
    for wrong in ({"wrong": "没有的"}, {"wrong": ""}, {"right": "　"}, {"wrong": "示例小学"}):
        assert (await chief.send_form("/certificates/offices", both | wrong)).status_code == 422, wrong
    assert (await chief.send_form("/certificates/offices", both)).status_code == 303
    assert offices_of(await refused_certificates()) == [("ABC 银行(南门)", 2), ("示例小学", 2)]
    noted = await AuditEntry.get(action="matters.offices.merge")
    assert "示例小学校" in json.loads(noted.data).values()
