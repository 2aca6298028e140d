"""What the district may say about days of the working calendar, one or a year of them. Plain values in and out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from linyue.base.workdays import FIXED_STATUTORY, Calendar
from linyue.centres.rules import CentreRefusal

COLUMNS: dict[str, tuple[str, ...]] = {
    "day": ("日期", "Day", "Date"),
    "worked": ("怎么算", "上班还是休息", "How it is counted"),
    "name_zh": ("原因", "节日", "Why, in Chinese"),
    "name_en": ("原因的英文", "Why, in English"),
}
NEEDED = ("day", "worked", "name_zh")
WORKED = ("yes", "worked", "work", "上班", "班", "调休上班", "1")
OFF = ("no", "off", "day off", "休息", "休", "放假", "0")
NEAR = 10
"""Days around New Year that the arrangement of a year may name beside its own."""
ZH_AT_MOST, EN_AT_MOST = 40, 60


class DayFault(StrEnum):
    """What is wrong with a line of a year's list; the value is the translation key."""

    BAD_DAY = "centres-year-bad-day"
    TWICE = "centres-year-twice"
    OTHER_YEAR = "centres-year-other-year"
    PAST = "centres-year-past"
    BAD_WORKED = "centres-year-bad-worked"
    NO_NAME = "centres-year-no-name"
    LONG_NAME = "centres-year-long-name"


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a line, and the column to mend."""

    line: int
    column: str
    key: DayFault
    args: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class YearDay:
    """One day of the list; `is_changed`: it is counted otherwise so far."""

    day: date
    is_working: bool
    name_zh: str
    name_en: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What a list of a year says; nothing is taken in while there are faults."""

    days: tuple[YearDay, ...]
    faults: tuple[LineFault, ...]
    missing: tuple[date, ...]
    """Statutory days of rest that the list does not name: so it is not the whole arrangement of the year."""


def plan_year(rows: Sequence[tuple[int, Mapping[str, str]]], year: int, calendar: Calendar, today: date) -> YearPlan:
    """What a list of days says about a year, and what is wrong with which line.

    What is past stays as it was counted: such a line may only repeat it. The statutory days with a fixed date
    (全国年节及纪念日放假办法 art 2) must all be there for a list to be a year's whole arrangement.
    """
    days: list[YearDay] = []
    faults: list[LineFault] = []
    seen: set[date] = set()
    for line, cells in rows:
        found = _day(line, cells, year, faults)
        if found is None:
            continue
        if found.day in seen:
            faults.append(LineFault(line, "day", DayFault.TWICE, (("day", found.day.isoformat()),)))
            continue
        seen.add(found.day)
        is_changed = calendar.is_working(found.day) is not found.is_working
        if is_changed and found.day < today:
            faults.append(LineFault(line, "day", DayFault.PAST, (("day", found.day.isoformat()),)))
        days.append(YearDay(found.day, found.is_working, found.name_zh, found.name_en, is_changed))
    off = {one.day for one in days if not one.is_working}
    statutory = [date(year, month, day) for month, day in FIXED_STATUTORY]
    return YearPlan(tuple(days), tuple(faults), tuple(day for day in statutory if day not in off))


def _day(line: int, cells: Mapping[str, str], year: int, faults: list[LineFault]) -> YearDay | None:
    """The day of one line, or None and what is wrong with it."""
    before = len(faults)
    text = cells.get("day", "").replace("/", "-").replace(".", "-")
    day = _date(text)
    if day is None:
        faults.append(LineFault(line, "day", DayFault.BAD_DAY, (("text", text[:20]),)))
    elif not date(year, 1, 1).toordinal() - NEAR <= day.toordinal() <= date(year, 12, 31).toordinal() + NEAR:
        faults.append(LineFault(line, "day", DayFault.OTHER_YEAR, (("year", str(year)),)))
    how = cells.get("worked", "").lower()
    if how not in (*WORKED, *OFF):
        faults.append(LineFault(line, "worked", DayFault.BAD_WORKED, (("text", how[:20]),)))
    zh, en = cells.get("name_zh", ""), cells.get("name_en", "")
    if not zh:
        faults.append(LineFault(line, "name_zh", DayFault.NO_NAME))
    for column, name, most in (("name_zh", zh, ZH_AT_MOST), ("name_en", en, EN_AT_MOST)):
        if len(name) > most:
            faults.append(LineFault(line, column, DayFault.LONG_NAME, (("n", str(most)),)))
    if day is None or len(faults) > before:
        return None
    return YearDay(day, how in WORKED, zh, en, is_changed=False)


def _date(text: str) -> date | None:
    """A day from 2027-10-01 or 2027-10-1; None for anything else."""
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None


def refuse_day(day: date, today: date, is_worked_now: bool, is_working: bool, name_zh: str) -> CentreRefusal | None:
    """Why the district cannot say this about a day; None when it can. What is past stays as it was counted."""
    if day < today:
        return CentreRefusal.DAY_PAST
    if is_worked_now == is_working:
        return CentreRefusal.DAY_SAME
    return None if name_zh.strip() else CentreRefusal.NO_DAY_NAME
