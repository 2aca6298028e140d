"""Setting up service centres, and finding the one for a community."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tortoise.expressions import Q
from tortoise.functions import Count

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor, Role
from linyue.base.workdays import local_day
from linyue.centres import rules
from linyue.centres.events import CentreChanged
from linyue.centres.model import CentreClosure, CentreCoverage, ItemCoverage, ServiceCentre
from linyue.centres.rules import CentreFacts, CentreRefusal, WhyCentre
from linyue.centres.rules_hours import OPENS_AT_MOST, Closed, closed_now, joined, read_opens
from linyue.centres.service_calendar import calendar
from linyue.people.model import RoleGrant
from linyue.people.service_roles import REHOUSE, plug_centres
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

CENTRES_TOPIC = "centres"


@dataclass(frozen=True)
class NewCentre:
    """What a centre is set up with; `communities` are place ids."""

    code: str
    place_id: int
    name_zh: str
    name_en: str
    address_zh: str
    address_en: str
    hours_zh: str
    hours_en: str
    phone: str
    communities: tuple[int, ...]
    position: int = 0
    is_sample: bool = False


async def add_centre(actor: Actor, new: NewCentre) -> ServiceCentre:
    """Set up a service centre of a sub-district and say which communities it covers."""
    async with unit_of_work() as uow:
        place = await Place.get_or_none(id=new.place_id)
        if place is None:
            raise NotFound
        if place.kind is not PlaceKind.SUBDISTRICT:
            raise Refused(CentreRefusal.NOT_A_SUBDISTRICT, field="place")
        if await ServiceCentre.exists(code=new.code):
            raise Refused(CentreRefusal.CODE_TAKEN, field="code")
        await _check_communities(new.communities)
        centre = await ServiceCentre.create(
            **{name: value for name, value in vars(new).items() if name != "communities"}
        )
        await CentreCoverage.bulk_create(
            CentreCoverage(centre_id=centre.id, place_id=place_id) for place_id in new.communities
        )
        await uow.audit(actor, "centres.centre.add", f"centre:{centre.id}", communities=len(new.communities))
    return centre


async def set_centre_open(actor: Actor, centre_id: int, is_open: bool) -> None:
    """Open or close a centre; new matters then go to another one."""
    async with unit_of_work() as uow:
        if not await ServiceCentre.filter(id=centre_id).update(is_open=is_open):
            raise NotFound
        await uow.audit(actor, "centres.centre.open", f"centre:{centre_id}", is_open=is_open)
        await uow.enqueue(REHOUSE, centre_id)
        uow.publish(CENTRES_TOPIC, CentreChanged(centre_id))


async def change_centre(actor: Actor, centre_id: int, hours_zh: str, hours_en: str, phone: str, is_open: bool) -> None:
    """Change when a centre is open, its telephone, and whether it takes new matters."""
    async with unit_of_work() as uow:
        if not await ServiceCentre.filter(id=centre_id).update(hours_zh=hours_zh, hours_en=hours_en, phone=phone):
            raise NotFound
        await uow.audit(actor, "centres.centre.change", f"centre:{centre_id}")
        if not await ServiceCentre.exists(id=centre_id, is_open=is_open):
            await set_centre_open(actor, centre_id, is_open)


async def centre_by_code(code: str) -> ServiceCentre:
    """One centre with its place. Raises NotFound."""
    row = await ServiceCentre.get_or_none(code=code).select_related("place")
    if row is None:
        raise NotFound
    return row


async def _check_communities(place_ids: Iterable[int]) -> None:
    wanted = set(place_ids)
    found = await Place.filter(id__in=wanted, kind=PlaceKind.COMMUNITY).count() if wanted else 0
    if found != len(wanted):
        raise Refused(CentreRefusal.NOT_A_COMMUNITY, field="communities")


@dataclass(frozen=True)
class AssignedCentre:
    """The centre that takes an item, why, and the closed centre it stands in for."""

    centre: ServiceCentre
    why: WhyCentre
    closed: ServiceCentre | None = None
    closure: Closed | None = None
    """The dated closure of that centre, with its reason."""
    waiting: tuple[int, int] = (0, 0)
    """Open matters at the centre chosen and at the one it helps out."""


WaitingCounts = Callable[[], Awaitable[Mapping[int, int]]]
_waiting: list[WaitingCounts] = []


def plug_waiting(counts: WaitingCounts) -> None:
    """Say how open matters by centre are counted; matters come later than centres."""
    _waiting[:] = [counts]


async def centre_for(
    community: Place, waiting: Mapping[int, int] | None = None, item_code: str = ""
) -> AssignedCentre | None:
    """The centre for a community's government items, or for one of them. None: all closed.

    `waiting`: open matters by centre id, counted here unless given.
    """
    rows = {centre.id: centre for centre in await ServiceCentre.in_order()}
    covers: dict[int, set[int]] = {}
    for centre_id, place_id in await CentreCoverage.all().values_list("centre_id", "place_id"):
        covers.setdefault(centre_id, set()).add(place_id)
    named = await ItemCoverage.get_or_none(place_id=community.id, item_code=item_code) if item_code else None
    shut = await shut_centres(list(rows.values()))
    staff = await clerks_at_centres()
    load = waiting if waiting is not None else await _waiting[0]() if _waiting else {}
    facts = [
        CentreFacts(
            centre.id,
            centre.code,
            centre.place_id,
            centre.is_open and centre.id not in shut,
            frozenset(covers.get(centre.id, ())),
            load.get(centre.id, 0),
            staff.get(centre.id, 0),
            frozenset(filter(None, centre.only_items.split(","))),
            named is not None and named.centre_id == centre.id,
        )
        for centre in rows.values()
    ]
    choice = rules.choose_centre(community.id, community.parent_id or 0, facts, item_code)
    if choice is None:
        return None
    closed = rows[choice.closed_id] if choice.closed_id is not None else None
    return AssignedCentre(
        rows[choice.centre_id],
        choice.why,
        closed,
        shut.get(closed.id) if closed else None,
        (load.get(choice.centre_id, 0), load.get(closed.id, 0) if closed else 0),
    )


async def shut_centres(centres: Iterable[ServiceCentre]) -> dict[int, Closed]:
    """The centres that a dated closure keeps shut when they would next be open."""
    now, days = clock.now(), await calendar()
    closures = await closures_from(local_day(now))
    found: dict[int, Closed] = {}
    for centre in centres:
        closed = closed_now(now, centre.opens, closures.get(centre.id, []), days) if centre.id in closures else None
        if closed is not None:
            found[centre.id] = closed
    return found


async def closures_from(day: date) -> dict[int, list[Closed]]:
    """Closures that have not ended before a day, by centre."""
    found: dict[int, list[Closed]] = {}
    for row in await CentreClosure.filter(last_day__gte=day).order_by("first_day"):
        found.setdefault(row.centre_id, []).append(Closed(row.first_day, row.last_day, row.reason_zh, row.reason_en))
    return found


async def clerks_at_centres() -> dict[int, int]:
    """How many clerks each centre has now."""
    now = clock.now()
    live = RoleGrant.filter(Q(ends_at=None) | Q(ends_at__gt=now), role=Role.CENTRE_CLERK, starts_at__lte=now)
    live = live.filter(person__is_active=True, centre_id__isnull=False)
    rows = await live.annotate(n=Count("id")).group_by("centre_id").values("centre_id", "n")
    return {int(row["centre_id"]): int(row["n"]) for row in rows}


async def close_on(actor: Actor, centre_id: int, first: date, last: date, reason_zh: str, reason_en: str = "") -> None:
    """Say on which coming days a centre is closed, and why; what would lie there goes to another one.

    Raises Refused: CLOSURE_ORDER, CLOSURE_PAST.
    """
    if last < first:
        raise Refused(CentreRefusal.CLOSURE_ORDER, field="last")
    if last < local_day(clock.now()):
        raise Refused(CentreRefusal.CLOSURE_PAST, field="last")
    async with unit_of_work() as uow:
        row = await CentreClosure.create(
            centre_id=centre_id,
            first_day=first,
            last_day=last,
            reason_zh=reason_zh.strip(),
            reason_en=reason_en.strip(),
        )
        await uow.audit(actor, "centres.closure.add", f"centre:{centre_id}", closure=row.id)
        uow.publish(CENTRES_TOPIC, CentreChanged(centre_id))
        await uow.enqueue(REHOUSE, centre_id)


async def open_again(actor: Actor, centre_id: int, closure_id: int) -> None:
    """Take a closure back. Raises NotFound."""
    async with unit_of_work() as uow:
        if not await CentreClosure.filter(id=closure_id, centre_id=centre_id).delete():
            raise NotFound
        await uow.audit(actor, "centres.closure.drop", f"centre:{centre_id}", closure=closure_id)


async def set_counters(
    actor: Actor, centre_id: int, opens: str, windows: int, slot_minutes: int, saturday: str = ""
) -> None:
    """Say when the counters are open, how many there are, how long a booked time is. Raises Refused: BAD_HOURS.

    `saturday`: opening times of a plain Saturday, empty where it is shut.
    """
    for field, text in (("opens", opens), ("saturday", saturday)):
        try:
            if text.strip() or field == "opens":
                read_opens(text)
        except ValueError as error:
            raise Refused(CentreRefusal.BAD_HOURS, field=field, part=str(error)) from None
    opens = joined(opens, saturday)
    if len(opens) > OPENS_AT_MOST:
        raise Refused(CentreRefusal.BAD_HOURS, field="saturday", part=saturday[:20])
    async with unit_of_work() as uow:
        await ServiceCentre.filter(id=centre_id).update(opens=opens, windows=windows, slot_minutes=slot_minutes)
        await uow.audit(actor, "centres.counters.set", f"centre:{centre_id}", windows=windows)


async def home_centre(community: Place, item_code: str) -> ServiceCentre | None:
    """The centre that covers a community for an item, open or not; the first by its code where several do."""
    named = await ItemCoverage.get_or_none(place_id=community.id, item_code=item_code).select_related("centre")
    if named is not None:
        return named.centre
    row = await CentreCoverage.filter(place_id=community.id).order_by("centre__code").first().select_related("centre")
    return row.centre if row else None


async def takes_now(centre: ServiceCentre) -> bool:
    """Whether what is passed on to a centre finds an open door, by its dated closures too, and somebody behind it."""
    staff = await clerks_at_centres()
    is_staffed = bool(staff.get(centre.id)) or not staff
    return centre.is_open and is_staffed and centre.id not in await shut_centres([centre])


async def communities_for_choice(lang: str) -> list[tuple[str, str]]:
    """Every community as (code, name with its sub-district), in reading order."""
    rows = await Place.filter(kind=PlaceKind.COMMUNITY).select_related("parent")
    rows.sort(key=lambda row: (row.parent.position if row.parent else 0, row.parent_id or 0, row.position, row.id))
    return [(row.code, " · ".join(_name(place, lang) for place in (row.parent, row) if place)) for row in rows]


async def centres_for_choice(lang: str) -> list[tuple[int, str]]:
    """Every centre as (id, code and name)."""
    rows = await ServiceCentre.in_order()
    return [(row.id, f"{row.code} · {row.name_en if lang == 'en' else row.name_zh}") for row in rows]


def _name(place: Place, lang: str) -> str:
    return place.name_en or place.name_zh if lang == "en" else place.name_zh


async def community_chosen(code: str, homes: tuple[str, ...]) -> Place | None:
    """The community with this code; without one, the community of the reader's first home."""
    if code:
        return await Place.get_or_none(code=code, kind=PlaceKind.COMMUNITY)
    if not homes:
        return None
    ids = [int(part) for part in homes[0].strip("/").split("/")]
    return await Place.get_or_none(id__in=ids, kind=PlaceKind.COMMUNITY)


plug_centres(centres_for_choice)
