"""May somebody doubt a result, who answers, until when; and who may answer.

Decides only, over values it is given; `now` is passed in. The window is the district's setting: no law sets one for a
deliberation (Urban Residents' Committee Law, 2025 revision, art 31 puts the oversight committee over open affairs).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from linyue.questions.rules import QuestionState

ANSWER_DAYS = 3
"""Working days for an answer."""
TEXT_LIMIT = 400
ANSWER_LIMIT = 1000


class ChallengeKind(StrEnum):
    """What is doubted."""

    RECEIPT = "receipt"
    """My receipt is not on the list."""
    NOT_MINE = "not-mine"
    """A vote was cast in my name."""
    TOTALS = "totals"
    """The totals are wrong."""


class ChallengeState(StrEnum):
    """Where a doubt stands."""

    OPEN = "open"
    ANSWERED = "answered"


class Finding(StrEnum):
    """What the answer says of the doubt."""

    RIGHT = "right"
    UNFOUNDED = "unfounded"


class ChallengeRefusal(StrEnum):
    """Why a doubt is not taken, or an answer not given."""

    NOT_PUBLISHED = "records-challenges-refused-not-published"
    VOIDED = "records-challenges-refused-voided"
    TOO_LATE = "records-challenges-refused-too-late"
    NOT_YOURS = "records-challenges-refused-not-yours"
    NO_CODE = "records-challenges-refused-no-code"
    NO_TEXT = "records-challenges-refused-no-text"
    TEXT_LONG = "records-challenges-refused-text-long"
    ALREADY = "records-challenges-refused-already"
    TOO_MANY = "records-challenges-refused-too-many"
    ANSWERED = "records-challenges-refused-answered"
    NOT_OWNER = "records-challenges-refused-not-owner"
    CHAIR = "records-challenges-refused-chair"
    OWN = "records-challenges-refused-own"
    NO_ANSWER = "records-challenges-refused-no-answer"
    OWNER_ALREADY = "records-challenges-refused-owner-already"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What somebody says is wrong. `code` is a receipt code in its plain form, empty where there is none."""

    kind: ChallengeKind
    code: str
    text: str


def window_ends(published_at: datetime, hours: int) -> datetime:
    """Until when a published result can be doubted."""
    return published_at + timedelta(hours=hours)


def refuse_window(
    state: QuestionState, published_at: datetime | None, hours: int, now: datetime
) -> ChallengeRefusal | None:
    """A result is doubted after its publication and while the window is open, the last moment included."""
    if state is QuestionState.VOIDED:
        return ChallengeRefusal.VOIDED
    if state is not QuestionState.PUBLISHED or published_at is None:
        return ChallengeRefusal.NOT_PUBLISHED
    return None if now <= window_ends(published_at, hours) else ChallengeRefusal.TOO_LATE


def refuse_challenge(doubt: Doubt, *, may_ask: bool, has_same_open: bool) -> tuple[ChallengeRefusal, str] | None:
    """Why this doubt is not taken, and the field to mend; None when it is. `may_ask`: on the roll or living there."""
    if not may_ask:
        return ChallengeRefusal.NOT_YOURS, ""
    if has_same_open:
        return ChallengeRefusal.ALREADY, "kind"
    if doubt.kind is ChallengeKind.RECEIPT and not doubt.code:
        return ChallengeRefusal.NO_CODE, "code"
    if doubt.kind is ChallengeKind.TOTALS and not doubt.text.strip():
        return ChallengeRefusal.NO_TEXT, "text"
    return (ChallengeRefusal.TEXT_LONG, "text") if len(doubt.text) > TEXT_LIMIT else None


def pick_owner(ranks: Sequence[Sequence[int]], barred: Collection[int]) -> int | None:
    """Who answers: the first of the first rank that has somebody who is neither the chair nor the one who asks."""
    return next((person for rank in ranks for person in rank if person not in barred), None)


def refuse_answer(
    state: ChallengeState, text: str, *, is_owner: bool, is_chair: bool
) -> tuple[ChallengeRefusal, str] | None:
    """Only its owner answers, once, with a reason; never the chair of that meeting."""
    if is_chair:
        return ChallengeRefusal.CHAIR, ""
    if not is_owner:
        return ChallengeRefusal.NOT_OWNER, ""
    if state is ChallengeState.ANSWERED:
        return ChallengeRefusal.ANSWERED, ""
    if not text.strip():
        return ChallengeRefusal.NO_ANSWER, "text"
    return (ChallengeRefusal.TEXT_LONG, "text") if len(text) > ANSWER_LIMIT else None


def refuse_take(state: ChallengeState, *, is_owner: bool, is_chair: bool, is_asker: bool) -> ChallengeRefusal | None:
    """Somebody else who may answer takes a doubt over: not the chair, not the one who asked."""
    if state is ChallengeState.ANSWERED:
        return ChallengeRefusal.ANSWERED
    if is_chair:
        return ChallengeRefusal.CHAIR
    if is_asker:
        return ChallengeRefusal.OWN
    return ChallengeRefusal.OWNER_ALREADY if is_owner else None
