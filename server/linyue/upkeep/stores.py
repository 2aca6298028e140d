"""Reading a whole database in one unmoving view and filling an empty one, on SQLite and on PostgreSQL.

Both speak to the database directly: a copy is about rows as they are stored, not about models.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, closing
from typing import Any, Protocol

import asyncpg

from linyue.base.settings import Settings
from linyue.upkeep.rows import Table

BATCH = 5_000
APPLIED = "SELECT name FROM tortoise_migrations ORDER BY id"


class NotEmpty(Exception):
    """The database to be filled holds something already; the text names a table."""


class Broken(Exception):
    """What was filled in does not hold together; nothing of it was kept."""


class Reader(Protocol):
    """One view of the database, unmoved by what others write meanwhile."""

    async def applied(self) -> list[str]:
        """Names of the migrations this database has had, in order."""
        ...

    def rows(self, table: Table) -> AsyncIterator[Sequence[Any]]:
        """Every row of a table, by its key, values in the order of the table's columns."""
        ...


class SqliteReader:
    """A read transaction on a connection of its own; with the write-ahead log it hinders nobody."""

    def __init__(self, link: sqlite3.Connection) -> None:
        self._link = link

    async def applied(self) -> list[str]:
        return [str(name) for (name,) in self._link.execute(APPLIED)]

    async def rows(self, table: Table) -> AsyncIterator[Sequence[Any]]:
        for row in self._link.execute(_select(table)):
            yield row


class PostgresReader:
    """A repeatable-read transaction."""

    def __init__(self, link: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._link = link

    async def applied(self) -> list[str]:
        return [str(row[0]) for row in await self._link.fetch(APPLIED)]

    async def rows(self, table: Table) -> AsyncIterator[Sequence[Any]]:
        async for row in self._link.cursor(_select(table), prefetch=BATCH):
            yield tuple(row)


def _select(table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'SELECT {names} FROM "{table.name}" ORDER BY "{table.key}"'


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[Reader]:
    """The database in one view, for as long as the block lasts."""
    if settings.is_sqlite:
        uri = f"{settings.sqlite_path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)) as link:
            link.execute("BEGIN")
            yield SqliteReader(link)
        return
    connection = await asyncpg.connect(settings.database_url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield PostgresReader(connection)
    finally:
        await connection.close()


class Filler(Protocol):
    """One transaction that fills the tables, all or nothing."""

    async def empty(self, tables: Sequence[Table]) -> None:
        """Remove what migrations themselves put in."""
        ...

    async def fill(self, table: Table, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Store the rows of one table."""
        ...

    async def finish(self, tables: Sequence[Table]) -> None:
        """Set the counters of keys and check every reference. Raises Broken."""
        ...


class SqliteFiller:
    """References are checked at the end, since a row may point to a later one of its own table."""

    def __init__(self, link: sqlite3.Connection) -> None:
        self._link = link

    async def empty(self, tables: Sequence[Table]) -> None:
        for table in tables:
            self._link.execute(f'DELETE FROM "{table.name}"')

    async def fill(self, table: Table, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        columns = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("?" * len(names))
        self._link.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', rows)

    async def finish(self, tables: Sequence[Table]) -> None:
        wrong = self._link.execute("PRAGMA foreign_key_check").fetchone()
        if wrong is not None:
            raise Broken(f"{wrong[0]}: a row points to nothing in {wrong[2]}")


class PostgresFiller:
    """One COPY a table: references inside it are checked when the statement ends."""

    def __init__(self, link: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._link = link

    async def empty(self, tables: Sequence[Table]) -> None:
        for table in reversed(tables):
            await self._link.execute(f'DELETE FROM "{table.name}"')

    async def fill(self, table: Table, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        try:
            await self._link.copy_records_to_table(table.name, columns=list(names), records=rows)
        except asyncpg.ForeignKeyViolationError as error:
            raise Broken(f"{table.name}: a row points to nothing") from error

    async def finish(self, tables: Sequence[Table]) -> None:
        for table in tables:
            if table.is_counted:
                await self._link.execute(
                    f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', '{table.key}'),"
                    f' COALESCE(MAX("{table.key}"), 0) + 1, false) FROM "{table.name}"'
                )


@asynccontextmanager
async def filling(settings: Settings) -> AsyncIterator[Filler]:
    """A transaction that is kept only when the block ends well."""
    if settings.is_sqlite:
        with closing(sqlite3.connect(settings.sqlite_path, isolation_level=None, timeout=10)) as link:
            link.execute("PRAGMA foreign_keys=OFF")
            link.execute("BEGIN IMMEDIATE")
            yield SqliteFiller(link)
            link.execute("COMMIT")
        return
    connection = await asyncpg.connect(settings.database_url)
    try:
        async with connection.transaction():
            yield PostgresFiller(connection)
    finally:
        await connection.close()


async def refuse_if_used(settings: Settings, tables: Sequence[Table]) -> None:
    """Only a database without rows is filled. Raises NotEmpty."""
    if settings.is_sqlite:
        if not settings.sqlite_path.exists():
            return
        with closing(sqlite3.connect(settings.sqlite_path, timeout=10)) as link:
            there = {name for (name,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            for table in tables:
                if table.name in there and link.execute(f'SELECT 1 FROM "{table.name}" LIMIT 1').fetchone():
                    raise NotEmpty(table.name)
        return
    connection = await asyncpg.connect(settings.database_url)
    try:
        there = {
            row[0] for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        }
        for table in tables:
            if table.name in there and await connection.fetchval(f'SELECT 1 FROM "{table.name}" LIMIT 1'):
                raise NotEmpty(table.name)
    finally:
        await connection.close()
