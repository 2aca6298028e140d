"""What every part of a run is given: where to work, how often to repeat, the load generator, and servers on one core."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from setup.local_servers import free_port
from tests.bench.load import Handle
from tests.servers import ROOT, LiveServer, environment_of, memory_of

SERVER_CORE, LOAD_CORE = 0, 1


@dataclass
class Run:
    """`quick`: small numbers, to try whether it works; its figures compare nothing."""

    folder: Path
    rounds: int
    quick: bool
    with_postgres: bool = True
    year: Fraction = Fraction(1, 20)
    """How much of the district the simulated year has."""
    notes: list[str] = field(default_factory=list)
    _load: Handle | None = None

    @property
    def cores(self) -> list[int]:
        """The cores this process may use."""
        return sorted(os.sched_getaffinity(0))

    @property
    def load(self) -> Handle:
        """The generator, started on first use, on the last core."""
        if self._load is None:
            self._load = Handle(self.cores[-1] if len(self.cores) > 1 else None)
        return self._load

    def stop(self) -> None:
        """End the generator."""
        if self._load is not None:
            self._load.stop()
            self._load = None

    def on_server_core(self) -> list[str]:
        """Words before a command that keep it on the server's core; nothing where that cannot be done."""
        tool = shutil.which("taskset")
        return [tool, "-c", str(self.cores[0])] if tool and len(self.cores) > 1 else []

    @contextmanager
    def as_server(self) -> Iterator[None]:
        """This process, and the threads it starts meanwhile, on the server's core: a peer measured in here."""
        cores = self.cores
        os.sched_setaffinity(0, cores[:1])
        try:
            yield
        finally:
            os.sched_setaffinity(0, cores)

    def folder_for(self, name: str) -> Path:
        """A folder of its own."""
        found = self.folder / name
        found.mkdir(parents=True, exist_ok=True)
        found.chmod(0o755)
        return found

    @contextmanager
    def server(self, module: str, env: dict[str, str] | None = None) -> Iterator["Server"]:
        """`python -m tests.bench.servers.MODULE PORT` on the server's core, until the block ends."""
        port = free_port()
        log = self.folder / f"{module}.log"
        with log.open("ab") as sink:
            process = subprocess.Popen(
                [*self.on_server_core(), sys.executable, "-m", f"tests.bench.servers.{module}", str(port)],
                env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "server")]), **(env or {})},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
        server = Server(port, process)
        try:
            server.wait(log)
            yield server
        finally:
            server.stop()


@dataclass
class Server:
    """A server under measurement."""

    port: int
    process: "subprocess.Popen[bytes]"

    def wait(self, log: Path, within: float = 60.0) -> None:
        """Until it accepts connections."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"server ended with {self.process.returncode}: {log.read_text()[-3000:]}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"server did not listen within {within:.0f} s: {log.read_text()[-3000:]}")

    @property
    def memory(self) -> int:
        """Bytes of memory the process holds (resident)."""
        return memory_of(self.process.pid)

    def stop(self) -> None:
        """Ask, then insist."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)


def cpu_of(pid: int) -> float:
    """Seconds of processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Served(LiveServer):
    """Web processes of a district, `prefix` before their command; `module`: a changed server instead of `linyue serve`."""

    prefix: list[str] = field(default_factory=list)
    module: str = ""

    def start_later(self) -> None:
        """One more web process; does not wait for it."""
        self.web.append(self._spawn("serve"))

    def _spawn(self, command: str) -> "subprocess.Popen[bytes]":
        self.log_folder.mkdir(parents=True, exist_ok=True)
        words = ["-m", f"tests.bench.servers.{self.module}"] if self.module else ["-m", "linyue", command]
        with (self.log_folder / f"{command}-{len(list(self.log_folder.glob('*.log')))}.log").open("wb") as sink:
            return subprocess.Popen(
                [*self.prefix, sys.executable, *words],
                env=environment_of(self.settings),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
