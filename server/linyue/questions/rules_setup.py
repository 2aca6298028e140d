"""From an agenda template's words and what a chair typed to the rule of one question and its options. Decides only."""

from collections.abc import Sequence
from dataclasses import dataclass

from linyue.questions.rules import CHOICES, RuleSpec, System, rule_from_template
from linyue.questions.rules_law import DECISIONS, Decision, rule_for
from linyue.questions.rules_options import Option, read_options
from linyue.questions.rules_ways import AYE_OR_NO, OPTION_KEYS, BallotForm, Tie, Way

DOTS = 3
HIGHEST_SCORE = 5
"""Where a template names a way without its numbers."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a template says of a question. `decision` "" is advice with the figures of the template itself.

    `item`: which item of Civil Code 278 owners decide; 0: none.
    """

    choices: Sequence[str] = CHOICES
    quorum: str = "none"
    majority: str = "simple"
    base: str = "cast"
    decision: str = ""
    way: str = "for_against"
    least: int = 1
    most: int = 0
    dots: int = 0
    seats: int = 1
    tie: str = "named"
    item: int = 0


@dataclass(frozen=True, slots=True)
class Typed:
    """What a chair typed: another way to vote, a line for each option, how many win, the yuan to share out."""

    way: str = ""
    options: str = ""
    seats: int = 0
    budget: int = 0


def ways_for(words: Words) -> list[Way]:
    """Ways a chair may choose from: the template's first, then what the body may use."""
    allowed = DECISIONS[Decision(words.decision)].ways if words.decision else frozenset(Way)
    first = Way(words.way)
    return [first, *(way for way in Way if way in allowed and way is not first)]


def system_of(words: Words) -> System:
    """The system of decision that a template's words stand in."""
    return DECISIONS[Decision(words.decision)].system if words.decision else System.DELIBERATION


def rule_of(words: Words, typed: Typed | None = None) -> tuple[RuleSpec, list[Option]]:
    """The rule and its options. Raises ValueError for a word nobody knows; what cannot be counted is refused later."""
    typed = typed or Typed()
    way = Way(typed.way or words.way)
    if way in AYE_OR_NO:
        return _rule(words, tuple(words.choices), BallotForm(way=way)), []
    options = read_options(typed.options, with_costs=way is Way.MONEY)
    keys = tuple(OPTION_KEYS[: len(options)])
    is_money = way is Way.MONEY
    most = words.most or len(keys)
    if way in (Way.DOTS, Way.SCORE):
        most = words.most or (DOTS if way is Way.DOTS else HIGHEST_SCORE)
    form = BallotForm(
        way=way,
        least=min(words.least, len(keys)) if way in (Way.SEVERAL, Way.MONEY) else 1,
        most=1
        if way in (Way.SINGLE, Way.RANKED)
        else min(most, len(keys))
        if way in (Way.SEVERAL, Way.MONEY)
        else most,
        dots=(words.dots or DOTS) if way is Way.DOTS else 0,
        seats=1 if is_money else typed.seats or words.seats,
        budget=typed.budget if is_money else 0,
        costs={key: one.cost for key, one in zip(keys, options, strict=False)} if is_money else {},
        tie=Tie.LOT if is_money else Tie(words.tie),
    )
    return _rule(words, keys, form), options


def _rule(words: Words, choices: tuple[str, ...], form: BallotForm) -> RuleSpec:
    if words.decision:
        return rule_for(Decision(words.decision), choices, form, item=words.item)
    # Points, rankings and money are compared among themselves: there is no share to reach.
    compares = form.way in (Way.DOTS, Way.SCORE, Way.RANKED, Way.MONEY)
    majority = "simple" if compares else words.majority
    planned = rule_from_template(majority=majority, quorum=words.quorum, base=words.base)
    return RuleSpec(choices=choices, majority=planned.majority, base=planned.base, quorum=planned.quorum, form=form)
