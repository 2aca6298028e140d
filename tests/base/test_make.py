"""The two ways to start that README names, as a person types them; set-up itself has been done by whoever runs this."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import httpx2
import pytest

from setup.local_servers import free_port
from tests.servers import ROOT, listeners, until_ready

WITHIN = 300.0


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("target", "processes"), [("run", 1), ("run-scaled", 2)])
def test_make_serves_the_sample_district(target: str, processes: int, tmp_path: Path, artefacts: Path) -> None:
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("LINYUE_", "MAKE"))}
    env |= {"PORT": str(port), "LINYUE_DATA": str(tmp_path / "data")}
    with (artefacts / "make.log").open("w") as log:
        made = subprocess.Popen(
            ["make", target, "PREPARE=true"], cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
        )
    try:
        until_ready(port, made, WITHIN)
        said = (artefacts / "make.log").read_text()
        assert f"http://127.0.0.1:{port}/" in said and "administrator" in said
        assert len(listeners(port)) == processes
        accounts = httpx2.get(f"http://127.0.0.1:{port}/demo")
        assert accounts.status_code == 200 and len(re.findall(r'name="person"', accounts.text)) >= 15
    finally:
        os.killpg(made.pid, signal.SIGINT)  # Ctrl-C
        made.wait(60)
    end = time.monotonic() + 30
    while listeners(port) and time.monotonic() < end:
        time.sleep(0.1)
    assert listeners(port) == []
