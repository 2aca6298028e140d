"""The roll of an owners' vote, from the register of units and their confirmed owners; and who votes for co-owners.

owners_roll(place) -> (roll, weights)              what open_question freezes; Refused(OwnersRefusal) names the unit
name_voter(actor, unit_id, person_id) -> None      whom co-owners, or the developer, named
titles_of(place, lang) -> [TitleLine]              every unit with what is still missing
"""

from dataclasses import dataclass

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor, Role
from linyue.people.model import Occupancy
from linyue.people.rules import ClaimState, Tenure
from linyue.people.service_own import plug_eraser
from linyue.places import service as places
from linyue.places.model import Place
from linyue.places.rules import PlaceKind, is_parking_name
from linyue.questions.model_owners import TitleVoter
from linyue.questions.rules_owners import BadTitle, OwnersRefusal, Title, Weight, refuse_title, weigh_titles

Roll = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class TitleLine:
    """One unit of the register: its address, area, owners by chosen name, the voter named, and what is missing."""

    unit_id: int
    address: str
    title: Title
    owners: list[tuple[int, str]]
    voter: str
    missing: OwnersRefusal | None


async def titles_inside(place: Place) -> tuple[list[Place], dict[int, Title], dict[int, str]]:
    """Units in reading order, titles by unit id, and chosen names of owners and voters."""
    units = await Place.inside(place.path, PlaceKind.UNIT)
    ids = [unit.id for unit in units]
    confirmed = Occupancy.filter(unit_id__in=ids, tenure=Tenure.OWNER, state=ClaimState.CONFIRMED)
    owners: dict[int, set[int]] = {}
    names: dict[int, str] = {}
    for unit_id, person_id, name in await confirmed.values_list("unit_id", "person_id", "person__display_name"):
        owners.setdefault(int(unit_id), set()).add(int(person_id))
        names[int(person_id)] = str(name)
    voters: dict[int, int] = {}
    named = TitleVoter.filter(unit_id__in=ids)
    for unit_id, person_id, name in await named.values_list("unit_id", "person_id", "person__display_name"):
        voters[int(unit_id)] = int(person_id)
        names[int(person_id)] = str(name)
    houses = {int(part) for unit in units for part in unit.ancestor_ids}
    around = Place.filter(id__in=houses, kind__in=[PlaceKind.BUILDING, PlaceKind.STAIRWELL])
    named_so = {int(one): str(name) for one, name in await around.values_list("id", "name_zh")}
    titles = {
        unit.id: Title(
            unit=f"{place_of:06d}",
            area=unit.area_dm2,
            owners=frozenset(owners.get(unit.id, ())),
            voter=voters.get(unit.id),
            is_parking=is_parking_name(unit.name_zh, *(named_so.get(one, "") for one in unit.ancestor_ids)),
            is_sold=unit.is_sold,
        )
        for place_of, unit in enumerate(units)
    }
    return units, titles, names


async def registers_for(actor: Actor) -> list[Place]:
    """The compounds in the places where somebody is a social worker, by name."""
    paths = [grant.place_path for grant in actor.grants if grant.role is Role.SOCIAL_WORKER]
    found = {one.id: one for path in paths for one in await Place.inside(path, PlaceKind.COMPOUND)}
    return sorted(found.values(), key=lambda one: (one.name_zh, one.id))


async def titles_of(place: Place, lang: str) -> list[TitleLine]:
    """Every unit of a place with its owners, and what keeps it from a roll."""
    units, titles, names = await titles_inside(place)
    addresses = await places.addresses_of([unit.path for unit in units], lang)
    return [
        TitleLine(
            unit_id=unit.id,
            address=addresses.get(unit.path, unit.name_zh),
            title=titles[unit.id],
            owners=sorted((person, names[person]) for person in titles[unit.id].owners),
            voter=names.get(titles[unit.id].voter or 0, ""),
            missing=refuse_title(titles[unit.id]),
        )
        for unit in units
    ]


async def owners_roll(place: Place) -> tuple[Roll, dict[int, Weight]]:
    """The owners of a place as a question freezes them. Raises Refused(OwnersRefusal) with the unit's address."""
    units, titles, names = await titles_inside(place)
    found = weigh_titles(titles.values())
    if isinstance(found, BadTitle):
        unit = next(unit for unit in units if titles[unit.id].unit == found.unit)
        addresses = await places.addresses_of([unit.path], "zh-CN")
        raise Refused(found.reason, unit=addresses.get(unit.path, unit.name_zh))
    return [(person, names[person]) for person in sorted(found)], found


async def name_voter(actor: Actor, unit_id: int, person_id: int) -> None:
    """Record whom co-owners of a unit, or the developer of an unsold one, named to vote. Running votes keep theirs."""
    async with unit_of_work() as work:
        unit = await Place.get_or_none(id=unit_id, kind=PlaceKind.UNIT)
        if unit is None:
            raise NotFound
        _, titles, _ = await titles_inside(unit)
        title = titles[unit.id]
        if title.is_sold and person_id not in title.owners:
            raise Refused(OwnersRefusal.NO_VOTER, field="voter", unit=unit.name_zh)
        await TitleVoter.update_or_create(
            unit_id=unit_id, defaults={"person_id": person_id, "named_by_id": actor.person_id, "named_at": clock.now()}
        )
        await work.audit(actor, "question.name_voter", f"place:{unit_id}", person=person_id)


async def forget_person(person_id: int) -> None:
    """Somebody erased their data: nobody names them as a voter any more; running votes keep their frozen roll."""
    await TitleVoter.filter(person_id=person_id).delete()
    await TitleVoter.filter(named_by_id=person_id).update(named_by_id=None)


plug_eraser(forget_person)
