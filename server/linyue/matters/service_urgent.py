"""Urgent, or a false alarm: whoever works on a matter says so with a reason. Urgent ones head every queue."""

from tortoise.expressions import Q

from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.matters.model import Matter
from linyue.matters.rules import MatterRefusal, Step
from linyue.matters.service_due import owner_ids
from linyue.matters.service_step import Change, claim, link_of, take_step


async def set_urgent(actor: Actor, matter_id: int, version: int, text: str, *, is_urgent: bool) -> Matter:
    """Mark a matter as urgent, or take the mark away; the whole number is, both parts. Whoever has it is told.

    Raises Refused: NO_REASON, NOT_NOW where it is so already, and what the table of steps refuses.
    """
    if not text.strip():
        raise Refused(MatterRefusal.NO_REASON, field="text")
    async with unit_of_work():
        matter = await claim(matter_id, version)
        if matter.is_urgent == is_urgent:
            raise Refused(MatterRefusal.NOT_NOW)
        change = Change(matter.state, text=text, columns={"is_urgent": is_urgent})
        await take_step(actor, matter, Step.URGENT if is_urgent else Step.CALM, change)
        await Matter.filter(Q(id=matter.thread_id) | Q(root_id=matter.thread_id)).update(is_urgent=is_urgent)
        told: set[int] = set()
        for one in await matter.family():
            told |= await owner_ids(one)
        key = "matters-told-marked-urgent" if is_urgent else "matters-told-calmed"
        others = told - {actor.person_id or 0}
        await tell(others, key, link=link_of(matter), is_urgent=is_urgent, number=matter.number, title=matter.title)
    return matter
