"""The gate: a task is asked for, decided by somebody else, counted while it runs, and over by itself at its term."""

from dataclasses import dataclass
from datetime import date

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role
from linyue.base.workdays import local_day
from linyue.centres import service
from linyue.centres.model_gate import PushedTask
from linyue.centres.rules import ItemEntry
from linyue.centres.rules_gate import (
    RUNNING,
    GateRefusal,
    GateState,
    Ground,
    days_in,
    is_forbidden,
    is_listed,
    refuse_decision,
)
from linyue.centres.rules_terms import Level
from linyue.people.service_roles import holders_of
from linyue.places.model import Place
from linyue.places.rules import PlaceKind


@dataclass(frozen=True, slots=True)
class NewTask:
    """What somebody above wants done."""

    form_id: str
    community_code: str
    title: str
    office: str
    minutes_week: int
    text: str = ""
    item_code: str = ""
    pushed_by: Level | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says, and on what ground."""

    to: GateState
    reason: str = ""
    ground: Ground | None = None
    ends_on: date | None = None
    means: str = ""


async def ask(actor: Actor, new: NewTask) -> PushedTask:
    """Put a task before the gate; nobody works on it until it is decided. The same form asks once.

    Raises Refused: NOT_A_COMMUNITY, NO_ITEM.
    """
    community = await Place.get_or_none(code=new.community_code, kind=PlaceKind.COMMUNITY)
    if community is None:
        raise Refused(GateRefusal.NOT_A_COMMUNITY, field="community")
    if new.item_code and await _item(new.item_code) is None:
        raise Refused(GateRefusal.NO_ITEM, field="item")
    async with unit_of_work() as work:
        earlier = await PushedTask.get_or_none(form_id=new.form_id)
        if earlier is not None:
            return earlier
        task = await PushedTask.create(
            form_id=new.form_id,
            community_id=community.id,
            title=new.title.strip(),
            office=new.office.strip(),
            text=new.text.strip(),
            item_code=new.item_code,
            pushed_by=new.pushed_by,
            minutes_week=new.minutes_week,
            asked_by_id=actor.person_id,
            asked_at=clock.now(),
        )
        await work.audit(actor, "centres.gate.ask", f"task:{task.id}", community=community.id)
        keepers = set(await holders_of(Role.SUBDISTRICT_OFFICER, community.path))
        workers = set(await holders_of(Role.SOCIAL_WORKER, community.path))
        told = (keepers | workers) - {actor.person_id or 0}
        await tell(told, "centres-gate-told-asked", link=f"/gate/{task.id}", title=task.title)
    return task


async def _item(code: str) -> ItemEntry | None:
    try:
        return (await service.catalogue_index()).by_code.get(code) if code else None
    except NotFound:
        return None


async def task_of(task_id: int) -> PushedTask:
    """One task with its community. Raises NotFound."""
    row = await PushedTask.get_or_none(id=task_id).select_related("community")
    if row is None:
        raise NotFound
    return row


async def listed(task: PushedTask) -> bool:
    """Whether the list in force has what the task claims to be."""
    return is_listed(await _item(task.item_code))


async def forbidden(task: PushedTask) -> bool:
    """Whether the list in force says that the office's level may not hand this item down."""
    return is_forbidden(await _item(task.item_code), task.pushed_by)


async def decide(actor: Actor, task_id: int, decision: Decision) -> PushedTask:
    """Allow it by the list, refuse it with the article, or admit it for a term with the means; once, never one's own.

    Raises Refused: OWN_REQUEST, DECIDED, and what refuse_decision says.
    """
    async with unit_of_work() as work:
        task = await task_of(task_id)
        if actor.person_id is not None and task.asked_by_id == actor.person_id:
            raise Refused(GateRefusal.OWN_REQUEST)
        today = local_day(clock.now())
        refusal = refuse_decision(
            decision.to, listed=await listed(task), ground=decision.ground, reason=decision.reason,
            ends_on=decision.ends_on, means=decision.means, today=today, forbidden=await forbidden(task),
        )  # fmt: skip
        if refusal is not None:
            level = task.pushed_by.value if task.pushed_by else "none"
            raise Refused(refusal, field=_FIELDS.get(refusal), level=level)
        runs = decision.to in RUNNING
        columns: dict[str, object] = {
            "state": decision.to,
            "ground": Ground.LIST if decision.to is GateState.ALLOWED else decision.ground,
            "reason": decision.reason.strip(),
            "means": decision.means.strip() if decision.to is GateState.ADMITTED else "",
            "decided_by_id": actor.person_id,
            "decided_at": clock.now(),
            "begins_on": today if runs else None,
            "ends_on": decision.ends_on if decision.to is GateState.ADMITTED else None,
        }
        if not await PushedTask.filter(id=task_id, state=GateState.ASKED).update(**columns):
            raise Refused(GateRefusal.DECIDED)
        await work.audit(actor, "centres.gate.decide", f"task:{task_id}", to=decision.to.value)
        told = set(await holders_of(Role.SOCIAL_WORKER, task.community.path)) | {task.asked_by_id or 0}
        await tell(
            told - {0, actor.person_id or 0}, f"centres-gate-told-{decision.to.value}", link=f"/gate/{task_id}",
            title=task.title,
        )  # fmt: skip
    return await task_of(task_id)


_FIELDS = {
    GateRefusal.MAY_NOT_PUSH: "to",
    GateRefusal.NO_REASON: "reason",
    GateRefusal.NO_GROUND: "ground",
    GateRefusal.NO_TERM: "ends_on",
    GateRefusal.TERM_PAST: "ends_on",
    GateRefusal.TERM_LONG: "ends_on",
    GateRefusal.NO_MEANS: "means",
}


async def end_terms() -> int:
    """End what was admitted until a day that has passed. Safe to repeat. Returns how many ended."""
    today = local_day(clock.now())
    over = PushedTask.filter(state=GateState.ADMITTED, ends_on__lt=today).select_related("community")
    ended = 0
    for task in await over.limit(200):
        async with unit_of_work() as work:
            changed = PushedTask.filter(id=task.id, state=GateState.ADMITTED)
            if not await changed.update(state=GateState.ENDED, ended_at=clock.now()):
                continue
            await work.audit(None, "centres.gate.end", f"task:{task.id}")
            told = await holders_of(Role.SOCIAL_WORKER, task.community.path)
            await tell(told, "centres-gate-told-ended", link=f"/gate/{task.id}", title=task.title)
            ended += 1
    return ended


async def register(state: GateState | None, limit: int, offset: int) -> tuple[list[PushedTask], int]:
    """The register, newest first, and how many stand in it."""
    found = PushedTask.all() if state is None else PushedTask.filter(state=state)
    rows = await found.order_by("-id").offset(offset).limit(limit).select_related("community")
    return rows, await found.count()


async def minutes_of(communities: list[int], first: date, after: date) -> dict[int, float]:
    """Minutes that running tasks took each community over the days [first, after)."""
    found: dict[int, float] = {}
    if not communities:
        return found
    for task in await PushedTask.filter(community_id__in=communities, begins_on__isnull=False, begins_on__lt=after):
        days = days_in(first, after, task.begins_on, task.ends_on) if task.begins_on is not None else 0
        if days:
            found[task.community_id] = found.get(task.community_id, 0.0) + task.minutes_week * days / 7
    return found
