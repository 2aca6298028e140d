"""kill -9 of web and worker while people route matters and clocks fall due: what was acknowledged is there, once.

Every matter keeps one owner, one due time and its whole history (M1 to M6), and each due time is noticed once.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from linyue.base import site
from linyue.base.policy import NOBODY
from linyue.base.session import begin, cookie_name
from linyue.base.settings import Settings
from linyue.centres import service as centres
from linyue.centres.model import ServiceCentre
from linyue.centres.rules import Way, route_of
from linyue.centres.rules_handling import USUAL
from linyue.centres.service_coverage import set_coverage
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import FINAL, Step
from linyue.upkeep import doctor_matters
from linyue.upkeep.doctor_matters import MATTERS
from tests.conftest import opened
from tests.faults.desks import Desks, Seat, fired, stored
from tests.faults.figures import note, percent
from tests.faults.size import SEED, size
from tests.make.matters import item_for, make_neighbourhood
from tests.servers import LiveServer

pytestmark = pytest.mark.anyio
KILLS = size(3, 100)
BETWEEN = size(5, 12)
"""Acknowledged steps between two kills, at most."""
WHO = {
    "resident": ("resident", "/report"), "neighbour": ("resident", "/report"), "officer": ("desk", ""),
    "worker": ("desk", "/desk/report"), "worker2": ("desk", "/desk/report"),
    "clerk": ("clerk", ""), "far_clerk": ("clerk", ""), "member": ("member", ""),
}  # fmt: skip


async def test_killed_while_routing_and_sweeping(
    settings: Settings, make_live_server: Callable[..., LiveServer], mode: str
) -> None:
    settings = replace(settings, demo=True, sms="none")
    async with opened(settings):
        desks = await at_work(settings)
    is_scaled = mode == "postgres"
    server = make_live_server(processes=2 if is_scaled else 1, worker=is_scaled, demo=True, sms="none")
    desks.url, chance = server.url, Random(SEED)
    killed, back = {"web": 0, "worker": 0}, list[float]()
    async with desks:
        await desks.until_acks(BETWEEN)
        for n in range(KILLS):
            await desks.until_acks(chance.randint(1, BETWEEN))
            moving = (
                asyncio.create_task(desks.move_clock(chance.choice(["deadline", "hour", "day"]))) if n % 2 else None
            )
            await asyncio.sleep(chance.uniform(0, 0.15))  # into the middle of a step, or of a sweep
            what = "worker" if is_scaled and n % 3 == 2 else "web"
            killed[what] += 1
            if what == "worker":
                await asyncio.to_thread(server.kill_worker)
            else:
                await asyncio.to_thread(server.kill_web, chance.randrange(len(server.web)))
            async with opened(settings):
                await hold(settings, swept=False)
            began = time.monotonic()
            await asyncio.to_thread(server.start_worker if what == "worker" else server.start_web)
            back += [time.monotonic() - began] if what == "web" else []
            if moving is not None:
                await moving
        await desks.until_acks(BETWEEN)
        await pass_a_due_time(desks, settings)
    late = await noticed(settings)
    server.stop()
    async with opened(settings):
        await site.read_clock()
        await hold(settings, swept=True)
        await stored(desks.book)
        marks, matters = await fired(), await Matter.all().count()
    assert marks and desks.book.moves, desks.in_short()
    for what, count in killed.items():
        if count or is_scaled:
            note("M1", f"{mode}: kills of {what} at work, M1 to M6 held after each", count, at_least=KILLS // 3)
    note("M1", f"{mode}: steps acknowledged, each stored once", desks.book.acks, at_least=KILLS)
    note("M1", f"{mode}: forms sent again after no answer", desks.book.again)
    note("M1", f"{mode}: steps of the district's clock", desks.book.moves)
    note("M1", f"{mode}: due times and silences that passed, each noticed once", marks, at_least=1)
    note("M1", f"{mode}: the last of them noticed after the end of the work", late, "s", at_most=60)
    note("M1", f"{mode}: serving again after a kill, p50", percent(back, 50), "s")
    note("M1", f"{mode}: matters at the end, each with one owner and one due time", matters)


async def at_work(settings: Settings) -> Desks:
    """A neighbourhood whose people are signed in; what home decides goes to the other centre, which passes it on."""
    here = await make_neighbourhood()
    items = [one for one in (await centres.catalogue_index()).catalogue.items if route_of(one) is Way.CENTRE]
    bound = next(one.code for one in items if USUAL.is_home_bound(one.fields))
    far = await ServiceCentre.get(code="C02")
    await set_coverage(NOBODY, far.id, [here.tree.community.code], items=bound)
    sendings = [
        *({"way": "centre", "item": code} for code in (items[0].code, bound)),
        {"way": "council", "kind": "facilities"},
        {"way": "own_desk", "item": await item_for(Way.OWN_DESK)},
    ]
    seats = [await seat_of(settings, here.people[who].id, *what) for who, what in WHO.items()]
    return Desks("", seats, here.tree.building.id, sendings)


async def seat_of(settings: Settings, person_id: int, kind: str, reports: str) -> Seat:
    """A session as after a sign-in, with the second factor."""
    row, token = await begin(person_id, is_staff=False, has_second_factor=True)
    return Seat(kind, person_id, f"{cookie_name(settings)}={token}", row.csrf, reports)


async def pass_a_due_time(desks: Desks, settings: Settings) -> None:
    """Move the clock on until something of a matter's clock has been noticed; a few steps, whatever was drawn before."""
    for _ in range(20):
        await desks.move_clock("deadline")
        async with opened(settings):
            if await MatterEvent.filter(kind__in=[Step.OVERDUE.value, Step.SILENT.value]).exists():
                return


async def noticed(settings: Settings) -> float:
    """Wait until nothing that has passed is left unnoticed, a warning or the end of a pause neither; the seconds it took."""
    began = time.monotonic()
    async with opened(settings):
        await site.read_clock()
        while left := (await doctor_matters.swept(settings))[1]:
            assert time.monotonic() - began < 60, f"a minute has passed and nobody noticed (seed {SEED}): {left[:3]}"
            await asyncio.sleep(0.1)  # looks at the rows again; nothing tells a stranger that another process wrote
    return time.monotonic() - began


async def hold(settings: Settings, *, swept: bool) -> None:
    """M1 to M6; what is due is looked at only after somebody could sweep again."""
    for name, _, look in MATTERS:
        if name != "M4" or swept:
            assert (await look(settings))[1] == [], f"{name}, seed {SEED}"
    if not swept:
        return
    for matter in await Matter.exclude(state__in=list(FINAL)):
        last = await MatterEvent.get(matter_id=matter.id, seq=matter.last_seq)
        assert (last.owner_role_after, last.owner_id_after) == (matter.owner_role, matter.owner_id), matter.number
        assert last.due_after == matter.due_at, matter.number
