"""The working calendar: the published arrangement, and the days the district itself sets over it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tortoise import connections

from linyue.base import clock, workdays
from linyue.base.brief import Brief
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.centres.model import CalendarDay, CatalogueFile
from linyue.centres.rules import CentreRefusal
from linyue.centres.rules_calendar import refuse_day

SEED_FROM_YEAR = 2025
_shown: Brief[workdays.Calendar] = Brief()
RECKON = "matters.reckon_due"
"""The job of a later slice that works out running due times again."""


async def load_calendar(rows: Iterable[tuple[date, bool, str, str, bool]] | None = None) -> None:
    """Take days into the calendar: (day, is worked, Chinese name, English name, provisional); later rows win.

    Without rows, the arrangement the State Council has published, from 2025 on.
    """
    days = list(rows) if rows is not None else _published_rows()
    async with unit_of_work() as work:
        await CalendarDay.bulk_create(
            [
                CalendarDay(day=day, is_working=worked, name_zh=zh, name_en=en, is_provisional=provisional)
                for day, worked, zh, en, provisional in days
            ],
            on_conflict=["day"],
            update_fields=["is_working", "name_zh", "name_en", "is_provisional"],
        )
        if days and await CatalogueFile.exists():  # a district that is only being made has no due times yet
            await work.enqueue(RECKON, max(days)[0].toordinal())
    _shown.forget()


def _published_rows() -> list[tuple[date, bool, str, str, bool]]:
    return [
        (day, worked, zh, en, False) for day, worked, zh, en in workdays.published_days() if day.year >= SEED_FROM_YEAR
    ]


async def calendar() -> workdays.Calendar:
    """The district's working calendar: its own days over the published ones."""
    # Every step of a matter asks: the rows are taken as they come and only read when they are other ones.
    rows = await connections.get("default").execute_query_dict(_DAYS)
    return _over_published(tuple((str(row["day"]), bool(row["w"]), bool(row["p"])) for row in rows))


async def shown_calendar() -> workdays.Calendar:
    """The same for pages, from memory for some seconds: lists of matters ask with every page."""
    return await _shown.get("all", calendar)


_DAYS = "SELECT day, is_working AS w, is_provisional AS p FROM calendar_days ORDER BY day"


@lru_cache(maxsize=2)
def _over_published(rows: tuple[tuple[str, bool, bool], ...]) -> workdays.Calendar:
    """Worked out once for the same days."""
    own = [(date.fromisoformat(day), worked, provisional) for day, worked, provisional in rows]
    return workdays.over(workdays.published_calendar(), workdays.calendar_from(own))


async def set_day(actor: Actor, day: date, is_working: bool, name_zh: str, name_en: str = "") -> None:
    """Say that a coming day is worked, or is not, whatever the published arrangement says; due times follow.

    Raises Refused: DAY_PAST, DAY_SAME, NO_DAY_NAME.
    """
    async with unit_of_work() as work:
        before = await calendar()
        refusal = refuse_day(day, _today(), before.is_working(day), is_working, name_zh)
        if refusal is not None:
            raise Refused(refusal, field="name_zh" if refusal is CentreRefusal.NO_DAY_NAME else "day")
        await CalendarDay.filter(day=day).delete()
        await CalendarDay.create(
            day=day,
            is_working=is_working,
            name_zh=name_zh.strip(),
            name_en=name_en.strip(),
            is_provisional=before.is_provisional(day),
        )
        await work.audit(actor, "centres.calendar.set", f"day:{day.isoformat()}", is_working=is_working)
        await work.enqueue(RECKON, day.toordinal())
    _shown.forget()


async def drop_day(actor: Actor, day: date) -> None:
    """Take back what the district said about a coming day: the published arrangement holds again.

    Raises Refused: DAY_PAST, DAY_NOT_OWN.
    """
    async with unit_of_work() as work:
        if day < _today():
            raise Refused(CentreRefusal.DAY_PAST)
        known = {known: (known, worked, zh, en) for known, worked, zh, en in workdays.published_days()}
        row = await CalendarDay.get_or_none(day=day)
        if row is None or _is_published(row, known.get(day)):
            raise Refused(CentreRefusal.DAY_NOT_OWN)
        await row.delete()
        if day in known and day.year >= SEED_FROM_YEAR:
            await load_calendar([(*known[day], False)])
        await work.audit(actor, "centres.calendar.drop", f"day:{day.isoformat()}")
        await work.enqueue(RECKON, day.toordinal())
    _shown.forget()


def _today() -> date:
    return workdays.local_day(clock.now())


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from the plain week; `is_own`: the district said so, not the published arrangement."""

    day: date
    is_working: bool
    name_zh: str
    name_en: str
    is_own: bool
    is_past: bool


async def special_days(year: int) -> list[SpecialDay]:
    """The special days of a year, published and own, by date."""
    known = {day: (day, worked, zh, en) for day, worked, zh, en in workdays.published_days() if day.year == year}
    found = {day: SpecialDay(day, worked, zh, en, False, day < _today()) for day, worked, zh, en in known.values()}
    for row in await CalendarDay.filter(day__gte=date(year, 1, 1), day__lte=date(year, 12, 31)):
        is_own = not _is_published(row, known.get(row.day))
        is_past = row.day < _today()
        found[row.day] = SpecialDay(row.day, row.is_working, row.name_zh, row.name_en, is_own, is_past)
    return [found[day] for day in sorted(found)]


def _is_published(row: CalendarDay, known: tuple[date, bool, str, str] | None) -> bool:
    return known is not None and known[1] == row.is_working
