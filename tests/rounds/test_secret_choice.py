"""The chair chooses between a named and a secret vote: as the agenda says, on the console, and where the roll allows it."""

import copy

import pytest

from linyue.meetings import service_agenda
from linyue.meetings.model import AgendaItem
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import Link
from linyue.questions import service_boxkeys, service_secret
from linyue.questions.rules import QuestionState
from linyue.questions.rules_secret import Kind
from linyue.rounds import service_chair
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import make_meeting

pytestmark = pytest.mark.anyio


async def test_a_small_roll_is_said_before_the_question_is_put(client: Client, clock: MovableClock) -> None:
    clock.move(days=-4)
    hall = await make_meeting(MeetingState.RUNNING)
    await hall.go_to(Link.CONSENSUS)
    assert hall.chair.person_id is not None
    await client.sign_in_as(hall.chair.person_id, is_staff=True)
    run = f"/run/{hall.meeting.public_id}"
    console = await client.get(run)
    assert "无记名投票（名册至少20人）" in console.text
    sent = {"text_zh": "选谁当楼长？", "text_en": "", "kind": "secret"}
    refused = await client.send_form(f"{run}/put-question", sent)
    assert refused.status_code == 422
    assert "名册不到20人" in refused.text and "选谁当楼长？" in refused.text
    put = await client.send_form(f"{run}/put-question", {**sent, "kind": "named"})
    assert put.status_code == 303
    question = await service_chair.question_now(hall.meeting)
    assert question is not None and question.kind is Kind.NAMED


@pytest.mark.usefixtures("db")
async def test_the_agenda_s_choice_is_the_console_s_default(clock: MovableClock) -> None:
    clock.move(days=-4)
    hall = await make_meeting(MeetingState.DRAFT)
    item = next(one for one in await AgendaItem.of(hall.meeting.id) if one.link is Link.CONSENSUS)
    assert service_chair.kind_of(hall.meeting, item) is Kind.NAMED
    await service_agenda.change_item(hall.chair, hall.meeting.id, item.id, minutes=10, kind="secret")
    assert service_chair.kind_of(hall.meeting, await AgendaItem.get(id=item.id)) is Kind.SECRET
    hall.meeting.plan_data = copy.deepcopy(hall.meeting.plan_data)  # a template that is read once serves everybody
    link = next(one for one in hall.meeting.plan_data["links"] if one["link"] == "consensus")
    link["question"]["kind"] = "secret"
    assert service_chair.kind_of(hall.meeting, item) is Kind.SECRET


@pytest.mark.usefixtures("db")
async def test_a_secret_vote_is_closed_and_opened_by_one_button(clock: MovableClock) -> None:
    clock.move(days=-4)
    hall = await make_meeting(MeetingState.RUNNING, neighbours=18)
    await hall.go_to(Link.CONSENSUS)
    put = await service_chair.put_question(hall.chair, hall.meeting.id, "选谁当楼长？", kind="secret")
    put = await service_chair.open_question(hall.chair, hall.meeting.id, put.id)
    assert put.roll_count == 20
    await service_chair.close_question(hall.chair, hall.meeting.id, put.id)
    done = await service_chair.publish_result(hall.chair, hall.meeting.id, put.id)
    assert done.result is not None and done.result["cast"] == 0


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("db")
async def test_a_vote_is_closed_also_when_its_box_cannot_be_opened_now(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.move(days=-4)
    hall = await make_meeting(MeetingState.RUNNING, neighbours=18)
    await hall.go_to(Link.CONSENSUS)
    put = await service_chair.put_question(hall.chair, hall.meeting.id, "选谁当楼长？", kind="secret")
    put = await service_chair.open_question(hall.chair, hall.meeting.id, put.id)

    def read_only(_public_id: str) -> None:
        raise OSError("read-only file system")

    with monkeypatch.context() as patched:
        patched.setattr(service_boxkeys, "destroy", read_only)
        closed = await service_chair.close_question(hall.chair, hall.meeting.id, put.id)
    assert closed.state is QuestionState.CLOSED
    await service_secret.settle_boxes()
    assert (await service_chair.publish_result(hall.chair, hall.meeting.id, put.id)).result is not None
