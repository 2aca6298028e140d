"""The disk refuses, fills up, forgets to sync: never a receipt without a row, and the service says so and recovers.

strace injects the errors and shows the order of calls. Where it cannot be used (no binary, or tracing is forbidden) the
order is read from the settings that make the databases sync, and the run says which way it went.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from linyue.base import db as database
from linyue.base.settings import Settings
from linyue.questions.writer_sqlite import SqliteBallots
from linyue.upkeep.phone import Ack, door_of
from tests.conftest import opened
from tests.faults.crowd import Crowd, prepare, whole
from tests.faults.figures import note
from tests.faults.size import SEED, size
from tests.servers import Blanks, LiveServer

pytestmark = pytest.mark.anyio
MakeServer = Callable[..., LiveServer]
CANNOT = "questions-refused-cannot-record"
SYNCS = "fsync,fdatasync"


@cache
def strace() -> str:
    """The tracer, if this machine lets it trace; else the reason, as an empty path and a line for a person."""
    found = shutil.which("strace")
    why = "strace is missing: install the package strace"
    if found:
        tried = subprocess.run([found, "-f", "-e", "trace=none", "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return found
        why = "strace may not trace here"
    print(f"\n{why}; the order of calls is read from the settings, no error is injected, the disk is not read-only")
    return ""


@contextmanager
def traced(pids: Sequence[int], *words: str) -> Iterator[None]:
    """Trace processes, their threads and what they start while the block runs."""
    process = subprocess.Popen(
        [strace(), "-f", "-q", *words, *(f"--attach={pid}" for pid in pids)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        # It says nothing once it has attached, but the kernel does: of each thread, the one that writes ballots too.
        for _ in range(10_000):
            threads = [path.read_text() for pid in pids for path in Path(f"/proc/{pid}/task").glob("*/status")]
            if all(f"TracerPid:\t{process.pid}" in one for one in threads):
                break
            assert process.poll() is None, process.stderr.read().decode()
            time.sleep(0.001)
        else:
            raise AssertionError(f"the tracer has not come to every thread: {threads}")
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(10)


CALL = re.compile(r"^(?P<pid>\d+) +(?P<name>\w+)\((?P<args>.*)$")
RESUMED = re.compile(r"^(?P<pid>\d+) +<\.\.\. (?P<name>\w+) resumed>")
FILE = re.compile(r"\d+<([^>]*)>")
"""The number a process has for a file is its own: of PostgreSQL's processes one may write what another syncs."""


def out_of_order(trace: Path, acks: list[Ack]) -> tuple[int, list[str]]:
    """How many receipts the trace shows, and those that left before the bytes of their ballot were synced.

    A ballot is found by its id in what is written to the log; it is durable when a sync of the same file that began
    after that write has returned; its receipt is the same id in what is sent.
    """
    ids = {ack.client_id: "" for ack in acks}
    written: dict[str, tuple[str, int]] = {}
    syncs: dict[str, tuple[str, int]] = {}
    finished: list[tuple[str, int, int]] = []
    seen, early = 0, []
    any_id = re.compile("|".join(map(re.escape, ids))) if ids else re.compile("$^")
    for number, line in enumerate(trace.read_text(errors="replace").splitlines()):
        resumed = RESUMED.match(line)
        if resumed and resumed["name"] in ("fsync", "fdatasync"):
            file, began = syncs.pop(resumed["pid"], ("", number))
            finished.append((file, began, number))
            continue
        call = CALL.match(line)
        if call is None:
            continue
        named = FILE.match(call["args"])
        file = named[1] if named else ""
        if call["name"] in ("fsync", "fdatasync"):
            if "unfinished" in line:
                syncs[call["pid"]] = (file, number)
            else:
                finished.append((file, number, number))
        elif call["name"] in ("pwrite64", "write", "pwritev", "pwritev2") and ("-wal" in file or "pg_wal" in file):
            for found in any_id.findall(call["args"]):
                # The first time: its page is written again with the next ballots, which may begin before it is told.
                written.setdefault(found, (file, number))
        elif call["name"] in ("sendto", "write", "writev", "sendmsg") and '\\"about\\":\\"cast\\"' in call["args"]:
            for found in any_id.findall(call["args"]):
                seen += 1
                file, at = written.get(found, ("", number))
                if not any(one == file and began > at for one, began, _ in finished):
                    early.append(found)
    return seen, early


def family(pid: int) -> list[int]:
    """A process and those it has started, which live on by themselves."""
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


