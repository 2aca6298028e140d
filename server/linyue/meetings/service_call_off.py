"""Calling an announced meeting off, and drafting it anew for another day. The only writer of both.

    call_off(actor, meeting_id, reason)     over, its matters given back, everybody on the roll told why
    draft_again(actor, meeting_id)          the same meeting as a draft, on the first such day that its notice allows
    tell_unstarted(meeting_id)              its chair hears that a day has passed and nobody has started it
A meeting that was called off has ended; `Meeting.called_off` says why. No vote may be open: the slice that knows the
votes refuses it (`plug_called_off`), and that of procedures frees its sitting.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.base.workdays import published_calendar
from linyue.meetings import rules
from linyue.meetings.events import MeetingEnded
from linyue.meetings.model import AgendaItem, Meeting, Speaker
from linyue.meetings.rules import ItemState, MeetingState
from linyue.meetings.rules_rights import Act, refuse_act
from linyue.meetings.rules_speakers import SpeakerState
from linyue.meetings.service import claim, draft_meeting, stop, topic_of
from linyue.meetings.service_agenda import add_matter
from linyue.meetings.service_back import give_back
from linyue.meetings.service_council import chair_of
from linyue.meetings.service_notice import when_and_where
from linyue.meetings.service_roll import called_ids
from linyue.meetings.service_room import now_item
from linyue.meetings.templates import sitting_ids

CalledOff = Callable[[Meeting], Awaitable[None]]
_called_off: list[CalledOff] = []
WEEK = timedelta(days=7)


def plug_called_off(then: CalledOff) -> None:
    """Let a later slice refuse that a meeting is called off, or follow it; runs in the same transaction."""
    _called_off.append(then)


async def call_off(actor: Actor, meeting_id: int, reason: str) -> None:
    """The chair or the council calls a meeting off, with a reason that everybody reads.

    Raises Refused: NOT_NOW before the notice and after the end, NO_REASON, and what the votes say.
    """
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        item = await now_item(meeting_id)
        stop(refuse_act(Act.CALL_OFF, meeting.state, item.link if item else None))
        stop(rules.refuse_call_off(reason), field="reason", most=rules.REASON_LIMIT)
        for then in _called_off:
            await then(meeting)
        now = clock.now()
        await AgendaItem.filter(meeting_id=meeting_id, state=ItemState.NOW).update(state=ItemState.DONE, ended_at=now)
        await Speaker.in_play(meeting_id).update(state=SpeakerState.DONE, ended_at=now)
        await Meeting.filter(id=meeting_id).update(
            state=MeetingState.ENDED,
            ended_at=now,
            called_off=reason.strip(),
            timer_ends_at=None,
            timer_left=None,
            undo=None,
        )
        await give_back(actor, meeting, reason.strip())
        facts = {"title_zh": meeting.title, "title_en": meeting.title_en, "reason": reason.strip()}
        is_urgent = not meeting.plan.notice.days  # who was called by text message is told by one not to come
        link, people = f"/meetings/{meeting.public_id}", await called_ids(meeting)
        told = facts | when_and_where(meeting)
        await tell(people, "meetings-told-called-off", link=link, is_urgent=is_urgent, **told)
        await uow.audit(actor, "meeting.call_off", f"meeting:{meeting_id}")
        uow.publish(topic_of(meeting_id), MeetingEnded(meeting_id, meeting.version))


async def draft_again(actor: Actor, meeting_id: int) -> Meeting:
    """A draft of a meeting that was called off, whole weeks later at the same time, as early as its notice allows.

    Matters it had given back stand on it again, unless they have gone elsewhere. Asked for twice, the first draft is
    given. A sitting of a procedure is called from its procedure, which knows what it waits for. Raises NotFound for it
    and for a meeting that was not called off.
    """
    async with unit_of_work():
        return await _draft_again(actor, await claim(meeting_id))


async def _draft_again(actor: Actor, before: Meeting) -> Meeting:
    if not before.called_off or before.template not in sitting_ids():
        raise NotFound()
    now, meeting_id = clock.now(), before.id
    same = Meeting.filter(place_id=before.place_id, template=before.template, title=before.title)
    drafted = await same.filter(state=MeetingState.DRAFT, created_at__gte=before.ended_at).first()
    if drafted is not None:
        return drafted
    earliest = rules.earliest_day(clock.local(now).date(), before.plan.notice, published_calendar())
    starts_at = before.starts_at + WEEK
    while starts_at <= now or clock.local(starts_at).date() < earliest:
        starts_at += WEEK
    made = await draft_meeting(
        actor,
        place_id=before.place_id,
        template=before.template,
        title=before.title,
        title_en=before.title_en,
        starts_at=starts_at,
        mode=before.mode,
        venue=before.venue,
        data=before.plan_data,
    )
    heard = AgendaItem.of(meeting_id).filter(matter_id__isnull=False)
    for number in await heard.values_list("matter__number", flat=True):
        with suppress(Refused):
            await add_matter(actor, made.id, str(number))
    return made


async def tell_unstarted(meeting_id: int) -> bool:
    """A day after its time, tell the chair of a meeting that nobody started; False where there is nothing to tell."""
    async with unit_of_work():
        meeting = await Meeting.get_or_none(id=meeting_id, state=MeetingState.ANNOUNCED)
        chair = await chair_of(meeting_id)
        if meeting is None or chair is None or clock.now() < meeting.starts_at + rules.UNSTARTED_AFTER:
            return False
        title = {"title_zh": meeting.title, "title_en": meeting.title_en}
        await tell([chair], "meetings-told-unstarted", link=f"/meetings/{meeting.public_id}", is_urgent=False, **title)
    return True
