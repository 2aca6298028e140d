"""Several machines: web processes and a worker with addresses of their own, one PostgreSQL, one Redis; a machine drops out.

Each machine is a network namespace with a cable of its own. Where none can be made (no root, no iproute2), the machines are
addresses of the loopback, and the run says why: then a machine that stands still takes the place of a cut cable.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from linyue.base import clock
from linyue.base.settings import Settings
from linyue.questions.model import Question
from linyue.upkeep import phone
from linyue.upkeep.phone import Door, ask
from setup.local_servers import free_port, redis_command
from tests.conftest import opened
from tests.faults.crowd import Crowd, prepare, whole
from tests.faults.figures import note
from tests.faults.proxy import BadLine
from tests.faults.size import size
from tests.servers import Blanks, Running, environment_of
from tests.zygote import Zygote

pytestmark = [pytest.mark.anyio, pytest.mark.postgres_only]
SITE = "linyue.test"


def ip(*words: str) -> None:
    """One command of iproute2."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")


@dataclass
class Machine:
    """An address, and the hub's address as seen from there; `namespace` is empty on the loopback."""

    name: str
    address: str
    hub: str
    namespace: str = ""

    def plug(self, *, is_in: bool) -> None:
        """The cable to this machine."""
        ip("link", "set", self.name, "up" if is_in else "down")


@pytest.fixture
def machines() -> Iterator[list[Machine]]:
    """Two for web processes, one for a worker."""
    net, made = os.getpid() % 60 * 4, []
    try:
        if os.geteuid() != 0 or not shutil.which("ip"):
            raise OSError("network namespaces need root and iproute2")
        for number in range(3):
            name = f"ly{os.getpid() % 100_000}{'abw'[number]}"
            hub, address = f"10.77.{net + number}.1", f"10.77.{net + number}.2"
            ip("netns", "add", name)
            made.append(Machine(name, address, hub, f"/run/netns/{name}"))
            ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("addr", "add", f"{hub}/24", "dev", name)
            ip("link", "set", name, "up")
            for words in (
                ("addr", "add", f"{address}/24", "dev", "eth0"),
                ("link", "set", "eth0", "up"),
                ("link", "set", "lo", "up"),
            ):
                ip("-n", name, *words)
        yield made
    except OSError as why:
        print(f"\nno network namespaces here ({why}); the machines are addresses of the loopback")
        yield [Machine("", f"127.0.77.{2 + number}", "127.0.0.1") for number in range(3)]
    finally:
        for machine in made:
            subprocess.run(["ip", "netns", "delete", machine.name], capture_output=True, check=False)
            subprocess.run(["ip", "link", "delete", machine.name], capture_output=True, check=False)


class Cluster:
    """Processes on machines. PostgreSQL and Redis are reached through the hub of each machine."""

    def __init__(
        self, settings: Settings, machines: list[Machine], zygote: Zygote, logs: Path, stack: AsyncExitStack
    ) -> None:
        self.settings, self.machines, self.zygote, self.logs, self.stack = settings, machines, zygote, logs, stack
        self.port = free_port()
        self.running: dict[str, Running] = {}

    async def start(self, machine: Machine, command: str) -> None:
        """One process on a machine; a web process is awaited until it is ready."""
        postgres, redis = urlsplit(self.settings.database_url), urlsplit(self.settings.redis_url)
        urls = []
        for url in (postgres, redis):
            relay = await self.stack.enter_async_context(
                BadLine("127.0.0.1", url.port or 0, 0, fates=("clean",), at=machine.hub)
            )
            urls.append(url.geturl().replace(f"127.0.0.1:{url.port}", f"{machine.hub}:{relay.port}"))
        chosen = replace(
            self.settings, host=machine.address, port=self.port, origin=f"https://{SITE}", hosts="127.0.0.1",
            proxies=f"{machine.hub},127.0.0.1", database_url=urls[0], redis_url=urls[1],
        )  # fmt: skip
        self.logs.mkdir(parents=True, exist_ok=True)
        env = environment_of(chosen) | {"ZYGOTE_NETNS": machine.namespace}
        log = self.logs / f"{command}-{machine.address}-{len(list(self.logs.iterdir()))}.log"
        self.running[machine.address] = self.zygote.spawn(command, env, log)
        if command == "serve":
            door = Door(machine.address, self.port, f"https://{SITE}")
            async with asyncio.timeout(40):
                while True:
                    try:
                        if (await ask(door, "GET", "/readyz"))[0] == 200:
                            return
                    except (OSError, ValueError):
                        assert self.running[machine.address].poll() is None, log.read_text()[-2000:]
                    await asyncio.sleep(0.05)

    def doors(self) -> list[Door]:
        """Where phones come in, as a proxy would on their behalf."""
        return [Door(machine.address, self.port, f"https://{SITE}") for machine in self.machines[:2]]

    def log_of(self, machine: Machine) -> str:
        return "".join(path.read_text() for path in self.logs.glob(f"*-{machine.address}-*.log"))

    def stop(self) -> None:
        for process in self.running.values():
            process.kill()


