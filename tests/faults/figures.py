"""Figures of a run: written down as they come, judged only in the long form. `make faults` makes the record of them."""

import json
from collections.abc import Sequence

from tests.faults.size import IS_LONG, SEED
from tests.servers import ROOT

NOTES = ROOT / "var" / "faults" / "notes.jsonl"


def note(
    test: str, name: str, value: float, unit: str = "", *, at_most: float | None = None, at_least: float | None = None
) -> None:
    """Write a figure down; in the long form one beyond its bound fails the test."""
    is_met = (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
    line = {
        "test": test,
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "at_most": at_most,
        "at_least": at_least,
        "is_met": is_met,
    }
    if not IS_LONG:
        return
    NOTES.parent.mkdir(parents=True, exist_ok=True)
    with NOTES.open("a") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
    assert is_met, f"{test}: {name} is {value:.3f} {unit}, wanted at most {at_most}, at least {at_least} (seed {SEED})"


def percent(values: Sequence[float], share: float) -> float:
    """The value that `share` per cent do not exceed; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))] if ordered else 0.0
