"""What the one who has a matter in hand does: accept, give back, ask, take more time, complete.

Centre, own desk and council alike; the table of rules knows who may.
"""

from datetime import date, datetime

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.base.workdays import Unit, day_end, due_after
from linyue.centres import service as centres
from linyue.matters import service_photos as photos
from linyue.matters.model import Matter
from linyue.matters.rules import (
    MatterRefusal,
    MatterState,
    ReturnReason,
    Step,
    Way,
    owner_after_return,
    refuse_return,
)
from linyue.matters.rules_clock import (
    PRIVATE_PAUSES,
    PauseReason,
    refuse_extension,
    refuse_pause,
)
from linyue.matters.rules_due import due_in, due_on
from linyue.matters.rules_measured import minutes_in_all
from linyue.matters.service_centre import UNROUTED
from linyue.matters.service_due import accepted_due, handling_since, owner_ids, resumed, work_due
from linyue.matters.service_step import Change, claim, link_of, stop, take_step, tell_followers, tell_reporter


async def accept(actor: Actor, matter_id: int, version: int) -> Matter:
    """Take a matter on. A council's time is then the work's, no longer the answer's; for the others it runs on."""
    async with unit_of_work():
        matter = await claim(matter_id, version)
        due = await accepted_due(matter)
        owner = (matter.owner_role, actor.person_id)
        await take_step(actor, matter, Step.ACCEPT, Change(MatterState.ACCEPTED, owner=owner, due=due))
        await tell_followers(actor, matter, "matters-told-accepted")
    return matter


async def give_back(
    actor: Actor, matter_id: int, version: int, reason: ReturnReason, text: str, suggested: str = ""
) -> Matter:
    """Return a matter to triage with a coded reason; after the second return the sub-district's officer owns it."""
    _need(text, "text")
    async with unit_of_work():
        matter = await claim(matter_id, version)
        stop(refuse_return(matter.returned_count))
        count = matter.returned_count + 1
        # What is late stays late, whoever has it: only a matter in time gets the desk's one day.
        days = (await centres.handling()).triage_days
        due = None if matter.overdue_at else due_in(days, Unit.WORKING, clock.now(), await centres.calendar())
        change = Change(
            MatterState.REPORTED,
            owner=(owner_after_return(count), None),
            due=due,
            text=text,
            data={
                "reason": reason.value,
                "suggested": suggested,
                "count": count,
                "way": matter.way,
                "centre": matter.centre_id,
                "item": matter.item_code,
                "kind": matter.kind,
            },
            columns={**UNROUTED, "returned_count": count},
        )
        await take_step(actor, matter, Step.RETURN, change)
        told = await owner_ids(matter)
        await tell(told, "matters-told-returned", link=link_of(matter), number=matter.number, title=matter.title)
    return matter


async def ask(
    actor: Actor, matter_id: int, version: int, text: str, reason: PauseReason = PauseReason.ANSWER
) -> Matter:
    """Let the clock stand still for a named reason: a question, papers, a day agreed on, an appraisal, the weather.

    Everybody sees the reason; it goes on with the answer, when the handler says so, or by itself. What is late already
    is asked about all the same, but its clock does not stop.
    """
    _need(text, "text")
    async with unit_of_work():
        matter = await claim(matter_id, version)
        now, calendar = clock.now(), await centres.calendar()
        stop(refuse_pause(len(await handling_since(matter, Step.ASK))), field="text")
        days = (await centres.handling()).pause_days(reason.value)
        ends = due_after(now, days, Unit.WORKING, calendar)
        is_late = matter.overdue_at is not None or (matter.due_at is not None and matter.due_at <= now)
        change = Change(
            MatterState.WAITING,
            text=text,
            data={"pause": reason.value, "until": ends.isoformat(), "is_late": is_late},
            is_public=reason not in PRIVATE_PAUSES,
            columns={
                "paused_at": None if is_late else now,
                "pause_reason": reason.value,
                "pause_ends_at": ends,
                "paused_for": text[:500],
            },
        )
        await take_step(actor, matter, Step.ASK, change)
        await tell_reporter(actor, matter, f"matters-told-{'asked' if reason is PauseReason.ANSWER else 'paused'}")
    return matter


