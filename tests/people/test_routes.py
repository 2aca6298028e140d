"""Signing in and one's own pages, as a browser without script walks them."""

import re
from collections.abc import Callable

from starlette.applications import Starlette

from linyue.base import session
from linyue.base.model import Session
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.people import service
from linyue.people.model import Person
from tests.client import Client
from tests.make.people import make_person
from tests.make.places import make_tree
from tests.people.conftest import Phones
from tests.people.walk import SID, adopt, walk_in


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


async def test_who_comes_back_too_soon_is_led_to_the_code_that_holds(client: Client, phones: Phones) -> None:
    await client.send_form("/sign-in", {"phone": "13800130042"})
    way_on = 'href="/sign-in/code?next='
    assert way_on in (await client.get("/sign-in")).text
    soon = await client.send_form("/sign-in", {"phone": "13800130042"})
    assert soon.status_code == 422 and way_on in soon.text and "138****0042" in soon.text


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
