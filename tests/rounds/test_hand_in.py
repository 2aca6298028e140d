"""People in the hall without a phone: the desk asks for their turn, posts their topic, brings their point back."""

import pytest
from tortoise import connections

from linyue.base import i18n
from linyue.base.db import UnitOfWork
from linyue.base.errors import NotFound, Refused
from linyue.base.i18n import args_in, t
from linyue.base.model import AuditEntry, Message
from linyue.base.policy import Actor
from linyue.meetings import service_room, service_speakers
from linyue.meetings.model import HandedIn, Speaker
from linyue.meetings.rules import Channel
from linyue.meetings.rules_hand_in import HandInRefusal, refuse_hand_in
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_rights import RightRefusal
from linyue.meetings.rules_speakers import SpeakerState, Stance
from linyue.minutes import service_facts
from linyue.minutes.pages import Reader, people_in
from linyue.minutes.service_read import names_of
from linyue.people.model import Person
from linyue.rounds import service, service_chair, service_groups, service_hand_in, service_merge
from linyue.rounds.events import PointsChanged
from linyue.rounds.model import Group, GroupMember, PostReport, Topic
from linyue.rounds.rules import POINTS_EACH, TOPICS_EACH, PostKind, RoundRefusal, TopicState
from linyue.rounds.rules_space import Duty
from linyue.rounds.service_state import room_state
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import Hall, make_meeting

pytestmark = pytest.mark.anyio


async def refused(step: object) -> object:
    with pytest.raises(Refused) as caught:
        await step  # type: ignore[misc]
    return caught.value.reason


async def ticked(hall: Hall, who: Actor) -> int:
    """Somebody ticked at the door; their id."""
    assert who.person_id is not None
    await service_room.check_in(hall.recorder, hall.meeting.id, Channel.HALL, who.person_id)
    return who.person_id


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({}, None),
        ({"is_own": True}, HandInRefusal.OWN),
        ({"is_here": False}, HandInRefusal.NOT_HERE),
        ({"has_phone": True}, HandInRefusal.HAS_PHONE),
        ({"has_phone": True, "was_asked": True}, None),
        ({"knows_rules": False}, HandInRefusal.NOT_READ),
        ({"knows_rules": False, "was_read": True}, None),
    ],
)
def test_for_whom_the_desk_hands_in(facts: dict[str, bool], refusal: HandInRefusal | None) -> None:
    usual = {"is_own": False, "is_here": True, "has_phone": False, "was_asked": False, "knows_rules": True}
    assert refuse_hand_in(**{**usual, "was_read": False, **facts}) is refusal


