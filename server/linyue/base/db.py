"""Database: one set-up for SQLite and PostgreSQL, UTC times, and the unit of work that tells only after commit."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Protocol

import asyncpg
from tortoise import Tortoise, connections, fields
from tortoise.backends.sqlite.client import SqliteTransactionWrapper
from tortoise.exceptions import BaseORMException, DBConnectionError
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from linyue.base.settings import Settings

SLICES = (
    "places",
    "people",
    "councils",
    "centres",
    "matters",
    "open311",
    "mediation",
    "meetings",
    "questions",
    "records",
    "rounds",
    "minutes",
    "resolutions",
    "procedures",
    "oversight",
    "rehearsals",
    "boards",
)
PAGE = 500
"""Rows that are read at once of what may be many: a few milliseconds of the loop."""
TABLELESS = {"open311"}
"""Slices that keep nothing of their own."""
MODEL_MODULES = [
    "linyue.base.model",
    *(f"linyue.{name}.model" for name in SLICES if name not in TABLELESS),
    "linyue.people.model_bodies",
    "linyue.centres.model_versions",
    "linyue.matters.model_appeals",
    "linyue.matters.model_desk",
    "linyue.matters.model_learned",
    "linyue.matters.model_topics",
    "linyue.centres.model_cards",
    "linyue.centres.model_counter",
    "linyue.centres.model_gate",
    "linyue.centres.model_handling",
    "linyue.procedures.model_by_election",
    "linyue.boards.model_sample",
    "linyue.questions.model_paper",
    "linyue.questions.model_owners",
    "linyue.questions.model_call",
    "linyue.records.model_challenges",
]

AWAY_STATES = ("08", "25006", "25P03", "25P04", "28", "3D", "40", "53", "55", "57", "58", "F0", "XX")
"""How the codes (SQLSTATE) begin with which PostgreSQL says that it cannot now: lines, sign-in, deadlocks, locks, no
room, stopping, damage, a standby that only reads, a transaction ended for its age. Others speak of the statement.
"""


def is_store_away(error: BaseException) -> bool:
    """Whether a query failed because the database is away, locked, full or overrun, so that it may succeed later.

    Anything else (bad SQL, a broken constraint, a row that is not there) is a fault of ours: trying again is no help.
    The ORM wraps some of its driver's errors, as their first argument, and passes most on as they are.
    """
    if isinstance(error, BaseORMException) and error.args and isinstance(error.args[0], Exception):
        error = error.args[0]
    if isinstance(error, sqlite3.OperationalError):
        # The bare code is what bad SQL and a missing table get; busy, full, unreadable have codes of their own.
        return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF != sqlite3.SQLITE_ERROR
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate).startswith(AWAY_STATES)
    if isinstance(error, asyncpg.InterfaceError):
        return not isinstance(error, ValueError)  # a value that does not fit
    return isinstance(error, DBConnectionError | asyncpg.InternalClientError | OSError)


class UTCDatetimeField(fields.DatetimeField[datetime]):
    """A moment stored in UTC. SQLite compares times as text, so one zone only; a naive time is refused."""

    def to_db_value(self, value: Any, instance: Any) -> datetime | None:  # type: ignore[override]
        self._refuse_naive(value)
        stored = super().to_db_value(value, instance)
        return None if stored is None else stored.astimezone(UTC)

    def to_python_value(self, value: Any) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str) and value.endswith("+00:00"):
            return datetime.fromisoformat(value)  # as SQLite gives what was stored here; the ORM's parser is far slower
        self._refuse_naive(value)  # before the ORM gives it a zone of its own
        if isinstance(value, datetime) and value.tzinfo is UTC:
            return value
        return super().to_python_value(value)

    def _refuse_naive(self, value: Any) -> None:
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError(f"{self.model_field_name}: a time without a zone")


async def _begin_immediate(self: SqliteTransactionWrapper) -> None:
    # A deferred BEGIN that later writes fails at once with "database is locked" when another
    # connection wrote in between, whatever busy_timeout says; taking the write lock first waits instead.
    await self._connection.commit()
    await self._connection.execute("BEGIN IMMEDIATE")


SqliteTransactionWrapper.begin = _begin_immediate  # type: ignore[method-assign]


def tortoise_config(url: str) -> dict[str, Any]:
    """Configuration for the ORM and its migration commands."""
    return {
        "connections": {"default": url},
        "apps": {
            "models": {
                "models": MODEL_MODULES,
                "default_connection": "default",
                "migrations": "linyue.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


LET_GO = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "15s",
}
"""Said to PostgreSQL for each connection: a machine that vanishes in the middle of a transaction must not hold its rows
for the two hours that a system waits by default, since a vote's row is what everybody else's ballots wait for."""

_settings: Settings | None = None
_closers: list[Callable[[], Awaitable[None]]] = []


def settings_in_use() -> Settings:
    """What this process is connected with; for those who open a connection of their own."""
    assert _settings is not None, "connect() first"
    return _settings


def before_disconnect(close: Callable[[], Awaitable[None]]) -> None:
    """Have `close` called whenever the database is about to be closed; it may be called more than once."""
    if close not in _closers:
        _closers.append(close)


async def connect(settings: Settings) -> None:
    """Open the database for this process. Worker, server and commands all start here."""
    settings.data.mkdir(parents=True, exist_ok=True)
    global _settings
    _settings = settings
    for part in ("audit", "bus", "queue"):  # they plug themselves in; a unit of work needs all three
        import_module(f"linyue.base.{part}")
    # The fallback makes the connection visible to request tasks, which do not inherit the lifespan's context.
    await Tortoise.init(config=tortoise_config(settings.tortoise_url), _enable_global_fallback=True)
    if not settings.is_sqlite:
        connections.get("default").server_settings.update(LET_GO)


async def disconnect() -> None:
    """Close every connection of this process."""
    for close in _closers:
        await close()
    await Tortoise.close_connections()


class Outlet(Protocol):
    """Where a unit of work delivers after commit (the bus and the queue register themselves here)."""

    async def publish(self, topic: str, event: object) -> None: ...

    async def wake(self, job_ids: list[int]) -> None: ...


@dataclass(slots=True)
class UnitOfWork:
    """What one transaction will tell once it is durable."""

    events: list[tuple[str, object]] = field(default_factory=list)
    audits: list[tuple[Any, str, str, dict[str, Any]]] = field(default_factory=list)
    job_ids: list[int] = field(default_factory=list)

    def publish(self, topic: str, event: object) -> None:
        """Tell subscribers of `topic` after commit."""
        self.events.append((topic, event))

    async def enqueue(self, name: str, arg: object, *, due_at: datetime | None = None, key: str | None = None) -> None:
        """Add a job in this transaction; `key` makes a second request for the same work a no-op."""
        assert _enqueue is not None
        job_id = await _enqueue(name, str(arg), due_at, key)
        if job_id is not None and due_at is None:
            self.job_ids.append(job_id)

    async def audit(self, actor: Any, action: str, obj: str, **data: Any) -> None:
        """Note who did what, in this transaction. `data` holds codes and numbers, never personal data."""
        self.audits.append((actor, action, obj, data))


_current: ContextVar[UnitOfWork | None] = ContextVar("unit_of_work", default=None)
_enqueue: Any = None
_write_audits: Any = None
_outlets: list[Outlet] = []


def plug(*, enqueue: Any = None, write_audits: Any = None, outlet: Outlet | None = None) -> None:
    """Connect queue, audit and bus; called by their modules once, so that this one needs none of them."""
    global _enqueue, _write_audits
    _enqueue = enqueue or _enqueue
    _write_audits = write_audits or _write_audits
    if outlet is not None and outlet not in _outlets:
        _outlets.append(outlet)


def current_work() -> UnitOfWork | None:
    """The unit of work this code runs in, if any."""
    return _current.get()


@asynccontextmanager
async def unit_of_work() -> AsyncIterator[UnitOfWork]:
    """One transaction. An inner call joins the outer one; events and wake-ups leave only after the outer commit.

    Never start a task inside: it would keep the connection after the transaction has ended.
    """
    outer = _current.get()
    if outer is not None:
        yield outer
        return
    work = UnitOfWork()
    token = _current.set(work)
    try:
        async with in_transaction("default"):
            yield work
            # Last, and always last: every writer then takes its own rows before the shared head of the audit chain.
            if work.audits:
                await _write_audits(work.audits)
    finally:
        _current.reset(token)
    for outlet in _outlets:
        for topic, event in work.events:
            await outlet.publish(topic, event)
        if work.job_ids:
            await outlet.wake(work.job_ids)


async def in_pages(rows: QuerySet[Any], *names: str) -> AsyncIterator[tuple[Any, ...]]:
    """These columns of all rows, along the key `id`, in pages: others have their turn between them."""
    last = -1
    while True:
        page = await rows.filter(id__gt=last).order_by("id").limit(PAGE).values_list("id", *names)
        for row in page:
            yield row[1:]
        if len(page) < PAGE:
            return
        last = page[-1][0]


def is_postgres() -> bool:
    """Whether this process is connected to PostgreSQL."""
    return str(connections.get("default").capabilities.dialect) == "postgres"


def moment_text(moment: datetime) -> str:
    """A time as it stands in SQL: PostgreSQL's own, and for SQLite the text in UTC that the ORM wrote."""
    text = moment.astimezone(UTC).isoformat(" ")
    return f"TIMESTAMPTZ '{text}'" if is_postgres() else f"'{text}'"


def json_text(column: str, name: str) -> str:
    """One field of a JSON column as text, in SQL; NULL where it is not there. Both are words of our own."""
    if is_postgres():
        return f"({column} ->> '{name}')"
    return f"CAST(json_extract({column}, '$.{name}') AS TEXT)"


async def check_durability() -> None:
    """Refuse a PostgreSQL that may lose an acknowledged ballot. Raises RuntimeError naming the setting."""
    if not is_postgres():
        return
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        rows = await connections.get("default").execute_query_dict(f"SHOW {name}")
        if rows[0][name] == "off":
            raise RuntimeError(f"PostgreSQL runs with {name}=off; switch it on, ballots must survive a crash")
