"""The story's district behind `make run-scaled` itself, as a person starts it: PostgreSQL, Redis, two web processes, a worker."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from linyue.base.settings import Settings
from setup.local_servers import create_database, free_port, start_postgres
from setup.scaled import DATABASE, WEB_PROCESSES
from tests.servers import ROOT, run_linyue, until_heard, until_ready
from tests.story.district import District, fill

READY_WITHIN = 120.0
VOTED = re.compile(r'"method": "POST", "route": "(?:/live/\{code\}/ticket|/q/\{public_id\}/ballot)".*?"pid": (\d+)')


@dataclass(frozen=True)
class MadeServer:
    """What `make run-scaled` serves, and everything it says."""

    url: str
    log: Path

    def log_text(self) -> str:
        """Everything the processes printed so far."""
        return self.log.read_text(errors="replace")

    def processes_voted_at(self) -> set[str]:
        """Ids of the web processes that a phone came to in order to vote."""
        return {found[1] for found in VOTED.finditer(self.log_text())}


@contextmanager
def made_scaled(data: Path, log: Path) -> Iterator[MadeServer]:
    """Start the command on what `data` holds, and end it with Ctrl-C."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("LINYUE_", "MAKE"))}
    env |= {"PORT": str(port), "LINYUE_DATA": str(data)}
    command = ["make", "run-scaled", "PREPARE=true"]
    with log.open("wb") as sink:
        made = subprocess.Popen(command, cwd=ROOT, env=env, stdout=sink, stderr=sink, start_new_session=True)
    try:
        until_ready(port, made, READY_WITHIN)
        until_heard(port, WEB_PROCESSES)
        yield MadeServer(f"http://127.0.0.1:{port}", log)
    finally:
        os.killpg(made.pid, signal.SIGINT)
        made.wait(60)


async def filled(data: Path) -> District:
    """The story's district in `data`, as a stopped `make run-scaled` leaves one."""
    postgres = start_postgres(data / "postgres")
    try:
        create_database(postgres, DATABASE)
        settings = Settings(data=data, database_url=postgres.url(DATABASE), sms="none")
        run_linyue(settings, "migrate")
        return await fill(settings)
    finally:
        postgres.stop()
