"""Five hundred kills of web processes while people vote: the fault test T1, so that one run answers every goal."""

from tests.bench.figures import Figure, Found, Goal
from tests.bench.run import Run
from tests.faults.__main__ import measured
from tests.faults.size import SEED

KILLS, RECEIPTS = 500, 50_000
TEST = "tests/faults/test_kill.py::test_kill_nine_at_random"
WHY = "a receipt without its ballot, or a ballot counted twice, ends the test before it counts: what it printed says which"


def measure(run: Run) -> Found:
    """Half the kills on each database; the receipts are noted once each was found in the store, and once only."""
    has_passed, figures = measured([TEST], 0.0 if run.quick else 1.0, SEED)
    kills = sum(one["value"] for one in figures if one["name"].endswith(": kills"))
    receipts = sum(one["value"] for one in figures if one["name"].endswith(": receipts, each stored once"))
    goals = [
        Goal("kills of web processes while people vote", kills, KILLS, "kills", why="the test ended before its time"),
        Goal("receipts over them, none lost, none doubled", receipts, RECEIPTS, "", why=WHY),
    ]
    found = Found([Figure(one["name"], one["unit"] or "of them", [one["value"]]) for one in figures], goals)
    if not has_passed:
        found.notes.append("kills: the test did not pass as a whole; its words are above")
    return found
