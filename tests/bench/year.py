"""A simulated year, at a twentieth unless `--year` says otherwise: how many matters a second go through the services.

Every invariant is looked at. What the statements cost beside the services' own work is saved (swift.py), so that the whole
year is a matter of an hour; no figure and no sum is another for it.
"""

import asyncio
from fractions import Fraction

from linyue.base import crypto, db, logs, schema
from linyue.base.settings import Settings
from linyue.simulation.run import Done, run_year
from linyue.simulation.volumes import read_volumes
from tests.bench.figures import Figure, Found
from tests.bench.run import Run
from tests.bench.swift import swiftly

QUICK = Fraction(1, 1000)


def measure(run: Run) -> Found:
    """One run on SQLite; a broken invariant fails the part."""
    logs.set_up("error")
    folder = run.folder_for("year")
    scale = QUICK if run.quick else run.year
    done = asyncio.run(_year(Settings(data=folder, keys=str(folder / "keys.json"), sms="none"), scale))
    rate = Figure(f"a simulated year at {scale}, all its steps", "matters/s", [done.matters / done.seconds])
    return Found([rate], [], done.lines)


async def _year(settings: Settings, scale: Fraction) -> Done:
    crypto.load_keys(settings.keys_path)
    await db.connect(settings)
    try:
        await schema.make_schema()
        async with swiftly():
            return await run_year(settings, read_volumes(), scale, 366, print)
    finally:
        await db.disconnect()
