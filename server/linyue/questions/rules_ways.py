"""The ways to vote and what a ballot says in each: one short text a ballot, in one form only. No counting here.

A ballot's text is plain letters, so that it fits a sealed ballot, a line of the record and a worker's form alike:

    for_against, roll_call   for | against | abstain
    single                   b
    several, money           a+c        options in the order of the ballot
    dots                     a:3+c:2    how many dots, options without any left out
    score                    a:5+b:0    a score for every option
    ranked                   b>a=d      best first, "=" for equals; what is not named comes last
    any way                  abstain    took part and chose nothing
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

ABSTAIN = "abstain"
OPTION_KEYS = "abcdefghijklmnop"
MOST_OPTIONS = len(OPTION_KEYS)
MOST_POINTS = 99
MOST_MONEY = 10**11
"""Fen; a thousand million yuan."""
CHOICE_LIMIT = 96
"""Letters of the longest ballot there is; a sealed ballot holds as many."""
_POINTS = re.compile(r"([a-p]):(0|[1-9][0-9]?)")


class Way(StrEnum):
    """How people say what they want. Each is counted by one function (rules_tally.decide)."""

    FOR_AGAINST = "for_against"
    SINGLE = "single"
    SEVERAL = "several"
    DOTS = "dots"
    SCORE = "score"
    RANKED = "ranked"
    MONEY = "money"
    ROLL_CALL = "roll_call"


class Tie(StrEnum):
    """What happens when options are level for the last place: they are named and undecided, or a lot is drawn."""

    NAMED = "named"
    LOT = "lot"


AYE_OR_NO = frozenset({Way.FOR_AGAINST, Way.ROLL_CALL})
"""Ways with for, against and abstain; all others choose among options."""
PICKS = frozenset({Way.SINGLE, Way.SEVERAL})
POINTS = frozenset({Way.DOTS, Way.SCORE})


@dataclass(frozen=True, slots=True)
class BallotForm:
    """What may stand on a ballot, and how many options are chosen.

    `least`, `most`: how many options one ballot names (several, money); for dots `most` is the most on one option, for
    score the highest score. `dots`: how many dots a ballot has. `seats`: how many options win; for money the `budget`
    decides instead, in fen like `costs`.
    """

    way: Way = Way.FOR_AGAINST
    least: int = 1
    most: int = 1
    dots: int = 0
    seats: int = 1
    budget: int = 0
    costs: Mapping[str, int] = field(default_factory=dict)
    tie: Tie = Tie.NAMED


def is_form(form: BallotForm, keys: Sequence[str]) -> bool:
    """Whether a ballot of this form can be filled in and counted with these options."""
    if form.way in AYE_OR_NO:
        return {"for", "against"} <= set(keys) <= {"for", "against", ABSTAIN} and len(set(keys)) == len(keys)
    if not 2 <= len(keys) <= MOST_OPTIONS or "".join(keys) != OPTION_KEYS[: len(keys)]:
        return False
    is_money = form.way is Way.MONEY
    if not is_money and not 1 <= form.seats < len(keys):
        return False
    if is_money:
        costs = [form.costs.get(key, 0) for key in keys]
        is_whole = set(form.costs) == set(keys) and 0 < form.budget <= MOST_MONEY
        if not is_whole or form.tie is not Tie.LOT or any(not 0 < cost <= form.budget for cost in costs):
            return False
    if form.way in {Way.SEVERAL, Way.MONEY}:
        return 1 <= form.least <= form.most <= len(keys)
    if form.way is Way.DOTS:
        return 1 <= form.most <= form.dots <= MOST_POINTS and form.dots <= form.most * len(keys)
    return form.way is not Way.SCORE or 1 <= form.most <= 10


@dataclass(frozen=True, slots=True)
class Ballots:
    """All texts a ballot of a question may have: `choice in ballots` asks whether this is one."""

    form: BallotForm
    keys: tuple[str, ...]

    def __contains__(self, choice: object) -> bool:
        if not isinstance(choice, str) or not choice or len(choice) > CHOICE_LIMIT:
            return False
        if self.form.way in AYE_OR_NO:
            return choice in self.keys
        return choice == ABSTAIN or _READ[self.form.way](self.form, self.keys, choice)


def _is_single(form: BallotForm, keys: Sequence[str], choice: str) -> bool:
    return choice in keys


def _is_several(form: BallotForm, keys: Sequence[str], choice: str) -> bool:
    named = choice.split("+")
    return _is_rising(named, keys) and form.least <= len(named) <= form.most


def _is_rising(named: Sequence[str], keys: Sequence[str]) -> bool:
    return all(one in keys for one in named) and all(one < other for one, other in pairwise(named))


def _is_dots(form: BallotForm, keys: Sequence[str], choice: str) -> bool:
    found = points(choice)
    if found is None or not _is_rising(list(found), keys) or not all(0 < n <= form.most for n in found.values()):
        return False
    return sum(found.values()) <= form.dots


def _is_score(form: BallotForm, keys: Sequence[str], choice: str) -> bool:
    found = points(choice)
    return found is not None and list(found) == list(keys) and all(n <= form.most for n in found.values())


def _is_ranked(form: BallotForm, keys: Sequence[str], choice: str) -> bool:
    levels = ranks(choice)
    named = [one for level in levels for one in level]
    return len(set(named)) == len(named) and all(_is_rising(level, keys) for level in levels)


_READ = {
    Way.SINGLE: _is_single,
    Way.SEVERAL: _is_several,
    Way.MONEY: _is_several,
    Way.DOTS: _is_dots,
    Way.SCORE: _is_score,
    Way.RANKED: _is_ranked,
}


def named(choice: str) -> list[str]:
    """Options a ballot of a pick names; none for an abstention."""
    return [] if choice == ABSTAIN else choice.split("+")


def points(choice: str) -> dict[str, int] | None:
    """Points by option in their order; None when the text is no such ballot."""
    found: dict[str, int] = {}
    for part in choice.split("+"):
        match = _POINTS.fullmatch(part)
        if match is None or match[1] in found:
            return None
        found[match[1]] = int(match[2])
    return found


def ranks(choice: str) -> list[list[str]]:
    """Levels of a ranking, best first."""
    return [] if choice == ABSTAIN else [level.split("=") for level in choice.split(">")]


class BadBallot(StrEnum):
    """What is wrong with a ballot as it was filled in. The value is the translation key."""

    EMPTY = "questions-refused-no-choice"
    TOO_FEW = "questions-ways-refused-too-few"
    TOO_MANY = "questions-ways-refused-too-many"
    DOTS_OVER = "questions-ways-refused-dots-over"
    DOTS_ONE = "questions-ways-refused-dots-one"
    NOT_A_NUMBER = "questions-ways-refused-number"
    SCORE_HIGH = "questions-ways-refused-score"


def filled(form: BallotForm, keys: Sequence[str], fields: Mapping[str, Sequence[str]]) -> str | BadBallot:
    """The text of a ballot that was filled in field by field, as a form without script sends it.

    `fields`: "choice" for single; "pick" with every box ticked; "o_a", "o_b", … with a number for dots, score and
    ranks (1 is best, the same number twice means level). "choice" = "abstain" abstains.
    """
    first = next(iter(fields.get("choice", ())), "").strip()
    if form.way in AYE_OR_NO or form.way is Way.SINGLE or first == ABSTAIN:
        return first or BadBallot.EMPTY
    if form.way in {Way.SEVERAL, Way.MONEY}:
        picked = sorted(set(fields.get("pick", ())) & set(keys))
        if not picked:
            return first or BadBallot.EMPTY
        if len(picked) < form.least:
            return BadBallot.TOO_FEW
        return "+".join(picked) if len(picked) <= form.most else BadBallot.TOO_MANY
    numbers = {key: next(iter(fields.get(f"o_{key}", ())), "").strip() for key in keys}
    if not any(numbers.values()):
        return first or BadBallot.EMPTY
    if any(text and not (text.isascii() and text.isdigit() and len(text) < 3) for text in numbers.values()):
        return BadBallot.NOT_A_NUMBER
    whole = {key: int(text) for key, text in numbers.items() if text}
    return _FILLED[form.way](form, keys, whole)


def _filled_dots(form: BallotForm, keys: Sequence[str], whole: Mapping[str, int]) -> str | BadBallot:
    given = {key: n for key, n in whole.items() if n}
    if not given:
        return BadBallot.EMPTY
    if any(n > form.most for n in given.values()):
        return BadBallot.DOTS_ONE
    if sum(given.values()) > form.dots:
        return BadBallot.DOTS_OVER
    return "+".join(f"{key}:{n}" for key, n in given.items())


def _filled_score(form: BallotForm, keys: Sequence[str], whole: Mapping[str, int]) -> str | BadBallot:
    if any(n > form.most for n in whole.values()):
        return BadBallot.SCORE_HIGH
    return "+".join(f"{key}:{whole.get(key, 0)}" for key in keys)


def _filled_ranks(form: BallotForm, keys: Sequence[str], whole: Mapping[str, int]) -> str | BadBallot:
    levels: dict[int, list[str]] = {}
    for key, n in whole.items():
        if n:
            levels.setdefault(n, []).append(key)
    return ">".join("=".join(levels[n]) for n in sorted(levels)) or BadBallot.EMPTY


_FILLED = {Way.DOTS: _filled_dots, Way.SCORE: _filled_score, Way.RANKED: _filled_ranks}


def fields_of(form: BallotForm, choice: str) -> dict[str, list[str]]:
    """The fields a ballot's text came from, to fill the form in again; empty for what is no ballot."""
    if choice == ABSTAIN or form.way in AYE_OR_NO or form.way is Way.SINGLE:
        return {"choice": [choice]}
    if form.way in {Way.SEVERAL, Way.MONEY}:
        return {"pick": choice.split("+")}
    if form.way is Way.RANKED:
        return {f"o_{key}": [str(n)] for n, level in enumerate(ranks(choice), 1) for key in level}
    return {f"o_{key}": [str(n)] for key, n in (points(choice) or {}).items()}


def parts(form: BallotForm, choice: str) -> Iterator[tuple[str, int]]:
    """A valid ballot taken apart for words: (option, number), the number being points or the place in a ranking."""
    if form.way is Way.RANKED:
        yield from ((key, n) for n, level in enumerate(ranks(choice), 1) for key in level)
    elif form.way in POINTS:
        yield from (points(choice) or {}).items()
    else:
        yield from ((key, 0) for key in named(choice))
