"""Opening a closed matter again: the one time that an unsatisfied rating would have used, while it is unused."""

from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.matters.model import Matter
from linyue.matters.rules import TEXT_AT_MOST, MatterRefusal, MatterState, Rating, Step, state_after_rating
from linyue.matters.service_due import owner_ids, work_due
from linyue.matters.service_report import rate
from linyue.matters.service_step import Change, claim, link_of, take_step


async def reopen(actor: Actor, matter_id: int, version: int, text: str) -> Matter:
    """The reporter, or a social worker for them on the telephone, says that it is not really done.

    Before the matter is closed this is a rating of 不满意. Raises NOT_NOW where the one time is used.
    """
    async with unit_of_work():
        matter = await Matter.get(id=matter_id)
        if matter.reopened_count > 0:
            raise Refused(MatterRefusal.NOT_NOW)
        if matter.state is MatterState.COMPLETED:
            return await rate(actor, matter_id, version, Rating.UNSATISFIED, text)
        matter = await claim(matter_id, version)
        to = state_after_rating(Rating.UNSATISFIED, matter.reopened_count, bool(matter.resolution_public_id))
        columns: dict[str, object] = {
            "reopened_count": matter.reopened_count + 1,
            "completed_at": None,
            "closed_at": None,
        }
        change = Change(to, due=await work_due(matter), text=text[:TEXT_AT_MOST], columns=columns)
        await take_step(actor, matter, Step.REOPEN, change)
        told = await owner_ids(matter)
        await tell(
            told, "matters-told-reopened", link=link_of(matter), is_urgent=True, number=matter.number,
            title=matter.title,
        )  # fmt: skip
    return matter
