"""The long form of the fault tests: each group in a pytest of its own, its figures judged, a record made of them.

make faults                                 everything, to the figures asked for (many hours)
make faults ARGS="T1 T5 --scale 0.1"        some groups, a tenth of the size
make faults ARGS="--record"                 what var/faults/latest.json holds, into the day's record of the repository
make faults ARGS="--record T1 --why '...'"  one group of it, with a line that says what its figures mean
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults.figures import NOTES
from tests.faults.size import SEED
from tests.servers import kind_of_disk

ROOT = Path(__file__).resolve().parents[2]
DISK = Path(tempfile.gettempdir())
"""Where a run's databases lie, PostgreSQL's too. Figures of a machine that keeps it in memory ("tmpfs") wait for no disk: set TMPDIR."""
LATEST = ROOT / "var" / "faults" / "latest.json"
RECORDS = Path(__file__).parent / "records"
OUTCOME = re.compile(r".* in \d+ s, at \d{4}-\d\d-\d\dT.*seed \d+")
HERE = "tests/faults"
GROUPS: dict[str, tuple[str, list[str]]] = {
    "T1": (
        "kill -9 at random, restart, retry; ends inside a commit (T2)",
        [f"{HERE}/test_kill.py", f"{HERE}/long_start.py"],
    ),
    "T3": ("the disk refuses, fills up, is read-only; no receipt before the sync (T4)", [f"{HERE}/test_disk.py"]),
    "T5": ("PostgreSQL ends at once, throws everybody out", [f"{HERE}/test_postgres.py"]),
    "T6": ("Redis restarts, is emptied, stands still, is absent", [f"{HERE}/test_redis.py"]),
    "T7": ("servers, worker and commands together", [f"{HERE}/test_commands.py", f"{HERE}/long_together.py"]),
    "T8": ("bad lines; machines that drop out", [f"{HERE}/test_lines.py", f"{HERE}/test_machines.py", "tests/docker"]),
    "T9": (
        "phones that never read; load (T10); all back after a restart (T11)",
        [f"{HERE}/test_reading.py", f"{HERE}/long_reading.py"],
    ),
    "T12": ("soak: five hundred phones vote on and on", [f"{HERE}/test_soak.py"]),
    "T13": (
        "one voter on many lines; ballots around the close (T14)",
        [f"{HERE}/test_parallel.py", "tests/questions/test_ballot_races.py"],
    ),
    "T15": ("clocks and zones", [f"{HERE}/test_clock.py"]),
    "T16": ("any order of steps, against a model", [f"{HERE}/test_machine.py", "tests/matters/test_walk.py"]),
    "T17": ("decisions of random rolls against exact fractions", ["tests/questions/test_law_rules.py"]),
    "T18": ("malformed frames", ["tests/base/test_fuzz_frames.py", "tests/security/test_wire.py"]),
    "T19": (
        "damaged files of every import, and other input: lists, forms, Open311, ballots, papers of the record",
        ["tests/base/test_fuzz_imports.py", "tests/base/test_fuzz_inputs.py"],
    ),
    "T20": ("calls to the open interface, made from its own description", ["tests/open311/test_openapi.py"]),
    "T23": ("codes asked for and guessed in bulk", ["tests/people/test_abuse.py"]),
    "T24": ("hostile uploads", ["tests/security/test_photos.py"]),
    "M1": (
        "kill -9 of web and worker while matters are routed and swept; due times noticed after it (M1 to M6)",
        [f"{HERE}/test_routing_kill.py", f"{HERE}/test_sweeper.py"],
    ),
    "T28": ("backup and restore while people vote", [f"{HERE}/long_backup.py", "tests/upkeep/test_backup.py"]),
}


def main() -> int:
    """Run the groups, keep what they found, print it; 1 when one failed."""
    parser = argparse.ArgumentParser(prog="make faults ARGS=…", description="Fault tests, long form.")
    parser.add_argument("groups", nargs="*", metavar="T", help=f"which: {' '.join(GROUPS)}; without one, all")
    parser.add_argument("--scale", type=float, default=1.0, help="the size, 1 for the figures asked for")
    parser.add_argument("--seed", type=int, default=SEED, help="draws the faults; the same seed draws the same")
    parser.add_argument("--record", action="store_true", help="write a dated record of the latest figures, run nothing")
    parser.add_argument("--why", default="", help="with --record and one group: a line to stand under its outcome")
    words = parser.parse_args()
    if words.why and not (words.record and len(words.groups) == 1):
        parser.error("--why goes with --record and the one group it explains")
    if unknown := set(words.groups) - set(GROUPS):
        parser.error(f"no such group: {' '.join(sorted(unknown))}")
    if words.record:
        return record(words.groups, words.why)
    failed = 0
    for name in words.groups or GROUPS:
        failed += not run(name, words.scale, words.seed)
    print(table(load()))
    return 1 if failed else 0


def run(name: str, scale: float, seed: int) -> bool:
    """One group; its figures replace those of its last run."""
    title, files = GROUPS[name]
    print(f"{name}: {title} (seed {seed}, scale {scale:g})", flush=True)
    began = time.monotonic()
    has_passed, figures = measured(files, scale, seed)
    found = load()
    found[name] = {
        "title": title,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "scale": scale,
        "passed": has_passed,
        "seconds": round(time.monotonic() - began, 1),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, databases on {kind_of_disk(DISK)},"
        f" load {os.getloadavg()[0]:.1f} at the end",
        "figures": figures,
    }
    LATEST.parent.mkdir(parents=True, exist_ok=True)
    LATEST.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    return has_passed


def measured(files: list[str], scale: float, seed: int) -> tuple[bool, list[dict[str, Any]]]:
    """Whether these tests passed in the long form, in a pytest of their own, and the figures they wrote down."""
    NOTES.unlink(missing_ok=True)
    env = os.environ | {"LINYUE_FAULTS": "long", "LINYUE_FAULTS_SCALE": str(scale), "LINYUE_FAULTS_SEED": str(seed)}
    done = subprocess.run([sys.executable, "-m", "pytest", "-s", *files], cwd=ROOT, env=env, check=False)
    figures = [json.loads(line) for line in NOTES.read_text().splitlines()] if NOTES.exists() else []
    return done.returncode == 0, figures


def load() -> dict[str, Any]:
    """What the last run of each group found."""
    return dict(json.loads(LATEST.read_text())) if LATEST.exists() else {}


def bound(figure: dict[str, Any]) -> str:
    """What was asked of a figure."""
    least, most = figure["at_least"], figure["at_most"]
    return f"≥ {least:g}" if least is not None else f"≤ {most:g}" if most is not None else ""


def table(found: dict[str, Any]) -> str:
    """Everything in columns, for a terminal."""
    lines = []
    for name in [one for one in GROUPS if one in found]:
        one = found[name]
        state = "ok    " if one["passed"] else "FAILED"
        lines.append(
            f"{state} {name}: {one['title']} ({one['seconds']:.0f} s, seed {one['seed']}, scale {one['scale']:g})"
        )
        for figure in one["figures"]:
            missed = "" if figure["is_met"] else "  MISSED"
            lines.append(
                f"         {figure['name']:<76}{figure['value']:>12,.6g} {figure['unit']:<5}{bound(figure):>9}{missed}"
            )
    return "\n".join(lines)


def record(groups: list[str], why: str = "") -> int:
    """Put the latest figures into the record of today: other groups in it, and what people wrote, stay as they are."""
    found = load()
    if not found:
        print("nothing has been run yet")
        return 1
    today = datetime.now(UTC).date().isoformat()
    RECORDS.mkdir(exist_ok=True)
    file = RECORDS / f"{today}.md"
    before = file.read_text() if file.exists() else ""
    file.write_text(merged(before, {name: found[name] for name in groups or GROUPS if name in found}, today, why))
    print(file.relative_to(ROOT))
    return 0


def merged(before: str, found: dict[str, Any], today: str, why: str = "") -> str:
    """A record's text with these groups anew. A group's own lines of text, beside outcome and table, are kept.

    Which lines are whose: the outcome names the moment of its run; figures stand in a table; the rest people wrote.
    """
    head, *parts = re.split(r"(?m)^(?=## )", before)
    old = {part[3:].split(":")[0]: part.strip() for part in parts}
    if not head.strip():
        head = f"# Fault tests, {today}\n\nMade by `make faults`. Scale 1 is what was asked for; each group names its own.\n"
    made = old | {name: entry(name, one, _by_hand(old.get(name, "")), why) for name, one in found.items()}
    order = [*(name for name in GROUPS if name in made), *(name for name in made if name not in GROUPS)]
    return "\n\n".join([head.strip(), *(made[name] for name in order)]) + "\n"


def _by_hand(part: str) -> str:
    """What people wrote in a group's part."""
    lines = [line for line in part.splitlines()[1:] if not line.startswith("|") and not OUTCOME.match(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def entry(name: str, one: dict[str, Any], kept: str, why: str) -> str:
    """One group of a record."""
    outcome = "passed" if one["passed"] else "FAILED"
    lines = [
        f"## {name}: {one['title']}",
        "",
        f"{outcome} in {one['seconds']:.0f} s, at {one['at']}, seed {one['seed']}, scale {one['scale']:g}; {one['machine']}.",
    ]
    lines += [part for text in (kept, why if why not in kept else "") if text for part in ("", text)]
    if one["figures"]:
        lines += ["", "| figure | measured | asked for | |", "| --- | ---: | ---: | --- |"]
        for figure in one["figures"]:
            met = "" if not bound(figure) else "met" if figure["is_met"] else "MISSED"
            lines.append(f"| {figure['name']} | {figure['value']:,.6g} {figure['unit']} | {bound(figure)} | {met} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
