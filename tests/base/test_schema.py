"""What the database really holds: migrations and models agree, and no declared constraint was lost on the way."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tortoise import Tortoise, connections
from tortoise.models import Model

from linyue.base import crypto, schema
from linyue.base import db as database
from linyue.base.settings import Settings
from tests.servers import Blanks, run_linyue

Index = tuple[tuple[str, ...], bool, bool]
"""Columns, unique?, partial?"""


@dataclass
class Table:
    """A table as the database tells it."""

    columns: dict[str, tuple[str, bool]] = field(default_factory=dict)
    indexes: set[Index] = field(default_factory=set)
    foreign: set[tuple[str, str]] = field(default_factory=set)


IGNORED = {"sqlite_sequence"}
PG_COLUMNS = """SELECT table_name AS t, column_name AS c, data_type AS k, is_nullable = 'NO' AS n
FROM information_schema.columns WHERE table_schema = 'public'"""
PG_INDEXES = """SELECT t.relname AS t, x.indisunique AS u, x.indpred IS NOT NULL AS p,
array_agg(a.attname ORDER BY k.n) AS c FROM pg_index x
JOIN pg_class t ON t.oid = x.indrelid AND t.relnamespace = 'public'::regnamespace
CROSS JOIN unnest(x.indkey) WITH ORDINALITY AS k(att, n)
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.att
GROUP BY t.relname, x.indexrelid, x.indisunique, p"""
PG_FOREIGN = """SELECT t.relname AS t, a.attname AS c, r.relname AS r FROM pg_constraint f
JOIN pg_class t ON t.oid = f.conrelid JOIN pg_class r ON r.oid = f.confrelid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = f.conkey[1] WHERE f.contype = 'f'"""


async def read_shape() -> dict[str, Table]:
    """Every table of the open database."""
    found: dict[str, Table] = {}
    ask = connections.get("default").execute_query_dict
    if database.is_postgres():
        for row in await ask(PG_COLUMNS):
            found.setdefault(row["t"], Table()).columns[row["c"]] = (row["k"], row["n"])
        for row in await ask(PG_INDEXES):
            found[row["t"]].indexes.add((tuple(row["c"]), row["u"], row["p"]))
        for row in await ask(PG_FOREIGN):
            found[row["t"]].foreign.add((row["c"], row["r"]))
    else:
        for row in await ask("SELECT name FROM sqlite_master WHERE type = 'table'"):
            table = found.setdefault(row["name"], Table())
            for column in await ask(f'PRAGMA table_info("{row["name"]}")'):
                table.columns[column["name"]] = (column["type"].upper(), bool(column["notnull"]))
            for index in await ask(f'PRAGMA index_list("{row["name"]}")'):
                parts = await ask(f'PRAGMA index_info("{index["name"]}")')
                table.indexes.add((tuple(p["name"] for p in parts), bool(index["unique"]), bool(index["partial"])))
            for key in await ask(f'PRAGMA foreign_key_list("{row["name"]}")'):
                table.foreign.add((key["from"], key["table"]))
    return {name: table for name, table in found.items() if name not in IGNORED and "migration" not in name}


def models() -> list[type[Model]]:
    return list(Tortoise.apps["models"].values()) if Tortoise.apps else []


@pytest.fixture
def unmade(mode: str, blanks: Blanks, tmp_path: Path) -> Iterator[Settings]:
    """A database without any tables."""
    settings = Settings(data=tmp_path / "models", keys=str(blanks.folder / "keys.json"))
    if mode == "postgres":
        blanks.create("straight")
        settings = replace(settings, database_url=blanks.postgres.url("straight"))
    yield settings
    blanks.drop(settings)


@pytest.fixture
def settings(mode: str, blanks: Blanks, tmp_path: Path) -> Iterator[Settings]:
    """`db` is, in this file, a database made by the migrations."""
    made = blanks.copy(blanks.migrated(mode), tmp_path / "migrated")
    yield made
    blanks.drop(made)


@pytest.fixture
async def from_models(unmade: Settings) -> dict[str, Table]:
    """The shape of a database made straight from the models."""
    crypto.load_keys(unmade.keys_path)
    await database.connect(unmade)
    try:
        await schema.make_schema()
        return await read_shape()
    finally:
        await database.disconnect()


async def test_migrations_and_models_agree(from_models: dict[str, Table], db: Settings) -> None:
    migrated = await read_shape()
    assert sorted(migrated) == sorted(from_models)
    for name, table in from_models.items():
        assert migrated[name] == table, name


async def test_every_declared_unique_exists(db: Settings) -> None:
    shape = await read_shape()
    missing = []
    for model in models():
        meta = model._meta
        column = {
            n: meta.fields_db_projection.get(n) or getattr(f, "source_field", None) for n, f in meta.fields_map.items()
        }
        wanted = [
            (column[f.model_field_name],) for f in meta.fields_map.values() if f.unique and f.model_field_name in column
        ]
        wanted += [tuple(column[name] for name in group) for group in meta.unique_together]
        have = {frozenset(cols) for cols, unique, partial in shape[meta.db_table].indexes if unique and not partial}
        pk = {frozenset([meta.db_pk_column])}  # SQLite keeps an integer key without an index of its own
        missing += [f"{meta.db_table}{cols}" for cols in wanted if frozenset(cols) not in have | pk]
    assert not missing, "\n".join(missing)


async def test_every_declared_partial_index_exists(db: Settings) -> None:
    ask = connections.get("default").execute_query_dict
    where = (
        "SELECT indexname AS name FROM pg_indexes"
        if database.is_postgres()
        else "SELECT name FROM sqlite_master WHERE type = 'index'"
    )
    have = {row["name"] for row in await ask(where)}
    assert {name for name, _sql in schema.declared_indexes()} <= have


async def test_no_constraint_is_declared_where_it_would_be_dropped(db: Settings) -> None:
    """The ORM silently leaves out Meta.constraints of a new table; such a rule must be SQL in INDEXES."""
    assert [m.__name__ for m in models() if getattr(m._meta, "constraints", None)] == []


async def test_every_time_is_a_utc_field(db: Settings) -> None:
    wrong = [
        f"{m.__name__}.{name}"
        for m in models()
        for name, f in m._meta.fields_map.items()
        if type(f).__name__ == "DatetimeField"
    ]
    assert wrong == []


async def test_migrating_again_changes_nothing(settings: Settings) -> None:
    run_linyue(settings, "migrate", within=300)
    run_linyue(settings, "migrate", within=300)
