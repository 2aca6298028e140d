"""Centres and the catalogue for tests, made through the service."""

from dataclasses import dataclass

from linyue.base.policy import NOBODY
from linyue.centres import service
from linyue.centres.model import CatalogueFile, ServiceCentre
from linyue.places.model import Place
from linyue.places.rules import PlaceKind


async def load_sample_catalogue() -> CatalogueFile:
    """The catalogue that comes with the software, and the published calendar."""
    await service.load_calendar()
    return await service.load_catalogue(NOBODY, service.sample_catalogue_text())


async def make_centre(
    place: Place, code: str = "C01", communities: tuple[Place, ...] = (), **changes: object
) -> ServiceCentre:
    """A centre of a sub-district covering these communities."""
    facts: dict[str, object] = {
        "name_zh": f"示例服务中心{code}",
        "name_en": f"Sample centre {code}",
        "address_zh": "示例路1号",
        "address_en": "1 Sample Road",
        "hours_zh": "周一至周五 8:30–17:00",
        "hours_en": "Mon–Fri 8:30–17:00",
        "phone": "0574-0000 0000",
        **changes,
    }
    new = service.NewCentre(code=code, place_id=place.id, communities=tuple(p.id for p in communities), **facts)  # type: ignore[arg-type]
    return await service.add_centre(NOBODY, new)


async def make_place(kind: str, code: str, parent: Place | None = None, name_zh: str = "") -> Place:
    """One place below another, with its path."""
    place = await Place.create(
        kind=PlaceKind(kind), code=code, parent=parent, name_zh=name_zh or f"示例{code}", name_en=f"Sample {code}"
    )
    place.path = f"{parent.path if parent else '/'}{place.id}/"
    place.depth = parent.depth + 1 if parent else 0
    await place.save()
    return place


@dataclass(frozen=True)
class SmallDistrict:
    """Two sub-districts, the first with two communities and a compound, the second with one community."""

    district: Place
    north: Place
    south: Place
    one: Place
    two: Place
    far: Place
    compound: Place


async def make_small_district() -> SmallDistrict:
    """A district to stand centres and councils in."""
    district = await make_place("district", "D")
    north = await make_place("subdistrict", "N", district)
    south = await make_place("subdistrict", "S", district)
    one, two = await make_place("community", "N1", north), await make_place("community", "N2", north)
    far = await make_place("community", "S1", south)
    compound = await make_place("compound", "N1A", one)
    return SmallDistrict(district, north, south, one, two, far, compound)
