"""The pages as a browser without script walks them."""

import re
from collections.abc import Callable
from dataclasses import replace

import httpx2
import pyotp
import pytest
from starlette.applications import Starlette

from linyue.base import clock as base_clock
from linyue.base import i18n, session
from linyue.base.model import Session
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.people import service, service_roles, service_setup
from linyue.people.model import Occupancy, Person, SignInCode
from linyue.people.rules import ClaimState
from tests.client import Client
from tests.make.people import a_phone, make_person
from tests.make.places import make_tree
from tests.people.conftest import Phones, TrueTime

SID = "sid"


@pytest.fixture(autouse=True)
def strict_text() -> None:
    i18n.is_strict = True


async def adopt(client: Client) -> None:
    """Take the session that a sign-in put into the browser, for the form token of later posts."""
    token = client.cookies.get(SID)
    assert token
    client.session = await session.find(token)


async def walk_in(client: Client, phones: Phones, phone: str, next_page: str = "/me") -> httpx2.Response:
    """Number and code; returns the answer to the code."""
    asked = await client.send_form("/sign-in", {"phone": phone, "next": next_page})
    assert asked.status_code == 303 and asked.headers["location"].startswith("/sign-in/code")
    page = await client.get(asked.headers["location"])
    assert page.status_code == 200 and phone[-4:] in page.text and phone not in page.text
    return await client.send_form("/sign-in/code", {"code": phones.code(), "next": next_page})


async def test_a_newcomer_signs_in_without_a_script(client: Client, phones: Phones) -> None:
    first = await client.get("/me")
    assert (first.status_code, first.headers["location"]) == (303, "/sign-in?next=%2Fme")
    answer = await walk_in(client, phones, "13800130042")
    assert answer.headers["location"] == "/sign-in/welcome?next=%2Fme"
    page = await client.get(answer.headers["location"])
    assert page.status_code == 200 and 'name="display_name"' in page.text
    no = await client.send_form("/sign-in/welcome", {"display_name": "林海", "next": "/me"})
    assert no.status_code == 422 and "林海" in no.text
    yes = await client.send_form("/sign-in/welcome", {"display_name": "林海", "accept": "on", "next": "/me"})
    assert (yes.status_code, yes.headers["location"]) == (303, "/me")
    me = await client.get("/me")
    assert me.status_code == 200 and "林海" in me.text and "138****0042" in me.text
    await adopt(client)
    out = await client.send_form("/sign-out")
    assert out.status_code == 303 and (await client.get("/me")).status_code == 303


async def test_known_and_unknown_numbers_get_the_same_answers(new_client: Callable[[], Client], phones: Phones) -> None:
    await make_person(phone="13800130042")
    seen = []
    for phone in ("13800130042", "13900130042"):
        browser = new_client()
        asked = await browser.send_form("/sign-in", {"phone": phone})
        page = await browser.get(asked.headers["location"])
        wrong = await browser.send_form("/sign-in/code", {"code": "abc"})
        texts = [re.sub(r'nonce="[^"]+"|data-now="[^"]+"|13\d\*{4}0042', "", answer.text) for answer in (page, wrong)]
        again = await browser.send_form("/sign-in", {"phone": phone})
        headers = {k: v for k, v in asked.headers.items() if k not in {"set-cookie", "content-security-policy"}}
        seen.append((asked.status_code, headers, page.status_code, wrong.status_code, again.status_code, texts))
    assert seen[0] == seen[1]


async def test_a_session_planted_before_does_not_survive(client: Client, phones: Phones) -> None:
    person, attacker = await make_person(phone="13800130042"), await make_person()
    planted, token = await session.begin(attacker.id, is_staff=False)
    client.cookies.set(SID, token, domain="127.0.0.1")
    client.session = planted
    answer = await walk_in(client, phones, "13800130042")
    assert answer.status_code == 303
    fresh = client.cookies.get(SID)
    assert fresh and fresh != token and await session.find(token) is None
    row = await session.find(fresh)
    assert row is not None and row.person_id == person.id
    client.cookies.set(SID, "made-up-by-the-attacker", domain="127.0.0.1")
    assert (await client.get("/me")).status_code == 303


async def test_forms_need_the_token_and_the_site(client: Client, app: Starlette, db: Settings) -> None:
    person = await make_person()
    row = await client.sign_in_as(person)
    stale = await client.post("/me/name", data={"display_name": "换名", "csrf": "wrong"})
    none = await client.post("/me/name", data={"display_name": "换名"})
    cross = await client.post(
        "/me/name", data={"display_name": "换名", "csrf": row.csrf}, headers={"origin": "https://evil.example"}
    )
    assert [a.status_code for a in (stale, none, cross)] == [403, 403, 403]
    assert (await Person.get(id=person.id)).display_name == person.display_name
    good = await client.send_form("/me/name", {"display_name": "换名"})
    extra = await client.send_form("/me/name", {"display_name": "又换", "is_active": "0", "public_id": "x"})
    assert good.status_code == 303 and extra.status_code == 422
    assert (await Person.get(id=person.id)).display_name == "换名"


async def test_next_stays_on_the_site(client: Client, phones: Phones) -> None:
    await make_person(phone="13800130042")
    answer = await walk_in(client, phones, "13800130042", "//evil.example")
    assert answer.headers["location"] == "/"


