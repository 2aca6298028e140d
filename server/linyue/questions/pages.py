"""What the pages of a question show, as values: words chosen, shares worked out, nothing looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linyue.base.errors import Refused
from linyue.base.forms import Form
from linyue.base.i18n import has, t
from linyue.base.pages import daytime_text
from linyue.meetings.pages import law_name
from linyue.people.rules_bodies import Body
from linyue.places.model import Place
from linyue.questions.model import Question
from linyue.questions.pages_choice import WayPart, choice_words, option_words
from linyue.questions.pages_outcome import (
    OutcomePart,
    WeighedPart,
    outcome_part,
    verdict_lines,
    verdict_word,
    weighed_part,
)
from linyue.questions.pages_secret import BoxPart, CodesPart, notice_lines
from linyue.questions.pages_ways import WaysPart, ways_part
from linyue.questions.rules import PUBLISHES_ITSELF_AFTER, Base, Majority, QuestionState, RuleSpec, System
from linyue.questions.rules_law import binds
from linyue.questions.rules_secret import Kind
from linyue.questions.rules_tally import Outcome, Step, Verdict
from linyue.questions.service_appraisal import FailedTwice
from linyue.questions.service_views import NamedChoice, Promise, ResultView

SHARE_NAMES = {(1, 1): "all", (1, 2): "half", (1, 3): "third", (2, 3): "two-thirds", (3, 4): "three-quarters"}
Row = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True)
class BallotPage:
    """The ballot, and the page that asks once more. `current` is the choice that counts now, "" before the first."""

    public_id: str
    room: str
    live: str
    """Where the page's script finds the room's socket; empty when the meeting is not running."""
    holder: str
    """Names the voter to their device: what it keeps for one is not another's. See pages_secret.holder_of."""
    send: str
    """Which send of the voter's device counts now; "" before the first."""
    text: str
    options: list[tuple[str, str]]
    current: str
    replaces: int
    client_id: str
    manifest: str
    chosen: str
    time_left: str
    ends_at: str
    form: Form[Any] | None
    box: BoxPart | None = None
    """Only in a secret vote."""
    way: WayPart | None = None
    """The form of a ballot among options; None for for and against."""
    current_word: str = ""
    lines: list[str] = field(default_factory=list)
    """The choice line by line, on the page that asks once more; empty for for and against."""
    kicker: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """A stored ballot, told to its voter."""

    public_id: str
    room: str
    text: str
    choice: str
    choice_word: str
    code: str
    cast_at: datetime
    is_open: bool
    time_left: str
    ends_at: str
    live: str = ""
    """Address of the room while the meeting runs: an open receipt follows its vote. Empty outside."""
    box: BoxPart | None = None
    lines: list[str] = field(default_factory=list)
    send: str = ""
    """Which send of the voter's device it is."""


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A question that cannot be voted on here and now, and what to do instead. `facts`: (name, value)."""

    public_id: str
    room: str
    text: str
    title: str
    lines: list[str]
    facts: list[tuple[str, str]]
    action: tuple[str, str] | None
    is_secret: bool = False
    links: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A published result: verdict, bars with the pass line, the arithmetic, turnout, promise, names for the roll.

    `names` is None for readers who are not on the roll. `threshold` 0 draws no pass line.
    """

    room: str
    text: str
    published_at: datetime
    verdict: str
    verdict_kind: str
    verdict_lines: list[str]
    rows: list[Row]
    base_count: int
    base_words: str
    threshold: int
    threshold_words: str
    sums: list[tuple[str, str]]
    turnout: list[tuple[str, str]]
    promise: Promise | None
    matter: str
    names: list[tuple[str, str, str]] | None
    mine: str = ""
    """The reader's own line of the list, so that nobody has to look for it."""
    voided: str = ""
    """Why the question was voided; empty while its result stands."""
    box: CodesPart | None = None
    """Only of a secret vote."""
    ways: WaysPart | None = None
    """Votes by way of voting; never of a secret vote."""
    among: OutcomePart | None = None
    """Only where people chose among options."""
    weighed: WeighedPart | None = None
    """Only of owners' votes."""
    first_call: str = ""
    """Address of the vote that too few took part in, where this is its second call."""
    force: list[str] = field(default_factory=list)
    """What the result is worth in law."""
    out: str = ""
    """Who stepped back, and that the roll is smaller by them; empty where nobody did."""
    record: str = ""
    """Address of the bundle the reader's device counts again; empty where there is none."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """(address, text) of what later slices add: record, minutes, doubts."""


def share_words(part: int, of: int) -> str:
    """A share with one decimal, half rounded up, in whole numbers only: 80.9%."""
    if of == 0:
        return "0%"
    thousandths = (2 * part * 1000 + of) // (2 * of)
    whole, rest = divmod(thousandths, 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"


def kicker(lang: str, question: Question) -> str:
    """Whose vote it is, above the question: advice, residents' law or owners' law; or secret."""
    if question.kind is Kind.SECRET:
        return t(lang, "questions-secret-kicker")
    return t(lang, f"questions-law-kicker-{question.rule_spec.system.value.replace('_', '-')}")


def law_notes(lang: str, question: Question) -> list[str]:
    """Who decides by which article, whose roll it is, and whether it is the second call; for advice only the roll."""
    rule = question.rule_spec
    if rule.system is System.DELIBERATION and rule.call == 1:
        return voters_note(lang, question)
    decision = t(lang, f"questions-decision-{rule.decision.replace('_', '-')}")
    lines = [t(lang, "questions-law-who", decision=decision), t(lang, "questions-law-source", source=rule.source)]
    lines += voters_note(lang, question)
    return lines + call_note(lang, rule)


def call_note(lang: str, rule: RuleSpec) -> list[str]:
    """That a vote is a second call, and what it asks for; nothing of a first."""
    return [t(lang, "questions-law-call-second")] if rule.call == 2 else []


def voters_note(lang: str, question: Question) -> list[str]:
    """Whose roll it is, where it is not simply everybody of the meeting's place. `roll_place` is loaded."""
    if question.body is Body.RESIDENTS and question.roll_place_id is None:
        return []
    place: Place = question.roll_place if question.roll_place is not None else question.meeting.place
    name = place.name_en if lang == "en" and place.name_en else place.name_zh
    return [
        t(lang, "meetings-roll-whose", who=t(lang, f"people-body-{question.body.value.replace('_', '-')}"), place=name)
    ]


