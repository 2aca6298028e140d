"""May this ballot be taken: one person, one voice, changeable until the close, safe from a late send.

Decides only, over values the writer loaded under its claim on the question.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linyue.questions.rules import QuestionState

SEND_ID_LIMIT = 64
SEND_ID_LEAST = 8


class Via(StrEnum):
    """How a ballot reached us."""

    SOCKET = "socket"
    POST = "post"


class BallotRefusal(StrEnum):
    """Why a ballot is not taken. The value is the wire code and the translation key."""

    NOT_OPEN = "questions-refused-not-open"
    VOIDED = "records-void-refused-ballot"
    TIME_OVER = "questions-refused-time-over"
    NOT_ON_ROLL = "questions-refused-not-on-roll"
    OTHER_CHANNEL = "questions-refused-other-channel"
    NOT_ONLINE = "questions-refused-not-online"
    NO_CHOICE = "questions-refused-no-choice"
    UNKNOWN_CHOICE = "questions-refused-unknown-choice"
    STALE = "questions-refused-stale"
    TAKEN_BACK = "questions-refused-taken-back"
    AHEAD = "questions-refused-ahead"
    OTHER_MANIFEST = "questions-refused-other-manifest"
    SEND_ID_TAKEN = "questions-refused-send-id-taken"
    BAD_SEND_ID = "questions-refused-bad-send-id"
    NOT_SEALED = "questions-refused-not-sealed"
    BAD_SEAL = "questions-refused-bad-seal"
    NOT_SECRET = "questions-refused-not-secret"  # noqa: S105 - a refusal, not a password
    CANNOT_RECORD = "questions-refused-cannot-record"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the store knows when a ballot arrives. `revision` is the person's current one, 0 for none yet.

    `channel` is the roll row's channel: None until the first ballot, then "online" or another way of voting.
    """

    state: QuestionState
    closes_at: datetime | None
    choices: Container[str]
    manifest_hash: str
    is_on_roll: bool
    channel: str | None
    revision: int
    takes_phones: bool = True
    """The question offers voting on one's own device."""


def refuse_send(choice: str, client_id: str) -> BallotRefusal | None:
    """What can be said before the store is asked: a choice is named, and the sender's id can serve as one."""
    if not choice:
        return BallotRefusal.NO_CHOICE
    id_fits = SEND_ID_LEAST <= len(client_id) <= SEND_ID_LIMIT and client_id.isascii()
    return None if id_fits and client_id.isprintable() else BallotRefusal.BAD_SEND_ID


def refuse_ballot(
    standing: Standing, choice: str, replaces: int, manifest_hash: str | None, now: datetime
) -> BallotRefusal | None:
    """Take a ballot only while open, from the roll, for a listed choice, on the newest revision.

    `replaces` names the revision the sender had before them (0: none). Lower than the current one means a
    late, older send: refused, so that it never overwrites the newer. `manifest_hash` None: not stated.
    """
    if standing.state is QuestionState.VOIDED:
        return BallotRefusal.VOIDED
    if standing.state is not QuestionState.OPEN:
        return BallotRefusal.NOT_OPEN
    if standing.closes_at is not None and now >= standing.closes_at:
        return BallotRefusal.TIME_OVER
    if not standing.is_on_roll:
        return BallotRefusal.NOT_ON_ROLL
    if not standing.takes_phones:
        return BallotRefusal.NOT_ONLINE
    if standing.channel not in (None, "online"):
        return BallotRefusal.OTHER_CHANNEL
    if manifest_hash is not None and manifest_hash != standing.manifest_hash:
        return BallotRefusal.OTHER_MANIFEST
    if choice not in standing.choices:
        return BallotRefusal.UNKNOWN_CHOICE
    if 0 <= replaces < standing.revision:
        return BallotRefusal.STALE
    return None if replaces == standing.revision else BallotRefusal.AHEAD
