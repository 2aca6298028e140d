"""What the desk hands in for people in the hall without a phone: a turn to speak, a topic, a point. Its only writer.

    hand_in_floor(actor, meeting_id, person_id, stance, …)            a place in the queue of speakers
    hand_in_topic(actor, meeting_id, person_id, text, …)              a topic on the wall
    hand_in_point(actor, meeting_id, person_id, group_id, text, …)    a point of a group, at which they have a seat then
    take_back(actor, meeting_id, handed_id, reason)                   it was a mistake; what was written stays on record
`was_read`: the rules of order were read to them and they accept; `was_asked`: they have a phone here and asked for it.
Each stands under the person's own name, says who handed it in, and the person is told in their inbox. Votes, dots among
them, are entered at the desk of the question (questions.service_channels.enter_vote).
"""

from dataclasses import dataclass

from linyue.base import clock
from linyue.base.db import current_work, unit_of_work
from linyue.base.errors import NotFound
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.meetings.events import SpeakersChanged
from linyue.meetings.model import AgendaItem, Attendance, HandedIn, Meeting, Speaker
from linyue.meetings.rules import Channel
from linyue.meetings.rules_floor import rules_version
from linyue.meetings.rules_hand_in import ACTS, HandedKind, HandInRefusal, refuse_hand_in, refuse_take_back
from linyue.meetings.rules_rights import Act, RightRefusal, refuse_act
from linyue.meetings.rules_speakers import SpeakerState, Stance
from linyue.meetings.service import claim, stop, topic_of
from linyue.meetings.service_roll import is_called
from linyue.meetings.service_room import now_item
from linyue.meetings.service_speakers import put_in_queue
from linyue.rounds import rules_space
from linyue.rounds.events import GroupsChanged, PointsChanged, TopicsChanged
from linyue.rounds.model import Point, Topic
from linyue.rounds.service import put_point, put_topic, sit_down
from linyue.rounds.service_merge import take_off_wall


@dataclass(frozen=True, slots=True)
class SpokenFor:
    """Somebody for whom something can be handed in. `has_phone`: they have entered on a device of their own."""

    person_id: int
    public_id: str
    name: str
    has_phone: bool
    knows_rules: bool


async def hand_in_floor(
    actor: Actor, meeting_id: int, person_id: int, stance: Stance, *, was_read: bool = False, was_asked: bool = False
) -> Speaker:
    """Put somebody into the queue, as they would themselves. Raises Refused."""
    async with unit_of_work() as uow:
        meeting, item = await _begin(actor, meeting_id, person_id, HandedKind.FLOOR, was_read, was_asked)
        speaker = await put_in_queue(meeting, item, person_id, Channel.HALL, stance)
        await _keep(actor, meeting, person_id, HandedKind.FLOOR, speaker.id, item.title_zh, was_asked)
        uow.publish(topic_of(meeting_id), SpeakersChanged(meeting_id, meeting.version, (person_id,)))
    return speaker


async def hand_in_topic(
    actor: Actor, meeting_id: int, person_id: int, text: str, *, was_read: bool = False, was_asked: bool = False
) -> Topic:
    """Put somebody's topic on the wall, under their name. Raises Refused."""
    async with unit_of_work() as uow:
        meeting, _ = await _begin(actor, meeting_id, person_id, HandedKind.TOPIC, was_read, was_asked)
        topic = await put_topic(meeting_id, person_id, text)
        await _keep(actor, meeting, person_id, HandedKind.TOPIC, topic.id, topic.text, was_asked)
        uow.publish(topic_of(meeting_id), TopicsChanged(meeting_id, meeting.version))
    return topic


async def hand_in_point(
    actor: Actor,
    meeting_id: int,
    person_id: int,
    group_id: int,
    text: str,
    stance: Stance,
    *,
    was_read: bool = False,
    was_asked: bool = False,
) -> Point:
    """Bring somebody's point back from the group they sit with in the hall. Raises Refused, NotFound."""
    async with unit_of_work() as uow:
        meeting, _ = await _begin(actor, meeting_id, person_id, HandedKind.POINT, was_read, was_asked)
        await sit_down(meeting_id, group_id, person_id)
        point = await put_point(meeting_id, group_id, person_id, text, stance)
        await _keep(actor, meeting, person_id, HandedKind.POINT, point.id, point.text, was_asked)
        uow.publish(topic_of(meeting_id), GroupsChanged(meeting_id, meeting.version, (person_id,)))
        uow.publish(topic_of(meeting_id), PointsChanged(meeting_id, meeting.version))
    return point


async def _begin(
    actor: Actor, meeting_id: int, person_id: int, kind: HandedKind, was_read: bool, was_asked: bool
) -> tuple[Meeting, AgendaItem]:
    """The claimed meeting and the item under way, once everything says that this may be handed in for the person."""
    meeting = await claim(meeting_id)
    item = await now_item(meeting_id)
    for act in (Act.HAND_IN, ACTS[kind]):
        stop(refuse_act(act, meeting.state, item.link if item else None))
    assert item is not None
    stop(None if await is_called(person_id, meeting) else RightRefusal.NOT_ON_ROLL)
    here = await Attendance.get_or_none(meeting_id=meeting_id, person_id=person_id)
    version = rules_version(meeting.plan_data)
    refusal = refuse_hand_in(
        is_own=actor.person_id == person_id,
        is_here=here is not None,
        has_phone=here is not None and _has_phone(here),
        was_asked=was_asked,
        knows_rules=here is not None and (here.accepted == version or await _was_read(meeting_id, person_id, version)),
        was_read=was_read,
    )
    stop(refusal)
    return meeting, item


