"""Places for tests, made through the service."""

from dataclasses import dataclass
from itertools import count

from linyue.places import service
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

_numbers = count(1)


@dataclass
class Tree:
    """A small district: one community with two buildings of two units each, and a second community beside it."""

    district: Place
    subdistrict: Place
    community: Place
    compound: Place
    building: Place
    other_building: Place
    units: list[Place]
    """Two in `building`, then two in `other_building`."""
    other_community: Place
    other_compound: Place
    other_unit: Place


async def make_place(kind: PlaceKind, parent: Place | None = None, **changes: object) -> Place:
    """One place with a code and a name of its own."""
    number = next(_numbers)
    facts: dict[str, object] = {
        "code": f"{kind.value}-{number}",
        "name_zh": f"{kind.value}{number}",
        "position": number,
    }
    facts |= {"name_en": f"{kind.value.title()} {number}"} | changes
    return await service.add_place(None, kind, parent=parent, **facts)  # type: ignore[arg-type]


async def make_unit(building: Place, area_dm2: int = 9000, **changes: object) -> Place:
    """A unit; 90.00 m² unless told."""
    return await make_place(PlaceKind.UNIT, building, area_dm2=area_dm2, **changes)


async def make_tree() -> Tree:
    """The whole small district."""
    district = await make_place(PlaceKind.DISTRICT)
    subdistrict = await make_place(PlaceKind.SUBDISTRICT, district)
    community = await make_place(PlaceKind.COMMUNITY, subdistrict)
    compound = await make_place(PlaceKind.COMPOUND, community)
    building = await make_place(PlaceKind.BUILDING, compound)
    other_building = await make_place(PlaceKind.BUILDING, compound)
    units = [await make_unit(b) for b in (building, building, other_building, other_building)]
    other_community = await make_place(PlaceKind.COMMUNITY, subdistrict)
    other_compound = await make_place(PlaceKind.COMPOUND, other_community)
    other_unit = await make_unit(await make_place(PlaceKind.BUILDING, other_compound))
    return Tree(
        district,
        subdistrict,
        community,
        compound,
        building,
        other_building,
        units,
        other_community,
        other_compound,
        other_unit,
    )