async def resume(actor: Actor, matter_id: int, version: int) -> Matter:
    """What the clock waited for is there: it goes on, pushed back by the days it stood."""
    async with unit_of_work():
        matter = await claim(matter_id, version)
        change = Change(
            MatterState.ACCEPTED,
            data={"pause": matter.pause_reason},
            columns=resumed(matter, clock.now(), await centres.calendar()),
        )
        await take_step(actor, matter, Step.RESUME, change)
        await tell_followers(actor, matter, "matters-told-resumed")
    return matter


async def extend(actor: Actor, matter_id: int, version: int, until: date | None, text: str) -> Matter:
    """Take more time, before the deadline, bounded, and with a reason that the resident reads."""
    _need(text, "text")
    if until is None:
        raise Refused(MatterRefusal.NOT_LATER, field="until")
    async with unit_of_work():
        matter = await claim(matter_id, version)
        wanted, now = day_end(until), clock.now()
        earlier = await handling_since(matter, Step.EXTEND)
        first = datetime.fromisoformat(earlier[0].data["from"]) if earlier else None
        most = (await centres.handling()).extend_days
        refusal = refuse_extension(matter.due_at, wanted, now, count=len(earlier), first_due=first, most=most)
        stop(refusal, field="until", days=most)
        due = due_on(wanted, now, await centres.calendar(), matter.due_days, matter.due_unit)
        data = {"from": matter.due_at.isoformat() if matter.due_at else "", "to": wanted.isoformat()}
        await take_step(actor, matter, Step.EXTEND, Change(matter.state, due=due, text=text, data=data))
        await tell_followers(actor, matter, "matters-told-extended", is_urgent=True)
    return matter


async def complete(
    actor: Actor, matter_id: int, version: int, text: str, form_id: str = "", minutes: int | None = None
) -> Matter:
    """Say what was done, with photos of the result (those kept under `form_id`); the reporter may now rate it.

    `minutes`: what it took at the own desk, for the catalogue's figures; kept on the matter alone, with nobody's name.
    """
    if not text.strip():
        raise Refused(MatterRefusal.NO_RESULT, field="text")
    async with unit_of_work():
        matter = await claim(matter_id, version)
        now = clock.now()
        due = due_in((await centres.handling()).rating_days, Unit.WORKING, now, await centres.calendar())
        count = await photos.attach_photos(actor, matter, form_id, is_after=True) if form_id else 0
        change = Change(
            MatterState.COMPLETED,
            due=due,
            text=text,
            data={"photos": count},
            columns={"result_text": text, "completed_at": now, "desk_minutes": _took(matter, minutes)},
        )
        await take_step(actor, matter, Step.COMPLETE, change)
        await tell_followers(actor, matter, "matters-told-completed", is_urgent=True)
    return matter


async def take_back(actor: Actor, matter_id: int, version: int) -> Matter:
    """The meeting heard it but decided nothing: the council's member has it again, with the time of one meeting."""
    async with unit_of_work():
        matter = await claim(matter_id, version)
        change = Change(MatterState.ACCEPTED, due=await work_due(matter), columns={"meeting_public_id": ""})
        await take_step(actor, matter, Step.TAKE_OFF_AGENDA, change)
    return matter


def _took(matter: Matter, minutes: int | None) -> int | None:
    if matter.way is not Way.OWN_DESK:
        return None
    return minutes_in_all(matter.desk_minutes, minutes, is_again=matter.reopened_count > 0)


def _need(text: str, field: str) -> None:
    if not text.strip():
        raise Refused(MatterRefusal.NO_REASON, field=field)
