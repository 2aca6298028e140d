"""The voting desk in a browser without script: search, entries read back, paper, batches, scans, prints; and who may not."""

import io
import re

import pytest
from PIL import Image

from linyue.base.policy import Role
from linyue.meetings.model import Meeting, MeetingOffice
from linyue.meetings.rules_plan import Office
from linyue.meetings.templates import load_data
from linyue.people.service_roles import grant_role
from linyue.questions import service, service_views
from linyue.questions.model import RollEntry
from linyue.questions.model_paper import Batch, Mandate
from linyue.questions.rules import QuestionState
from linyue.questions.rules_paper import BatchState
from tests.client import Client
from tests.conftest import NewClient
from tests.make.questions import Put, make_people, make_question
from tests.questions.test_routes import fields

pytestmark = pytest.mark.anyio


def picture() -> bytes:
    """A small photo."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return out.getvalue()


async def teller(client: Client, put: Put) -> str:
    """Sign a teller of the meeting in; the address of the desk."""
    (person,) = await make_people(1)
    await MeetingOffice.create(meeting_id=put.meeting.id, person_id=person, office=Office.TELLER)
    await client.sign_in_as(person)
    return f"/q/{put.question.public_id}/desk"


async def test_find_somebody_and_enter_what_they_say(client: Client) -> None:
    put = await make_question(people=4)
    desk = await teller(client, put)
    label = (await RollEntry.get(person_id=put.people[1])).label
    found = await client.get(f"{desk}?q={label}")
    assert f"{desk}/roll/2" in found.text
    assert "没有找到" in (await client.get(f"{desk}?q=石头月亮")).text
    person = await client.get(f"{desk}/roll/2")
    assert f"{desk}/roll/2/vote/telephone" in person.text
    form = await client.get(f"{desk}/roll/2/vote/telephone")
    empty = await client.send_form(f"{desk}/roll/2/vote/telephone/check", fields(form))
    assert empty.status_code == 422
    sure = await client.send_form(f"{desk}/roll/2/vote/telephone/check", {**fields(form), "choice": "against"})
    assert "请念给本人听" in sure.text
    stored = await client.send_form(f"{desk}/roll/2/vote/telephone", fields(sure))
    assert stored.status_code == 303
    given = await client.get(stored.headers["location"])
    mine = await service_views.my_ballot(put.question.id, put.people[1])
    assert mine is not None
    assert f"{mine.code[:4]} {mine.code[4:]}" in given.text
    again = await client.send_form(f"{desk}/roll/2/vote/door", {**fields(form), "choice": "for", "client_id": "x" * 20})
    assert again.status_code == 409


async def test_paper_and_withdrawal_at_the_desk(client: Client) -> None:
    put = await make_question(people=3)
    await put.cast(0)
    desk = await teller(client, put)
    refused = await client.send_form(f"{desk}/roll/1/paper-out", {})
    assert refused.status_code == 409
    assert "已经在网上投了票" in refused.text
    asked = await client.send_form(f"{desk}/roll/1/withdraw", {})
    assert asked.headers["location"].endswith("?sure=withdraw")
    assert "确定撤回" in (await client.get(asked.headers["location"])).text
    assert (await client.send_form(f"{desk}/roll/1/withdraw", {"sure": "yes"})).status_code == 303
    assert (await client.send_form(f"{desk}/roll/1/paper-out", {})).status_code == 303
    assert (await RollEntry.get(person_id=put.people[0])).channel == "paper"
    assert (await client.send_form(f"{desk}/roll/1/paper-back", {})).status_code == 303
    assert (await RollEntry.get(person_id=put.people[0])).channel is None


async def test_a_batch_is_keyed_apart_settled_and_posted(client: Client, new_client: NewClient) -> None:
    put = await make_question(people=6)
    desk, other = await teller(client, put), new_client()
    await teller(other, put)
    begun = await client.send_form(f"{desk}/batches", {"kind": "register"})
    batch = begun.headers["location"]
    first = {
        "pile_for": "1 2，3",
        "pile_against": "4",
        "pile_abstain": "",
        "issued": "4",
        "spoiled": "0",
        "unreturned": "0",
    }
    wrong = await client.send_form(f"{batch}/key", {**first, "pile_against": "3 x"})
    assert wrong.status_code == 422
    assert "1 2，3" in wrong.text
    double = await client.send_form(f"{batch}/key", {**first, "pile_against": "3"})
    assert "3号出现了两次" in double.text
    assert (await client.send_form(f"{batch}/key", first)).status_code == 303
    assert "请另一位计票人" in (await client.get(batch)).text
    seen = await other.get(batch)
    assert "1 2" not in seen.text.split("<main", 1)[1]  # nobody sees the other's figures
    assert (await other.send_form(f"{batch}/key", {**first, "pile_for": "1 2", "pile_abstain": "3"})).status_code == 303
    differs = (await client.get(batch)).text
    assert "名册3号" in differs
    assert (await client.send_form(f"{batch}/key", first)).status_code == 409
    assert (await client.send_form(f"{batch}/key", {**first, "note": "三号看错了"})).status_code == 303
    scan = await client.send_form(f"{batch}/scans", {}, files={"photos": ("a.jpg", picture(), "image/jpeg")})
    assert scan.status_code == 303
    address = re.search(r'href="([^"]+/scans/[0-9a-f]{64})"', (await client.get(batch)).text)
    assert address is not None
    kept = await client.get(address[1])
    assert (kept.status_code, kept.headers["content-type"]) == (200, "image/jpeg")
    assert (await client.send_form(f"{batch}/post", {})).status_code == 303
    assert (await Batch.get(question_id=put.question.id)).state is BatchState.POSTED
    await service.close_question(put.chair, put.question.id)
    await service.publish_result(put.chair, put.question.id)
    result = await client.get(f"/q/{put.question.public_id}")
    assert "纸票" in result.text


async def test_a_mandate_with_its_picture(client: Client) -> None:
    put = await make_question(people=3)
    desk = await teller(client, put)
    without = await client.send_form(f"{desk}/roll/1/mandate", {"holder": "2"})
    assert without.status_code == 422
    sent = {"photos": ("a.jpg", picture(), "image/jpeg")}
    nobody = await client.send_form(f"{desk}/roll/1/mandate", {"holder": "9"}, files=sent)
    assert nobody.status_code == 422
    kept = await client.send_form(f"{desk}/roll/1/mandate", {"holder": "2"}, files=sent)
    assert kept.status_code == 303
    assert len((await Mandate.get(question_id=put.question.id)).scan_sha256) == 64
    person = await client.get(f"{desk}/roll/1")
    assert f"{desk}/roll/1/vote/proxy" in person.text
    assert (await client.send_form(f"{desk}/roll/1/mandate/end", {})).status_code == 303


@pytest.mark.parametrize("state", list(QuestionState)[:4])
async def test_every_page_of_the_desk_stands_in_every_state(client: Client, state: QuestionState) -> None:
    put = await make_question(state, people=3)
    desk = await teller(client, put)
    pages = ["", "/print/ballots", "/print/tally", "/print/roll"]
    for path in pages if state is QuestionState.DRAFT else [*pages, "/roll/1", "/roll/1/vote/desk", "/roll/1/mandate"]:
        shown = await client.get(f"{desk}{path}")
        assert shown.status_code == 200, path
    if state is not QuestionState.DRAFT:
        assert (await client.get(f"{desk}/roll/99")).status_code == 404
        assert (await client.get(f"{desk}/roll/1/vote/hands")).status_code == 404
        late = await client.send_form(f"{desk}/roll/1/paper-out", {})
        assert late.status_code == (303 if state is QuestionState.OPEN else 409)


async def test_a_worker_finds_the_open_votes_of_their_places(client: Client) -> None:
    put, elsewhere = await make_question(people=2), await make_question(people=2)
    await Meeting.all().update(plan_data=load_data("open-space"))
    (worker,) = await make_people(1)
    await grant_role(None, worker, Role.SOCIAL_WORKER, put.meeting.place_id)
    await client.sign_in_as(worker, is_staff=True)
    listed = (await client.get("/desk/votes")).text
    assert f"/q/{put.question.public_id}/desk" in listed
    assert elsewhere.question.public_id not in listed
    assert (await client.get(f"/q/{put.question.public_id}/desk")).status_code == 200
    assert f"/q/{put.question.public_id}/desk" in (await client.get(f"/q/{put.question.public_id}")).text
    assert (await client.get(f"/q/{elsewhere.question.public_id}/desk")).status_code == 403


async def test_the_desk_is_for_those_who_count(client: Client) -> None:
    put = await make_question(people=3)
    desk = f"/q/{put.question.public_id}/desk"
    assert (await client.get(desk)).status_code == 303
    await client.sign_in_as(put.people[0])
    for path in (desk, f"{desk}/roll/1", f"{desk}/print/roll"):
        assert (await client.get(path)).status_code == 403
    assert (await client.send_form(f"{desk}/roll/1/paper-out", {})).status_code == 403
