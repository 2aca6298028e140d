"""Who may doubt what until when, who answers, who may void: as tables."""

from datetime import UTC, datetime, timedelta

import pytest

from linyue.questions.rules import QuestionState
from linyue.records.rules_challenges import (
    ANSWER_LIMIT,
    TEXT_LIMIT,
    ChallengeKind,
    ChallengeRefusal,
    ChallengeState,
    Doubt,
    pick_owner,
    refuse_answer,
    refuse_challenge,
    refuse_take,
    refuse_window,
)
from linyue.records.rules_void import VoidingState, VoidRefusal, refuse_confirm, refuse_decline, refuse_withdraw

OUT = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
RECEIPT, NOT_MINE, TOTALS = ChallengeKind
OPEN, ANSWERED = ChallengeState
PROPOSED, CONFIRMED, DECLINED, WITHDRAWN = VoidingState


@pytest.mark.parametrize(
    ("state", "published_at", "now", "refusal"),
    [
        (QuestionState.PUBLISHED, OUT, OUT, None),
        (QuestionState.PUBLISHED, OUT, OUT + 72 * HOUR, None),
        (QuestionState.PUBLISHED, OUT, OUT + 72 * HOUR + timedelta(microseconds=1), ChallengeRefusal.TOO_LATE),
        (QuestionState.CLOSED, None, OUT, ChallengeRefusal.NOT_PUBLISHED),
        (QuestionState.OPEN, None, OUT, ChallengeRefusal.NOT_PUBLISHED),
        (QuestionState.DRAFT, None, OUT, ChallengeRefusal.NOT_PUBLISHED),
        (QuestionState.VOIDED, OUT, OUT, ChallengeRefusal.VOIDED),
        (QuestionState.VOIDED, None, OUT, ChallengeRefusal.VOIDED),
    ],
)
def test_the_window(
    state: QuestionState, published_at: datetime | None, now: datetime, refusal: ChallengeRefusal | None
) -> None:
    assert refuse_window(state, published_at, 72, now) is refusal


@pytest.mark.parametrize(
    ("doubt", "may_ask", "has_same", "refusal"),
    [
        (Doubt(RECEIPT, "0A1B2C3D", ""), True, False, None),
        (Doubt(RECEIPT, "", "不见了"), True, False, (ChallengeRefusal.NO_CODE, "code")),
        (Doubt(NOT_MINE, "", ""), True, False, None),
        (Doubt(TOTALS, "", "少了一票"), True, False, None),
        (Doubt(TOTALS, "", "  "), True, False, (ChallengeRefusal.NO_TEXT, "text")),
        (Doubt(TOTALS, "", "字" * TEXT_LIMIT), True, False, None),
        (Doubt(TOTALS, "", "字" * (TEXT_LIMIT + 1)), True, False, (ChallengeRefusal.TEXT_LONG, "text")),
        (Doubt(TOTALS, "", "少了一票"), False, False, (ChallengeRefusal.NOT_YOURS, "")),
        (Doubt(TOTALS, "", "少了一票"), True, True, (ChallengeRefusal.ALREADY, "kind")),
    ],
)
def test_what_is_taken(
    doubt: Doubt, may_ask: bool, has_same: bool, refusal: tuple[ChallengeRefusal, str] | None
) -> None:
    assert refuse_challenge(doubt, may_ask=may_ask, has_same_open=has_same) == refusal


@pytest.mark.parametrize(
    ("ranks", "barred", "owner"),
    [
        ([[5, 6], [7]], set(), 5),
        ([[5, 6], [7]], {5}, 6),
        ([[5, 6], [7]], {5, 6}, 7),
        ([[], [], [9]], {5}, 9),
        ([[5], [5]], {5}, None),
        ([], set(), None),
    ],
)
def test_never_the_chair_and_never_the_asker(ranks: list[list[int]], barred: set[int], owner: int | None) -> None:
    assert pick_owner(ranks, barred) == owner


@pytest.mark.parametrize(
    ("state", "text", "is_owner", "is_chair", "refusal"),
    [
        (OPEN, "核对过", True, False, None),
        (OPEN, "核对过", True, True, (ChallengeRefusal.CHAIR, "")),
        (OPEN, "核对过", False, False, (ChallengeRefusal.NOT_OWNER, "")),
        (ANSWERED, "核对过", True, False, (ChallengeRefusal.ANSWERED, "")),
        (OPEN, " ", True, False, (ChallengeRefusal.NO_ANSWER, "text")),
        (OPEN, "字" * (ANSWER_LIMIT + 1), True, False, (ChallengeRefusal.TEXT_LONG, "text")),
    ],
)
def test_who_answers(
    state: ChallengeState, text: str, is_owner: bool, is_chair: bool, refusal: tuple[ChallengeRefusal, str] | None
) -> None:
    assert refuse_answer(state, text, is_owner=is_owner, is_chair=is_chair) == refusal


@pytest.mark.parametrize(
    ("state", "is_owner", "is_chair", "is_asker", "refusal"),
    [
        (OPEN, False, False, False, None),
        (OPEN, True, False, False, ChallengeRefusal.OWNER_ALREADY),
        (OPEN, False, True, False, ChallengeRefusal.CHAIR),
        (OPEN, False, False, True, ChallengeRefusal.OWN),
        (ANSWERED, False, False, False, ChallengeRefusal.ANSWERED),
    ],
)
def test_who_takes_one_over(
    state: ChallengeState, is_owner: bool, is_chair: bool, is_asker: bool, refusal: ChallengeRefusal | None
) -> None:
    assert refuse_take(state, is_owner=is_owner, is_chair=is_chair, is_asker=is_asker) is refusal


@pytest.mark.parametrize(
    ("state", "proposer", "confirmer", "refusal"),
    [
        (PROPOSED, 1, 2, None),
        (PROPOSED, 9, 2, None),
        (PROPOSED, 1, 1, VoidRefusal.SAME_PERSON),
        (PROPOSED, 1, 9, VoidRefusal.CHAIR),
        (PROPOSED, 9, 9, VoidRefusal.SAME_PERSON),
        (CONFIRMED, 1, 2, VoidRefusal.NOT_PROPOSED),
        (DECLINED, 1, 2, VoidRefusal.NOT_PROPOSED),
        (WITHDRAWN, 1, 2, VoidRefusal.NOT_PROPOSED),
    ],
)
def test_two_people_void_and_the_second_is_not_the_chair(
    state: VoidingState, proposer: int, confirmer: int, refusal: VoidRefusal | None
) -> None:
    assert refuse_confirm(state, proposer, confirmer, {9}) is refusal


def test_a_proposal_is_declined_by_another_and_withdrawn_by_its_author() -> None:
    assert refuse_decline(PROPOSED, 1, 2) is None and refuse_withdraw(PROPOSED, 1, 1) is None
    assert refuse_decline(PROPOSED, 1, 1) is VoidRefusal.SAME_PERSON
    assert refuse_withdraw(PROPOSED, 1, 2) is VoidRefusal.NOT_PROPOSED
    assert {refuse_decline(CONFIRMED, 1, 2), refuse_withdraw(DECLINED, 1, 1)} == {VoidRefusal.NOT_PROPOSED}
