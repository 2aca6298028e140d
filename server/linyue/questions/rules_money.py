"""Money among small projects, by the Method of Equal Shares: everybody gets the same share of the budget to spend.

Each ballot that names a project gets budget ÷ ballots. A project is paid by those who named it, all paying the same;
whoever has less pays all they have left. Of the projects that can be paid, the one is taken whose payers give the least
for each fen of its cost; then again with what is left (D. Peters, G. Pierczyński, P. Skowron, Proportional
participatory budgeting with additive utilities, 2021, with a project worth its cost to those who named it). What is
left in the end goes by the completion rule MOST_NAMED: the project most people named that still fits whole, until none
fits. Exact fractions only.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from linyue.questions.rules_pick import Counted, Profile, lot, tally_picks
from linyue.questions.rules_ways import ABSTAIN, BallotForm, named

COMPLETION = "most_named"


def payment(cost: int, purses: Sequence[tuple[Fraction, int]]) -> Fraction | None:
    """What those pay who are not emptied by it: `purses` as (money left, how many have it). None: it cannot be paid."""
    owed, payers = Fraction(cost), sum(number for _, number in purses)
    if sum(money * number for money, number in purses) < cost:
        return None
    for money, number in sorted(purses):
        if money * payers >= owed:
            return owed / payers
        owed -= money * number
        payers -= number
    return None


def count_money(form: BallotForm, keys: Sequence[str], profile: Profile, seed: str) -> Counted:
    """The projects that are paid, round by round. Level: more supporters first, then the cheaper, then a lot."""
    tally = tally_picks(keys, profile)
    payers = sum(number for choice, number in profile.items() if choice != ABSTAIN)
    if not payers:
        return Counted(tally, (), proof={"share": "0/1", "payers": 0, "rounds": [], "left": form.budget})
    share = Fraction(form.budget, payers)
    purses = {choice: share for choice, number in profile.items() if choice != ABSTAIN and number}
    supporters = {key: [choice for choice in purses if key in named(choice)] for key in keys}
    drawn_order = lot(seed, keys)
    chosen: list[str] = []
    rounds: list[dict[str, Any]] = []
    drawn: list[str] = []
    while True:
        offers = _offers(form.costs, [key for key in keys if key not in chosen], purses, supporters, profile)
        if not offers:
            break
        best, level = _best(offers, tally, form.costs, drawn_order)
        drawn += [key for key in level if key not in drawn]
        each = offers[best] * form.costs[best]
        for choice in supporters[best]:
            purses[choice] = max(Fraction(0), purses[choice] - each)
        chosen.append(best)
        rounds.append({"option": best, "each": _exact(each), "kind": "shares", "drawn": level})
    left = form.budget - sum(form.costs[key] for key in chosen)
    for best, level in _completed(form.costs, keys, tally, chosen, left, drawn_order):
        chosen.append(best)
        left -= form.costs[best]
        drawn += [key for key in level if key not in drawn]
        rounds.append({"option": best, "each": "0/1", "kind": "completion", "drawn": level})
    proof = {"share": _exact(share), "payers": payers, "rounds": rounds, "left": left}
    return Counted(tally, tuple(chosen), drawn=tuple(drawn), proof=proof)


def _offers(
    costs: Mapping[str, int],
    left: Sequence[str],
    purses: Mapping[str, Fraction],
    supporters: Mapping[str, Sequence[str]],
    profile: Profile,
) -> dict[str, Fraction]:
    """For each project that can be paid: what its payers give for each fen of its cost."""
    offers = {}
    for key in left:
        each = payment(costs[key], [(purses[choice], profile[choice]) for choice in supporters[key]])
        if each is not None:
            offers[key] = each / costs[key]
    return offers


def _best(
    offers: Mapping[str, Fraction], tally: Mapping[str, int], costs: Mapping[str, int], drawn: Sequence[str]
) -> tuple[str, list[str]]:
    """The next project, and those among whom a lot was drawn for it (none when it was clear)."""
    ahead = min((offers[key], -tally[key], costs[key]) for key in offers)
    level = [key for key in drawn if key in offers and (offers[key], -tally[key], costs[key]) == ahead]
    return level[0], level if len(level) > 1 else []


def _completed(
    costs: Mapping[str, int],
    keys: Sequence[str],
    tally: Mapping[str, int],
    chosen: Sequence[str],
    left: int,
    drawn: Sequence[str],
) -> list[tuple[str, list[str]]]:
    """Projects taken with the money that remained, each with those among whom a lot was drawn for it."""
    taken: list[tuple[str, list[str]]] = []
    free = [key for key in keys if key not in chosen and tally[key]]
    while fitting := [key for key in free if costs[key] <= left]:
        ahead = min((-tally[key], costs[key]) for key in fitting)
        level = [key for key in drawn if key in fitting and (-tally[key], costs[key]) == ahead]
        taken.append((level[0], level if len(level) > 1 else []))
        left -= costs[level[0]]
        free.remove(level[0])
    return taken


def _exact(value: Fraction) -> str:
    """A fraction of fen as text: 25000/3. Numbers of JSON would not hold it."""
    return f"{value.numerator}/{value.denominator}"
