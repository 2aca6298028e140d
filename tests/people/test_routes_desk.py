"""Pages of staff, as a browser without script walks them."""

import re
from collections.abc import Callable
from dataclasses import replace

import httpx2
import pyotp
from starlette.applications import Starlette

from linyue.base import clock as base_clock
from linyue.base.model import Session
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.people import service, service_roles, service_setup
from linyue.people.model import Occupancy, Person
from linyue.people.rules import ClaimState
from linyue.places.rules import PlaceKind
from tests.client import Client
from tests.make.centres import make_centre
from tests.make.people import make_person
from tests.make.places import make_place, make_tree
from tests.people.conftest import Phones, TrueTime
from tests.people.walk import adopt, walk_in


async def test_staff_set_up_the_second_factor_and_then_work(
    client: Client, phones: Phones, true_time: TrueTime
) -> None:
    tree = await make_tree()
    person = await make_person(phone="13800130042", role=Role.SOCIAL_WORKER, place=tree.community)
    answer = await walk_in(client, phones, "13800130042", "/desk/claims")
    assert answer.headers["location"] == "/second-factor?next=%2Fdesk%2Fclaims"
    await adopt(client)
    turned = await client.get("/desk/claims")
    assert turned.headers["location"] == "/second-factor?next=%2Fdesk%2Fclaims"
    enrol = await client.get("/second-factor/enrol?next=/desk/claims")
    secret = re.search(r'<p class="code">([A-Z2-7 ]+)</p>', enrol.text)
    assert secret
    app = pyotp.TOTP(secret[1].replace(" ", ""))
    picture = await client.get("/second-factor/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml" and b"<svg" in picture.content
    code = app.at(base_clock.real_now())
    wrong = await client.send_form("/second-factor/enrol", {"code": "1", "next": "/desk/claims"})
    assert wrong.status_code == 422
    done = await client.send_form("/second-factor/enrol", {"code": code, "next": "/desk/claims"})
    assert done.headers["location"] == "/desk/claims"
    await adopt(client)
    assert (await client.get("/desk/claims")).status_code == 200
    replay = await client.send_form("/second-factor", {"code": code})
    assert replay.status_code == 422
    assert (await service.load_actor(await Session.get(id=client.session.id), "en")).is_second_factor  # type: ignore[union-attr]
    assert person.totp_sealed == ""


async def test_a_home_is_claimed_and_confirmed(client: Client, new_client: Callable[[], Client]) -> None:
    tree = await make_tree()
    person = await make_person("林海")
    await client.sign_in_as(person)
    assert (await client.get("/me/homes")).status_code == 200
    step = await client.get(f"/me/homes/new?in={tree.building.id}")
    assert f"unit={tree.units[0].id}" in step.text
    by_name = await client.get("/me/homes/new", params={"q": tree.compound.name_zh})
    assert f'href="/me/homes/new?in={tree.compound.id}"' in by_name.text
    found = await client.get(f"/me/homes/new?q={tree.units[1].code}")
    assert f"unit={tree.units[1].id}" in found.text
    assert (await client.get(f"/me/homes/new?unit={tree.units[0].id}")).status_code == 200
    bare = await client.send_form("/me/homes/new", {"unit": tree.units[0].id})
    assert bare.status_code == 422
    sent = await client.send_form(
        "/me/homes/new", {"unit": tree.units[0].id, "tenure": "owner", "legal_name": "林大海"}
    )
    assert sent.headers["location"] == "/me/homes"
    claim = await Occupancy.get(person_id=person.id)
    desk, other = new_client(), new_client()
    await desk.sign_in_as(await make_person(role=Role.SOCIAL_WORKER, place=tree.community), is_staff=True)
    await other.sign_in_as(await make_person(role=Role.SOCIAL_WORKER, place=tree.other_community), is_staff=True)
    assert "林大海" in (await desk.get("/desk/claims")).text
    assert "林大海" not in (await other.get("/desk/claims")).text
    assert (await other.send_form(f"/desk/claims/{claim.id}/confirm")).status_code == 403
    assert (await client.send_form(f"/desk/claims/{claim.id}/confirm")).status_code == 403
    empty = await desk.send_form(f"/desk/claims/{claim.id}/refuse", {"reason": ""})
    assert empty.status_code == 422
    assert (await desk.send_form(f"/desk/claims/{claim.id}/confirm")).status_code == 303
    assert (await desk.send_form(f"/desk/claims/{claim.id}/confirm")).status_code == 409
    assert (await Occupancy.get(id=claim.id)).state is ClaimState.CONFIRMED
    assert (await client.get("/inbox")).status_code == 200


async def test_slips_and_the_code_from_the_letter_box(client: Client, new_client: Callable[[], Client]) -> None:
    tree = await make_tree()
    desk, other = new_client(), new_client()
    await desk.sign_in_as(await make_person(role=Role.SOCIAL_WORKER, place=tree.community), is_staff=True)
    await other.sign_in_as(await make_person(role=Role.SOCIAL_WORKER, place=tree.other_community), is_staff=True)
    assert (await desk.get(f"/desk/unit-codes?in={tree.building.id}")).status_code == 200
    make = f"/desk/unit-codes/of/{tree.building.id}"
    assert (await other.send_form(make, {"tenure": "owner"})).status_code == 403
    assert (await desk.send_form(make, {})).headers["location"] == f"/desk/unit-codes?in={tree.building.id}"
    made = await desk.send_form(make, {"tenure": "owner"})
    sheet = made.headers["location"]
    page = await desk.get(sheet)
    codes = re.findall(r'<p class="code">([A-Z0-9]{4} [A-Z0-9]{4})</p>', page.text)
    assert len(codes) == 2 and (await other.get(sheet)).status_code == 403
    await client.sign_in_as(await make_person())
    assert (await client.send_form("/me/homes/code", {"code": "AAAA AAAA"})).status_code == 422
    assert (await client.send_form("/me/homes/code", {"code": codes[0]})).headers["location"] == "/me/homes"
    assert (await desk.send_form(f"{sheet}/put-away")).status_code == 303
    assert (await desk.get(sheet)).status_code == 404


async def test_the_desk_enrols_and_changes_numbers(client: Client, new_client: Callable[[], Client]) -> None:
    tree = await make_tree()
    await client.sign_in_as(await make_person(role=Role.SOCIAL_WORKER, place=tree.community), is_staff=True)
    unit = tree.units[0]
    assert (await client.get("/desk/enrol")).status_code == 200
    page = f"/desk/enrol/{unit.id}"
    assert (await client.get(f"/desk/enrol?unit={unit.id}")).headers["location"] == page
    assert (await client.get(page)).status_code == 200
    assert (await client.get(f"/desk/enrol/{tree.other_unit.id}")).status_code == 403
    form = {"tenure": "owner", "legal_name": "王秀英", "phone": "12"}
    wrong = await client.send_form(page, form)
    assert wrong.status_code == 422 and "王秀英" in wrong.text
    assert (await client.send_form(page, form | {"phone": ""})).status_code == 303
    (member,) = await service.roll_of(tree.building)
    person = await Person.get(id=member.person_id)
    listed = await client.get(f"/desk/people?unit={unit.id}")
    assert f"/desk/people/{person.public_id}" in listed.text
    page = f"/desk/people/{person.public_id}"
    shown = (await client.get(page)).text
    assert "本人要求注销" in shown
    kept = {"reason": "书面申请，存社区", "sure": ""}
    unsure = await client.send_form(f"{page}/erase", kept)
    assert unsure.status_code == 422 and kept["reason"] in unsure.text
    assert (await client.send_form(page, {"phone": "13800130042"})).status_code == 422
    assert (await client.send_form(page, {"phone": "13800130042", "checked": "on"})).status_code == 303
    assert service.masked_phone_of(await Person.get(id=person.id)) == "138****0042"
    far = await make_person(home=tree.other_unit)
    assert (await client.get(f"/desk/people/{far.public_id}")).status_code == 403
    gone = {"reason": "书面申请，存社区", "sure": "on"}
    assert (await client.send_form(f"/desk/people/{far.public_id}/erase", gone)).status_code == 403
    assert (await client.send_form(f"{page}/erase", gone)).status_code == 422, "a number is there now"
    await client.send_form(f"/desk/enrol/{unit.id}", {"tenure": "tenant", "legal_name": "陈桂芳"})
    paper = await Person.get(display_name="陈**")
    assert (await client.send_form(f"/desk/people/{paper.public_id}/erase", gone)).status_code == 303
    assert "陈**" not in (await client.get(f"/desk/people?unit={unit.id}")).text


async def test_the_administrator_takes_lists_in_and_grants_roles(client: Client) -> None:
    tree = await make_tree()
    admin = await make_person(role=Role.ADMINISTRATOR, place=tree.district)
    await client.sign_in_as(admin, is_staff=True)
    for path in ("/admin", "/admin/places", "/admin/rolls", "/admin/roles"):
        assert (await client.get(path)).status_code == 200, path
    assert (await client.send_form("/admin/places")).status_code == 422
    sheet = f"kind,code,parent_code,name_zh\ncommunity,K9,{tree.subdistrict.code},新社区\nunit,U9,K9,坏行\n"
    bad = await client.send_form("/admin/places", files={"file": ("places.csv", sheet.encode(), "text/csv")})
    page = await client.get(bad.headers["location"])
    assert re.search(r'scope="row">第\d+行</th>', page.text), "on a phone a line says that it is one"
    assert page.status_code == 200 and "parent_code" in page.text and 'action="/admin/places/import' not in page.text
    assert (await client.send_form(bad.headers["location"])).status_code == 409
    good = sheet.rsplit("\n", 2)[0].encode("gb18030")
    kept = await client.send_form("/admin/places", files={"file": ("places.csv", good, "text/csv")})
    assert (await client.get(kept.headers["location"])).status_code == 200
    assert (await client.send_form(kept.headers["location"])).headers["location"] == "/admin/places"
    assert (await client.get("/admin/places")).status_code == 200
    roll = f"unit_code,tenure,name\n{tree.units[0].code},owner,张三\n".encode()
    kept = await client.send_form("/admin/rolls", files={"file": ("roll.csv", roll, "text/csv")})
    seen = (await client.get(kept.headers["location"])).text
    assert tree.units[0].code in seen and "张**" in seen and "张三" not in seen and "第2行" in seen
    assert (await client.send_form(kept.headers["location"])).headers["location"] == "/admin/rolls"
    assert len(await service.roll_of(tree.building)) == 1
    for path in ("/admin/places/template.csv", "/admin/places/export.csv", "/admin/rolls/template.csv"):
        got = await client.get(path)
        assert got.status_code == 200 and "attachment" in got.headers["content-disposition"]
    form = {"who": "13900130042", "name": "陈社工", "role": "social_worker", "place_code": "K9"}
    assert (await client.send_form("/admin/roles", form)).status_code == 303
    assert (await client.send_form("/admin/roles", form)).status_code == 422
    (held,) = await service_roles.holders_inside((await service_roles.Place.get(code="K9")).path)
    assert (await client.send_form(f"/admin/roles/{held.grant_id}/end")).status_code == 303


async def test_lists_of_people_need_a_fresh_second_factor(client: Client, true_time: TrueTime) -> None:
    tree = await make_tree()
    await client.sign_in_as(await make_person(role=Role.ADMINISTRATOR, place=tree.district), is_staff=True)
    true_time.move(minutes=16)
    roll = f"unit_code,tenure,name\n{tree.units[0].code},owner,张三\n".encode()
    kept = await client.send_form("/admin/rolls", files={"file": ("roll.csv", roll, "text/csv")})
    assert kept.headers["location"].startswith("/second-factor?next=/admin/rolls/import/")
    draft = kept.headers["location"].partition("next=")[2]
    assert (await client.send_form(draft)).headers["location"].startswith("/second-factor")
    assert await service.roll_of(tree.building) == []


async def test_the_first_administrator_by_link(client: Client) -> None:
    token = await service_setup.begin_district("330203", "海曙区", "Haishu", "管理员")
    assert (await client.get(f"/setup/{token}")).status_code == 200
    assert (await client.send_form(f"/setup/{token}", {"display_name": "陈", "phone": "138"})).status_code == 422
    form = {"display_name": "陈主任", "phone": "13800130042", "accept": "on"}
    done = await client.send_form(f"/setup/{token}", form)
    assert done.headers["location"] == "/second-factor?next=%2Fadmin"
    assert (await client.get("/second-factor?next=/admin")).headers["location"].startswith("/second-factor/enrol")
    assert (await client.get(f"/setup/{token}")).status_code == 404


async def test_demo_accounts_only_in_a_demo_on_this_machine(
    client: Client, db: Settings, app: Starlette, new_client: Callable[[], Client]
) -> None:
    tree = await make_tree()
    sample = await make_person(
        "样例社工", role=Role.SOCIAL_WORKER, place=tree.community, is_sample=True, demo_role="social_worker"
    )
    real = await make_person()
    assert (await client.get("/demo")).status_code == 404
    assert (await client.send_form("/demo/sign-in", {"person": sample.public_id})).status_code == 404
    app.state.settings = replace(db, demo=True)
    page = await client.get("/demo")
    assert page.status_code == 200 and "样例社工" in page.text
    asked = (await client.get("/sign-in?next=/live/480512")).text
    assert 'href="/demo?next=/live/480512"' in asked, "the way back to a meeting goes along"
    assert 'href="/demo"' in (await client.get("/sign-in?next=//elsewhere.example")).text
    far = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app, client=("10.0.0.9", 1)), base_url="http://127.0.0.1:8000"
    )
    assert (await far.get("/demo")).status_code == 404
    await far.aclose()
    assert (await client.send_form("/demo/sign-in", {"person": real.public_id})).status_code == 404
    done = await client.send_form("/demo/sign-in", {"person": sample.public_id, "next": "/desk/claims"})
    assert done.headers["location"] == "/desk/claims"
    assert (await client.get("/desk/claims")).status_code == 200
    await adopt(client)
    assert (await client.send_form("/second-factor", {"next": "/me"})).headers["location"] == "/me"


