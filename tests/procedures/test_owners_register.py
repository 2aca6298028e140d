"""The ways to the register behind an owners' vote: from the desk, the draft, and the vote that it keeps from opening."""

from datetime import timedelta

import pytest

from linyue.base import i18n
from linyue.base.policy import Role
from linyue.meetings.model import AgendaItem
from linyue.meetings.rules import Mode
from linyue.meetings.rules_plan import VOTING
from linyue.people.model import Person
from linyue.people.service_roles import grant_role
from linyue.places.rules import PlaceKind
from linyue.procedures import service
from linyue.questions.model import Question
from linyue.questions.model_owners import InterestedOwner
from linyue.rounds import service_chair
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.people import make_home
from tests.make.places import make_unit
from tests.make.procedures import make_procedure

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


@pytest.fixture(autouse=True)
def strict() -> None:
    i18n.is_strict = True


async def test_the_register_is_found_from_the_desk_the_draft_and_the_refusal(
    client: Client, clock: MovableClock
) -> None:
    run, draft = await make_procedure("owners-ordinary"), await make_procedure("owners-ordinary")
    for one in (run, draft):
        while not (await one.stage())[1].votes:
            await one.step()
    starts = clock.now() + timedelta(days=20)
    sitting = await service.call_sitting(draft.chair, draft.procedure.id, starts_at=starts, mode=Mode.ONLINE)
    compose = f"/meetings/{sitting.public_id}/compose"
    await client.sign_in_as(draft.chair.person_id)
    assert "请社工先登记" in (await client.get(compose)).text, "who may not record it is told who does"
    await grant_role(None, draft.chair.person_id or 0, Role.SOCIAL_WORKER, draft.place.id)
    await client.sign_in_as(draft.chair.person_id, is_staff=True)
    register = f'href="/desk/owners/{draft.place.code}"'
    assert register in (await client.get(compose)).text
    listed = (await client.get("/desk/votes")).text
    assert register in listed and f"/desk/owners/{run.place.code}" not in listed, "of one's own places"
    await grant_role(None, run.chair.person_id or 0, Role.SOCIAL_WORKER, run.place.id)
    block = (await run.place.inside(run.place.path, PlaceKind.BUILDING))[0]
    shared = await make_unit(block)
    for who in run.neighbours[:2]:
        await make_home(await Person.get(id=who.person_id), shared)
    meeting = await run.call()
    for item in await AgendaItem.of(meeting.id):
        if item.link in VOTING:
            break
        await service_chair.next_item(run.chair, meeting.id, item.position)
    await service_chair.put_question(run.chair, meeting.id, "同意吗？")
    question = await Question.get(meeting_id=meeting.id)
    await client.sign_in_as(run.chair.person_id, is_staff=True)
    refused = await client.send_form(f"/run/{meeting.public_id}/open-question", {"seen": question.id})
    assert refused.status_code == 409 and "几个人共有" in refused.text
    assert f'href="/desk/owners/{run.place.code}"' in refused.text
    assert (await client.get(f"/desk/owners/{run.place.code}")).status_code == 200


async def test_the_desk_adds_an_owner_of_another_building_before_the_vote(client: Client, clock: MovableClock) -> None:
    run = await make_procedure("home-to-shop")
    while not (await run.stage())[1].votes:
        await run.step()
    meeting = await run.call()
    at = f"/desk/interested/{meeting.public_id}"
    await client.sign_in_as(run.chair.person_id)
    assert (await client.get(at)).status_code == 403
    await grant_role(None, run.chair.person_id or 0, Role.SOCIAL_WORKER, run.place.id)
    await client.sign_in_as(run.chair.person_id, is_staff=True)
    assert at in (await client.get("/desk/votes")).text
    who = run.neighbours[1].person_id
    empty = await client.send_form(at, {"person": who, "reason": ""})
    assert empty.status_code == 422 and "证明了什么影响" in empty.text
    assert (await client.send_form(at, {"person": who, "reason": "油烟口正对着卧室窗。"})).status_code == 303
    assert "油烟口正对着卧室窗" in (await client.get(at)).text
    assert (await client.send_form(f"{at}/drop", {"person": who})).status_code == 303
    assert not await InterestedOwner.exists()
    for item in await AgendaItem.of(meeting.id):
        if item.link in VOTING:
            break
        await service_chair.next_item(run.chair, meeting.id, item.position)
    console = f"/run/{meeting.public_id}"
    wide = await client.send_form(f"{console}/put-question", {"text_zh": "201开早餐店，同意吗？", "roll_place": "0"})
    assert wide.status_code == 422 and "请选这一幢楼" in wide.text and "201开早餐店" in wide.text
    home = (await run.place.inside(run.place.path, PlaceKind.BUILDING))[0]
    sent = {"text_zh": "201开早餐店，同意吗？", "roll_place": home.id}
    assert (await client.send_form(f"{console}/put-question", sent)).status_code == 303
    assert at in (await client.get(console)).text
