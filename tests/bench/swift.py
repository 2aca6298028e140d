"""The same statements with less work around them, for a run in which nobody else waits.

For measurements and tests only: it reaches into the ORM. Services, ORM and database stay what they are. A server must not block its loop on the disk, and asks each question
anew; one process that goes through a year alone may run SQLite's statements where it stands, and keep the SQL text that
the ORM made for a question of the same form. Only what the ORM gave for that form is kept, and only when the values it
bound are exactly the ones expected; whatever has another form goes the ORM's own way.
"""

import gc
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from enum import Enum
from typing import Any

import aiosqlite
from pypika_tortoise.context import SqlContext
from pypika_tortoise.queries import QueryBuilder
from tortoise import connections
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.expressions import CombinedExpression, F, Q, Value
from tortoise.queryset import AwaitableQuery, QuerySet, UpdateQuery, ValuesListQuery

PLAIN = (int, str, datetime, Enum, bytes)
BETWEEN = 50_000
"""New objects between two looks of the garbage collector: thousands of stories wait, and none of them is garbage."""

CACHE_KB = 256 * 1024
"""A whole year is a file of gigabytes, and every step writes into a dozen indexes of it."""


class _Other(Exception):
    """A question of a form that is not kept."""


class _Ready:
    """SQL that is there already, in the place of a query that has yet to be put into words."""

    def __init__(self, sql: str, values: list[Any]) -> None:
        self.sql, self.values = sql, values

    def get_parameterized_sql(self) -> tuple[str, list[Any]]:
        return self.sql, self.values


def _value(model: Any, name: str, value: Any, values: list[Any]) -> tuple[object, ...]:
    """One condition's form; what it binds goes to the end of `values`."""
    meta = model._meta
    if name in meta.fetch_fields or name not in meta.filters:
        raise _Other
    if value is None:
        return name, None
    if name.endswith("__isnull"):
        return name, bool(value)
    kind: object = type(value)
    if isinstance(value, (list, tuple)) and name.endswith("__in"):
        if not value or not all(isinstance(one, (int, str)) and one != "*" for one in value):
            raise _Other
        kind = len(value)
    elif not isinstance(value, PLAIN):
        raise _Other
    info = meta.get_filter(name)
    if "table" in info:
        raise _Other
    field = meta.fields_map[info["field"]]
    encode = info.get("value_encoder")
    bound = encode(value, model, field) if encode else field.to_db_value(value, model)
    if isinstance(bound, list):
        values.extend(bound)
    else:
        values.append(bound)
    return name, kind


def _condition(model: Any, node: Q, values: list[Any]) -> tuple[object, ...]:
    """The form of what stands behind WHERE, in the order in which the ORM binds."""
    own = tuple(_value(model, name, value, values) for name, value in node.filters.items())
    inner = tuple(_condition(model, child, values) for child in node.children)
    return node.join_type, node._is_negated, own, inner


def _conditions(query: Any, values: list[Any]) -> tuple[object, ...]:
    if query._annotations or query._custom_filters:
        raise _Other
    return tuple(_condition(query.model, node, values) for node in query._q_objects)


def _of_rows(query: Any) -> tuple[tuple[object, ...], list[Any]]:
    """The form of a question for whole rows, and what it binds. Raises _Other."""
    values: list[Any] = []
    if (
        query._fields_for_select or query._offset is not None or query._distinct or query._select_for_update
        or query._force_indexes or query._use_indexes
    ):  # fmt: skip
        raise _Other
    form = _conditions(query, values)
    if query._limit is not None:
        values.append(query._limit)
    has_limit = query._limit is not None
    return ("rows", query.model, form, tuple(query._orderings), has_limit, tuple(query._select_related)), values


def _of_columns(query: Any) -> tuple[tuple[object, ...], list[Any]]:
    """The form of a question for some columns, and what it binds. Raises _Other."""
    values: list[Any] = []
    if query._offset or query._distinct or query._group_bys or query._force_indexes or query._use_indexes:
        raise _Other
    form = _conditions(query, values)
    if query._limit:
        values.append(query._limit)
    fields = tuple(query.fields.items())
    return ("columns", query.model, form, tuple(query._orderings), bool(query._limit), fields), values


def _sum(value: CombinedExpression, meta: Any, values: list[Any]) -> tuple[object, ...]:
    """A column counted on by a number: its form. Raises _Other."""
    left, right = value.left, value.right
    if not isinstance(left, F) or left.name not in meta.fields_db_projection or not isinstance(right, Value):
        raise _Other
    if type(right.value) is not int:
        raise _Other
    values.append(right.value)
    return left.name, value.connector


def _of_change(query: Any) -> tuple[tuple[object, ...], list[Any]]:
    """The form of an UPDATE, and what it binds. Raises _Other."""
    values: list[Any] = []
    if query._limit or query._orderings:
        raise _Other
    meta = query.model._meta
    columns: list[tuple[object, ...]] = []
    for name, value in query.update_kwargs.items():
        if name in meta.fetch_fields or name not in meta.fields_db_projection:
            raise _Other
        if isinstance(value, CombinedExpression):
            columns.append((name, *_sum(value, meta, values)))
            continue
        if value is not None:
            if not isinstance(value, (*PLAIN, dict)):
                raise _Other
            values.append(meta.fields_map[name].to_db_value(value, None))
        columns.append((name, None if value is None else type(value)))
    return ("change", query.model, tuple(columns), _conditions(query, values)), values


