"""What neighbours arrange in an open space, in the database: notes at once, duties, topics that join, dots, motions."""

import asyncio

import pytest

from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.policy import Actor
from linyue.meetings.model import Meeting
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_rights import RightRefusal
from linyue.minutes import service_facts
from linyue.minutes.pages import Reader
from linyue.people.model import Person
from linyue.questions import service as questions
from linyue.questions import service_views
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import Via
from linyue.questions.rules_ways import Way
from linyue.rounds import service, service_chair, service_groups, service_merge, service_motions
from linyue.rounds.model import Group, GroupNote, Motion, Topic, TopicMerge
from linyue.rounds.pages import room_view
from linyue.rounds.rules import MainStep, RoundRefusal, TopicState, main_step
from linyue.rounds.rules_space import Duty, MergeState, MotionState, SpaceRefusal
from linyue.rounds.service_state import results_of, room_state
from tests.conftest import MovableClock
from tests.make.meetings import make_meeting
from tests.make.rounds import Round, make_round

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def refused(awaitable: object) -> object:
    with pytest.raises(Refused) as caught:
        await awaitable  # type: ignore[misc]
    return caught.value.reason


async def seat(made: Round, *people: Actor) -> None:
    for who in people:
        await service.join_group(who, made.hall.meeting.id, made.group.id)


async def newest(made: Round) -> str:
    note = await GroupNote.newest(made.group.id).first()
    return note.text if note else ""


async def public_id(who: Actor) -> str:
    return (await Person.get(id=who.person_id)).public_id


async def test_everybody_who_writes_at_once_is_in_the_note(clock: MovableClock) -> None:
    made = await make_round(Link.GROUPS, neighbours=6)
    await made.hall.enter()
    at, group = made.hall.meeting.id, made.group.id
    await seat(made, *made.hall.neighbours)
    await asyncio.gather(*(service.save_note(who, at, group, 0, f"{who.name}说的") for who in made.hall.neighbours))
    assert set((await newest(made)).split("\n")) == {f"{who.name}说的" for who in made.hall.neighbours}
    assert await GroupNote.filter(group_id=group).count() == 6


async def test_a_line_that_two_reworded_is_shown_to_the_second(clock: MovableClock) -> None:
    made = await make_round(Link.GROUPS)
    await made.hall.enter()
    at, group, (a, b, c) = made.hall.meeting.id, made.group.id, made.hall.neighbours
    await seat(made, a, b)
    await service.save_note(a, at, group, 0, "先修5幢\n钱从哪来")
    await service.save_note(b, at, group, 1, "先修7幢\n钱从哪来")
    with pytest.raises(Refused) as caught:
        await service.save_note(a, at, group, 1, "先修6幢\n钱从哪来\n问物业")
    assert caught.value.reason is RoundRefusal.NOTE_CHANGED
    both = caught.value.args_for_text
    assert both["merged"] == "先修7幢\n先修6幢\n钱从哪来\n问物业" and both["version"] == 2
    assert await newest(made) == "先修7幢\n钱从哪来", "nothing is stored before somebody has looked"
    await service.save_note(a, at, group, 2, str(both["merged"]))
    assert await newest(made) == both["merged"]
    assert await refused(service.save_note(c, at, group, 3, "x")) is RoundRefusal.NOT_IN_GROUP
    assert await refused(service.save_note(a, at, group, 3, "长" * 2001)) is RoundRefusal.TEXT_LONG


async def test_saving_the_same_again_makes_no_new_version(clock: MovableClock) -> None:
    made = await make_round(Link.GROUPS)
    await made.hall.enter()
    at, group, (a, b, _) = made.hall.meeting.id, made.group.id, made.hall.neighbours
    await seat(made, a, b)
    await service.save_note(a, at, group, 0, "先修5幢\r\n")
    again = await service.save_note(a, at, group, 1, "先修5幢")
    late = await service.save_note(a, at, group, 0, "先修5幢")
    assert again.version == late.version == 1


