"""A ballot in words, and its form: what stands on it, which fields it has, what was filled in. Nothing looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from linyue.base.i18n import t
from linyue.questions.model import Question
from linyue.questions.rules import RuleSpec
from linyue.questions.rules_ways import (
    ABSTAIN,
    AYE_OR_NO,
    POINTS,
    BadBallot,
    BallotForm,
    Way,
    fields_of,
    filled,
    parts,
)


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One option on a ballot. `value` is what is filled in: a number, "on" for a ticked box, "" for nothing."""

    key: str
    word: str
    note: str
    value: str


@dataclass(frozen=True, slots=True)
class WayPart:
    """The form of a ballot among options. `numbers`: what each option's list offers, as (value, word).

    `how`: the sentence that says how to fill it in; `limits` for the page's script, which checks them before it asks.
    """

    way: str
    how: str
    lines: list[OptionLine]
    numbers: list[tuple[str, str]]
    abstains: bool
    limits: dict[str, int]
    words: dict[str, str] = field(default_factory=dict)


def yuan(fen: int) -> str:
    """Money as people write it: 1200 yuan, or 12.50."""
    return f"{fen // 100}" if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}"


def option_words(lang: str, question: Question) -> dict[str, str]:
    """The words of each option, by its letter; of for, against and abstain where there are no others."""
    return options_in(lang, question.options)


def options_in(lang: str, options: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The same from stored options. An option in its reader's language, Chinese where there is no other."""
    words = {}
    for option in options:
        named = (option.get("en") if lang == "en" else "") or option.get("zh")
        words[option["key"]] = str(named) if named else t(lang, f"questions-choice-{option['key']}")
    return words


def choice_words(lang: str, question: Question, choice: str) -> str:
    """A ballot as one line: 赞成; or 长椅、花箱; or 第1 长椅，第2 花箱."""
    return choice_in(lang, question.rule_spec.form, option_words(lang, question), choice)


def choice_in(lang: str, form: BallotForm, words: Mapping[str, str], choice: str) -> str:
    """The same from its parts; the bare text where it is no ballot of this form."""
    return t(lang, "common-comma").join(choice_lines(lang, form, words, choice))


def choice_lines(lang: str, form: BallotForm, words: Mapping[str, str], choice: str) -> list[str]:
    """A ballot line by line, as the page that asks once more shows it."""
    if choice in ("for", "against", ABSTAIN):
        return [t(lang, f"questions-choice-{choice}")]
    if form.way in AYE_OR_NO:
        return [choice]
    try:
        found = list(parts(form, choice))
        if form.way is Way.RANKED:
            places = sorted({n for _, n in found})
            named = {n: t(lang, "questions-ways-level").join(words[k] for k, m in found if m == n) for n in places}
            return [f"{t(lang, 'questions-ways-place-n', n=n)} {level}" for n, level in named.items()]
        if form.way in POINTS:
            unit = "questions-ways-dots-n" if form.way is Way.DOTS else "questions-ways-points-n"
            return [f"{words[key]} {t(lang, unit, n=n)}" for key, n in found]
        return [words[key] for key, _ in found]
    except (KeyError, ValueError):
        return [choice]


def lines_of(lang: str, question: Question, choice: str) -> list[str]:
    """A ballot among options line by line; none where the choice is one word for or against."""
    if not choice or question.rule_spec.is_aye_or_no:
        return []
    return choice_lines(lang, question.rule_spec.form, option_words(lang, question), choice)


def way_part(
    lang: str, question: Question, choice: str, kept: Mapping[str, Sequence[str]] | None = None
) -> WayPart | None:
    """The form of this question's ballot; None where people say for or against.

    `choice`: what is filled in; `kept`: fields as they were sent, when they made no ballot.
    """
    rule = question.rule_spec
    if rule.is_aye_or_no:
        return None
    form = rule.form
    fields = kept if kept is not None else fields_of(form, choice) if choice else {}
    picked = set(fields.get("pick", ()))
    notes = {option["key"]: _cost(lang, option) for option in question.options}
    lines = [
        OptionLine(key, word, notes[key], "on" if key in picked else next(iter(fields.get(f"o_{key}", ())), ""))
        for key, word in option_words(lang, question).items()
    ]
    if form.way is Way.SINGLE:
        lines = [
            OptionLine(one.key, one.word, one.note, "on" if [one.key] == list(fields.get("choice", ())) else "")
            for one in lines
        ]
    limits = {"least": form.least, "most": form.most, "dots": form.dots}
    return WayPart(
        way=form.way.value,
        how=t(lang, f"questions-ways-{form.way.value}-hint", budget=yuan(form.budget), **limits),
        lines=lines,
        numbers=_numbers(lang, rule),
        abstains=list(fields.get("choice", ())) == [ABSTAIN],
        limits=limits,
        words={
            "empty": t(lang, BadBallot.EMPTY.value),
            "few": t(lang, BadBallot.TOO_FEW.value, **limits),
            "many": t(lang, BadBallot.TOO_MANY.value, **limits),
            "over": t(lang, BadBallot.DOTS_OVER.value, **limits),
        },
    )


def _cost(lang: str, option: Mapping[str, Any]) -> str:
    return t(lang, "questions-ways-cost", yuan=yuan(int(option["cost"]))) if option.get("cost") else ""


def _numbers(lang: str, rule: RuleSpec) -> list[tuple[str, str]]:
    form = rule.form
    if form.way is Way.DOTS:
        return [(str(n), t(lang, "questions-ways-dots-n", n=n)) for n in range(1, form.most + 1)]
    if form.way is Way.SCORE:
        return [(str(n), t(lang, "questions-ways-points-n", n=n)) for n in range(form.most + 1)]
    if form.way is Way.RANKED:
        return [(str(n), t(lang, "questions-ways-place-n", n=n)) for n in range(1, len(rule.choices) + 1)]
    return []


def read_choice(question: Question, fields: Mapping[str, Sequence[str]]) -> str | BadBallot:
    """The ballot in the fields of a form, a fault where they make none; a text that is whole is taken as it is."""
    rule = question.rule_spec
    whole = next(iter(fields.get("choice", ())), "")
    if whole in rule.ballots:
        return whole
    found = filled(rule.form, rule.choices, fields)
    if isinstance(found, BadBallot) or found in rule.ballots:
        return found
    return BadBallot.EMPTY


def fault_words(lang: str, question: Question, fault: BadBallot) -> str:
    """What is wrong with a ballot, with its numbers."""
    form = question.rule_spec.form
    return t(lang, fault.value, least=form.least, most=form.most, dots=form.dots)
