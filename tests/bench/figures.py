"""What a measurement found, and what it should have found."""

from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing: the rate of each repetition, and how long single answers took (milliseconds)."""

    name: str
    unit: str
    rates: list[float]
    waits: list[float]

    @property
    def rate(self) -> float:
        """Median of the repetitions."""
        return median(self.rates)

    def wait(self, percent: int) -> float:
        """How long `percent` of the answers took at most."""
        return quantiles(self.waits, n=100, method="inclusive")[percent - 1]

    def to_data(self) -> dict[str, Any]:
        """For the stored file."""
        return {
            "name": self.name,
            "unit": self.unit,
            "median": round(self.rate, 1),
            "repetitions": [round(rate, 1) for rate in self.rates],
            "p50_ms": round(self.wait(50), 2),
            "p99_ms": round(self.wait(99), 2),
        }


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio of two medians of the same run. Below 1.3 it would be noise."""

    name: str
    at_least: float
    measured: float

    @property
    def is_met(self) -> bool:
        return self.measured >= self.at_least

    def to_data(self) -> dict[str, Any]:
        """For the stored file."""
        return {
            "name": self.name,
            "at_least": self.at_least,
            "measured": round(self.measured, 2),
            "met": self.is_met,
        }


def table(figures: list[Figure], goals: list[Goal]) -> str:
    """Everything in columns, for a terminal."""
    lines = [f"{'measured':<58}{'median':>10}  {'unit':<12}{'p50 ms':>9}{'p99 ms':>9}"]
    for one in figures:
        lines.append(f"{one.name:<58}{one.rate:>10,.0f}  {one.unit:<12}{one.wait(50):>9.2f}{one.wait(99):>9.2f}")
    lines += ["", f"{'goal':<58}{'at least':>10}{'measured':>12}"]
    for goal in goals:
        met = "met" if goal.is_met else "MISSED"
        lines.append(f"{goal.name:<58}{goal.at_least:>9.1f}x{goal.measured:>11.1f}x  {met}")
    return "\n".join(lines)
