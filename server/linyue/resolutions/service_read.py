"""What may be read of resolutions: the promise itself, and who could carry one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.expressions import Q

from linyue.base import clock
from linyue.base.forms import Narrowed, narrowed
from linyue.base.i18n import t
from linyue.base.policy import Role
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import Step
from linyue.matters.service_timeline import carriers_of
from linyue.meetings.model import Attendance, Meeting
from linyue.people.service_roles import holders_inside, holders_of, roles_of
from linyue.places.model import Place
from linyue.resolutions.model import ActionLine, Resolution
from linyue.resolutions.rules import ResolutionState
from linyue.resolutions.rules_plan import is_late

KEPT_SHOWN = timedelta(days=30)
CARRIERS = (
    Role.STANDING_MEMBER,
    Role.X_MEMBER,
    Role.OWNERS_COMMITTEE,
    Role.PROPERTY_FIRM,
    Role.SOCIAL_WORKER,
    Role.GRID_WORKER,
    Role.PARTNER_ORG,
    Role.VOLUNTEER,
)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Somebody who can carry a promise, and in which capacity."""

    public_id: str
    name: str
    role: Role | None
    """None for a neighbour who came to the meeting."""


async def carriers_for(meeting_id: int) -> list[Carrier]:
    """Who can carry what a meeting decided: who has a role at its place or around it, nearest first, then who came.

    The one rule for a promise and for a line of the plan.
    """
    place = await Place.get(id=(await Meeting.get(id=meeting_id)).place_id)
    here = {holder.person.id: holder for holder in await holders_inside(place.path) if holder.role in CARRIERS}
    found = {pid: Carrier(h.person.public_id, h.person.display_name, h.role) for pid, h in here.items()}
    for role in CARRIERS:
        for person_id in await holders_of(role, place.path):
            if person_id not in found:
                holder = next((h for h in await roles_of(person_id) if h.role is role), None)
                if holder is not None:
                    found[person_id] = Carrier(holder.person.public_id, holder.person.display_name, role)
    came = await Attendance.filter(meeting_id=meeting_id, person__is_active=True).select_related("person")
    for row in sorted(came, key=lambda one: one.person.display_name):
        found.setdefault(row.person_id, Carrier(row.person.public_id, row.person.display_name, None))
    return list(found.values())


async def owners_for(
    meeting_id: int, lang: str, query: str = "", *, keep: str = "", now: tuple[str, str] | None = None
) -> Narrowed:
    """The same as a choice, with roles in words. `keep`: chosen before; `now`: who carries it, who may also keep it."""
    people = [(one.public_id, _named(lang, one)) for one in await carriers_for(meeting_id)]
    if now is not None and now[0] not in dict(people):
        people.insert(0, now)
    return narrowed(people, query, keep=keep)


def _named(lang: str, one: Carrier) -> str:
    if one.role is None:
        return one.name
    return t(lang, "resolutions-carrier", name=one.name, role=t(lang, f"people-role-{one.role.replace('_', '-')}"))


@dataclass(frozen=True, slots=True)
class MoveView:
    """One change of a promise: when, from whom to whom, from which day to which, and why."""

    at: datetime
    owners: tuple[str, str]
    days: tuple[datetime | None, datetime | None]
    reason: str


async def moves_of(resolution: Resolution) -> tuple[list[MoveView], list[str]]:
    """The changes of a promise, oldest first, and the public ids of the photos that show it kept."""
    events = await MatterEvent.filter(matter_id=resolution.matter_id).order_by("seq")
    carried, moves, pictures, due = await carriers_of(events), [], [], None
    is_mine = False
    for event in events:
        if event.kind == Step.PROMISE.value:
            is_mine = event.data.get("resolution") == resolution.public_id
        elif is_mine and event.kind == Step.CHANGE_PROMISE.value:
            moves.append(MoveView(event.at, carried[event.id], (due, event.due_after), event.text))
        elif is_mine and event.kind == Step.KEEP_PROMISE.value:
            pictures = list(event.data.get("pictures", []))
        due = event.due_after or due
    return moves, pictures


@dataclass(frozen=True, slots=True)
class MyPromise:
    """Something the reader is to do: what, by when, how it stands (late, executing or kept), and where."""

    text: str
    due_at: datetime
    state: str
    href: str


async def promises_of(person_id: int, lang: str) -> list[MyPromise]:
    """Everything one person carries, whether by a resolution or a line of a plan: open ones by their day, then kept.

    Kept ones stay for a month. A line that became a resolution is told by that.
    """
    now = clock.now()
    shown = Q(state=ResolutionState.EXECUTING) | Q(state=ResolutionState.KEPT, kept_at__gte=now - KEPT_SHOWN)
    found = [
        MyPromise(row.text_in(lang), row.due_at, _state(row, now), f"/resolutions/{row.public_id}")
        for row in await Resolution.filter(shown, owner_id=person_id)
    ]
    lines = await ActionLine.filter(shown, owner_id=person_id).select_related("meeting")
    told = {row.public_id for row in await Resolution.filter(public_id__in=[line.public_id for line in lines])}
    found += [
        MyPromise(line.text, line.due_at, _state(line, now), f"/meetings/{line.meeting.public_id}/plan")
        for line in lines
        if line.public_id not in told
    ]
    return sorted(found, key=lambda one: (one.state == "kept", one.due_at))


def _state(row: Resolution | ActionLine, now: datetime) -> str:
    return "late" if is_late(row.state, row.due_at, now) else row.state.value


async def recent_promises(place_path: str, limit: int = 3) -> list[tuple[Resolution, Matter]]:
    """The newest promises about public matters inside a place, kept ones included."""
    rows = (
        await Resolution.filter(matter__community__path__startswith=place_path, matter__is_public=True)
        .exclude(state=ResolutionState.VOIDED)
        .order_by("-id")
        .limit(limit)
    )
    matters = {m.id: m for m in await Matter.filter(id__in=[row.matter_id for row in rows])}
    return [(row, matters[row.matter_id]) for row in rows]


async def late_promises(now: datetime | None = None) -> int:
    """How many promises are past their date and not kept."""
    return await Resolution.filter(state=ResolutionState.EXECUTING, due_at__lt=now or clock.now()).count()
