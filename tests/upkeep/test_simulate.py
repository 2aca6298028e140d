"""Invented residents vote over sockets in a running sample district; nowhere else, and every receipt is looked up."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from linyue.base.settings import Settings
from linyue.people.model import Person
from linyue.upkeep.simulate import CannotSimulate, Plan, refuse_target, simulate
from setup.local_servers import free_port
from tests.servers import LiveServer, run_linyue
from tests.zygote import Zygote

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def server(sample: Settings, artefacts: Path, zygote: Zygote) -> Iterator[LiveServer]:
    live = LiveServer(replace(sample, port=free_port()), artefacts / "logs", launch=zygote.spawn)
    live.start(1, worker=False)
    yield live
    live.stop()


def test_residents_vote_and_the_summary_says_how_it_went(server: LiveServer) -> None:
    told = run_linyue(
        server.settings, "simulate", "--residents", "12", "--seconds", "1.5", "--rate", "30", "--seed", "7"
    )
    assert "12 residents, 30 ballots a second" in told
    assert "in the store   lost 0, doubled 0" in told
    for heading in ("receipts", "answered in", "p99", "reconnects", "refused", "lines ended", "failed tries"):
        assert heading in told
    assert "reconnects     0" in told
    assert "all" in run_linyue(server.settings, "doctor").splitlines()[-1]


def test_nothing_but_a_sample_district_is_visited(settings: Settings) -> None:
    demo = replace(settings, demo=True)
    refuse_target(demo, "http://127.0.0.1:8000", is_elsewhere_meant=False)
    refuse_target(demo, "http://localhost:8000", is_elsewhere_meant=False)
    refuse_target(demo, "https://hall.example", is_elsewhere_meant=True)
    for server in ("https://hall.example", "http://192.168.1.9:8000", "http://127.0.0.1.evil.example", "hall", ""):
        with pytest.raises(CannotSimulate, match="--elsewhere"):
            refuse_target(demo, server, is_elsewhere_meant=False)
    with pytest.raises(CannotSimulate, match="LINYUE_DEMO"):
        refuse_target(settings, "http://127.0.0.1:8000", is_elsewhere_meant=True)


async def test_a_real_district_is_left_alone_whatever_the_settings_say(
    db: Settings, make_live_server: Callable[..., LiveServer]
) -> None:
    """The server on that port is no sample: it says so itself, and nothing is written."""
    plan = Plan(residents=3, seconds=1, rate=1, server=make_live_server().url, is_elsewhere_meant=False, seed=1)
    with pytest.raises(CannotSimulate, match="not a sample district"):
        await simulate(replace(db, demo=True), plan, str)
    with pytest.raises(CannotSimulate, match="nobody answers"):
        await simulate(replace(db, demo=True), replace(plan, server=f"http://127.0.0.1:{free_port()}"), str)
    assert not await Person.exists()
