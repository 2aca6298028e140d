"""Seats, terms and enthusiasts: each refusal shown once, and who takes a kind."""

from datetime import UTC, datetime, timedelta

import pytest

from linyue.councils.rules import (
    CouncilRefusal,
    MatterKind,
    Tenure,
    WhyMember,
    XTenure,
    choose_member,
    refuse_end,
    refuse_seat,
    refuse_x_member,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)


def term(number: int = 1, kind: str = "relations", person: int = 1, start: int = 0, days: int = 365) -> Tenure:
    begun = START + timedelta(days=start)
    return Tenure(number, MatterKind(kind), person, begun, begun + timedelta(days=days))


def x_term(person: int = 1, topic: str = "屋顶", start: int = 0, days: int = 180) -> XTenure:
    begun = START + timedelta(days=start)
    return XTenure(person, topic, begun, begun + timedelta(days=days))


@pytest.mark.parametrize(
    ("wanted", "standing", "xs", "refusal"),
    [
        (term(), [], [], None),
        (term(number=0), [], [], CouncilRefusal.NO_SUCH_SEAT),
        (term(number=8), [], [], CouncilRefusal.NO_SUCH_SEAT),
        (term(days=0), [], [], CouncilRefusal.TERM_BACKWARDS),
        (term(days=-1), [], [], CouncilRefusal.TERM_BACKWARDS),
        (term(days=1831), [], [], CouncilRefusal.TERM_TOO_LONG),
        (term(days=1830), [], [], None),
        (term(), [term(person=2, kind="money", start=364)], [], CouncilRefusal.SEAT_TAKEN),
        (term(), [term(person=2, start=365)], [], None),
        (term(start=365), [term(person=2)], [], None),
        (term(), [term(number=2, kind="money")], [], CouncilRefusal.HAS_SEAT),
        (term(), [term(number=2, person=2)], [], CouncilRefusal.KIND_TAKEN),
        (term(), [term(number=2, person=2, kind="money")], [], None),
        (term(), [], [x_term()], CouncilRefusal.IS_X_MEMBER),
        (term(start=180), [], [x_term()], None),
        (term(), [], [x_term(person=2)], None),
    ],
)
def test_refuse_seat(wanted: Tenure, standing: list[Tenure], xs: list[XTenure], refusal: CouncilRefusal | None) -> None:
    assert refuse_seat(wanted, standing, xs) is refusal


@pytest.mark.parametrize(
    ("wanted", "standing", "refusal"),
    [
        (x_term(), [], None),
        (x_term(topic="  "), [], CouncilRefusal.TOPIC_MISSING),
        (x_term(days=0), [], CouncilRefusal.TERM_BACKWARDS),
        (x_term(days=366), [], None),
        (x_term(days=367), [], CouncilRefusal.X_TERM_TOO_LONG),
        (x_term(), [term()], CouncilRefusal.IS_STANDING),
        (x_term(), [term(person=2)], None),
        (x_term(start=365), [term()], None),
    ],
)
def test_refuse_x_member(wanted: XTenure, standing: list[Tenure], refusal: CouncilRefusal | None) -> None:
    assert refuse_x_member(wanted, standing) is refusal


@pytest.mark.parametrize(
    ("days", "refusal"),
    [(-1, CouncilRefusal.TERM_BACKWARDS), (0, None), (364, None), (365, CouncilRefusal.ALREADY_ENDED)],
)
def test_refuse_end(days: int, refusal: CouncilRefusal | None) -> None:
    assert refuse_end(START, START + YEAR, START + timedelta(days=days)) is refusal


def full_council(*, without: set[int] = frozenset()) -> list[Tenure]:  # type: ignore[assignment]
    kinds = list(MatterKind)
    return [term(n, kinds[n - 1], person=n * 10) for n in range(1, 8) if n not in without]


@pytest.mark.parametrize(
    ("kind", "without", "person", "why"),
    [
        ("relations", set(), 10, WhyMember.LEADS_KIND),
        ("facilities", set(), 30, WhyMember.LEADS_KIND),
        ("facilities", {3}, 40, WhyMember.ACTS_FOR_VACANT),
        ("facilities", {3, 4, 5}, 60, WhyMember.ACTS_FOR_VACANT),
        ("money", {7}, 10, WhyMember.ACTS_FOR_VACANT),
        ("relations", {1, 2, 3, 4, 5, 6}, 70, WhyMember.ACTS_FOR_VACANT),
    ],
)
def test_choose_member(kind: str, without: set[int], person: int, why: WhyMember) -> None:
    choice = choose_member(MatterKind(kind), full_council(without=without), START + timedelta(days=1))
    assert choice is not None
    assert (choice.person_id, choice.why) == (person, why)


def test_an_empty_council_has_nobody() -> None:
    assert choose_member(MatterKind.MONEY, [], START) is None


def test_a_term_that_is_over_does_not_count() -> None:
    assert choose_member(MatterKind.RELATIONS, [term()], START + YEAR) is None
    assert choose_member(MatterKind.RELATIONS, [term()], START - timedelta(seconds=1)) is None
