"""Real servers for the tests: one PostgreSQL and one Redis a run, a blank database copied for each test, web processes and a worker.

Nothing here is a stand-in. Every wait is bounded and polls for the thing itself.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import asyncpg
import httpx2

from linyue.base import faults
from linyue.base.settings import Settings
from setup.local_servers import Postgres, Redis, redis_command, start_postgres, start_redis
from tests.faults.size import IS_LONG

ROOT = Path(__file__).resolve().parents[1]
ARTEFACTS = Path(os.environ.get("TEST_ARTEFACTS", ROOT / "var" / "test-artefacts"))
"""Pictures and logs for people to look at; emptied at the start of a run."""
READY_WITHIN = 90.0


def roomy_memory() -> Path | None:
    """A folder in memory with room for a run's databases: a commit there waits for no disk.

    None where there is none, and in the long form of the fault tests, whose figures are those of a disk.
    """
    memory = Path("/dev/shm")
    is_roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**31
    return memory if is_roomy and not IS_LONG else None


def kind_of_disk(folder: Path) -> str:
    """The kind of file system a folder lies on ("ext4", "tmpfs"), from the kernel's table; "" where it has none."""
    table = Path("/proc/self/mounts")
    mounts = [line.split()[1:3] for line in table.read_text().splitlines()] if table.exists() else []
    over = [(len(at), number, kind) for number, (at, kind) in enumerate(mounts) if folder.resolve().is_relative_to(at)]
    return max(over, default=(0, 0, ""))[2]


