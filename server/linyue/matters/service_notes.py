"""Remarks that only staff see: written at the desk, by the officer or at the centre; both parts of a number share them.

A neighbour of the council who has the matter in hand is no staff: remarks may say what a resident told in confidence.
"""

from tortoise.expressions import Q

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor, allow
from linyue.matters.model import Matter, MatterNote
from linyue.matters.rules import TEXT_AT_MOST, MatterRefusal
from linyue.matters.service import scope_of


async def may_note(actor: Actor, matter: Matter) -> bool:
    """Whether somebody sees and writes the remarks about a matter; the table of rights says who."""
    return allow(actor, "matters.note", await scope_of(matter))


async def notes_of(matter: Matter) -> list[MatterNote]:
    """The remarks about a number, oldest first, whichever part they were written at; with `author` loaded."""
    rows = MatterNote.filter(Q(matter_id=matter.thread_id) | Q(matter__root_id=matter.thread_id))
    return await rows.order_by("id").select_related("author")


async def add_note(actor: Actor, matter: Matter, text: str) -> None:
    """Write a remark for colleagues. Raises Refused: NO_REASON."""
    if not text.strip():
        raise Refused(MatterRefusal.NO_REASON, field="note")
    assert actor.person_id is not None
    async with unit_of_work() as work:
        await MatterNote.create(
            matter_id=matter.thread_id, author_id=actor.person_id, text=text[:TEXT_AT_MOST], at=clock.now()
        )
        await work.audit(actor, "matter.note", f"matter:{matter.id}")
