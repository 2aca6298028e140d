"""The rules of decision: each body's figures at the edge, whose titles stand behind whom, and the double count.

Random rolls are decided once by whole numbers and once by exact fractions (tests/questions/oracles.py). A short form
runs with the tests; `make bench-rolls` and `make faults ARGS=T17` run a million, equalities included.
"""

import os
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from linyue.places.rules import PlaceKind
from linyue.questions.rules import Base, Majority, QuestionRefusal, Quorum, RuleSpec
from linyue.questions.rules_decide import decide
from linyue.questions.rules_law import (
    DECISIONS,
    Decision,
    ItemRefusal,
    binds,
    refuse_item,
    refuse_law,
    refuse_scale,
    refuse_second_call,
    rule_for,
    second_call,
)
from linyue.questions.rules_owners import (
    BadTitle,
    HarmRefusal,
    OwnersRefusal,
    Title,
    Weight,
    interested,
    refuse_harm,
    weigh,
    weigh_titles,
)
from linyue.questions.rules_tally import Turnout
from linyue.questions.rules_ways import BallotForm, Way
from tests.faults.figures import note
from tests.faults.size import size
from tests.questions import oracles

CHOICES = ("for", "against", "abstain")
ROLLS = int(os.environ.get("LINYUE_TEST_ROLLS") or size(20_000, 1_000_000))


def rule_of(decision: Decision) -> RuleSpec:
    return rule_for(decision, CHOICES, BallotForm())


@pytest.mark.parametrize(
    ("decision", "entitled", "present", "ayes", "noes", "abstain", "verdict"),
    [
        # art 27: more than half of the roll comes, more than half of those who came agree
        ("residents_assembly", 100, 50, 50, 0, 0, "no_quorum"),
        ("residents_assembly", 100, 51, 26, 25, 0, "passed"),
        ("residents_assembly", 100, 52, 26, 10, 0, "failed"),
        ("residents_assembly", 101, 51, 26, 0, 20, "passed"),
        ("household_delegates", 60, 31, 16, 0, 0, "passed"),
        ("household_delegates", 60, 31, 15, 0, 0, "failed"),
        # art 29: two thirds of the representatives come ("以上" includes the number)
        ("representatives", 45, 30, 16, 14, 0, "passed"),
        ("representatives", 45, 30, 15, 0, 15, "failed"),
        ("representatives", 45, 29, 29, 0, 0, "no_quorum"),
        # arts 14-19: more than half vote, more than half of those who voted; again: most and a third
        ("residents_election", 100, 60, 26, 25, 0, "passed"),
        ("residents_election", 100, 60, 26, 20, 6, "failed"),
        ("residents_election", 100, 60, 50, 0, 0, "no_quorum"),
        # villages: more than half of the villagers, or two thirds of the household delegates
        ("village_assembly", 300, 150, 150, 0, 0, "no_quorum"),
        ("village_assembly", 300, 151, 76, 75, 0, "passed"),
        ("village_households", 90, 60, 31, 29, 0, "passed"),
        ("village_households", 90, 59, 59, 0, 0, "no_quorum"),
        ("village_representatives", 30, 20, 10, 10, 0, "failed"),
        # the owners' committee: more than half attend, more than half of all members agree
        ("owners_committee", 7, 4, 4, 0, 0, "passed"),
        ("owners_committee", 7, 5, 3, 2, 0, "failed"),
        ("owners_committee", 8, 4, 4, 0, 0, "no_quorum"),
        # art 279: whoever says nothing has not consented
        ("owners_all", 12, 12, 12, 0, 0, "passed"),
        ("owners_all", 12, 11, 11, 0, 0, "failed"),
        ("owners_all", 12, 12, 11, 0, 1, "failed"),
        # advice: the open space's own rule, a tie fails
        ("deliberation", 40, 9, 5, 4, 0, "passed"),
        ("deliberation", 40, 8, 4, 4, 0, "failed"),
    ],
)
def test_every_body_at_the_edge(
    decision: str, entitled: int, present: int, ayes: int, noes: int, abstain: int, verdict: str
) -> None:
    counts = {"for": ayes, "against": noes, "abstain": abstain}
    outcome = decide(rule_of(Decision(decision)), counts, Turnout(entitled, present, sum(counts.values())))
    assert outcome.verdict.value == verdict


