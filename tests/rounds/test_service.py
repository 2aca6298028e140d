"""Topics, groups, notes, points and the chair's steps, in the database."""

import pytest

from linyue.base.errors import NotFound, Refused
from linyue.meetings import service_room
from linyue.meetings.model import Attendance
from linyue.meetings.rules import MeetingRefusal, MeetingState
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_rights import RightRefusal
from linyue.meetings.rules_speakers import Stance
from linyue.questions import service as questions
from linyue.questions import service_views
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import Via
from linyue.questions.rules_tally import Verdict
from linyue.rounds import service, service_chair
from linyue.rounds.model import Group, GroupMember, PostReport
from linyue.rounds.rules import PostKind, RoundRefusal
from linyue.rounds.service_state import room_state
from tests.conftest import MovableClock
from tests.make.meetings import make_meeting
from tests.make.rounds import make_round

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def refused(awaitable: object) -> object:
    with pytest.raises(Refused) as caught:
        await awaitable  # type: ignore[misc]
    return caught.value.reason


async def test_posting_is_for_the_roll_in_its_time_and_three_each(clock: MovableClock) -> None:
    hall = await make_meeting()
    await hall.enter()
    who, meeting_id = hall.neighbours[0], hall.meeting.id
    assert await refused(service.post_topic(hall.stranger, meeting_id, "x")) is MeetingRefusal.NOT_ON_ROLL
    assert await refused(service.post_topic(who, meeting_id, "  ")) is RoundRefusal.NO_TEXT
    assert await refused(service.post_topic(who, meeting_id, "屋" * 61)) is RoundRefusal.TEXT_LONG
    for n in range(3):
        await service.post_topic(who, meeting_id, f"题目{n}")
    assert await refused(service.post_topic(who, meeting_id, "再来")) is RoundRefusal.TOPICS_USED
    assert await Attendance.filter(meeting_id=meeting_id, person_id=who.person_id).exists()
    await hall.go_to(Link.MARKET)
    assert await refused(service.post_topic(hall.neighbours[1], meeting_id, "晚了")) is RightRefusal.NOT_NOW


async def test_groups_are_named_in_order_and_limited(clock: MovableClock) -> None:
    hall = await make_meeting(neighbours=5)
    await hall.enter()
    topics = [await service.post_topic(who, hall.meeting.id, "题目") for who in hall.neighbours]
    for topic in topics[:4]:
        await service_chair.form_group(hall.chair, hall.meeting.id, topic.id)
    assert [group.label for group in await Group.of(hall.meeting.id)] == ["甲", "乙", "丙", "丁"]
    full = service_chair.form_group(hall.chair, hall.meeting.id, topics[4].id)
    assert await refused(full) is RoundRefusal.GROUPS_FULL
    await service_chair.dissolve_group(hall.chair, hall.meeting.id, (await Group.of(hall.meeting.id))[1].id)
    again = await service_chair.form_group(hall.chair, hall.meeting.id, topics[4].id)
    assert again.label == "乙"


async def test_one_seat_a_person_and_free_to_move(clock: MovableClock) -> None:
    made = await make_round(Link.CALL)
    hall, meeting_id = made.hall, made.hall.meeting.id
    await hall.enter()
    other_topic = await service.post_topic(hall.neighbours[1], meeting_id, "钱从哪里来")
    other = await service_chair.form_group(hall.chair, meeting_id, other_topic.id)
    assert await refused(service.join_group(hall.neighbours[0], meeting_id, other.id)) is RightRefusal.NOT_NOW
    await hall.go_to(Link.MARKET)
    await service.join_group(hall.neighbours[0], meeting_id, made.group.id)
    await service.join_group(hall.neighbours[0], meeting_id, other.id)
    assert (await GroupMember.get(person_id=hall.neighbours[0].person_id)).group_id == other.id
    await service.leave_group(hall.neighbours[0], meeting_id)
    assert await refused(service.leave_group(hall.neighbours[0], meeting_id)) is RoundRefusal.NOT_IN_GROUP


async def test_a_group_of_another_meeting_cannot_be_joined(clock: MovableClock) -> None:
    made, elsewhere = await make_round(Link.MARKET), await make_round(Link.MARKET)
    await made.hall.enter()
    await elsewhere.hall.enter()
    with pytest.raises(NotFound):
        await service.join_group(made.hall.neighbours[0], made.hall.meeting.id, elsewhere.group.id)


