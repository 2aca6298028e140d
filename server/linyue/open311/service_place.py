"""Which place of ours an address means: by its code, or by the names in it. Reads only."""

from linyue.open311.rules import Fault, Faulty, Open311Refusal, Told
from linyue.places import service as places
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

CODE_AT_MOST = 60
ADDRESS_AT_MOST = 200


async def find_place(told: Told) -> Place:
    """The place of a request; the code decides when both are given. Raises Faulty naming the field."""
    if told.address_id:
        place = await places.place_by_code(told.address_id) if len(told.address_id) <= CODE_AT_MOST else None
        if place is None or await places.community_of(place) is None:
            raise Faulty(Fault("address_id", Open311Refusal.PLACE_UNKNOWN))
        return place
    address = "".join(told.address_string.split())[:ADDRESS_AT_MOST].lower()
    found = await _deepest(address)
    if not found:
        raise Faulty(Fault("address_string", Open311Refusal.PLACE_UNKNOWN))
    if len(found) > 1:
        raise Faulty(Fault("address_string", Open311Refusal.PLACE_UNCLEAR))
    return found[0]


async def _deepest(address: str) -> list[Place]:
    """Communities and compounds named in the address; then, inside a single one, the building it names."""
    wide = await Place.filter(kind__in=[PlaceKind.COMMUNITY, PlaceKind.COMPOUND])
    named = [place for place in wide if _is_in(place, address)]
    deepest = [p for p in named if not any(q.id != p.id and q.path.startswith(p.path) for q in named)]
    compounds = [p for p in deepest if p.kind is PlaceKind.COMPOUND]
    found = compounds or deepest
    if len(found) != 1:
        return found
    inside = await Place.filter(path__startswith=found[0].path, kind=PlaceKind.BUILDING)
    buildings = [p for p in inside if _is_in(p, address)]
    return _longest(buildings) or found


def _is_in(place: Place, address: str) -> bool:
    names = ("".join(name.split()).lower() for name in (place.name_zh, place.name_en))
    return any(name and name in address for name in names)


def _longest(buildings: list[Place]) -> list[Place]:
    """15幢 holds 5幢: the longest name that fits is meant."""
    most = max((len(p.name_zh) for p in buildings), default=0)
    return [p for p in buildings if len(p.name_zh) == most]