def test_voted_again_the_most_wins_with_a_third() -> None:
    form = BallotForm(way=Way.SEVERAL, most=2, seats=1)
    rule = rule_for(Decision.RESIDENTS_ELECTION_AGAIN, ("a", "b", "c"), form)
    third = decide(rule, {"a": 2, "b": 2, "abstain": 1, "a+b": 1}, Turnout(9, 6, 6))
    assert (third.verdict.value, third.tied, third.needed) == ("tied", ("a", "b"), 2)
    assert decide(rule, {"a": 3, "b": 2, "c": 1}, Turnout(9, 6, 6)).chosen == ("a",)
    few = decide(rule, {"a": 1, "b": 1, "c": 1, "abstain": 4}, Turnout(9, 7, 7))
    assert (few.verdict.value, few.needed) == ("failed", 3)


@pytest.mark.parametrize("decision", list(Decision))
def test_every_rule_cites_its_article_and_keeps_to_it(decision: Decision) -> None:
    rule = rule_of(decision)
    assert rule.source and refuse_law(rule) is None
    assert RuleSpec.from_data(rule.to_data()) == rule
    assert binds(rule) is (decision is not Decision.DELIBERATION)
    if DECISIONS[decision].binds:
        eased = RuleSpec(**{**_fields(rule), "quorum": Quorum(1, 3, is_more_than=False)})
        assert refuse_law(eased) is QuestionRefusal.NOT_BY_LAW


def _fields(rule: RuleSpec) -> dict[str, object]:
    return {name: getattr(rule, name) for name in RuleSpec.__slots__}


@pytest.mark.parametrize(
    ("verdict", "change", "is_taken"),
    [
        ("no_quorum", {}, True),
        ("failed", {}, False),
        ("passed", {}, False),
        ("no_quorum", {"quorum": Quorum(1, 2, is_more_than=True, counts=Base.CAST)}, False),
        ("no_quorum", {"majority": Majority.SIMPLE}, False),
    ],
)
def test_a_second_call_is_held_to_the_same_figures(verdict: str, change: dict[str, object], is_taken: bool) -> None:
    first = rule_of(Decision.OWNERS_ORDINARY)
    again = RuleSpec(**{**_fields(first), "call": 2, "call_of": "x", **change})  # type: ignore[arg-type]
    assert refuse_second_call(verdict, first, again) is (None if is_taken else QuestionRefusal.NO_SECOND_CALL)


def test_a_second_call_is_another_meeting_where_the_law_decides_and_takes_the_quorum_of_advice_from_its_template() -> (
    None
):
    for decision in Decision:
        first = rule_of(decision)
        again = second_call(first, "x", Quorum(1, 3, is_more_than=False))
        is_advice = decision is Decision.DELIBERATION
        assert again.quorum == (Quorum(1, 3, is_more_than=False) if is_advice else first.quorum)
        assert refuse_second_call("no_quorum", first, again) is None
        here = refuse_second_call("no_quorum", first, again, is_same_meeting=True)
        assert here is (None if is_advice else QuestionRefusal.SAME_MEETING), decision


@pytest.mark.parametrize("kind", [one for one in PlaceKind if one is not PlaceKind.MERGED])
def test_every_interested_owner_means_those_of_one_building(kind: PlaceKind) -> None:
    for decision in Decision:
        wrong = decision is Decision.OWNERS_ALL and kind is not PlaceKind.BUILDING
        assert refuse_scale(rule_of(decision), kind) is (QuestionRefusal.ONE_BUILDING if wrong else None)


@pytest.mark.parametrize(
    ("reason", "is_owner", "is_there", "is_opened", "expected"),
    [
        ("油烟", True, False, False, None),
        ("字" * 200, True, False, False, None),
        ("字" * 201, True, False, False, HarmRefusal.HARM_LONG),
        (" ", True, False, False, HarmRefusal.NO_HARM),
        ("油烟", False, False, False, HarmRefusal.NOT_AN_OWNER),
        ("油烟", True, True, False, HarmRefusal.THERE),
        ("油烟", True, False, True, HarmRefusal.OPENED),
    ],
)
def test_who_comes_from_another_building(
    reason: str, is_owner: bool, is_there: bool, is_opened: bool, expected: HarmRefusal | None
) -> None:
    assert refuse_harm(reason, is_owner=is_owner, is_there=is_there, is_opened=is_opened) is expected


