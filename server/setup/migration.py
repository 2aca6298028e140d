"""Write the next migration from what the models say: `make migration`. Look at it before committing; never edit an old one.

Partial indexes are not the ORM's: they are taken from the slices' INDEXES and written as plain SQL for both databases.
"""

import asyncio
import subprocess
import sys
import tempfile
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector

from linyue.base import db, schema
from linyue.base.settings import Settings

FOLDER = Path(__file__).resolve().parents[1] / "linyue" / "migrations"
HEAD = '"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""\n'


def known_indexes() -> set[str]:
    """Names of the partial indexes that a migration already makes."""
    names: set[str] = set()
    for file in FOLDER.glob("[0-9]*.py"):
        module = import_module(f"linyue.migrations.{file.stem}")
        names |= {name for name, _sql in getattr(module, "INDEXES", [])}
    return names


def write_indexes() -> Path | None:
    """A migration for partial indexes that none makes yet."""
    new = [pair for pair in schema.declared_indexes() if pair[0] not in known_indexes()]
    if not new:
        return None
    files = sorted(FOLDER.glob("[0-9]*.py"))
    last = files[-1].stem
    path = FOLDER / f"{int(last[:4]) + 1:04d}_indexes.py"
    rows = "".join(f"    ({name!r}, {sql!r}),\n" for name, sql in new)
    path.write_text(
        f"{HEAD}\nfrom tortoise import migrations\nfrom tortoise.migrations import operations as ops\n\n"
        f"INDEXES = [\n{rows}]\n\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = [('models', {last!r})]\n"
        "    operations = [ops.RunSQL(sql, f'DROP INDEX {name}') for name, sql in INDEXES]\n"
    )
    return path


async def write_models() -> list[str]:
    """A migration for every difference between the models and the migrations so far."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(Settings(), data=Path(folder))
        await db.connect(settings)
        try:
            config = db.tortoise_config(settings.tortoise_url)
            return await MigrationAutodetector(Tortoise.apps, config["apps"]).write()  # type: ignore[arg-type]
        finally:
            await db.disconnect()


def main() -> None:
    """Write what is missing and lay it out like the rest."""
    written = [*asyncio.run(write_models())]
    indexes = write_indexes()
    if indexes is not None:
        written.append(str(indexes))
    for path in written:
        subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", path], check=True)
        print(path)
    if not written:
        print("migration: nothing to write")


if __name__ == "__main__":
    main()
