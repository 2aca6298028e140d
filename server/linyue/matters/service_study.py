"""The pre-study: the community's Party organisation looks at a council's matter before residents decide."""

from linyue.base.db import unit_of_work
from linyue.base.policy import Actor
from linyue.matters.model import Matter
from linyue.matters.rules import MatterRefusal, Opinion, Step, Way
from linyue.matters.service_step import Change, claim, stop, take_step, tell_followers


async def record_pre_study(actor: Actor, matter_id: int, version: int, opinion: Opinion, text: str) -> Matter:
    """Write down what the pre-study found; the matter stays where it is.

    Residents' Committee Law (2025) arts 4, 30. Raises Refused: NOT_NOW, NOT_YOURS, NO_REASON when changes are wanted
    without saying which.
    """
    async with unit_of_work():
        matter = await claim(matter_id, version)
        stop(None if matter.way is Way.COUNCIL else MatterRefusal.NOT_NOW)
        stop(MatterRefusal.NO_REASON if opinion is not Opinion.AGREE and not text.strip() else None, field="text")
        change = Change(matter.state, text=text.strip(), data={"opinion": opinion.value})
        await take_step(actor, matter, Step.PRE_STUDY, change)
        await tell_followers(actor, matter, "matters-told-pre-studied")
    return matter
