"""Each way to vote: what a ballot may say, tables for the edges, 10,000 random elections against an oracle."""

import random
from collections import Counter
from fractions import Fraction

import pytest

from linyue.questions.rules import NO_QUORUM, Majority, QuestionRefusal, RuleSpec, refuse_rule
from linyue.questions.rules_decide import decide
from linyue.questions.rules_money import payment
from linyue.questions.rules_tally import Outcome, Turnout
from linyue.questions.rules_ways import BadBallot, BallotForm, Ballots, Tie, Way, fields_of, filled
from tests.questions import oracles

SEED = "ab" * 32
SHARES = {
    Majority.SIMPLE: lambda n, of: True,
    Majority.THIRD: lambda n, of: Fraction(n, of) >= Fraction(1, 3),
    Majority.ABSOLUTE: lambda n, of: Fraction(n, of) > Fraction(1, 2),
}
ELECTIONS = 10_000


def rule_of(way: Way, options: int = 4, majority: Majority = Majority.SIMPLE, **form: object) -> RuleSpec:
    keys = tuple(oracles.KEYS[:options])
    return RuleSpec(choices=keys, majority=majority, form=BallotForm(way=way, **form), quorum=NO_QUORUM)  # type: ignore[arg-type]


def count(rule: RuleSpec, ballots: list[str], entitled: int = 0, seed: str = SEED) -> Outcome:
    cast = len(ballots)
    return decide(rule, Counter(ballots), Turnout(max(entitled, cast), cast, cast), seed=seed)


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        (BallotForm(Way.SINGLE), ["a", "d", "abstain"], ["", "e", "a+b", "A", "for"]),
        (BallotForm(Way.SEVERAL, least=2, most=3), ["a+b", "b+c+d", "abstain"], ["a", "b+a", "a+a", "a+b+c+d", "a+"]),
        (BallotForm(Way.DOTS, dots=5, most=3), ["a:3+b:2", "d:1"], ["a:4", "a:3+b:3", "a:0", "b:1+a:1", "a:01", "a"]),
        (BallotForm(Way.SCORE, most=5), ["a:5+b:0+c:3+d:1"], ["a:5", "a:6+b:0+c:0+d:0", "b:0+a:0+c:0+d:0"]),
        (BallotForm(Way.RANKED), ["b>a=d", "c", "a=b=c=d"], ["b>", "a>a", "d=a", "e", "a==b", "a>b=a", ">"]),
        (BallotForm(), ["for", "against", "abstain"], ["a", "yes", ""]),
    ],
)
def test_a_ballot_has_one_form_only(form: BallotForm, good: list[str], bad: list[str]) -> None:
    keys = ("for", "against", "abstain") if form.way is Way.FOR_AGAINST else tuple("abcd")
    ballots = Ballots(form, keys)
    assert [choice for choice in good if choice not in ballots] == []
    assert [choice for choice in bad if choice in ballots] == []


@pytest.mark.parametrize(
    ("form", "fields", "text"),
    [
        (BallotForm(Way.SINGLE), {"choice": ["b"]}, "b"),
        (BallotForm(Way.SINGLE), {}, BadBallot.EMPTY),
        (BallotForm(Way.SEVERAL, most=2), {"pick": ["c", "a"]}, "a+c"),
        (BallotForm(Way.SEVERAL, most=2), {"pick": ["c", "a", "b"]}, BadBallot.TOO_MANY),
        (BallotForm(Way.SEVERAL, least=2, most=2), {"pick": ["c"]}, BadBallot.TOO_FEW),
        (BallotForm(Way.SEVERAL, most=2), {"choice": ["abstain"], "pick": ["a"]}, "abstain"),
        (BallotForm(Way.DOTS, dots=3, most=3), {"o_a": ["2"], "o_b": [""], "o_c": ["1"], "o_d": ["0"]}, "a:2+c:1"),
        (BallotForm(Way.DOTS, dots=3, most=3), {"o_a": ["2"], "o_b": ["2"]}, BadBallot.DOTS_OVER),
        (BallotForm(Way.DOTS, dots=3, most=2), {"o_a": ["3"]}, BadBallot.DOTS_ONE),
        (BallotForm(Way.DOTS, dots=3, most=2), {"o_a": ["0"]}, BadBallot.EMPTY),
        (BallotForm(Way.SCORE, most=5), {"o_a": ["5"], "o_c": ["x"]}, BadBallot.NOT_A_NUMBER),
        (BallotForm(Way.SCORE, most=5), {"o_a": ["6"]}, BadBallot.SCORE_HIGH),
        (BallotForm(Way.SCORE, most=5), {"o_a": ["5"]}, "a:5+b:0+c:0+d:0"),
        (BallotForm(Way.RANKED), {"o_a": ["2"], "o_b": ["1"], "o_d": ["2"], "o_c": [""]}, "b>a=d"),
        (BallotForm(Way.RANKED), {"o_a": ["7"], "o_b": ["3"]}, "b>a"),
        (BallotForm(Way.RANKED), {"o_a": [""]}, BadBallot.EMPTY),
    ],
)
def test_a_form_without_script_becomes_a_ballot(form: BallotForm, fields: dict[str, list[str]], text: str) -> None:
    assert filled(form, tuple("abcd"), fields) == text
    if not isinstance(text, BadBallot):
        assert text in Ballots(form, tuple("abcd"))
        assert filled(form, tuple("abcd"), fields_of(form, text)) == text


