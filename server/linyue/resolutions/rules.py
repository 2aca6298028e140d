"""Resolutions: states, what a promise needs, and which step may follow which. Plain functions over values."""

from datetime import datetime
from enum import StrEnum

LONGEST_TEXT = 400
LONGEST_TEXT_EN = 800


class ResolutionState(StrEnum):
    """Where a promise stands."""

    EXECUTING = "executing"
    KEPT = "kept"
    VOIDED = "voided"
    """The vote it came from was voided; it binds nobody any more."""


class ResolutionRefusal(StrEnum):
    """Why a promise cannot be written, changed or closed so."""

    NOT_PUBLISHED = "resolutions-refused-not-published"
    NOT_ADOPTED = "resolutions-refused-not-adopted"
    NO_MATTER = "resolutions-refused-no-matter"
    ALREADY_MADE = "resolutions-refused-already-made"
    NO_TEXT = "resolutions-refused-no-text"
    LONG_TEXT = "resolutions-refused-long-text"
    NO_OWNER = "resolutions-refused-no-owner"
    PAST_DATE = "resolutions-refused-past-date"
    NO_REASON = "resolutions-refused-no-reason"
    NO_CHANGE = "resolutions-refused-no-change"
    ALREADY_KEPT = "resolutions-refused-already-kept"
    NO_PROOF = "resolutions-refused-no-proof"
    CHANGED_MEANWHILE = "resolutions-refused-changed-meanwhile"
    VOIDED = "records-void-refused-voided"


def refuse_resolution(
    *, is_published: bool, is_adopted: bool, has_matter: bool, text: str, due_at: datetime, now: datetime
) -> tuple[ResolutionRefusal, str] | None:
    """Why a result cannot become this promise, and the field to mend ("" for none); None when it can."""
    if not is_published:
        return ResolutionRefusal.NOT_PUBLISHED, ""
    if not is_adopted:
        return ResolutionRefusal.NOT_ADOPTED, ""
    if not has_matter:
        return ResolutionRefusal.NO_MATTER, ""
    if not text.strip():
        return ResolutionRefusal.NO_TEXT, "text"
    if len(text) > LONGEST_TEXT:
        return ResolutionRefusal.LONG_TEXT, "text"
    if due_at <= now:
        return ResolutionRefusal.PAST_DATE, "due"
    return None


def refuse_change(
    state: ResolutionState, *, is_same: bool, reason: str, due_at: datetime, now: datetime
) -> tuple[ResolutionRefusal, str] | None:
    """Why owner or date cannot change so, and the field to mend; None when they can."""
    if state is ResolutionState.VOIDED:
        return ResolutionRefusal.VOIDED, ""
    if state is ResolutionState.KEPT:
        return ResolutionRefusal.ALREADY_KEPT, ""
    if is_same:
        return ResolutionRefusal.NO_CHANGE, "due"
    if due_at <= now:
        return ResolutionRefusal.PAST_DATE, "due"
    if not reason.strip():
        return ResolutionRefusal.NO_REASON, "reason"
    return None


def refuse_keeping(state: ResolutionState, text: str) -> tuple[ResolutionRefusal, str] | None:
    """Why the promise cannot be called kept; what was done must be said in words."""
    if state is ResolutionState.VOIDED:
        return ResolutionRefusal.VOIDED, ""
    if state is ResolutionState.KEPT:
        return ResolutionRefusal.ALREADY_KEPT, ""
    if not text.strip():
        return ResolutionRefusal.NO_PROOF, "text"
    return None
