"""May a question be opened, voted on, closed, published; and the rule it is decided by, as data.

Decides only; knows no database, no clock and no chance. `now` is always passed in.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from linyue.questions.rules_ways import ABSTAIN, AYE_OR_NO, PICKS, BallotForm, Ballots, Tie, Way, is_form

RULE_VERSION = 2
"""Version of the rule object that new questions freeze; 1 knew for and against only."""
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
    """Whose vote it is; three systems that are never mixed.

    Consultation binds nobody by itself (Urban Residents' Committee Law art 32); residents' law is the assembly, its
    representatives and the villages; owners' law counts owners by area and by heads (Civil Code art 278).
    """

    DELIBERATION = "deliberation"
    RESIDENTS_LAW = "residents_law"
    OWNERS_LAW = "owners_law"


class Majority(StrEnum):
    """What the ayes must reach. SIMPLE compares for with against, or takes the most; the others take a share of a base.

    ALL is everybody on the roll: whoever did not say yes has not consented. THIRD only decides a repeated election.
    """

    SIMPLE = "simple"
    THIRD = "third"
    ABSOLUTE = "absolute"
    TWO_THIRDS = "two_thirds"
    THREE_QUARTERS = "three_quarters"
    ALL = "all"


class Measure(StrEnum):
    """What is counted: people, one each; or owners by area and by heads, both of which must carry."""

    HEADS = "heads"
    AREA_AND_HEADS = "area_and_heads"


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
    NOT_BY_LAW = "questions-law-refused-other-rule"
    NO_SECOND_CALL = "questions-law-refused-second-call"
    SAME_MEETING = "questions-law-refused-same-meeting"
    ONE_BUILDING = "questions-law-refused-one-building"
    NO_AREAS = "questions-law-refused-no-areas"
    BAD_OPTIONS = "questions-ways-refused-options"
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
CONSULTATION = "城市居民委员会组织法（2025年修订） 32"
VILLAGE_CONSULTATION = "村民委员会组织法（2025年修正） 33"
"""Where consultation stands in law: a village never goes by the law for towns."""
CHOICES = ("for", "against", "abstain")
AYES_AND_NOES = BallotForm()


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """The rule a question is decided by. Frozen into the manifest when the question opens."""

    system: System = System.DELIBERATION
    choices: tuple[str, ...] = CHOICES
    majority: Majority = Majority.SIMPLE
    base: Base = Base.CAST
    quorum: Quorum = NO_QUORUM
    form: BallotForm = AYES_AND_NOES
    decision: str = "deliberation"
    """Which rule of decision (rules_law.DECISIONS); the articles it rests on stand in `source`."""
    source: str = CONSULTATION
    measure: Measure = Measure.HEADS
    call: int = 1
    """2: called again after a vote that too few took part in; `call_of` is that question's public id."""
    call_of: str = ""

    @property
    def ballots(self) -> Ballots:
        """Every text a ballot may have."""
        return Ballots(self.form, self.choices)

    @property
    def listed(self) -> tuple[str, ...]:
        """Texts of ballots that every count names, voted or not: for, against, abstain; else only the abstention."""
        return self.choices if self.is_aye_or_no else (ABSTAIN,)

    @property
    def is_aye_or_no(self) -> bool:
        """Whether people say for or against, rather than choose among options."""
        return self.form.way in AYE_OR_NO

    def to_data(self) -> dict[str, Any]:
        """Plain values for the manifest: strings and integers only."""
        form = self.form
        return {
            "version": RULE_VERSION,
            "system": self.system.value,
            "decision": self.decision,
            "source": self.source,
            "measure": self.measure.value,
            "call": self.call,
            "call_of": self.call_of,
            "way": form.way.value,
            "least": form.least,
            "most": form.most,
            "dots": form.dots,
            "seats": form.seats,
            "budget": form.budget,
            "costs": dict(form.costs),
            "tie": form.tie.value,
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
        """The rule of a stored manifest, of any version. Raises ValueError or KeyError when it is not one of ours."""
        quorum = data["quorum"]
        later: dict[str, Any] = {}
        if "version" in data:
            later = {
                "form": BallotForm(
                    way=Way(data["way"]),
                    **{name: int(data[name]) for name in ("least", "most", "dots", "seats", "budget")},
                    costs={str(key): int(cost) for key, cost in data["costs"].items()},
                    tie=Tie(data["tie"]),
                ),
                "decision": str(data["decision"]),
                "source": str(data["source"]),
                "measure": Measure(data["measure"]),
                "call": int(data["call"]),
                "call_of": str(data["call_of"]),
            }
        return cls(
            **later,
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
    """A rule must be countable: its ballot can be filled in, and its quorum is a share between none and all."""
    share_known = rule.quorum.denominator > 0 and 0 <= rule.quorum.numerator <= rule.quorum.denominator
    if not share_known or rule.quorum.counts is Base.ENTITLED:
        return QuestionRefusal.BAD_RULE
    if not is_form(rule.form, rule.choices) or rule.call not in (1, 2) or (rule.call == 2) != bool(rule.call_of):
        return QuestionRefusal.BAD_RULE
    if rule.is_aye_or_no:
        return None
    # Points, rankings and money are compared with one another only; by area nothing but for and against is counted.
    only_most = rule.form.way not in PICKS and rule.majority is not Majority.SIMPLE
    by_area = rule.measure is not Measure.HEADS
    return QuestionRefusal.BAD_RULE if only_most or by_area or rule.majority is Majority.ALL else None


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
