"""Which way, by when, which centre: the rules as tables."""

from dataclasses import replace
from typing import Any

import pytest

from linyue.base.workdays import Unit
from linyue.centres.routes_handling import GROUPS
from linyue.centres.rules import (
    CentreFacts,
    Days,
    DaysCount,
    DaysFrom,
    DueSource,
    Way,
    WhyCentre,
    choose_centre,
    due_rule,
)
from linyue.centres.rules_handling import DAYS, USUAL, HandlingRefusal, HandlingRules, refuse_handling

FIVE = Days(5, Unit.CALENDAR, DaysFrom.STATUTORY)
NONE = Days(None, Unit.WORKING, DaysFrom.ASSUMED)
ZERO = Days(0, Unit.WORKING, DaysFrom.DUTY)
LEAD = Days(10, Unit.CALENDAR, DaysFrom.PROCEDURE, DaysCount.LEAD_TIME)


@pytest.mark.parametrize(
    ("way", "days", "count", "unit", "source"),
    [
        (Way.CENTRE, FIVE, 5, Unit.CALENDAR, DueSource.ITEM),
        (Way.CENTRE, ZERO, 0, Unit.WORKING, DueSource.ON_THE_SPOT),
        (Way.CENTRE, NONE, 5, Unit.WORKING, DueSource.DEFAULT),
        (Way.CENTRE, None, 5, Unit.WORKING, DueSource.DEFAULT),
        (Way.OWN_DESK, ZERO, 5, Unit.WORKING, DueSource.DEFAULT),
        (Way.OWN_DESK, FIVE, 5, Unit.CALENDAR, DueSource.ITEM),
        (Way.COUNCIL, None, 15, Unit.WORKING, DueSource.DEFAULT),
        (Way.COUNCIL, LEAD, 15, Unit.WORKING, DueSource.DEFAULT),
        (Way.REFERRAL, FIVE, 1, Unit.WORKING, DueSource.TELL),
        (Way.REFUSAL, NONE, 1, Unit.WORKING, DueSource.TELL),
    ],
)
def test_due_rule(way: Way, days: Days | None, count: int, unit: Unit, source: DueSource) -> None:
    rule = due_rule(way, days, USUAL.usual)
    assert (rule.days, rule.unit, rule.source) == (count, unit, source)


def test_each_number_of_a_district_stands_once_on_its_page() -> None:
    assert sorted(name for group in GROUPS.values() for name in group) == sorted(DAYS)


def test_a_district_sets_its_own_days() -> None:
    own = HandlingRules(council_days=20, home_bound=frozenset({"police"}))
    assert due_rule(Way.COUNCIL, None, own.usual).days == 20
    assert own.is_home_bound(("police",)) and not own.is_home_bound(("veterans",))


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, None),
        ({"centre_days": 0}, (HandlingRefusal.OUT_OF_RANGE, "centre_days")),
        ({"rating_days": 31}, (HandlingRefusal.OUT_OF_RANGE, "rating_days")),
        ({"home_bound": frozenset({"nothing"})}, (HandlingRefusal.NO_FIELD, "home_bound")),
        ({"home_bound": frozenset()}, None),
        ({"baseline": "2026-13"}, (HandlingRefusal.NO_MONTH, "baseline")),
        ({"baseline": "2026-11"}, None),
        ({"baseline": "2026-12"}, (HandlingRefusal.FUTURE_MONTH, "baseline")),
        ({"baseline": "2027-01"}, (HandlingRefusal.FUTURE_MONTH, "baseline")),
    ],
)
def test_what_a_district_may_lay_down(changes: dict[str, Any], refused: object) -> None:
    assert refuse_handling(replace(USUAL, **changes), USUAL.home_bound, "2026-11") == refused


def centre(
    number: int, subdistrict: int, covers: set[int], *, is_open: bool = True, waiting: int = 0, clerks: int = 1
) -> CentreFacts:
    return CentreFacts(number, f"C{number:02d}", subdistrict, is_open, frozenset(covers), waiting, clerks)


@pytest.mark.parametrize(
    ("centres", "chosen", "why", "closed"),
    [
        ([centre(1, 10, {100}), centre(2, 10, {200})], 1, WhyCentre.COVERS, None),
        ([centre(1, 10, {100}, waiting=3), centre(2, 10, {100}, waiting=1)], 2, WhyCentre.COVERS_FEWEST_WAITING, None),
        ([centre(1, 10, {100}), centre(2, 10, {100})], 1, WhyCentre.COVERS_FEWEST_WAITING, None),
        ([centre(1, 10, {100}, is_open=False), centre(2, 10, {100})], 2, WhyCentre.COVERS, None),
        ([centre(1, 10, {100}, is_open=False), centre(2, 10, {200})], 2, WhyCentre.CLOSED_SAME_SUBDISTRICT, 1),
        ([centre(1, 10, {100}, is_open=False), centre(2, 20, {200})], 2, WhyCentre.CLOSED_REGION_WIDE, 1),
        ([centre(2, 20, {200})], 2, WhyCentre.NONE_COVERS, None),
        ([centre(2, 10, {200})], 2, WhyCentre.NONE_COVERS, None),
        ([centre(1, 10, {100}, clerks=0), centre(2, 20, {200})], 2, WhyCentre.UNSTAFFED, 1),
        ([centre(1, 10, {100}, clerks=0), centre(2, 20, {200}, clerks=0)], 1, WhyCentre.COVERS, None),
        ([centre(1, 10, {100}, waiting=61), centre(2, 10, {200}, waiting=30)], 2, WhyCentre.OVERLOADED, 1),
        ([centre(1, 10, {100}, waiting=61), centre(2, 20, {200}, waiting=30)], 2, WhyCentre.OVERLOADED, 1),
        ([centre(1, 10, {100}, waiting=61), centre(2, 10, {200}, waiting=31)], 1, WhyCentre.COVERS, None),
        ([centre(1, 10, {100}, waiting=61, clerks=2), centre(2, 10, {200})], 1, WhyCentre.COVERS, None),
        ([centre(1, 10, {100}, waiting=60), centre(2, 10, {200})], 1, WhyCentre.COVERS, None),
    ],
)
def test_choose_centre(centres: list[CentreFacts], chosen: int, why: WhyCentre, closed: int | None) -> None:
    choice = choose_centre(100, 10, centres)
    assert choice is not None
    assert (choice.centre_id, choice.why, choice.closed_id) == (chosen, why, closed)


@pytest.mark.parametrize("centres", [[], [centre(1, 10, {100}, is_open=False)]])
def test_no_open_centre_gives_none(centres: list[CentreFacts]) -> None:
    assert choose_centre(100, 10, centres) is None
