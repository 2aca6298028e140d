"""Rehearsals: troubles to choose, rules that are watched, what an account says. Plain functions over values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from linyue.questions.rules import Base, Majority, RuleSpec
from linyue.questions.rules_tally import Outcome, Turnout, Verdict
from linyue.questions.rules_ways import AYE_OR_NO, BallotForm, Tie, Way

MOST_KEPT = 5
"""Rehearsals somebody keeps at a time; they throw one away before the next."""


class Trouble(StrEnum):
    """What may go wrong in a rehearsal."""

    HECKLER = "heckler"
    TIE = "tie"
    NO_QUORUM = "no_quorum"
    DEAD_NETWORK = "dead_network"


class RehearsalState(StrEnum):
    """Where a rehearsal stands."""

    WAITING = "waiting"
    DONE = "done"
    BROKEN = "broken"
    """The process that plays it did not come to an end."""


class Watched(StrEnum):
    """The rules an account tells of, in the order in which they come up."""

    NOTICE = "notice"
    OFFICES = "offices"
    ROLL = "roll"
    OPENING = "opening"
    TOPICS_EACH = "topics_each"
    CONSENT = "consent"
    NOTES = "notes"
    TURNS = "turns"
    NEWCOMERS = "newcomers"
    RULING = "ruling"
    NO_LEAVING = "no_leaving"
    STRANGER_BALLOT = "stranger_ballot"
    ONE_BALLOT = "one_ballot"
    LATE_BALLOT = "late_ballot"
    TIE = "tie"
    VOTE_QUORUM = "vote_quorum"
    FEW_COUNT = "few_count"
    STOPPED = "stopped"


class Who(StrEnum):
    """The invented people of a rehearsal."""

    CHAIR = "chair"
    EVERYBODY = "everybody"
    HECKLER = "heckler"
    STRANGER = "stranger"
    LOST = "lost"


class Held(StrEnum):
    """How a rule fared: nobody touched it; somebody tried to break it and could not; it was broken."""

    KEPT = "kept"
    TRIED = "tried"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of an account. `by`: who kept it, or who tried to break it. `reason`: what the services answered."""

    rule: Watched
    held: Held
    by: Who
    reason: str = ""

    def to_data(self) -> dict[str, str]:
        """As it is stored and as the process prints it."""
        return {"rule": self.rule.value, "held": self.held.value, "by": self.by.value, "reason": self.reason}


class Press(StrEnum):
    """What the chair presses, from the notice to the close; most are the one large button of the console."""

    ANNOUNCE = "announce"
    START = "start"
    ADJOURN = "adjourn"
    FORM_GROUPS = "form_groups"
    NEXT_SPEAKER = "next_speaker"
    RULE = "rule"
    PUT_QUESTION = "put_question"
    OPEN_QUESTION = "open_question"
    CLOSE_QUESTION = "close_question"
    PUBLISH_RESULT = "publish_result"
    NEXT_ITEM = "next_item"
    END = "end"


class Deed(StrEnum):
    """What the invented neighbours do after a press."""

    COME = "come"
    FEW_COME = "few_come"
    POST = "post"
    POST_MANY = "post_many"
    SAY_NO = "say_no"
    SIT_DOWN = "sit_down"
    WRITE = "write"
    TALK_OVER = "talk_over"
    VOTE = "vote"
    VOTE_EVEN = "vote_even"
    VOTE_FEW = "vote_few"
    SEND_TWICE = "send_twice"
    SEND_LATE = "send_late"


@dataclass(frozen=True, slots=True)
class Step:
    """One press of the chair and what follows it. `zh`, `en`: the item of the agenda it is in, or leads to."""

    press: Press
    zh: str
    en: str
    deeds: list[Deed]
    lines: list[Line]

    def to_data(self) -> dict[str, Any]:
        """As it is stored behind the lines of an account, and as the process prints it."""
        deeds, lines = [one.value for one in self.deeds], [one.to_data() for one in self.lines]
        return {"press": self.press.value, "zh": self.zh, "en": self.en, "deeds": deeds, "lines": lines}


def lines_from(data: Sequence[Mapping[str, Any]]) -> list[Line]:
    """The lines of a stored account. Raises ValueError for what no process of ours prints."""
    told = [one for one in data if "press" not in one]
    return [Line(Watched(one["rule"]), Held(one["held"]), Who(one["by"]), str(one["reason"])) for one in told]