@pytest.mark.parametrize(
    ("rule", "is_good"),
    [
        (rule_of(Way.SINGLE), True),
        (rule_of(Way.SINGLE, 1), False),
        (rule_of(Way.SINGLE, seats=4), False),
        (rule_of(Way.SINGLE, majority=Majority.ABSOLUTE), True),
        (rule_of(Way.SEVERAL, least=2, most=1), False),
        (rule_of(Way.DOTS, dots=3, most=3), True),
        (rule_of(Way.DOTS, dots=3, most=4), False),
        (rule_of(Way.DOTS, dots=9, most=2), False),
        (rule_of(Way.SCORE, most=11), False),
        (rule_of(Way.RANKED, majority=Majority.ABSOLUTE), False),
        (rule_of(Way.MONEY, 2, budget=10, costs={"a": 5, "b": 10}, tie=Tie.LOT, most=2), True),
        (rule_of(Way.MONEY, 2, budget=10, costs={"a": 5, "b": 11}, tie=Tie.LOT, most=2), False),
        (rule_of(Way.MONEY, 2, budget=10, costs={"a": 5}, tie=Tie.LOT, most=2), False),
        (rule_of(Way.MONEY, 2, budget=10, costs={"a": 5, "b": 10}, most=2), False),
    ],
)
def test_rules_that_cannot_be_counted_are_refused(rule: RuleSpec, is_good: bool) -> None:
    assert refuse_rule(rule) is (None if is_good else QuestionRefusal.BAD_RULE)
    assert RuleSpec.from_data(rule.to_data()) == rule


def test_a_rule_of_the_first_version_is_read_as_for_and_against() -> None:
    data = RuleSpec().to_data()
    old = {key: data[key] for key in ("system", "choices", "majority", "base", "quorum")}
    assert RuleSpec.from_data(old) == RuleSpec()


@pytest.mark.parametrize(
    ("rule", "ballots", "verdict", "chosen", "tied"),
    [
        (rule_of(Way.SINGLE), ["a", "b", "b"], "passed", ["b"], []),
        (rule_of(Way.SINGLE), ["a", "b", "abstain"], "tied", [], ["a", "b"]),
        (rule_of(Way.SINGLE), ["abstain"] * 3, "failed", [], []),
        (rule_of(Way.SINGLE, majority=Majority.ABSOLUTE), ["a", "a", "b", "abstain"], "failed", [], []),
        (rule_of(Way.SINGLE, majority=Majority.ABSOLUTE), ["a", "a", "a", "b", "abstain"], "passed", ["a"], []),
        (rule_of(Way.SEVERAL, most=3, seats=2), ["a+b+c", "a+b", "a+c"], "tied", ["a"], ["b", "c"]),
        (rule_of(Way.SEVERAL, most=3, seats=2), ["a+b+c", "a+b"], "passed", ["a", "b"], []),
        (rule_of(Way.DOTS, dots=3, most=3), ["a:3", "b:2+c:1", "b:2"], "passed", ["b"], []),
        (rule_of(Way.SCORE, most=5, seats=2), ["a:5+b:4+c:0+d:1", "a:0+b:4+c:2+d:0"], "passed", ["b", "a"], []),
        # a circle of three: c beats a by the weakest link and falls out of it
        (rule_of(Way.RANKED, 3), ["a>b>c"] * 4 + ["b>c>a"] * 3 + ["c>a>b"] * 2, "passed", ["a"], []),
        (rule_of(Way.RANKED, 3), ["a>b", "b>a"], "tied", [], ["a", "b"]),
        (rule_of(Way.RANKED, 3), ["abstain"], "failed", [], []),
    ],
)
def test_outcomes(rule: RuleSpec, ballots: list[str], verdict: str, chosen: list[str], tied: list[str]) -> None:
    outcome = count(rule, ballots)
    assert (outcome.verdict.value, list(outcome.chosen), list(outcome.tied)) == (verdict, chosen, tied)
    assert Outcome.from_data(outcome.to_data()) == outcome


def test_a_lot_is_drawn_only_for_a_tie_and_is_told() -> None:
    rule = rule_of(Way.SINGLE, tie=Tie.LOT)
    clear, level = count(rule, ["a", "a", "b"]), count(rule, ["a", "b", "b", "a"])
    assert (clear.drawn, clear.seed) == ((), "")
    assert (set(level.drawn), level.seed, level.chosen) == ({"a", "b"}, SEED, level.drawn[:1])
    winners = {count(rule, ["a", "b"], seed=f"{n:064x}").chosen for n in range(20)}
    assert winners == {("a",), ("b",)}


