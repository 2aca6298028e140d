"""What a result among options and an owners' double count show: bars and tables, each figure also in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Any

from linyue.base.i18n import t
from linyue.questions.model import Question
from linyue.questions.pages_choice import option_words, yuan
from linyue.questions.rules_owners import square_metres
from linyue.questions.rules_tally import Outcome, Side, Verdict
from linyue.questions.rules_ways import ABSTAIN, AYE_OR_NO, Way

Table = list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class OutcomePart:
    """A count among options. `bars`: (kind, option, number, standing in words); `base`: the number of a full bar.

    `pairs` and `chains` of a ranking, `rounds` of money; each empty elsewhere. `notes`: further sentences.
    """

    way: str
    title: str
    unit: str
    bars: list[tuple[str, str, int, str]]
    base: int
    notes: list[str]
    pair_heads: list[str] = field(default_factory=list)
    pairs: Table = field(default_factory=list)
    chains: Table = field(default_factory=list)
    rounds: Table = field(default_factory=list)
    seed: str = ""
    machine: str = ""
    """Address of the arithmetic for programs."""


@dataclass(frozen=True, slots=True)
class WeighedPart:
    """The double count as one table: (figure, area, heads)."""

    heads: list[str]
    rows: Table


UNITS = {Way.DOTS: "dots", Way.SCORE: "score", Way.RANKED: "above"}


def named(lang: str, keys: Sequence[str], words: Mapping[str, str]) -> str:
    """Options in one line."""
    return t(lang, "questions-ways-level").join(words.get(key, key) for key in keys)


CHIPS = {Verdict.PASSED: "ok", Verdict.FAILED: "err"}
"""How a verdict is coloured in a line of others, beside its word; whatever is not decided is amber."""


def verdict_word(lang: str, verdict: Verdict, way: Way) -> str:
    """A verdict in a word or two. Among options nothing is passed: some are chosen, or none is.

    A single choice may be about a person's work (an appraisal): the word says only that there is a result.
    """
    if way in AYE_OR_NO or verdict not in CHIPS:
        return t(lang, f"questions-verdict-{verdict.value.replace('_', '-')}")
    if verdict is Verdict.FAILED:
        return t(lang, "questions-ways-none-chosen")
    words = {Way.DOTS: "questions-ways-most-dots", Way.SINGLE: "questions-ways-has-result"}
    return t(lang, words.get(way, "questions-ways-chosen"))


def verdict_lines(lang: str, outcome: Outcome, words: Mapping[str, str]) -> list[str]:
    """Who is chosen, and who is level for the last place."""
    if outcome.verdict is Verdict.NO_QUORUM:
        return [t(lang, "questions-verdict-rule-quorum", quorum=outcome.quorum_needed)]
    lines = []
    if outcome.chosen:
        lines.append(t(lang, "questions-ways-verdict-chosen", options=named(lang, outcome.chosen, words)))
    if outcome.tied:
        lines.append(t(lang, "questions-ways-verdict-tied", options=named(lang, outcome.tied, words)))
    return lines or [t(lang, "questions-ways-verdict-nobody")]


def outcome_part(lang: str, question: Question, outcome: Outcome) -> OutcomePart:
    """The count among options for the page of a result."""
    way, words = question.rule_spec.form.way, option_words(lang, question)
    proof = outcome.proof
    idle = outcome.counts.get(ABSTAIN, 0)
    notes = [t(lang, "questions-ways-abstained", n=idle)] if idle else []
    if way is Way.MONEY and proof.get("payers"):
        budget, share = yuan(question.rule_spec.form.budget), _money(str(proof["share"]))
        notes.append(t(lang, "questions-ways-share-words", payers=proof["payers"], budget=budget, share=share))
        notes.append(t(lang, "questions-ways-left-words", yuan=yuan(int(proof["left"]))))
    return OutcomePart(
        way=way.value,
        title=t(lang, f"questions-ways-tally-{way.value}"),
        unit=t(lang, f"questions-ways-{UNITS.get(way, 'votes')}-unit"),
        bars=option_rows(lang, outcome, words),
        base=_full(way, outcome),
        notes=notes,
        pair_heads=[t(lang, "questions-ways-pair"), t(lang, "questions-ways-first"), t(lang, "questions-ways-second")],
        pairs=_pairs(lang, _ordered(outcome), words, proof.get("pairs", {})),
        chains=_pairs(lang, _ordered(outcome), words, proof.get("paths", {})),
        rounds=_rounds(lang, question, words, proof.get("rounds", [])),
        seed=outcome.seed,
        machine=f"/q/{question.public_id}/result.json",
    )


def option_rows(lang: str, outcome: Outcome, words: Mapping[str, str]) -> list[tuple[str, str, int, str]]:
    """One row an option, the chosen ones first: (kind, option, number, standing in words)."""
    return [
        (_kind(outcome, key), words.get(key, key), outcome.tally[key], _standing(lang, outcome, key))
        for key in _ordered(outcome)
    ]


def _ordered(outcome: Outcome) -> list[str]:
    return sorted(outcome.tally, key=lambda key: (_rank(outcome, key), -outcome.tally[key], key))


def _rank(outcome: Outcome, key: str) -> int:
    return outcome.chosen.index(key) if key in outcome.chosen else 50 if key in outcome.tied else 99


def _full(way: Way, outcome: Outcome) -> int:
    if way in UNITS:
        return max(1, len(outcome.tally) - 1 if way is Way.RANKED else max(outcome.tally.values()))
    return max(1, outcome.turnout.cast)


def _kind(outcome: Outcome, key: str) -> str:
    return "for" if key in outcome.chosen else "abstain" if key in outcome.tied else "unvoted"


def _standing(lang: str, outcome: Outcome, key: str) -> str:
    word = "chosen" if key in outcome.chosen else "tied" if key in outcome.tied else "not"
    return t(lang, f"questions-ways-was-{word}")


def _pairs(lang: str, order: Sequence[str], words: Mapping[str, str], table: Mapping[str, Mapping[str, int]]) -> Table:
    """Each two options with the figure of either; the larger one wins."""
    if not table:
        return []
    over = "questions-ways-pairs-over"
    return [
        (
            t(lang, over, one=words[one], other=words[other]),
            _of(words[one], table[one][other], table[other][one]),
            _of(words[other], table[other][one], table[one][other]),
        )
        for one, other in combinations(order, 2)
    ]


def _of(word: str, mine: int, theirs: int) -> str:
    return f"{word} {mine}{' ✓' if mine > theirs else ''}"


def _rounds(lang: str, question: Question, words: Mapping[str, str], rounds: Sequence[Mapping[str, Any]]) -> Table:
    costs = question.rule_spec.form.costs
    rows: Table = []
    for n, one in enumerate(rounds, 1):
        lot = t(lang, "questions-ways-round-drawn") if one["drawn"] else ""
        paid = t(lang, f"questions-ways-round-{one['kind']}", yuan=_money(str(one["each"])))
        key = str(one["option"])
        rows.append((f"{n}. {words[key]}", t(lang, "questions-ways-cost", yuan=yuan(costs[key])), paid + lot))
    return rows


def _money(share: str) -> str:
    """An exact fraction of fen as yuan for reading; cut to whole fen, and said to go on where it does."""
    fen = Fraction(share)
    whole = fen.numerator // fen.denominator
    return yuan(whole) if fen.denominator == 1 else f"{whole // 100}.{whole % 100:02d}…"


def weighed_part(lang: str, outcome: Outcome) -> WeighedPart:
    """Area and heads side by side: all owners, who took part, each choice, and what was needed."""
    area, heads = outcome.weighed["area"], outcome.weighed["heads"]

    def row(name: str, figure: str) -> tuple[str, str, str]:
        return name, square_metres(_figure(area, figure)), str(_figure(heads, figure))

    rows = [row(t(lang, f"questions-weighed-{name}"), figure) for name, figure in _FIGURES]
    rows += [row(t(lang, f"questions-choice-{choice}"), choice) for choice in area.counts]
    rows.append(row(t(lang, "questions-weighed-needed"), "needed"))
    return WeighedPart([t(lang, f"questions-weighed-{name}") for name in ("what", "area", "heads")], list(rows))


_FIGURES = (("entitled", "entitled"), ("needed-quorum", "quorum_needed"), ("cast", "cast"))


def _figure(side: Side, name: str) -> int:
    return side.counts[name] if name in side.counts else int(getattr(side, name))
