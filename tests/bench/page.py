"""A public list of fifty matters: the product's own page, with all that stands before it, against Django under ASGI."""

import asyncio
import sqlite3
from dataclasses import replace

from tortoise.backends.base.executor import EXECUTOR_CACHE

from linyue.base import crypto, db, schema
from linyue.base.settings import Settings
from linyue.matters.model import Matter
from setup.local_servers import free_port
from tests.bench.figures import Figure, Found, busy, ratio
from tests.bench.load import BUSY
from tests.bench.run import Run, Served
from tests.make.matters import make_matter, make_neighbourhood

ROWS, BROWSERS = 50, 8
WHY = (
    "the whole page of the product is measured: session, policy, two languages by key, addresses, due-time clocks in"
    " working days for each row; the peer's page has none of these"
)


def measure(run: Run) -> Found:
    """Pages a second from one process on one core, in turn."""
    seconds = 1.0 if run.quick else 4.0
    settings = Settings(
        data=run.folder_for("page"), keys=str(run.folder / "keys.json"), sms="none", log_level="warning"
    )
    rows = asyncio.run(_prepare(settings))
    twin = run.folder_for("page-django") / "rows.db"
    _copy(twin, rows)
    own = Figure(f"a page of {ROWS} matters: the product's", "pages/s")
    django = Figure(f"a page of {ROWS} matters: Django ASGI", "pages/s")
    found = Found([own, django])
    server = Served(
        replace(settings, port=free_port()), run.folder / "page-logs", prefix=run.on_server_core(), module="page_linyue"
    )
    try:
        server.start(1, worker=False)
        with run.server("page_django", {"ROWS": str(twin)}) as other:
            for _ in range(run.rounds):
                for figure, port in ((own, server.settings.port), (django, other.port)):
                    told = run.load.call("pages", port, "/matters", BROWSERS, seconds)
                    figure.rates.append(told["rate"])
                    figure.percentiles.append((told["p50"], told["p99"]))
                    figure.note = busy(figure.note or f"{told['size'] / 1024:.0f} KB", told["busy"])
                    if told["busy"] > BUSY:
                        found.notes.append(f"{figure.name}: the load generator was the limit ({told['busy']:.0%} busy)")
    finally:
        server.stop()
    found.goals.append(ratio("page of 50 rows against Django ASGI", own, django, 2.0, WHY))
    return found


async def _prepare(settings: Settings) -> list[tuple[str, str, str, str, str]]:
    EXECUTOR_CACHE.clear()
    crypto.load_keys(settings.keys_path)
    await db.connect(settings)
    try:
        await schema.make_schema()
        here = await make_neighbourhood()
        for _ in range(ROWS + 10):
            await make_matter(here)
        rows = await Matter.filter(is_public=True).order_by("id").select_related("place")
        assert len(rows) > ROWS
        return [
            (one.number, one.title, one.state.value, one.reported_at.isoformat(), one.place.name_zh) for one in rows
        ]
    finally:
        await db.disconnect()


def _copy(path: object, rows: list[tuple[str, str, str, str, str]]) -> None:
    """The same rows for the other side, in tables of its own, indexed alike."""
    with sqlite3.connect(str(path)) as link:
        link.executescript(
            "CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
            "CREATE TABLE matter (id INTEGER PRIMARY KEY, number TEXT UNIQUE, title TEXT, state TEXT, created_at TEXT,"
            " is_public BOOL, place_id INTEGER REFERENCES place (id));"
        )
        places = {name: number for number, name in enumerate(sorted({row[4] for row in rows}), start=1)}
        link.executemany("INSERT INTO place VALUES (?, ?)", [(number, name) for name, number in places.items()])
        link.executemany(
            "INSERT INTO matter (number, title, state, created_at, is_public, place_id) VALUES (?, ?, ?, ?, 1, ?)",
            [(*row[:3], row[3].replace("T", " ").split("+")[0], places[row[4]]) for row in rows],
        )
