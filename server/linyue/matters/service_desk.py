"""The triage desk's own help: who is looking at a report, taking a sending back."""

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.model_desk import TriageLease
from linyue.matters.rules import MatterState, Step
from linyue.matters.rules_desk import LEASE, DeskRefusal, refuse_undo
from linyue.matters.service_appeals import lapse
from linyue.matters.service_clock_back import clock_at_desk
from linyue.matters.service_step import Change, claim, stop, take_step, tell_followers
from linyue.people.model import Person

# ── who is looking at it ──


async def look(actor: Actor, matter_id: int) -> str:
    """Say that one has this report open. Returns who else has, by name; empty when nobody does."""
    assert actor.person_id is not None
    now = clock.now()
    async with unit_of_work():
        until = now + LEASE
        free = TriageLease.filter(matter_id=matter_id, until_at__lt=now)
        mine = TriageLease.filter(matter_id=matter_id, person_id=actor.person_id)
        if await mine.update(until_at=until) or await free.update(person_id=actor.person_id, until_at=until):
            return ""
        row = TriageLease(matter_id=matter_id, person_id=actor.person_id, until_at=until)
        await TriageLease.bulk_create([row], ignore_conflicts=True)
    return await held_by(actor, matter_id)


async def held_by(actor: Actor, matter_id: int) -> str:
    """Who else has it open now, by name."""
    held = TriageLease.filter(matter_id=matter_id, until_at__gte=clock.now()).exclude(person_id=actor.person_id or 0)
    found = await held.first()
    return (await Person.get(id=found.person_id)).display_name if found else ""


async def refuse_if_held(actor: Actor, matter_id: int, *, anyway: bool) -> None:
    """Stop a step once, with the colleague's name, when somebody else is on it. Raises SOMEBODY_ELSE."""
    who = "" if anyway else await held_by(actor, matter_id)
    if who:
        raise Refused(DeskRefusal.SOMEBODY_ELSE, who=who)


# ── taking it back ──


async def undo(actor: Actor, matter_id: int, version: int | None = None) -> Matter:
    """Take one's own sending back within ten minutes, before anybody did anything with it.

    It is with the desk again, with the clock it had. Raises Refused: UNDO_LATE, UNDO_TOUCHED.
    """
    async with unit_of_work():
        matter = await claim(matter_id, version)
        events = await MatterEvent.filter(matter_id=matter_id).order_by("-seq").limit(2)
        last = events[0]
        is_mine = last.kind == Step.TRIAGE.value and last.actor_id == actor.person_id and not matter.part
        stop(refuse_undo(is_mine, last.at, clock.now()))
        before = events[1]
        columns: dict[str, object] = {"way": None, "item_code": "", "kind": "", "centre_id": None, "department": ""}
        change = Change(
            MatterState.REPORTED,
            owner=(before.owner_role_after, before.owner_id_after),
            columns={**columns, "reason": [], "closed_at": None, **await clock_at_desk(before)},
        )
        await take_step(actor, matter, Step.UNDO, change)
        await lapse(matter.id)
        await tell_followers(actor, matter, "matters-told-undone")
    return matter
