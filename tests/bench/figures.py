"""What a measurement found, and what it should have found."""

from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

NOT_KNOWN = "its cause has not been measured: no recorded run had missed it when this was written"


NOISE_AT_LEAST, NOISE_AT_MOST = 1.3, 1.6
"""However calm the machine is, less than the first is noise; however much it wavers, the second and more is none."""


def busy(note: str, share: float) -> str:
    """A figure's note with how busy the load generator was: the highest of its repetitions."""
    before, told, said = note.rpartition("generator ")
    highest = max(share, float(said.split("%")[0]) / 100 if told else 0.0)
    rest = before if told else f"{note}, " if note else ""
    return f"{rest}generator {highest:.0%} busy"


@dataclass(slots=True)
class Figure:
    """One measured thing: the figure of each repetition, and how long single answers took, if they did.

    Milliseconds, kept in one of two ways: `waits` has every single one; `percentiles` has p50 and p99 of each repetition,
    where the single ones stay with the load generator. Percentiles are not waits: they are never put among them.
    """

    name: str
    unit: str
    rates: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    percentiles: list[tuple[float, float]] = field(default_factory=list)
    note: str = ""

    @property
    def rate(self) -> float:
        """Median of the repetitions."""
        return median(self.rates)

    @property
    def spread(self) -> float:
        """Half the distance between the lowest and the highest repetition, as a part of the median."""
        return (max(self.rates) - min(self.rates)) / 2 / self.rate if self.rate else 0.0

    @property
    def waited(self) -> tuple[float, float] | None:
        """p50 and p99: of all single waits together, or the median of the repetitions' own; None without either."""
        if self.percentiles:
            return median(p50 for p50, _ in self.percentiles), median(p99 for _, p99 in self.percentiles)
        if len(self.waits) > 1:
            cuts = quantiles(self.waits, n=100, method="inclusive")
            return cuts[49], cuts[98]
        return None

    def to_data(self) -> dict[str, Any]:
        """For the stored file."""
        found: dict[str, Any] = {
            "name": self.name,
            "unit": self.unit,
            "median": round(self.rate, 2),
            "spread": round(self.spread, 3),
            "repetitions": [round(rate, 2) for rate in self.rates],
        }
        if waited := self.waited:
            found |= {"p50_ms": round(waited[0], 2), "p99_ms": round(waited[1], 2)}
        return found | ({"note": self.note} if self.note else {})


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure of this run should be: at least the target or, for times and bytes, at most."""

    name: str
    value: float
    target: float
    unit: str = "x"
    is_limit: bool = False
    why: str = NOT_KNOWN
    """What the time or the memory goes to, as far as it was measured; said where the goal is missed."""

    @property
    def is_met(self) -> bool:
        return self.value <= self.target if self.is_limit else self.value >= self.target

    def to_data(self) -> dict[str, Any]:
        """For the stored file."""
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "target": self.target,
            "unit": self.unit,
            "is": "at most" if self.is_limit else "at least",
            "met": self.is_met,
        } | ({} if self.is_met else {"why": f"missed by {self.missed_by:.0%}; {self.why}"})

    @property
    def missed_by(self) -> float:
        """How far the value is from the target, as a part of the target."""
        return abs(self.value - self.target) / self.target


@dataclass(slots=True)
class Found:
    """What one part of a run found."""

    figures: list[Figure] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def ratio(name: str, own: Figure, peer: Figure, target: float, why: str = NOT_KNOWN) -> Goal:
    """Two medians of the same run. A ratio that misses by less than both spread is called equal, and still not met."""
    value = own.rate / peer.rate
    within = own.spread + peer.spread
    if value < target <= value * (1 + within):
        why = f"{why}; within the spread of {within:.0%}"
    return Goal(name, value, target, why=why)


def noise(one: Figure, other: Figure) -> float:
    """How many times the one may be of the other without a cause, by how far the repetitions of both lie apart."""
    return min(max(1 + one.spread + other.spread, NOISE_AT_LEAST), NOISE_AT_MOST)


def table(found: Found) -> str:
    """Everything in columns, for a terminal."""
    lines = [f"{'measured':<64}{'median':>11}  {'unit':<14}{'spread':>7}{'p50 ms':>9}{'p99 ms':>9}"]
    for one in found.figures:
        waits = "".join(f"{wait:>9.1f}" for wait in one.waited or ())
        figure = f"{one.rate:>11,.0f}" if one.rate >= 100 else f"{one.rate:>11,.2f}"
        lines.append(
            f"{one.name:<64}{figure}  {one.unit:<14}{one.spread:>6.0%}{waits}{'  ' + one.note if one.note else ''}"
        )
    lines += ["", f"{'goal':<64}{'value':>11}  {'':<10}{'target':>9}"]
    for goal in found.goals:
        met = "met" if goal.is_met else f"MISSED {goal.why}".rstrip()
        sign = "at most" if goal.is_limit else "at least"
        lines.append(f"{goal.name:<64}{goal.value:>11,.2f}  {sign:<10}{goal.target:>9,.2f} {goal.unit:<5} {met}")
    return "\n".join([*lines, "", *found.notes])