def voters_words(lang: str, body: Body, place: str, number: int) -> str:
    """Whose roll a vote has: 5幢的住户，36人."""
    who = t(lang, f"people-body-{body.value.replace('_', '-')}")
    return t(lang, "meetings-roll-voters", who=who, place=place, n=number)


def out_words(lang: str, names: Sequence[str], number: int) -> str:
    """Who stepped back from what the council decides, and why the roll has only so many; empty where nobody did."""
    if not names:
        return ""
    return t(lang, "questions-out", names=t(lang, "councils-comma").join(names), out=len(names), n=number)


def twice_lines(lang: str, twice: FailedTwice | None) -> list[str]:
    """That somebody was found not competent twice in a row, and what the law says of it."""
    if twice is None:
        return []
    law = law_name(lang, twice.law_en if lang == "en" else twice.law_zh, twice.article)
    return [t(lang, "questions-appraisal-twice", year=str(twice.year), law=law)]


def force_lines(lang: str, question: Question) -> list[str]:
    """What the result is worth in law."""
    rule = question.rule_spec
    if not binds(rule):
        return [*voters_note(lang, question), *call_note(lang, rule), t(lang, "questions-law-advice")]
    system = rule.system.value.replace("_", "-")
    lines = [*law_notes(lang, question), t(lang, f"questions-law-binds-{system}")]
    return lines + ([t(lang, "questions-law-online-note")] if rule.system is System.OWNERS_LAW else [])


