"""What is disclosed for how long, who may ask, object, rate, suggest and appraise, who answers and by when.

Decides only, over values it is given; `now` and the working calendar are handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from linyue.base.workdays import Calendar, Unit, day_end, due_after, local_day
from linyue.councils.rules_district import DistrictRules

LEAST_DAYS = 15
"""Urban Residents' Committee Law (2025 revision) art 34: posted for at least fifteen days. For villages the Villagers'
Committee Law (amended 2025) art 35 says the same."""
MOST_DAYS = 365
TITLE_LIMIT, TEXT_LIMIT, VOICE_LIMIT, ANSWER_LIMIT = 60, 4000, 500, 1000
OPEN_EACH = 3
"""So many voices about one notice (or suggestions of one place) may wait for an answer to one person at a time."""


class NoticeKind(StrEnum):
    """What is disclosed, in the order of art 34 of the Urban Residents' Committee Law (2025 revision)."""

    DECISIONS = "decisions"
    MONEY = "money"
    FACILITIES = "facilities"
    SERVICES = "services"
    CONSULTATION = "consultation"
    ASSISTANCE = "assistance"
    OTHER = "other"


def kind_of_system(system: str) -> NoticeKind:
    """What the outcome of a procedure is to art 34: the law's bodies decide (item 1), all else is consultation."""
    return NoticeKind.CONSULTATION if system == "deliberation" else NoticeKind.DECISIONS


class Desk(StrEnum):
    """Who owns a voice: a desk at its place, so that it has an owner whoever leaves. The value is the role."""

    COMMUNITY = "social_worker"
    STREET = "subdistrict_officer"


class VoiceKind(StrEnum):
    """What somebody says."""

    QUESTION = "question"
    OBJECTION = "objection"
    SUGGESTION = "suggestion"
    APPRAISAL = "appraisal"


class VoiceState(StrEnum):
    """Where a voice stands."""

    OPEN = "open"
    ANSWERED = "answered"
    NOTED = "noted"
    """An appraisal that finds nothing to mend: no answer is owed."""


class Verdict(StrEnum):
    """What a member of the oversight committee says of a notice."""

    SOUND = "sound"
    LACKING = "lacking"
    WRONG = "wrong"


class Finding(StrEnum):
    """What an answer says."""

    EXPLAINED = "explained"
    RIGHT = "right"
    PARTLY = "partly"
    UNFOUNDED = "unfounded"
    ADOPTED = "adopted"
    LATER = "later"
    NOT_ADOPTED = "not-adopted"
    MENDED = "mended"


FINDINGS: Mapping[VoiceKind, tuple[Finding, ...]] = MappingProxyType(
    {
        VoiceKind.QUESTION: (Finding.EXPLAINED,),
        VoiceKind.OBJECTION: (Finding.RIGHT, Finding.PARTLY, Finding.UNFOUNDED),
        VoiceKind.SUGGESTION: (Finding.ADOPTED, Finding.LATER, Finding.NOT_ADOPTED),
        VoiceKind.APPRAISAL: (Finding.MENDED, Finding.EXPLAINED),
    }
)
"""Which findings an answer to each kind can have."""
TO_MEND = frozenset({Finding.RIGHT, Finding.PARTLY})
"""Findings after which the notice itself has to be corrected."""


class OversightRefusal(StrEnum):
    """Why something is not done; the value is the translation key."""

    TOO_SHORT = "oversight-refused-too-short"
    TOO_LONG = "oversight-refused-too-long"
    NO_TITLE = "oversight-refused-no-title"
    NO_TEXT = "oversight-refused-no-text"
    TEXT_LONG = "oversight-refused-text-long"
    NOT_YOUR_PLACE = "oversight-refused-not-your-place"
    NO_MATTER = "oversight-refused-no-matter"
    NO_REASON = "oversight-refused-no-reason"
    NOT_ON_ROLL = "oversight-refused-not-on-roll"
    PERIOD_OVER = "oversight-refused-period-over"
    WAITING = "oversight-refused-waiting"
    TOO_MANY = "oversight-refused-too-many"
    NOT_OVERSEER = "oversight-refused-not-overseer"
    OWN_NOTICE = "oversight-refused-own-notice"
    ANSWERED = "oversight-refused-answered"
    NOT_OWNER = "oversight-refused-not-owner"
    OWN_VOICE = "oversight-refused-own-voice"
    NO_ANSWER = "oversight-refused-no-answer"
    WRONG_FINDING = "oversight-refused-wrong-finding"
    NOT_UPWARD = "oversight-refused-not-upward"
    CHANGED_MEANWHILE = "oversight-refused-changed-meanwhile"


Refusal = tuple[OversightRefusal, str]
"""A reason and the field of the form to mend ("" = the form as a whole)."""


def earliest_end(posted_at: datetime) -> datetime:
    """The first moment at which a notice posted then may end: the day of posting is not counted and the fifteenth day
    ends at 24:00 (Civil Code arts 201 and 203)."""
    return day_end(local_day(posted_at) + timedelta(days=LEAST_DAYS))


def refuse_days(days: int) -> OversightRefusal | None:
    """Why a notice may not be posted for so many days: fifteen at least (art 34), a year at most."""
    if days < LEAST_DAYS:
        return OversightRefusal.TOO_SHORT
    return OversightRefusal.TOO_LONG if days > MOST_DAYS else None


def ends_at(posted_at: datetime, days: int, calendar: Calendar) -> datetime:
    """When the period runs out; a last day that is a day of rest moves on, so it is never shorter than asked for.

    Raises ValueError for days that `refuse_days` refuses.
    """
    if refuse_days(days) is not None:
        raise ValueError(f"{days} days are no period of disclosure")
    return due_after(posted_at, days, Unit.CALENDAR, calendar)


