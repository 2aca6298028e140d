"""Tables: when a question opens, closes, publishes, and when a ballot is taken."""

from datetime import UTC, datetime, timedelta

import pytest

from linyue.questions import rules
from linyue.questions.rules import Base, Majority, QuestionRefusal, QuestionState, Quorum, RuleSpec
from linyue.questions.rules_ballot import BallotRefusal, Standing, refuse_ballot, refuse_send

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=10)
DRAFT, OPEN, CLOSED, PUBLISHED, VOIDED = QuestionState


def standing(**changes: object) -> Standing:
    known: dict[str, object] = {
        "state": OPEN,
        "closes_at": SOON,
        "choices": ("for", "against", "abstain"),
        "manifest_hash": "m",
        "is_on_roll": True,
        "channel": None,
        "revision": 0,
    }
    return Standing(**(known | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "choice", "replaces", "manifest", "expected"),
    [
        ({}, "for", 0, None, None),
        ({}, "abstain", 0, "m", None),
        ({"closes_at": None}, "for", 0, None, None),
        ({"revision": 3, "channel": "online"}, "against", 3, None, None),
        ({"state": DRAFT}, "for", 0, None, BallotRefusal.NOT_OPEN),
        ({"state": VOIDED}, "for", 0, None, BallotRefusal.VOIDED),
        ({"state": CLOSED}, "for", 0, None, BallotRefusal.NOT_OPEN),
        ({"state": PUBLISHED}, "for", 0, None, BallotRefusal.NOT_OPEN),
        ({"closes_at": NOW}, "for", 0, None, BallotRefusal.TIME_OVER),
        ({"closes_at": NOW - timedelta(seconds=1)}, "for", 0, None, BallotRefusal.TIME_OVER),
        ({"is_on_roll": False}, "for", 0, None, BallotRefusal.NOT_ON_ROLL),
        ({"channel": "paper"}, "for", 0, None, BallotRefusal.OTHER_CHANNEL),
        ({}, "maybe", 0, None, BallotRefusal.UNKNOWN_CHOICE),
        ({}, "for", 0, "other", BallotRefusal.OTHER_MANIFEST),
        ({"revision": 2, "channel": "online"}, "for", 0, None, BallotRefusal.STALE),
        ({"revision": 2, "channel": "online"}, "for", 1, None, BallotRefusal.STALE),
        ({}, "for", 1, None, BallotRefusal.AHEAD),
        ({}, "for", -1, None, BallotRefusal.AHEAD),
    ],
)
def test_refuse_ballot(
    changes: dict[str, object], choice: str, replaces: int, manifest: str | None, expected: BallotRefusal | None
) -> None:
    assert refuse_ballot(standing(**changes), choice, replaces, manifest, NOW) is expected


@pytest.mark.parametrize(
    ("choice", "client_id", "expected"),
    [
        ("for", "5f0c7d1e-aaaa", None),
        ("", "5f0c7d1e-aaaa", BallotRefusal.NO_CHOICE),
        ("for", "short", BallotRefusal.BAD_SEND_ID),
        ("for", "x" * 65, BallotRefusal.BAD_SEND_ID),
        ("for", "十二三四五六七八", BallotRefusal.BAD_SEND_ID),
        ("for", "a\x00b\x00c\x00d\x00", BallotRefusal.BAD_SEND_ID),
    ],
)
def test_refuse_send(choice: str, client_id: str, expected: BallotRefusal | None) -> None:
    assert refuse_send(choice, client_id) is expected


