"""Running a meeting: start, next item, clock, presence, end, and the chair's last step taken back. Its only writer."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from linyue.base import clock
from linyue.base.db import UnitOfWork, unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.base.workdays import Unit, due_after, published_calendar
from linyue.matters import service as matters
from linyue.meetings import rules
from linyue.meetings.events import MeetingEnded, MeetingMoved, MeetingStarted, PeopleCheckedIn, PersonCheckedIn
from linyue.meetings.model import AgendaItem, Attendance, Meeting, Speaker
from linyue.meetings.rules import Channel, ItemState, MeetingRefusal, MeetingState
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_speakers import SpeakerState
from linyue.meetings.service import claim, office_counts, stop, topic_of
from linyue.meetings.service_back import give_back
from linyue.meetings.service_council import chair_stepped_back, out_of_roll
from linyue.meetings.service_roll import called_ids, is_called, on_roll_of
from linyue.places.model import Place


async def start(actor: Actor, meeting_id: int) -> None:
    """The chair opens the meeting with the first link."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        now = clock.now()
        held = await office_counts(meeting_id)
        stop(rules.refuse_start(meeting.state, meeting.starts_at, now, meeting.plan, held))
        items = await AgendaItem.of(meeting_id)
        stop(MeetingRefusal.CHAIR_STEPPED_BACK if await chair_stepped_back(meeting_id, items[0].matter_id) else None)
        await Meeting.filter(id=meeting_id, state=MeetingState.ANNOUNCED).update(
            state=MeetingState.RUNNING, started_at=now, undo=None
        )
        await _begin_item(meeting, items[0], now)
        for item in items:
            if item.matter_id is not None:
                await matters.meeting_started(actor, item.matter_id, meeting_public_id=meeting.public_id)
        await uow.audit(actor, "meeting.start", f"meeting:{meeting_id}")
        uow.publish(topic_of(meeting_id), MeetingStarted(meeting_id, meeting.version))


async def _begin_item(meeting: Meeting, item: AgendaItem, now: datetime) -> None:
    """An item begins its minutes; in a meeting over days it has a closing time, the end of its last day."""
    plan = meeting.plan
    link = plan.link_at(item.plan_link, item.link) if plan.is_paced else None
    closes = due_after(now, link.days if link else 1, Unit.CALENDAR, published_calendar()) if plan.is_paced else None
    await AgendaItem.filter(id=item.id).update(
        state=ItemState.NOW, started_at=now, ended_at=None, closes_at=closes, reminded_at=None
    )
    ends = closes or now + timedelta(minutes=item.minutes)
    await Meeting.filter(id=meeting.id).update(timer_ends_at=ends, timer_left=None)


async def now_item(meeting_id: int) -> AgendaItem | None:
    """The item under way."""
    return await AgendaItem.get_or_none(meeting_id=meeting_id, state=ItemState.NOW)


async def next_item(actor: Actor, meeting_id: int, *, after: int) -> None:
    """The chair goes on to the next item. `after` is the position they saw, so that a double tap is one step."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        now = clock.now()
        items = await AgendaItem.of(meeting_id)
        here = next((item for item in items if item.state is ItemState.NOW), None)
        position = here.position if here else -1
        stop(rules.refuse_next_item(meeting.state, position, after, items[-1].position))
        assert here is not None
        stop(await _refuse_quorum(meeting, here))
        following = next(item for item in items if item.position > here.position)
        stop(MeetingRefusal.CHAIR_STEPPED_BACK if await chair_stepped_back(meeting_id, following.matter_id) else None)
        await AgendaItem.filter(id=here.id).update(state=ItemState.DONE, ended_at=now)
        queue = await Speaker.in_play(meeting_id)
        await note_step(
            meeting,
            "next_item",
            before=here.id,
            after=following.id,
            waiting=[one.id for one in queue if one.state is SpeakerState.WAITING],
            speaking=[one.id for one in queue if one.state is SpeakerState.SPEAKING],
        )
        await _begin_item(meeting, following, now)
        ids = [one.id for one in queue]
        await Speaker.filter(id__in=ids).update(state=SpeakerState.DONE, ended_at=now)
        await uow.audit(actor, "meeting.next_item", f"meeting:{meeting_id}", item=following.id)
        _moved(uow, meeting)


async def _refuse_quorum(meeting: Meeting, here: AgendaItem) -> MeetingRefusal | None:
    if here.link is not Link.OPENING or meeting.plan.attendance == "none":
        return None
    present, entitled = await _who_came(meeting, here)
    return rules.refuse_leave_opening(here.link, meeting.plan.attendance, present, entitled)


async def _who_came(meeting: Meeting, item: AgendaItem | None) -> tuple[int, int]:
    """How many came of how many are called; without those who stepped back, where the council is called."""
    out = await out_of_roll(meeting.id, meeting.roll, item.matter_id if item is not None else None)
    here = Attendance.filter(meeting_id=meeting.id).exclude(person_id__in=list(out)) if out else None
    present = await (here if here is not None else Attendance.filter(meeting_id=meeting.id)).count()
    return present, len(set(await called_ids(meeting)) - out)


def _moved(uow: UnitOfWork, meeting: Meeting) -> None:
    uow.publish(topic_of(meeting.id), MeetingMoved(meeting.id, meeting.version))


async def note_step(meeting: Meeting, step: str, **data: Any) -> None:
    """Remember how to take the chair's step back, with the clock as it was."""
    note = {
        "step": step,
        "at": clock.now().isoformat(),
        "ends": meeting.timer_ends_at.isoformat() if meeting.timer_ends_at else None,
        "left": meeting.timer_left,
        **data,
    }
    await Meeting.filter(id=meeting.id).update(undo=note)


