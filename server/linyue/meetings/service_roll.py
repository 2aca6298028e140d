"""Who is called to a meeting, counted there and votes: the body its template names, at its place. Reads only.

A roll drawn from homes has the scale of a place: a stairwell, a building, a compound or a community.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from linyue.base.policy import Actor
from linyue.meetings.model import Meeting
from linyue.people import service as people
from linyue.people import service_bodies
from linyue.people.rules_bodies import DRAWN, Body
from linyue.people.service_bodies import Voice
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

SCALES = (PlaceKind.COMMUNITY, PlaceKind.COMPOUND, PlaceKind.BUILDING, PlaceKind.STAIRWELL)
MOST_SCALES = 300
"""More are not offered in one list; where there are more, stairwells are left out first."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A place inside a meeting's place for which a roll can be drawn; `name` from below the meeting's place on."""

    place_id: int
    name: str


async def is_on_roll(person_id: int, place: Place, body: Body = Body.RESIDENTS) -> bool:
    """Whether this person has a voice of the body at the place."""
    if body is Body.RESIDENTS:
        return await people.is_on_roll(Actor(person_id=person_id), place.path)
    return bool(await service_bodies.belong_to(body, place, [person_id]))


async def on_roll_of(person_ids: Iterable[int], place: Place, body: Body = Body.RESIDENTS) -> set[int]:
    """Those of these people who have a voice of the body at the place."""
    if body is Body.RESIDENTS:
        return await people.on_roll_of(person_ids, place.path)
    return await service_bodies.belong_to(body, place, person_ids)


async def roll_ids(place: Place, body: Body = Body.RESIDENTS) -> list[int]:
    """Everybody of the body at a place, each once."""
    return [one.person_id for one in await service_bodies.voices_of(body, place)]


async def roll_with_labels(place: Place, body: Body = Body.RESIDENTS) -> list[tuple[int, str]]:
    """The roll with the names neighbours know, as a question freezes it. Raises Refused(BodyRefusal)."""
    return await service_bodies.ballot_roll(body, place)


async def called_to(meeting: Meeting) -> list[Voice]:
    """Everybody who is called to a meeting and counted there."""
    return await service_bodies.voices_of(meeting.roll, await Place.get(id=meeting.place_id))


async def called_ids(meeting: Meeting) -> list[int]:
    """The same, as ids."""
    return [one.person_id for one in await called_to(meeting)]


async def called_size(meeting: Meeting) -> int:
    """How many are called: for pages and frames, which need nobody's name."""
    if meeting.roll is Body.RESIDENTS:
        return await people.roll_size(await Place.get(id=meeting.place_id))
    return len(await called_ids(meeting))


async def is_called(person_id: int, meeting: Meeting) -> bool:
    """Whether this person has a voice in the meeting."""
    return await is_on_roll(person_id, await Place.get(id=meeting.place_id), meeting.roll)


async def scales_of(meeting: Meeting, lang: str, only: PlaceKind | None = None) -> list[Scale]:
    """Places inside a meeting's place for which its votes can be drawn, itself left out; none for a fixed body.

    `only`: places of this kind, the meeting's own among them.
    """
    if meeting.roll not in DRAWN:
        return []
    here = await Place.get(id=meeting.place_id)
    inside = Place.filter(path__startswith=here.path)
    if only is not None:
        return _named(await inside.filter(kind=only).order_by("path").limit(MOST_SCALES), lang)
    inside = inside.exclude(id=here.id)
    kinds = SCALES if await inside.filter(kind__in=SCALES).count() <= MOST_SCALES else SCALES[:-1]
    return _named(await inside.filter(kind__in=kinds).order_by("path").limit(MOST_SCALES), lang)


def _named(inside: list[Place], lang: str) -> list[Scale]:
    """Each place by its names from below the meeting's place on: 5幢2单元."""
    is_en = lang == "en"
    names = {place.id: place.name_en if is_en and place.name_en else place.name_zh for place in inside}
    order = {place.id: (place.position, place.id) for place in inside}
    chains = {place.id: [one for one in place.ancestor_ids if one in names] for place in inside}
    ordered = sorted(chains, key=lambda place_id: [order[one] for one in chains[place_id]])
    return [Scale(one, (", " if is_en else "").join(names[step] for step in chains[one])) for one in ordered]


async def scale_meant(meeting: Meeting, place_id: int | None) -> Place | None:
    """The place a vote's roll is drawn for; None for one that is not offered here. No id: the meeting's own."""
    here = await Place.get(id=meeting.place_id)
    if place_id is None or place_id == here.id:
        return here
    found = await Place.get_or_none(id=place_id, kind__in=SCALES, path__startswith=here.path)
    return found if found is not None and meeting.roll in DRAWN else None