def _has_phone(here: Attendance) -> bool:
    """Whether somebody came in by a device: who is ticked at the door is in the hall and has accepted nothing."""
    return here.channel is Channel.ONLINE or bool(here.accepted)


async def _was_read(meeting_id: int, person_id: int, version: str) -> bool:
    return await HandedIn.filter(meeting_id=meeting_id, person_id=person_id, accepted=version).exists()


async def _keep(
    actor: Actor, meeting: Meeting, person_id: int, kind: HandedKind, post_id: int, text: str, was_asked: bool
) -> None:
    """Put on record that the desk handed something in, and tell the person."""
    uow = current_work()
    assert uow is not None and actor.person_id is not None
    here = await Attendance.get(meeting_id=meeting.id, person_id=person_id)
    row = await HandedIn.create(
        meeting_id=meeting.id,
        person_id=person_id,
        by_id=actor.person_id,
        kind=kind,
        post_id=post_id,
        asked=was_asked and _has_phone(here),
        accepted=rules_version(meeting.plan_data),
        at=clock.now(),
    )
    await uow.audit(actor, "round.hand_in", f"handed_in:{row.id}", meeting=meeting.id, person=person_id)
    await tell(
        [person_id],
        f"rounds-told-handed-in-{kind.value}",
        link=f"/live/{meeting.join_code}",
        title_zh=meeting.title,
        title_en=meeting.title_en,
        text=text,
    )


async def take_back(actor: Actor, meeting_id: int, handed_id: int, reason: str) -> None:
    """A mistake: off the queue or the wall again, with a reason that stays on record. Raises Refused, NotFound."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        item = await now_item(meeting_id)
        stop(refuse_act(Act.HAND_IN, meeting.state, item.link if item else None))
        row = await HandedIn.get_or_none(id=handed_id, meeting_id=meeting_id)
        if row is None:
            raise NotFound()
        stop(refuse_take_back(reason, row.taken_back_at is not None), field="reason")
        now, why = clock.now(), reason.strip()
        if row.kind is HandedKind.FLOOR:
            waits = Speaker.filter(id=row.post_id, state=SpeakerState.WAITING)
            left = await waits.update(state=SpeakerState.LEFT, ended_at=now)
            stop(None if left else HandInRefusal.HAS_SPOKEN)
        elif row.kind is HandedKind.TOPIC:
            stop(rules_space.refuse_recall((await Topic.get(id=row.post_id)).state, True))
            await take_off_wall(row.post_id)
        else:
            await Point.filter(id=row.post_id, hidden_at__isnull=True).update(hidden_at=now, hidden_reason=why)
        await HandedIn.filter(id=row.id).update(taken_back_at=now, taken_back_reason=why)
        await uow.audit(actor, "round.hand_in_back", f"handed_in:{row.id}", meeting=meeting_id, person=row.person_id)
        uow.publish(topic_of(meeting_id), SpeakersChanged(meeting_id, meeting.version, (row.person_id,)))
        uow.publish(topic_of(meeting_id), TopicsChanged(meeting_id, meeting.version))


async def to_speak_for(meeting: Meeting, query: str, limit: int, but: int | None) -> tuple[list[SpokenFor], int]:
    """Who is here and goes by this name, those without a phone first, and how many more there are. `but`: left out."""
    rows = Attendance.filter(meeting_id=meeting.id).exclude(person_id=but or 0)
    if query:
        rows = rows.filter(person__display_name__contains=query)
    found = sorted(await rows.order_by("at", "id").select_related("person"), key=_has_phone)
    version = rules_version(meeting.plan_data)
    read = HandedIn.filter(meeting_id=meeting.id, accepted=version)
    known = {int(str(one)) for one in await read.values_list("person_id", flat=True)}
    shown = [
        SpokenFor(
            row.person_id,
            row.person.public_id,
            row.person.display_name,
            _has_phone(row),
            row.accepted == version or row.person_id in known,
        )
        for row in found[:limit]
    ]
    return shown, len(found) - len(shown)


async def handed_in(meeting_id: int) -> list[HandedIn]:
    """Everything that was handed in in a meeting, newest first, what was taken back among it; with its people."""
    rows = HandedIn.filter(meeting_id=meeting_id).order_by("-id")
    return list(await rows.select_related("person", "by"))


async def words_of(rows: list[HandedIn]) -> dict[int, str]:
    """The words of what was handed in, by the row's id; the stance of a turn to speak."""
    ids = {kind: [row.post_id for row in rows if row.kind is kind] for kind in HandedKind}
    topics = dict(await Topic.filter(id__in=ids[HandedKind.TOPIC]).values_list("id", "text"))
    points = dict(await Point.filter(id__in=ids[HandedKind.POINT]).values_list("id", "text"))
    turns = {one.id: one.stance.value for one in await Speaker.filter(id__in=ids[HandedKind.FLOOR])}
    found = {HandedKind.TOPIC: topics, HandedKind.POINT: points, HandedKind.FLOOR: turns}
    return {row.id: str(found[row.kind].get(row.post_id, "")) for row in rows}