def noted_at(meeting: Meeting) -> datetime | None:
    """When the step was taken that could be taken back; None when there is none."""
    return datetime.fromisoformat(meeting.undo["at"]) if meeting.undo else None


async def undo(actor: Actor, meeting_id: int) -> None:
    """The chair takes the last step back: the next item, or the next speaker."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_running(meeting.state))
        stop(rules.refuse_undo(noted_at(meeting), clock.now()))
        note = meeting.undo
        assert note is not None
        if note["step"] == "next_item":
            await AgendaItem.filter(id=note["after"]).update(state=ItemState.WAITING, started_at=None)
            await AgendaItem.filter(id=note["before"]).update(state=ItemState.NOW, ended_at=None)
        if note["step"] == "next_speaker":
            await Speaker.filter(id__in=note["called"], state=SpeakerState.SPEAKING).update(
                state=SpeakerState.WAITING, began_at=None
            )
        await _back_in_queue(meeting_id, note["waiting"], SpeakerState.WAITING)
        await _back_in_queue(meeting_id, note["speaking"], SpeakerState.SPEAKING)
        ends = datetime.fromisoformat(note["ends"]) if note["ends"] else None
        await Meeting.filter(id=meeting_id).update(undo=None, timer_ends_at=ends, timer_left=note["left"])
        await uow.audit(actor, "meeting.undo", f"meeting:{meeting_id}", step=note["step"])
        _moved(uow, meeting)


async def _back_in_queue(meeting_id: int, ids: list[int], state: SpeakerState) -> None:
    """Put people back where they stood, except those who have asked anew since."""
    anew = {row.person_id for row in await Speaker.in_play(meeting_id)}
    for row in await Speaker.filter(id__in=ids, state=SpeakerState.DONE):
        if row.person_id not in anew:
            await Speaker.filter(id=row.id).update(state=state, ended_at=None)


async def set_timer(actor: Actor, meeting_id: int, seconds: int) -> None:
    """The chair sets the clock to one of the given lengths, running."""
    stop(None if seconds in rules.TIMER_STEPS else MeetingRefusal.UNKNOWN_TIMER)
    await _change_clock(actor, meeting_id, lambda left: (seconds, True))


async def add_time(actor: Actor, meeting_id: int) -> None:
    """The chair gives thirty seconds more."""
    await _change_clock(actor, meeting_id, lambda left: ((left or 0) + 30, None))


async def pause_timer(actor: Actor, meeting_id: int) -> None:
    """The chair stops the clock, or lets it go on."""
    await _change_clock(actor, meeting_id, lambda left: (left or 0, None), is_toggle=True)


async def _change_clock(
    actor: Actor,
    meeting_id: int,
    change: Callable[[int | None], tuple[int, bool | None]],
    *,
    is_toggle: bool = False,
) -> None:
    """Apply `change` to the seconds left; its second value says whether the clock runs, None: as before."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(rules.refuse_running(meeting.state))
        now = clock.now()
        seconds, runs = change(rules.timer_left(meeting.timer_ends_at, meeting.timer_left, now))
        was_running = meeting.timer_left is None
        runs = (not was_running if is_toggle else was_running) if runs is None else runs
        await Meeting.filter(id=meeting_id).update(
            timer_ends_at=now + timedelta(seconds=seconds) if runs else None,
            timer_left=None if runs else seconds,
        )
        await uow.audit(actor, "meeting.clock", f"meeting:{meeting_id}")
        _moved(uow, meeting)


