"""The working calendar changed: due times that count its days are worked out again, each change on its timeline."""

from datetime import datetime

from linyue.base.db import unit_of_work
from linyue.base.workdays import Unit, local_day
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


async def reckon_provisional() -> int:
    """Work out again what ran into an unpublished year, once that year is published. Returns how many moved."""
    calendar = await centres.calendar()
    open_ones = Matter.filter(is_due_provisional=True, due_at__isnull=False).exclude(state__in=list(FINAL))
    moved = 0
    for matter_id, due in await open_ones.values_list("id", "due_at"):
        if local_day(due).year in calendar.published_years:
            moved += await _reckon_one(int(matter_id))
            await Matter.filter(id=matter_id).update(is_due_provisional=False)
    return moved


async def _start_told(matter_id: int) -> datetime | None:
    """When the running period began, as the timeline tells it: for matters of before it stood on the row."""
    events = await MatterEvent.filter(matter_id=matter_id).order_by("seq")
    return period_start([(event.kind, event.at, event.due_after) for event in events])


async def _reckon_one(matter_id: int) -> bool:
    async with unit_of_work():
        matter = await claim(matter_id, None, is_quiet=True)
        start = matter.due_from or await _start_told(matter_id)
        due = None
        if start is not None and matter.due_at is not None and matter.state not in FINAL:
            due = due_in(matter.due_days, Unit(matter.due_unit), start, await centres.calendar())
        if due is None or matter.due_at is None or due.at == matter.due_at:
            firm = {"is_due_provisional": due.is_provisional} if due is not None else {}
            await Matter.filter(id=matter_id).update(last_seq=matter.last_seq - 1, **firm)
            return False
        data = {"from": matter.due_at.isoformat(), "to": due.at.isoformat()}
        await take_step(CLOCK, matter, Step.RECKON, Change(matter.state, due=due, data=data))
    return True
