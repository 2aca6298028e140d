"""What every command of the Makefile is given."""

import os
import subprocess

from tests.servers import ROOT


def test_what_is_compiled_is_kept_whatever_the_machine_says() -> None:
    """Without stored bytecode each start of a server or a command takes twice as long."""
    show = ["make", "-s", "--eval", 'show: ; @echo "[$$PYTHONDONTWRITEBYTECODE]"', "show"]
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    told = subprocess.run(show, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