async def test_a_page_that_saves_as_one_types_doubles_no_line(clock: MovableClock) -> None:
    """It tells what it last knew to be stored; its own half line of before is no line of somebody else's."""
    made = await make_round(Link.GROUPS)
    await made.hall.enter()
    at, group, (a, b, _) = made.hall.meeting.id, made.group.id, made.hall.neighbours
    await seat(made, a, b)
    await service.save_note(a, at, group, 0, "先修", base="")
    await service.save_note(b, at, group, 0, "问物业", base="")
    note = await service.save_note(a, at, group, 0, "先修5幢", base="先修")
    assert note.text == "先修5幢\n问物业"


async def test_the_pen_goes_from_hand_to_hand(clock: MovableClock) -> None:
    made = await make_round(Link.MARKET)
    await made.hall.enter()
    at, group, (a, b, c) = made.hall.meeting.id, made.group.id, made.hall.neighbours
    hold = service_groups.hold_duty
    assert await refused(hold(b, at, group, Duty.RECORDER)) is SpaceRefusal.NOT_A_MEMBER
    await seat(made, a, b)
    await hold(b, at, group, Duty.RECORDER)
    await seat(made, c)
    assert await refused(hold(c, at, group, Duty.RECORDER)) is SpaceRefusal.DUTY_TAKEN
    assert await refused(hold(c, at, group, Duty.CONVENER)) is SpaceRefusal.DUTY_TAKEN
    await hold(b, at, group, Duty.RECORDER, await public_id(c))
    assert (await Group.get(id=group)).recorder_id == c.person_id
    await hold(a, at, group, Duty.CONVENER, await public_id(b))
    assert (await Group.get(id=group)).convener_id == b.person_id
    assert (
        await refused(hold(b, at, group, Duty.CONVENER, await public_id(made.hall.recorder)))
        is SpaceRefusal.NOT_A_MEMBER
    )
    await service.leave_group(c, at)
    assert (await Group.get(id=group)).recorder_id is None, "whoever gets up lays the pen down"
    await service.leave_group(b, at)
    await hold(a, at, group, Duty.CONVENER)
    assert (await Group.get(id=group)).convener_id == a.person_id, "a convener who is gone is followed by a member"
    state = await room_state(at)
    assert state.room["groups"][0]["convener"] and state.room["groups"][0]["recorder"] == ""


async def test_topics_join_when_every_author_agrees_and_keep_both_origins(clock: MovableClock) -> None:
    hall = await make_meeting()
    await hall.enter()
    at, (a, b, c) = hall.meeting.id, hall.neighbours
    one, two, three = [await service.post_topic(who, at, f"题目{n}") for n, who in enumerate((a, b, c))]
    asked = await service_merge.ask_merge(hall.chair, at, one.id, two.id)
    assert asked.state is MergeState.ASKED and (await Topic.get(id=one.id)).state is TopicState.POSTED
    assert await Message.filter(key="rounds-told-merge").count() == 2
    assert await service_merge.waiting_for(at, a.person_id) == [asked.id]
    assert await refused(service_merge.ask_merge(hall.chair, at, one.id, three.id)) is SpaceRefusal.ALREADY_ASKED
    assert await refused(service_merge.answer_merge(c, at, asked.id, True)) is SpaceRefusal.NOT_AN_AUTHOR
    assert (await service_merge.answer_merge(a, at, asked.id, True)).state is MergeState.ASKED
    assert (await room_state(at)).room["merges"][0]["silent"] == [b.name]
    assert (await service_merge.answer_merge(b, at, asked.id, True)).state is MergeState.AGREED
    assert (await Topic.get(id=one.id)).merged_into_id == two.id
    # The joined topic goes on: everybody whose words are in it is asked, and whoever asks has said yes.
    on = await service_merge.ask_merge(c, at, two.id, three.id)
    assert (await service_merge.answer_merge(a, at, on.id, True)).state is MergeState.ASKED
    assert (await service_merge.answer_merge(b, at, on.id, True)).state is MergeState.AGREED
    assert {(await Topic.get(id=topic.id)).merged_into_id for topic in (one, two)} == {three.id}
    group = await service_chair.form_group(hall.chair, at, three.id)
    origins = (await room_state(at)).room["groups"][0]["origins"]
    assert [(origin["text"], origin["author"]) for origin in origins] == [("题目0", a.name), ("题目1", b.name)]
    assert group.convener_id == c.person_id