def in_words(lang: str, question: Question, refusal: Refused) -> Refused:
    """The same refusal with the choice that counts named in the reader's language (STALE says it)."""
    choice = refusal.args_for_text.get("choice")
    word = choice_words(lang, question, str(choice)) if choice else t(lang, "questions-secret-in-the-box")
    return Refused(refusal.reason, field=refusal.field, **{**refusal.args_for_text, "choice": word})


def time_left(lang: str, ends_at: datetime | None, now: datetime) -> str:
    """How long the vote stays open, in words; empty when it has no closing time."""
    if ends_at is None:
        return ""
    seconds = max(0, round((ends_at - now).total_seconds()))
    return t(lang, "questions-time-left", minutes=seconds // 60, seconds=seconds % 60)


def step_words(lang: str, step: Step, words: Mapping[str, str] | None = None) -> tuple[str, str]:
    """One step of the arithmetic as a sentence and as a sum (empty where there is nothing to add up).

    `words`: of each option, where people chose among some.
    """
    args = _args(step.numbers)
    if "options" in args:
        named = [(words or {}).get(key, key) for key in str(args["options"])]
        args["options"] = t(lang, "questions-ways-level").join(named)
    has_sum = has(lang, f"questions-sum-{step.key}")
    total = t(lang, f"questions-sum-{step.key}", **args) if has_sum else ""
    return t(lang, f"questions-step-{step.key}", **args), total


def _args(numbers: Mapping[str, int | str]) -> dict[str, int | str]:
    share = SHARE_NAMES.get((int(numbers.get("numerator", 0)), int(numbers.get("denominator", 0))), "other")
    return {**numbers, "share": share}


def bar_rows(lang: str, outcome: Outcome) -> list[Row]:
    """One row a choice, then those who are in the base and did not vote."""
    of = outcome.turnout.cast if outcome.weighed else outcome.base_count
    rows = [
        (choice, t(lang, f"questions-choice-{choice}"), number, share_words(number, of))
        for choice, number in outcome.counts.items()
    ]
    idle = of - outcome.turnout.cast
    if outcome.base is not Base.CAST:
        rows.append(("unvoted", t(lang, f"questions-unvoted-{outcome.base.value}"), idle, share_words(idle, of)))
    return rows


def result_page(
    lang: str,
    view: ResultView,
    *,
    room: str,
    matter: str,
    names: list[NamedChoice] | None,
    mine: str = "",
    box: CodesPart | None = None,
    links: list[tuple[str, str]] | None = None,
    stepped_back: Sequence[str] = (),
    twice: FailedTwice | None = None,
) -> ResultPage:
    """The result as a page. `twice`: that the person appraised has failed the second time in a row."""
    outcome, turnout = view.outcome, view.outcome.turnout
    has_line = view.rule.majority is not Majority.SIMPLE and outcome.verdict is not Verdict.NO_QUORUM
    has_line = has_line and not outcome.weighed
    is_among = not view.rule.is_aye_or_no
    words = option_words(lang, view.question)
    numbers: dict[str, int] = {
        "ayes": outcome.counts.get("for", 0),
        "noes": outcome.counts.get("against", 0),
        "needed": outcome.needed,
        "quorum": outcome.quorum_needed,
        "cast": turnout.cast,
        "present": turnout.present,
        "entitled": turnout.entitled,
    }
    is_void = view.question.state is QuestionState.VOIDED
    kinds = {Verdict.PASSED: "ok", Verdict.FAILED: "no", Verdict.NO_QUORUM: "wait", Verdict.TIED: "wait"}
    rule = (
        "owners"
        if outcome.weighed
        else "quorum"
        if outcome.verdict is Verdict.NO_QUORUM
        else "share"
        if has_line
        else "simple"
    )
    return ResultPage(
        record=f"/q/{view.question.public_id}/record/bundle.zip",
        room=room,
        mine=mine,
        text=view.question.text_in(lang),
        published_at=view.published_at,
        verdict=t(lang, "records-void-verdict") if is_void else verdict_word(lang, outcome.verdict, view.rule.form.way),
        verdict_kind="no" if is_void else kinds[outcome.verdict],
        verdict_lines=void_lines(lang, view.question)
        if is_void
        else verdict_lines(lang, outcome, words)
        if is_among
        else [
            t(lang, "questions-verdict-counts", **numbers),
            t(lang, f"questions-verdict-rule-{rule}", **numbers),
        ],
        rows=[] if is_among else bar_rows(lang, outcome),
        among=outcome_part(lang, view.question, outcome) if is_among else None,
        weighed=weighed_part(lang, outcome) if outcome.weighed else None,
        force=[*twice_lines(lang, twice), *force_lines(lang, view.question)],
        first_call=f"/q/{view.rule.call_of}" if view.rule.call == 2 else "",
        base_count=turnout.cast if outcome.weighed else outcome.base_count,
        base_words=""
        if is_among or outcome.weighed
        else t(lang, f"questions-base-{outcome.base.value}", n=outcome.base_count),
        threshold=outcome.needed if has_line else 0,
        threshold_words=t(lang, "questions-pass-line", n=outcome.needed) if has_line else "",
        sums=[step_words(lang, step, words) for step in outcome.steps],
        turnout=[
            (t(lang, f"questions-turnout-{name}"), t(lang, "questions-people", n=number))
            for name, number in (
                ("entitled", turnout.entitled),
                ("present", turnout.present),
                ("cast", turnout.cast),
                ("not-cast", turnout.entitled - turnout.cast - view.question.duds),
            )
        ]
        + duds_row(lang, view.question),
        promise=view.promise,
        out=out_words(lang, stepped_back, turnout.entitled),
        matter=matter,
        names=None if names is None else [_named(lang, view.question, line) for line in names],
        ways=ways_part(lang, outcome, view.batches),
        box=box,
        voided=view.question.void_reason if is_void else "",
        links=links or [],
    )


def duds_row(lang: str, question: Question) -> list[tuple[str, str]]:
    """Sealed ballots that could not be read, where there were any."""
    return [(t(lang, "questions-secret-duds"), t(lang, "questions-people", n=question.duds))] if question.duds else []


def void_lines(lang: str, question: Question) -> list[str]:
    """What a voided question says of itself."""
    assert question.voided_at is not None
    return [
        t(lang, "records-void-since", at=daytime_text(lang, question.voided_at)),
        t(lang, "records-void-why", reason=question.void_reason),
        t(lang, "records-void-means"),
    ]


def _named(lang: str, question: Question, line: NamedChoice) -> tuple[str, str, str]:
    is_together = not line.choice and line.channel in ("paper", "hands")
    unknown = t(lang, "questions-with-others" if is_together else "questions-not-cast")
    if line.is_absent:
        unknown = t(lang, "questions-call-absent")
    way = t(lang, f"questions-way-{line.channel}") if line.channel in ("paper", "hands") else ""
    word = choice_words(lang, question, line.choice) if line.choice else unknown
    return line.label, word, f"{line.code[:4]} {line.code[4:]}".strip() or way


def notice_title(lang: str, question: Question) -> str:
    """How a question stands that cannot be voted on here and now. A box that stays shut promises no result."""
    is_shut = question.state is QuestionState.CLOSED and question.result is None and question.box_note
    return t(lang, "questions-notice-shut" if is_shut else f"questions-notice-{question.state.value}")


def closed_lines(lang: str, question: Question) -> list[str]:
    """When the result of a closed question is shown; of a secret one, why there is none yet."""
    if question.result is None:
        return notice_lines(lang, question)
    assert question.closed_at is not None
    at = daytime_text(lang, question.closed_at + PUBLISHES_ITSELF_AFTER)
    return [t(lang, "questions-notice-shown-by", at=at)]


def options_of(lang: str, question: Question) -> list[tuple[str, str]]:
    """The choices of a question as (value, word)."""
    return list(option_words(lang, question).items())