@pytest.fixture
async def cluster(
    settings: Settings, machines: list[Machine], zygote: Zygote, artefacts: Path
) -> AsyncIterator[Cluster]:
    async with AsyncExitStack() as stack:
        made = Cluster(settings, machines, zygote, artefacts / "logs", stack)
        try:
            yield made
        finally:
            made.stop()


async def test_a_machine_drops_out_and_voting_goes_on(
    cluster: Cluster, settings: Settings, blanks: Blanks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phone, "ANSWER_WITHIN", 4.0)  # phones give a silent machine up sooner than real ones do
    a, b, w = cluster.machines
    await asyncio.gather(cluster.start(a, "serve"), cluster.start(b, "serve"), cluster.start(w, "worker"))
    hall = await prepare(replace(settings, origin=f"https://{SITE}"), 12)
    gone: list[float] = []
    async with Crowd(hall, cluster.doors()) as crowd:
        await crowd.until_all_in()
        await crowd.until_acks(24)
        # What is cast on one machine is seen on the screens of the other, over Redis.
        await asyncio.wait_for(asyncio.gather(*(one.until(all_cast(12)) for one in crowd.phones)), 30)
        for machine in (a, b):
            assert "/live/{code}/ticket" in cluster.log_of(machine), "phones came in everywhere"
        assert redis_command(blanks.redis.port, "FLUSHALL") == "+OK"
        await crowd.until_acks(24)
        for _ in range(size(1, 10)):
            began = time.monotonic()
            if a.namespace:
                a.plug(is_in=False)
            else:
                cluster.running[a.address].send_signal(signal.SIGSTOP)
            # Everybody is answered while the machine is away: each of them has a ballot that came after.
            before = {one: one.revision for one in crowd.phones}
            while any(one.revision < before[one] + 2 for one in crowd.phones):
                assert time.monotonic() < began + 120, crowd.book_in_short()
                await asyncio.sleep(0.02)
            gone.append(time.monotonic() - began)
            if a.namespace:
                a.plug(is_in=True)
            else:
                cluster.running[a.address].send_signal(signal.SIGCONT)
        cluster.running[b.address].kill()  # the other machine's process dies, and the first one is all there is
        await crowd.until_acks(24)
        await cluster.start(b, "serve")
        await crowd.until_acks(12)
        cluster.running[w.address].kill()  # and no worker is left
    async with opened(settings):
        await Question.filter(id=hall.question_id).update(closes_at=clock.now() + timedelta(seconds=1))
        async with asyncio.timeout(60):
            while (await Question.get(id=hall.question_id)).state.value == "open":
                await asyncio.sleep(0.1)
        await Question.filter(id=hall.question_id).update(closes_at=None)
    await whole(settings, hall, crowd.book, is_closed=True)
    note("T8", f"machines on addresses of their own ({'namespaces' if a.namespace else 'loopback'})", 3)
    note("T8", "a machine's cable cut: everybody answered twice within", max(gone), "s", at_most=30)


def all_cast(count: int) -> Callable[[dict[str, tuple[int, dict[str, Any]]]], bool]:
    """Whether a phone's screen shows so many ballots."""
    return lambda states: "turnout" in states and (states["turnout"][1]["ballots"] or {}).get("cast") == count