@pytest.mark.parametrize(
    ("state", "roll", "closes_at", "others", "expected"),
    [
        (DRAFT, [1, 2], SOON, 0, None),
        (DRAFT, [1], None, 0, None),
        (OPEN, [1, 2], SOON, 0, QuestionRefusal.NOT_DRAFT),
        (CLOSED, [1, 2], SOON, 0, QuestionRefusal.NOT_DRAFT),
        (PUBLISHED, [1, 2], SOON, 0, QuestionRefusal.NOT_DRAFT),
        (VOIDED, [1, 2], SOON, 0, QuestionRefusal.NOT_DRAFT),
        (DRAFT, [], SOON, 0, QuestionRefusal.EMPTY_ROLL),
        (DRAFT, [1, 2, 1], SOON, 0, QuestionRefusal.DOUBLE_ROLL),
        (DRAFT, [1], NOW, 0, QuestionRefusal.CLOSES_IN_PAST),
        (DRAFT, [1], SOON, 1, QuestionRefusal.ANOTHER_OPEN),
    ],
)
def test_refuse_open(
    state: QuestionState, roll: list[int], closes_at: datetime | None, others: int, expected: QuestionRefusal | None
) -> None:
    assert rules.refuse_open(state, roll, closes_at, NOW, others) is expected


def test_each_state_closes_and_publishes_only_once() -> None:
    assert [rules.refuse_close(state) for state in QuestionState] == [
        QuestionRefusal.NOT_OPENED,
        None,
        QuestionRefusal.ALREADY_CLOSED,
        QuestionRefusal.ALREADY_CLOSED,
        QuestionRefusal.VOIDED,
    ]
    assert [rules.refuse_publish(state) is None for state in QuestionState] == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("closed_ago", "is_over", "expected"),
    [
        (timedelta(0), False, False),
        (timedelta(hours=23, minutes=59), False, False),
        (timedelta(hours=24), False, True),
        (timedelta(0), True, True),
    ],
)
def test_a_closed_result_publishes_itself(closed_ago: timedelta, is_over: bool, expected: bool) -> None:
    assert rules.publishes_itself(NOW - closed_ago, is_over, NOW) is expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (RuleSpec(), None),
        (RuleSpec(choices=("for", "against")), None),
        (RuleSpec(choices=("for", "abstain")), QuestionRefusal.BAD_RULE),
        (RuleSpec(choices=("for", "against", "for")), QuestionRefusal.BAD_RULE),
        (RuleSpec(choices=("for", "against", "<b>")), QuestionRefusal.BAD_RULE),
        (RuleSpec(quorum=Quorum(3, 2, is_more_than=False)), QuestionRefusal.BAD_RULE),
        (RuleSpec(quorum=Quorum(1, 0, is_more_than=False)), QuestionRefusal.BAD_RULE),
        (RuleSpec(quorum=Quorum(1, 2, is_more_than=True, counts=Base.ENTITLED)), QuestionRefusal.BAD_RULE),
    ],
)
def test_refuse_rule(rule: RuleSpec, expected: QuestionRefusal | None) -> None:
    assert rules.refuse_rule(rule) is expected


@pytest.mark.parametrize(
    ("zh", "en", "expected"),
    [
        ("先修屋顶吗？", "", None),
        ("  ", "Roof first?", QuestionRefusal.NO_TEXT),
        ("问" * 201, "", QuestionRefusal.TEXT_LONG),
        ("问", "x" * 201, QuestionRefusal.TEXT_LONG),
    ],
)
def test_refuse_text(zh: str, en: str, expected: QuestionRefusal | None) -> None:
    assert rules.refuse_text(zh, en) is expected


@pytest.mark.parametrize("majority", list(Majority))
@pytest.mark.parametrize("base", list(Base))
@pytest.mark.parametrize("quorum", list(rules.QUORUMS))
def test_a_rule_survives_storage(majority: Majority, base: Base, quorum: str) -> None:
    rule = rules.rule_from_template(majority=majority, quorum=quorum, base=base)
    assert RuleSpec.from_data(rule.to_data()) == rule
    assert rules.refuse_rule(rule) is None


@pytest.mark.parametrize("words", [{"majority": "most"}, {"quorum": "some"}, {"base": "everyone"}])
def test_unknown_words_in_a_template_are_refused(words: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"most|some|everyone"):
        rules.rule_from_template(**words)  # type: ignore[arg-type]
