"""Points of order, the chair's rulings, notes, and the version of the rules that people accept at entry."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from linyue.meetings.rules import MeetingState

POINT_LETTERS = 120
RULING_LETTERS = 160
NOTE_LETTERS = 300
STRIKE_LETTERS = 100
WAITING_EACH = 1
"""Points of order that one person may have waiting; the next one waits for the ruling."""


class EntryKind(StrEnum):
    """What is put down on the floor of a meeting."""

    POINT = "point"
    NOTE = "note"


class FloorRefusal(StrEnum):
    """Why nothing is put down, or nothing ruled."""

    NOT_RUNNING = "meetings-refused-not-running"
    NO_TEXT = "meetings-refused-floor-no-text"
    TEXT_LONG = "meetings-refused-floor-text-long"
    POINT_WAITS = "meetings-refused-point-waits"
    RULED = "meetings-refused-ruled"
    NOT_ACCEPTED = "meetings-refused-not-accepted"
    OLD_RULES = "meetings-refused-old-rules"
    STRUCK = "meetings-refused-note-struck"
    NO_REASON = "meetings-refused-strike-no-reason"
    REASON_LONG = "meetings-refused-strike-reason-long"


def rules_version(plan_data: Mapping[str, Any]) -> str:
    """A short name for the principles, rules of order and turns of speech of a meeting: twelve signs of their hash."""
    told = {key: plan_data.get(key) for key in ("principles", "rules", "speaking")}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def refuse_words(state: MeetingState, text: str, limit: int) -> FloorRefusal | None:
    """Something short is said while the meeting runs."""
    if state is not MeetingState.RUNNING:
        return FloorRefusal.NOT_RUNNING
    if not text.strip():
        return FloorRefusal.NO_TEXT
    return FloorRefusal.TEXT_LONG if len(text) > limit else None


def refuse_point(state: MeetingState, text: str, waiting: int) -> FloorRefusal | None:
    """Anybody of the roll may say that a rule is broken; one point at a time."""
    refusal = refuse_words(state, text, POINT_LETTERS)
    return refusal or (FloorRefusal.POINT_WAITS if waiting >= WAITING_EACH else None)


def refuse_ruling(state: MeetingState, text: str, is_ruled: bool) -> FloorRefusal | None:
    """The chair rules once on a point, and says why."""
    return FloorRefusal.RULED if is_ruled else refuse_words(state, text, RULING_LETTERS)


def refuse_strike(reason: str, is_struck: bool) -> FloorRefusal | None:
    """A note is struck once, with a reason; both stay on record."""
    if is_struck:
        return FloorRefusal.STRUCK
    if not reason.strip():
        return FloorRefusal.NO_REASON
    return FloorRefusal.REASON_LONG if len(reason.strip()) > STRIKE_LETTERS else None


def refuse_entry(accepted: str, version: str) -> FloorRefusal | None:
    """Who enters by themselves has seen the rules of this meeting, in the version that holds, and accepts them."""
    if not accepted:
        return FloorRefusal.NOT_ACCEPTED
    return None if accepted == version else FloorRefusal.OLD_RULES
