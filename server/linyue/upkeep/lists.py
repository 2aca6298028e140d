"""`linyue import` and `linyue export`: the catalogue of items and the working calendar as files, at the console.

A file is looked at first: what it would change, and what is wrong with which line and column. Nothing is half taken. A
catalogue taken in is a draft; somebody signed in tries and approves it, since nobody at a console is two people.
"""

import argparse
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.i18n import t
from linyue.base.policy import NOBODY
from linyue.base.prefs import LANGS
from linyue.base.workdays import local_day
from linyue.centres import service_calendar_file, service_tables
from linyue.centres.catalogue_tables import COLUMNS, table_name
from linyue.centres.pages_catalogue import DiffView, FaultView, diff_views, fault_views, year_fault_views
from linyue.centres.service_store import latest_version

CATALOGUE, CALENDAR = "catalogue", "calendar"
SHOWN = 200
"""Faults or changes printed at most."""

Say = Callable[[str], None]


class CannotTake(Exception):
    """The file is faulty, or not for now; the text says what is wrong and what to do."""


def add_import_words(parser: argparse.ArgumentParser) -> None:
    """The words that `linyue import` understands."""
    parser.add_argument("what", choices=[CATALOGUE, CALENDAR], help="what the file holds")
    parser.add_argument("file", type=Path, help="XLSX or CSV, as `linyue export` writes it")
    parser.add_argument("--draft", default="", metavar="NAME", help="catalogue: keep it as a draft")
    parser.add_argument(
        "--from", dest="since", type=_day, metavar="DAY", help="catalogue: the day the draft shall hold from"
    )
    parser.add_argument("--year", type=int, help="calendar: the year the list is about")
    parser.add_argument("--take", action="store_true", help="calendar: take the list in")
    parser.add_argument("--published", action="store_true", help="calendar: the year's whole arrangement as published")
    parser.add_argument("--lang", choices=LANGS, default="en", help="language of what is printed (en)")


def add_export_words(parser: argparse.ArgumentParser) -> None:
    """The words that `linyue export` understands."""
    parser.add_argument("what", choices=[CATALOGUE, CALENDAR], help="what to write")
    parser.add_argument("file", type=Path, help="file to write; its ending says XLSX or CSV")
    parser.add_argument("--version", type=int, metavar="N", help="catalogue: this version (the newest)")
    parser.add_argument("--table", choices=list(COLUMNS), default="items", help="catalogue as CSV: which table (items)")
    parser.add_argument("--year", type=int, help="calendar: which year (this one)")
    parser.add_argument("--lang", choices=LANGS, default="zh-CN", help="language of the headings (zh-CN)")


def _day(text: str) -> date:
    """A day as 2027-01-01. Raises ValueError, which argparse says in words."""
    return date.fromisoformat(text)


async def import_list(args: argparse.Namespace, say: Say) -> None:
    """Look at a file, and take it in when told to. Raises CannotTake with everything that is wrong."""
    try:
        data = args.file.read_bytes()
    except OSError as error:
        raise CannotTake(f"{args.file}: {error.strerror}") from None
    if args.what == CATALOGUE:
        await _import_catalogue(args, data, say)
    else:
        await _import_calendar(args, data, say)


async def _import_catalogue(args: argparse.Namespace, data: bytes, say: Say) -> None:
    if bool(args.draft) is not (args.since is not None):
        raise CannotTake("name the draft with --draft and the day it shall hold from with --from, both or neither")
    base, made, faults = await service_tables.plan_file(data)
    if faults:
        raise CannotTake(_faults(args.file, fault_views(args.lang, faults)))
    changes = diff_views(args.lang, base, made)
    for line in _told(changes, args.lang):
        say(line)
    if not changes:
        say("import: nothing would change")
        return
    if not args.draft:
        say(f"import: {len(changes)} entries would change; nothing is kept. To keep it: --draft NAME --from DAY")
        return
    try:
        draft = await service_tables.draft_from_file(NOBODY, data, args.draft, args.since)
    except Refused as refusal:
        raise CannotTake(_refused(args.lang, refusal)) from None
    say(
        f"import: {len(changes)} entries in draft {draft.id}; try it on past matters, hand it in and let somebody else"
        f" approve it at /admin/catalogue/drafts/{draft.id}"
    )


