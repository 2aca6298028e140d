"""What must not grow with the years behind: the same district with 10,000 matters and with 1,000,000.

The last month holds 10,000 matters both times; the rest of the million ended in the five years before. Measured on one
database, first small, then filled up; so machine and caches are the same. Pages, suggestion and sweeper are timed by the
processor time of this process, in which SQLite works too: what else the machine does then spoils little. Suggestion goes through SUGGEST, so that
another way of suggesting is measured by naming it here.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from tortoise import connections
from tortoise.backends.base.executor import EXECUTOR_CACHE

from linyue.app import make_app
from linyue.base import clock, crypto, db, logs, schema
from linyue.base.policy import Role
from linyue.base.settings import Settings
from linyue.boards.service_query import at as moment_text
from linyue.centres import service as centres
from linyue.centres.rules import Way, route_of
from linyue.matters import service_report, service_sweep, service_triage
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState
from linyue.matters.service_report import NewMatter
from linyue.matters.service_triage import Sending
from linyue.people.model import Person, RoleGrant
from setup.local_servers import create_database, start_postgres
from tests.bench.figures import Figure, Found, Goal, ratio
from tests.bench.many import Copier, check, prepared
from tests.bench.run import Run
from tests.client import Client
from tests.make.people import actor_for

FEW, MANY, QUICK = 10_000, 1_000_000, 20_000
AT_MOST = 2.0
FLOW = "intake, suggestion, routing"
INTAKE = 40
SWEPT = 50
SUGGEST = service_triage.suggest
PAGES = {
    "inbox: what is new": "/triage",
    "inbox: mine": "/triage?queue=mine",
    "inbox: due soon": "/triage?queue=soon",
    "inbox: everything": "/triage?queue=all",
    "board by centre": "/board?by=centre",
    "board by community": "/board?by=community",
    "board by item": "/board?by=item",
    "load board": "/board/load",
}
Figures = dict[str, dict[int, Figure]]


def measure(run: Run) -> Found:
    """Pages, suggestion and sweeper at both sizes on SQLite; intake, suggestion and routing on both databases."""
    logs.set_up("error")
    many, folder = QUICK if run.quick else MANY, run.folder_for("growth")
    settings = Settings(data=folder / "sqlite", keys=str(folder / "keys.json"), sms="none")
    figures: Figures = {}
    asyncio.run(_grown(settings, figures, run.rounds, many))
    if run.with_postgres:
        server = start_postgres(folder / "postgres")
        try:
            create_database(server, "growth")
            asyncio.run(_small(replace(settings, database_url=server.url("growth")), figures, run.rounds))
        finally:
            server.stop()
    goals = [
        Goal(f"{name}: {many:,} against {FEW:,}", _middle(at[many]) / _middle(at[FEW]), AT_MOST, is_limit=True)
        for name, at in figures.items()
        if many in at
    ]
    own, other = (f"{name}: {FLOW}" for name in ("PostgreSQL", "SQLite"))
    if own in figures:
        goals.append(ratio(f"{FLOW}: PostgreSQL against SQLite", figures[own][FEW], figures[other][FEW], 0.5))
    return Found([figure for at in figures.values() for figure in at.values()], goals)


def _middle(figure: Figure) -> float:
    """Seconds that one takes, at the median of the repetitions."""
    return 1 / figure.rate


async def _grown(settings: Settings, figures: Figures, rounds: int, many: int) -> None:
    async with _opened(settings):
        copier = await prepared(settings)
        await copier.add(FEW - await Matter.all().count(), is_history=False)
        await check(settings, copier)
        await _everything(settings, figures, FEW, rounds)
        await copier.add(many - FEW, is_history=True)
        await _everything(settings, figures, many, rounds)
        for count in (FEW, many):
            await _open_clocks(copier, count)
            await _sweeping(copier, figures, count, rounds)


async def _small(settings: Settings, figures: Figures, rounds: int) -> None:
    async with _opened(settings):
        copier = await prepared(settings)
        await copier.add(FEW - await Matter.all().count(), is_history=False)
        await check(settings, copier)
        await _flow(figures, "PostgreSQL", FEW, rounds)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[None]:
    EXECUTOR_CACHE.clear()  # the ORM keeps built SQL by connection name, whatever the database behind it
    crypto.load_keys(settings.keys_path)
    await db.connect(settings)
    try:
        await schema.make_schema()
        yield
    finally:
        clock.hold(None)
        await db.disconnect()


async def _everything(settings: Settings, figures: Figures, size: int, rounds: int) -> None:
    await _flow(figures, "SQLite", size, rounds)  # first: with what it sends, every list is full at both sizes
    await _pages(settings, figures, size, rounds)
    await _suggesting(figures, size, rounds)


def _figure(figures: Figures, name: str, size: int, unit: str) -> Figure:
    return figures.setdefault(name, {}).setdefault(size, Figure(f"{name}, {size:,}", unit, [], []))


async def _pages(settings: Settings, figures: Figures, size: int, rounds: int) -> None:
    """Each page as a person asks for it, the pages one after the other in each round; the first round only warms up."""
    staff = {"/triage": await _holder(Role.SOCIAL_WORKER), "/board": await _holder(Role.SUPERVISOR)}
    for start, person in staff.items():
        async with Client(make_app(settings), settings) as client:
            await client.sign_in_as(person, is_staff=True)
            for turn in range(rounds + 1):
                for name, address in PAGES.items():
                    if not address.startswith(start):
                        continue
                    begun = time.process_time()
                    answer = await client.get(address)
                    spent = time.process_time() - begun
                    assert answer.status_code == 200, (address, answer.status_code)
                    if turn:
                        _add(_figure(figures, name, size, "pages/cpu s"), 1, spent)


def _add(figure: Figure, count: int, seconds: float) -> None:
    figure.rates.append(count / seconds)
    if count == 1:  # the mean of many is nobody's wait
        figure.waits.append(1000 * seconds)


async def _holder(role: Role) -> Person:
    grant = await RoleGrant.filter(role=role).order_by("id").first()
    assert grant is not None
    return await Person.get(id=grant.person_id)


async def _suggesting(figures: Figures, size: int, rounds: int) -> None:
    matters = await Matter.all().order_by("id").limit(INTAKE).select_related("community", "place")
    for turn in range(rounds + 1):
        begun = time.process_time()
        for matter in matters:
            await SUGGEST(matter)
        if turn:
            _add(_figure(figures, "suggestion", size, "matters/cpu s"), INTAKE, time.process_time() - begun)


async def _flow(figures: Figures, database: str, size: int, rounds: int) -> None:
    """Reported, suggested, sent on its way; each step a transaction of its own, as in life."""
    person = await _holder(Role.SOCIAL_WORKER)
    worker, grant = await actor_for(person), await RoleGrant.get(person_id=person.id)
    models = await Matter.filter(item_code__not="").order_by("id").limit(INTAKE)
    index = await centres.catalogue_index()
    for turn in range(rounds + 1):
        begun = time.perf_counter()
        for model in models:
            new = NewMatter(secrets.token_urlsafe(18), grant.place_id, model.title, model.text, phone="19905710000")
            matter = await service_report.report_matter(worker, new)
            await SUGGEST(matter)
            item = index.by_code[model.item_code]
            sending = Sending(route_of(item), item_code=item.code)
            await service_triage.send(worker, matter.id, matter.version, sending)
        if turn:
            name = f"{database}: {FLOW}"
            _add(_figure(figures, name, size, "matters/s"), INTAKE, time.perf_counter() - begun)


async def _open_clocks(copier: Copier, count: int) -> None:
    """So many of the copies are under way at the own desk, each with a due time to come."""
    later = moment_text(clock.now() + timedelta(days=20))
    await connections.get("default").execute_script(
        f"UPDATE matters SET state = '{MatterState.ACCEPTED.value}', way = '{Way.OWN_DESK.value}', due_at = {later}, "
        f"overdue_at = NULL, paused_at = NULL, closed_at = NULL, warn_at = NULL, owner_role = 'social_worker', owner_id = NULL "
        f"WHERE id > {copier.last_model} AND id <= {copier.last_model + count}; ANALYZE"
    )


async def _sweeping(copier: Copier, figures: Figures, size: int, rounds: int) -> None:
    """A sweep that finds nothing, and one that finds some whose time has just passed."""
    for turn in range(rounds + 1):
        while await service_sweep.sweep_due():
            pass
        begun = time.process_time()
        for _ in range(SWEPT):
            assert await service_sweep.sweep_due() == 0
        if turn:
            _add(
                _figure(figures, "sweeper, nothing due, open clocks", size, "sweeps/cpu s"),
                SWEPT,
                time.process_time() - begun,
            )
        first = copier.last_model + 1 + turn * SWEPT
        passed = clock.now() - timedelta(seconds=5)
        await Matter.filter(id__gte=first, id__lt=first + SWEPT).update(due_at=passed, overdue_at=None)
        begun = time.process_time()
        assert await service_sweep.sweep_due() == SWEPT
        if turn:
            _add(_figure(figures, "sweeper, open clocks", size, "marked/cpu s"), SWEPT, time.process_time() - begun)
