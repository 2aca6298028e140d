"""kill -9 of what routes and sweeps, again and again: every matter keeps one owner, one due time and its whole history.

LINYUE_FAULTS=long kills a hundred times.
"""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from random import Random

from linyue.base import site
from linyue.base.settings import Settings
from linyue.matters import service_rehouse, service_sweep
from linyue.matters.model import Matter, MatterEvent, NumberSeries
from linyue.matters.rules import FINAL, MatterState
from linyue.upkeep.doctor_matters import MATTERS
from tests.conftest import opened
from tests.faults.figures import note
from tests.make.matters import make_matter, make_neighbourhood
from tests.servers import ROOT, environment_of

KILLS = 100 if os.environ.get("LINYUE_FAULTS") == "long" else 3
SEED = os.environ.get("LINYUE_FAULTS_SEED") or "20261128"
STEPS_AT_MOST = 30


async def test_killed_while_routing_and_sweeping(settings: Settings, mode: str) -> None:
    settings = replace(settings, demo=True, sms="none")
    async with opened(settings):
        here = await make_neighbourhood()
        for n in range(6):
            await make_matter(here, title=f"第{n}件")
    rng = Random(SEED)
    steps: list[str] = []
    for n in range(KILLS):
        steps += await asyncio.to_thread(kill_after, settings, f"{SEED}:{n}", rng.randint(3, STEPS_AT_MOST))
        async with opened(settings):
            await check(settings, swept=False)
    assert {"report", "sweep"} & set(steps) and len(set(steps)) > 4, steps
    async with opened(settings):
        await site.read_clock()
        while await service_sweep.sweep_due() or await service_rehouse.rehouse():
            pass
        await check(settings, swept=True)
        note("M1", f"{mode}: kills while matters were routed and swept, M1 to M6 held after each", KILLS)
        note("M1", f"{mode}: steps before the kills", len(steps))
        note("M1", f"{mode}: matters at the end, each with one owner and one due time", await Matter.all().count())


def kill_after(settings: Settings, seed: str, count: int) -> list[str]:
    """Start the routing process, let it take so many steps, kill it in the middle of the next one."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.routing", seed],
        env=environment_of(settings), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout is not None and child.stderr is not None
        lines = []
        while len(lines) < count:
            line = child.stdout.readline()
            assert line, child.stderr.read()[-3000:]
            lines.append(line.split(" ")[0])
        child.kill()
    return lines


async def check(settings: Settings, *, swept: bool) -> None:
    """M1 to M6; what is due is looked at only after somebody could sweep again."""
    for name, _, look in MATTERS:
        if name != "M4" or swept:
            assert (await look(settings))[1] == [], name
    # M5: as many matters as numbers were given out; M3: the row and its last entry name the same owner.
    assert await Matter.all().count() == sum(await NumberSeries.all().values_list("last_number", flat=True))  # type: ignore[arg-type]
    for matter in await Matter.exclude(state__in=list(FINAL)):
        last = await MatterEvent.get(matter_id=matter.id, seq=matter.last_seq)
        assert (last.owner_role_after, last.owner_id_after) == (matter.owner_role, matter.owner_id), matter.number
        assert last.due_after == matter.due_at, matter.number
        assert matter.state is not MatterState.ASSIGNED or matter.owner_role != "", matter.number
