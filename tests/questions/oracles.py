"""Every way to vote and the owners' double count, worked out another way than the rules do: slow, plain, by definition.

Nothing here imports the counting functions. Random elections come as lists of single ballots.
"""

import random
import re
from collections import Counter, defaultdict
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise, permutations

KEYS = "abcdefghijklmnop"


def drawn(seed: str, keys: list[str]) -> list[str]:
    """The lot, as the record's page says it."""
    digests = {key: sha256(b"\n".join([b"linyue/lot/v1", seed.encode(), key.encode()])).digest() for key in keys}
    return sorted(keys, key=digests.__getitem__)


def seated(standing: list[tuple[Fraction, str]], seats: int, is_lot: bool, seed: str) -> tuple[list[str], set[str]]:
    """Chosen and tied from (how well, option): whoever has fewer than `seats` others at least level is safely in."""
    sure = [key for n, key in standing if sum(m >= n for m, _ in standing) <= seats]
    edge = [key for n, key in standing if sum(m > n for m, _ in standing) < seats and key not in sure]
    if not edge:
        return sure, set()
    if not is_lot:
        return sure, set(edge)
    return sure + drawn(seed, edge)[: seats - len(sure)], set()


def points_of(ballot: str) -> dict[str, int]:
    return {key: int(n or 1) for key, n in re.findall(r"([a-p])(?::(\d+))?", ballot)} if ballot != "abstain" else {}


def by_points(ballots: list[str], options: int, seats: int, needed: int, is_lot: bool, seed: str):  # type: ignore[no-untyped-def]
    """Single, several, dots and score: tally, chosen, tied."""
    sums = {key: sum(points_of(ballot).get(key, 0) for ballot in ballots) for key in KEYS[:options]}
    standing = [(Fraction(n), key) for key, n in sums.items() if n >= needed and n > 0]
    return sums, *seated(standing, seats, is_lot, seed)


def prefers(ballot: str, one: str, other: str) -> bool:
    levels = [] if ballot == "abstain" else ballot.split(">")
    at = [next((n for n, level in enumerate(levels) if key in level), 10**6) for key in (one, other)]
    return at[0] < at[1]


def widest(links: dict[tuple[str, str], int], one: str, other: str, options: list[str]) -> int:
    """The strongest chain by trying every one there is."""
    rest = [key for key in options if key not in (one, other)]
    best = 0
    for length in range(len(rest) + 1):
        for between in permutations(rest, length):
            way = [one, *between, other]
            best = max(best, min(links[pair] for pair in pairwise(way)))
    return best


def by_schulze(ballots: list[str], options: int, seats: int, is_lot: bool, seed: str):  # type: ignore[no-untyped-def]
    """Pairs, order and seats of a ranked vote."""
    keys = list(KEYS[:options])
    if all(ballot == "abstain" for ballot in ballots):
        return {}, [], set()
    d = {(x, y): sum(prefers(ballot, x, y) for ballot in ballots) for x, y in permutations(keys, 2)}
    links = {(x, y): d[x, y] if d[x, y] > d[y, x] else 0 for x, y in d}
    p = {(x, y): widest(links, x, y, keys) for x, y in d}
    beats = {x: {y for y in keys if x != y and p[x, y] > p[y, x]} for x in keys}
    depth: dict[str, int] = {}
    while len(depth) < len(keys):  # how many peels it takes until nobody stands above it
        left = [key for key in keys if key not in depth]
        depth |= {x: len(set(depth.values())) for x in left if not any(x in beats[y] for y in left)}
    standing = [(Fraction(-n), key) for key, n in depth.items()]
    return d, *seated(standing, seats, is_lot, seed)


