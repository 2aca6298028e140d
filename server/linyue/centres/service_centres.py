"""Setting up service centres, and finding the one for a community."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.centres import rules
from linyue.centres.events import CentreChanged
from linyue.centres.model import CentreCoverage, ServiceCentre
from linyue.centres.rules import CentreFacts, CentreRefusal, WhyCentre
from linyue.people.service_roles import plug_centres
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


async def centre_for(community: Place, waiting: Mapping[int, int] | None = None) -> AssignedCentre | None:
    """The centre for a community's government items; `waiting` counts open matters by centre id. None: all closed."""
    rows = {centre.id: centre for centre in await ServiceCentre.in_order()}
    covers: dict[int, set[int]] = {}
    for centre_id, place_id in await CentreCoverage.all().values_list("centre_id", "place_id"):
        covers.setdefault(centre_id, set()).add(place_id)
    facts = [
        CentreFacts(
            centre.id,
            centre.code,
            centre.place_id,
            centre.is_open,
            frozenset(covers.get(centre.id, ())),
            (waiting or {}).get(centre.id, 0),
        )
        for centre in rows.values()
    ]
    choice = rules.choose_centre(community.id, community.parent_id or 0, facts)
    if choice is None:
        return None
    closed = rows[choice.closed_id] if choice.closed_id is not None else None
    return AssignedCentre(rows[choice.centre_id], choice.why, closed)


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
