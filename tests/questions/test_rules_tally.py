"""The count and the outcome: tables for the edges, and every rule against fractions worked out another way."""

import os
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linyue.questions.rules import CHOICES, QUORUMS, Base, Majority, RuleSpec, rule_from_template
from linyue.questions.rules_tally import (
    Outcome,
    Turnout,
    Verdict,
    count,
    in_order,
    least_above,
    least_reaching,
    outcome,
    tenths,
)
from tests.questions import oracles

ELECTIONS = int(os.environ.get("LINYUE_TEST_COUNTS", "1500"))
"""How many are drawn; `make bench-ways` draws 10,000."""


def votes(ayes: int, noes: int, abstentions: int = 0) -> dict[str, int]:
    return {"for": ayes, "against": noes, "abstain": abstentions}


@pytest.mark.parametrize(
    ("words", "counts", "entitled", "present", "verdict", "needed"),
    [
        # simple: more ayes than noes; a tie fails; abstentions aside
        ({"majority": "simple"}, votes(3, 2, 10), 20, 15, "passed", 3),
        ({"majority": "simple"}, votes(2, 2, 1), 20, 5, "failed", 3),
        ({"majority": "simple"}, votes(0, 0, 4), 20, 4, "failed", 1),
        ({"majority": "simple"}, votes(0, 0, 0), 20, 0, "failed", 1),
        ({"majority": "simple"}, votes(1, 0, 0), 20, 1, "passed", 1),
        # absolute: strictly more than half of the base
        ({"majority": "absolute"}, votes(5, 5, 0), 20, 10, "failed", 6),
        ({"majority": "absolute"}, votes(6, 4, 0), 20, 10, "passed", 6),
        ({"majority": "absolute"}, votes(5, 0, 5), 20, 10, "failed", 6),
        ({"majority": "absolute", "base": "present"}, votes(24, 10, 3), 60, 47, "passed", 24),
        ({"majority": "absolute", "base": "present"}, votes(23, 10, 3), 60, 47, "failed", 24),
        ({"majority": "absolute", "base": "entitled"}, votes(30, 0, 0), 60, 30, "failed", 31),
        # two thirds and three quarters: reaching the share is enough
        ({"majority": "two_thirds", "base": "present"}, votes(38, 5, 3), 60, 47, "passed", 32),
        ({"majority": "two_thirds", "base": "present"}, votes(31, 5, 3), 60, 47, "failed", 32),
        ({"majority": "two_thirds"}, votes(20, 10, 0), 60, 30, "passed", 20),
        ({"majority": "two_thirds"}, votes(19, 11, 0), 60, 30, "failed", 20),
        ({"majority": "three_quarters"}, votes(30, 10, 0), 60, 40, "passed", 30),
        ({"majority": "three_quarters"}, votes(29, 11, 0), 60, 40, "failed", 30),
        ({"majority": "three_quarters"}, votes(0, 0, 0), 60, 40, "failed", 1),
        # quorum: half means more than half; a third and two thirds mean reaching them
        ({"quorum": "half"}, votes(30, 0, 0), 60, 30, "no_quorum", 1),
        ({"quorum": "half"}, votes(31, 0, 0), 60, 31, "passed", 1),
        ({"quorum": "half"}, votes(3, 0, 0), 5, 3, "passed", 1),
        ({"quorum": "third"}, votes(20, 0, 0), 60, 20, "passed", 1),
        ({"quorum": "third"}, votes(19, 0, 0), 60, 19, "no_quorum", 1),
        ({"quorum": "two_thirds"}, votes(40, 0, 0), 60, 40, "passed", 1),
        ({"quorum": "two_thirds"}, votes(39, 0, 0), 60, 39, "no_quorum", 1),
        # with the base of people present, the quorum counts people present too
        ({"quorum": "half", "base": "present"}, votes(2, 1, 0), 60, 31, "passed", 2),
        ({"quorum": "half", "base": "cast"}, votes(2, 1, 0), 60, 31, "no_quorum", 2),
    ],
)
def test_outcome(
    words: dict[str, str], counts: dict[str, int], entitled: int, present: int, verdict: str, needed: int
) -> None:
    result = outcome(rule_from_template(**words), counts, Turnout(entitled, present, sum(counts.values())))  # type: ignore[arg-type]
    assert (result.verdict.value, result.needed) == (verdict, needed)


@pytest.mark.parametrize(
    "turnout",
    [Turnout(10, 5, 4), Turnout(10, 2, 3), Turnout(2, 3, 3), Turnout(10, 11, 3)],
)
def test_figures_that_cannot_be_true_are_refused(turnout: Turnout) -> None:
    with pytest.raises(ValueError, match="do not add up"):
        outcome(RuleSpec(), votes(2, 1), turnout)


def test_count_names_every_option_and_knows_no_other() -> None:
    assert count(["for", "for", "abstain"], CHOICES) == votes(2, 0, 1)
    assert count([], CHOICES) == votes(0, 0, 0)
    with pytest.raises(ValueError, match="not on the ballot"):
        count(["for", "maybe"], CHOICES)


