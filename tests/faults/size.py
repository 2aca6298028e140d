"""One code, two sizes: the short form runs with `make test` and checks invariants, the long one with `make faults` and judges figures."""

import os

IS_LONG = os.environ.get("LINYUE_FAULTS") == "long"
SCALE = float(os.environ.get("LINYUE_FAULTS_SCALE") or 1)
SEED = int(os.environ.get("LINYUE_FAULTS_SEED") or 20261128)
"""The same seed draws the same faults in the same order; what the machine does in between is its own."""


def seed_of(own: int) -> int:
    """The seed of a test that has one of its own in the short form; the long one is drawn by `make faults --seed`."""
    return SEED if IS_LONG else own


def size(short: int, long: int) -> int:
    """How many: `long` (times LINYUE_FAULTS_SCALE) in the long form, else `short`."""
    return max(short, 1, round(long * SCALE)) if IS_LONG else short


def seconds(short: float, long: float) -> float:
    """How long, likewise."""
    return max(short, long * SCALE) if IS_LONG else short
