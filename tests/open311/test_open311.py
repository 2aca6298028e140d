"""Another system reads and files matters through Open311: both forms, only what is public, nobody signed in."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as Tree

import httpx2
import pytest
from jsonschema import Draft202012Validator
from PIL import Image
from starlette.applications import Starlette

from linyue.app import make_app
from linyue.base import crypto
from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.matters import service_handle, service_moderate
from linyue.matters.model import Matter, MatterPhoto
from linyue.matters.rules import Rating, ReturnReason
from linyue.matters.service_photos import photo_path
from linyue.matters.service_report import masked_contact, rate
from linyue.open311 import routes_schema
from tests.client import Client
from tests.make.matters import Neighbourhood, accepted, completed, make_matter, make_neighbourhood, send_to, version_of
from tests.matters.test_parts import both

NewClient = Callable[[], Client]
BASE = "/open311/v2"
POSTED = f"{BASE}/requests.json"


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


@pytest.fixture
def program(client: Client) -> Client:
    """Sends what a program sends: no Origin, no Sec-Fetch-Site, no cookies."""
    for name in ("origin", "sec-fetch-site"):
        del client.headers[name]
    client.headers["accept-language"] = "en"
    return client


def told(here: Neighbourhood, **more: str) -> dict[str, str]:
    return {
        "service_code": "other",
        "description": "路灯不亮\n晚上看不清",
        "address_id": here.tree.building.code,
        **more,
    }


async def a_completed(here: Neighbourhood) -> Matter:
    """A matter that the centre has done."""
    matter = await make_matter(here)
    await send_to(here, matter, Way.CENTRE)
    await accepted(here, matter, "clerk")
    return await completed(here, matter, "clerk")


async def asked(program: Client, path: str, schema: Any, status: int = 200) -> Any:
    """The JSON answer, held to its schema, after the XML one was found to say the same."""
    found = await program.get(f"{BASE}{path.replace('*', '.json')}")
    assert found.status_code == status, found.text
    Draft202012Validator(schema).validate(found.json())
    as_xml = await program.get(f"{BASE}{path.replace('*', '.xml')}")
    assert as_xml.status_code == status and as_xml.headers["content-type"].startswith("text/xml; charset=utf-8")
    root = Tree.fromstring(as_xml.content)
    assert plain(root) == flat(found.json()), as_xml.text
    return found.json()


def plain(element: Tree.Element) -> Any:
    """An element as nested lists of texts, whatever its names."""
    return [plain(child) for child in element] if len(element) else element.text or ""


def flat(value: Any) -> Any:
    """The JSON value in the same shape."""
    if isinstance(value, dict):
        return [flat(inner) for inner in value.values()] or ""
    if isinstance(value, list):
        return [flat(inner) for inner in value] or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


async def test_discovery_services_and_definitions_in_both_forms(program: Client, here: Neighbourhood) -> None:
    found = await asked(program, "/discovery*", routes_schema.DISCOVERY)
    assert found["endpoints"][0]["url"] == "http://127.0.0.1:8000/open311/v2"
    services = await asked(program, "/services*", routes_schema.SERVICES)
    codes = [one["service_code"] for one in services]
    assert "HS-001" in codes and codes[-1] == "other" and len(codes) == len(set(codes)) > 100
    assert services[0]["service_name"] == "Minimum living allowance application"
    one = await asked(program, "/services/HS-001*", routes_schema.DEFINITION)
    assert [a["code"] for a in one["attributes"]] == ["title", "private", "time", "papers"]
    assert (await asked(program, "/services/other*", routes_schema.DEFINITION))["attributes"][1]["values"]
    wrong = await asked(program, "/services/XX-999*", routes_schema.ERRORS, status=404)
    assert wrong == [{"code": 404, "description": "Nothing public is found under this name."}]


async def test_a_request_is_filed_like_any_report(program: Client, here: Neighbourhood) -> None:
    sent = told(here, service_code="HS-001", phone="13800000042", last_name="陈", first_name="大文", email="a@b.c")
    filed = await program.post(POSTED, data=sent)
    assert filed.status_code == 201, filed.text
    Draft202012Validator(routes_schema.FILED).validate(filed.json())
    matter = await Matter.get(number=filed.json()[0]["service_request_id"]).select_related("community")
    assert (matter.title, matter.text) == ("路灯不亮", "路灯不亮\n晚上看不清")
    assert (matter.channel, matter.asked_code, matter.item_code) == ("open311", "HS-001", "")
    assert (matter.reporter_id, matter.filed_by_id, matter.owner_role) == (None, None, "social_worker")
    assert matter.community_id == here.tree.community.id and matter.due_at is not None
    assert "13800000042" not in matter.contact_sealed and "陈" not in matter.contact_sealed
    assert masked_contact(matter) == "138****0042 陈 大文"
    tracked = await program.get(f"/track?number={matter.number}")
    assert tracked.status_code == 200
    shown = (await asked(program, f"/requests/{matter.number}*", routes_schema.REQUESTS))[0]
    assert shown["service_code"] == "HS-001" and shown["status"] == "open"
    assert shown["description"] == "路灯不亮\n晚上看不清"
    assert shown["requested_datetime"].endswith("+08:00") and shown["expected_datetime"].endswith("+08:00")
    assert not re.search("陈|138|0042", str(shown))
    page = await program.get(f"/m/{matter.number}")
    assert "Filed by another system as: " in page.text and "Minimum living allowance application" in page.text
    emergency = await program.post(POSTED, data=told(here, description="楼道起火了"))
    assert "119" in emergency.json()[0]["service_notice"]


async def test_xml_is_filed_and_answered_alike(program: Client, here: Neighbourhood) -> None:
    filed = await program.post(f"{BASE}/requests.xml", data=told(here, description='<b> & "灯" \x0b]]>'))
    assert filed.status_code == 201
    number = Tree.fromstring(filed.content).findtext("request/service_request_id")
    shown = await program.get(f"{BASE}/requests/{number}.xml")
    assert Tree.fromstring(shown.content).findtext("request/description") == '<b> & "灯" ]]>'
    refused = await program.post(f"{BASE}/requests.xml", data={"lat": "29.8"})
    assert refused.status_code == 400
    assert [e.findtext("code") for e in Tree.fromstring(refused.content)] == ["400"] * 3


async def test_the_same_request_key_files_one_matter(program: Client, here: Neighbourhood) -> None:
    numbers = set()
    for _ in range(3):
        filed = await program.post(POSTED, data=told(here, request_key="hotline-0001"))
        numbers.add(filed.json()[0]["service_request_id"])
    assert len(numbers) == 1 and await Matter.all().count() == 1
    await program.post(POSTED, data=told(here, request_key="hotline-0002"))
    await program.post(POSTED, data=told(here))
    assert await Matter.all().count() == 3


async def test_a_request_key_cannot_name_somebody_elses_form(program: Client, here: Neighbourhood) -> None:
    theirs = await make_matter(here, is_public=False)
    filed = await program.post(POSTED, data=told(here, request_key=theirs.form_id))
    assert filed.json()[0]["service_request_id"] != theirs.number


async def test_cookies_and_origins_count_for_nothing(new_client: NewClient, here: Neighbourhood) -> None:
    client = new_client()
    await client.sign_in_as(here.people["resident"])
    client.headers["origin"] = "https://another.example"
    filed = await client.post(POSTED, data=told(here))
    assert filed.status_code == 201
    matter = await Matter.get(number=filed.json()[0]["service_request_id"])
    assert matter.reporter_id is None and matter.filed_by_id is None
    private = await make_matter(here, is_public=False)
    assert (await client.get(f"{BASE}/requests/{private.number}.json")).status_code == 404
    elsewhere = await client.post("/report", data=told(here))
    assert elsewhere.status_code == 403


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"service_code": "XX-1"}, "service_code", "list of services"),
        ({"service_code": ""}, "service_code", "needed"),
        ({"description": " \n "}, "description", "needed"),
        ({"description": "x" * 2001}, "description", "2,000"),
        ({"address_id": "no-such-place"}, "address_id", "No place"),
        ({"address_id": "x" * 300}, "address_id", "No place"),
        ({"address_id": ""}, "address_id", "address_string"),
        ({"address_id": "", "lat": "29.8", "long": "121.5"}, "address_id", "map"),
        ({"address_id": "", "address_string": "月球背面"}, "address_string", "No place"),
        ({"media_url": "http://127.0.0.1/x.jpg"}, "media_url", "not fetched"),
        ({"phone": "12"}, "phone", "mobile"),
        ({"request_key": "short"}, "request_key", "8 to 100"),
        ({"attribute[private]": "maybe"}, "attribute[private]", "yes, no"),
        ({"attribute[title]": "x" * 61}, "attribute[title]", "60"),
        ({"last_name": "x" * 41}, "first_name", "40"),
        ({"colour": "red"}, "colour", "no such field"),
    ],
)
async def test_every_fault_names_its_field_and_the_mend(
    program: Client, here: Neighbourhood, change: dict[str, str], field: str, words: str
) -> None:
    answer = await program.post(POSTED, data={**told(here), **change})
    assert answer.status_code == 400, answer.text
    Draft202012Validator(routes_schema.ERRORS).validate(answer.json())
    said = answer.json()[0]["description"]
    assert said.startswith(f"{field}: ") and words in said.replace("\u2068", "").replace("\u2069", ""), said
    assert await Matter.all().count() == 0


async def test_only_a_form_is_read(program: Client, here: Neighbourhood) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>'
    for kind, body in (("application/xml", bomb), ("application/json", b"{}"), ("", b"")):
        answer = await program.post(POSTED, content=body, headers={"content-type": kind})
        assert answer.status_code == 400 and "urlencoded" in answer.json()[0]["description"]
    files = await program.post(POSTED, data=told(here), files={"media": ("a.jpg", b"x", "image/jpeg")})
    assert files.status_code == 400
    large = await program.post(POSTED, data=told(here, description="x" * 200_000))
    assert large.status_code == 413 and large.json()[0]["code"] == 413
    assert await Matter.all().count() == 0


async def test_a_place_is_found_by_the_names_in_an_address(program: Client, here: Neighbourhood) -> None:
    tree = here.tree
    address = f"{tree.community.name_zh} {tree.compound.name_zh} {tree.building.name_zh} 301室"
    for string, place in ((address, tree.building), (tree.compound.name_zh, tree.compound)):
        filed = await program.post(POSTED, data=told(here, address_id="", address_string=string))
        assert filed.status_code == 201, filed.text
        assert (await Matter.get(number=filed.json()[0]["service_request_id"])).place_id == place.id
    both = f"{tree.community.name_zh}{tree.other_community.name_zh}"
    if not await tree_names_clash(tree):
        unclear = await program.post(POSTED, data=told(here, address_id="", address_string=both))
        assert unclear.status_code == 400 and "More than one" in unclear.json()[0]["description"]


async def tree_names_clash(tree: Any) -> bool:
    """Whether one community's name holds the other's."""
    return (
        tree.community.name_zh in tree.other_community.name_zh or tree.other_community.name_zh in tree.community.name_zh
    )


async def test_only_public_words_are_told(program: Client, here: Neighbourhood) -> None:
    shown = await make_matter(here)
    private = await make_matter(here, is_public=False)
    hidden = await make_matter(here)
    worker = await here.actor("worker")
    await service_moderate.hide(worker, hidden.id, await version_of(hidden), "写了别人的电话")
    listed = await asked(program, "/requests*?extensions=true", routes_schema.REQUESTS)
    assert {one["service_request_id"] for one in listed} == {shown.number, hidden.number}
    words = next(one["description"] for one in listed if one["service_request_id"] == hidden.number)
    assert hidden.title not in words and "写了别人的电话" in words
    named = await asked(
        program, f"/requests*?service_request_id={shown.number},{private.number}", routes_schema.REQUESTS
    )
    assert [one["service_request_id"] for one in named] == [shown.number]
    told_of = await asked(program, "/servicerequestupdates*", routes_schema.UPDATES)
    assert private.number not in str(told_of) and hidden.title not in str(
        [one for one in told_of if one["service_request_id"] == hidden.number]
    )
    for number in (private.number, "0", "x" * 60, f"{shown.number}%20"):
        assert (await asked(program, f"/requests/{number}*", routes_schema.ERRORS, status=404))[0]["code"] == 404
    everything = str(listed) + str(told_of)
    assert "六楼老陈" not in everything and here.tree.units[0].code not in everything


async def test_hand_over_clock_and_rating_are_told(program: Client, here: Neighbourhood) -> None:
    matter = await make_matter(here)
    clerk = await here.actor("clerk")
    await send_to(here, matter, Way.CENTRE)
    await service_handle.give_back(clerk, matter.id, await version_of(matter), ReturnReason.WRONG_ITEM, "不对")
    found = (await asked(program, f"/requests/{matter.number}*", routes_schema.REQUESTS))[0]["extended_attributes"]
    assert [step["step"] for step in found["handovers"]] == ["reported", "triaged", "returned"]
    assert found["handovers"][1]["to"] == "service centre" and found["handovers"][1]["due_datetime"]
    assert found["clock"]["due_datetime"] and not found["clock"]["is_paused"] and found["rating"] is None
    other = await make_matter(here)
    await send_to(here, other, Way.CENTRE)
    await accepted(here, other, "clerk")
    await service_handle.ask(clerk, other.id, await version_of(other), "在几楼？")
    asked_now = (await asked(program, f"/requests/{other.number}*", routes_schema.REQUESTS))[0]
    assert asked_now["extended_attributes"]["clock"]["is_paused"] and "在几楼" not in str(asked_now)
    done = await a_completed(here)
    await rate(await here.actor("resident"), done.id, await version_of(done), Rating.MOSTLY)
    rated = (await asked(program, f"/requests/{done.number}*", routes_schema.REQUESTS))[0]
    assert rated["status"] == "closed" and rated["extended_attributes"]["rating"] == "mostly"


async def test_lists_are_filtered_as_the_specification_says(program: Client, here: Neighbourhood, clock: Any) -> None:
    first = await make_matter(here)
    clock.move(days=40)
    second = await a_completed(here)
    clock.move(days=60)
    third = await make_matter(here)

    async def numbers(query: str) -> list[str]:
        listed = await asked(program, f"/requests*?{query}", routes_schema.REQUESTS)
        return [one["service_request_id"] for one in listed]

    assert await numbers("") == [third.number, second.number]
    assert await numbers("status=open") == [third.number]
    assert await numbers("status=closed") == [second.number]
    assert await numbers("status=open,closed") == [third.number, second.number]
    assert await numbers(f"service_request_id={first.number}&status=closed") == [first.number]
    assert await numbers("page_size=1") == [third.number]
    assert await numbers("page_size=1&page=2") == [second.number]
    since = (first.reported_at - timedelta(hours=1)).isoformat()
    assert await numbers(f"start_date={since.replace('+', '%2B')}") == [second.number, first.number]
    assert await numbers(f"start_date={since}") == [second.number, first.number]
    until = (first.reported_at + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert await numbers(f"end_date={until}") == [first.number]
    sorted_code = (await Matter.get(id=second.id)).item_code or "other"
    assert second.number in await numbers(f"service_code={sorted_code}")
    assert await numbers("service_code=HS-190") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=done", "status"),
        ("start_date=yesterday", "start_date"),
        ("start_date=0001-01-01T00:00:00Z", "start_date"),
        ("start_date=2026-01-01&end_date=2026-12-31", "start_date"),
        ("start_date=2026-02-01&end_date=2026-01-01", "start_date"),
        ("page=0", "page"),
        ("page_size=1001", "page_size"),
        ("page=%EF%BC%91", "page"),
        ("page=99999999999999999999", "page"),
        ("colour=red", "colour"),
        ("status=open&status=closed", "status"),
        ("extensions=1", "extensions"),
        ("service_request_id=" + ",".join(map(str, range(101))), "service_request_id"),
    ],
)
async def test_a_wrong_filter_is_named(program: Client, here: Neighbourhood, query: str, field: str) -> None:
    for path in ("/requests*", "/servicerequestupdates*"):
        found = await asked(program, f"{path}?{query}", routes_schema.ERRORS, status=400)
        assert found[0]["description"].startswith(f"{field}: ")


async def test_updates_are_the_public_timeline(program: Client, here: Neighbourhood) -> None:
    matter = await a_completed(here)
    found = await asked(program, f"/servicerequestupdates*?service_request_id={matter.number}", routes_schema.UPDATES)
    assert len({one["update_id"] for one in found}) == len(found) >= 4
    assert found[0]["status"] == "closed" and found[-1]["status"] == "open"
    moments = [datetime.fromisoformat(one["updated_datetime"]) for one in found]
    assert moments == sorted(moments, reverse=True)


async def test_a_number_that_is_both_is_one_request(program: Client, here: Neighbourhood, clock: Any) -> None:
    """Each entry of either part is told under the number; it is closed when both parts are, and each has its clock."""
    halves = await both(here, await make_matter(here))
    number = halves.first.number
    for part, who in ((halves.second, "clerk"), (halves.first, "member")):
        clock.move(hours=1)
        await accepted(here, part, who)
        await completed(here, part, who)
        told_of = await asked(program, f"/servicerequestupdates*?service_request_id={number}", routes_schema.UPDATES)
        assert {one["service_request_id"] for one in told_of} == {number}
        states = [(one["state"], one["status"]) for one in told_of if one["state"] == "completed"]
        assert states == [("completed", "open")] if part is halves.second else states[0] == ("completed", "closed")
        assert told_of[-1]["status"] == "open"
        shown = (await asked(program, f"/requests/{number}*", routes_schema.REQUESTS))[0]["extended_attributes"]
        assert [one["side"] for one in shown["parts"]] == ["residential", "governmental"]
        assert shown["parts"][0]["clock"] == shown["clock"] and shown["parts"][1]["handovers"]
    assert shown["parts"][0]["state"] == shown["parts"][1]["state"] == "completed"


async def test_filing_too_often_is_turned_away(program: Client, here: Neighbourhood) -> None:
    answers = [await program.post(POSTED, data=told(here)) for _ in range(21)]
    assert [one.status_code for one in answers] == [201] * 20 + [429]
    assert answers[-1].json()[0]["code"] == 429


async def test_with_keys_set_only_their_holders_file(here: Neighbourhood, db: Settings) -> None:
    keyed = Settings(
        **{**{f: getattr(db, f) for f in db.__dataclass_fields__}, "open311_keys": "first-key, second-key"}
    )
    crypto.load_keys(keyed.keys_path)
    transport = httpx2.ASGITransport(app=make_app(keyed))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as program:
        for key in ("", "third-key", "first-key, second-key", "钥匙"):
            refused = await program.post(POSTED, data=told(here, api_key=key))
            assert refused.status_code == 403 and refused.json()[0]["description"].startswith("api_key: ")
        assert (await program.post(POSTED, data=told(here, api_key="second-key"))).status_code == 201
        assert (await program.get(f"{BASE}/requests.json")).status_code == 200


def jpeg(colour: str = "red") -> bytes:
    """A small picture that tells where it was taken."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (29.0, 52.0, 0.0)}
    Image.new("RGB", (40, 30), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("end", ["json", "xml"])
async def test_pictures_come_along_in_parts(program: Client, here: Neighbourhood, db: Settings, end: str) -> None:
    files = [("media", ("a.jpg", jpeg(), "image/jpeg")), ("media", ("b.bin", jpeg("blue"), "text/plain"))]
    sent = told(here, request_key="hotline-with-pictures")
    filed = await program.post(f"{BASE}/requests.{end}", data=sent, files=files)
    assert filed.status_code == 201, filed.text
    again = await program.post(f"{BASE}/requests.{end}", data=sent, files=files)
    assert again.status_code == 201 and again.content == filed.content
    kept = await MatterPhoto.all()
    assert len(kept) == 2 and len({one.sha256 for one in kept}) == 2
    for one in kept:
        with Image.open(photo_path(db.data, one.sha256)) as picture:
            assert picture.format == "JPEG" and not picture.getexif()
    shown = await asked(program, f"/requests/{(await Matter.get()).number}*", routes_schema.REQUESTS)
    assert shown[0]["media_url"].endswith(f"/photos/{kept[0].public_id}")
    seen = await program.get(f"/photos/{kept[0].public_id}")
    assert seen.status_code == 200 and seen.headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("files", "texts", "words"),
    [
        ([("media", ("a.gif", b"GIF89a", "image/gif"))], {}, ["media: Only JPG"]),
        ([("media", ("a.jpg", jpeg()[:90], ""))], {}, ["media: This photo cannot be opened"]),
        (
            [("media", ("a.jpg", b"", "")), ("media", ("b.jpg", b"x" * 11_000_000, "")), ("media", ("c", jpeg(), ""))],
            {},
            ["media: Photo 1", "media: Photo 2"],
        ),
        ([("media", ("a.jpg", jpeg(), ""))] * 5, {"lat": "1"}, ["media: At most 4"]),
        ([("photo", ("a.jpg", jpeg(), ""))], {"media": "text"}, ["photo: This field is text", "media: Send the pict"]),
        ([("media", ("a.jpg", jpeg(), ""))], {"description": "", "x": "y"}, ["x: There is no", "description: This"]),
    ],
)
async def test_a_bad_picture_is_named_and_nothing_is_filed(
    program: Client, here: Neighbourhood, files: list[Any], texts: dict[str, str], words: list[str]
) -> None:
    refused = await program.post(POSTED, data={**told(here), **texts}, files=files)
    Draft202012Validator(routes_schema.ERRORS).validate(refused.json())
    said = [one["description"] for one in refused.json()]
    assert refused.status_code in (400, 413) and len(said) == len(words), said
    assert all(one.startswith(word) for one, word in zip(said, words, strict=True)), said
    assert not await Matter.exists() and not await MatterPhoto.exists()


async def test_pictures_pass_the_scanner_and_have_a_number_a_day(
    program: Client, here: Neighbourhood, app: Starlette, db: Settings
) -> None:
    app.state.settings = replace(db, scanner="false")
    files = [("media", ("a.jpg", jpeg(), ""))]
    found = await program.post(POSTED, data=told(here), files=files)
    assert found.status_code == 400 and found.json()[0]["description"].startswith("media: ")
    app.state.settings = replace(db, scanner="true", photos_a_day=1)
    assert (await program.post(POSTED, data=told(here), files=files)).status_code == 201
    spent = await program.post(POSTED, data=told(here), files=files)
    assert spent.status_code == 429 and spent.json()[0]["description"].startswith("media: At most 1 photos a day")


async def test_only_parts_may_be_large(program: Client, here: Neighbourhood) -> None:
    long = await program.post(POSTED, data=told(here, email="x" * 200_000))
    assert long.status_code == 413
