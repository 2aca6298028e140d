"""A copy of everything a district stores, made while it works, and a district made from such a copy.

    backup(settings, target) -> Copied        one file: rows of one unmoving view, photos, a header with sums
    restore(settings, source) -> Copied       into an empty database, SQLite or PostgreSQL, whichever the copy came from

The keys are never in it (key ring, box keys): what is sealed stays sealed for whoever finds the file. Keep them apart.
"""

import hashlib
import json
import os
import re
import secrets
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tortoise import Tortoise, connections
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from linyue.base import clock, db, schema
from linyue.base.settings import Settings
from linyue.matters.service_photos import photo_path, picture_columns
from linyue.upkeep.rows import Column, Table, from_line, in_order, table_of, to_line
from linyue.upkeep.stores import filling, reading, refuse_if_used

FORMAT = 1
HEADER = "linyue-backup.json"
PHOTO = re.compile(r"photos/([0-9a-f]{2})/(\1[0-9a-f]{62})\.jpg")
COLUMN = re.compile("[a-z][a-z0-9_]*")

Progress = Callable[[str], None]


class BadBackup(Exception):
    """The file cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds."""

    tables: int
    rows: int
    photos: int


def tables() -> list[Table]:
    """Every table of the models, those that others point to first."""
    found = [table_of(model) for model in Tortoise.apps["models"].values()]
    return in_order({table.name: table for table in found})


async def backup(settings: Settings, target: Path, say: Progress) -> Copied:
    """Copy rows and photos into `target`, readable by its owner only. The file appears whole or not at all.

    The database must be open (models loaded). Ballots may come in meanwhile: the copy holds what was committed
    when it began. Raises OSError when the file cannot be written.
    """
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                copied = await _write(settings, archive, say)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    return copied


async def _write(settings: Settings, archive: zipfile.ZipFile, say: Progress) -> Copied:
    told: dict[str, Any] = {}
    pictures: set[str] = set()
    naming = set(picture_columns())
    async with reading(settings) as reader:
        applied = await reader.applied()
        for table in tables():
            digest, count = hashlib.sha256(), 0
            naming_here = [n for n, column in enumerate(table.columns) if (table.name, column.name) in naming]
            with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as out:
                async for row in reader.rows(table):
                    pictures.update(row[n] for n in naming_here if row[n])
                    line = to_line(table, row).encode() + b"\n"
                    digest.update(line)
                    out.write(line)
                    count += 1
            columns = [[column.name, column.kind] for column in table.columns]
            told[table.name] = {"columns": columns, "rows": count, "sha256": digest.hexdigest()}
            say(f"{table.name}: {count}")
    photos = 0
    for name in sorted(pictures):  # what these rows name and nothing else: a photo may have come or gone meanwhile
        path = photo_path(settings.data, name)
        if not path.exists():  # the doctor says so of this district, and of whatever is made from the copy
            say(f"photo {name[:12]}… is missing")
            continue
        archive.write(path, f"photos/{path.parent.name}/{path.name}", zipfile.ZIP_STORED)
        photos += 1
    header = {
        "format": FORMAT,
        "made_at": clock.real_now().isoformat(timespec="seconds"),
        "migrations": applied,
        "tables": told,
        "photos": photos,
    }
    archive.writestr(HEADER, json.dumps(header, ensure_ascii=False, indent=1))
    return Copied(len(told), sum(one["rows"] for one in told.values()), photos)


async def restore(settings: Settings, source: Path, say: Progress) -> Copied:
    """Fill an empty database from a copy, then bring it to the present state. The database must be open.

    Everything is checked before the first row is written, and the rows come in one transaction. Raises BadBackup,
    NotEmpty and Broken.
    """
    try:
        archive = zipfile.ZipFile(source)
    except (OSError, zipfile.BadZipFile) as error:
        raise BadBackup(f"{source.name}: not a backup of Linyue") from error
    with archive:
        header = _header(source, archive)
        known = tables()
        await refuse_if_used(settings, known)
        await _come_to(settings, header["migrations"])
        async with filling(settings) as filler:
            there = [
                _as_copied(table, header["tables"][table.name]) for table in known if table.name in header["tables"]
            ]
            await filler.empty(there)
            for table in there:
                names = [column.name for column in table.columns]
                await filler.fill(table, names, _rows(archive, table, names, is_sqlite=settings.is_sqlite))
                say(f"{table.name}: {header['tables'][table.name]['rows']}")
            await filler.finish(there)
        photos = _unpack_photos(settings, archive)
    await schema.migrate(settings)
    rows = sum(int(one["rows"]) for one in header["tables"].values())
    return Copied(len(there), rows, photos)


def _as_copied(table: Table, told: dict[str, Any]) -> Table:
    """The table with the columns it had when the copy was made."""
    return Table(table.name, table.key, tuple(Column(*pair) for pair in told["columns"]), table.needs, table.is_counted)


def _header(source: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    """The header, once every sum in it has been found right. Raises BadBackup."""
    try:
        header: dict[str, Any] = json.loads(archive.read(HEADER))
        if header["format"] != FORMAT:
            raise BadBackup(f"{source.name}: made by another version of Linyue (format {header['format']})")
        known = {table.name for table in tables()}
        if strange := set(header["tables"]) - known:
            raise BadBackup(f"{source.name}: holds tables this version does not know: {', '.join(sorted(strange))}")
        for name, told in header["tables"].items():
            if not all(COLUMN.fullmatch(column) for column, _kind in told["columns"]):
                raise BadBackup(f"{source.name}: table {name} has a column no table can have")
            digest, rows = hashlib.sha256(), 0
            with archive.open(f"tables/{name}.jsonl") as lines:
                for line in lines:
                    digest.update(line)
                    rows += 1
            if digest.hexdigest() != told["sha256"] or rows != told["rows"]:
                raise BadBackup(f"{source.name}: table {name} is damaged; use another copy")
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise BadBackup(f"{source.name}: damaged or not a backup of Linyue") from error
    return header


def _rows(archive: zipfile.ZipFile, table: Table, names: list[str], *, is_sqlite: bool) -> Iterator[tuple[Any, ...]]:
    with archive.open(f"tables/{table.name}.jsonl") as lines:
        for line in lines:
            yield from_line(table, names, line.decode(), is_sqlite=is_sqlite)


async def _come_to(settings: Settings, migrations: list[str]) -> None:
    """The tables as they were when the copy was made. Raises BadBackup when it comes from a newer version."""
    executor = MigrationExecutor(connections.get("default"), db.tortoise_config(settings.tortoise_url)["apps"])
    known = [step.migration.name for step in await executor.plan()]
    applied = await executor.recorder.applied_migrations()
    known += [key.name for key in applied]
    if not migrations or set(migrations) - set(known):
        raise BadBackup("the copy comes from a newer version of Linyue; install that one, then restore")
    await executor.migrate([MigrationTarget("models", migrations[-1])])


def _unpack_photos(settings: Settings, archive: zipfile.ZipFile) -> int:
    """Photos whose name is their own hash; a strange name or content is left out. Returns how many."""
    count = 0
    for name in archive.namelist():
        match = PHOTO.fullmatch(name)
        if match is None:
            continue
        body = archive.read(name)
        if hashlib.sha256(body).hexdigest() != match[2]:
            raise BadBackup(f"{name}: damaged; use another copy")
        path = settings.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        count += 1
    return count
