"""Tables and indexes: bringing a database to the present state by migrations, or straight from the models (tests)."""

import sqlite3
from contextlib import closing
from importlib import import_module

import asyncpg
from tortoise import Tortoise, connections
from tortoise.exceptions import OperationalError
from tortoise.fields.base import DB_DEFAULT_NOT_SET
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.operations import AddField, AlterField, RemoveField
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.writer import MigrationWriter

from linyue.base.db import MODEL_MODULES, is_postgres, tortoise_config
from linyue.base.settings import Settings

LOCK_KEY = 716_2031


class AddFilled(AddField):
    """A new column of a table that has rows: they get the field's default, which the ORM's own step leaves out.

    The default stays with the column in the database; models keep setting theirs.
    """

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        field = new_state.apps.get_model(f"{app_label}.{self.model_name}")._meta.fields_map[self.name]
        if not field.null and field.default is not None and not callable(field.default):
            field.db_default = field.default
        await super().database_forward(app_label, old_state, new_state, state_editor)
        field.db_default = DB_DEFAULT_NOT_SET


class Widen(AlterField):
    """Longer texts in a column that has rows. The ORM's own step copies a table of SQLite and loses its unique keys.

    SQLite never looks at the length, so only the word in its schema changes (sqlite.org, "Making Other Kinds Of Table
    Schema Changes": permitted where no stored byte depends on it).
    """

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        if state_editor is None:
            return
        model = f"{app_label}.{self.model_name}"
        new, old = (state.apps.get_model(model)._meta for state in (new_state, old_state))
        column = new.fields_map[self.name].source_field or self.name
        widths = [getattr(meta.fields_map[self.name], "max_length", 0) for meta in (old, new)]
        assert widths[0] < widths[1], "only longer"
        if is_postgres():
            wide = f'ALTER TABLE "{new.db_table}" ALTER COLUMN "{column}" TYPE VARCHAR({int(widths[1])})'
            await state_editor.client.execute_script(wide)
            return
        words = [f'"{column}" VARCHAR({int(width)})' for width in widths]
        await state_editor.client.execute_script("PRAGMA writable_schema = ON")
        await state_editor.client.execute_query(
            "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
            [*words, new.db_table],
        )
        await state_editor.client.execute_script("PRAGMA writable_schema = RESET")


class Drop(RemoveField):
    """A column less, and no byte of it left. The ORM's own step copies a table of SQLite and loses its unique keys.

    PostgreSQL keeps the bytes in the rows until the table is written anew, which here waits for nobody: who migrates
    holds the table's lock already.
    """

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        if state_editor is None:
            return
        meta = old_state.apps.get_model(f"{app_label}.{self.model_name}")._meta
        column = meta.fields_map[self.name].source_field or self.name
        await state_editor.client.execute_script(f'ALTER TABLE "{meta.db_table}" DROP COLUMN "{column}"')
        if is_postgres():
            await state_editor.client.execute_script(f'CLUSTER "{meta.db_table}" USING "{meta.db_table}_pkey"')


class NoTables(Exception):
    """A database nobody has migrated yet."""


def refuse_untouched(settings: Settings) -> None:
    """Say what to do with an SQLite file without a table, before anything fails on it. Raises NoTables."""
    if not settings.is_sqlite:
        return
    tables = 0
    if settings.sqlite_path.exists():
        with closing(sqlite3.connect(settings.sqlite_path, timeout=10)) as file:
            tables = file.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
    if not tables:
        raise NoTables(
            f"no tables in {settings.sqlite_path} yet: run `linyue init` for a new district, or `linyue migrate`"
        )


async def refuse_without_tables() -> None:
    """The same of the open database, whichever it is. Raises NoTables."""
    try:
        await connections.get("default").execute_query("SELECT 1 FROM places LIMIT 1")
    except OperationalError as error:
        raise NoTables(
            "no tables in the database yet: run `linyue init` for a new district, or `linyue migrate`"
        ) from error


def declared_indexes() -> list[tuple[str, str]]:
    """Every partial index the slices declare: name and portable SQL."""
    return [pair for module in MODEL_MODULES for pair in getattr(import_module(module), "INDEXES", [])]


async def make_schema() -> None:
    """Create everything straight from the models. Safe to repeat where it was cut short."""
    await Tortoise.generate_schemas(safe=True)
    for name, sql in declared_indexes():
        await connections.get("default").execute_script(sql.replace(f"INDEX {name}", f"INDEX IF NOT EXISTS {name}", 1))


async def migrate(settings: Settings, *, step_by_step: bool = False) -> None:
    """Bring the database to the present state. On PostgreSQL an advisory lock lets one process at a time do it.

    A database without a single step gets its tables from the models, which takes a second instead of half a minute, and
    every step is noted as taken; `step_by_step` takes them all, and a test compares what both ways leave behind.
    """
    connection = connections.get("default")
    executor = MigrationExecutor(connection, tortoise_config(settings.tortoise_url)["apps"])

    async def bring() -> None:
        if step_by_step or await executor.recorder.applied_migrations():
            await executor.migrate()
            return
        await make_schema()
        await executor.loader.build_graph()
        await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))
        for key in executor._full_plan():
            await executor.recorder.record_applied(key.app_label, key.name)

    if not is_postgres():
        await bring()
        return
    # The lock lives on a connection of its own, outside the ORM's pool, for as long as the migration runs.
    holder = await asyncpg.connect(settings.database_url)
    try:
        await holder.execute("SELECT pg_advisory_lock($1)", LOCK_KEY)
        await bring()
    finally:
        await holder.close()


async def differences(settings: Settings) -> list[MigrationWriter]:
    """The migrations that the models ask for beyond those that exist; empty when both agree.

    Docstrings are left out: the ORM would write them into the tables as comments, unquoted, and a better sentence is no
    reason for a migration.
    """
    for model in Tortoise.apps["models"].values():
        model._meta.table_description = ""
    detector = MigrationAutodetector(Tortoise.apps, tortoise_config(settings.tortoise_url)["apps"])
    return await detector.changes()
