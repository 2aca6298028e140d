"""The two ways to start that README names, as a person types them; set-up itself has been done by whoever runs this."""

import os
import re
import signal
import subprocess
from pathlib import Path

import httpx2
import pytest

from setup.local_servers import free_port
from tests.servers import ROOT, scratch_folder, until_heard, until_ready

WITHIN = 300.0


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("target", "processes"), [("run", 1), ("run-scaled", 2)])
def test_make_serves_the_sample_district(target: str, processes: int, artefacts: Path) -> None:
    with scratch_folder() as data:
        serve_and_stop(target, processes, data, artefacts / "make.log")


def serve_and_stop(target: str, processes: int, data: Path, told: Path) -> None:
    """Start it, look at it as a visitor, end it with Ctrl-C."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("LINYUE_", "MAKE"))}
    env |= {"PORT": str(port), "LINYUE_DATA": str(data)}
    with told.open("w") as log:
        made = subprocess.Popen(
            ["make", target, "PREPARE=true"], cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
        )
    try:
        until_ready(port, made, WITHIN)
        said = told.read_text()
        assert f"http://127.0.0.1:{port}/" in said and "administrator" in said
        until_heard(port, processes)
        assert len(workers_below(made.pid)) == (1 if target == "run-scaled" else 0)
        accounts = httpx2.get(f"http://127.0.0.1:{port}/demo")
        assert accounts.status_code == 200 and len(re.findall(r'name="person"', accounts.text)) >= 15
    finally:
        os.killpg(made.pid, signal.SIGINT)  # Ctrl-C
        made.wait(60)
    until_heard(port, 0)


def workers_below(pid: int) -> list[int]:
    """The processes under this one that run `linyue worker`, by the kernel's table."""
    found = []
    for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        words = Path(f"/proc/{child}/cmdline").read_text().rstrip("\0").split("\0")
        found += [child] if words[-2:] == ["linyue", "worker"] else workers_below(child)
    return found
