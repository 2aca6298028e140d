"""Who may take part in a meeting: everybody whose enrolment in a unit of its place is confirmed, once each."""

from linyue.people.model import Occupancy, Person
from linyue.people.rules import ClaimState
from linyue.places.model import Place


async def is_on_roll(person_id: int, place: Place) -> bool:
    """Whether this person lives or owns here, as confirmed."""
    return await Occupancy.filter(
        person_id=person_id,
        person__is_active=True,
        state=ClaimState.CONFIRMED,
        unit__path__startswith=place.path,
    ).exists()


async def roll_ids(place: Place) -> list[int]:
    """Everybody on the roll of a place, each once, in the order of their accounts."""
    rows = await Occupancy.filter(
        person__is_active=True, state=ClaimState.CONFIRMED, unit__path__startswith=place.path
    ).values_list("person_id", flat=True)
    return sorted({int(row) for row in rows})  # type: ignore[call-overload]


async def roll_with_labels(place: Place) -> list[tuple[int, str]]:
    """The roll with the names neighbours know, as a question freezes it."""
    ids = await roll_ids(place)
    names = {person.id: person.display_name for person in await Person.filter(id__in=ids)}
    return [(person_id, names[person_id]) for person_id in ids]
