"""Run every measurement, interleaved and repeated, and compare the medians with the goals."""

import argparse
import asyncio
import json
import os
import platform
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import ballots, onepage
from tests.bench.figures import Figure, Goal, table

ROOT = Path(__file__).resolve().parents[2]
STORED = ROOT / "var" / "bench"


def main() -> None:
    """Measure, print, store; ends with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="repetitions of each measurement (at least 5 to compare)")
    parser.add_argument("--ballots", type=int, default=2000, help="ballots in one repetition")
    parser.add_argument("--no-postgres", action="store_true", help="measure SQLite only")
    words = parser.parse_args()
    STORED.mkdir(parents=True, exist_ok=True)
    # On the disk the project stands on: in memory a commit costs nothing and the comparison says nothing.
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=STORED))
    folder.chmod(0o755)
    try:
        figures = asyncio.run(ballots.measure(folder, words.rounds, words.ballots, with_postgres=not words.no_postgres))
        figures += onepage.measure(folder, words.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    goals = ballots.goals(figures)
    print(table(figures, goals))
    _store(figures, goals)
    if not all(goal.is_met for goal in goals):
        raise SystemExit(1)


def _store(figures: list[Figure], goals: list[Goal]) -> None:
    found = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "figures": [figure.to_data() for figure in figures],
        "goals": [goal.to_data() for goal in goals],
    }
    (STORED / "latest.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    print(f"stored in {(STORED / 'latest.json').relative_to(ROOT)}")


if __name__ == "__main__":
    main()