def test_the_example_of_schulzes_paper() -> None:
    """45 voters, five options; the order is e a c b d (M. Schulze 2011, example 1)."""
    lines = {"a>c>b>e>d": 5, "a>d>e>c>b": 5, "b>e>d>a>c": 8, "c>a>b>e>d": 3, "c>a>e>b>d": 7, "c>b>a>d>e": 2}
    lines |= {"d>c>e>b>a": 7, "e>b>a>d>c": 8}
    outcome = decide(rule_of(Way.RANKED, 5, seats=4), lines, Turnout(45, 45, 45))
    assert outcome.chosen == ("e", "a", "c", "b")
    assert outcome.proof["pairs"]["a"] == {"b": 20, "c": 26, "d": 30, "e": 22}
    assert outcome.proof["paths"]["b"] == {"a": 25, "c": 28, "d": 33, "e": 24}


@pytest.mark.parametrize(
    ("purses", "cost", "each"),
    [
        ([(Fraction(10), 3)], 30, Fraction(10)),
        ([(Fraction(10), 3)], 31, None),
        ([(Fraction(2), 1), (Fraction(10), 2)], 12, Fraction(5)),
        ([(Fraction(0), 1), (Fraction(5), 1)], 5, Fraction(5)),
        ([], 1, None),
    ],
)
def test_who_has_less_pays_what_is_left(purses: list[tuple[Fraction, int]], cost: int, each: Fraction | None) -> None:
    assert payment(cost, purses) == each


def test_a_minority_gets_its_share_of_the_money() -> None:
    """Six want two big things, four want a small one: by counting heads alone the four would get nothing."""
    costs = {"a": 500, "b": 600, "c": 400}
    rule = rule_of(Way.MONEY, 3, budget=1000, costs=costs, tie=Tie.LOT, most=3)
    outcome = count(rule, ["a+b"] * 6 + ["c"] * 4)
    assert outcome.chosen == ("a", "c")
    assert outcome.proof["left"] == 100


@pytest.mark.parametrize("way", ["single", "several", "dots", "score"])
def test_points_agree_with_the_oracle(way: str) -> None:
    rng = random.Random(f"points-{way}")
    for _ in range(ELECTIONS):
        options, voters = rng.randint(2, 6), rng.randint(1, 9)
        highest = {"single": 1, "several": options, "dots": 3, "score": 5}[way]
        most = rng.randint(1, highest)
        dots = rng.randint(most, most * options) if way == "dots" else 0
        seats, tie = rng.randint(1, options - 1), rng.choice(list(Tie))
        majority = rng.choice(list(Majority)[:3]) if way in ("single", "several") else Majority.SIMPLE
        rule = rule_of(Way(way), options, majority, most=most, dots=dots, seats=seats, tie=tie)
        assert refuse_rule(rule) is None
        ballots = [oracles.random_ballot(rng, way, options, most=most, dots=dots) for _ in range(voters)]
        needed = next(n for n in range(voters + 2) if SHARES[majority](n, voters))
        sums, chosen, tied = oracles.by_points(ballots, options, seats, needed, tie is Tie.LOT, SEED)
        outcome = count(rule, ballots)
        assert dict(outcome.tally) == sums
        assert (set(outcome.chosen), set(outcome.tied)) == (set(chosen), tied), (rule.form, ballots)


def test_rankings_agree_with_the_oracle() -> None:
    rng = random.Random("ranked")
    for _ in range(ELECTIONS):
        options, voters = rng.randint(2, 5), rng.randint(1, 9)
        seats, tie = rng.randint(1, options - 1), rng.choice(list(Tie))
        ballots = [oracles.random_ballot(rng, "ranked", options, most=options) for _ in range(voters)]
        pairs, chosen, tied = oracles.by_schulze(ballots, options, seats, tie is Tie.LOT, SEED)
        outcome = count(rule_of(Way.RANKED, options, seats=seats, tie=tie), ballots)
        assert all(outcome.proof["pairs"][x][y] == n for (x, y), n in pairs.items())
        assert (set(outcome.chosen), set(outcome.tied)) == (set(chosen), tied), ballots


def test_shares_agree_with_the_oracle() -> None:
    rng = random.Random("money")
    for _ in range(ELECTIONS):
        options, voters = rng.randint(2, 5), rng.randint(1, 8)
        budget = rng.randint(10, 60)
        costs = {key: rng.randint(1, budget) for key in oracles.KEYS[:options]}
        rule = rule_of(Way.MONEY, options, budget=budget, costs=costs, tie=Tie.LOT, most=options)
        ballots = [oracles.random_ballot(rng, "money", options, most=options) for _ in range(voters)]
        outcome = count(rule, ballots)
        assert list(outcome.chosen) == oracles.by_shares(ballots, costs, budget, SEED), (costs, budget, ballots)
        assert outcome.proof["left"] == budget - sum(costs[key] for key in outcome.chosen) >= 0
