"""What the one who has a matter in hand does: accept, give back, ask, take more time, complete.

Centre, own desk and council alike; the table of rules knows who may.
"""

from datetime import date

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.base.workdays import Unit, day_end
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
from linyue.matters.rules_due import RATING_DAYS, TRIAGE_DAYS, DueTime, due_in, refuse_extension
from linyue.matters.service_due import owner_ids, work_due
from linyue.matters.service_step import Change, claim, link_of, stop, take_step, tell_followers, tell_reporter


async def accept(actor: Actor, matter_id: int, version: int) -> Matter:
    """Take a matter on. A council that does has the time of one meeting; for the others the time runs on."""
    async with unit_of_work():
        matter = await claim(matter_id, version)
        due = await work_due(matter) if matter.way is Way.COUNCIL else None
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
        due = due_in(TRIAGE_DAYS, Unit.WORKING, clock.now(), await centres.calendar())
        cleared: dict[str, object] = {
            "way": None,
            "item_code": "",
            "kind": "",
            "centre_id": None,
            "department": "",
            "reason": [],
        }
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
            columns={**cleared, "returned_count": count},
        )
        await take_step(actor, matter, Step.RETURN, change)
        told = await owner_ids(matter)
        await tell(told, "matters-told-returned", link=link_of(matter), number=matter.number, title=matter.title)
    return matter


async def ask(actor: Actor, matter_id: int, version: int, text: str) -> Matter:
    """Ask the reporter something; the clock stands still until the answer, and everybody can see why."""
    _need(text, "text")
    async with unit_of_work():
        matter = await claim(matter_id, version)
        change = Change(
            MatterState.WAITING,
            text=text,
            is_public=False,
            columns={"paused_at": clock.now(), "paused_for": text[:500]},
        )
        await take_step(actor, matter, Step.ASK, change)
        await tell_reporter(actor, matter, "matters-told-asked")
    return matter


async def extend(actor: Actor, matter_id: int, version: int, until: date | None, text: str) -> Matter:
    """Take more time, before the deadline and with a reason that the resident reads."""
    _need(text, "text")
    if until is None:
        raise Refused(MatterRefusal.NOT_LATER, field="until")
    async with unit_of_work():
        matter = await claim(matter_id, version)
        wanted = day_end(until)
        refusal = refuse_extension(matter.due_at, wanted, clock.now())
        stop(refusal, field="until")
        due = DueTime(wanted, matter.due_days, matter.due_unit, matter.is_due_provisional)
        data = {"from": matter.due_at.isoformat() if matter.due_at else "", "to": wanted.isoformat()}
        await take_step(actor, matter, Step.EXTEND, Change(matter.state, due=due, text=text, data=data))
        await tell_followers(actor, matter, "matters-told-extended")
    return matter


async def complete(actor: Actor, matter_id: int, version: int, text: str, form_id: str = "") -> Matter:
    """Say what was done, with photos of the result (those kept under `form_id`); the reporter may now rate it."""
    if not text.strip():
        raise Refused(MatterRefusal.NO_RESULT, field="text")
    async with unit_of_work():
        matter = await claim(matter_id, version)
        now = clock.now()
        due = due_in(RATING_DAYS, Unit.WORKING, now, await centres.calendar())
        count = await photos.attach_photos(actor, matter, form_id, is_after=True) if form_id else 0
        change = Change(
            MatterState.COMPLETED,
            due=due,
            text=text,
            data={"photos": count},
            columns={"result_text": text, "completed_at": now},
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


def _need(text: str, field: str) -> None:
    if not text.strip():
        raise Refused(MatterRefusal.NO_REASON, field=field)
