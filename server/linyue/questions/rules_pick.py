"""Counting picks and points: one option, several, dots, scores. The most wins; level for the last place is a tie.

Sources: no law prescribes these; the question's frozen rule names how many win and what a tie means.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from linyue.questions.rules_ways import ABSTAIN, BallotForm, Tie, named, points

LOT_TAG = "linyue/lot/v1"
Profile = Mapping[str, int]
"""How many ballots said what: text of a ballot to number."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of counting. `tally`: votes, points or supporters by option.

    `chosen` in their order; `tied`: level for the last place and not decided; `drawn`: among whom a lot was drawn, in
    the order drawn. `proof`: further figures of the way, plain values.
    """

    tally: dict[str, int]
    chosen: tuple[str, ...]
    tied: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    proof: dict[str, Any] = field(default_factory=dict)


def tally_picks(keys: Sequence[str], profile: Profile) -> dict[str, int]:
    """How many ballots name each option."""
    tally = dict.fromkeys(keys, 0)
    for choice, number in profile.items():
        for key in named(choice):
            tally[key] += number
    return tally


def tally_points(keys: Sequence[str], profile: Profile) -> dict[str, int]:
    """Sum of the dots or scores of each option; an abstention gives none."""
    tally = dict.fromkeys(keys, 0)
    for choice, number in profile.items():
        for key, n in ({} if choice == ABSTAIN else points(choice) or {}).items():
            tally[key] += n * number
    return tally


def lot(seed: str, keys: Sequence[str]) -> list[str]:
    """Options in the order a lot puts them: by SHA-256 of tag, seed and option; anybody can draw it again.

    `seed`: hash of the record's CLOSE entry, which nobody knows before the last ballot is in.
    """
    return sorted(keys, key=lambda key: hashlib.sha256(f"{LOT_TAG}\n{seed}\n{key}".encode()).hexdigest())


def fill(levels: Sequence[Sequence[str]], seats: int, tie: Tie, seed: str) -> Counted:
    """Fill the seats level by level, best first. The level that does not fit whole is tied, or drawn by lot."""
    chosen: list[str] = []
    for level in levels:
        free = seats - len(chosen)
        if free <= 0:
            break
        if len(level) <= free:
            chosen += level
        elif tie is Tie.NAMED:
            return Counted({}, tuple(chosen), tied=tuple(level))
        else:
            order = lot(seed, level)
            return Counted({}, (*chosen, *order[:free]), drawn=tuple(order))
    return Counted({}, tuple(chosen))


def most(form: BallotForm, tally: Mapping[str, int], needed: int, seed: str) -> Counted:
    """The options with the most, as many as there are seats, none with less than `needed`."""
    fit = {key: n for key, n in tally.items() if n >= max(1, needed)}
    levels = [[key for key, n in fit.items() if n == height] for height in sorted(set(fit.values()), reverse=True)]
    found = fill(levels, form.seats, form.tie, seed)
    return Counted(dict(tally), found.chosen, found.tied, found.drawn)
