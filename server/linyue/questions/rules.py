"""May a question be opened, voted on, closed, published; and the rule it is decided by, as data.

Decides only; knows no database, no clock and no chance. `now` is always passed in.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

PUBLISHES_ITSELF_AFTER = timedelta(hours=24)
TEXT_LIMIT = 200
VOID_REASON_LIMIT = 400


class QuestionState(StrEnum):
    """Where a question stands. The order is one way only; `closed` never opens again, `voided` is the end."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"
    VOIDED = "voided"


class System(StrEnum):
    """Whose vote it is; three systems that are never mixed (domain: deliberation binds nobody by itself)."""

    DELIBERATION = "deliberation"


class Majority(StrEnum):
    """What the ayes must reach. SIMPLE compares for with against; the others take a share of the base."""

    SIMPLE = "simple"
    ABSOLUTE = "absolute"
    TWO_THIRDS = "two_thirds"
    THREE_QUARTERS = "three_quarters"


class Base(StrEnum):
    """What the share is taken of: ballots cast (abstentions included), people present, or the whole roll."""

    CAST = "cast"
    PRESENT = "present"
    ENTITLED = "entitled"


class QuestionRefusal(StrEnum):
    """Why a step with a question is not taken."""

    NOT_DRAFT = "questions-refused-not-draft"
    ANOTHER_OPEN = "questions-refused-another-open"
    EMPTY_ROLL = "questions-refused-empty-roll"
    DOUBLE_ROLL = "questions-refused-double-roll"
    NO_TEXT = "questions-refused-no-text"
    TEXT_LONG = "questions-refused-text-long"
    BAD_RULE = "questions-refused-bad-rule"
    CLOSES_IN_PAST = "questions-refused-closes-in-past"
    ALREADY_CLOSED = "questions-refused-already-closed"
    NOT_OPENED = "questions-refused-not-opened"
    NOT_CLOSED = "questions-refused-not-closed"
    NOT_PUBLISHED = "questions-refused-not-published"
    ROLL_ONLY = "questions-refused-roll-only"
    VOIDED = "records-void-refused-voided"
    NOTHING_TO_VOID = "records-void-refused-nothing"
    NO_VOID_REASON = "records-void-refused-no-reason"
    VOID_REASON_LONG = "records-void-refused-reason-long"


@dataclass(frozen=True, slots=True)
class Quorum:
    """How much of the roll must take part. `counts` says who does: people present or ballots cast.

    `is_more_than`: the share itself is not enough (half needs one more); otherwise reaching it is enough.
    """

    numerator: int
    denominator: int
    is_more_than: bool
    counts: Base = Base.CAST

    @property
    def share(self) -> Fraction:
        """The share of the roll as an exact fraction."""
        return Fraction(self.numerator, self.denominator)


