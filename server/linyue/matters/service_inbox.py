"""The queues of desks: which matters wait for whom. Reads only."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from linyue.base import clock
from linyue.base.policy import Actor, Role
from linyue.matters.model import Matter
from linyue.matters.rules import FINAL, MatterState
from linyue.matters.service_step import DESK_ROLES
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

SOON = timedelta(hours=36)
EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""At or after it: has a due time. Said as a comparison, which the databases know to be a question for the index of open
matters; SQLite does not know it of the ORM's "not null"."""
PER_PAGE = 30
PAGES_AHEAD = 9
INBOX_ROLES = (*DESK_ROLES, Role.SUBDISTRICT_OFFICER)


class Queue(StrEnum):
    """Tabs of the triage desk; the value is the end of the translation key."""

    NEW = "new"
    MINE = "mine"
    SOON = "soon"
    RETURNED = "returned"
    CALLBACK = "callback"
    ALL = "all"


async def communities_of(actor: Actor) -> list[int]:
    """Communities whose inbox this actor works on."""
    paths = {g.place_path for g in actor.grants if g.role in INBOX_ROLES}
    ids: set[int] = set()
    for path in paths:
        found = Place.filter(path__startswith=path, kind=PlaceKind.COMMUNITY)
        ids.update(int(i) for i in await found.values_list("id", flat=True))  # type: ignore[call-overload]
    return sorted(ids)


def queue_of(queue: Queue, actor: Actor, communities: list[int]) -> QuerySet[Matter]:
    """The matters of one queue, urgent ones first, then by due time.

    What is open has a due time, what has ended none: asked so, an index of the open ones answers, however many ended.
    """
    found = Matter.filter(community_id__in=communities)
    roles = _roles(actor)
    match queue:
        case Queue.NEW:
            found = found.filter(state=MatterState.REPORTED, owner_role__in=roles)
        case Queue.MINE:
            own_desk = Q(owner_role__in=roles, owner_id=None, state__not=MatterState.REPORTED)
            found = found.filter(Q(owner_id=actor.person_id) | own_desk, due_at__gte=EVER)
            found = found.exclude(state__in=[*FINAL, MatterState.COMPLETED])
        case Queue.SOON:
            found = found.filter(due_at__lte=clock.now() + SOON, paused_at=None)
            found = found.exclude(state__in=[*FINAL, MatterState.COMPLETED])
        case Queue.RETURNED:
            found = found.filter(state=MatterState.REPORTED, returned_count__gt=0)
        case Queue.CALLBACK:
            found = found.filter(state=MatterState.COMPLETED)
        case Queue.ALL:
            return found.order_by("-id")
    return found.order_by("-is_urgent", "due_at", "id")


async def pages_of(found: QuerySet[Matter], wanted: int, *, is_open_ended: bool) -> tuple[int, int]:
    """The page to show, and the last one that is offered: of a list without end only some pages further."""
    if not is_open_ended:
        last = max(1, ceil(await found.count() / PER_PAGE))
        return min(wanted, last), last
    ahead = found.offset((wanted - 1) * PER_PAGE).limit(PAGES_AHEAD * PER_PAGE + 1)
    pages = ceil(len(await ahead.values_list("id", flat=True)) / PER_PAGE)
    return (wanted, wanted - 1 + pages) if pages else (1, 1)


def _roles(actor: Actor) -> list[str]:
    """Owner roles of the desks this actor sits at."""
    roles = [Role.SOCIAL_WORKER.value] if actor.has(*DESK_ROLES) else []
    return [*roles, Role.SUBDISTRICT_OFFICER.value] if actor.has(Role.SUBDISTRICT_OFFICER) else roles


def centre_desk(actor: Actor, tab: str) -> QuerySet[Matter]:
    """Matters of the clerk's centres: waiting to be accepted, in hand, done, or all."""
    ids = [g.centre_id for g in actor.grants if g.role is Role.CENTRE_CLERK and g.centre_id is not None]
    return _by_tab(Matter.filter(centre_id__in=ids), tab)


def council_desk(actor: Actor, tab: str, *, is_own: bool) -> QuerySet[Matter]:
    """Residential matters of the member's compounds; `is_own` = only those of the member's own kind."""
    found = Matter.filter(way="council")
    if is_own:
        return _by_tab(found.filter(owner_id=actor.person_id), tab)
    within = Q(id=0)
    for grant in actor.grants:
        if grant.role is Role.STANDING_MEMBER:
            within |= Q(place__path__startswith=grant.place_path)
    return _by_tab(found.filter(within & (Q(is_public=True) | Q(owner_id=actor.person_id))), tab)


TABS = ("new", "doing", "done", "all")


def _by_tab(found: QuerySet[Matter], tab: str) -> QuerySet[Matter]:
    match tab:
        case "new":
            found = found.filter(state=MatterState.ASSIGNED)
        case "doing":
            found = found.filter(due_at__gte=EVER)
            found = found.exclude(state__in=[*FINAL, MatterState.ASSIGNED, MatterState.REPORTED, MatterState.COMPLETED])
        case "done":
            found = found.filter(state__in=[MatterState.COMPLETED, MatterState.CLOSED])
        case _:
            return found.order_by("-id")
    return found.order_by("-is_urgent", "due_at", "id")
