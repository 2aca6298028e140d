"""Counting and outcome: exact integers, and the arithmetic step by step as data for words.

Sources. Deliberation has no statutory count (Urban Residents' Committee Law, 2025 revision, art 32:
the committee organises consultation; it binds nobody by itself), so the agenda template names both.
Readings kept for every majority: "以上" includes the number itself (Civil Code art 1259); "过半数" is
strictly more than half; an abstention is taking part, so it stays in the base of ABSOLUTE and of shares.
SIMPLE is the rule of the open space: more ayes than noes passes, a tie fails, abstentions aside.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from linyue.questions.rules import CHOICES, Base, Majority, Quorum, RuleSpec
from linyue.questions.rules_ways import ABSTAIN

SHARES: Mapping[Majority, Fraction] = {
    Majority.THIRD: Fraction(1, 3),
    Majority.ABSOLUTE: Fraction(1, 2),
    Majority.TWO_THIRDS: Fraction(2, 3),
    Majority.THREE_QUARTERS: Fraction(3, 4),
    Majority.ALL: Fraction(1),
}


class Verdict(StrEnum):
    """What became of the question."""

    PASSED = "passed"
    FAILED = "failed"
    NO_QUORUM = "no_quorum"
    TIED = "tied"


@dataclass(frozen=True, slots=True)
class Turnout:
    """People, not ballots: `entitled` on the roll, `present` (voters included), `cast` have voted."""

    entitled: int
    present: int
    cast: int


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic: `key` names the sentence, `numbers` fill it."""

    key: str
    numbers: Mapping[str, int | str]