async def test_ids_nobody_has(client: Client) -> None:
    tree = await make_tree()
    await client.sign_in_as(await make_person(role=Role.SOCIAL_WORKER, place=tree.community), is_staff=True)
    assert (await client.get("/desk/claims/99999999999999999999/refuse")).status_code == 404
    assert (await client.get("/me/homes/new?unit=99999999999999999999")).status_code == 200
    assert (await client.get("/me/homes/new?in=2147483647")).status_code == 404
    assert (await client.get("/me/homes/new?q=%00")).status_code == 400
    wrong = await client.send_form("/me/homes/new", {"unit": "9" * 30, "tenure": "owner"})
    assert wrong.status_code == 303
    assert (await client.send_form(f"/desk/unit-codes/of/{2**31}", {})).status_code == 404


async def test_a_role_is_granted_by_names_and_a_list_of_centres(client: Client) -> None:
    tree = await make_tree()
    other = await make_place(PlaceKind.COMMUNITY, tree.subdistrict, name_zh="南都社区", name_en="Nandu")
    await make_place(PlaceKind.COMPOUND, other, name_zh="南都花园", name_en="Nandu Garden")
    centre = await make_centre(tree.subdistrict, "C07", name_zh="桂语服务中心")
    await client.sign_in_as(await make_person(role=Role.ADMINISTRATOR, place=tree.district), is_staff=True)
    page = (await client.get("/admin/roles")).text
    assert "C07 · 桂语服务中心" in page and "南都花园" in page
    form = {"who": "13900130043", "name": "李窗口", "role": "centre_clerk", "place_code": "南都", "centre_id": ""}
    several = await client.send_form("/admin/roles", form)
    assert several.status_code == 422 and 'name="place_meant"' in several.text and "李窗口" in several.text
    for field, changes in {
        "place_code": {"place_code": "月亮社区"},
        "centre_id": {"place_code": "南都社区"},
        "centre_id ": {"place_code": "南都社区", "centre_id": "9999"},
        " centre_id": {"place_code": "南都社区", "centre_id": str(centre.id), "role": "social_worker"},
    }.items():
        refused = await client.send_form("/admin/roles", form | changes)
        assert refused.status_code == 422 and f'id="f-{field.strip()}-error"' in refused.text, changes
    good = form | {"place_meant": other.code, "centre_id": str(centre.id)}
    assert (await client.send_form("/admin/roles", good)).status_code == 303
    (held,) = await service_roles.holders_inside(other.path)
    assert (held.role, held.centre_id) == (Role.CENTRE_CLERK, centre.id)
    assert "C07 · 桂语服务中心" in (await client.get("/admin/roles")).text