@pytest.mark.usefixtures("db")
async def test_a_turn_a_topic_and_a_point_stand_under_their_name_and_say_who_handed_them_in(
    clock: MovableClock,
) -> None:
    hall = await make_meeting()
    at, desk, old, young = hall.meeting.id, hall.recorder, hall.neighbours[0], hall.neighbours[1]
    assert old.person_id is not None and young.person_id is not None and desk.person_id is not None
    await hall.go_to(Link.CALL)
    topic = service_hand_in.hand_in_topic
    assert await refused(topic(desk, at, old.person_id, "电梯", was_read=True)) is HandInRefusal.NOT_HERE
    await ticked(hall, old)
    assert await refused(topic(desk, at, old.person_id, "电梯")) is HandInRefusal.NOT_READ
    first = await topic(desk, at, old.person_id, "电梯", was_read=True)
    assert first.author_id == old.person_id
    assert (await topic(desk, at, old.person_id, "门灯")).id != first.id, "read once is enough"
    await hall.enter(young, desk)
    assert await refused(topic(desk, at, young.person_id, "大门")) is HandInRefusal.HAS_PHONE
    await topic(desk, at, young.person_id, "大门", was_asked=True)
    assert await refused(topic(desk, at, desk.person_id, "我的", was_asked=True)) is HandInRefusal.OWN
    assert hall.stranger.person_id is not None
    assert await refused(topic(desk, at, hall.stranger.person_id, "路", was_read=True)) is RightRefusal.NOT_ON_ROLL
    point = service_hand_in.hand_in_point(desk, at, old.person_id, 1, "先修", Stance.FOR)
    assert await refused(point) is RightRefusal.NOT_NOW, "it has its place where a phone has it"
    assert [(row.asked, row.by_id) for row in await HandedIn.filter(person_id=young.person_id)] == [
        (True, desk.person_id)
    ]
    room = (await room_state(at)).room
    assert {one["text"]: one["desk"] for one in room["topics"]} == dict.fromkeys(("电梯", "门灯", "大门"), desk.name)
    await service_hand_in.hand_in_floor(desk, at, old.person_id, Stance.AGAINST)
    waiting = (await room_state(at)).room["queue"]["waiting"]
    assert [(one["stance"], one["channel"], one["desk"]) for one in waiting] == [("against", "hall", desk.name)]
    again = service_hand_in.hand_in_floor(desk, at, old.person_id, Stance.FOR)
    assert await refused(again) is not None, "one place in the queue a person"
    await service_speakers.next_speaker(hall.chair, at)
    await service_speakers.end_speech(hall.chair, at)
    group = await service_chair.form_group(hall.chair, at, first.id, "东侧")
    await hall.go_to(Link.GROUPS)
    with pytest.raises(NotFound):
        await service_hand_in.hand_in_point(desk, at, old.person_id, group.id + 1, "先修", Stance.FOR)
    brought = await service_hand_in.hand_in_point(desk, at, old.person_id, group.id, "先修5幢", Stance.FOR)
    assert (brought.author_id, brought.stance) == (old.person_id, Stance.FOR)
    assert await GroupMember.filter(group_id=group.id, person_id=old.person_id).exists()
    assert [one["desk"] for one in (await room_state(at)).room["points"]] == [desk.name]
    told = await Message.filter(person_id=old.person_id, key__startswith="rounds-told-handed-in").order_by("id")
    assert [one.key.rsplit("-", 1)[1] for one in told] == ["topic", "topic", "floor", "point"]
    assert await AuditEntry.filter(action="round.hand_in").count() == 5
    facts = await service_facts.gather(await hall.fresh())
    read = Reader("zh-CN", facts, {}, names=await names_of(people_in(facts)))
    spoken = t("zh-CN", "minutes-handed-in-floor", who=old.name, by=desk.name, text="")
    assert spoken in read._handed_in("floor")
    said = "\n".join(read._handed_in("topic", "point"))
    assert "先修5幢" in said and "电梯" in said and desk.name in said


@pytest.mark.usefixtures("db")
@pytest.mark.sqlite_only
async def test_a_mistake_is_taken_back_with_a_reason_that_stays(clock: MovableClock) -> None:
    hall = await make_meeting()
    at, desk = hall.meeting.id, hall.recorder
    await hall.go_to(Link.CALL)
    old = await ticked(hall, hall.neighbours[0])
    topic = await service_hand_in.hand_in_topic(desk, at, old, "电梯", was_read=True)
    turn = await service_hand_in.hand_in_floor(desk, at, old, Stance.FOR)
    rows = {row.post_id: row.id for row in await HandedIn.filter(kind="topic")}
    back = service_hand_in.take_back
    assert await refused(back(desk, at, rows[topic.id], " ")) is HandInRefusal.NO_REASON
    await back(desk, at, rows[topic.id], "听错了")
    assert (await Topic.get(id=topic.id)).state is TopicState.DROPPED
    assert await refused(back(desk, at, rows[topic.id], "再来")) is HandInRefusal.TAKEN_BACK
    mine = (await HandedIn.get(kind="floor")).id
    await service_speakers.next_speaker(hall.chair, at)
    assert await refused(back(desk, at, mine, "不想说了")) is HandInRefusal.HAS_SPOKEN
    await service_speakers.end_speech(hall.chair, at)
    assert (await Speaker.get(id=turn.id)).state is SpeakerState.DONE
    second = await service_hand_in.hand_in_topic(desk, at, old, "门灯")
    group = await service_chair.form_group(hall.chair, at, second.id, "东侧")
    later = (await HandedIn.get(kind="topic", post_id=second.id)).id
    assert await refused(back(desk, at, later, "错了")) is RoundRefusal.NOT_POSTED, "a group stands on it"
    await hall.go_to(Link.GROUPS)
    await service_hand_in.hand_in_point(desk, at, old, group.id, "先修", Stance.NEITHER)
    await back(desk, at, (await HandedIn.get(kind="point")).id, "写错了组")
    shown = (await room_state(at)).room["points"]
    assert [(one["text"], one["hidden"]) for one in shown] == [("", "写错了组")]
    facts = await service_facts.gather(await hall.fresh())
    assert [one["text"] for one in facts["handed_in"] if one["kind"] != "floor"] == ["门灯"]


