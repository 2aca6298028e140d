"""Who owns a matter now, and how long its handler has: the questions that need the catalogue and the rolls of staff."""

from datetime import datetime
from typing import Any

from tortoise.expressions import Q

from linyue.base import clock
from linyue.base.errors import NotFound
from linyue.base.policy import Role
from linyue.base.workdays import Calendar, Unit
from linyue.centres import service as centres
from linyue.centres.rules import ItemEntry, Way, time_of
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import HANDLING, Step
from linyue.matters.rules_due import (
    DueTime,
    due_after_answer,
    due_after_pause,
    due_again,
    due_for_way,
    due_in,
    work_in,
)
from linyue.people.model import RoleGrant


async def item_of(code: str, catalogue_id: int | None = None) -> ItemEntry | None:
    """An item of the catalogue in force, or of the version a matter was sent under; None for none or an unknown one."""
    if not code:
        return None
    try:
        return (await centres.index_of(catalogue_id)).by_code.get(code)
    except NotFound:
        return None


async def work_due(matter: Matter, way: Way | None = None, start: datetime | None = None) -> DueTime:
    """How long the handler has for the work itself, from `start`, else from now: as its item says, else the district.

    `way`: where the caller knows it better than the row, as a meeting does.
    """
    calendar, rules = await centres.calendar(), await centres.handling()
    item = await item_of(matter.item_code, matter.catalogue_id)
    way = way or matter.way or Way.OWN_DESK
    return work_in(way, item.days if item else None, start or clock.now(), calendar, rules)


async def accepted_due(matter: Matter) -> DueTime | None:
    """The due time once it is taken on; None: as it is.

    The guide's time runs since the first sending, as it does at a centre; where the guide gives none, a council has the
    district's days from its answer.
    """
    if matter.way is not Way.COUNCIL:
        return None
    if await _was_taken_before_it_moved(matter):
        return None
    item = await item_of(matter.item_code, matter.catalogue_id)
    if item is None or time_of(item.days) is None:
        return await work_due(matter)
    sent = await handling_since(matter, Step.TRIAGE)
    whole = await work_due(matter, start=sent[0].at if sent else None)
    return due_after_answer(whole, matter.due_at, clock.now())


async def _was_taken_before_it_moved(matter: Matter) -> bool:
    """Whether a council had answered already when it went to another place, and its time for the work was running."""
    moved = await handling_since(matter, Step.MOVE)
    return bool(moved) and any(
        taken.seq < moved[-1].seq for taken in await _since_sent(matter, await handling_since(matter, Step.ACCEPT))
    )


async def _since_sent(matter: Matter, entries: list[MatterEvent]) -> list[MatterEvent]:
    """Those of the entries that came after the matter was last sent on."""
    sent = await handling_since(matter, Step.TRIAGE)
    return [one for one in entries if not sent or one.seq > sent[-1].seq]


async def handling_since(matter: Matter, step: Step) -> list[MatterEvent]:
    """The entries of one step since the matter was filed or last reopened, oldest first."""
    begun = MatterEvent.filter(matter_id=matter.id, kind__in=(Step.REOPEN.value, Step.RATE.value)).order_by("-seq")
    last = await begun.first()
    found = MatterEvent.filter(matter_id=matter.id, kind=step.value, seq__gt=last.seq if last else 0)
    return await found.order_by("seq")


async def sent_due(matter: Matter, way: Way, item: ItemEntry | None) -> DueTime | None:
    """The receiver's due time. Sent out again, a matter keeps the period of its first sending; late, it stays late."""
    now, calendar, rules = clock.now(), await centres.calendar(), await centres.handling()
    earlier = await handling_since(matter, Step.TRIAGE)
    days = item.days if item else None
    if not earlier:
        return due_for_way(way, days, now, calendar, rules)
    whole = due_for_way(way, days, earlier[0].at, calendar, rules)
    return None if whole is None or matter.overdue_at else due_again(whole, now, calendar)


async def has_handled(person_id: int | None, matter_id: int) -> bool:
    """Whether somebody took a matter on or said that it is done: then a colleague notes what its reporter says."""
    if person_id is None:
        return False
    kinds = [step.value for step in HANDLING]
    return await MatterEvent.filter(matter_id=matter_id, kind__in=kinds, actor_id=person_id).exists()


async def answer_by(way: Way, due: datetime | None) -> datetime | None:
    """By when whoever gets it takes it on; None where its due time comes first, as with a council's answer."""
    if way not in (Way.CENTRE, Way.OWN_DESK):
        return None
    days = (await centres.handling()).silent_days
    at = due_in(days, Unit.WORKING, clock.now(), await centres.calendar()).at
    return at if due is not None and at < due else None


def resumed(matter: Matter, now: datetime, calendar: Calendar) -> dict[str, Any]:
    """Columns of a clock that goes on: due time and warnings pushed on by the working days it stood still."""
    if matter.due_at is None or matter.paused_at is None:
        return {}
    due = due_after_pause(matter.due_at, matter.paused_at, now, calendar)
    by = due - matter.due_at
    warns = {"warn_at": matter.warn_at, "warn_last_at": matter.warn_last_at}
    moved = {name: at + by if at is not None else None for name, at in warns.items()}
    return {"due_at": due, **({"due_from": None} if by else {}), **moved}


async def owner_ids(matter: Matter) -> set[int]:
    """The person who owns the matter, or everybody at the desk that does."""
    if matter.owner_id is not None:
        return {matter.owner_id}
    return await holders(Role(matter.owner_role), matter)


async def holders(role: Role, matter: Matter) -> set[int]:
    """Everybody who holds a role that reaches this matter. `matter.community` must be loaded."""
    now = clock.now()
    live = RoleGrant.filter(Q(ends_at=None) | Q(ends_at__gt=now), role=role, starts_at__lte=now)
    if role is Role.CENTRE_CLERK:
        found = live.filter(centre_id=matter.centre_id)
    else:
        found = live.filter(place_id__in=matter.community.ancestor_ids)
    return {int(i) for i in await found.values_list("person_id", flat=True)}  # type: ignore[call-overload]