@pytest.mark.parametrize(("item", "wanted"), [(n, "special" if n in (6, 7, 8) else "ordinary") for n in range(1, 10)])
def test_the_item_of_the_law_says_which_rule_owners_follow(item: int, wanted: str) -> None:
    right = Decision(f"owners_{wanted}")
    wrong = ItemRefusal.IS_SPECIAL if wanted == "special" else ItemRefusal.IS_ORDINARY
    for decision in ("", *Decision):
        assert refuse_item(decision, item) is (None if decision == right else wrong), decision
    named = rule_for(right, ("for", "against", "abstain"), BallotForm(), item=item)
    assert named.source == f"民法典 278({item}), 1259" and refuse_law(named) is None
    assert replace(named, source="") == replace(rule_of(right), source="")


def test_owners_say_an_item_and_nobody_else_does() -> None:
    for decision in ("", *Decision):
        owners = decision in (Decision.OWNERS_ORDINARY, Decision.OWNERS_SPECIAL)
        assert refuse_item(decision, 0) is (ItemRefusal.NO_ITEM if owners else None)
        assert refuse_item(decision, 10) is ItemRefusal.NO_ITEM


def title(unit: str, area: int | None, *owners: int, **more: object) -> Title:
    return Title(unit, area, frozenset(owners), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("titles", "weights"),
    [
        # one owner of several units is one head with all their area
        ([title("1", 8973, 1), title("2", 5000, 1), title("3", 6000, 2)], {1: (13973, 1), 2: (6000, 1)}),
        # everything unsold is one head, whoever the developer sends
        (
            [
                title("1", 100, 1),
                title("2", 200, voter=9, is_sold=False),
                title("3", 300, 7, voter=9, is_sold=False),
            ],
            {1: (100, 1), 9: (500, 1)},
        ),
        # somebody who owns a unit and also votes for the developer stands for two heads
        ([title("1", 100, 1), title("2", 200, voter=1, is_sold=False)], {1: (300, 2)}),
        # parking registered as an exclusive part: its area counts, and its owner is still one head
        ([title("1", 100, 1), title("P1", 1200, 1, is_parking=True)], {1: (1300, 1)}),
        # without a registered area it is no exclusive part: no area, no head, and it keeps no roll from being frozen
        ([title("1", 100, 1), title("P1", None, 1, is_parking=True)], {1: (100, 1)}),
        ([title("1", 100, 1), title("P1", None, is_parking=True)], {1: (100, 1)}),
        ([title("1", 100, 1), title("P1", 0, 2, is_parking=True)], {1: (100, 1)}),
        # who owns nothing but a registered parking place is an owner, once for however many
        ([title("1", 100, 1)] + [title(f"P{n}", 12, 2, is_parking=True) for n in range(3)], {1: (100, 1), 2: (36, 1)}),
        # the developer's unsold parking and unsold homes are one head
        (
            [title("1", 100, voter=9, is_sold=False), title("P1", 12, voter=9, is_sold=False, is_parking=True)],
            {9: (112, 1)},
        ),
        # registered, and owned together or by nobody: it is asked about like any other title
        ([title("P1", 12, 1, 2, is_parking=True)], (OwnersRefusal.NO_VOTER, "P1")),
        ([title("P1", 12, is_parking=True)], (OwnersRefusal.NO_OWNER, "P1")),
        # co-owners name one voter, and are one head
        ([title("1", 100, 1, 2, voter=2)], {2: (100, 1)}),
        # the same couple with two units is one head; one of them alone is another
        ([title("1", 100, 1, 2, voter=2), title("2", 50, 1, 2, voter=2), title("3", 10, 2)], {2: (160, 2)}),
        ([title("1", None, 1)], (OwnersRefusal.NO_AREA, "1")),
        ([title("1", 10)], (OwnersRefusal.NO_OWNER, "1")),
        ([title("1", 10, 1, 2)], (OwnersRefusal.NO_VOTER, "1")),
        ([title("1", 10, 1, 2, voter=3)], (OwnersRefusal.NO_VOTER, "1")),
        ([title("1", 10, is_sold=False)], (OwnersRefusal.NO_DEVELOPER, "1")),
    ],
)
def test_whose_titles_stand_behind_whom(titles: list[Title], weights: object) -> None:
    found = weigh_titles(titles)
    if isinstance(found, BadTitle):
        assert (found.reason, found.unit) == weights
    else:
        assert {voter: (one.area, one.heads) for voter, one in found.items()} == weights


