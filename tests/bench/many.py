"""A million matters for measuring, made inside the database from a few hundred that the services made.

First a short simulated stretch in a small district, step by step through the services; then each ended matter is copied
many times with its timeline, followers and question after seven days, under other numbers and on other days. What may
differ between a copy and its model is named in RENAMED, and times; `check` compares the rest. For the bench alone.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from tortoise import Tortoise, connections
from tortoise.fields import DatetimeField
from tortoise.models import Model

from linyue.base import clock
from linyue.base.db import is_postgres
from linyue.base.settings import Settings
from linyue.matters.model import Matter
from linyue.matters.rules import FINAL
from linyue.matters.service_sweep import sweep_due
from linyue.simulation.run import run_year
from linyue.simulation.volumes import read_volumes
from linyue.upkeep.doctor_matters import MATTERS

SCALE = Fraction(1, 10)
MODELS_PER_YEAR = 700
"""Reports of the simulated stretch, as if for a whole year."""
DAYS = 90
HISTORY_DAYS = 1800
MONTH_DAYS = 25
TABLES = ("matters", "matter_events", "matter_followers", "follow_ups")
RENAMED = {"id", "matter_id", "number", "slip_hash", "form_id", "merged_into_id", "contact_sealed"}
"""Columns in which a copy differs from its model; besides them only times do, by whole days.

What is sealed opens under its own form's id only, so a copy has no contact."""


@dataclass
class Copier:
    """Copies ended matters. `month` of them end in the month before the present, the rest in the years before."""

    settings: Settings
    now: datetime
    copies: int = 0

    async def add(self, count: int, *, is_history: bool) -> None:
        """So many more; the clock stands at the end of the simulated stretch."""
        # Of a matter in two parts either would point to the other's number: those are few, and not copied.
        models = await Matter.filter(state__in=FINAL, id__lte=self.last_model, part="").order_by("id")
        assert len(models) >= 100, f"only {len(models)} matters ended in the simulated stretch"
        db = connections.get("default")
        await db.execute_script("DROP TABLE IF EXISTS bench_models")
        await db.execute_script("CREATE TABLE bench_models (place INTEGER PRIMARY KEY, model INTEGER, base INTEGER)")
        rows = []
        for place, model in enumerate(models):
            last = max(filter(None, (model.closed_at, model.completed_at, model.reported_at)))
            rows.append(f"({place}, {model.id}, {(self.now - last).days})")
        await db.execute_script(f"INSERT INTO bench_models VALUES {', '.join(rows)}")
        begin = await self._top("matters")
        await self._matters(begin, count, len(models), is_history=is_history)
        for table in ("matter_events", "matter_followers", "follow_ups"):
            await self._parts(table, begin, len(models), is_history=is_history)
        self.copies += count
        await db.execute_script("ANALYZE")

    @property
    def last_model(self) -> int:
        return self._last_model

    async def prepare(self) -> None:
        """Remember which matters the services made."""
        self._last_model = await self._top("matters")

    async def _top(self, table: str) -> int:
        found = await connections.get("default").execute_query_dict(f"SELECT COALESCE(MAX(id), 0) AS n FROM {table}")
        return int(found[0]["n"])

    def _ago(self, n: str, *, is_history: bool) -> str:
        """Days by which copy number `n` lies before its model, less the model's own distance from the present."""
        if not is_history:
            return f"(({n}) * 7 % {MONTH_DAYS} - b.base)"
        return f"(({n}) * 37 % {HISTORY_DAYS} + {MONTH_DAYS + 10} - b.base)"

    def _shifted(self, column: str, days: str) -> str:
        if is_postgres():
            return f"{column} - make_interval(days => ({days})::int)"
        return f"(strftime('%Y-%m-%d %H:%M:%S', {column}, (-({days})) || ' days') || '+00:00')"

    def _numbers(self, count: int) -> str:
        if is_postgres():
            return f"generate_series(0, {count - 1}) AS s(n)"
        return f"(WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {count - 1}) SELECT n FROM s) AS s"

    async def _matters(self, begin: int, count: int, models: int, *, is_history: bool) -> None:
        days = self._ago("s.n", is_history=is_history)
        text = "::text" if is_postgres() else ""
        named = {
            "id": f"{begin} + 1 + s.n",
            "number": f"'C' || ({begin} + s.n){text}",
            "slip_hash": f"'copy-' || ({begin} + s.n){text}",
            "form_id": f"'copy-' || ({begin} + s.n){text}",
            "contact_sealed": "''",
            "merged_into_id": f"CASE WHEN m.merged_into_id IS NULL THEN NULL ELSE {begin} + 1 + (s.n + 1) % {count} END",
        } | {column: self._shifted(f"m.{column}", days) for column in _times("matters")}
        columns = _columns("matters")
        picked = ", ".join(named.get(column, f'm."{column}"') for column in columns)
        await connections.get("default").execute_script(
            f"INSERT INTO matters ({_quoted(columns)}) SELECT {picked} FROM {self._numbers(count)} "
            f"JOIN bench_models b ON b.place = s.n % {models} JOIN matters m ON m.id = b.model"
        )

    async def _parts(self, table: str, begin: int, models: int, *, is_history: bool) -> None:
        days = self._ago(f"c.id - {begin} - 1", is_history=is_history)
        named = {"matter_id": "c.id"} | {column: self._shifted(f"p.{column}", days) for column in _times(table)}
        columns = [column for column in _columns(table) if column != "id"]
        picked = ", ".join(named.get(column, f'p."{column}"') for column in columns)
        await connections.get("default").execute_script(
            f"INSERT INTO {table} ({_quoted(columns)}) SELECT {picked} FROM matters c "
            f"JOIN bench_models b ON b.place = (c.id - {begin} - 1) % {models} "
            f"JOIN {table} p ON p.matter_id = b.model WHERE c.id > {begin}"
        )