@pytest.mark.sqlite_only
async def test_the_desk_s_page_step_by_step(client: Client, clock: MovableClock) -> None:
    i18n.is_strict = True
    hall = await make_meeting()
    await hall.go_to(Link.CALL)
    old = await Person.get(id=await ticked(hall, hall.neighbours[0]))
    await hall.enter(hall.neighbours[1])
    await client.sign_in_as(hall.recorder.person_id)
    live, desk = f"/live/{hall.meeting.join_code}", f"/run/{hall.meeting.public_id}/desk"
    assert f'href="{desk}"' in (await client.get(live)).text
    listed = (await client.get(desk)).text
    assert listed.index(t("zh-CN", "rounds-hand-in-no-phone")) < listed.index(t("zh-CN", "rounds-hand-in-phone"))
    page = (await client.get(f"{desk}?who={old.public_id}")).text
    assert f'formaction="{desk}/topic"' in page and 'name="read"' in page and 'name="asked"' not in page
    assert f'formaction="{desk}/point"' not in page and f'formaction="{desk}/floor"' in page
    sent = {"person": old.public_id, "text": "电梯太慢"}
    kept = await client.send_form(f"{desk}/topic", sent)
    assert kept.status_code == 422 and "电梯太慢" in kept.text, "nothing typed is lost"
    assert (await client.send_form(f"{desk}/topic", sent | {"read": "on"})).status_code == 303
    assert t("zh-CN", "rounds-at-desk", name=hall.recorder.name) in (await client.get(live)).text
    assert (await client.send_form(f"{desk}/floor", sent | {"stance": "for"})).status_code == 303
    assert (await client.send_form(f"{desk}/point", sent | {"group": "x"})).status_code == 422
    row = await HandedIn.get(kind="floor")
    assert (await client.send_form(f"{desk}/back", {"seen": row.id})).status_code == 422
    assert (await client.send_form(f"{desk}/back", {"seen": row.id, "reason": "不说了"})).status_code == 303
    after = (await client.get(desk)).text
    assert t("zh-CN", "rounds-hand-in-was-back", reason="不说了") in after
    await client.sign_in_as(hall.neighbours[1].person_id)
    assert (await client.get(desk)).status_code == 403
    assert (await service.hidden_posts(hall.meeting.id)) == []