def steps_from(data: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The chair's presses of a stored account, in order; none in an account of before. Raises like `lines_from`."""
    return [
        Step(
            Press(one["press"]),
            str(one["zh"]),
            str(one["en"]),
            [Deed(deed) for deed in one["deeds"]],
            lines_from(one["lines"]),
        )
        for one in data
        if "press" in one
    ]


def deed_of_vote(troubles: Sequence[Trouble]) -> Deed:
    """How the neighbours vote, in a word; as `choices_of` has it."""
    if Trouble.NO_QUORUM in troubles:
        return Deed.VOTE_FEW
    return Deed.VOTE_EVEN if Trouble.TIE in troubles else Deed.VOTE


class RehearsalRefusal(StrEnum):
    """Why there is no rehearsal now."""

    TOO_MANY = "rehearsals-refused-too-many"
    UNDER_WAY = "rehearsals-refused-under-way"


def refuse_rehearsal(kept: int, waiting: int) -> RehearsalRefusal | None:
    """One at a time, and a few kept."""
    if waiting:
        return RehearsalRefusal.UNDER_WAY
    return RehearsalRefusal.TOO_MANY if kept >= MOST_KEPT else None


def choices_of(troubles: Sequence[Trouble], voters: int) -> list[str]:
    """How the invented neighbours vote: half and half for a tie, two for a failed quorum, else two in three for it."""
    if Trouble.NO_QUORUM in troubles:
        return ["for"] * min(2, voters)
    if Trouble.TIE in troubles:
        half = voters // 2
        return ["for"] * half + ["against"] * half
    return ["against" if n % 3 == 2 else "for" for n in range(voters)]


def invented_options(way: Way, seats: int, least: int) -> str:
    """Options as a chair would type them, a line each: enough for whoever wins, one more at least, three at least."""
    cost = " 300元" if way is Way.MONEY else ""
    wanted = max(3, seats + 1, least + 1)
    return "\n".join(f"演练的选项{n + 1} | Option {n + 1}{cost}" for n in range(wanted))


def ballot_text(form: BallotForm, keys: Sequence[str], lean: str) -> str:
    """The ballot of somebody who leans for (the first option) or against it (the second one), by the question's way."""
    if form.way in AYE_OR_NO:
        return lean
    first, second = (keys[0], keys[1]) if lean == "for" else (keys[1], keys[0])
    others = [key for key in keys if key not in (first, second)]
    if form.way in (Way.SEVERAL, Way.MONEY):
        return "+".join(sorted([first, *others, second][: form.least]))
    if form.way is Way.DOTS:
        return f"{first}:{min(form.most, form.dots)}"
    if form.way is Way.SCORE:
        return "+".join(f"{key}:{form.most if key == first else 0}" for key in keys)
    return ">".join([first, second, *others]) if form.way is Way.RANKED else first


def is_missed(rule: RuleSpec, turnout: Turnout) -> bool:
    """Whether too few took part by the question's own rule; worked out here once more, apart from the count."""
    took_part = {Base.CAST: turnout.cast, Base.PRESENT: turnout.present, Base.ENTITLED: turnout.entitled}
    came, quorum = took_part[rule.quorum.counts], rule.quorum
    asked = Fraction(quorum.numerator, quorum.denominator) * turnout.entitled
    return came <= asked if quorum.is_more_than and quorum.numerator else came < asked


def judge(troubles: Sequence[Trouble], rule: RuleSpec, result: Outcome) -> tuple[Watched, bool] | None:
    """What the troubles did to a vote: the rule that was watched, and whether it held. None: nothing to tell.

    A vote that asks for a least number decides nothing below it; one that asks for none counts however few there are.
    Half and half does not pass; where the rule draws a lot between options that are level, the lot decides.
    """
    if Trouble.NO_QUORUM in troubles:
        is_void = result.verdict is Verdict.NO_QUORUM
        if not rule.quorum.numerator:
            return Watched.FEW_COUNT, not is_void
        return Watched.VOTE_QUORUM, is_void == is_missed(rule, result.turnout)
    if Trouble.TIE not in troubles or rule.form.way is Way.MONEY or rule.form.seats > 1:
        return None  # money and several seats have no last place that halves make level
    if rule.majority is Majority.THIRD and rule.is_aye_or_no:
        return None  # an election's second vote with one candidate: a half is more than the third it asks for
    by_lot = rule.form.tie is Tie.LOT and bool(result.drawn)
    return Watched.TIE, result.verdict is not Verdict.PASSED or by_lot
