"""The command `linyue simulate-year`: a year of a district, in a data folder of its own."""

import argparse
import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from tortoise.exceptions import OperationalError

from linyue.base import clock, crypto, db, schema
from linyue.base.model import DistrictClock
from linyue.base.settings import Settings
from linyue.centres import service as centres
from linyue.demo.diary import Diary
from linyue.demo.steps import Hands
from linyue.places.model import Place
from linyue.simulation.checks import Checks
from linyue.simulation.digest import digest
from linyue.simulation.district import at_morning, make_district
from linyue.simulation.figures import figures_of, report
from linyue.simulation.progress import Progress
from linyue.simulation.stories import Stories, asking, sweeping
from linyue.simulation.stream import Stream, days_of
from linyue.simulation.visits import EVENING, Visits
from linyue.simulation.volumes import Volumes, read_scale, read_volumes

BEFORE = timedelta(days=10)
NIGHT = timedelta(seconds=40)
"""After midnight: by then the sweeper has been."""
ASKS_AT = timedelta(hours=8, minutes=30)


class NotOwn(Exception):
    """The folder or database belongs to a district; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a run left: its figures in lines, its sum, how long it took."""

    lines: list[str]
    sum: str
    seconds: float
    matters: int


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words that `linyue simulate-year` understands."""
    parser.add_argument("--scale", type=read_scale, default=Fraction(1), metavar="1/20", help="share of the district")
    parser.add_argument("--seed", type=int, help="another seed than that of the volumes")
    parser.add_argument("--volumes", type=Path, metavar="FILE", help="other volumes than the ones that come with it")
    parser.add_argument("--into", type=Path, default=Path("var/year"), help="data folder of its own (var/year)")
    parser.add_argument("--days", type=int, default=366, help="stop after so many days")


def simulate_year(settings: Settings, args: argparse.Namespace, say: Callable[[str], None]) -> Done:
    """Make the year. Raises NotOwn before anything is written, BadVolumes, Broken."""
    volumes = read_volumes(args.volumes)
    if args.seed is not None:
        volumes = replace(volumes, seed=args.seed)
    own = replace(settings, data=args.into.resolve(), keys="", sms="none")
    return asyncio.run(_in_folder(own, volumes, args.scale, args.days, say))


async def _in_folder(
    settings: Settings, volumes: Volumes, scale: Fraction, days: int, say: Callable[[str], None]
) -> Done:
    crypto.load_keys(settings.keys_path)
    await db.connect(settings)
    try:
        await _refuse_a_district()
        await schema.migrate(settings)
        return await run_year(settings, volumes, scale, days, say)
    finally:
        await db.disconnect()


async def run_year(
    settings: Settings, volumes: Volumes, scale: Fraction, days: int, say: Callable[[str], None]
) -> Done:
    """The same in an open, empty database. The clock of this process is put back."""
    await _refuse_a_district()
    begun = time.monotonic()
    try:
        return await _year(settings, volumes, scale, days, say, begun)
    finally:
        clock.hold(None)


async def _refuse_a_district() -> None:
    """Looks before anything is written: a database without tables is as good as an empty one."""
    try:
        is_taken = await Place.exists()
    except OperationalError:
        return
    if is_taken:
        raise NotOwn("there is a district already; name an empty folder (--into) or database (LINYUE_DATABASE_URL)")


async def _year(
    settings: Settings, volumes: Volumes, scale: Fraction, days: int, say: Callable[[str], None], begun: float
) -> Done:
    clock.hold(at_morning(date(volumes.year, 1, 1)) - BEFORE)
    say(f"simulate-year: {volumes.year} at {scale}, seed {volumes.seed}; every volume is assumed")
    district = await make_district(volumes, scale, random.Random(volumes.seed))
    say(f"simulate-year: {len(district.homes)} communities, about {round(volumes.matters * scale):,} matters to come")
    calendar = await centres.calendar()
    clock.hold(at_morning(date(volumes.year, 12, 31)))
    catalogue = (await centres.catalogue_index()).catalogue
    stream = Stream(volumes, scale, district.homes, catalogue, calendar)
    diary, checks = Diary(clock.hold), Checks(settings)
    stories = Stories(district, Hands(district.people, settings.data, calendar), volumes, diary.add)
    whole = days_of(volumes.year)[:days]
    morning = at_morning(whole[0])
    diary.add(morning + NIGHT / 2, sweeping())
    diary.add(morning + ASKS_AT, asking())
    diary.add(morning.replace(hour=EVENING.hour), Visits(district, volumes, calendar).story())
    progress = Progress(len(whole))
    for number, day in enumerate(whole, start=1):
        for one in stream.of_day(day):
            diary.add(one.at, stories.story(one))
        after = day + timedelta(days=1)
        await diary.run(at_morning(after) + NIGHT)
        await checks.after_day(stories.tally.reports)
        await asyncio.sleep(0)  # whoever interrupts is heard
        if after.month != day.month or day == whole[-1]:
            await checks.after_month()
        progress.show(number, day.isoformat(), stories.tally.reports)
    await diary.close()
    months = sorted({day.month for day in whole})
    lines = report(await figures_of(district, volumes, months, stories.tally))
    lines.append(
        f"M1 to M6 held after each of {checks.days} days ({checks.entries:,} entries), "
        f"over everything {checks.whole} times"
    )
    total = await digest()
    await _stay(clock.now())
    seconds = time.monotonic() - begun
    lines.append(f"{stories.tally.reports:,} matters in {seconds:,.0f} s; sum {total[:16]}")
    return Done(lines, total, seconds, stories.tally.reports)


async def _stay(at: datetime) -> None:
    """A server in demo mode shows this district as it stands at the end of the run."""
    ahead = int((at - clock.real_now()).total_seconds())
    await DistrictClock.update_or_create(id=1, defaults={"ahead_seconds": ahead})
