"""A real district sets up a centre by itself: places, the centre, what it covers, its people; all by forms."""

import re

import pytest

from linyue.base.model import AuditEntry
from linyue.base.policy import Role
from linyue.centres import service_centres
from linyue.centres.model import CentreCoverage, ServiceCentre
from linyue.centres.rules import Way, WhyCentre
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState
from linyue.people.model import Person, RoleGrant
from linyue.people.service_setup import begin_district
from linyue.places.model import Place
from tests.client import Client
from tests.make.centres import load_sample_catalogue
from tests.make.matters import item_for

pytestmark = pytest.mark.anyio
PLACES = """kind,code,parent_code,name_zh,name_en,area_m2,is_sold
街道,S1,330203,段塘街道,Duantang,,
街道,S2,330203,南门街道,Nanmen,,
社区,S1C1,S1,杨柳社区,Yangliu,,
社区,S1C2,S1,春水社区,Chunshui,,
社区,S2C1,S2,朝阳社区,Chaoyang,,
小区,S1C1A,S1C1,柳园,Liuyuan,,
"""
CENTRE = {
    "code": "C01",
    "subdistrict": "S1",
    "name_zh": "段塘第一服务中心",
    "name_en": "",
    "address_zh": "段塘路1号",
    "address_en": "",
    "hours_zh": "周一至周五 8:30–17:00",
    "hours_en": "",
    "phone": "0574-1234 5678",
}


async def test_from_an_empty_district_to_a_matter_accepted_at_its_centre(client: Client) -> None:
    await begin_district("330203", "海曙区", "Haishu", "管理员")
    await load_sample_catalogue()
    grant = await RoleGrant.get(role=Role.ADMINISTRATOR)
    await client.sign_in_as(grant.person_id, is_staff=True)
    assert "/admin/centres/new" in (await client.get("/admin/centres")).text
    assert "/admin/places" in (await client.get("/admin/centres/new")).text, "places come first"
    sheet = {"file": ("places.csv", PLACES.encode(), "text/csv")}
    draft = (await client.send_form("/admin/places", files=sheet)).headers["location"]
    assert (await client.send_form(draft)).status_code == 303

    bad = await client.send_form("/admin/centres/new", CENTRE | {"phone": "ring us", "code": "C 1"})
    assert bad.status_code == 422 and 'id="f-phone-error"' in bad.text and 'id="f-code-error"' in bad.text
    assert "段塘第一服务中心" in bad.text, "nothing typed is lost"
    for changes in ({"subdistrict": "S1C1"}, {"subdistrict": "S9"}):
        wrong = await client.send_form("/admin/centres/new", CENTRE | changes)
        assert wrong.status_code == 422 and 'id="f-subdistrict-error"' in wrong.text, changes
    assert (await client.send_form("/admin/centres/new", CENTRE | {"code": "New"})).status_code == 422
    added = await client.send_form("/admin/centres/new", CENTRE)
    assert added.headers["location"].startswith("/admin/centres/C01/coverage")
    twice = await client.send_form("/admin/centres/new", CENTRE)
    assert twice.status_code == 422 and 'id="f-code-error"' in twice.text

    unheard = await client.send_form("/admin/centres/C01/coverage", {"communities": ["S1C1", "S1C9"]})
    assert unheard.status_code == 422
    assert (await client.send_form("/admin/centres/C01/coverage", {"whole": "S1", "communities": "S2C1"})).is_redirect
    assert await CentreCoverage.all().count() == 3
    assert (await client.send_form("/admin/centres/C01/coverage", {"communities": ["S1C1"]})).is_redirect
    page = (await client.get("/admin/centres/C01/coverage")).text
    assert re.search(r'value="S1C1" checked', page) and not re.search(r'value="S1C2" checked', page)
    assert "还有2个社区没有服务中心" in page
    assert await AuditEntry.filter(action__startswith="centres.co").count() == 2
    assert "杨柳社区" in (await client.get("/centres/C01")).text
    found = await service_centres.centre_for(await Place.get(code="S1C1"))
    assert found is not None and found.why is WhyCentre.COVERS
    item = await item_for(Way.CENTRE)
    single = {"community": "S2C1", "codes": item}
    for wrong, field in (({"codes": "HS-999"}, "codes"), ({"codes": ""}, "codes"), ({"community": "S1"}, "community")):
        refused = await client.send_form("/admin/centres/C01/items", single | wrong)
        assert refused.status_code == 422 and f'id="f-{field}-error"' in refused.text, wrong
    assert (await client.send_form("/admin/centres/C01/items", single)).status_code == 303
    assert "不再单独接" in (await client.get("/admin/centres/C01/coverage")).text
    found = await service_centres.centre_for(await Place.get(code="S2C1"), item_code=item)
    assert found is not None and found.why is WhyCentre.COVERS_ITEM
    assert (await client.send_form("/admin/centres/C01/items/drop", {"community": "S2C1"})).status_code == 303
    assert (await client.send_form("/admin/centres/C01/items/drop", {"community": "S2C1"})).status_code == 404

    centre = await ServiceCentre.get(code="C01")
    for phone, name, role, more in (
        ("13800001111", "小王", Role.SOCIAL_WORKER, {"place_code": "S1C1"}),
        ("13800002222", "小李", Role.CENTRE_CLERK, {"place_code": "S1", "centre_id": str(centre.id)}),
    ):
        sent = await client.send_form("/admin/roles", {"who": phone, "name": name, "role": role.value, **more})
        assert sent.status_code == 303, sent.text
    worker, clerk = await Person.get(display_name="小王"), await Person.get(display_name="小李")

    await client.sign_in_as(worker, is_staff=True)
    home = await Place.get(code="S1C1A")
    told = {
        "form_id": "f" * 22,
        "place": str(home.id),
        "title": "想办高龄津贴",
        "text": "八十岁了。",
        "phone": "13800003333",
    }
    assert (await client.send_form("/desk/report", told)).status_code == 303
    matter = await Matter.get()
    where = {"version": str(matter.version), "way": Way.CENTRE.value, "item": await item_for(Way.CENTRE)}
    assert (await client.send_form(f"/m/{matter.number}/triage", where)).status_code == 303
    await client.sign_in_as(clerk, is_staff=True)
    assert matter.number in (await client.get("/desk/centre")).text
    version = str((await Matter.get(id=matter.id)).version)
    assert (await client.send_form(f"/m/{matter.number}/accept", {"version": version})).status_code == 303
    matter = await Matter.get(id=matter.id)
    assert (matter.state, matter.centre_id) == (MatterState.ACCEPTED, centre.id)
    assert (await client.get("/admin/centres/new")).status_code == 403, "for administrators only"