def by_shares(ballots: list[str], costs: dict[str, int], budget: int, seed: str) -> list[str]:
    """The projects paid, in order. Each person is one purse; what each pays is found by trying every number of payers."""
    people = [set(ballot.split("+")) for ballot in ballots if ballot != "abstain"]
    if not people:
        return []
    purse = [Fraction(budget) / len(people)] * len(people)
    order = drawn(seed, list(costs))
    votes = Counter(key for names in people for key in names)
    paid: list[str] = []

    def price(key: str) -> Fraction | None:
        fans = [purse[n] for n, names in enumerate(people) if key in names]
        for x in sorted({(costs[key] - sum(sorted(fans)[:k])) / Fraction(len(fans) - k) for k in range(len(fans))}):
            if sum(min(money, x) for money in fans) == costs[key]:
                return x
        return None

    while True:
        offers = []
        for key in costs:
            x = None if key in paid else price(key)
            if x is not None:
                offers.append((x / costs[key], -votes[key], costs[key], order.index(key), key, x))
        if not offers:
            break
        *_, key, x = min(offers)
        purse = [money - min(money, x) if key in people[n] else money for n, money in enumerate(purse)]
        paid.append(key)
    for key in sorted(costs, key=lambda key: (-votes[key], costs[key], order.index(key))):
        rest = budget - sum(costs[one] for one in paid)
        if key not in paid and votes[key] and costs[key] <= rest:
            paid.append(key)
    return paid


def owners(choices: list[str], areas: list[int], heads: list[int], votes: list[str | None], share: Fraction) -> str:
    """The double count by exact fractions. `share` of 1/2 means more than, 3/4 at least."""
    part = [Fraction(0), Fraction(0)]
    ayes, whole = list(part), [Fraction(sum(areas)), Fraction(sum(heads))]
    for area, head, vote in zip(areas, heads, votes, strict=True):
        for side, weight in enumerate((area, head)):
            part[side] += weight if vote in choices else 0
            ayes[side] += weight if vote == "for" else 0
    if any(part[side] / whole[side] < Fraction(2, 3) for side in (0, 1)):
        return "no_quorum"
    shares = [ayes[side] / part[side] for side in (0, 1)]
    carried = all(one > share if share == Fraction(1, 2) else one >= share for one in shares)
    return "passed" if carried else "failed"


SHARE_BY_WORDS = {
    "third": Fraction(1, 3),
    "absolute": Fraction(1, 2),
    "two_thirds": Fraction(2, 3),
    "three_quarters": Fraction(3, 4),
    "all": Fraction(1),
}


def aye_or_no(
    majority: str, base: str, quorum: str, ayes: int, noes: int, entitled: int, present: int, cast: int
) -> str:
    """For and against: the verdict from fractions alone."""
    part = Fraction(present if base == "present" else cast, entitled)
    valid = {
        "none": True,
        "half": part > Fraction(1, 2),
        "third": part >= Fraction(1, 3),
        "two_thirds": part >= Fraction(2, 3),
    }[quorum]
    if not valid:
        return "no_quorum"
    if majority == "simple":
        return "passed" if ayes > noes else "failed"
    of = {"cast": cast, "present": present, "entitled": entitled}[base]
    if of == 0 or ayes == 0:
        return "failed"
    share = Fraction(ayes, of)
    limit = SHARE_BY_WORDS[majority]
    return "passed" if (share > limit if majority == "absolute" else share >= limit) else "failed"


def random_ballot(rng: random.Random, way: str, options: int, *, most: int, least: int = 1, dots: int = 0) -> str:
    """One ballot of a way, now and then an abstention."""
    keys = list(KEYS[:options])
    if rng.random() < 0.08:
        return "abstain"
    if way == "single":
        return rng.choice(keys)
    if way in ("several", "money"):
        return "+".join(sorted(rng.sample(keys, rng.randint(least, most))))
    if way == "dots":
        given: Counter[str] = Counter()
        for _ in range(rng.randint(1, dots)):
            free = [key for key in keys if given[key] < most]
            given[rng.choice(free)] += 1
        return "+".join(f"{key}:{given[key]}" for key in keys if given[key])
    if way == "score":
        return "+".join(f"{key}:{rng.randint(0, most)}" for key in keys)
    levels: dict[int, list[str]] = defaultdict(list)
    for key in rng.sample(keys, rng.randint(1, options)):
        levels[rng.randint(1, options)].append(key)
    return ">".join("=".join(sorted(levels[n])) for n in sorted(levels))
