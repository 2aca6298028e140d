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
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
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
PIECE = 1 << 20

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
        # What is left out the doctor names too, in this district and in whatever is made from the copy.
        try:
            body = photo_path(settings.data, name).read_bytes()
        except FileNotFoundError:
            say(f"photo {name[:12]}… is missing")
            continue
        if hashlib.sha256(body).hexdigest() != name:  # with it the whole copy would be refused when it is needed
            say(f"photo {name[:12]}… is damaged and left out")
            continue
        archive.writestr(f"photos/{name[:2]}/{name}.jpg", body, zipfile.ZIP_STORED)
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

    Every sum, of rows and of photos, is checked before anything is written. The photos come before the rows, and the
    rows in one transaction: what ends it early leaves no row, and the next try begins anew. Raises BadBackup, NotEmpty
    and Broken, OSError when a photo cannot be written.
    """
    with _damage(f"{source.name}: not a backup of Linyue"):
        archive = zipfile.ZipFile(source)
    with archive:
        known = tables()
        with _damage(f"{source.name}: {HEADER} is damaged, or this is not a backup of Linyue"):
            header = _header(source, archive)
            photos = _checked(source, archive, header, {table.name for table in known})
        await refuse_if_used(settings, known)
        await _come_to(settings, header["migrations"])
        _unpack_photos(settings, archive, photos)
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
    await schema.migrate(settings)
    rows = sum(int(one["rows"]) for one in header["tables"].values())
    return Copied(len(there), rows, len(photos))


@contextmanager
def _damage(said: str) -> Iterator[None]:
    """Says what is wrong in words instead of in a stack of calls. Raises BadBackup."""
    try:
        yield
    except BadBackup:
        raise
    except Exception as error:  # a damaged file makes zipfile and what it unpacks with raise whatever they come upon
        reason = error.strerror if isinstance(error, OSError) else None
        raise BadBackup(f"{said} ({reason})" if reason else said) from error


def _as_copied(table: Table, told: dict[str, Any]) -> Table:
    """The table with the columns it had when the copy was made."""
    return Table(table.name, table.key, tuple(Column(*pair) for pair in told["columns"]), table.needs, table.is_counted)


def _header(source: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    """What the copy says of itself. Raises BadBackup."""
    header: dict[str, Any] = json.loads(archive.read(HEADER))
    if header["format"] != FORMAT:
        raise BadBackup(f"{source.name}: made by another version of Linyue (format {header['format']})")
    for name, told in header["tables"].items():
        if not all(COLUMN.fullmatch(column) for column, _kind in told["columns"]):
            raise BadBackup(f"{source.name}: table {name} has a column no table can have")
    return header


def _checked(source: Path, archive: zipfile.ZipFile, header: dict[str, Any], known: set[str]) -> list[str]:
    """The names of the photos, once every table and photo has been read and found right. Raises BadBackup.

    A photo's name is the sum of what is in it. What has another name than a table or a photo is left alone.
    """
    if strange := set(header["tables"]) - known:
        raise BadBackup(f"{source.name}: holds tables this version does not know: {', '.join(sorted(strange))}")
    for name, told in header["tables"].items():
        member = f"tables/{name}.jsonl"
        if _sums(source, archive, member) != (told["sha256"], told["rows"]):
            raise BadBackup(f"{source.name}: {member} is damaged; use another copy")
    photos = [name for name in archive.namelist() if PHOTO.fullmatch(name)]
    for member in photos:
        if _sums(source, archive, member)[0] != Path(member).stem:
            raise BadBackup(f"{source.name}: {member} is damaged; use another copy")
    if len(photos) != header["photos"]:
        raise BadBackup(f"{source.name}: {len(photos)} of {header['photos']} photos are there; use another copy")
    return photos


def _sums(source: Path, archive: zipfile.ZipFile, member: str) -> tuple[str, int]:
    """SHA-256 and number of lines of one part of the file. Raises BadBackup when it cannot be read to its end."""
    digest, lines = hashlib.sha256(), 0
    with _damage(f"{source.name}: {member} is damaged; use another copy"), archive.open(member) as body:
        while piece := body.read(PIECE):
            digest.update(piece)
            lines += piece.count(b"\n")
    return digest.hexdigest(), lines


def _rows(archive: zipfile.ZipFile, table: Table, names: list[str], *, is_sqlite: bool) -> Iterator[tuple[Any, ...]]:
    member = f"tables/{table.name}.jsonl"
    with _damage(f"{member}: its rows do not fit their columns; use another copy"), archive.open(member) as lines:
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


def _unpack_photos(settings: Settings, archive: zipfile.ZipFile, photos: Iterable[str]) -> None:
    """Photos that were checked, to where they belong."""
    for name in photos:
        path = settings.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(archive.read(name))