FORMS: tuple[tuple[Any, Any], ...] = ((QuerySet, _of_rows), (ValuesListQuery, _of_columns), (UpdateQuery, _of_change))


class Kept:
    """SQL texts by the form of their question."""

    def __init__(self) -> None:
        self.texts: dict[tuple[object, ...], tuple[str, list[Any]] | None] = {}
        """None: the ORM binds something else than the values of this form, so that its text cannot be kept."""

    def prepare(self, query: Any, form_of: Any) -> None:
        """What `_make_query` does, or the text it led to before."""
        try:
            form, values = form_of(query)
        except _Other:
            query._make_query()
            return
        if "*" in values:
            query._make_query()  # the ORM writes this one value into the text
            return
        if form not in self.texts:
            query._make_query()
            sql, bound = query.query.get_parameterized_sql()
            self.texts[form] = (sql, list(getattr(query, "_select_related_idx", ()))) if _same(bound, values) else None
            return
        found = self.texts[form]
        if found is None:
            query._make_query()
            return
        query.query = _Ready(found[0], values)
        if isinstance(query, QuerySet):
            # Rows of one table need not be cut up by table; the ORM then takes each as it is.
            query._select_related_idx = list(found[1]) if len(found[1]) > 1 else []


def _same(bound: list[Any], values: list[Any]) -> bool:
    return bound == values and [type(one) for one in bound] == [type(one) for one in values]


def _copied(context: SqlContext, **changes: Any) -> SqlContext:
    new = object.__new__(SqlContext)
    new.__dict__.update(context.__dict__, **changes)
    return new


@contextmanager
def kept_texts() -> Iterator[Kept]:
    """Inside, this process keeps the SQL text of each form of question, and changes a query being made in place."""
    kept = Kept()
    builder: Any = QueryBuilder
    context: Any = SqlContext
    copy_of, context_copy = builder.__copy__, context.copy
    questions: Any = AwaitableQuery
    awaits = [(cls, cls.__await__) for cls, _ in FORMS]
    able, capabilities = connections.get("default").capabilities, questions.capabilities

    def copied(self: Any) -> Any:
        new = copy_of(self)
        new.immutable = False  # nobody else holds it
        return new

    for cls, form_of in FORMS:
        cls.__await__ = _awaiting(kept, cls, form_of)
    builder.__copy__, context.copy = copied, _copied
    questions.capabilities = property(lambda self: able, lambda self, value: None)  # of the only connection there is
    try:
        yield kept
    finally:
        for cls, own in awaits:
            cls.__await__ = own
        builder.__copy__, context.copy = copy_of, context_copy
        questions.capabilities = capabilities


def _awaiting(kept: Kept, cls: Any, form_of: Any) -> Any:
    """`__await__` of a question. A question inside another one is put into words by the ORM, as ever."""
    is_change = cls is UpdateQuery

    def awaiting(self: Any) -> Any:
        if self._db is None:
            self._db = self._choose_db(is_change or getattr(self, "_select_for_update", False))
        kept.prepare(self, form_of)
        return self._execute().__await__()

    return awaiting


class _Direct(aiosqlite.Connection):
    """A connection whose statements run where they are asked for, without a thread of their own."""

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        if self._connection is None:
            raise ValueError("Connection closed")
        return fn(*args, **kwargs)

    async def _connect(self) -> "_Direct":
        if self._connection is None:
            self._connection = self._connector()
        return self

    def __await__(self) -> Any:
        return self._connect().__await__()

    def stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def close(self) -> None:
        self.stop()


@asynccontextmanager
async def direct() -> AsyncIterator[None]:
    """Inside, SQLite's statements run on the loop's own thread; on PostgreSQL nothing changes."""
    client = connections.get("default")
    if not isinstance(client, SqliteClient):
        yield
        return
    await client.close()
    driver: Any = aiosqlite
    usual = driver.connect
    driver.connect = _connect
    try:
        await client.create_connection(with_db=True)
    finally:
        driver.connect = usual
    # What is measured is the processor's work, and nobody needs this database after a power cut: no waiting for the disk.
    await client.execute_script(f"PRAGMA cache_size = -{CACHE_KB}; PRAGMA synchronous = OFF")
    try:
        yield
    finally:
        await client.close()  # whoever asks next opens an ordinary one


def _connect(path: str, **options: Any) -> _Direct:
    return _Direct(lambda: sqlite3.connect(path, **options), iter_chunk_size=64)


@asynccontextmanager
async def swiftly() -> AsyncIterator[None]:
    """Inside, statements cost less; afterwards all is as it was."""
    usual = gc.get_threshold()
    gc.set_threshold(BETWEEN, *usual[1:])
    try:
        with kept_texts():
            async with direct():
                yield
    finally:
        gc.set_threshold(*usual)
