"""Servers of the fault tests: forked, so that a kill and a restart cost little; and databases and a Redis of their own to break."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from linyue.base.settings import Settings
from setup.local_servers import free_port
from tests.servers import LiveServer
from tests.zygote import Zygote


@pytest.fixture
def make_live_server(settings: Settings, artefacts: Path, zygote: Zygote) -> Iterator[Callable[..., LiveServer]]:
    """The same as everywhere, from forks: `make_live_server(processes=2, worker=True, demo=True, is_cold=False)`."""
    started: list[LiveServer] = []

    def make(processes: int = 1, worker: bool = False, *, is_cold: bool = False, **changes: object) -> LiveServer:
        chosen = replace(settings, **{"port": free_port(), **changes})  # type: ignore[arg-type]
        launch = None if is_cold else zygote.spawn
        server = LiveServer(chosen, artefacts / f"logs-{len(started)}", launch=launch)
        started.append(server)
        server.start(processes, worker)
        return server

    yield make
    for server in started:
        server.stop()