async def test_sign_ins_are_listed_and_ended(client: Client, new_client: Callable[[], Client]) -> None:
    person, stranger = await make_person(), await make_person()
    await client.sign_in_as(person)
    elsewhere = new_client()
    other = await elsewhere.sign_in_as(person)
    foreign = await new_client().sign_in_as(stranger)
    assert (await client.get("/me/sessions")).text.count("/end") == 2
    await client.send_form(f"/me/sessions/{foreign.id}/end")
    assert (await Session.get(id=foreign.id)).ended_at is None
    await client.send_form(f"/me/sessions/{other.id}/end")
    assert (await elsewhere.get("/me")).status_code == 303
    assert (await client.get("/me")).status_code == 200


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
    assert (await client.get(page)).status_code == 200
    assert (await client.send_form(page, {"phone": "13800130042"})).status_code == 422
    assert (await client.send_form(page, {"phone": "13800130042", "checked": "on"})).status_code == 303
    assert service.masked_phone_of(await Person.get(id=person.id)) == "138****0042"
    far = await make_person(home=tree.other_unit)
    assert (await client.get(f"/desk/people/{far.public_id}")).status_code == 403


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
    assert page.status_code == 200 and "parent_code" in page.text and 'action="/admin/places/import' not in page.text
    assert (await client.send_form(bad.headers["location"])).status_code == 409
    good = sheet.rsplit("\n", 2)[0].encode("gb18030")
    kept = await client.send_form("/admin/places", files={"file": ("places.csv", good, "text/csv")})
    assert (await client.get(kept.headers["location"])).status_code == 200
    assert (await client.send_form(kept.headers["location"])).headers["location"] == "/admin/places"
    assert (await client.get("/admin/places")).status_code == 200
    roll = f"unit_code,tenure,name\n{tree.units[0].code},owner,张三\n".encode()
    kept = await client.send_form("/admin/rolls", files={"file": ("roll.csv", roll, "text/csv")})
    assert (await client.get(kept.headers["location"])).status_code == 200
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


async def test_own_data_and_leaving(client: Client) -> None:
    tree = await make_tree()
    person = await make_person("林海", home=tree.units[0])
    await client.sign_in_as(person)
    copy = await client.get("/me/export")
    assert copy.json()["person"]["display_name"] == "林海" and "attachment" in copy.headers["content-disposition"]
    assert (await client.get("/me/erase")).status_code == 200
    assert (await client.send_form("/me/erase", {})).status_code == 422
    assert (await client.send_form("/me/erase", {"sure": "on"})).status_code == 303
    assert (await client.get("/me")).status_code == 303
    assert (await Person.get(id=person.id)).erased_at is not None


async def test_a_new_number_step_by_step(client: Client, phones: Phones) -> None:
    person = await make_person(phone="13800130042")
    await client.sign_in_as(person)
    assert (await client.get("/me/phone")).status_code == 200
    assert (await client.send_form("/me/phone")).headers["location"] == "/me/phone/old"
    assert (await client.get("/me/phone/old")).status_code == 200
    assert (await client.send_form("/me/phone/number", {"phone": "13900130042"})).status_code == 422
    assert (await client.send_form("/me/phone/old", {"code": phones.code()})).headers["location"] == "/me/phone/number"
    assert (await client.get("/me/phone/number")).status_code == 200
    assert (await client.send_form("/me/phone/number", {"phone": "13900130042"})).headers["location"] == "/me/phone/new"
    assert (await client.get("/me/phone/new")).status_code == 200
    assert (await client.send_form("/me/phone/new", {"code": "abc"})).status_code == 422
    assert (await client.send_form("/me/phone/new", {"code": phones.code("42")})).headers["location"] == "/me"
    assert service.masked_phone_of(await Person.get(id=person.id)) == "139****0042"


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


async def test_pages_in_english(client: Client, phones: Phones) -> None:
    client.cookies.set("lang", "en", domain="127.0.0.1")
    for path in ("/sign-in", "/privacy"):
        assert (await client.get(path)).status_code == 200
    tree = await make_tree()
    await client.sign_in_as(await make_person(role=Role.ADMINISTRATOR, place=tree.district), is_staff=True)
    for path in ("/me", "/me/homes", "/me/homes/new", "/me/phone", "/me/erase", "/me/sessions", "/me/homes/code"):
        assert (await client.get(path)).status_code == 200, path
    for path in ("/admin", "/admin/places", "/admin/rolls", "/admin/roles"):
        assert (await client.get(path)).status_code == 200, path


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


async def test_sign_in_abuse_in_short(new_client: Callable[[], Client], phones: Phones, true_time: TrueTime) -> None:
    numbers = [a_phone() for _ in range(25)]
    statuses = set()
    browser = new_client()
    for turn in range(100):
        if turn % 20 == 0:
            true_time.move(seconds=61)
        browser = new_client() if turn % 10 == 0 else browser
        answer = await browser.send_form("/sign-in", {"phone": numbers[turn % len(numbers)]})
        statuses.add(answer.status_code)
    assert statuses <= {303, 422, 429} and len(phones.sent) <= 60
    for number in numbers:
        assert sum(to.endswith(number) for to, _ in phones.sent) <= 5
    right = phones.code()
    tries = 0
    for guess in range(60):
        if f"{guess:06d}" != right:
            answer = await browser.send_form("/sign-in/code", {"code": f"{guess:06d}"})
            tries += answer.status_code != 429
            assert answer.status_code in {422, 429} and "sid" not in answer.headers.get("set-cookie", "")
    assert max(row.tries for row in await SignInCode.all()) <= 5 < tries