async def test_one_no_keeps_topics_apart_and_a_yes_can_be_taken_back(clock: MovableClock) -> None:
    hall = await make_meeting()
    await hall.enter()
    at, (a, b, c) = hall.meeting.id, hall.neighbours
    one, two = await service.post_topic(a, at, "路灯"), await service.post_topic(b, at, "大门")
    assert await refused(service_merge.ask_merge(c, at, one.id, two.id)) is SpaceRefusal.NOT_AN_AUTHOR
    assert await refused(service_merge.ask_merge(a, at, one.id, one.id)) is RoundRefusal.SAME_TOPIC
    asked = await service_merge.ask_merge(a, at, one.id, two.id)
    assert (await service_merge.answer_merge(b, at, asked.id, False)).state is MergeState.DECLINED
    assert await refused(service_merge.answer_merge(b, at, asked.id, True)) is SpaceRefusal.NOT_ASKED
    again = await service_merge.ask_merge(b, at, one.id, two.id)
    await service_merge.answer_merge(a, at, again.id, True)
    assert await refused(service_merge.ask_merge(a, at, two.id, one.id)) is RoundRefusal.NOT_POSTED
    assert await refused(service_merge.separate_own(b, at, one.id)) is SpaceRefusal.NOT_AN_AUTHOR
    await service_merge.separate_own(a, at, one.id)
    assert (await Topic.get(id=one.id)).state is TopicState.POSTED
    third = await service_merge.ask_merge(a, at, one.id, two.id)
    assert await refused(service_merge.recall_topic(a, at, two.id)) is SpaceRefusal.NOT_AN_AUTHOR
    await service_merge.recall_topic(b, at, two.id)
    assert (await TopicMerge.get(id=third.id)).state is MergeState.LAPSED
    assert [topic["text"] for topic in (await room_state(at)).room["topics"]] == ["路灯"]


async def test_the_same_author_twice_needs_nobody_else(clock: MovableClock) -> None:
    hall = await make_meeting()
    await hall.enter()
    a = hall.neighbours[0]
    one, two = [await service.post_topic(a, hall.meeting.id, text) for text in ("路灯", "路灯不亮")]
    merge = await service_merge.ask_merge(a, hall.meeting.id, one.id, two.id)
    assert merge.state is MergeState.AGREED


async def test_a_recalled_topic_lets_go_of_what_joined_it(clock: MovableClock) -> None:
    hall = await make_meeting()
    await hall.enter()
    at, (a, b, _) = hall.meeting.id, hall.neighbours
    one, two = await service.post_topic(a, at, "路灯"), await service.post_topic(b, at, "大门")
    asked = await service_merge.ask_merge(a, at, one.id, two.id)
    await service_merge.answer_merge(b, at, asked.id, True)
    await service_merge.recall_topic(b, at, two.id)
    assert (await Topic.get(id=one.id)).state is TopicState.POSTED


