"""What kinds of place there are and what lies in what. Decides nothing about people."""

from enum import StrEnum


class PlaceKind(StrEnum):
    """From the largest to the smallest."""

    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    COMPOUND = "compound"
    BUILDING = "building"
    STAIRWELL = "stairwell"
    UNIT = "unit"
    MERGED = "merged"
    """A community that was put together with another one; nothing lies in it any more."""


PARENTS: dict[PlaceKind, frozenset[PlaceKind]] = {
    PlaceKind.DISTRICT: frozenset(),
    PlaceKind.SUBDISTRICT: frozenset({PlaceKind.DISTRICT}),
    PlaceKind.COMMUNITY: frozenset({PlaceKind.SUBDISTRICT}),
    PlaceKind.COMPOUND: frozenset({PlaceKind.COMMUNITY}),
    PlaceKind.BUILDING: frozenset({PlaceKind.COMPOUND}),
    PlaceKind.STAIRWELL: frozenset({PlaceKind.BUILDING}),
    PlaceKind.UNIT: frozenset({PlaceKind.STAIRWELL, PlaceKind.BUILDING}),
    PlaceKind.MERGED: frozenset(),  # never added, only become
}


def is_village_name(name_zh: str) -> bool:
    """Whether a community is a village, with the villagers' committee law of its own.

    Every village is called so (石碶村, 高桥村民委员会); in town it is a 社区, however its compounds are called.
    """
    return name_zh.strip().removesuffix("民委员会").removesuffix("委会").endswith("村")


PARKING_WORDS = ("车位", "车库", "停车")


def is_parking_name(*names: str) -> bool:
    """Whether a unit is a parking place or a garage: by its own name or its building's (地下车库 12)."""
    return any(word in name for name in names for word in PARKING_WORDS)


class PlaceRefusal(StrEnum):
    """Why a place cannot be added."""

    WRONG_PARENT = "places-refused-wrong-parent"
    CODE_TAKEN = "places-refused-code-taken"
    NO_NAME = "places-refused-no-name"
    BAD_AREA = "places-refused-bad-area"
    NO_PARENT = "places-refused-no-parent"
    BAD_KIND = "places-refused-bad-kind"
    BAD_CODE = "places-refused-bad-code"
    BAD_SOLD = "places-refused-bad-sold"
    TWICE = "places-refused-twice"
    MOVED = "places-refused-moved"
    ONE_DISTRICT = "places-refused-one-district"
    DRAFT_GONE = "places-refused-draft-gone"
    NOT_TWO_COMMUNITIES = "places-refused-not-two-communities"
    HAS_FAULTS = "places-refused-has-faults"
    NO_FILE = "places-refused-no-file"


def refuse_place(kind: PlaceKind, parent: PlaceKind | None, name_zh: str, area_dm2: int | None) -> PlaceRefusal | None:
    """Why a place of this kind cannot stand below that parent; None when it can. `area_dm2` is in 0.01 m²."""
    if not name_zh.strip():
        return PlaceRefusal.NO_NAME
    if parent is None:
        return None if kind is PlaceKind.DISTRICT else PlaceRefusal.NO_PARENT
    if parent not in PARENTS[kind]:
        return PlaceRefusal.WRONG_PARENT
    if area_dm2 is not None and (kind is not PlaceKind.UNIT or area_dm2 <= 0):
        return PlaceRefusal.BAD_AREA
    return None


def is_inside(path: str, outer: str) -> bool:
    """Whether the place with `path` is `outer` or lies in it. Paths look like /1/4/17/."""
    return bool(outer) and path.startswith(outer)