@pytest.mark.usefixtures("db")
@pytest.mark.sqlite_only
async def test_a_slip_for_the_wrong_neighbour_leaves_nothing_behind(clock: MovableClock) -> None:
    hall = await make_meeting()
    at, desk = hall.meeting.id, hall.recorder
    await hall.go_to(Link.CALL)
    wrong, other = await ticked(hall, hall.neighbours[0]), await ticked(hall, hall.neighbours[1])
    hand_in, back = service_hand_in.hand_in_topic, service_hand_in.take_back
    kept = [await hand_in(desk, at, wrong, f"题目{n}", was_read=True) for n in range(TOPICS_EACH)]
    assert await refused(hand_in(desk, at, wrong, "再来一个")) is RoundRefusal.TOPICS_USED
    await service.report_post(hall.chair, at, PostKind.TOPIC, kept[0].id, "不是他的话")
    rows = {row.post_id: row.id for row in await HandedIn.all()}
    await back(desk, at, rows[kept[0].id], "写错了人")
    assert await PostReport.filter(settled_at__isnull=True).count() == 0
    assert await hand_in(desk, at, wrong, "再来一个"), "what the desk took back is not counted"
    told = await Message.filter(person_id=wrong, key="rounds-told-handed-back-topic")
    assert [(one.args["text"], one.args["reason"]) for one in told] == [("题目0", "写错了人")]
    await hand_in(desk, at, other, "门灯", was_read=True)
    await back(desk, at, (await HandedIn.get(person_id=other)).id, "写错了人")
    one = await service_hand_in.to_speak_for_one(await hall.fresh(), other)
    assert one is not None and not one.knows_rules
    assert await refused(hand_in(desk, at, other, "门灯")) is HandInRefusal.NOT_READ, "they were never read to them"
    turn = await service_hand_in.hand_in_floor(desk, at, other, Stance.FOR, was_read=True)
    await back(desk, at, (await HandedIn.get(kind="floor", post_id=turn.id)).id, "写错了人")
    item = (await Speaker.get(id=turn.id).select_related("item")).item
    for key in ("rounds-told-handed-in-floor", "rounds-told-handed-back-floor"):
        line = await Message.get(person_id=other, key=key)
        assert item.title_en and item.title_en in t("en", key, **args_in("en", line.args))
        assert item.title_zh in t("zh-CN", key, **args_in("zh-CN", line.args))


