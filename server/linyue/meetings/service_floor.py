"""The floor: points of order and rulings, notes for the minutes, rules accepted at entry. Its only writer."""

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound
from linyue.base.policy import Actor
from linyue.meetings import rules_floor
from linyue.meetings.events import MeetingMoved
from linyue.meetings.model import AgendaItem, Attendance, FloorEntry, Meeting
from linyue.meetings.rules import Channel, ItemState
from linyue.meetings.rules_floor import EntryKind, FloorRefusal, rules_version
from linyue.meetings.rules_rights import Act, Part, RightRefusal, refuse_act, refuse_part
from linyue.meetings.service import claim, stop, topic_of
from linyue.meetings.service_roll import is_called
from linyue.meetings.service_room import check_in


async def _item_now(meeting_id: int) -> AgendaItem | None:
    return await AgendaItem.get_or_none(meeting_id=meeting_id, state=ItemState.NOW)


async def _refuse(act: Act, meeting: Meeting) -> RightRefusal | None:
    item = await _item_now(meeting.id)
    return refuse_act(act, meeting.state, item.link if item else None)


async def must_accept(person_id: int | None, meeting: Meeting) -> bool:
    """Whether somebody of the roll has still to accept the rules of this meeting, in the version that holds.

    Who was ticked at the door, or is counted because they voted, is there and has accepted nothing yet.
    """
    if person_id is None or not await is_called(person_id, meeting):
        return False
    here = await Attendance.get_or_none(meeting_id=meeting.id, person_id=person_id)
    return here is None or here.accepted != rules_version(meeting.plan_data)


async def stop_unaccepted(person_id: int | None, meeting: Meeting) -> None:
    """Who posts or speaks has accepted the rules. Raises Refused(NOT_ACCEPTED) for somebody of the roll who has not.

    A ballot never asks this: the right to vote comes from the frozen roll, and no rule of order may stand before it.
    """
    stop(FloorRefusal.NOT_ACCEPTED if await must_accept(person_id, meeting) else None)


async def raise_point(actor: Actor, meeting_id: int, text: str) -> FloorEntry:
    """Somebody of the roll says that a rule is broken; the chair has to rule on it."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        on_roll = actor.person_id is not None and await is_called(actor.person_id, meeting)
        stop(refuse_part(Act.RAISE_POINT, [Part.VOTER if on_roll else Part.GUEST]))
        stop(await _refuse(Act.RAISE_POINT, meeting))
        await stop_unaccepted(actor.person_id, meeting)
        mine = FloorEntry.filter(meeting_id=meeting_id, author_id=actor.person_id, kind=EntryKind.POINT)
        stop(
            rules_floor.refuse_point(meeting.state, text, await mine.filter(ruled_at__isnull=True).count()),
            field="text",
        )
        entry = await _put_down(actor, meeting, EntryKind.POINT, text)
        await uow.audit(actor, "meeting.point", f"meeting:{meeting_id}", entry=entry.id)
        uow.publish(topic_of(meeting_id), MeetingMoved(meeting_id, meeting.version))
    return entry


async def _put_down(actor: Actor, meeting: Meeting, kind: EntryKind, text: str) -> FloorEntry:
    item = await _item_now(meeting.id)
    assert item is not None and actor.person_id is not None
    return await FloorEntry.create(
        meeting_id=meeting.id,
        item_id=item.id,
        kind=kind,
        text=text.strip(),
        author_id=actor.person_id,
        raised_at=clock.now(),
    )


async def rule(actor: Actor, meeting_id: int, entry_id: int, ruling: str, *, is_upheld: bool) -> None:
    """The chair rules on a point of order, in words that everybody can read."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(await _refuse(Act.RULE, meeting))
        entry = await FloorEntry.get_or_none(id=entry_id, meeting_id=meeting_id, kind=EntryKind.POINT)
        if entry is None:
            raise NotFound()
        stop(rules_floor.refuse_ruling(meeting.state, ruling, entry.ruled_at is not None), field="ruling")
        await _ruled(actor, entry.id, ruling, is_upheld=is_upheld)
        await uow.audit(actor, "meeting.rule", f"meeting:{meeting_id}", entry=entry_id)
        uow.publish(topic_of(meeting_id), MeetingMoved(meeting_id, meeting.version))


async def rule_unasked(actor: Actor, meeting_id: int, ruling: str) -> None:
    """The chair rules without being asked: somebody strays from the matter, or breaks a rule."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(await _refuse(Act.RULE, meeting))
        stop(rules_floor.refuse_ruling(meeting.state, ruling, False), field="ruling")
        entry = await _put_down(actor, meeting, EntryKind.POINT, "")
        await _ruled(actor, entry.id, ruling, is_upheld=True)
        await uow.audit(actor, "meeting.rule", f"meeting:{meeting_id}", entry=entry.id)
        uow.publish(topic_of(meeting_id), MeetingMoved(meeting_id, meeting.version))


async def _ruled(actor: Actor, entry_id: int, ruling: str, *, is_upheld: bool) -> None:
    await FloorEntry.filter(id=entry_id).update(
        ruling=ruling.strip(), is_upheld=is_upheld, ruled_by_id=actor.person_id, ruled_at=clock.now()
    )


async def note(actor: Actor, meeting_id: int, text: str) -> None:
    """The chair or the recorder writes a line for the minutes; nobody else sees it before them."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(await _refuse(Act.KEEP_NOTE, meeting))
        stop(rules_floor.refuse_words(meeting.state, text, rules_floor.NOTE_LETTERS), field="note")
        entry = await _put_down(actor, meeting, EntryKind.NOTE, text)
        await uow.audit(actor, "meeting.note", f"meeting:{meeting_id}", entry=entry.id)


async def strike_note(actor: Actor, meeting_id: int, entry_id: int, reason: str) -> None:
    """A line for the minutes was wrong: it is struck and stays readable, with the reason. Raises Refused, NotFound."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(await _refuse(Act.KEEP_NOTE, meeting))
        entry = await FloorEntry.get_or_none(id=entry_id, meeting_id=meeting_id, kind=EntryKind.NOTE)
        if entry is None:
            raise NotFound()
        stop(rules_floor.refuse_strike(reason, entry.struck_at is not None), field="reason")
        await FloorEntry.filter(id=entry_id).update(struck_at=clock.now(), struck_reason=reason.strip())
        await uow.audit(actor, "meeting.strike_note", f"meeting:{meeting_id}", entry=entry_id)


async def enter(actor: Actor, meeting_id: int, accepted: str, channel: Channel | None = None) -> None:
    """Somebody of the roll enters and accepts the rules of order they have been shown, in the version that holds."""
    async with unit_of_work():
        meeting = await Meeting.get(id=meeting_id)
        stop(await _refuse(Act.ENTER, meeting))
        stop(rules_floor.refuse_entry(accepted, rules_version(meeting.plan_data)))
        await check_in(actor, meeting_id, channel)
        await Attendance.filter(meeting_id=meeting_id, person_id=actor.person_id).update(accepted=accepted)


async def entries_of(meeting_id: int, kind: EntryKind) -> list[FloorEntry]:
    """What was put down in a meeting, in order, with its people."""
    rows = FloorEntry.filter(meeting_id=meeting_id, kind=kind).order_by("id")
    return list(await rows.select_related("author", "item"))