def test_a_shop_needs_everybody_in_the_building_and_whoever_proved_harm() -> None:
    titles = [title("1-101", 10, 1), title("1-102", 10, 2, 3, voter=2), title("2-101", 10, 4)]
    assert interested(titles, ["1-101", "1-102"], also=[4]) == {1, 2, 3, 4}


def test_both_counts_must_carry_and_the_words_hold_both() -> None:
    """Two big owners have the area, many small ones the heads."""
    weights = {n: Weight(1000, 1) for n in range(9)} | {9: Weight(20_000, 1)}
    rule = rule_of(Decision.OWNERS_ORDINARY)
    votes = {n: "for" for n in range(6)} | {9: "against"}
    outcome = decide(
        rule, {"for": 6, "against": 1, "abstain": 0}, Turnout(10, 7, 7), weighing=weigh(CHOICES, weights, votes)
    )
    assert outcome.verdict.value == "failed"
    assert [step.key for step in outcome.steps][-3:] == [
        "owners-consent-area",
        "owners-consent-heads",
        "owners-not-both",
    ]
    assert outcome.weighed["area"].counts == {"for": 6000, "against": 20_000, "abstain": 0}
    assert outcome.steps[0].numbers["cast"] == "260.00"
    with pytest.raises(ValueError, match="by area"):
        decide(rule, {"for": 6, "against": 1, "abstain": 0}, Turnout(10, 7, 7))


def _roll(rng: random.Random) -> tuple[list[int], list[int], list[str | None]]:
    """A roll with votes; every third one is built so that a share is met exactly or missed by the least there is."""
    size = rng.randint(1, 14)
    if rng.random() < 0.35:
        size, area = 3 * rng.randint(1, 5), rng.choice([1, 8973, 12_000])
        part = 2 * size // 3 + rng.choice([-1, 0, 0, 0, 1])
        edge = rng.choice([part // 2, 3 * part // 4, -(-3 * part // 4)]) + rng.choice([0, 0, 0, 1, -1])
        votes: list[str | None] = [None] * size
        for n in range(min(max(part, 0), size)):
            votes[n] = "for" if n < edge else rng.choice(["against", "abstain"])
        areas = [area] * size
        if rng.random() < 0.3:
            areas[rng.randrange(size)] += rng.choice([-1, 1]) if area > 1 else 1
        return areas, [1] * size, votes
    areas = [rng.choice([rng.randint(1, 6), rng.randint(1, 30_000)]) for _ in range(size)]
    heads = [rng.choice([1, 1, 1, 1, 2]) for _ in range(size)]
    idle = rng.random() / 2
    return (
        areas,
        heads,
        [None if rng.random() < idle else rng.choice(["for", "for", "against", "abstain"]) for _ in range(size)],
    )


def test_random_rolls_agree_with_exact_fractions() -> None:
    rng = random.Random(f"rolls-{ROLLS}")
    rules = {Fraction(1, 2): rule_of(Decision.OWNERS_ORDINARY), Fraction(3, 4): rule_of(Decision.OWNERS_SPECIAL)}
    seen: dict[str, int] = {"exact": 0}
    for _ in range(ROLLS):
        areas, heads, votes = _roll(rng)
        share = rng.choice(list(rules))
        weights = {n: Weight(area, head) for n, (area, head) in enumerate(zip(areas, heads, strict=True))}
        given = {n: vote for n, vote in enumerate(votes) if vote is not None}
        weighing = weigh(CHOICES, weights, given)
        counts = {choice: sum(vote == choice for vote in given.values()) for choice in CHOICES}
        outcome = decide(rules[share], counts, Turnout(len(areas), len(given), len(given)), weighing=weighing)
        assert outcome.verdict.value == oracles.owners(list(CHOICES), areas, heads, votes, share), (areas, heads, votes)
        seen[outcome.verdict.value] = seen.get(outcome.verdict.value, 0) + 1
        sides = outcome.weighed.values()
        quorum_met_exactly = any(3 * side.cast == 2 * side.entitled for side in sides)
        share_met_exactly = any(side.cast and Fraction(side.counts["for"], side.cast) == share for side in sides)
        seen["exact"] += quorum_met_exactly or share_met_exactly
    # Random rolls that never meet an equality would prove little.
    assert seen["exact"] > ROLLS // 10 and min(seen.values()) > ROLLS // 50, seen
    print(f"rolls: {ROLLS}; {seen}")
    note("T17", "random rolls decided as exact fractions decide them", ROLLS)
    note("T17", "of these decided at an equality", seen["exact"])