@pytest.mark.usefixtures("db")
@pytest.mark.sqlite_only
async def test_a_point_taken_back_gives_the_seat_back_and_is_not_the_chair_s_to_show(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = await make_meeting()
    at, desk = hall.meeting.id, hall.recorder
    await hall.go_to(Link.CALL)
    old, fresh = await ticked(hall, hall.neighbours[0]), await ticked(hall, hall.neighbours[1])
    first, second = [await service_hand_in.hand_in_topic(desk, at, old, text, was_read=True) for text in "甲乙"]
    here = await service_chair.form_group(hall.chair, at, first.id)
    there = await service_chair.form_group(hall.chair, at, second.id)
    await hall.go_to(Link.GROUPS)
    await hall.enter(hall.neighbours[0])
    await service.join_group(hall.neighbours[0], at, here.id)

    async def hand_in(who: int, text: str) -> tuple[int, int]:
        point = await service_hand_in.hand_in_point(
            desk, at, who, there.id, text, Stance.FOR, was_read=True, was_asked=True
        )
        return point.id, (await HandedIn.get(kind="point", post_id=point.id)).id

    async def seat(who: int) -> int:
        found = await GroupMember.get_or_none(person_id=who)
        return found.group_id if found is not None else 0

    back = service_hand_in.take_back
    brought = [await hand_in(old, f"要点{n}") for n in range(POINTS_EACH)]
    assert await refused(hand_in(fresh, "满了")) is RoundRefusal.POINTS_USED
    point, row = brought[0]
    await service.report_post(hall.chair, at, PostKind.POINT, point, "不是他的话")
    said: list[object] = []
    publish = UnitOfWork.publish
    monkeypatch.setattr(UnitOfWork, "publish", lambda uow, to, event: (said.append(event), publish(uow, to, event)))
    await back(desk, at, row, "写错了人")
    assert PointsChanged in {type(one) for one in said}
    assert await PostReport.filter(settled_at__isnull=True).count() == 0
    assert await seat(old) == there.id, "other points of theirs stand here"
    show = service_chair.show_post(hall.chair, at, PostKind.POINT, point, "看错了")
    assert await refused(show) is HandInRefusal.TAKEN_BACK
    assert await service.hidden_posts(at) == []
    _, row = await hand_in(fresh, "有空位了")
    assert await seat(fresh) == there.id
    await back(desk, at, row, "写错了人")
    assert await seat(fresh) == 0, "they sat nowhere before"
    for _, row in brought[1:]:
        await back(desk, at, row, "写错了人")
    assert await seat(old) == here.id
    assert await Message.filter(person_id=old, key="rounds-told-handed-back-point").count() == POINTS_EACH


@pytest.mark.usefixtures("db")
@pytest.mark.sqlite_only
@pytest.mark.parametrize("is_taken", [False, True])
async def test_who_was_moved_by_mistake_has_the_pen_of_their_group_again(clock: MovableClock, is_taken: bool) -> None:
    hall = await make_meeting()
    at, desk = hall.meeting.id, hall.recorder
    await hall.go_to(Link.CALL)
    writer, other = hall.neighbours[0], hall.neighbours[1]
    wrong = await ticked(hall, writer)
    topics = [await service_hand_in.hand_in_topic(desk, at, wrong, text, was_read=True) for text in "甲乙"]
    here, there = [await service_chair.form_group(hall.chair, at, topic.id) for topic in topics]
    await hall.go_to(Link.GROUPS)
    for one in (writer, other):
        await hall.enter(one)
        await service.join_group(one, at, here.id)
    await service_groups.hold_duty(writer, at, here.id, Duty.RECORDER)
    rows = []
    for text in ("要点一", "要点二"):
        point = await service_hand_in.hand_in_point(
            desk, at, wrong, there.id, text, Stance.FOR, was_read=True, was_asked=True
        )
        rows.append((await HandedIn.get(kind="point", post_id=point.id)).id)
    assert (await Group.get(id=here.id)).recorder_id is None, "whoever gets up lays the pen down"
    if is_taken:
        await service_groups.hold_duty(other, at, here.id, Duty.RECORDER)
    await service_hand_in.take_back(desk, at, rows[0], "写错了人")
    assert (await Group.get(id=here.id)).recorder_id == (other.person_id if is_taken else None), "the seat stays"
    await service_hand_in.take_back(desk, at, rows[1], "写错了人")
    assert (await GroupMember.get(person_id=wrong)).group_id == here.id
    assert (await Group.get(id=here.id)).recorder_id == (other.person_id if is_taken else wrong)


@pytest.mark.usefixtures("db")
@pytest.mark.sqlite_only
async def test_what_its_author_took_back_is_not_in_the_minutes(clock: MovableClock) -> None:
    hall = await make_meeting()
    at, old = hall.meeting.id, hall.neighbours[0]
    await hall.go_to(Link.CALL)
    await ticked(hall, old)
    assert old.person_id is not None
    topic = await service_hand_in.hand_in_topic(hall.recorder, at, old.person_id, "电梯", was_read=True)
    assert len((await service_facts.gather(await hall.fresh()))["handed_in"]) == 1
    await hall.enter(old)
    await service_merge.recall_topic(old, at, topic.id)
    assert (await service_facts.gather(await hall.fresh()))["handed_in"] == []


@pytest.mark.usefixtures("db")
@pytest.mark.sqlite_only
async def test_the_desk_s_list_begins_with_who_has_no_phone_and_says_how_many_more(clock: MovableClock) -> None:
    hall = await make_meeting()
    first, second, third = hall.neighbours
    await hall.enter(first)
    await ticked(hall, second)
    await ticked(hall, third)
    here = await hall.fresh()
    find = service_hand_in.to_speak_for

    async def shown(limit: int) -> tuple[list[tuple[str, bool]], int]:
        people, more = await find(here, "", limit, hall.chair.person_id)
        return [(one.name, one.has_phone) for one in people], more

    everybody = [(second.name, False), (third.name, False), (first.name, True)]
    assert await shown(9) == (everybody, 0)
    assert await shown(2) == (everybody[:2], 1)
    assert await shown(1) == (everybody[:1], 2)
    assert third.person_id is not None and hall.stranger.person_id is not None
    only = await service_hand_in.to_speak_for_one(here, third.person_id)
    assert only is not None and only.name == third.name
    assert await service_hand_in.to_speak_for_one(here, hall.stranger.person_id) is None


@pytest.mark.usefixtures("db")
@pytest.mark.sqlite_only
async def test_what_was_handed_in_is_found_by_its_meeting_without_reading_every_row() -> None:
    ask = connections.get("default").execute_query_dict
    plan = await ask("EXPLAIN QUERY PLAN SELECT * FROM handed_in WHERE meeting_id = 1 AND taken_back_at IS NULL")
    assert "USING INDEX" in str(plan[0]["detail"])
