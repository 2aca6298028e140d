"""Ways to vote, counted again from RECORD.md section 8 alone: what a ballot may say, and who is chosen by it."""

import hashlib
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

LETTERS = "abcdefghijklmnop"
AYES = ("for_against", "roll_call")
WAYS = {*AYES, "single", "several", "dots", "score", "ranked", "money"}
Chosen = tuple[list[str], list[str], list[str]]
"""Chosen, tied, drawn."""


def is_ballot(rule: Mapping[str, Any], text: Any) -> bool:
    """Whether a text is a ballot of this rule."""
    way, keys = rule["way"], rule["choices"]
    if not isinstance(text, str) or way in AYES:
        return text in keys
    if text == "abstain":
        return True
    if way == "single":
        return text in keys
    if way in ("several", "money"):
        named = text.split("+")
        return _in_order(named, keys) and rule["least"] <= len(named) <= rule["most"]
    if way == "ranked":
        levels = [level.split("=") for level in text.split(">")]
        named = [key for level in levels for key in level]
        return len(set(named)) == len(named) and all(_in_order(level, keys) for level in levels)
    if re.fullmatch(r"[a-p]:(0|[1-9][0-9]?)([+][a-p]:(0|[1-9][0-9]?))*", text) is None:
        return False
    given = [(part[0], int(part[2:])) for part in text.split("+")]
    named, numbers = [key for key, _ in given], [number for _, number in given]
    if not _in_order(named, keys) or max(numbers) > rule["most"]:
        return False
    return min(numbers) > 0 and sum(numbers) <= rule["dots"] if way == "dots" else named == keys


def _in_order(named: list[str], keys: list[str]) -> bool:
    return set(named) <= set(keys) and named == sorted(set(named))


def tally(rule: Mapping[str, Any], counts: Mapping[str, int]) -> dict[str, int]:
    """Votes, points or supporters of each option; in a ranking, how many others it stands above."""
    if rule["way"] == "ranked":
        above = _above(rule["choices"], counts)
        return {one: sum(pair[0] == one for pair in above) for one in rule["choices"]}
    found = dict.fromkeys(rule["choices"], 0)
    for text, number in counts.items():
        for part in [] if text == "abstain" else text.split("+"):
            found[part[0]] += number * int(part[2:] or 1)
    return found


def choose(rule: Mapping[str, Any], counts: Mapping[str, int], needed: int, seed: str) -> Chosen:
    """Who is chosen, tied and drawn."""
    if rule["way"] == "money":
        return _shares(rule, counts, seed)
    points = tally(rule, counts)
    if rule["way"] == "ranked":
        if not any(number for text, number in counts.items() if text != "abstain"):
            return [], [], []
        levels = _peeled(rule["choices"], _above(rule["choices"], counts))
    else:
        least = max(1, needed) if rule["way"] in ("single", "several") else 1
        heights = sorted({number for number in points.values() if number >= least}, reverse=True)
        levels = [[key for key in rule["choices"] if points[key] == height] for height in heights]
    return _seats(levels, rule, seed)


def _seats(levels: list[list[str]], rule: Mapping[str, Any], seed: str) -> Chosen:
    chosen: list[str] = []
    for level in levels:
        free = rule["seats"] - len(chosen)
        if free >= len(level):
            chosen += level
        elif free > 0:
            if rule["tie"] == "named":
                return chosen, level, []
            order = drawn(level, seed)
            return chosen + order[:free], [], order
    return chosen, [], []


def drawn(keys: list[str], seed: str) -> list[str]:
    """The order of a lot."""
    return sorted(keys, key=lambda key: hashlib.sha256(f"linyue/lot/v1\n{seed}\n{key}".encode()).digest())


def _above(keys: list[str], counts: Mapping[str, int]) -> set[tuple[str, str]]:
    """Pairs (upper, lower) of Schulze's order."""
    wins = {(one, other): 0 for one in keys for other in keys if one != other}
    for text, number in counts.items():
        levels = [] if text == "abstain" else text.split(">")
        at = {key: place for place, level in enumerate(levels) for key in level.split("=")}
        for one, other in wins:
            wins[one, other] += number if at.get(one, 99) < at.get(other, 99) else 0
    chain = {pair: n if n > wins[pair[::-1]] else 0 for pair, n in wins.items()}
    for via in keys:
        for one in keys:
            for other in keys:
                if len({one, other, via}) == 3:
                    through = min(chain[one, via], chain[via, other])
                    chain[one, other] = max(chain[one, other], through)
    return {pair for pair, n in chain.items() if n > chain[pair[::-1]]}


def _peeled(keys: list[str], above: set[tuple[str, str]]) -> list[list[str]]:
    levels, left = list[list[str]](), list(keys)
    while left:
        top = [key for key in left if not any((other, key) in above for other in left)]
        levels.append(top)
        left = [key for key in left if key not in top]
    return levels


def _shares(rule: Mapping[str, Any], counts: Mapping[str, int], seed: str) -> Chosen:
    """Equal shares, then the most named that still fits."""
    costs, votes, order = rule["costs"], tally(rule, counts), drawn(rule["choices"], seed)
    voters = sum(number for text, number in counts.items() if text != "abstain")
    purses = {text: Fraction(rule["budget"], voters) for text, n in counts.items() if n and text != "abstain"}
    taken, lots = list[str](), list[str]()

    def take(offers: dict[str, Fraction]) -> str:
        best = min((offers[key], -votes[key], costs[key]) for key in offers)
        level = [key for key in order if key in offers and (offers[key], -votes[key], costs[key]) == best]
        lots.extend(key for key in level if len(level) > 1 and key not in lots)
        taken.append(level[0])
        return level[0]

    while True:
        offers = {}
        for key in rule["choices"]:
            fans = [(purses[text], counts[text]) for text in purses if key in text]
            price = None if key in taken else _price(costs[key], fans)
            if price is not None:
                offers[key] = price / costs[key]
        if not offers:
            break
        key = take(offers)
        each = offers[key] * costs[key]
        purses = {text: max(money - each, Fraction(0)) if key in text else money for text, money in purses.items()}
    while True:
        rest = rule["budget"] - sum(costs[key] for key in taken)
        fitting = [key for key in rule["choices"] if key not in taken and votes[key] and costs[key] <= rest]
        if not fitting:
            return taken, [], lots
        take(dict.fromkeys(fitting, Fraction(0)))


def _price(cost: int, fans: list[tuple[Fraction, int]]) -> Fraction | None:
    """What those pay who keep something: the least x for which everybody's min(purse, x) makes the cost."""
    if sum(money * number for money, number in fans) < cost:
        return None
    fans = sorted(fans)
    for poor in range(len(fans)):
        paid = sum(money * number for money, number in fans[:poor])
        x = Fraction(cost - paid) / sum(number for _, number in fans[poor:])
        if x <= fans[poor][0]:
            return x
    return None
