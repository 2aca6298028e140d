"""A year of the working calendar as a file: written out, looked at, taken in whole or not at all; due times follow."""

import asyncio
from datetime import date

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.i18n import t
from linyue.base.policy import Actor
from linyue.base.sheets import Fault, read_sheet, write_sheet
from linyue.base.workbook import sheet_of, write_workbook
from linyue.base.workdays import Calendar, local_day
from linyue.centres.model import CalendarDay
from linyue.centres.rules import CentreRefusal
from linyue.centres.rules_calendar import COLUMNS, NEEDED, YearPlan, plan_year
from linyue.centres.service_calendar import calendar, load_calendar, special_days
from linyue.places import service_import

KIND = "calendar"


async def year_rows(year: int, lang: str) -> tuple[list[str], list[list[str]]]:
    """The special days of a year as heading and lines, in the reader's words."""
    heading = [t(lang, f"centres-year-column-{name.replace('_', '-')}") for name in COLUMNS]
    words = {True: t(lang, "centres-calendar-worked"), False: t(lang, "centres-calendar-off")}
    days = await special_days(year)
    return heading, [[one.day.isoformat(), words[one.is_working], one.name_zh, one.name_en] for one in days]


async def year_file(year: int, lang: str, *, is_csv: bool) -> bytes:
    """The special days of a year as CSV or XLSX, as they can be taken in again."""
    heading, rows = await year_rows(year, lang)
    return write_sheet(heading, rows) if is_csv else write_workbook({str(year): (heading, rows)})


async def keep_upload(actor: Actor, data: bytes) -> tuple[str, list[Fault]]:
    """Keep an uploaded list for an hour, or say what is wrong with its form; its id, empty when nothing is kept."""
    text, faults = await asyncio.to_thread(sheet_of, data)
    if not faults:
        _, faults = read_sheet(text, COLUMNS, NEEDED)
    return ("", faults) if faults else (await service_import.keep_draft(actor, KIND, text), [])


async def plan_file(data: bytes, year: int) -> tuple[YearPlan, list[Fault]]:
    """What a file says about a year, and everything wrong with it by line and column."""
    text, faults = await asyncio.to_thread(sheet_of, data)
    rows, wrong = ([], faults) if faults else read_sheet(text, COLUMNS, NEEDED)
    if wrong:
        return YearPlan((), (), ()), wrong
    plan = plan_year([(row.line, row.cells) for row in rows], year, await calendar(), local_day(clock.now()))
    return plan, [Fault(one.line, one.column, one.key.value, one.args) for one in plan.faults]


async def plan_upload(actor: Actor, upload: str, year: int) -> tuple[YearPlan, list[Fault]]:
    """The same of a kept list. Raises Refused: DRAFT_GONE."""
    return await plan_file(await service_import.open_draft(actor, KIND, upload), year)


async def take_upload(actor: Actor, upload: str, year: int, *, is_published: bool) -> int:
    """Take a kept list in. Raises Refused: DRAFT_GONE, YEAR_FAULTY, YEAR_NOT_WHOLE."""
    data = await service_import.open_draft(actor, KIND, upload)
    async with unit_of_work():
        changed = await take_file(actor, data, year, is_published=is_published)
        await service_import.drop_draft(upload)
    return changed


async def take_file(actor: Actor, data: bytes, year: int, *, is_published: bool) -> int:
    """Take a list of a year in, all of it or nothing; returns how many days are counted otherwise from now on.

    `is_published`: it is the whole arrangement as the State Council published it, so that due times in that year are
    provisional no longer; then every day is kept, else those alone that change something. Raises Refused.
    """
    async with unit_of_work() as work:
        plan, faults = await plan_file(data, year)
        if faults or not plan.days:
            raise Refused(CentreRefusal.YEAR_FAULTY)
        if is_published and plan.missing:
            raise Refused(CentreRefusal.YEAR_NOT_WHOLE, day=plan.missing[0].isoformat())
        known = await calendar()
        taken = [one for one in plan.days if is_published or one.is_changed]
        today = local_day(clock.now())
        kept = set(await CalendarDay.filter(day__lt=today).values_list("day", flat=True))
        rows = [
            (one.day, one.is_working, one.name_zh, one.name_en, _is_provisional(one.day, year, is_published, known))
            for one in taken
            if one.day not in kept
        ]
        if rows:
            await load_calendar(rows)
        changed = sum(one.is_changed for one in plan.days)
        await work.audit(
            actor, "centres.calendar.import", f"year:{year}", days=len(rows), changed=changed, published=is_published
        )
    return changed


def _is_provisional(day: date, year: int, is_published: bool, known: Calendar) -> bool:
    """Whether the arrangement of a day's year is still to come."""
    return not (is_published and day.year == year) and known.is_provisional(day)
