"""A roll from a file: who is to be enrolled in which unit, and what is wrong with a line."""

from dataclasses import dataclass

from linyue.people.rules import PeopleRefusal, Tenure, mask_name, normalise_phone, refuse_name

COLUMNS: dict[str, tuple[str, ...]] = {
    "unit_code": ("房屋编码", "户编码"),
    "tenure": ("身份", "业主或租户"),
    "name": ("姓名",),
    "phone": ("手机", "手机号", "电话"),
    "display_name": ("称呼", "显示名"),
}
NEEDED = ("unit_code", "tenure", "name")
TENURE_WORDS = {
    "owner": Tenure.OWNER,
    "业主": Tenure.OWNER,
    "房主": Tenure.OWNER,
    "tenant": Tenure.TENANT,
    "租户": Tenure.TENANT,
    "租客": Tenure.TENANT,
    "承租人": Tenure.TENANT,
}


@dataclass(frozen=True, slots=True)
class RollLine:
    """One person in one unit; `phone` is +86… or empty."""

    line: int
    unit_code: str
    tenure: Tenure
    name: str
    phone: str
    display_name: str

    @property
    def person_key(self) -> tuple[str, str]:
        """Who the line means: by phone; without one, by name in this unit."""
        return (self.phone, "") if self.phone else (self.unit_code, self.name)


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a line: its number, the column, the translation key."""

    line: int
    column: str
    key: str


def read_lines(rows: list[tuple[int, dict[str, str]]], units: set[str]) -> tuple[list[RollLine], list[LineFault]]:
    """The lines of a file and their faults; `units` are the codes of stored units.

    The same person in the same unit twice is a fault; so is one phone under two names.
    """
    lines: list[RollLine] = []
    faults: list[LineFault] = []
    seen: set[tuple[tuple[str, str], str, Tenure]] = set()
    names: dict[str, str] = {}
    for number, cells in rows:
        line, wrong = _read_line(number, cells, units)
        faults += wrong
        if line is None:
            continue
        key = (line.person_key, line.unit_code, line.tenure)
        if key in seen:
            faults.append(LineFault(number, "", PeopleRefusal.LINE_TWICE))
        elif line.phone and names.setdefault(line.phone, line.name) != line.name:
            faults.append(LineFault(number, "name", PeopleRefusal.LINE_NAME_DIFFERS))
        else:
            seen.add(key)
            lines.append(line)
    return lines, faults


def _read_line(number: int, cells: dict[str, str], units: set[str]) -> tuple[RollLine | None, list[LineFault]]:
    faults = []
    if cells["unit_code"] not in units:
        faults.append(LineFault(number, "unit_code", PeopleRefusal.LINE_UNIT))
    tenure = TENURE_WORDS.get(cells["tenure"].lower())
    if tenure is None:
        faults.append(LineFault(number, "tenure", PeopleRefusal.LINE_TENURE))
    phone = normalise_phone(cells["phone"]) if cells.get("phone") else ""
    if phone is None:
        faults.append(LineFault(number, "phone", PeopleRefusal.BAD_PHONE))
    name = cells["name"]
    shown = cells.get("display_name") or mask_name(name)
    if refuse_name(name) is not None:
        faults.append(LineFault(number, "name", PeopleRefusal.BAD_NAME))
    elif refuse_name(shown) is not None:
        faults.append(LineFault(number, "display_name", PeopleRefusal.BAD_NAME))
    if faults or tenure is None or phone is None:
        return None, faults
    return RollLine(number, cells["unit_code"], tenure, name, phone, shown), []
