"""What a promise needs, and when it may change or be called kept."""

from datetime import UTC, datetime, timedelta

import pytest

from linyue.resolutions.rules import (
    LONGEST_TEXT,
    ResolutionRefusal,
    ResolutionState,
    refuse_change,
    refuse_keeping,
    refuse_resolution,
)

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
LATER, BEFORE = NOW + timedelta(days=30), NOW - timedelta(seconds=1)
R = ResolutionRefusal
GOOD = {"is_published": True, "is_adopted": True, "has_matter": True, "text": "先修5幢", "due_at": LATER, "now": NOW}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, None),
        ({"is_published": False, "is_adopted": False}, (R.NOT_PUBLISHED, "")),
        ({"is_adopted": False}, (R.NOT_ADOPTED, "")),
        ({"has_matter": False}, (R.NO_MATTER, "")),
        ({"text": "  "}, (R.NO_TEXT, "text")),
        ({"text": "字" * (LONGEST_TEXT + 1)}, (R.LONG_TEXT, "text")),
        ({"text": "字" * LONGEST_TEXT}, None),
        ({"due_at": BEFORE}, (R.PAST_DATE, "due")),
        ({"due_at": NOW}, (R.PAST_DATE, "due")),
    ],
)
def test_a_promise_needs_an_adopted_result_words_and_a_day_to_come(change: dict, expected: object) -> None:
    assert refuse_resolution(**(GOOD | change)) == expected


@pytest.mark.parametrize(
    ("state", "is_same", "reason", "due_at", "expected"),
    [
        (ResolutionState.EXECUTING, False, "下雨", LATER, None),
        (ResolutionState.EXECUTING, True, "下雨", LATER, (R.NO_CHANGE, "due")),
        (ResolutionState.EXECUTING, False, " ", LATER, (R.NO_REASON, "reason")),
        (ResolutionState.EXECUTING, False, "下雨", BEFORE, (R.PAST_DATE, "due")),
        (ResolutionState.KEPT, False, "下雨", LATER, (R.ALREADY_KEPT, "")),
    ],
)
def test_a_change_says_why(
    state: ResolutionState, is_same: bool, reason: str, due_at: datetime, expected: object
) -> None:
    assert refuse_change(state, is_same=is_same, reason=reason, due_at=due_at, now=NOW) == expected


def test_kept_is_said_once_and_in_words() -> None:
    assert refuse_keeping(ResolutionState.EXECUTING, "防水层重做了") is None
    assert refuse_keeping(ResolutionState.EXECUTING, "") == (R.NO_PROOF, "text")
    assert refuse_keeping(ResolutionState.KEPT, "又做了") == (R.ALREADY_KEPT, "")
