"""Who may vote in which body: the words for rolls, and what a list of representatives or delegates must hold.

Residents, owners and household delegates are drawn from homes, at the scale of a place. The council and the owners'
committee are those who hold the role. Representatives, the two committees and Party members stand on a list that a
social worker keeps (城市居民委员会组织法, revised 2025-10-28, arts 13, 27, 28; membership is told by the body itself).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from linyue.people.rules import normalise_phone


class Body(StrEnum):
    """Whose voices a roll holds."""

    RESIDENTS = "residents"
    HOUSEHOLDS = "households"
    OWNERS = "owners"
    REPRESENTATIVES = "representatives"
    COUNCIL = "council"
    COUNCIL_SEVEN = "council_seven"
    OWNERS_COMMITTEE = "owners_committee"
    COMMITTEES = "committees"
    PARTY_MEMBERS = "party_members"


DRAWN = (Body.RESIDENTS, Body.HOUSEHOLDS, Body.OWNERS)
"""Rolls drawn from homes: of a stairwell, a building, a compound or a community."""
COUNCILS = (Body.COUNCIL, Body.COUNCIL_SEVEN)
"""The council with its X members, or its standing members alone."""
LISTED = (Body.REPRESENTATIVES, Body.COMMITTEES, Body.PARTY_MEMBERS)
"""Bodies of a community whose members stand on a list."""
KEPT = (Body.REPRESENTATIVES, Body.HOUSEHOLDS, Body.COMMITTEES, Body.PARTY_MEMBERS)
"""What a social worker records: the lists, and whom each household named."""

HOME_COLUMNS: dict[str, tuple[str, ...]] = {
    "unit_code": ("房屋编码", "户编码"),
    "name": ("姓名",),
    "phone": ("手机", "手机号", "电话"),
}
PHONE_COLUMNS: dict[str, tuple[str, ...]] = {name: HOME_COLUMNS[name] for name in ("name", "phone")}


class BodyRefusal(StrEnum):
    """Why a list, a line of it or a roll is turned down."""

    UNKNOWN_HOME = "people-bodies-refused-home"
    NOT_LIVING_THERE = "people-bodies-refused-not-living-there"
    UNKNOWN_PHONE = "people-bodies-refused-phone"
    NAME_DIFFERS = "people-bodies-refused-name-differs"
    TWICE = "people-bodies-refused-twice"
    HOME_TWICE = "people-bodies-refused-home-twice"
    NO_DELEGATE = "people-bodies-refused-no-delegate"


def columns_of(body: Body) -> dict[str, tuple[str, ...]]:
    """The columns of a body's file: members who must live here are named by their home, others by their phone."""
    return HOME_COLUMNS if body in (Body.REPRESENTATIVES, Body.HOUSEHOLDS) else PHONE_COLUMNS


def needed_of(body: Body) -> tuple[str, ...]:
    """Columns that must be there."""
    return ("unit_code", "name") if body in (Body.REPRESENTATIVES, Body.HOUSEHOLDS) else ("name", "phone")


@dataclass(frozen=True, slots=True)
class Known:
    """An enrolled adult as the lists see them; `phone` is +86… or empty, `legal_name` may be empty."""

    person_id: int
    display_name: str
    legal_name: str
    phone: str

    def is_called(self, name: str) -> bool:
        """Whether the name of a file means this person: the real name where one is kept, else the chosen one."""
        return name == (self.legal_name or self.display_name)


@dataclass(frozen=True, slots=True)
class BodyLine:
    """One member of a file: the person, and their home (0 where the body has no homes)."""

    line: int
    person_id: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class BodyFault:
    """What is wrong with a line: its number, the column, the reason."""

    line: int
    column: str
    reason: BodyRefusal


def read_members(
    body: Body,
    rows: Iterable[tuple[int, Mapping[str, str]]],
    homes: Mapping[str, tuple[int, tuple[Known, ...]]],
    by_phone: Mapping[str, Known],
) -> tuple[list[BodyLine], list[BodyFault]]:
    """The members of a file and its faults.

    `homes`: unit code -> (unit id, its confirmed adults); `by_phone`: everybody by +86… number. A person stands on a
    list once, and a household names one person.
    """
    lines: list[BodyLine] = []
    faults: list[BodyFault] = []
    people: set[int] = set()
    units: set[int] = set()
    is_of_homes = "unit_code" in columns_of(body)
    for number, cells in rows:
        found = _at_home(number, cells, homes) if is_of_homes else _by_phone(number, cells, by_phone)
        if isinstance(found, BodyFault):
            faults.append(found)
        elif body is Body.HOUSEHOLDS and found.unit_id in units:
            faults.append(BodyFault(number, "unit_code", BodyRefusal.HOME_TWICE))
        elif body is not Body.HOUSEHOLDS and found.person_id in people:
            faults.append(BodyFault(number, "name", BodyRefusal.TWICE))
        else:
            people.add(found.person_id)
            units.add(found.unit_id)
            lines.append(found)
    return lines, faults


def _at_home(
    number: int, cells: Mapping[str, str], homes: Mapping[str, tuple[int, tuple[Known, ...]]]
) -> BodyLine | BodyFault:
    if cells["unit_code"] not in homes:
        return BodyFault(number, "unit_code", BodyRefusal.UNKNOWN_HOME)
    unit_id, living = homes[cells["unit_code"]]
    phone = normalise_phone(cells["phone"]) if cells.get("phone") else None
    meant = [one for one in living if one.is_called(cells["name"]) and (phone is None or one.phone == phone)]
    if len(meant) == 1:
        return BodyLine(number, meant[0].person_id, unit_id)
    return BodyFault(number, "name", BodyRefusal.NOT_LIVING_THERE)


def _by_phone(number: int, cells: Mapping[str, str], by_phone: Mapping[str, Known]) -> BodyLine | BodyFault:
    known = by_phone.get(normalise_phone(cells["phone"]) or "")
    if known is None:
        return BodyFault(number, "phone", BodyRefusal.UNKNOWN_PHONE)
    if not known.is_called(cells["name"]):
        return BodyFault(number, "name", BodyRefusal.NAME_DIFFERS)
    return BodyLine(number, known.person_id, 0)


def delegate_of(adults: Iterable[int], named: int | None) -> int | None:
    """Who speaks for a household: whom it named, while they live there; else its only adult; None: nobody yet."""
    here = sorted(set(adults))
    if named is not None and named in here:
        return named
    return here[0] if len(here) == 1 else None
