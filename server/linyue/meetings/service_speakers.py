"""The queue of speakers: ask, leave, call the next. Its only writer; who goes first is rules_speakers' business."""

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.meetings import rules
from linyue.meetings.events import SpeakersChanged
from linyue.meetings.model import AgendaItem, Attendance, Meeting, Speaker
from linyue.meetings.rules import Channel, ItemState
from linyue.meetings.rules_rights import Act, Part, refuse_act, refuse_part
from linyue.meetings.rules_speakers import (
    SpeakerRefusal,
    SpeakerState,
    Stance,
    Waiting,
    order_of_speakers,
    refuse_ask,
)
from linyue.meetings.service import claim, stop, topic_of
from linyue.meetings.service_floor import stop_unaccepted
from linyue.meetings.service_guests import floor_of_guest
from linyue.meetings.service_roll import is_called
from linyue.meetings.service_room import check_in, note_step


async def ask_to_speak(actor: Actor, meeting_id: int, stance: Stance) -> None:
    """Somebody who has accepted the rules joins the queue; for the roll asking also counts as being there.

    Whoever sits in asks where the kind of meeting lets guests speak.
    """
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        assert actor.person_id is not None
        on_roll = await is_called(actor.person_id, meeting)
        stop(refuse_part(Act.ASK_FLOOR, [Part.VOTER if on_roll else Part.GUEST]))
        item = await AgendaItem.get_or_none(meeting_id=meeting_id, state=ItemState.NOW)
        stop(refuse_act(Act.ASK_FLOOR, meeting.state, item.link if item else None))
        assert item is not None
        channel = None if on_roll else await floor_of_guest(actor.person_id, meeting)
        if on_roll:
            await check_in(actor, meeting_id)
        if channel is None:
            await stop_unaccepted(actor.person_id, meeting)
            channel = (await Attendance.get(meeting_id=meeting_id, person_id=actor.person_id)).channel
        await put_in_queue(meeting, item, actor.person_id, channel, stance)
        uow.publish(topic_of(meeting_id), SpeakersChanged(meeting_id, meeting.version, (actor.person_id,)))


async def put_in_queue(meeting: Meeting, item: AgendaItem, person_id: int, channel: Channel, stance: Stance) -> Speaker:
    """A place in the queue, for whoever may have one. Only inside a unit of work that has claimed the meeting."""
    waits = await Speaker.in_play(meeting.id).filter(person_id=person_id).exists()
    turns = await _turns(item.id, person_id)
    stop(refuse_ask(meeting.state, meeting.is_queue_closed, waits, turns, meeting.plan.speaking.turns))
    return await Speaker.create(
        meeting_id=meeting.id,
        item_id=item.id,
        person_id=person_id,
        stance=stance,
        channel=channel,
        asked_at=clock.now(),
    )


async def _turns(item_id: int, person_id: int) -> int:
    return await Speaker.filter(item_id=item_id, person_id=person_id, began_at__isnull=False).count()


async def leave_queue(actor: Actor, meeting_id: int) -> None:
    """Somebody no longer wants to speak."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        item = await AgendaItem.get_or_none(meeting_id=meeting_id, state=ItemState.NOW)
        stop(refuse_act(Act.LEAVE_QUEUE, meeting.state, item.link if item else None))
        assert actor.person_id is not None
        left = await Speaker.filter(
            meeting_id=meeting_id, person_id=actor.person_id, state=SpeakerState.WAITING
        ).update(state=SpeakerState.LEFT, ended_at=clock.now())
        stop(None if left else SpeakerRefusal.NOT_IN_QUEUE)
        uow.publish(topic_of(meeting_id), SpeakersChanged(meeting_id, meeting.version, (actor.person_id,)))


async def queue_in_order(meeting: Meeting) -> list[tuple[Speaker, int]]:
    """Who waits, in the order in which they will be called, each with their turns so far on this item."""
    rows = {row.id: row for row in await Speaker.in_play(meeting.id).select_related("person")}
    waiting = [row for row in rows.values() if row.state is SpeakerState.WAITING]
    if not waiting:
        return []
    item_id = waiting[0].item_id
    spoken = await Speaker.filter(item_id=item_id, began_at__isnull=False).order_by("-began_at")
    turns: dict[int, int] = {}
    for row in spoken:
        turns[row.person_id] = turns.get(row.person_id, 0) + 1
    last = next((row.stance for row in spoken if row.stance is not Stance.NEITHER), None)
    speaking = meeting.plan.speaking
    ordered = order_of_speakers(
        [Waiting(row.id, row.stance, turns.get(row.person_id, 0), row.asked_at) for row in waiting],
        last,
        newcomers_first=speaking.newcomers_first,
        alternate=speaking.alternate,
    )
    return [(rows[one.id], one.turns) for one in ordered]


async def next_speaker(actor: Actor, meeting_id: int, speaker_id: int | None = None) -> None:
    """The chair calls the next speaker, or the one they point at."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_running(meeting.state))
        ordered = [row for row, _ in await queue_in_order(meeting)]
        stop(SpeakerRefusal.QUEUE_EMPTY if not ordered else None)
        called = ordered[0] if speaker_id is None else next((r for r in ordered if r.id == speaker_id), None)
        if called is None:
            raise Refused(SpeakerRefusal.NOT_IN_QUEUE)
        now = clock.now()
        before = await Speaker.filter(meeting_id=meeting_id, state=SpeakerState.SPEAKING)
        await Speaker.filter(id__in=[row.id for row in before]).update(state=SpeakerState.DONE, ended_at=now)
        await Speaker.filter(id=called.id).update(state=SpeakerState.SPEAKING, began_at=now)
        await note_step(meeting, "next_speaker", called=[called.id], waiting=[], speaking=[row.id for row in before])
        await uow.audit(actor, "meeting.next_speaker", f"meeting:{meeting_id}")
        ids = (called.person_id, *(row.person_id for row in before))
        uow.publish(topic_of(meeting_id), SpeakersChanged(meeting_id, meeting.version, ids))


async def end_speech(actor: Actor, meeting_id: int) -> None:
    """The chair ends the present turn without calling anybody."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_running(meeting.state))
        before = await Speaker.filter(meeting_id=meeting_id, state=SpeakerState.SPEAKING)
        stop(None if before else SpeakerRefusal.QUEUE_EMPTY)
        await Speaker.filter(id__in=[row.id for row in before]).update(state=SpeakerState.DONE, ended_at=clock.now())
        await note_step(meeting, "next_speaker", called=[], waiting=[], speaking=[row.id for row in before])
        uow.publish(
            topic_of(meeting_id),
            SpeakersChanged(meeting_id, meeting.version, tuple(row.person_id for row in before)),
        )


async def close_queue(actor: Actor, meeting_id: int, is_closed: bool) -> None:
    """The chair takes no more names, or takes them again."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_running(meeting.state))
        await Meeting.filter(id=meeting_id).update(is_queue_closed=is_closed)
        await uow.audit(actor, "meeting.close_queue", f"meeting:{meeting_id}")
        uow.publish(topic_of(meeting_id), SpeakersChanged(meeting_id, meeting.version))