NO_QUORUM = Quorum(0, 1, is_more_than=False)
QUORUMS: Mapping[str, Quorum] = {
    "none": NO_QUORUM,
    "third": Quorum(1, 3, is_more_than=False),
    "half": Quorum(1, 2, is_more_than=True),
    "two_thirds": Quorum(2, 3, is_more_than=False),
}
CHOICES = ("for", "against", "abstain")


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """The rule a question is decided by. Frozen into the manifest when the question opens."""

    system: System = System.DELIBERATION
    choices: tuple[str, ...] = CHOICES
    majority: Majority = Majority.SIMPLE
    base: Base = Base.CAST
    quorum: Quorum = NO_QUORUM

    def to_data(self) -> dict[str, Any]:
        """Plain values for the manifest: strings and integers only."""
        return {
            "system": self.system.value,
            "choices": list(self.choices),
            "majority": self.majority.value,
            "base": self.base.value,
            "quorum": {
                "numerator": self.quorum.numerator,
                "denominator": self.quorum.denominator,
                "more_than": self.quorum.is_more_than,
                "counts": self.quorum.counts.value,
            },
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "RuleSpec":
        """The rule of a stored manifest. Raises ValueError or KeyError when it is not one of ours."""
        quorum = data["quorum"]
        return cls(
            system=System(data["system"]),
            choices=tuple(data["choices"]),
            majority=Majority(data["majority"]),
            base=Base(data["base"]),
            quorum=Quorum(
                numerator=int(quorum["numerator"]),
                denominator=int(quorum["denominator"]),
                is_more_than=bool(quorum["more_than"]),
                counts=Base(quorum["counts"]),
            ),
        )


def rule_from_template(
    *, choices: Collection[str] = CHOICES, majority: str = "simple", quorum: str = "none", base: str = "cast"
) -> RuleSpec:
    """The rule an agenda template names by words (`quorum: half`). Raises ValueError for an unknown word."""
    if quorum not in QUORUMS:
        raise ValueError(f"unknown quorum: {quorum}")
    chosen = QUORUMS[quorum]
    counts = Base.PRESENT if base == Base.PRESENT else Base.CAST
    return RuleSpec(
        choices=tuple(choices),
        majority=Majority(majority),
        base=Base(base),
        quorum=Quorum(chosen.numerator, chosen.denominator, chosen.is_more_than, counts),
    )


def refuse_rule(rule: RuleSpec) -> QuestionRefusal | None:
    """A rule must count for against against, and its quorum must be a share between none and all."""
    share_known = rule.quorum.denominator > 0 and 0 <= rule.quorum.numerator <= rule.quorum.denominator
    if not share_known or rule.quorum.counts is Base.ENTITLED:
        return QuestionRefusal.BAD_RULE
    if len(set(rule.choices)) != len(rule.choices) or not set(rule.choices) <= set(CHOICES):
        return QuestionRefusal.BAD_RULE
    return None if {"for", "against"} <= set(rule.choices) else QuestionRefusal.BAD_RULE


def refuse_text(text_zh: str, text_en: str) -> QuestionRefusal | None:
    """A question needs its words; the longer of the two texts has a limit."""
    if not text_zh.strip():
        return QuestionRefusal.NO_TEXT
    return QuestionRefusal.TEXT_LONG if max(len(text_zh), len(text_en)) > TEXT_LIMIT else None


def refuse_open(
    state: QuestionState,
    roll_person_ids: Collection[int],
    closes_at: datetime | None,
    now: datetime,
    others_open: int,
) -> QuestionRefusal | None:
    """A draft opens once, with a roll that names each person once, while no other question is open."""
    if state is not QuestionState.DRAFT:
        return QuestionRefusal.NOT_DRAFT
    if others_open:
        return QuestionRefusal.ANOTHER_OPEN
    if not roll_person_ids:
        return QuestionRefusal.EMPTY_ROLL
    if len(set(roll_person_ids)) != len(roll_person_ids):
        return QuestionRefusal.DOUBLE_ROLL
    if closes_at is not None and closes_at <= now:
        return QuestionRefusal.CLOSES_IN_PAST
    return None


def refuse_close(state: QuestionState) -> QuestionRefusal | None:
    """Only an open question closes; closing is final."""
    if state is QuestionState.OPEN:
        return None
    if state is QuestionState.VOIDED:
        return QuestionRefusal.VOIDED
    return QuestionRefusal.NOT_OPENED if state is QuestionState.DRAFT else QuestionRefusal.ALREADY_CLOSED


def refuse_publish(state: QuestionState) -> QuestionRefusal | None:
    """A result exists only once the question is closed."""
    if state is QuestionState.VOIDED:
        return QuestionRefusal.VOIDED
    return None if state is QuestionState.CLOSED else QuestionRefusal.NOT_CLOSED


def refuse_void(state: QuestionState, reason: str) -> QuestionRefusal | None:
    """Whatever was opened can be voided once, with a reason for the record; voided is never reopened."""
    if state is QuestionState.VOIDED:
        return QuestionRefusal.VOIDED
    if state is QuestionState.DRAFT:
        return QuestionRefusal.NOTHING_TO_VOID
    if not reason.strip():
        return QuestionRefusal.NO_VOID_REASON
    return QuestionRefusal.VOID_REASON_LONG if len(reason) > VOID_REASON_LIMIT else None


def publishes_itself(closed_at: datetime, is_meeting_over: bool, now: datetime) -> bool:
    """A closed result does not wait for anybody: it is published when the meeting ends, or after 24 hours."""
    return is_meeting_over or now >= closed_at + PUBLISHES_ITSELF_AFTER
