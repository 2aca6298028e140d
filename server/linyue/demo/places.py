"""The sample district's tree of places, from the district down to 400 units, and its service centres."""

from collections.abc import Iterator, Sequence
from typing import Any

from linyue.base.policy import Actor
from linyue.centres import service as centres
from linyue.demo.data import read_data
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.places.service import add_place


async def make_places() -> dict[str, Place]:
    """The whole tree, by code. Only bare rows: a place has no history that a service would have to tell."""
    data = read_data("places")
    first = data["district"]
    district = await add_place(
        None, PlaceKind.DISTRICT, first["code"], first["zh"], name_en=first["en"], is_sample=True
    )
    tree = {district.code: district}
    for level in (
        [_under(district, PlaceKind.SUBDISTRICT, n, s) for n, s in enumerate(data["subdistricts"])],
        list(_communities(data["subdistricts"])),
        [_compound(n, one) for n, one in enumerate(data["compounds"])],
        list(_buildings(data["compounds"])),
        list(_stairwells(data["compounds"])),
        list(_units(data["compounds"])),
    ):
        tree |= await _grow(tree, level)
    return tree


Row = tuple[str, Place]
"""Code of the parent, and the place to be."""


def _under(parent: Place, kind: PlaceKind, position: int, one: dict[str, Any]) -> Row:
    return parent.code, _place(kind, one["code"], one["zh"], one["en"], position)


def _place(kind: PlaceKind, code: str, zh: str, en: str, position: int, **more: Any) -> Place:
    return Place(kind=kind, code=code, name_zh=zh, name_en=en, position=position, is_sample=True, **more)


def _communities(subdistricts: Sequence[dict[str, Any]]) -> Iterator[Row]:
    for one in subdistricts:
        for n, (zh, en) in enumerate(one["communities"].items()):
            code = f"{one['code']}-{en.lower()}"
            yield one["code"], _place(PlaceKind.COMMUNITY, code, f"{zh}社区", f"{en} Community", n)


def _compound(position: int, one: dict[str, Any]) -> Row:
    return one["community"], _place(PlaceKind.COMPOUND, one["code"], one["zh"], one["en"], position)


def _blocks(compounds: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], int, dict[str, Any]]]:
    """Every building as (compound, number, how it is built)."""
    for one in compounds:
        for block in one["blocks"]:
            for number in range(block["first"], block["last"] + 1):
                yield one, number, block


def _buildings(compounds: Sequence[dict[str, Any]]) -> Iterator[Row]:
    for one, number, _block in _blocks(compounds):
        code = f"{one['code']}-{number}"
        yield one["code"], _place(PlaceKind.BUILDING, code, f"{number}幢", f"Building {number}", number)


def _stairwells(compounds: Sequence[dict[str, Any]]) -> Iterator[Row]:
    for one, number, block in _blocks(compounds):
        for stair in range(1, block["stairwells"] + 1):
            code = f"{one['code']}-{number}-{stair}"
            yield (
                f"{one['code']}-{number}",
                _place(PlaceKind.STAIRWELL, code, f"{stair}单元", f"Stairwell {stair}", stair),
            )


def _units(compounds: Sequence[dict[str, Any]]) -> Iterator[Row]:
    for one, number, block in _blocks(compounds):
        for stair in range(1, block["stairwells"] + 1):
            for floor in range(1, block["floors"] + 1):
                for side, area in enumerate(block["areas"], start=1):
                    room = f"{floor}{side:02d}"
                    short = f"{number}-{stair}-{room}"
                    yield (
                        f"{one['code']}-{number}-{stair}",
                        _place(
                            PlaceKind.UNIT, f"{one['code']}-{short}", f"{room}室", f"Unit {room}", floor * 10 + side,
                            area_dm2=area + 13 * stair + (37 if floor == block["floors"] else 0),
                            is_sold=short not in one["unsold"],
                        ),
                    )  # fmt: skip


async def _grow(tree: dict[str, Place], rows: Sequence[Row]) -> dict[str, Place]:
    """Store one level of the tree below its parents. Returns it by code."""
    for parent_code, place in rows:
        place.parent_id, place.depth = tree[parent_code].id, tree[parent_code].depth + 1
    await Place.bulk_create([place for _, place in rows], batch_size=200)
    depth = rows[0][1].depth
    stored = {place.code: place for place in await Place.filter(depth=depth)}
    for parent_code, place in rows:
        row = stored[place.code]
        row.path = f"{tree[parent_code].path}{row.id}/"
    await Place.bulk_update(list(stored.values()), fields=["path"], batch_size=200)
    return stored


async def make_centres(actor: Actor, tree: dict[str, Place]) -> dict[str, int]:
    """The fifteen regional service centres. Returns their ids by code."""
    data = read_data("places")
    found: dict[str, int] = {}
    for position, one in enumerate(data["centres"]):
        paths = tuple(tree[code].path for code in one["covers"])
        covered = [p.id for p in tree.values() if p.kind is PlaceKind.COMMUNITY and p.path.startswith(paths)]
        centre = await centres.add_centre(
            actor,
            centres.NewCentre(
                code=one["code"],
                place_id=tree[one["of"]].id,
                name_zh=one["zh"],
                name_en=one["en"],
                address_zh=one["at"]["zh"],
                address_en=one["at"]["en"],
                hours_zh=data["hours"]["zh"],
                hours_en=data["hours"]["en"],
                phone=f"0574-0000 {position + 1:04d}",
                communities=tuple(covered),
                position=position,
                is_sample=True,
            ),
        )
        found[one["code"]] = centre.id
    return found
