"""The working calendar changed: due times that count its days are worked out again, each change on its timeline."""

from linyue.base.db import unit_of_work
from linyue.base.workdays import Unit
from linyue.centres import service as centres
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import FINAL, Step
from linyue.matters.rules_due import due_in, period_start
from linyue.matters.service_step import CLOCK, Change, claim, take_step


async def reckon_due() -> int:
    """Work out every running period again. Safe to repeat. Returns how many due times moved."""
    running = Matter.filter(due_at__isnull=False, due_days__gt=0).exclude(state__in=list(FINAL))
    ids = await running.order_by("id").values_list("id", flat=True)
    moved = 0
    for matter_id in ids:
        moved += await _reckon_one(int(matter_id))  # type: ignore[call-overload]
    return moved


async def _reckon_one(matter_id: int) -> bool:
    async with unit_of_work():
        matter = await claim(matter_id, None, is_quiet=True)
        events = await MatterEvent.filter(matter_id=matter_id).order_by("seq")
        start = period_start([(event.kind, event.at, event.due_after) for event in events])
        due = None
        if start is not None and matter.due_at is not None and matter.state not in FINAL:
            due = due_in(matter.due_days, Unit(matter.due_unit), start, await centres.calendar())
        if due is None or matter.due_at is None or due.at == matter.due_at:
            await Matter.filter(id=matter_id).update(last_seq=matter.last_seq - 1)
            return False
        data = {"from": matter.due_at.isoformat(), "to": due.at.isoformat()}
        await take_step(CLOCK, matter, Step.RECKON, Change(matter.state, due=due, data=data))
    return True
