"""What past decisions teach about a text: from counts kept as they were made, never from a look through all of them.

Each text counts by its first GRAMS_AT_MOST pairs of characters, each question by the RARE rarest of those that were
seen before. So both learning and asking cost the same after a million matters as after ten thousand.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

GRAMS_AT_MOST = 80
"""Pairs of a text that are counted; what is said first says most."""
RARE = 24
"""Pairs that one question asks for."""
TARGETS_EACH = 8
"""Targets looked at for each pair, the most frequent ones."""
RING = 20
"""Newest matters kept for each pair, to say what became of the last ones like this."""
RECALLED = 60
"""Texts read to find the alike ones among them."""
LEARNED_POINTS = 5.0
"""Points of a target that everything alike went to; the unit is that of rules_suggest."""
DOUBT = 2.0
"""Decisions that a pair is short of: one single decision proves little."""
WEIGHT_WANTED = 8.0
"""Weight of known pairs at which half the points are given: a text of mostly new words is not understood by two."""
MET_AT_LEAST = 2
"""A target needs so many pairs in its favour; one may be chance."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store holds about the pairs of one text: decisions in all, by pair, and by pair and target."""

    decisions: int
    grams: Mapping[str, int]
    pairs: Sequence[tuple[str, str, int]]
    """(pair, target, decisions)."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What past decisions give a target: points, and the pairs that speak most for it."""

    points: float
    grams: tuple[str, ...]


def grams_in_order(text: str) -> tuple[str, ...]:
    """The pairs of neighbouring Chinese characters and the Latin words of a text, each once, as they come; capped."""
    found: dict[str, None] = {}
    for run in re.findall(r"[\u4e00-\u9fff]+|[a-z]{3,}", text.lower()):
        parts = (run,) if run.isascii() else (run[n : n + 2] for n in range(len(run) - 1))
        for part in parts:
            found.setdefault(part[:20])
    return tuple(found)[:GRAMS_AT_MOST]


def rarest(grams: Mapping[str, int]) -> tuple[str, ...]:
    """The pairs to ask for: seen before, rarest first; equal ones in the order of the alphabet."""
    seen = [gram for gram, count in grams.items() if count > 0]
    return tuple(sorted(seen, key=lambda gram: (grams[gram], gram))[:RARE])


def taught(known: Known) -> dict[str, Taught]:
    """Points by target: how much of the text's known weight went there before, less the doubt about few decisions."""
    weights = {
        gram: math.log(1 + known.decisions / count)
        for gram, count in known.grams.items()
        if count > 0 and known.decisions > 0
    }
    whole = sum(weights.values())
    if not whole:
        return {}
    shares: dict[str, list[tuple[float, str]]] = {}
    for gram, target, count in known.pairs:
        if gram in weights and count > 0:
            shares.setdefault(target, []).append((weights[gram] * count / (known.grams[gram] + DOUBT), gram))
    trust = whole / (whole + WEIGHT_WANTED)
    return {
        target: Taught(
            LEARNED_POINTS * trust * sum(share for share, _ in found) / whole,
            tuple(gram for _, gram in sorted(found, reverse=True)[:3]),
        )
        for target, found in shares.items()
        if len(found) >= MET_AT_LEAST
    }
