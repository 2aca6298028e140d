"""What a frozen rule makes of a result's figures, by exact fractions and without the code that counts.

    verdict_faults(rule, result, seed) -> [fault]      for and against, or a choice among options
    owners_faults(rule, result, sides) -> [fault]      the double count by area and by heads

Choices are counted again by the verifier's own functions, which share no line with the questions'. Values only.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from linyue_verify.ways import AYES, choose, tally

SHARES = {
    "third": Fraction(1, 3),
    "absolute": Fraction(1, 2),
    "two_thirds": Fraction(2, 3),
    "three_quarters": Fraction(3, 4),
    "all": Fraction(1),
}
NOBODY: tuple[list[str], list[str], list[str]] = ([], [], [])
Weighed = dict[str, dict[str, Any]]
"""By `area` and by `heads`: counts by choice, entitled, cast."""


def carries(majority: str, ayes: int, of: int, noes: int = 0) -> bool:
    """Whether so many ayes carry a share of `of`; nothing is carried by nobody. "过半" is more than half."""
    if majority == "simple":
        return ayes > noes
    share = SHARES[majority] * of
    return ayes > share if majority == "absolute" else ayes > 0 and ayes >= share


def takes_part(quorum: Mapping[str, Any], took_part: int, of: int) -> bool:
    """Whether enough take part for the vote to be valid."""
    if not quorum["numerator"]:
        return True
    share = Fraction(quorum["numerator"], quorum["denominator"]) * of
    return took_part > share if quorum["more_than"] else took_part >= share


def is_of_owners(rule: Mapping[str, Any]) -> bool:
    """Whether areas and heads are counted; the first version of the rule knew no measure."""
    return bool(rule.get("measure") == "area_and_heads")


def verdict_faults(rule: Mapping[str, Any], result: Mapping[str, Any], seed: str) -> list[str]:
    """What of a result is not what the rule says. `seed`: hash of the CLOSE entry, which lots are drawn by."""
    sizes = {name: result[name] for name in ("cast", "present", "entitled")}
    base, quorum = sizes[rule["base"]], rule["quorum"]
    is_valid = takes_part(quorum, sizes[quorum["counts"]], sizes["entitled"])
    if rule.get("way", "for_against") in AYES:
        counts = result["counts"]
        is_carried = carries(rule["majority"], counts["for"], base, counts["against"])
        return _differs("passed" if is_carried else "failed", result, is_valid=is_valid)
    # The fewest votes that carry: a choice by the most votes asks for one.
    least = next(n for n in range(1, base + 2) if carries(rule["majority"], n, base))
    points = tally(rule, result["counts"])
    faults = [f"counted again the options have {points}"] if points != result["tally"] else []
    found = choose(rule, result["counts"], least, seed) if is_valid else NOBODY
    told = [result[name] for name in ("chosen", "tied", "drawn")]
    if told != list(found):
        names = ("chosen", "level", "drawn among")
        faults.append(f"by its rule {_said(names, found)}, the result says {_said(names, told)}")
    verdict = "tied" if found[1] else "passed" if found[0] else "failed"
    return faults + _differs(verdict, result, is_valid=is_valid)


def owners_faults(rule: Mapping[str, Any], result: Mapping[str, Any], weighed: Weighed) -> list[str]:
    """What of a double count is not what the rule says of the weights behind each vote: both sides must carry."""
    faults = [
        f"by {name} the rolls and ballots have {dict(side)}, the result says {told}"
        for name, side in weighed.items()
        if side != (told := {key: result["weighed"][name][key] for key in side})
    ]
    sides = weighed.values()
    is_valid = all(takes_part(rule["quorum"], side["cast"], side["entitled"]) for side in sides)
    is_carried = all(carries(rule["majority"], side["counts"]["for"], side["cast"]) for side in sides)
    return faults + _differs("passed" if is_carried else "failed", result, is_valid=is_valid)


def weigh(choices: Iterable[str], roll: Mapping[int, tuple[int, int]], votes: Mapping[int, str]) -> Weighed:
    """What each choice and the whole roll weigh. `roll`: person to (area, heads)."""
    names = list(choices)
    return {
        side: {
            "counts": {name: sum(roll[who][n] for who, vote in votes.items() if vote == name) for name in names},
            "entitled": sum(row[n] for row in roll.values()),
            "cast": sum(roll[who][n] for who in votes),
        }
        for n, side in enumerate(("area", "heads"))
    }


def _differs(verdict: str, result: Mapping[str, Any], *, is_valid: bool) -> list[str]:
    found = verdict if is_valid else "no_quorum"
    return [] if found == result["verdict"] else [f"by its rule {found}, the result says {result['verdict']}"]


def _said(names: Sequence[str], found: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"{name} {' '.join(keys)}" for name, keys in zip(names, found, strict=True) if keys) or "nobody"
