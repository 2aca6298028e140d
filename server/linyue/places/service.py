"""The tree of places: adding to it, and finding one's way up and down. The only writer of this slice."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tortoise.expressions import Q

from linyue.base.brief import Brief
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.places.model import Place
from linyue.places.rules import PlaceKind, PlaceRefusal, is_village_name, refuse_place

_names: Brief[Place] = Brief()


async def add_place(
    actor: Actor | None,
    kind: PlaceKind,
    code: str,
    name_zh: str,
    *,
    parent: Place | None = None,
    name_en: str = "",
    area_dm2: int | None = None,
    is_sold: bool = True,
    position: int = 0,
    is_sample: bool = False,
) -> Place:
    """Add a place below its parent. `area_dm2` in 0.01 m², units only. Raises Refused with a PlaceRefusal."""
    refusal = refuse_place(kind, parent.kind if parent else None, name_zh, area_dm2)
    if refusal:
        raise Refused(refusal)
    async with unit_of_work() as work:
        if await Place.filter(code=code).exists():
            raise Refused(PlaceRefusal.CODE_TAKEN, field="code")
        place = await Place.create(
            kind=kind,
            parent_id=parent.id if parent else None,
            depth=parent.depth + 1 if parent else 0,
            position=position,
            code=code,
            name_zh=name_zh.strip(),
            name_en=name_en.strip(),
            area_dm2=area_dm2,
            is_sold=is_sold,
            is_sample=is_sample,
        )
        place.path = f"{parent.path if parent else '/'}{place.id}/"
        await Place.filter(id=place.id).update(path=place.path)
        if actor is not None:
            await work.audit(actor, "places.add", f"place:{place.id}", kind=kind.value, code=code)
    return place


async def get_place(place_id: int) -> Place:
    """One place. Raises NotFound."""
    place = await Place.get_or_none(id=place_id)
    if place is None:
        raise NotFound()
    return place


async def place_by_code(code: str) -> Place | None:
    """The place with this code."""
    return await Place.get_or_none(code=code)


async def the_district() -> Place | None:
    """The root of the tree."""
    return await Place.filter(kind=PlaceKind.DISTRICT).order_by("id").first()


async def children_of(place_id: int | None) -> list[Place]:
    """What lies directly in a place, in reading order; None asks for the district itself."""
    return await Place.filter(parent_id=place_id).order_by("position", "id")


async def communities(inside: str = "/") -> list[Place]:
    """Every community of the district, or of the place with this path."""
    return await Place.inside(inside, PlaceKind.COMMUNITY)


async def community_of(place: Place) -> Place | None:
    """The community that holds a place."""
    return await place.above(PlaceKind.COMMUNITY)


async def is_village(place: Place) -> bool:
    """Whether a place is a village or lies in one."""
    community = await community_of(place)
    return community is not None and is_village_name(community.name_zh)


async def compound_of(place: Place) -> Place | None:
    """The compound that holds a place."""
    return await place.above(PlaceKind.COMPOUND)


async def units_in(path: str) -> list[Place]:
    """Every unit of a place, in reading order."""
    return await Place.filter(path__startswith=path, kind=PlaceKind.UNIT).order_by("path")


async def trail_of(place: Place) -> list[Place]:
    """The places around one, from the district down to itself."""
    return await Place.filter(id__in=place.ancestor_ids).order_by("depth")


async def places_of(place_ids: Iterable[int | None]) -> dict[int, Place]:
    """Places by id, in one query."""
    wanted = {i for i in place_ids if i is not None}
    return {p.id: p for p in await Place.filter(id__in=wanted)} if wanted else {}


async def addresses_of(paths: Iterable[str], lang: str, *, above: PlaceKind = PlaceKind.COMMUNITY) -> dict[str, str]:
    """How each place is called from `above` downwards: 新园小区3幢2单元301, or Xinyuan, Building 3, …; in one query."""
    wanted = set(paths)
    known = await known_places({int(part) for path in wanted for part in path.strip("/").split("/") if part})
    order = list(PlaceKind)
    found: dict[str, str] = {}
    for path in wanted:
        chain = [known[int(part)] for part in path.strip("/").split("/") if part and int(part) in known]
        shown = [p for p in chain if order.index(p.kind) > order.index(above)] or chain[-1:]
        if lang == "zh-CN":
            found[path] = "".join(p.name_zh for p in shown)
        else:
            found[path] = ", ".join(p.name_en or p.name_zh for p in shown)
    return found


async def known_places(ids: set[int]) -> dict[int, Place]:
    """The places with these ids, to show their names, up to some seconds old: lists show the same few all day."""
    found = {id: place for id in ids if (place := _names.held(id)) is not None}
    for place in await Place.filter(id__in=ids - found.keys()) if ids - found.keys() else ():
        _names.put(place.id, place)
        found[place.id] = place
    return found


def forget_names() -> None:
    """Places have been renamed or moved."""
    _names.forget()


async def find_units(words: str, inside: str, limit: int = 20) -> list[Place]:
    """Units of a place whose number or code contains the words: 3-2-301, 301."""
    needle = words.strip()
    if not needle:
        return []
    inner = Place.filter(path__startswith=inside, kind=PlaceKind.UNIT)
    by_code = await inner.filter(code__icontains=needle).order_by("path").limit(limit)
    by_name = await inner.filter(name_zh__icontains=needle).order_by("path").limit(limit)
    return list({p.id: p for p in [*by_code, *by_name]}.values())[:limit]


WIDE = (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY, PlaceKind.COMPOUND)
"""Places somebody can be responsible for, by name."""


async def wide_places(inside: str) -> list[Place]:
    """Every place of a tree down to its compounds."""
    return await Place.filter(path__startswith=inside, kind__in=WIDE).order_by("path")


async def named_places(words: str, inside: str, limit: int = 12) -> list[Place]:
    """The place with this code, else those down to compounds whose name is or holds the words."""
    needle = words.strip()
    exact = await Place.filter(path__startswith=inside, code=needle)
    if exact or not needle:
        return exact
    held = Q(name_zh__icontains=needle) | Q(name_en__icontains=needle)
    found = await Place.filter(held, path__startswith=inside, kind__in=WIDE).order_by("path").limit(limit)
    same = [place for place in found if needle.lower() in (place.name_zh, place.name_en.lower())]
    return same or found


@dataclass(frozen=True, slots=True)
class Picker:
    """One step of finding a unit without a script: the way here, what lies below, what a search found."""

    trail: list[Place]
    choices: list[Place]
    found: list[Place]
    addresses: dict[str, str]
    """How each found unit is called, by path."""
    words: str
    named: list[Place] = field(default_factory=list)
    """Places of that name down to compounds, to look further in."""

    @property
    def here(self) -> int:
        """Id of the place one stands in; 0 for none."""
        return self.trail[-1].id if self.trail else 0


async def pick(place_id: int | None, words: str, lang: str) -> Picker:
    """Go down to a place or search in it; steps with a single choice are taken by themselves. Raises NotFound."""
    here = await get_place(place_id) if place_id else await the_district()
    choices = await children_of(here.id) if here else []
    while here is not None and len(choices) == 1 and choices[0].kind is not PlaceKind.UNIT:
        here = choices[0]
        choices = await children_of(here.id)
    found = await find_units(words[:40], here.path if here else "/")
    named = [place for place in await named_places(words[:40], "/") if place.kind in WIDE]
    addresses = await addresses_of([unit.path for unit in found], lang)
    return Picker(await trail_of(here) if here else [], choices, found, addresses, words[:40], named)