def refuse_notice(title: str, text: str, days: int) -> Refusal | None:
    """Why a notice is not posted, and the field to mend."""
    if not title.strip():
        return OversightRefusal.NO_TITLE, "title"
    if not text.strip():
        return OversightRefusal.NO_TEXT, "text"
    if len(title.strip()) > TITLE_LIMIT:
        return OversightRefusal.TEXT_LONG, "title"
    if len(text) > TEXT_LIMIT:
        return OversightRefusal.TEXT_LONG, "text"
    refused = refuse_days(days)
    return (refused, "days") if refused else None


def refuse_correction(text: str, reason: str) -> Refusal | None:
    """A correction says what is right now and why; what stood before stays readable."""
    if not text.strip():
        return OversightRefusal.NO_TEXT, "text"
    if len(text) > TEXT_LIMIT:
        return OversightRefusal.TEXT_LONG, "text"
    if not reason.strip():
        return OversightRefusal.NO_REASON, "reason"
    return (OversightRefusal.TEXT_LONG, "reason") if len(reason) > VOICE_LIMIT else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is to a notice or a place, and how far its period is."""

    on_roll: bool = False
    is_overseer: bool = False
    is_author: bool = False
    is_posted: bool = True
    """The period still runs."""
    waiting: int = 0
    """Voices of theirs about it that wait for an answer."""


def refuse_voice(kind: VoiceKind, who: Standing, text: str, verdict: Verdict | None = None) -> Refusal | None:
    """Why this is not taken. A notice can be asked about at any time (art 34: open to query), objected to while it is
    posted, and appraised by the oversight committee at any time, never by whoever wrote it."""
    if kind is VoiceKind.APPRAISAL:
        if not who.is_overseer:
            return OversightRefusal.NOT_OVERSEER, ""
        if who.is_author:
            return OversightRefusal.OWN_NOTICE, ""
    elif not who.on_roll:
        return OversightRefusal.NOT_ON_ROLL, ""
    elif who.waiting >= OPEN_EACH:
        return OversightRefusal.WAITING, "text"
    if kind is VoiceKind.OBJECTION and not who.is_posted:
        return OversightRefusal.PERIOD_OVER, ""
    may_be_empty = kind is VoiceKind.APPRAISAL and verdict is Verdict.SOUND
    if not text.strip() and not may_be_empty:
        return OversightRefusal.NO_TEXT, "text"
    return (OversightRefusal.TEXT_LONG, "text") if len(text) > VOICE_LIMIT else None


def refuse_rating(who: Standing) -> OversightRefusal | None:
    """Whoever lives there rates a notice while it is posted; a new rating takes the old one's place."""
    if not who.on_roll:
        return OversightRefusal.NOT_ON_ROLL
    return None if who.is_posted else OversightRefusal.PERIOD_OVER


def first_desk(kind: VoiceKind, wanted: Desk = Desk.COMMUNITY) -> Desk:
    """Who answers: whoever disclosed explains, an objection goes one level up, a suggestion where it says."""
    if kind is VoiceKind.SUGGESTION:
        return wanted
    return Desk.STREET if kind is VoiceKind.OBJECTION else Desk.COMMUNITY


def answer_days(kind: VoiceKind, desk: Desk, rules: DistrictRules) -> int:
    """Working days for the first answer, as the district lays down."""
    match kind:
        case VoiceKind.QUESTION:
            return rules.question_days
        case VoiceKind.OBJECTION:
            return rules.objection_days
        case VoiceKind.APPRAISAL:
            return rules.appraisal_days
        case VoiceKind.SUGGESTION:
            return rules.street_days if desk is Desk.STREET else rules.suggestion_days


def state_of(kind: VoiceKind, verdict: Verdict | None) -> VoiceState:
    """Whether an answer is owed: to everything but an appraisal that finds nothing to mend."""
    return VoiceState.NOTED if kind is VoiceKind.APPRAISAL and verdict is Verdict.SOUND else VoiceState.OPEN


def answer_due(kind: VoiceKind, desk: Desk, rules: DistrictRules, now: datetime, calendar: Calendar) -> datetime:
    """By when the first answer is due."""
    return due_after(now, answer_days(kind, desk, rules), Unit.WORKING, calendar)


def due_passed_up(due_at: datetime, now: datetime, calendar: Calendar) -> datetime:
    """The due time after a voice was passed up: the clock started once and goes on; nobody is late on receipt."""
    return max(due_at, due_after(now, 1, Unit.WORKING, calendar))


def refuse_answer(
    state: VoiceState, kind: VoiceKind, finding: Finding, text: str, *, is_owner: bool, is_asker: bool
) -> Refusal | None:
    """Only the desk that owns it answers, once, with words; nobody answers what they said themselves."""
    if not is_owner:
        return OversightRefusal.NOT_OWNER, ""
    if is_asker:
        return OversightRefusal.OWN_VOICE, ""
    if state is not VoiceState.OPEN:
        return OversightRefusal.ANSWERED, ""
    if finding not in FINDINGS[kind]:
        return OversightRefusal.WRONG_FINDING, "finding"
    if not text.strip():
        return OversightRefusal.NO_ANSWER, "text"
    return (OversightRefusal.TEXT_LONG, "text") if len(text) > ANSWER_LIMIT else None


def refuse_pass_up(state: VoiceState, desk: Desk, *, is_owner: bool) -> OversightRefusal | None:
    """The community passes up what only the street can answer; from the street nothing is passed on."""
    if state is not VoiceState.OPEN:
        return OversightRefusal.ANSWERED
    if not is_owner:
        return OversightRefusal.NOT_OWNER
    return None if desk is Desk.COMMUNITY else OversightRefusal.NOT_UPWARD
