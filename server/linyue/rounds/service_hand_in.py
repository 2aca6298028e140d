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
from typing import Any

from tortoise.expressions import Q

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
from linyue.rounds.model import Group, GroupMember, Point, PostReport, Topic
from linyue.rounds.rules import PostKind
from linyue.rounds.service import lay_down_pen, put_point, put_topic, sit_down
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
        words = {"text_zh": item.title_zh, "text_en": item.title_en}
        await _keep(actor, meeting, person_id, HandedKind.FLOOR, speaker.id, words, was_asked)
        uow.publish(topic_of(meeting_id), SpeakersChanged(meeting_id, meeting.version, (person_id,)))
    return speaker


async def hand_in_topic(
    actor: Actor, meeting_id: int, person_id: int, text: str, *, was_read: bool = False, was_asked: bool = False
) -> Topic:
    """Put somebody's topic on the wall, under their name. Raises Refused."""
    async with unit_of_work() as uow:
        meeting, _ = await _begin(actor, meeting_id, person_id, HandedKind.TOPIC, was_read, was_asked)
        topic = await put_topic(meeting_id, person_id, text)
        await _keep(actor, meeting, person_id, HandedKind.TOPIC, topic.id, {"text": topic.text}, was_asked)
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
        had_pen = await Group.filter(meeting_id=meeting_id, recorder_id=person_id).exclude(id=group_id).exists()
        before = await sit_down(meeting_id, group_id, person_id)
        point = await put_point(meeting_id, group_id, person_id, text, stance)
        words = {"text": point.text}
        await _keep(actor, meeting, person_id, HandedKind.POINT, point.id, words, was_asked, before, had_pen)
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
    """Whether the desk read the rules to them before; a slip that was taken back may have been another's."""
    return await HandedIn.standing(meeting_id).filter(person_id=person_id, accepted=version).exists()


async def _keep(
    actor: Actor,
    meeting: Meeting,
    person_id: int,
    kind: HandedKind,
    post_id: int,
    words: dict[str, str],
    was_asked: bool,
    seat_before: int | None = None,
    had_pen: bool = False,
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
        seat_before=seat_before,
        had_pen=had_pen,
        at=clock.now(),
    )
    await uow.audit(actor, "round.hand_in", f"handed_in:{row.id}", meeting=meeting.id, person=person_id)
    await _tell(meeting, person_id, f"rounds-told-handed-in-{kind.value}", **words)


async def _tell(meeting: Meeting, person_id: int, key: str, **words: str) -> None:
    args: dict[str, Any] = {"title_zh": meeting.title, "title_en": meeting.title_en, **words}
    await tell([person_id], key, link=f"/live/{meeting.join_code}", **args)


async def take_back(actor: Actor, meeting_id: int, handed_id: int, reason: str) -> None:
    """A mistake: off the queue or the wall again, with a reason that stays on record. Raises Refused, NotFound.

    Whose name it carried is told, has what it used up of their topics and points again, and sits where they sat, with
    the group's pen where they had it.
    """
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
            turn = await Speaker.get(id=row.post_id).select_related("item")
            words = {"text_zh": turn.item.title_zh, "text_en": turn.item.title_en}
        elif row.kind is HandedKind.TOPIC:
            topic = await Topic.get(id=row.post_id)
            stop(rules_space.refuse_recall(topic.state, True))
            await take_off_wall(row.post_id)
            words = {"text": topic.text}
        else:
            point = await Point.get(id=row.post_id)
            await Point.filter(id=point.id, hidden_at__isnull=True).update(hidden_at=now, hidden_reason=why)
            await _give_seat_back(row, point)
            words = {"text": point.text}
        if row.kind is not HandedKind.FLOOR:
            reports = PostReport.filter(kind=PostKind(row.kind.value), post_id=row.post_id, settled_at__isnull=True)
            await reports.update(settled_at=now)
        await HandedIn.filter(id=row.id).update(taken_back_at=now, taken_back_reason=why)
        await uow.audit(actor, "round.hand_in_back", f"handed_in:{row.id}", meeting=meeting_id, person=row.person_id)
        await _tell(meeting, row.person_id, f"rounds-told-handed-back-{row.kind.value}", reason=why, **words)
        if row.kind is HandedKind.FLOOR:
            uow.publish(topic_of(meeting_id), SpeakersChanged(meeting_id, meeting.version, (row.person_id,)))
        elif row.kind is HandedKind.TOPIC:
            uow.publish(topic_of(meeting_id), TopicsChanged(meeting_id, meeting.version))
        else:
            uow.publish(topic_of(meeting_id), PointsChanged(meeting_id, meeting.version))
            uow.publish(topic_of(meeting_id), GroupsChanged(meeting_id, meeting.version, (row.person_id,)))


