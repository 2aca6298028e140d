"""What the desk sees of residents: by unit, with masked numbers; every look is noted."""

from dataclasses import dataclass

from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound
from linyue.base.policy import Actor
from linyue.people.model import Occupancy, Person
from linyue.people.rules import ClaimState
from linyue.people.service import legal_name_of, masked_phone_of
from linyue.places import service as places
from linyue.places.model import Place


@dataclass(frozen=True, slots=True)
class Resident:
    """One resident as the desk sees them."""

    public_id: str
    name: str
    legal_name: str
    phone: str
    """Masked; empty without one."""
    paths: list[str]
    addresses: list[str]


async def residents_in(actor: Actor, unit: Place) -> list[Resident]:
    """Who is enrolled in a unit."""
    rows = await Occupancy.filter(unit_id=unit.id, state=ClaimState.CONFIRMED).select_related("person").order_by("id")
    async with unit_of_work() as work:
        await work.audit(actor, "people.resident.read", f"place:{unit.id}", ids=[r.person_id for r in rows])
    return [_resident(r.person, [unit.path], []) for r in rows]


async def resident(public_id: str, lang: str) -> Resident:
    """One resident with their homes. Raises NotFound."""
    person = await Person.get_or_none(public_id=public_id, is_active=True)
    if person is None:
        raise NotFound()
    rows = await Occupancy.filter(person_id=person.id, state=ClaimState.CONFIRMED).select_related("unit")
    paths = [r.unit.path for r in rows]
    addresses = await places.addresses_of(paths, lang)
    return _resident(person, paths, [addresses[path] for path in paths])


def _resident(person: Person, paths: list[str], addresses: list[str]) -> Resident:
    legal = legal_name_of(person)
    return Resident(person.public_id, person.display_name, legal, masked_phone_of(person), paths, addresses)