async def test_points_reports_and_hiding_keep_the_original(clock: MovableClock) -> None:
    made = await make_round(Link.GROUPS)
    await made.hall.enter()
    hall, meeting_id = made.hall, made.hall.meeting.id
    await service.join_group(hall.neighbours[0], meeting_id, made.group.id)
    point = await service.bring_back(hall.neighbours[0], meeting_id, made.group.id, "5幢漏得最凶", Stance.FOR)
    outside = service.bring_back(hall.neighbours[1], meeting_id, made.group.id, "x", Stance.FOR)
    assert await refused(outside) is RoundRefusal.NOT_IN_GROUP
    for _ in range(2):
        await service.report_post(hall.neighbours[1], meeting_id, PostKind.POINT, point.id, "说人了")
    assert await PostReport.all().count() == 1
    no_reason = service_chair.hide_post(hall.chair, meeting_id, PostKind.POINT, point.id, " ")
    assert await refused(no_reason) is RoundRefusal.NO_REASON
    await service_chair.hide_post(hall.chair, meeting_id, PostKind.POINT, point.id, "说人不说事")
    state = await room_state(meeting_id)
    assert state.room["points"][0]["text"] == "" and state.room["points"][0]["hidden"] == "说人不说事"
    assert (await type(point).get(id=point.id)).text == "5幢漏得最凶"
    assert (await PostReport.get()).settled_at is not None


@pytest.mark.sqlite_only
async def test_a_form_from_before_brings_no_hidden_words_back(clock: MovableClock) -> None:
    made = await make_round(Link.GROUPS)
    hall, meeting_id, group = made.hall, made.hall.meeting.id, made.group
    writer = hall.neighbours[0]
    await hall.enter(writer)
    await service.join_group(writer, meeting_id, group.id)
    rude = await service.save_note(writer, meeting_id, group.id, 0, "先修5幢\n某某是骗子")
    await service_chair.hide_post(hall.chair, meeting_id, PostKind.NOTE, rude.id, "说人不说事")
    late = await service.save_note(writer, meeting_id, group.id, rude.version, "先修5幢\n某某是骗子\n再修7幢")
    assert late.text == "再修7幢"


async def test_the_vote_from_put_to_published(clock: MovableClock) -> None:
    made = await make_round(question=QuestionState.OPEN)
    hall, question = made.hall, made.question
    meeting_id = hall.meeting.id
    voters = [*hall.neighbours, hall.chair, hall.recorder]
    for n, who in enumerate(voters):
        choice = "for" if n < 4 else "against"
        await questions.cast_ballot(who.person_id, question.id, choice, f"client-{n}", 0, Via.POST)
    state = await room_state(meeting_id)
    assert state.turnout["ballots"] == {"question": question.public_id, "entitled": 5, "cast": 5}
    assert "against" not in str({**state.turnout, "q": state.room["question"]["text"]})
    item = (await hall.fresh(), state.room["position"])[1]
    assert await refused(service_chair.next_item(hall.chair, meeting_id, item)) is RoundRefusal.QUESTION_OPEN
    await service_chair.close_question(hall.chair, meeting_id, question.id)
    await service_chair.publish_result(hall.chair, meeting_id, question.id)
    view = await service_views.result_view(await service_views.question_by_public_id(question.public_id))
    assert view.outcome.verdict is Verdict.PASSED
    await service_chair.next_item(hall.chair, meeting_id, item)
    await service_chair.end_meeting(hall.chair, meeting_id)
    assert (await hall.fresh()).state is MeetingState.ENDED


async def test_one_question_an_item_and_only_in_the_consensus_link(clock: MovableClock) -> None:
    made = await make_round(Link.GROUPS)
    early = service_chair.put_question(made.hall.chair, made.hall.meeting.id, "行不行？")
    assert await refused(early) is RightRefusal.NOT_NOW
    made = await make_round(question=QuestionState.DRAFT)
    again = service_chair.put_question(made.hall.chair, made.hall.meeting.id, "行不行？")
    assert await refused(again) is RoundRefusal.QUESTION_THERE


async def test_the_version_rises_with_every_ballot(clock: MovableClock) -> None:
    made = await make_round(question=QuestionState.OPEN)
    before = await room_state(made.hall.meeting.id)
    who = made.hall.neighbours[0]
    await questions.cast_ballot(who.person_id, made.question.id, "for", "client-1", 0, Via.POST)
    after = await room_state(made.hall.meeting.id)
    assert after.version > before.version
    assert after.structure == before.structure


async def test_a_step_cannot_be_taken_back_under_a_vote(clock: MovableClock) -> None:
    made = await make_round(question=QuestionState.OPEN)
    taken = service_room.undo(made.hall.chair, made.hall.meeting.id)
    assert await refused(taken) is MeetingRefusal.NOTHING_TO_UNDO