@given(st.lists(st.sampled_from(CHOICES)))
def test_count_keeps_every_ballot_whatever_the_order(choices: list[str]) -> None:
    counted = count(choices, CHOICES)
    assert sum(counted.values()) == len(choices)
    assert counted == count(sorted(choices), CHOICES)


@st.composite
def figures(draw: st.DrawFn) -> tuple[dict[str, int], Turnout]:
    ayes, noes, abstentions = (draw(st.integers(0, 400)) for _ in range(3))
    cast = ayes + noes + abstentions
    present = cast + draw(st.integers(0, 200))
    entitled = max(1, present + draw(st.integers(0, 600)))
    return votes(ayes, noes, abstentions), Turnout(entitled, present, cast)


@settings(max_examples=ELECTIONS)
@given(figures(), st.sampled_from(list(Majority)), st.sampled_from(list(Base)), st.sampled_from(list(QUORUMS)))
def test_every_rule_agrees_with_fractions(
    case: tuple[dict[str, int], Turnout], majority: Majority, base: Base, quorum: str
) -> None:
    counts, turnout = case
    result = outcome(rule_from_template(majority=majority, base=base, quorum=quorum), counts, turnout)
    figures_of = (turnout.entitled, turnout.present, turnout.cast)
    assert result.verdict == oracles.aye_or_no(majority, base, quorum, counts["for"], counts["against"], *figures_of)
    assert Outcome.from_data(result.to_data()) == result


def test_what_was_stored_comes_back_in_the_order_of_the_ballot() -> None:
    assert list(in_order({"abstain": 1, "against": 2, "for": 3})) == ["for", "against", "abstain"]
    assert list(in_order({"c": 1, "abstain": 2, "a": 0, "b": 3})) == ["a", "b", "c", "abstain"]
    result = outcome(RuleSpec(), votes(3, 2, 1), Turnout(9, 6, 6)).to_data()
    shuffled = {**result, "counts": dict(sorted(result["counts"].items()))}
    assert list(Outcome.from_data(shuffled).counts) == ["for", "against", "abstain"]


@given(figures(), st.sampled_from(list(Majority)), st.sampled_from(list(Base)))
def test_needed_is_the_least_that_passes(case: tuple[dict[str, int], Turnout], majority: Majority, base: Base) -> None:
    counts, turnout = case
    rule = rule_from_template(majority=majority, base=base)
    result = outcome(rule, counts, turnout)
    assert (counts["for"] >= result.needed) == (result.verdict is Verdict.PASSED)


@given(figures(), st.sampled_from(list(Majority)), st.sampled_from(list(Base)))
def test_one_more_aye_instead_of_a_no_never_hurts(
    case: tuple[dict[str, int], Turnout], majority: Majority, base: Base
) -> None:
    counts, turnout = case
    rule = rule_from_template(majority=majority, base=base)
    if counts["against"] and outcome(rule, counts, turnout).verdict is Verdict.PASSED:
        better = counts | {"for": counts["for"] + 1, "against": counts["against"] - 1}
        assert outcome(rule, better, turnout).verdict is Verdict.PASSED


@given(st.fractions(min_value=0, max_value=1, max_denominator=12), st.integers(0, 10_000))
def test_thresholds_by_hand(share: Fraction, of: int) -> None:
    above, reaching = least_above(share, of), least_reaching(share, of)
    assert above > share * of >= above - 1
    assert reaching >= share * of > reaching - 1


@pytest.mark.parametrize(
    ("share", "of", "text"),
    [(Fraction(2, 3), 47, "31.3"), (Fraction(1, 2), 60, "30"), (Fraction(1, 2), 5, "2.5"), (Fraction(3, 4), 1, "0.7")],
)
def test_the_exact_share_reads_with_one_decimal(share: Fraction, of: int, text: str) -> None:
    assert tenths(share, of) == text


def test_the_arithmetic_of_the_example_in_steps() -> None:
    rule = rule_from_template(majority="two_thirds", base="present", quorum="half")
    result = outcome(rule, votes(38, 5, 3), Turnout(60, 47, 46))
    assert [step.key for step in result.steps] == ["quorum-met", "need-share", "share-passed"]
    quorum, need, verdict = (step.numbers for step in result.steps)
    assert (quorum["entitled"], quorum["took_part"], quorum["exact"]) == (60, 47, "30")
    assert (need["base_count"], need["exact"], need["needed"]) == (47, "31.3", 32)
    assert (verdict["ayes"], verdict["margin"]) == (38, 6)
    assert result.base_count == 47


def test_without_a_quorum_the_sum_ends_there() -> None:
    rule = rule_from_template(quorum="half")
    result = outcome(rule, votes(3, 0), Turnout(60, 3, 3))
    assert [step.key for step in result.steps] == ["quorum-missed"]