async def test_a_receipt_leaves_after_the_sync(
    settings: Settings, make_live_server: MakeServer, blanks: Blanks, mode: str, tmp_path: Path
) -> None:
    """T4. On PostgreSQL its processes are traced beside the server's: the log is written there, the receipt sent here."""
    if not strace():
        await _settings_sync(settings)
        return
    hall = await prepare(settings, 8)
    server = make_live_server()
    trace = tmp_path / "trace"
    calls = f"trace={SYNCS},pwrite64,write,writev,sendto,sendmsg"
    async with Crowd(hall, [door_of(server.url)]) as crowd:
        await crowd.until_acks(8)
        told: list[Ack] = []
        pids = [server.web[0].pid, *(family(blanks.postgres.popen.pid) if mode == "postgres" else ())]
        with traced(pids, "-y", "-s", str(2**18), "-o", str(trace), "-e", calls):
            began = time.monotonic()
            # A ballot sent before the tracer came may have been written before it came: only its receipt is seen.
            crowd.book.on_ack = lambda ack: told.append(ack) if time.monotonic() - ack.took > began else None
            await crowd.until_acks(size(30, 1000))
            crowd.book.on_ack = None
    seen, early = out_of_order(trace, told)
    assert seen >= size(20, 900), f"the trace shows {seen} receipts"
    assert not early, f"seed {SEED}: acknowledged before the sync: {early[:3]}"
    # The check can fail: without the syncs the same trace is out of order.
    without = tmp_path / "without"
    without.write_text("\n".join(line for line in trace.read_text(errors="replace").splitlines() if "sync" not in line))
    assert len(out_of_order(without, told)[1]) == seen
    await whole(settings, hall, crowd.book)
    note("T4", f"{mode}: receipts seen to leave after the sync of their ballot", seen)


async def _settings_sync(settings: Settings) -> None:
    """The fallback: what each database was told about durability, as it answers itself."""
    async with opened(settings):
        await database.check_durability()
        if not settings.is_sqlite:
            return
        store = SqliteBallots(settings.sqlite_path)
        link = store._open()
        assert link.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert link.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        link.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Path, bool]]:
    """A file system of 24 MB, and whether it is one: else a plain folder, and a line that says so."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)]
    is_own = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    if not is_own:
        print("\nno small file system can be mounted here; the disk is neither filled nor made read-only")
    yield disk, is_own
    if is_own:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.sqlite_only
async def test_a_disk_that_refuses(
    small_disk: tuple[Path, bool], settings: Settings, make_live_server: MakeServer
) -> None:
    """I/O errors by strace, a full disk and a read-only one: said in words, no receipt without a row, then it goes on."""
    disk, is_own = small_disk
    shutil.copytree(settings.data, disk / "data")
    own = replace(settings, data=disk / "data")
    hall = await prepare(own, 6)
    server = make_live_server(data=own.data)
    faults = ["io", "readonly"] * size(1, 20) if strace() else []
    faults += ["full"] * size(1, 20) if is_own else []
    async with Crowd(hall, [door_of(server.url)]) as crowd:
        for fault in faults:
            await crowd.until_acks(6)
            before = crowd.book.refused[CANNOT]
            with FAULTS[fault](disk, server):
                until = time.monotonic() + 60
                while crowd.book.refused[CANNOT] < before + 3:
                    assert time.monotonic() < until, f"nobody is told of {fault} (seed {SEED}): {crowd.book_in_short()}"
                    await asyncio.sleep(0.01)
            await crowd.until_acks(6)  # it recovers by itself
    await whole(own, hall, crowd.book)
    server.stop()
    for fault, name in NAMES.items():
        note("T3", f"times the disk {name}", faults.count(fault), at_least=min(20, size(1, 20)))
    note("T3", "ballots told that they cannot be recorded", crowd.book.refused[CANNOT])
    note("T3", "receipts, each stored once", len(crowd.book.acks))


@contextmanager
def failing(error: str, server: LiveServer) -> Iterator[None]:
    """Every write and sync of the process ends with this error."""
    with traced([server.web[0].pid], "-e", f"inject={SYNCS},pwrite64:error={error}", "-o", "/dev/null"):
        yield


def io_error(_disk: Path, server: LiveServer) -> AbstractContextManager[None]:
    """The device fails."""
    return failing("EIO", server)


def readonly(_disk: Path, server: LiveServer) -> AbstractContextManager[None]:
    """The kernel has made it read-only, as after an error. A real remount is refused while the files are open."""
    return failing("EROFS", server)


@contextmanager
def full(disk: Path, _server: LiveServer) -> Iterator[None]:
    """Not a byte is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as out:
        for piece in (2**20, 4096):
            try:
                while True:
                    out.write(b"x" * piece)
            except OSError:
                continue
    try:
        yield
    finally:
        ballast.unlink()


FAULTS = {"io": io_error, "full": full, "readonly": readonly}
NAMES = {"io": "failed (EIO)", "full": "was full (ENOSPC)", "readonly": "was read-only (EROFS)"}