def in_order(counts: Mapping[str, int]) -> dict[str, int]:
    """As the ballot lists them: PostgreSQL gives the keys of a stored result back in an order of its own."""
    first = {choice: n for n, choice in enumerate(CHOICES)}
    return dict(sorted(counts.items(), key=lambda one: (one[0] == ABSTAIN, first.get(one[0], 0), one[0])))


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two counts of owners: areas in 0.01 m², or heads."""

    counts: Mapping[str, int]
    entitled: int
    cast: int
    quorum_needed: int
    needed: int

    def to_data(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "counts": dict(self.counts),
            "entitled": self.entitled,
            "cast": self.cast,
            "quorum_needed": self.quorum_needed,
            "needed": self.needed,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a closed question. `needed` is the least number of ayes that would have passed.

    `base` is what shares are taken of, `base_count` how many that is.
    """

    verdict: Verdict
    counts: Mapping[str, int]
    turnout: Turnout
    base: Base
    base_count: int
    quorum_needed: int
    needed: int
    steps: tuple[Step, ...]
    by_channel: Mapping[str, int] = field(default_factory=dict)
    """Ballots by way of voting; empty for a secret vote."""
    tally: Mapping[str, int] = field(default_factory=dict)
    """Votes, points or supporters by option; empty where people say for or against."""
    chosen: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    seed: str = ""
    """What a lot was drawn with; empty when none was."""
    proof: Mapping[str, Any] = field(default_factory=dict)
    """Further figures of the way: pairs and chains, or rounds. Kept with the result, not in the chain."""
    weighed: Mapping[str, Side] = field(default_factory=dict)
    """The double count of owners, by `area` and by `heads`; empty where people count one each."""

    def to_data(self) -> dict[str, Any]:
        """Plain values for the chain and the stored result; what a way does not have is left out."""
        more: dict[str, Any] = {}
        if self.tally:
            names = ("chosen", "tied", "drawn")
            more = {"tally": dict(self.tally), **{name: list(getattr(self, name)) for name in names}}
            more |= {"seed": self.seed} if self.drawn else {}
            more |= {"proof": dict(self.proof)} if self.proof else {}
        if self.weighed:
            more["weighed"] = {name: side.to_data() for name, side in self.weighed.items()}
        return {
            **more,
            "verdict": self.verdict.value,
            "counts": dict(self.counts),
            "entitled": self.turnout.entitled,
            "present": self.turnout.present,
            "cast": self.turnout.cast,
            "base": self.base.value,
            "base_count": self.base_count,
            "quorum_needed": self.quorum_needed,
            "needed": self.needed,
            "by_channel": dict(self.by_channel),
            "steps": [{"key": step.key, "numbers": dict(step.numbers)} for step in self.steps],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Outcome":
        """The outcome as stored."""
        return cls(
            verdict=Verdict(data["verdict"]),
            counts=in_order(data["counts"]),
            turnout=Turnout(data["entitled"], data["present"], data["cast"]),
            base=Base(data["base"]),
            base_count=data["base_count"],
            quorum_needed=data["quorum_needed"],
            needed=data["needed"],
            steps=tuple(Step(step["key"], dict(step["numbers"])) for step in data["steps"]),
            by_channel=dict(data.get("by_channel", {})),
            tally=in_order(data.get("tally", {})),
            **{name: tuple(data.get(name, ())) for name in ("chosen", "tied", "drawn")},
            seed=data.get("seed", ""),
            proof=dict(data.get("proof", {})),
            weighed={
                name: Side(**{**side, "counts": in_order(side["counts"])})
                for name, side in data.get("weighed", {}).items()
            },
        )


def count(choices: Iterable[str], options: Iterable[str]) -> dict[str, int]:
    """Ballots by option, every option named. Raises ValueError for a choice that was never on the ballot."""
    tally = Counter(choices)
    counted = {option: tally.pop(option, 0) for option in options}
    if tally:
        raise ValueError(f"choices not on the ballot: {sorted(tally)}")
    return counted


def least_above(share: Fraction, of: int) -> int:
    """The least whole number strictly more than `share` of `of`."""
    return share.numerator * of // share.denominator + 1


def least_reaching(share: Fraction, of: int) -> int:
    """The least whole number that reaches `share` of `of` ("以上" includes the number)."""
    return -(-share.numerator * of // share.denominator)


def tenths(share: Fraction, of: int) -> str:
    """`share` of `of` with one decimal, rounded down, for reading aloud: 31.3, or 30 when it is whole."""
    whole, rest = divmod(share.numerator * of * 10 // share.denominator, 10)
    return f"{whole}.{rest}" if share.numerator * of % share.denominator else str(whole)


def base_count(base: Base, turnout: Turnout) -> int:
    """How many people the share is taken of."""
    return {Base.CAST: turnout.cast, Base.PRESENT: turnout.present, Base.ENTITLED: turnout.entitled}[base]


def quorum_needed(quorum: Quorum, entitled: int) -> int:
    """How many must take part for the vote to be valid."""
    if quorum.numerator == 0:
        return 0
    least = least_above if quorum.is_more_than else least_reaching
    return least(quorum.share, entitled)


def least_for(majority: Majority, of: int) -> int:
    """The least number that carries a share of `of`; never fewer than one. SIMPLE asks for one."""
    if majority is Majority.SIMPLE:
        return 1
    if majority is Majority.ABSOLUTE:
        return least_above(SHARES[majority], of)
    return max(1, least_reaching(SHARES[majority], of))


def needed_ayes(rule: RuleSpec, counts: Mapping[str, int], turnout: Turnout) -> int:
    """The least number of ayes that passes; never fewer than one."""
    if rule.majority is Majority.SIMPLE:
        return counts["against"] + 1
    return least_for(rule.majority, base_count(rule.base, turnout))


def outcome(
    rule: RuleSpec, counts: Mapping[str, int], turnout: Turnout, by_channel: Mapping[str, int] | None = None
) -> Outcome:
    """Verdict and arithmetic of one question. `counts` names every option; no people are invented or lost.

    Raises ValueError when the figures cannot all be true (more ballots than people, sums that differ).
    """
    if sum(counts.values()) != turnout.cast or not 0 <= turnout.cast <= turnout.present <= turnout.entitled:
        raise ValueError("counts and turnout do not add up")
    ayes, noes = counts["for"], counts["against"]
    valid_from = quorum_needed(rule.quorum, turnout.entitled)
    needed = needed_ayes(rule, counts, turnout)
    is_valid = base_count(rule.quorum.counts, turnout) >= valid_from
    has_majority = ayes >= needed
    verdict = Verdict.NO_QUORUM if not is_valid else Verdict.PASSED if has_majority else Verdict.FAILED
    steps = [quorum_step(rule.quorum, turnout, valid_from, is_valid)]
    if is_valid:
        steps += [need_step(rule, turnout, needed), _verdict_step(rule, ayes, noes, needed)]
    return Outcome(
        verdict=verdict,
        counts=dict(counts),
        turnout=turnout,
        base=rule.base,
        base_count=base_count(rule.base, turnout),
        quorum_needed=valid_from,
        needed=needed,
        steps=tuple(steps),
        by_channel=dict(by_channel or {}),
    )


def quorum_step(quorum: Quorum, turnout: Turnout, needed: int, is_valid: bool) -> Step:
    """The sentence about who must take part."""
    took_part = base_count(quorum.counts, turnout)
    numbers: dict[str, int | str] = {"entitled": turnout.entitled, "took_part": took_part, "needed": needed}
    if quorum.numerator == 0:
        return Step("quorum-none", numbers)
    numbers |= {
        "numerator": quorum.numerator,
        "denominator": quorum.denominator,
        "exact": tenths(quorum.share, turnout.entitled),
        "counts": quorum.counts.value,
        "word": "more" if quorum.is_more_than else "reach",
        "sign": (">" if is_valid else "≤") if quorum.is_more_than else ("≥" if is_valid else "<"),
    }
    return Step("quorum-met" if is_valid else "quorum-missed", numbers)


def need_step(rule: RuleSpec, turnout: Turnout, needed: int) -> Step:
    """The sentence about what must be reached."""
    if rule.majority is Majority.SIMPLE:
        return Step("need-simple", {})
    share = SHARES[rule.majority]
    of = base_count(rule.base, turnout)
    numbers: dict[str, int | str] = {
        "base": rule.base.value,
        "base_count": of,
        "numerator": share.numerator,
        "denominator": share.denominator,
        "exact": tenths(share, of),
        "needed": needed,
        "word": "more" if rule.majority is Majority.ABSOLUTE else "reach",
    }
    return Step("need-share", numbers)


def _verdict_step(rule: RuleSpec, ayes: int, noes: int, needed: int) -> Step:
    if rule.majority is Majority.SIMPLE:
        key = "simple-passed" if ayes > noes else "simple-tie" if ayes == noes else "simple-failed"
        return Step(key, {"ayes": ayes, "noes": noes, "margin": abs(ayes - noes)})
    key = "share-passed" if ayes >= needed else "share-failed"
    return Step(key, {"ayes": ayes, "needed": needed, "margin": abs(ayes - needed)})