def _columns(table: str) -> list[str]:
    return list(_model(table)._meta.fields_db_projection.values())


def _times(table: str) -> list[str]:
    fields = _model(table)._meta.fields_map
    return [
        column
        for name, column in _model(table)._meta.fields_db_projection.items()
        if isinstance(fields[name], DatetimeField)
    ]


def _model(table: str) -> type[Model]:
    return next(one for one in Tortoise.apps["models"].values() if one._meta.db_table == table)


def _quoted(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


async def prepared(settings: Settings) -> Copier:
    """A small district with a few hundred matters, all by the services; the clock is left standing at its end."""
    volumes = replace(read_volumes(), matters=MODELS_PER_YEAR * SCALE.denominator)
    await run_year(settings, volumes, SCALE, DAYS, lambda _line: None)
    now = datetime(volumes.year, 1, 1, tzinfo=UTC) + timedelta(days=DAYS, hours=2)
    clock.hold(now)
    while await sweep_due():
        pass
    copier = Copier(settings, now)
    await copier.prepare()
    if is_postgres():
        await connections.get("default").execute_script(
            "SELECT setval(pg_get_serial_sequence('matters', 'id'), 10000000)"  # copies take the numbers below
        )
    return copier


async def check(settings: Settings, copier: Copier) -> None:
    """The copies keep the invariants of matters and equal their models but for what the writer names."""
    for name, sentence, look in MATTERS:
        _, faults = await look(settings)
        assert not faults, (name, sentence, faults[:3])
    db = connections.get("default")
    for table in TABLES:
        columns = [c for c in _columns(table) if c not in RENAMED | set(_times(table))]
        own = "id" if table == "matters" else "matter_id"
        for part in ("<=", ">"):
            found = await db.execute_query_dict(
                f"SELECT COUNT(*) AS n FROM (SELECT DISTINCT {_as_text(columns)} FROM {table} "
                f"WHERE {own} {part} {copier.last_model} AND {own} IN "
                f"(SELECT id FROM matters WHERE part = '' AND state IN ({', '.join(repr(s.value) for s in FINAL)}))) AS d"
            )
            if part == "<=":
                kinds = int(found[0]["n"])
        assert int(found[0]["n"]) == kinds, f"{table}: {found[0]['n']} kinds of rows were copied from {kinds}"


def _as_text(columns: list[str]) -> str:
    return ", ".join(f'CAST("{column}" AS TEXT) AS "{column}"' for column in columns)
