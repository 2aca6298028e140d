"""What time does to matters: a passed due time is marked and told within a minute; an unrated one is closed."""

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.notify import tell
from linyue.base.policy import Role
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState, Step
from linyue.matters.service_due import holders, owner_ids
from linyue.matters.service_step import CLOCK, Change, claim, link_of, take_step

BATCH = 200


async def sweep_due() -> int:
    """Mark every matter whose time has passed. Safe to repeat. Returns how many were touched."""
    now = clock.now()
    late = Matter.filter(due_at__lte=now, overdue_at__isnull=True, paused_at__isnull=True)
    ids = await late.order_by("due_at").limit(BATCH).values_list("id", flat=True)
    touched = 0
    for matter_id in ids:
        touched += await mark_due(int(matter_id))  # type: ignore[call-overload]
    return touched


async def mark_due(matter_id: int) -> bool:
    """Mark one matter overdue and tell its owner and the supervisors, or close it when only the rating was missing."""
    async with unit_of_work():
        matter = await claim(matter_id, None, is_quiet=True)
        now = clock.now()
        if matter.due_at is None or matter.due_at > now or matter.overdue_at or matter.paused_at:
            await Matter.filter(id=matter_id).update(last_seq=matter.last_seq - 1)
            return False
        if matter.state is MatterState.COMPLETED:
            await take_step(CLOCK, matter, Step.CLOSE, Change(MatterState.CLOSED))
            return True
        change = Change(matter.state, data={"due": matter.due_at.isoformat()}, columns={"overdue_at": now})
        await take_step(CLOCK, matter, Step.OVERDUE, change)
        told = await owner_ids(matter) | await holders(Role.SUPERVISOR, matter)
        await tell(
            told, "matters-told-overdue", link=link_of(matter), is_urgent=True, number=matter.number,
            title=matter.title,
        )  # fmt: skip
    return True
