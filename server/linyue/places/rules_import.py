"""A list of places from a file: what each line means, and what is wrong with it. Decides nothing about files."""

import re
from dataclasses import dataclass

from linyue.places.rules import PARENTS, PlaceKind, PlaceRefusal

COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": ("类型", "种类"),
    "code": ("编码", "代码"),
    "parent_code": ("上级编码", "上级代码"),
    "name_zh": ("名称", "中文名称"),
    "name_en": ("英文名称",),
    "area_m2": ("面积", "建筑面积"),
    "is_sold": ("已售",),
}
NEEDED = ("kind", "code", "parent_code", "name_zh")
KIND_WORDS: dict[str, PlaceKind] = {
    **{kind.value: kind for kind in PlaceKind},
    "区": PlaceKind.DISTRICT,
    "街道": PlaceKind.SUBDISTRICT,
    "镇": PlaceKind.SUBDISTRICT,
    "乡": PlaceKind.SUBDISTRICT,
    "社区": PlaceKind.COMMUNITY,
    "村": PlaceKind.COMMUNITY,
    "小区": PlaceKind.COMPOUND,
    "幢": PlaceKind.BUILDING,
    "楼": PlaceKind.BUILDING,
    "单元": PlaceKind.STAIRWELL,
    "户": PlaceKind.UNIT,
    "室": PlaceKind.UNIT,
}
YES, NO = {"", "1", "yes", "true", "是", "y"}, {"0", "no", "false", "否", "n"}
ORDER = list(PlaceKind)


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place as a file names it; `line` is 0 for a place already stored. Area in 0.01 m²."""

    line: int
    kind: PlaceKind
    code: str
    parent_code: str
    name_zh: str
    name_en: str
    area_dm2: int | None
    is_sold: bool


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a line: its number, the column, the translation key."""

    line: int
    column: str
    key: str


@dataclass(frozen=True, slots=True)
class PlacePlan:
    """What taking a list in would do; nothing may be done while there are faults."""

    new: list[PlaceLine]
    changed: list[PlaceLine]
    same: int
    faults: list[LineFault]


def read_area(text: str) -> int | None:
    """89.25 (m²) as 8925 (0.01 m²); empty is None. Raises ValueError for anything else or not above zero."""
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,6})(?:[.．](\d{1,2}))?", text)
    if match is None or not text.isascii():
        raise ValueError(text)
    area = int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))
    if not area:
        raise ValueError(text)
    return area


def read_line(line: int, cells: dict[str, str]) -> tuple[PlaceLine | None, list[LineFault]]:
    """One line as a place, or its faults."""
    faults: list[LineFault] = []
    kind = KIND_WORDS.get(cells["kind"].lower())
    if kind is None:
        faults.append(LineFault(line, "kind", PlaceRefusal.BAD_KIND))
    if not re.fullmatch(r"[\w.\-]{1,60}", cells["code"]):
        faults.append(LineFault(line, "code", PlaceRefusal.BAD_CODE))
    if not 0 < len(cells["name_zh"]) <= 80 or len(cells.get("name_en", "")) > 120:
        faults.append(LineFault(line, "name_zh", PlaceRefusal.NO_NAME))
    area = None
    try:
        area = read_area(cells.get("area_m2", ""))
    except ValueError:
        faults.append(LineFault(line, "area_m2", PlaceRefusal.BAD_AREA))
    if area is not None and kind not in {None, PlaceKind.UNIT}:
        faults.append(LineFault(line, "area_m2", PlaceRefusal.BAD_AREA))
    sold = cells.get("is_sold", "").lower()
    if sold not in YES | NO:
        faults.append(LineFault(line, "is_sold", PlaceRefusal.BAD_SOLD))
    if faults or kind is None:
        return None, faults
    name_en = cells.get("name_en", "")
    return PlaceLine(line, kind, cells["code"], cells["parent_code"], cells["name_zh"], name_en, area, sold in YES), []


def plan_places(rows: list[tuple[int, dict[str, str]]], stored: dict[str, PlaceLine]) -> PlacePlan:
    """What a file would do to the stored places (by code). A place keeps its kind and parent once it is stored."""
    plan = PlacePlan([], [], 0, [])
    seen: dict[str, PlaceLine] = {}
    same = 0
    for number, cells in rows:
        line, faults = read_line(number, cells)
        plan.faults.extend(faults)
        if line is None:
            continue
        if line.code in seen:
            plan.faults.append(LineFault(number, "code", PlaceRefusal.TWICE))
            continue
        seen[line.code] = line
    for line in sorted(seen.values(), key=lambda one: ORDER.index(one.kind)):
        old = stored.get(line.code)
        fault = _refuse_line(line, old, stored, seen)
        if fault is not None:
            plan.faults.append(fault)
        elif old is None:
            plan.new.append(line)
        elif _facts(old) != _facts(line):
            plan.changed.append(line)
        else:
            same += 1
    plan.faults.sort(key=lambda fault: fault.line)
    return PlacePlan(plan.new, plan.changed, same, plan.faults)


def _facts(line: PlaceLine) -> tuple[str, str, int | None, bool]:
    return line.name_zh, line.name_en, line.area_dm2, line.is_sold


def _refuse_line(
    line: PlaceLine, old: PlaceLine | None, stored: dict[str, PlaceLine], seen: dict[str, PlaceLine]
) -> LineFault | None:
    if old is not None and old.kind is not line.kind:
        return LineFault(line.line, "kind", PlaceRefusal.MOVED)
    if old is not None and old.parent_code != line.parent_code:
        return LineFault(line.line, "parent_code", PlaceRefusal.MOVED)
    if line.kind is PlaceKind.DISTRICT:
        others = [p for p in (*stored.values(), *seen.values()) if p.kind is line.kind and p.code != line.code]
        return LineFault(line.line, "kind", PlaceRefusal.ONE_DISTRICT) if others or line.parent_code else None
    parent = seen.get(line.parent_code) or stored.get(line.parent_code)
    if parent is None:
        return LineFault(line.line, "parent_code", PlaceRefusal.NO_PARENT)
    if parent.kind not in PARENTS[line.kind]:
        return LineFault(line.line, "parent_code", PlaceRefusal.WRONG_PARENT)
    return None