async def _import_calendar(args: argparse.Namespace, data: bytes, say: Say) -> None:
    if args.year is None:
        raise CannotTake("say which year the list is about: --year 2027")
    plan, faults = await service_calendar_file.plan_file(data, args.year)
    if faults:
        raise CannotTake(_faults(args.file, year_fault_views(args.lang, faults)))
    for one in sorted(plan.days, key=lambda day: day.day):
        how = t(args.lang, "centres-calendar-worked" if one.is_working else "centres-calendar-off")
        mark = f"  {t(args.lang, 'centres-year-otherwise')}" if one.is_changed else ""
        say(
            f"  {one.day.isoformat()}  {how}  {one.name_en if args.lang == 'en' and one.name_en else one.name_zh}{mark}"
        )
    changed = sum(one.is_changed for one in plan.days)
    if not args.take:
        say(f"import: {changed} of {len(plan.days)} days would be counted otherwise; nothing is kept. To keep: --take")
        return
    try:
        await service_calendar_file.take_file(NOBODY, data, args.year, is_published=args.published)
    except Refused as refusal:
        raise CannotTake(_refused(args.lang, refusal)) from None
    say(f"import: {changed} of {len(plan.days)} days are counted otherwise; due times are worked out again")


def _told(changes: list[DiffView], lang: str) -> list[str]:
    """Each entry that differs, and each cell of it before and after."""
    lines = []
    for one in changes[:SHOWN]:
        lines.append(f"  {t(lang, f'centres-diff-{one.diff}')}  {one.title}")
        lines += [f"      {column}: {before} → {after}" for column, before, after in one.lines]
    if len(changes) > SHOWN:
        lines.append(f"  … and {len(changes) - SHOWN} more")
    return lines


def _faults(file: Path, found: list[FaultView]) -> str:
    """Everything wrong with a file, by line and column."""
    lines = [f"{file}: {len(found)} fault{'' if len(found) == 1 else 's'}, nothing is taken in"]
    for one in found[:SHOWN]:
        place = " · ".join([*([f"line {one.line}"] if one.line else []), *([one.where] if one.where else [])])
        lines.append(f"  {place or 'the file'}: {one.text}")
    if len(found) > SHOWN:
        lines.append(f"  … and {len(found) - SHOWN} more")
    return "\n".join(lines)


def _refused(lang: str, refusal: Refused) -> str:
    return t(lang, str(refusal.reason), **refusal.args_for_text)


async def export_list(args: argparse.Namespace, say: Say) -> None:
    """Write a file. Raises CannotTake for an ending that is none, or a version that is not there."""
    ending = args.file.suffix.lower()
    if not re.fullmatch(r"\.(xlsx|csv)", ending):
        raise CannotTake(f"{args.file}: end the name in .xlsx or .csv")
    if args.what == CALENDAR:
        year = args.year or local_day(clock.now()).year
        body = await service_calendar_file.year_file(year, args.lang, is_csv=ending == ".csv")
        name = f"the special days of {year}"
    else:
        body, name = await _catalogue_body(args, is_csv=ending == ".csv")
    args.file.write_bytes(body)
    say(f"export: {name} in {args.file}, {len(body):,} bytes")


async def _catalogue_body(args: argparse.Namespace, *, is_csv: bool) -> tuple[bytes, str]:
    latest = await latest_version()
    version = args.version or (latest.version if latest else 0)
    try:
        row, catalogue = await service_tables.version_catalogue(version)
    except NotFound:
        raise CannotTake(f"there is no version {version} of the catalogue") from None
    what = f"catalogue:{row.id}"
    if is_csv:
        body = await service_tables.export_table(NOBODY, catalogue, args.table, args.lang, what)
        return body, f"{table_name(args.lang, args.table)} of version {version}"
    return await service_tables.export_tables(NOBODY, catalogue, args.lang, what), f"version {version}"
