"""A table's rows as lines of JSON, the same for both databases: what a backup holds, and how it becomes rows again.

Plain functions over values. Times are UTC texts, truth values true and false, bytes base64, JSON columns their text.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One stored column: its name and which of the kinds `time`, `day`, `truth`, `bytes`, `json`, `plain` it is."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Table:
    """One stored table; `needs` are the other tables its rows point to."""

    name: str
    key: str
    columns: tuple[Column, ...]
    needs: frozenset[str]
    is_counted: bool
    """The database gives out its keys, so that the next one has to be told after a restore."""


def table_of(model: type[Model]) -> Table:
    """The table behind a model."""
    meta = model._meta
    columns = tuple(
        Column(stored, _kind(meta.fields_map[name]))
        for name, stored in sorted(meta.fields_db_projection.items(), key=lambda pair: pair[1])
    )
    needs = {
        related._meta.db_table
        for name in (*meta.fk_fields, *meta.o2o_fields)
        if (related := meta.fields_map[name].related_model) is not model  # type: ignore[attr-defined]
    }
    key = meta.fields_map[meta.pk_attr]
    return Table(meta.db_table, meta.db_pk_column, columns, frozenset(needs), bool(key.generated))


def _kind(field: fields.Field[Any]) -> str:
    for kind, sort in (
        ("time", fields.DatetimeField),
        ("day", fields.DateField),
        ("truth", fields.BooleanField),
        ("bytes", fields.BinaryField),
        ("json", fields.JSONField),
    ):
        if isinstance(field, sort):
            return kind
    return "plain"


def in_order(tables: Mapping[str, Table]) -> list[Table]:
    """Tables so that every row's references stand before it. Raises ValueError when they go in a circle."""
    done: dict[str, Table] = {}
    while len(done) < len(tables):
        ready = [t for t in tables.values() if t.name not in done and t.needs & tables.keys() <= done.keys()]
        if not ready:
            raise ValueError(f"tables that need each other: {sorted(tables.keys() - done.keys())}")
        done |= {t.name: t for t in sorted(ready, key=lambda t: t.name)}
    return list(done.values())


def to_line(table: Table, row: Row) -> str:
    """One row, as the database gave it in the order of the columns, as a line without its end."""
    return json.dumps(
        [_out(column.kind, value) for column, value in zip(table.columns, row, strict=True)],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _out(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "time":
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if kind == "day":
        return value if isinstance(value, str) else value.isoformat()
    if kind == "truth":
        return bool(value)
    if kind == "bytes":
        return base64.b64encode(bytes(value)).decode()
    if kind == "json":
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return value


def from_line(table: Table, names: Sequence[str], line: str, *, is_sqlite: bool) -> tuple[Any, ...]:
    """The values of a line in the order of `names` (the backup's columns), as this database takes them.

    Raises ValueError when the line does not fit.
    """
    kinds = {column.name: column.kind for column in table.columns}
    values = json.loads(line)
    if not isinstance(values, list) or len(values) != len(names):
        raise ValueError(f"{table.name}: a line does not fit its columns")
    return tuple(_in(kinds[name], value, is_sqlite) for name, value in zip(names, values, strict=True))


def _in(kind: str, value: Any, is_sqlite: bool) -> Any:
    if value is None:
        return None
    if kind == "time":
        at = datetime.fromisoformat(value)
        return at.isoformat(" ") if is_sqlite else at
    if kind == "day":
        return value if is_sqlite else date.fromisoformat(value)
    if kind == "truth":
        return int(value) if is_sqlite else bool(value)
    return base64.b64decode(value) if kind == "bytes" else value
