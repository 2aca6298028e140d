"""What lies in what, and what a line of a file means."""

import pytest

from linyue.places.rules import PlaceKind, PlaceRefusal, is_inside, is_village_name, refuse_place
from linyue.places.rules_import import PlaceLine, plan_places, read_area


@pytest.mark.parametrize(
    ("kind", "parent", "name", "area", "refusal"),
    [
        (PlaceKind.DISTRICT, None, "海曙区", None, None),
        (PlaceKind.UNIT, PlaceKind.BUILDING, "101", 8925, None),
        (PlaceKind.UNIT, PlaceKind.STAIRWELL, "101", None, None),
        (PlaceKind.UNIT, PlaceKind.COMPOUND, "101", None, PlaceRefusal.WRONG_PARENT),
        (PlaceKind.COMMUNITY, None, "社区", None, PlaceRefusal.NO_PARENT),
        (PlaceKind.BUILDING, PlaceKind.COMPOUND, "1幢", 5, PlaceRefusal.BAD_AREA),
        (PlaceKind.UNIT, PlaceKind.BUILDING, "101", 0, PlaceRefusal.BAD_AREA),
        (PlaceKind.UNIT, PlaceKind.BUILDING, "  ", 1, PlaceRefusal.NO_NAME),
    ],
)
def test_a_place_stands_below_its_kind_of_parent(
    kind: PlaceKind, parent: PlaceKind | None, name: str, area: int | None, refusal: PlaceRefusal | None
) -> None:
    assert refuse_place(kind, parent, name, area) is refusal


def test_inside() -> None:
    assert is_inside("/1/4/17/", "/1/4/") and is_inside("/1/4/", "/1/4/")
    assert not is_inside("/1/40/", "/1/4/") and not is_inside("/1/", "")


@pytest.mark.parametrize(("text", "area"), [("89.25", 8925), ("89", 8900), ("89.5", 8950), ("", None)])
def test_areas_are_whole_hundredths(text: str, area: int | None) -> None:
    assert read_area(text) == area


@pytest.mark.parametrize("text", ["0", "-3", "1,5", "12.345", "abc", "1e3", "٣", "9999999"])
def test_other_areas_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_area(text)


def cells(kind: str, code: str, parent: str = "", **more: str) -> dict[str, str]:
    return {"kind": kind, "code": code, "parent_code": parent, "name_zh": more.get("name_zh", code)} | more


def test_parents_may_stand_below_their_children() -> None:
    rows = [(2, cells("户", "u", "b", area_m2="50.5")), (3, cells("building", "b", "c")), (4, cells("小区", "c", "k"))]
    rows += [(5, cells("社区", "k", "s")), (6, cells("街道", "s", "d")), (7, cells("区", "d"))]
    plan = plan_places(rows, {})
    assert plan.faults == [] and [line.code for line in plan.new] == ["d", "s", "k", "c", "b", "u"]


STORED = {
    "d": PlaceLine(0, PlaceKind.DISTRICT, "d", "", "d", "", None, True),
    "s": PlaceLine(0, PlaceKind.SUBDISTRICT, "s", "d", "s", "", None, True),
}


@pytest.mark.parametrize(
    ("row", "column", "key"),
    [
        (cells("星球", "x", "d"), "kind", PlaceRefusal.BAD_KIND),
        (cells("街道", "a b", "d"), "code", PlaceRefusal.BAD_CODE),
        (cells("街道", "x", "d", name_zh=""), "name_zh", PlaceRefusal.NO_NAME),
        (cells("街道", "x", "d", area_m2="5"), "area_m2", PlaceRefusal.BAD_AREA),
        (cells("街道", "x", "d", is_sold="maybe"), "is_sold", PlaceRefusal.BAD_SOLD),
        (cells("街道", "x", "nowhere"), "parent_code", PlaceRefusal.NO_PARENT),
        (cells("户", "x", "s"), "parent_code", PlaceRefusal.WRONG_PARENT),
        (cells("社区", "s", "d"), "kind", PlaceRefusal.MOVED),
        (cells("区", "e"), "kind", PlaceRefusal.ONE_DISTRICT),
    ],
)
def test_a_wrong_line_names_its_column(row: dict[str, str], column: str, key: PlaceRefusal) -> None:
    plan = plan_places([(2, row)], STORED)
    assert [(f.line, f.column, f.key) for f in plan.faults] == [(2, column, key)] and plan.new == []


def test_the_same_file_again_changes_nothing() -> None:
    same = plan_places([(2, cells("区", "d")), (3, cells("街道", "s", "d"))], STORED)
    assert (same.new, same.changed, same.same, same.faults) == ([], [], 2, [])
    renamed = plan_places([(2, cells("街道", "s", "d", name_zh="新名"))], STORED)
    assert [line.name_zh for line in renamed.changed] == ["新名"]


@pytest.mark.parametrize(
    ("name", "is_village"),
    [
        ("石碶村", True),
        ("高桥村民委员会", True),
        ("高桥村委会", True),
        ("白云新村社区", False),
        ("文昌社区", False),
        ("月湖街道", False),
    ],
)
def test_a_village_is_known_by_its_name(name: str, is_village: bool) -> None:
    assert is_village_name(name) is is_village
