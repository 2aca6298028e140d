"""What becomes of open matters when their desk goes: a centre closes, a clerk or member leaves; each gets an owner.

The due time stays: the resident was promised it, whoever keeps it. Safe to repeat.
"""

from dataclasses import dataclass
from typing import Any

from tortoise import connections

from linyue.base import clock
from linyue.base.db import moment_text, unit_of_work
from linyue.base.notify import tell
from linyue.base.policy import Role
from linyue.centres import service as centres
from linyue.centres.model import ServiceCentre
from linyue.centres.service_centres import clerks_at_centres, shut_centres
from linyue.councils import service as councils
from linyue.councils.rules import MatterKind
from linyue.matters.model import Matter
from linyue.matters.rules import BEFORE_AGENDA, FINAL, MatterState, Step, Way
from linyue.matters.service_centre import UNROUTED, names_of, waiting_at_centres, why_centre
from linyue.matters.service_due import answer_by, owner_ids
from linyue.matters.service_recusal import recused_in
from linyue.matters.service_step import CLOCK, PROMISE_OWNER, Change, claim, link_of, take_step, tell_followers

BATCH = 500


@dataclass(frozen=True, slots=True)
class Home:
    """Where an ownerless matter goes, and why: `why` is the end of the translation key."""

    why: str
    owner: tuple[str, int | None]
    state: MatterState
    columns: dict[str, Any]
    reasons: list[dict[str, Any]]


async def rehouse() -> int:
    """Find every open matter that nobody can work on any more and give it an owner. Returns how many moved."""
    moved = 0
    for matter_id in await _stranded():
        moved += await _rehouse_one(matter_id)
    return moved


async def _stranded() -> list[int]:
    """Open matters that need another owner: at centres that take nothing, or with people whose role is over."""
    closed = await _closed_centres()
    ids: set[int] = set()
    if closed:
        lying = Matter.filter(
            centre_id__in=sorted(closed), owner_role=Role.CENTRE_CLERK.value, state__in=list(BEFORE_AGENDA)
        )
        ids |= {int(i) for i in await lying.limit(BATCH).values_list("id", flat=True)}  # type: ignore[call-overload]
    return sorted(ids | set(await _with_people_gone()))


async def _with_people_gone(matter_id: int | None = None) -> list[int]:
    """Open matters whose person holds the role no more by which they have it, or has no account any more.

    A desk's matter may be a grid worker's; a promise needs no role, only a person. Only ids and our own words are put
    into the text.
    """
    now = moment_text(clock.now())
    final = ", ".join(f"'{state.value}'" for state in sorted(FINAL))
    one = f"AND m.id = {int(matter_id)}" if matter_id is not None else ""
    where = _GONE.replace("{now}", now).replace("{final}", final).replace("{one}", one)
    found = await connections.get("default").execute_query_dict(f"{where} ORDER BY m.id LIMIT {BATCH}")
    return [int(row["id"]) for row in found]


_GONE = """
SELECT m.id AS id FROM matters m JOIN people o ON o.id = m.owner_id JOIN places w ON w.id = m.place_id
WHERE m.state NOT IN ({final}) {one} AND (NOT o.is_active OR (m.owner_role <> 'promise_owner' AND NOT EXISTS (
  SELECT 1 FROM role_grants g JOIN places p ON p.id = g.place_id
  WHERE g.person_id = m.owner_id AND g.starts_at <= {now} AND (g.ends_at IS NULL OR g.ends_at > {now})
  AND (g.role = m.owner_role OR (g.role = 'grid_worker' AND m.owner_role = 'social_worker'))
  AND (g.centre_id = m.centre_id OR (g.centre_id IS NULL AND w.path LIKE p.path || '%')))))
"""


async def _closed_centres() -> set[int]:
    """Centres that take nothing now: closed for good, shut by a dated closure, or without a single clerk."""
    rows = await ServiceCentre.all()
    staff = await clerks_at_centres()
    shut = await shut_centres(rows)
    unstaffed = {row.id for row in rows if not staff.get(row.id)} if staff else set()
    return {row.id for row in rows if not row.is_open} | set(shut) | unstaffed


async def _rehouse_one(matter_id: int) -> bool:
    async with unit_of_work():
        matter = await claim(matter_id, None, is_quiet=True)
        home = await _home_of(matter) if matter.state not in FINAL else None
        if home is None:
            await Matter.filter(id=matter_id).update(last_seq=matter.last_seq - 1)
            return False
        data = {"why": home.why, "reasons": home.reasons, "centre": home.columns.get("centre_id", matter.centre_id)}
        change = Change(home.state, owner=home.owner, data=data, columns=home.columns)
        await take_step(CLOCK, matter, Step.REASSIGN, change)
        # Open forms of the desk that had it must not be taken: this is more than time passing.
        await Matter.filter(id=matter_id).update(version=matter.version + 1)
        await tell_followers(CLOCK, matter, "matters-told-reassigned")
        told = await owner_ids(matter)
        await tell(told, "matters-told-yours", link=link_of(matter), number=matter.number, title=matter.title)
    return True


async def _home_of(matter: Matter) -> Home | None:
    """The next owner; None where the present one is well."""
    if matter.owner_role == Role.CENTRE_CLERK.value and matter.state in BEFORE_AGENDA:
        closed = await _closed_centres()
        if matter.centre_id in closed or matter.centre_id is None:
            return await _other_centre(matter)
    if matter.owner_id is None or not await _with_people_gone(matter.id):
        return None
    if matter.owner_role in (Role.STANDING_MEMBER.value, PROMISE_OWNER):
        return await _next_member(matter)
    return Home("person-left", (matter.owner_role, None), matter.state, {}, [])


async def _other_centre(matter: Matter) -> Home:
    """Another centre, which takes it on anew; the officer where there is none."""
    assigned = await centres.centre_for(matter.community, await waiting_at_centres(), matter.item_code)
    if assigned is None or assigned.centre.id == matter.centre_id:
        owner = (Role.SUBDISTRICT_OFFICER.value, None)
        return Home("no-centre", owner, MatterState.REPORTED, dict(UNROUTED), [])
    reasons = [
        {"key": "centres-why-moved", "args": {"centre": names_of(assigned.centre)}},
        *why_centre(matter.community, assigned),
    ]
    columns = {
        "centre_id": assigned.centre.id,
        "reason": reasons,
        "answer_at": await answer_by(Way.CENTRE, matter.due_at),
        "silent_at": None,
    }
    return Home("centre-closed", (Role.CENTRE_CLERK.value, None), MatterState.ASSIGNED, columns, reasons)


async def _next_member(matter: Matter) -> Home:
    """Whoever has the seat of that kind now, else the community's desk."""
    kinds = {kind.value for kind in MatterKind}
    council = await councils.council_of(matter.place) if matter.kind in kinds else None
    without = await recused_in(matter.id)
    member = await councils.member_for_kind(council.id, MatterKind(matter.kind), without) if council else None
    if member is not None and member.person_id != matter.owner_id:
        return Home("member-left", (matter.owner_role, member.person_id), matter.state, {}, [])
    return Home("member-left", (Role.SOCIAL_WORKER.value, None), matter.state, {}, [])