async def test_dots_weigh_topics_before_groups_form(clock: MovableClock) -> None:
    hall = await make_meeting(neighbours=4)
    await hall.enter()
    at, chair = hall.meeting.id, hall.chair
    for n, who in enumerate(hall.neighbours[:3]):
        await service.post_topic(who, at, f"题目{n}")
    assert await refused(service_motions.put_dots(chair, at, "先谈哪几个？", "")) is RightRefusal.NOT_NOW
    await hall.go_to(Link.TOPICS)
    question = await service_motions.put_dots(chair, at, "先谈哪几个题目？", "Which first?")
    assert question.rule_spec.form.way is Way.DOTS and [one["zh"] for one in question.options] == [
        "题目0",
        "题目1",
        "题目2",
    ]
    assert await refused(service_motions.put_dots(chair, at, "再来", "")) is RoundRefusal.QUESTION_THERE
    await service_chair.open_question(chair, at, question.id)
    for who, choice in zip(hall.neighbours, ("b:3", "b:2+c:1", "b:1+c:2", "c:3"), strict=True):
        await questions.cast_ballot(who.person_id or 0, question.id, choice, f"send-{who.person_id:012}", 0, Via.POST)
    await service_chair.close_question(chair, at, question.id)
    published = await service_chair.publish_result(chair, at, question.id)
    view = await service_views.result_view(published)
    assert view.outcome.tally == {"a": 0, "b": 6, "c": 6}
    told = room_view(await Meeting.get(id=at).select_related("place"), await room_state(at), "zh-CN").question
    assert told is not None and (told["verdict_word"], told["verdict_chosen"]) == ("大家最支持的", "题目1、题目2")
    assert [(one.word, one.kind) for one in await results_of(at, "en")] == [("Most supported", "ok")], "not: passed"
    noted = (
        Reader("zh-CN", await service_facts.gather(hall.meeting), {}).part(f"question:{question.public_id}").question
    )
    assert noted is not None and noted.verdict == "大家最支持的" and noted.rows[0][1:3] == ("题目1", 6)
    assert any("题目1" in sentence for sentence, _ in noted.sums), "options by their names, not by letters"
    assert main_step(hall.meeting.state, Link.TOPICS, False, 3, 0, published.state) is MainStep.FORM_GROUPS
    assert await refused(service_motions.put_dots(chair, at, "再来", "")) is RoundRefusal.QUESTION_THERE


async def test_a_topic_becomes_a_motion_becomes_a_question(clock: MovableClock) -> None:
    made = await make_round(Link.GROUPS)
    await made.hall.enter()
    at, group, (a, b, _) = made.hall.meeting.id, made.group.id, made.hall.neighbours
    chair = made.hall.chair
    assert await refused(service_motions.move(a, at, group, "先修5幢")) is RoundRefusal.NOT_IN_GROUP
    await seat(made, a, b)
    assert await refused(service_motions.move(a, at, group, " ")) is RoundRefusal.NO_TEXT
    first = await service_motions.move(
        a, at, group, "8月底前先修5幢的屋顶", "Mend the roof of building 5 by the end of August"
    )
    second = await service_motions.move(b, at, group, "物业每月公布一次进度")
    third = await service_motions.move(b, at, group, "换门禁")
    assert await refused(service_motions.move(a, at, group, "再来一个")) is SpaceRefusal.MOTIONS_USED
    assert await refused(service_motions.drop_motion(a, at, third.id)) is SpaceRefusal.NOT_AN_AUTHOR
    await service_motions.drop_motion(b, at, third.id)
    await made.hall.go_to(Link.CONSENSUS)
    put = service_motions.put_motion
    assert await refused(put(chair, at, third.id, "换门禁")) is SpaceRefusal.MOTION_GONE
    question = await put(chair, at, first.id, first.text, first.text_en)
    assert (await Motion.get(id=first.id)).state is MotionState.PUT
    assert await refused(put(chair, at, second.id, second.text)) is RoundRefusal.QUESTION_THERE
    await service_chair.open_question(chair, at, question.id)
    await service_chair.close_question(chair, at, question.id)
    published = await service_chair.publish_result(chair, at, question.id)
    assert main_step(made.hall.meeting.state, Link.CONSENSUS, False, 0, 1, published.state, 1) is MainStep.PUT_QUESTION
    assert main_step(made.hall.meeting.state, Link.CONSENSUS, False, 0, 1, published.state, 0) is MainStep.NEXT_ITEM
    assert await refused(service_chair.put_question(chair, at, "没有人提过")) is RoundRefusal.QUESTION_THERE
    following = await put(chair, at, second.id, second.text)
    assert following.state is QuestionState.DRAFT
    shown = (await room_state(at)).room
    assert shown["question"]["question"] == following.public_id
    assert [(one["state"], one["question"]) for one in shown["motions"]] == [
        ("put", question.public_id),
        ("put", following.public_id),
    ]
