"""People in the hall without a phone: the desk asks for their turn, posts their topic, brings their point back."""

import pytest

from linyue.base import i18n
from linyue.base.errors import NotFound, Refused
from linyue.base.i18n import t
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
from linyue.rounds import service, service_chair, service_hand_in
from linyue.rounds.model import GroupMember, Topic
from linyue.rounds.rules import RoundRefusal, TopicState
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
