"""What a district may lay down, who leads which kind by it, and the two quorums against an oracle of fractions."""

import random
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from linyue.councils.rules import CouncilRefusal, MatterKind, Tenure, WhyMember, choose_member, refuse_seat
from linyue.councils.rules_district import (
    DEFAULT,
    LIMITS,
    Count,
    CountRefusal,
    DistrictRefusal,
    DistrictRules,
    Share,
    count_council,
    kinds_of_seat,
    needed_of,
    refuse_decision,
    refuse_rules,
)

R = DistrictRefusal
ALL_TO_ONE = dict.fromkeys(MatterKind, 1)
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (DEFAULT, None),
        (DistrictRules(x_days=365), None),
        (DistrictRules(x_days=366), (R.OUT_OF_RANGE, "x_days")),
        (DistrictRules(supports=0), (R.OUT_OF_RANGE, "supports")),
        (DistrictRules(settle_days=31), (R.OUT_OF_RANGE, "settle_days")),  # Ningbo: within a month
        (DistrictRules(settle_days=7, call_days=90, nominations=10, take_days=1, question_days=15), None),
        (DistrictRules(question_days=0), (R.OUT_OF_RANGE, "question_days")),
        (DistrictRules(term_years=6), (R.OUT_OF_RANGE, "term_years")),
        (DistrictRules(seats=9), (R.LEADS_NEEDED, "leads_relations")),
        (DistrictRules(seats=9, leads=ALL_TO_ONE), None),
        (DistrictRules(seats=5, leads=ALL_TO_ONE | {MatterKind.MONEY: 6}), (R.KIND_WITHOUT_SEAT, "leads_money")),
        (DistrictRules(leads={MatterKind.RELATIONS: 1}), (R.LEADS_INCOMPLETE, "leads_environment")),
    ],
)
def test_what_a_district_may_lay_down(wanted: DistrictRules, refusal: tuple[R, str] | None) -> None:
    assert refuse_rules(wanted) == refusal


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_each_number_has_a_least_and_a_most(name: str) -> None:
    for wrong in (LIMITS[name][0] - 1, LIMITS[name][1] + 1):
        assert refuse_rules(DistrictRules(**{name: wrong})) == (R.OUT_OF_RANGE, name)  # type: ignore[arg-type]


def seat(number: int, kind: MatterKind) -> Tenure:
    return Tenure(number, kind, number * 10, START, START + timedelta(days=365))


def test_the_district_may_divide_the_kinds_otherwise() -> None:
    kinds = list(MatterKind)
    rules = DistrictRules(seats=5, leads={kind: 2 if n < 4 else 5 for n, kind in enumerate(kinds)})
    assert [len(kinds_of_seat(n, kinds[0], rules)) for n in range(1, 6)] == [0, 4, 0, 0, 3]
    assert kinds_of_seat(3, kinds[4], DEFAULT) == (kinds[4],)
    standing = [seat(n, kinds[n]) for n in range(1, 6)]
    for kind, number in rules.leads.items():
        choice = choose_member(kind, standing, START, seats=5, leads=rules.leads)
        assert choice is not None and (choice.seat_number, choice.why) == (number, WhyMember.LEADS_KIND)
    left = [one for one in standing if one.number != 5]
    acting = choose_member(MatterKind.MONEY, left, START, seats=5, leads=rules.leads)
    assert acting is not None and (acting.seat_number, acting.why) == (1, WhyMember.ACTS_FOR_VACANT)
    recused = choose_member(MatterKind.MONEY, standing, START, seats=5, leads=rules.leads, without=[50])
    assert recused is not None and (recused.seat_number, recused.why) == (1, WhyMember.ACTS_FOR_RECUSED)
    two = [seat(2, kinds[0])]
    again = Tenure(5, kinds[0], 99, START, START + timedelta(days=9))
    assert refuse_seat(again, two, [], seats=5, is_assigned=True) is None
    assert refuse_seat(again, two, [], seats=5) is CouncilRefusal.KIND_TAKEN
    assert refuse_seat(again, two, [], seats=4) is CouncilRefusal.NO_SUCH_SEAT
    short = refuse_seat(again, two, [], seats=5, is_assigned=True, longest=timedelta(days=8))
    assert short is CouncilRefusal.TERM_TOO_LONG


@pytest.mark.parametrize(
    ("share", "entitled", "needed"),
    [(Share.HALF, 7, 4), (Share.HALF, 6, 4), (Share.HALF, 0, 1), (Share.TWO_THIRDS, 7, 5), (Share.TWO_THIRDS, 6, 4)],
)
def test_how_many_are_needed(share: Share, entitled: int, needed: int) -> None:
    assert needed_of(share, entitled) == needed


def test_a_vacant_seat_lowers_no_quorum_and_who_is_recused_is_in_none() -> None:
    seven, whole = count_council([1, 2, 3, 4], [8, 9], [1, 2, 3, 4, 8], [], DEFAULT)
    assert (seven.entitled, seven.present, seven.needed, seven.is_there) == (7, 4, 4, True)
    assert (whole.entitled, whole.present, whole.needed, whole.is_there) == (9, 5, 5, True)
    seven, whole = count_council([1, 2, 3, 4], [8, 9], [1, 2, 3, 4, 8], [4, 8], DEFAULT)
    assert (seven.entitled, seven.present, seven.needed, seven.is_there) == (6, 3, 4, False)
    assert (whole.entitled, whole.present, whole.needed, whole.is_there) == (7, 3, 4, False)


def test_the_quorums_agree_with_fractions_on_many_rosters() -> None:
    rng = random.Random(330203)
    for _ in range(3_000):
        rules = DistrictRules(seats=rng.randint(3, 15), share=rng.choice(list(Share)))
        people = rng.sample(range(100), 40)
        standing = people[: rng.randint(0, rules.seats)]
        xs = people[20 : 20 + rng.randint(0, 10)]
        here = [one for one in people if rng.random() < 0.6]
        recused = [one for one in people if rng.random() < 0.1]
        seven, whole = count_council(standing, xs, here, recused, rules)
        base = rules.seats - sum(one in recused for one in standing)
        more = base + sum(one not in recused for one in xs)
        came = sum(one in here and one not in recused for one in standing)
        came_all = came + sum(one in here and one not in recused for one in xs)
        for count, entitled, present in ((seven, base, came), (whole, more, came_all)):
            assert (count.entitled, count.present) == (entitled, present)
            if entitled:
                part = Fraction(present, entitled)
                enough = part > Fraction(1, 2) if rules.share is Share.HALF else part >= Fraction(2, 3)
                assert count.is_there == enough, (rules, count)
            else:
                assert not count.is_there


@pytest.mark.parametrize(
    ("seven", "asks", "refusal"),
    [
        (Count(7, 4, 4), True, None),
        (Count(7, 3, 4), True, CountRefusal.TOO_FEW_SEATS),
        (Count(0, 0, 1), True, CountRefusal.TOO_FEW_SEATS),
        (Count(7, 0, 4), False, None),
        (None, True, None),
    ],
)
def test_a_decision_waits_for_the_seats(seven: Count | None, asks: bool, refusal: CountRefusal | None) -> None:
    assert refuse_decision(seven, asks_quorum=asks) is refusal
