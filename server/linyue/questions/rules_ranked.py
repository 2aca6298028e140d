"""Counting rankings by Schulze's method: whom most people prefer, pair by pair, and the strongest chain of pairs.

For each pair of options the ballots that put one above the other are counted. A pair is a link as strong as its votes
for, where it wins; a chain is as strong as its weakest link. An option stands above another when its strongest chain to
it is stronger than the one back (M. Schulze, A new monotonic, clone-independent, reversal symmetric method, 2011; links
measured by winning votes). What a ballot does not name it puts last, level.
"""

from collections.abc import Sequence
from itertools import permutations

from linyue.questions.rules_pick import Counted, Profile, fill
from linyue.questions.rules_ways import ABSTAIN, BallotForm, ranks

Table = dict[str, dict[str, int]]


def pairs(keys: Sequence[str], profile: Profile) -> Table:
    """For each option and each other one: how many ballots put the first above the second."""
    table: Table = {one: {other: 0 for other in keys if other != one} for one in keys}
    for choice, number in profile.items():
        if choice == ABSTAIN:
            continue
        place = {key: n for n, level in enumerate(ranks(choice)) for key in level}
        last = len(keys)
        for one, other in permutations(keys, 2):
            if place.get(one, last) < place.get(other, last):
                table[one][other] += number
    return table


def strongest(keys: Sequence[str], table: Table) -> Table:
    """The strength of the strongest chain from each option to each other one; 0 where there is none."""
    paths: Table = {one: {other: n if n > table[other][one] else 0 for other, n in table[one].items()} for one in keys}
    for via in keys:
        for one, other in permutations(keys, 2):
            if via not in (one, other):
                paths[one][other] = max(paths[one][other], min(paths[one][via], paths[via][other]))
    return paths


def levels(keys: Sequence[str], paths: Table) -> list[list[str]]:
    """Options best first: each level holds those that none of the rest stands above."""
    left, found = list(keys), list[list[str]]()
    while left:
        free = [one for one in left if all(paths[one][other] >= paths[other][one] for other in left if other != one)]
        found.append(free)
        left = [one for one in left if one not in free]
    return found


def count_ranked(form: BallotForm, keys: Sequence[str], profile: Profile, seed: str) -> Counted:
    """Who wins, with the table of pairs and of chains. `tally`: how many others each option stands above."""
    if not any(number for choice, number in profile.items() if choice != ABSTAIN):
        empty: Table = {one: {other: 0 for other in keys if other != one} for one in keys}
        return Counted(dict.fromkeys(keys, 0), (), proof={"pairs": empty, "paths": empty, "levels": [list(keys)]})
    table = pairs(keys, profile)
    paths = strongest(keys, table)
    order = levels(keys, paths)
    above = {one: sum(paths[one][other] > paths[other][one] for other in keys if other != one) for one in keys}
    found = fill(order, form.seats, form.tie, seed)
    proof = {"pairs": table, "paths": paths, "levels": order}
    return Counted(above, found.chosen, found.tied, found.drawn, proof)
