"""A council's own meeting: the console counts the seven and 7+X apart, its vote waits for the seven, the minutes keep both."""

import copy
from datetime import timedelta

import pytest

from linyue.base import clock as district_clock
from linyue.base.errors import Refused
from linyue.base.policy import NOBODY
from linyue.councils import service as councils
from linyue.councils.rules_district import CountRefusal
from linyue.meetings import service_room
from linyue.meetings.rules import Channel
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_stages import sitting_of
from linyue.meetings.templates import load_data
from linyue.minutes import service
from linyue.people.rules_bodies import Body
from linyue.questions import writer
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.rounds import service_chair
from linyue.rounds.service_state import room_state, with_turnout
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.councils import make_council
from tests.make.meetings import Hall, make_meeting, make_neighbour

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


def ids(*people: object) -> list[int]:
    return [one.person_id for one in people]  # type: ignore[attr-defined]


async def council_meets(template: str, stage: str) -> tuple[Hall, list]:
    """A meeting of the council itself at its vote: six of seven seats are held, one X member; nobody has come."""
    data = copy.deepcopy(sitting_of(load_data(template), stage)) | {"roll": Body.COUNCIL.value, "attendance": "none"}
    hall = await make_meeting(data=data)
    others = [await make_neighbour(hall.place) for _ in range(4)]
    seven = [hall.chair, hall.recorder, *others]
    council = await make_council(hall.place.id, ids(*seven), days=900)
    x, now = hall.neighbours[0], district_clock.now()
    await councils.invite_x_member(NOBODY, council.id, ids(x)[0], "屋顶", now, now + timedelta(days=90))
    await hall.go_to(Link.VOTE)
    return hall, [*seven, x]


async def test_the_vote_waits_for_the_seven(client: Client, clock: MovableClock) -> None:
    hall, members = await council_meets("daily", "discuss")
    meeting_id, x = hall.meeting.id, members[-1]
    for who in (*members[:3], x):
        await service_room.check_in(who, meeting_id, Channel.HALL)
    state = await room_state(meeting_id)
    assert state.turnout["council"] == {
        "seven": {"entitled": 7, "present": 3, "needed": 4},
        "all": {"entitled": 8, "present": 4, "needed": 5},
    }
    put = await service_chair.put_question(hall.chair, meeting_id, "先修5幢吗？")
    await client.sign_in_as(hall.chair.person_id)
    run = f"/run/{hall.meeting.public_id}"
    page = (await client.get(run)).text
    words = "常任理事应到7席，到了3位，至少4位到了才能开始表决。"
    assert "理事还没到齐" in page and words in page
    assert 'data-meter="turnout.council.seven" data-total="7"' in page
    assert 'data-meter="turnout.council.all" data-total="8"' in page
    with pytest.raises(Refused) as caught:
        await service_chair.open_question(hall.chair, meeting_id, put.id)
    assert caught.value.reason is CountRefusal.TOO_FEW_SEATS
    answer = await client.send_form(f"{run}/open-question", {"seen": str(put.id)})
    assert answer.status_code == 409 and words in answer.text
    assert (await Question.get(id=put.id)).state is QuestionState.DRAFT
    await service_room.check_in(members[3], meeting_id, Channel.ONLINE)
    state = await with_turnout(state)
    assert [state.turnout["council"][name]["present"] for name in ("seven", "all")] == [4, 5]
    assert "理事还没到齐" not in (await client.get(run)).text
    await service_chair.open_question(hall.chair, meeting_id, put.id)
    await service_chair.close_question(hall.chair, meeting_id, put.id)
    await service_chair.publish_result(hall.chair, meeting_id, put.id)
    await hall.go_to(Link.ACTION)
    await service_chair.end_meeting(hall.chair, meeting_id)
    await service.draft_minutes(hall.chair, meeting_id)
    sheet = (await client.get(f"/meetings/{hall.meeting.public_id}/minutes/desk")).text
    assert "常任理事：应到7席，到4位，至少4位，人数够" in sheet
    assert "7+X一起：应到8位，到5位，至少5位，人数够" in sheet
    await writer.stop()


async def test_the_first_step_of_an_emergency_waits_for_nobody(client: Client, clock: MovableClock) -> None:
    hall, members = await council_meets("urgent", "meet")
    await service_room.check_in(members[0], hall.meeting.id, Channel.HALL)
    put = await service_chair.put_question(hall.chair, hall.meeting.id, "先围起来吗？")
    await client.sign_in_as(hall.chair.person_id)
    assert "理事还没到齐" not in (await client.get(f"/run/{hall.meeting.public_id}")).text
    assert (await service_chair.open_question(hall.chair, hall.meeting.id, put.id)).state is QuestionState.OPEN
    await writer.stop()
