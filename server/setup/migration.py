"""Write the next migration from the models: `make migration`. Look at it before committing; never edit an old one.

Partial indexes are not the ORM's: they are taken from the slices' INDEXES and written as plain SQL for both databases.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from linyue.base import db, schema
from linyue.base.settings import Settings

FOLDER = Path(__file__).resolve().parents[1] / "linyue" / "migrations"
HEAD = '"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""\n'


def known_indexes() -> dict[str, str]:
    """Partial indexes that the migrations so far leave behind: name and SQL."""
    known: dict[str, str] = {}
    for file in sorted(FOLDER.glob("[0-9]*.py")):
        module = import_module(f"linyue.migrations.{file.stem}")
        for name, _sql in getattr(module, "GONE", []):
            del known[name]
        known |= dict(getattr(module, "INDEXES", []))
    return known


def write_indexes() -> Path | None:
    """A migration for partial indexes that none makes yet, and for those that no slice declares any more."""
    known, declared = known_indexes(), schema.declared_indexes()
    new = [pair for pair in declared if pair[0] not in known]
    gone = [pair for pair in known.items() if pair[0] not in dict(declared)]
    if not new and not gone:
        return None
    files = sorted(FOLDER.glob("[0-9]*.py"))
    last = files[-1].stem
    path = FOLDER / f"{int(last[:4]) + 1:04d}_indexes.py"
    path.write_text(
        f"{HEAD}\nfrom tortoise import migrations\nfrom tortoise.migrations import operations as ops\n\n"
        f"GONE: list[tuple[str, str]] = {gone!r}\nINDEXES: list[tuple[str, str]] = {new!r}\n\n\n"
        f"class Migration(migrations.Migration):\n"
        f"    dependencies = [('models', {last!r})]\n"
        "    operations = [\n"  # one step: the ORM copies the whole state for each
        "        ops.RunSQL(\n"
        "            [*(f'DROP INDEX {name}' for name, _ in GONE), *(sql for _, sql in INDEXES)],\n"
        "            [*(f'DROP INDEX {name}' for name, _ in INDEXES), *(sql for _, sql in GONE)],\n"
        "        ),\n"
        "    ]\n"
    )
    return path


async def write_models() -> list[str]:
    """A migration for every difference between the models and the migrations so far."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(Settings(), data=Path(folder))
        await db.connect(settings)
        try:
            return [str(_mended(writer.write())) for writer in await schema.differences(settings)]
        finally:
            await db.disconnect()


def _mended(path: Path) -> Path:
    """The file without lists of enum members, which the ORM finds itself, and with keys that no database makes.

    The ORM's writer forgets `generated=False`; a counter of ours would become the database's. Its step for a new column
    forgets the rows that are there already.
    """
    text = re.sub(r"description='(?:[^'\\]|\\.)*', ", "", path.read_text())
    if "ops.AddField(" in text:
        text = text.replace("ops.AddField(", "AddFilled(")
        text = text.replace("\n\nclass ", "\nfrom linyue.base.schema import AddFilled\n\nclass ", 1)
    path.write_text(text.replace("IntField(primary_key=True", "IntField(generated=False, primary_key=True"))
    return path


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
