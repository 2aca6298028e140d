"""Who may take part in a meeting: the roll of its place, one person one voice. Reads only."""

from linyue.base.policy import Actor
from linyue.people import service as people
from linyue.places.model import Place


async def is_on_roll(person_id: int, place: Place) -> bool:
    """Whether this person has a voice at the place."""
    return await people.is_on_roll(Actor(person_id=person_id), place.path)


async def roll_ids(place: Place) -> list[int]:
    """Everybody on the roll of a place, each once."""
    return [member.person_id for member in await people.roll_of(place)]


async def roll_with_labels(place: Place) -> list[tuple[int, str]]:
    """The roll with the names neighbours know, as a question freezes it."""
    return [(member.person_id, member.label) for member in await people.roll_of(place)]
