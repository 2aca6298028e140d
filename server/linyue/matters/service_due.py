"""Who owns a matter now, and how long its handler has: the questions that need the catalogue and the rolls of staff."""

from tortoise.expressions import Q

from linyue.base import clock
from linyue.base.errors import NotFound
from linyue.base.policy import Role
from linyue.base.workdays import Unit
from linyue.centres import service as centres
from linyue.centres.rules import ItemEntry, Way
from linyue.matters.model import Matter
from linyue.matters.rules_due import COUNCIL_WORK_DAYS, DueTime, due_for_way, due_in
from linyue.people.model import RoleGrant


async def item_of(code: str) -> ItemEntry | None:
    """An item of the catalogue in force; None for no code, or one that is gone."""
    if not code:
        return None
    try:
        return (await centres.catalogue_index()).by_code.get(code)
    except NotFound:
        return None


async def work_due(matter: Matter) -> DueTime:
    """How long the handler has for the work itself, from now: as its item says, fifteen working days for a council."""
    now, calendar = clock.now(), await centres.calendar()
    item = await item_of(matter.item_code)
    way = matter.way or Way.OWN_DESK
    due = None if way is Way.COUNCIL else due_for_way(way, item.days if item else None, now, calendar)
    return due or due_in(COUNCIL_WORK_DAYS, Unit.WORKING, now, calendar)


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