async def _give_seat_back(row: HandedIn, point: Point) -> None:
    """Where a point moved somebody who has not moved since: back to where they sat before, with the pen they had.

    Whoever took that pen meanwhile keeps it.
    """
    if row.seat_before is None:
        return
    mine = HandedIn.standing(row.meeting_id).filter(person_id=row.person_id, kind=HandedKind.POINT)
    others = [one.post_id for one in await mine.exclude(id=row.id)]
    stays = await Point.filter(id__in=others, group_id=point.group_id).order_by("id").first()
    if stays is not None:  # the seat is that point's now
        passed_on = {"seat_before": row.seat_before, "had_pen": row.had_pen}
        await mine.filter(post_id=stays.id, seat_before__isnull=True).update(**passed_on)
        return
    seat = GroupMember.filter(meeting_id=row.meeting_id, person_id=row.person_id, group_id=point.group_id)
    seat = seat.filter(joined_at__lte=row.at)
    if await Group.filter(id=row.seat_before, meeting_id=row.meeting_id).exists():
        moved = await seat.update(group_id=row.seat_before, joined_at=clock.now())
    else:
        moved = await seat.delete()
    if moved:
        await lay_down_pen(row.meeting_id, row.person_id, but=row.seat_before)
    if moved and row.had_pen:
        await Group.filter(id=row.seat_before, recorder_id=None).update(recorder_id=row.person_id)


async def to_speak_for(meeting: Meeting, query: str, limit: int, but: int | None) -> tuple[list[SpokenFor], int]:
    """Who is here and goes by this name, those without a phone first, and how many more there are. `but`: left out."""
    rows = Attendance.filter(meeting_id=meeting.id).exclude(person_id=but or 0)
    if query:
        rows = rows.filter(person__display_name__contains=query)
    in_order = rows.order_by("at", "id").select_related("person")
    found = await in_order.filter(channel=Channel.HALL, accepted="").limit(limit)
    if len(found) < limit:
        found += await in_order.filter(Q(channel=Channel.ONLINE) | ~Q(accepted="")).limit(limit - len(found))
    return await _spoken_for(meeting, found), await rows.count() - len(found)


async def to_speak_for_one(meeting: Meeting, person_id: int) -> SpokenFor | None:
    """The same of one person; None for somebody who is not here."""
    found = await Attendance.filter(meeting_id=meeting.id, person_id=person_id).select_related("person")
    return next(iter(await _spoken_for(meeting, found)), None)


async def _spoken_for(meeting: Meeting, found: list[Attendance]) -> list[SpokenFor]:
    version = rules_version(meeting.plan_data)
    read = HandedIn.standing(meeting.id).filter(accepted=version, person_id__in=[row.person_id for row in found])
    known = {int(str(one)) for one in await read.values_list("person_id", flat=True)}
    return [
        SpokenFor(
            row.person_id,
            row.person.public_id,
            row.person.display_name,
            _has_phone(row),
            row.accepted == version or row.person_id in known,
        )
        for row in found
    ]


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
