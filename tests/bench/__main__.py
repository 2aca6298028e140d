"""Run the measurements, interleaved and repeated, compare with the goals, print a table and keep a record.

`make bench` runs everything; `make bench ARGS="fanout hall"` some parts; `ARGS=--quick` tries whether all of it works.
A median is that of the repetitions. p50 and p99 are of all single waits, or, where those stay with the load generator (phones,
pages), the median of each repetition's own p50 and of its p99; a goal that names p99 takes the same.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
import traceback
from datetime import UTC, datetime
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path

from linyue.base.listen import allow_many_sockets
from linyue.simulation.volumes import read_scale
from tests import servers
from tests.bench.figures import Found, table
from tests.bench.parts import PARTS
from tests.bench.run import Run

ROOT = Path(__file__).resolve().parents[2]
STORED = Path(os.environ.get("LINYUE_BENCH", ROOT / "var" / "bench"))
RECORDS = ROOT / "tests" / "bench" / "records"
NAMED = (
    "starlette",
    "uvicorn",
    "uvloop",
    "websockets",
    "tortoise-orm",
    "asyncpg",
    "redis",
    "django",
    "channels",
    "python-socketio",
)


def main() -> None:
    """Measure, print, store; ends with 1 when a goal is missed or a part failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure, all without: {' '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=5, help="repetitions of each measurement (at least 5 to compare)")
    parser.add_argument("--quick", action="store_true", help="small and short, two rounds: does it work?")
    parser.add_argument("--no-postgres", action="store_true", help="without the parts that need PostgreSQL")
    parser.add_argument("--record", action="store_true", help=f"keep the result in {RECORDS.relative_to(ROOT)} too")
    parser.add_argument(
        "--year", type=read_scale, default=Fraction(1, 20), help="size of the simulated year, 1 for whole"
    )
    words = parser.parse_args()
    unknown = set(words.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {' '.join(sorted(unknown))}; there are {' '.join(PARTS)}")
    os.environ.pop("LINYUE_DEMO", None)  # the makefile's sample district is not what is measured
    os.environ.pop("LINYUE_NEIGHBOURS", None)
    servers.READY_WITHIN = 120.0  # a machine that is busy besides should spoil figures, not the run
    allow_many_sockets()  # for the servers that are started from here
    STORED.mkdir(parents=True, exist_ok=True)
    # On the disk the project stands on: in memory a commit costs nothing and the comparison says nothing.
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=STORED))
    folder.chmod(0o755)
    run = Run(folder, 2 if words.quick else words.rounds, words.quick, not words.no_postgres, words.year)
    whole, failed, begun = Found(), [], time.monotonic()
    load_before = os.getloadavg()
    try:
        for name in words.parts or PARTS:
            if PARTS[name].needs_postgres and words.no_postgres:
                continue
            since = time.monotonic()
            print(f"{name}: {PARTS[name].about} …", flush=True)
            try:
                found = PARTS[name].load()(run)
            except Exception as error:
                traceback.print_exc()
                failed.append(f"{name} failed: {type(error).__name__}: {error}"[:400])
                run.stop()
                continue
            whole.figures += found.figures
            whole.goals += found.goals
            whole.notes += found.notes
            print(f"{name}: {time.monotonic() - since:.0f} s", flush=True)
    finally:
        run.stop()
        shutil.rmtree(folder, ignore_errors=True)
    cores = os.cpu_count() or 1
    if load_before[0] > 0.3 * cores:
        whole.notes.append(
            f"the machine was busy before the run (load {load_before[0]:.1f} on {cores} cores): compare ratios, not times"
        )
    whole.notes += failed
    print("\n" + table(whole))
    _store(whole, words, load_before, time.monotonic() - begun)
    if failed or not all(goal.is_met for goal in whole.goals):
        raise SystemExit(1)


def _store(found: Found, words: argparse.Namespace, load: tuple[float, float, float], seconds: float) -> None:
    now = datetime.now(UTC)
    told = {
        "at": now.isoformat(timespec="seconds"),
        "seconds": round(seconds),
        "parts": words.parts or list(PARTS),
        "rounds": words.rounds,
        "quick": words.quick,
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.system(),
            "load_before": [round(one, 1) for one in load],
            "load_after": [round(one, 1) for one in os.getloadavg()],
        },
        "versions": {name: _version(name) for name in NAMED},
        "goals": [goal.to_data() for goal in found.goals],
        "figures": [figure.to_data() for figure in found.figures],
        "notes": found.notes,
    }
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    paths = [STORED / "latest.json"]
    if words.record:
        RECORDS.mkdir(exist_ok=True)
        paths.append(RECORDS / f"{now:%Y-%m-%d-%H%M}.json")
    for path in paths:
        path.write_text(text)
        print(f"stored in {path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}")


def _version(name: str) -> str:
    try:
        return version(name)
    except Exception:
        return ""


if __name__ == "__main__":
    sys.exit(main())
