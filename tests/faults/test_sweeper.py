"""Each due time is noticed within a minute by whoever runs, also after a process died in the middle of looking."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from linyue.base import clock as district_clock
from linyue.base.model import DistrictClock, Lease
from linyue.base.queue import TIMER_LEASE
from linyue.base.settings import Settings
from linyue.matters.model import Matter, MatterEvent
from tests.conftest import opened
from tests.make.matters import make_matter, make_neighbourhood
from tests.servers import LiveServer

LEFT = TIMER_LEASE if os.environ.get("LINYUE_FAULTS") == "long" else timedelta(seconds=4)
"""How long the dead process's lease still runs when the next one starts."""


async def test_due_within_a_minute_after_a_kill(
    settings: Settings, make_live_server: Callable[..., LiveServer], mode: str
) -> None:
    settings = replace(settings, demo=True, sms="none")
    async with opened(settings):
        here = await make_neighbourhood()
        matter = await make_matter(here)
        assert matter.due_at is not None
        ahead = matter.due_at - district_clock.real_now()
        await DistrictClock.create(id=1, ahead_seconds=int(ahead.total_seconds()) + 1)
        now = district_clock.real_now()
        await Lease.create(name="matters.sweep", holder="killed", until=now + LEFT, last_run_at=now)
    began = time.monotonic()
    server = make_live_server(processes=1, worker=mode == "postgres", demo=True)
    async with opened(settings):
        late = await _marked(matter.id, began)
        entry = await MatterEvent.get(matter_id=matter.id, kind="overdue")
        assert late.overdue_at is not None and entry.at - matter.due_at < timedelta(seconds=60)
        assert server.log_text().count("timer.failed") == 0


async def _marked(matter_id: int, began: float) -> Matter:
    """The matter once it is marked; a minute at most."""
    while time.monotonic() - began < 60:
        found = await Matter.get(id=matter_id)
        if found.overdue_at is not None:
            return found
        await asyncio.sleep(0.2)  # looks at the row again; nothing tells a stranger that another process wrote
    raise AssertionError("a minute has passed and nobody noticed")