async def blank_screen(actor: Actor, meeting_id: int, is_blank: bool) -> None:
    """The chair darkens the big screen, or shows it again."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(MeetingRefusal.ENDED if meeting.state is MeetingState.ENDED else None)
        await Meeting.filter(id=meeting_id).update(screen_blank=is_blank)
        await uow.audit(actor, "meeting.blank", f"meeting:{meeting_id}")
        _moved(uow, meeting)


async def check_in(actor: Actor, meeting_id: int, channel: Channel | None = None, person_id: int | None = None) -> bool:
    """Somebody of the roll is there: themselves, or ticked at the door. False when they already were.

    Without a channel they came in by the meeting's own code. Whoever was online and comes to the door is in the hall
    from then on: hands are counted among those.
    """
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        stop(MeetingRefusal.ENDED if meeting.state is MeetingState.ENDED else None)
        stop(MeetingRefusal.NOT_ANNOUNCED if meeting.state is MeetingState.DRAFT else None)
        who = person_id if person_id is not None else actor.person_id
        if who is None or not await is_called(who, meeting):
            raise Refused(MeetingRefusal.NOT_ON_ROLL)
        channel = channel or rules.channel_of(meeting.mode)
        before = await Attendance.get_or_none(meeting_id=meeting_id, person_id=who)
        if before is not None:
            if rules.is_raised(before.channel, channel):
                await Attendance.filter(id=before.id).update(channel=channel)
                uow.publish(topic_of(meeting_id), PersonCheckedIn(meeting_id, meeting.version, who))
            return False
        await Attendance.create(meeting_id=meeting_id, person_id=who, channel=channel, at=clock.now())
        uow.publish(topic_of(meeting_id), PersonCheckedIn(meeting_id, meeting.version, who))
        return True


async def check_in_several(actor: Actor, meeting_id: int, person_ids: Iterable[int]) -> None:
    """Whoever keeps the door ticks several people of the roll at once: all of them are noted, or nobody."""
    async with unit_of_work():
        for one in sorted(person_ids):
            await check_in(actor, meeting_id, Channel.HALL, one)


async def check_in_voters(meeting_id: int, person_ids: Iterable[int]) -> None:
    """People who voted from their phones are there: those of the present roll who were not yet, in one transaction.

    Nobody is refused: a ballot counts by its frozen roll, whether or not its voter is on the present one, and whether
    or not they have accepted the rules of order. Those bind who speaks and posts; a vote must not wait for them.
    """
    if not await _not_here(meeting_id, set(person_ids)):
        return  # most have come in before: nothing changes, so nobody's version rises
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        if meeting.state in (MeetingState.ENDED, MeetingState.DRAFT):
            return
        place = await Place.get(id=meeting.place_id)
        new = sorted(await _not_here(meeting_id, await on_roll_of(person_ids, place, meeting.roll)))
        now = clock.now()
        await Attendance.bulk_create(
            [Attendance(meeting_id=meeting_id, person_id=one, channel=Channel.ONLINE, at=now) for one in new]
        )
        if new:
            uow.publish(topic_of(meeting_id), PeopleCheckedIn(meeting_id, meeting.version, tuple(new)))


async def _not_here(meeting_id: int, person_ids: set[int]) -> set[int]:
    here = Attendance.filter(meeting_id=meeting_id, person_id__in=list(person_ids))
    return person_ids - {int(str(one)) for one in await here.values_list("person_id", flat=True)}


async def adjourn(actor: Actor, meeting_id: int) -> None:
    """Too few came: the chair calls the meeting off at its opening. Nothing was decided; it can be called again.

    Its matters go back to the council, which offers them to the next meeting.
    """
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        here = await now_item(meeting_id)
        present, entitled = await _who_came(meeting, here)
        link, asked = (here.link if here else None), meeting.plan.attendance
        stop(rules.refuse_adjourn(meeting.state, link, asked, present, entitled))
        await _close(meeting)
        await give_back(actor, meeting)
        await uow.audit(actor, "meeting.adjourn", f"meeting:{meeting_id}", present=present, entitled=entitled)
        uow.publish(topic_of(meeting_id), MeetingEnded(meeting_id, meeting.version))


async def _close(meeting: Meeting) -> None:
    now = clock.now()
    await AgendaItem.filter(meeting_id=meeting.id, state=ItemState.NOW).update(state=ItemState.DONE, ended_at=now)
    await Speaker.in_play(meeting.id).update(state=SpeakerState.DONE, ended_at=now)
    await Meeting.filter(id=meeting.id, state=MeetingState.RUNNING).update(
        state=MeetingState.ENDED, ended_at=now, timer_ends_at=None, timer_left=None, undo=None
    )


async def end(actor: Actor, meeting_id: int) -> None:
    """The chair closes the meeting after its last item; the code stops working."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        items = await AgendaItem.of(meeting_id)
        stop(rules.refuse_end(meeting.state, items[-1].state is ItemState.NOW))
        await _close(meeting)
        await uow.audit(actor, "meeting.end", f"meeting:{meeting_id}")
        uow.publish(topic_of(meeting_id), MeetingEnded(meeting_id, meeting.version))
