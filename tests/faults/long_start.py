"""Only in the long form: what a start costs that loads everything anew, as after a power cut."""

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.faults.figures import note, percent
from tests.faults.size import size
from tests.servers import LiveServer

pytestmark = pytest.mark.anyio
MakeServer = Callable[..., LiveServer]


@pytest.mark.sqlite_only
async def test_a_cold_start_takes_little(make_live_server: MakeServer) -> None:
    """What a restart costs that loads everything anew, as after a power cut."""
    server = make_live_server(processes=0, is_cold=True)
    took = []
    for _ in range(size(1, 10)):
        began = time.monotonic()
        await asyncio.to_thread(server.start_web)
        took.append(time.monotonic() - began)
        server.kill_web()
    note("T1", "cold start until ready, p50", percent(took, 50), "s", at_most=3.0)
    note("T1", "cold start until ready, slowest", max(took), "s")
