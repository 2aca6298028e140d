"""How every step is taken: claim the row by its version, ask the table, store, write the timeline, tell, audit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from tortoise.expressions import F

from linyue.base import clock
from linyue.base.db import UnitOfWork, current_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role
from linyue.matters.events import MatterChanged
from linyue.matters.model import Matter, MatterEvent, MatterFollower
from linyue.matters.rules import FINAL, Doer, MatterRefusal, MatterState, Step, refuse_step
from linyue.matters.rules_due import DueTime
from linyue.matters.rules_parts import whole_number
from linyue.people.model import Person

CLOCK = Actor(name="clock")
PROMISE_OWNER = "promise_owner"
DESK_ROLES = (Role.SOCIAL_WORKER, Role.GRID_WORKER)


def topic_of(matter_id: int) -> str:
    """Where everything about a matter is told."""
    return f"matter:{matter_id}"


def stop(refusal: StrEnum | None, *, field: str | None = None, **args: object) -> None:
    """Raise the refusal, if there is one."""
    if refusal is not None:
        raise Refused(refusal, field=field, **args)


def work_of() -> UnitOfWork:
    """The unit of work this step runs in."""
    work = current_work()
    assert work is not None, "a step belongs inside a unit of work"
    return work


async def claim(matter_id: int, version: int | None, *, is_quiet: bool = False) -> Matter:
    """Take the matter's row before reading it; `version` is what the person saw, None for steps of a meeting.

    A quiet claim (the clock's) leaves the version alone, so that no open form goes stale because time passed.
    Raises NotFound, or CHANGED_MEANWHILE naming who did what since.
    """
    mine = Matter.filter(id=matter_id) if version is None else Matter.filter(id=matter_id, version=version)
    if await mine.update(version=F("version") + (0 if is_quiet else 1), last_seq=F("last_seq") + 1):
        matter = await Matter.get(id=matter_id).select_related("community", "place")
        await matter.load_reporters()
        return matter
    if not await Matter.exists(id=matter_id):
        raise NotFound()
    last = await MatterEvent.filter(matter_id=matter_id).order_by("-seq").first()
    who = await Person.get_or_none(id=last.actor_id) if last and last.actor_id else None
    raise Refused(
        MatterRefusal.CHANGED_MEANWHILE,
        who=who.display_name if who else "none",
        what=last.kind if last else "",
    )


def doers_of(actor: Actor, matter: Matter) -> frozenset[Doer]:
    """What the actor is to this matter. `matter.community` must be loaded."""
    found: set[Doer] = set()
    if actor is CLOCK:
        return frozenset({Doer.CLOCK})
    if actor.person_id is None:
        return frozenset()
    path = matter.community.path
    is_desk = any(g.role in DESK_ROLES and path.startswith(g.place_path) for g in actor.grants)
    is_officer = any(g.role is Role.SUBDISTRICT_OFFICER and path.startswith(g.place_path) for g in actor.grants)
    if any(g.role is Role.PARTY_REVIEWER and path.startswith(g.place_path) for g in actor.grants):
        found.add(Doer.PARTY)
    if actor.person_id == matter.reporter_id or actor.person_id in matter.reporter_ids:
        found.add(Doer.REPORTER)
    if is_desk:
        found.add(Doer.DESK)
    if is_officer:
        found.add(Doer.OFFICER)
    if _owns(actor, matter, is_desk, is_officer):
        found.add(Doer.OWNER)
    return frozenset(found)


def _owns(actor: Actor, matter: Matter, is_desk: bool, is_officer: bool) -> bool:
    match matter.owner_role:
        case Role.SOCIAL_WORKER.value:
            return is_desk
        case Role.SUBDISTRICT_OFFICER.value:
            return is_officer
        case Role.CENTRE_CLERK.value:
            return any(g.role is Role.CENTRE_CLERK and g.centre_id == matter.centre_id for g in actor.grants)
        case _:
            return actor.person_id == matter.owner_id


@dataclass(frozen=True, slots=True)
class Change:
    """What a step does to a matter. Owner and due time stay unless given; a final state has no due time."""

    to: MatterState
    owner: tuple[str, int | None] | None = None
    """Role of the desk and the person, if one person owns it."""
    due: DueTime | None = None
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    is_public: bool = True
    columns: dict[str, Any] = field(default_factory=dict)


async def take_step(
    actor: Actor, matter: Matter, step: Step, change: Change, *, doers: Iterable[Doer] | None = None
) -> Matter:
    """Ask the table, then store the step and its entry on the timeline. The row must have been claimed before.

    `doers`: what the caller found the actor to be, nothing at all included; None: what they are to the matter.
    """
    standing = doers_of(actor, matter) if doers is None else frozenset(doers)
    stop(refuse_step(matter.state, step, standing))
    now = clock.now()
    columns: dict[str, Any] = {"state": change.to, **change.columns}
    if change.owner is not None:
        columns["owner_role"], columns["owner_id"] = change.owner
    if change.due is not None:
        columns.update(
            due_at=change.due.at,
            due_days=change.due.days,
            due_unit=change.due.unit,
            is_due_provisional=change.due.is_provisional,
            due_from=change.due.start,
            overdue_at=None,
            level="",
            warn_at=change.due.warns[0] if change.due.warns else None,
            warn_last_at=change.due.warns[-1] if change.due.warns else None,
        )
    if change.to is not MatterState.ASSIGNED:
        columns.update(answer_at=None, silent_at=None)
    if change.to is not MatterState.WAITING:
        columns.update(paused_at=None, pause_reason="", pause_ends_at=None, paused_for="")
    if change.to in FINAL or change.to is MatterState.COMPLETED:
        columns.update(warn_at=None, warn_last_at=None)
    if change.to in FINAL:
        columns.update(due_at=None, overdue_at=None, level="")
        if change.to is not MatterState.MERGED and change.to is not matter.state:
            columns["closed_at"] = now
    await Matter.filter(id=matter.id).update(**columns)
    for name, value in columns.items():
        setattr(matter, name, value)
    await _record(actor, matter, step, change, now, standing)
    return matter


async def _record(
    actor: Actor, matter: Matter, step: Step, change: Change, now: datetime, doers: frozenset[Doer]
) -> None:
    await MatterEvent.create(
        matter_id=matter.id,
        seq=matter.last_seq,
        at=now,
        kind=step.value,
        actor_id=actor.person_id,
        actor_role=_role_shown(actor, matter, doers),
        state_after=matter.state.value,
        owner_role_after=matter.owner_role,
        owner_id_after=matter.owner_id,
        due_after=matter.due_at,
        text=change.text,
        data=change.data,
        is_public=change.is_public,
    )
    work = work_of()
    await work.audit(actor, f"matter.{step.value}", f"matter:{matter.id}", state=matter.state.value)
    work.publish(
        topic_of(matter.id), MatterChanged(matter.id, matter.number, step.value, matter.state.value, matter.version)
    )


def _role_shown(actor: Actor, matter: Matter, doers: frozenset[Doer]) -> str:
    """In which capacity the actor acted, as the timeline tells it."""
    if Doer.CLOCK in doers:
        return "clock"
    is_reporter = actor.person_id == matter.reporter_id or actor.person_id in matter.reporter_ids
    if actor.person_id is not None and is_reporter and Doer.MEETING not in doers:
        return "reporter"
    if Doer.PARTY in doers:
        return Role.PARTY_REVIEWER.value
    if matter.owner_role == PROMISE_OWNER and actor.person_id == matter.owner_id:
        return PROMISE_OWNER
    for role in (Role.CENTRE_CLERK, Role.SOCIAL_WORKER, Role.GRID_WORKER, Role.SUBDISTRICT_OFFICER):
        if actor.has(role):
            return role.value
    is_council = Doer.MEETING in doers or actor.has(Role.STANDING_MEMBER)
    return Role.STANDING_MEMBER.value if is_council else Role.RESIDENT.value


async def tell_followers(
    actor: Actor, matter: Matter, key: str, *, is_urgent: bool = False, but_not: Iterable[int] = (), **args: object
) -> None:
    """Tell everybody who follows the matter, except the one who just acted and those of `but_not`."""
    ids = await MatterFollower.filter(matter_id=matter.thread_id).values_list("person_id", flat=True)
    others = {int(i) for i in ids} - {actor.person_id, *but_not}  # type: ignore[call-overload]
    await _tell(others, matter, key, is_urgent, args)


async def tell_reporter(actor: Actor, matter: Matter, key: str, *, is_urgent: bool = True, **args: object) -> None:
    """Tell those who reported it, the merged ones too."""
    rows = MatterFollower.filter(matter_id=matter.thread_id, is_reporter=True)
    ids = {int(i) for i in await rows.values_list("person_id", flat=True)} - {actor.person_id}  # type: ignore[call-overload]
    await _tell(ids, matter, key, is_urgent, args)


async def _tell(ids: set[int], matter: Matter, key: str, is_urgent: bool, args: dict[str, object]) -> None:
    number = whole_number(matter.number)
    await tell(ids, key, link=link_of(matter), is_urgent=is_urgent, number=number, title=matter.title, **args)


def link_of(matter: Matter) -> str:
    """The matter's own page; both parts of a number share it."""
    return f"/m/{whole_number(matter.number)}"