def memory_of(pid: int) -> int:
    """Bytes of memory a process holds (resident)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for databases, in memory where that is wanted and has room, reachable for the user PostgreSQL runs as."""
    folder = Path(tempfile.mkdtemp(prefix="linyue-test-", dir=roomy_memory()))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Blanks:
    """Databases with the tables of the models and no rows; each test gets a copy, which costs milliseconds."""

    folder: Path
    made: dict[str, Settings] = field(default_factory=dict)
    count: int = 0
    _postgres: Postgres | None = None
    _redis: Redis | None = None

    @property
    def postgres(self) -> Postgres:
        """The run's PostgreSQL, started on first use; as careful about durability as a real one."""
        if self._postgres is None:
            self._postgres = start_postgres(self.folder / "postgres", options={"max_connections": "200"})
        return self._postgres

    @property
    def redis(self) -> Redis:
        """The run's Redis, started on first use."""
        if self._redis is None:
            self._redis = start_redis(self.folder / "redis")
        return self._redis

    def stop(self) -> None:
        """End what was started."""
        for server in (self._postgres, self._redis):
            if server is not None:
                server.stop()

    def blank(self, mode: str) -> Settings:
        """Settings of the database without rows that copies are taken from."""
        return self._made(mode, lambda settings: run_module("tests.make.schema", settings))

    def migrated(self, mode: str) -> Settings:
        """The same, brought about by the migrations, as in a running district."""
        return self._made(
            mode, lambda settings: run_linyue(settings, "migrate", "--step-by-step", within=300), "migrated"
        )

    def _made(self, mode: str, make: Callable[[Settings], object], name: str = "blank") -> Settings:
        key = f"{mode}-{name}"
        if key not in self.made:
            settings = self._settings(mode, name)
            make(settings)
            self.made[key] = self._closed(settings)
        return self.made[key]

    def sample(self, mode: str) -> Settings:
        """The same with the sample district in it, made once a run by the real command."""
        key = f"{mode}-sample"
        if key not in self.made:
            settings = replace(self._copy(self.blank(mode), self.folder / key, "sample"), demo=True)
            run_linyue(settings, "demo", within=300)
            self.made[key] = self._closed(settings)
        return self.made[key]

    def copy(self, original: Settings, data: Path) -> Settings:
        """A database of one's own. On PostgreSQL, Redis is emptied too."""
        if original.redis_url:
            redis_command(self.redis.port, "FLUSHALL")
        self.count += 1
        return self._copy(original, data, f"test_{self.count}")

    def _settings(self, mode: str, name: str) -> Settings:
        data = self.folder / f"{mode}-{name}"
        data.mkdir(exist_ok=True)
        settings = Settings(data=data, keys=str(self.folder / "keys.json"), sms="none")
        if mode == "postgres":
            self.create(name)
            settings = replace(settings, database_url=self.postgres.url(name), redis_url=self.redis.url)
        return settings

    def _copy(self, original: Settings, data: Path, name: str) -> Settings:
        shutil.copytree(original.data, data, dirs_exist_ok=True)
        if original.is_sqlite:
            return replace(original, data=data)
        source = original.database_url.rsplit("/", 1)[1]
        self._sql(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
        return replace(original, data=data, database_url=self.postgres.url(name))

    def _closed(self, settings: Settings) -> Settings:
        # The log is folded into the file when the last process closes it, so copying the one file copies everything.
        assert not settings.is_sqlite or not settings.sqlite_path.with_name(settings.sqlite_path.name + "-wal").exists()
        return settings

    def create(self, name: str) -> None:
        """An empty PostgreSQL database without any tables."""
        self._sql(f"CREATE DATABASE {name}")

    def drop(self, settings: Settings) -> None:
        """Remove a copy."""
        if settings.database_url:
            self._sql(f"DROP DATABASE IF EXISTS {settings.database_url.rsplit('/', 1)[1]} WITH (FORCE)")
        else:
            settings.sqlite_path.unlink(missing_ok=True)

    def _sql(self, statement: str) -> None:
        async def go() -> None:
            link = await asyncpg.connect(self.postgres.url("postgres"))
            try:
                await link.execute(statement)
            finally:
                await link.close()

        asyncio.run(go())


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment that makes a process read exactly these settings."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("LINYUE_") and k != "PORT"}
    for name in Settings.__dataclass_fields__:
        value = getattr(settings, name)
        env[f"LINYUE_{name.upper()}"] = (
            {True: "1", False: "0"}.get(value, str(value)) if isinstance(value, bool) else str(value)
        )
    env[faults.ALLOWED] = "1"
    return {**env, "PYTHONUNBUFFERED": "1", "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "server")])}


def run_linyue(settings: Settings, *arguments: str, within: float = 300) -> str:
    """Run one `linyue` command to its end and return what it printed; a failure fails the test with its words."""
    return run_module("linyue", settings, *arguments, within=within)


def run_module(module: str, settings: Settings, *arguments: str, within: float = 400) -> str:
    """The same for any module."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment_of(settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )
    assert done.returncode == 0, f"{module} {' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


class Running(Protocol):
    """A process, started one way or another."""

    pid: int

    @property
    def returncode(self) -> int | None: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float = ...) -> int: ...
    def send_signal(self, number: int, /) -> None: ...
    def kill(self) -> None: ...
    def terminate(self) -> None: ...


Launch = Callable[[str, dict[str, str], Path], Running]
"""Command, environment, log file -> the process."""


class Site(Protocol):
    """A server, however it was started."""

    @property
    def url(self) -> str: ...
    def log_text(self) -> str: ...


@dataclass
class LiveServer:
    """Web processes on one port and perhaps a worker, as a district runs them."""

    settings: Settings
    log_folder: Path
    web: list["Running"] = field(default_factory=list)
    workers: list["Running"] = field(default_factory=list)
    launch: "Launch | None" = None
    """How a process is started; None: from nothing, as an operator would."""

    @property
    def url(self) -> str:
        """Address of the site, without a slash at the end."""
        return f"http://{self.settings.host}:{self.settings.port}"

    def start(self, processes: int, worker: bool) -> None:
        """Start everything and wait until each web process says that it is ready."""
        for _ in range(processes):
            self.start_web()
        if worker:
            self.start_worker()

    def start_worker(self) -> None:
        """One more worker; it looks for work as soon as it has loaded."""
        self.workers.append(self._spawn("worker"))

    def start_web(self, *, may_end: bool = False) -> "Running":
        """One more web process on the same port; returns when it listens and is ready, with `may_end` also when it is over."""
        already = len(listeners(self.settings.port))
        process = self._spawn("serve")
        self.web.append(process)
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            if process.poll() is not None:
                if may_end:
                    return process
                raise AssertionError(f"linyue serve ended with {process.returncode}:\n{self.log_text()[-4000:]}")
            if len(listeners(self.settings.port)) > already and self._is_ready():
                return process
            time.sleep(0.05)
        raise AssertionError(f"linyue serve was not ready in {READY_WITHIN:.0f} s:\n{self.log_text()[-4000:]}")

    def kill_web(self, index: int = 0) -> None:
        """kill -9, as a power cut would."""
        process = self.web.pop(index)
        process.kill()
        process.wait(10)

    def kill_worker(self, index: int = 0) -> None:
        """The same for a worker."""
        process = self.workers.pop(index)
        process.kill()
        process.wait(10)

    def stop(self) -> None:
        """Ask every process to stop, then insist."""
        for process in (*self.web, *self.workers):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in (*self.web, *self.workers):
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        self.web.clear()
        self.workers.clear()

    def log_text(self) -> str:
        """Everything the processes printed."""
        return "".join(p.read_text(errors="replace") for p in sorted(self.log_folder.glob("*.log")))

    def _is_ready(self) -> bool:
        try:
            # A fresh connection each time: the kernel may hand it to any of the processes.
            answer = httpx2.get(f"{self.url}/readyz", headers={"host": "127.0.0.1"}, timeout=2)
            return answer.status_code == 200
        except httpx2.HTTPError:
            return False

    def _spawn(self, command: str) -> "Running":
        self.log_folder.mkdir(parents=True, exist_ok=True)
        number = len(list(self.log_folder.glob(f"{command}-*.log")))
        if self.launch is not None:
            return self.launch(command, environment_of(self.settings), self.log_folder / f"{command}-{number}.log")
        with (self.log_folder / f"{command}-{number}.log").open("wb") as sink:
            return subprocess.Popen(
                [sys.executable, "-m", "linyue", command],
                env=environment_of(self.settings),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
            )


def until_ready(port: int, process: "subprocess.Popen[bytes]", within: float = 60.0) -> None:
    """Wait until a server answers that it is ready. Raises AssertionError when it ends or takes too long."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"not ready after {within:.0f} s")


def until_heard(port: int, processes: int) -> None:
    """Wait until so many processes listen: the first may be ready while the second still begins."""
    end = time.monotonic() + 60
    while len(listeners(port)) != processes and time.monotonic() < end:
        time.sleep(0.05)
    assert len(listeners(port)) == processes


def held(port: int) -> int:
    """Connections that a server on this port holds, from the kernel's table; those it let go of are not among them."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return sum(row[3] == "01" and row[1].endswith(f":{port:04X}") for row in rows)


def listeners(port: int) -> list[str]:
    """Sockets that listen on this port, read from the kernel's table; one for each web process."""
    table = Path("/proc/net/tcp")
    if not table.exists():
        with closing(socket.socket()) as probe:
            return ["?"] if probe.connect_ex(("127.0.0.1", port)) == 0 else []
    rows = (line.split() for line in table.read_text().splitlines()[1:])
    return [row[9] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")]
