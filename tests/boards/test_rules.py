"""Periods, shares, medians, the load and its ranges, the visit log: tables of plain values."""

import ast
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median as plain_median
from statistics import pstdev

import pytest

from linyue.boards import rules, rules_follow, rules_load, rules_visits
from linyue.boards.rules import Figures, Month, Scale, Share, What
from linyue.boards.rules_follow import Answer
from linyue.boards.rules_load import Load, Part, Platform, Work, added, beside, compared, load_of, saving
from linyue.boards.rules_visits import VisitRefusal
from linyue.centres.rules import AffairKind, Listing, Way

BOARDS = Path(rules.__file__).parent


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-10", Month(2026, 10)), ("2026-1", Month(2026, 1)), ("2026-13", None), ("2026-00", None), ("", None),
        ("2027-01", None), ("1999-01", None), ("٢٠٢٦-10", None), ("2026-10-01", None), ("2026", None),
    ],
)  # fmt: skip
def test_a_month_in_an_address(text: str, month: Month | None) -> None:
    latest = Month(2026, 11)
    assert rules.read_month(text, latest) == (month or latest)


def test_months_follow_each_other() -> None:
    assert Month(2026, 12).after() == Month(2027, 1) and Month(2026, 1).before() == Month(2025, 12)
    assert Month(2026, 2).last == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("n", "of", "percent", "low", "high"),
    [(771, 812, 95, 93, 96), (9, 9, None, 70, 100), (0, 10, 0, 0, 28), (10, 10, 100, 72, 100), (0, 0, None, 0, 100)],
)
def test_shares(n: int, of: int, percent: int | None, low: int, high: int) -> None:
    share = Share(n, of)
    assert share.percent == percent and share.percents == (low, high)


def test_few_cases_are_not_drawn() -> None:
    assert rules.mark_of(Share(9, 9), Scale()) is None
    mark = rules.mark_of(Share(5, 10), Scale(width=116, margin=8))
    assert mark is not None and mark.low < mark.at == 58 < mark.high


def test_medians_are_the_plain_ones() -> None:
    rng = random.Random(1)
    for _ in range(200):
        values = [rng.randrange(8) for _ in range(rng.randrange(1, 30))]
        assert rules.median({v: values.count(v) for v in set(values)}) == plain_median(values)
    assert rules.median({}) is None


def test_the_three_rates() -> None:
    counts = {
        What.OWED: 20,
        What.ANSWERED: 18,
        What.RATED: 10,
        What.SATISFIED: 6,
        What.MOSTLY: 2,
        What.ASKED: 4,
        What.FIXED: 3,
    }
    figures = Figures(counts, {})
    assert (figures.response, figures.satisfaction, figures.resolution) == (Share(18, 20), Share(8, 10), Share(3, 4))
    assert figures.response.percent == 90 and figures.satisfaction.percent == 80 and figures.resolution.percent is None


def test_lines_keep_the_order_of_names_and_lose_nobody() -> None:
    few, many = Figures({What.IN: 1}, {}), Figures({What.IN: 99}, {})
    lines = rules.lines_of({"b": many, "a": few, "x": few, "y": many}, [("a", "甲"), ("b", "乙"), ("c", "丙")], "其他")
    assert [(one.name, one.figures.n(What.IN)) for one in lines] == [("甲", 1), ("乙", 99), ("其他", 100)]


# ── the load ──

STAYS = [Platform(60, floats=False), Platform(30, floats=False), Platform(999, floats=False, is_governmental=False)]
FLOATS = [Platform(60, floats=True), *STAYS[1:]]


def test_the_load_by_hand() -> None:
    parts = [Part(Way.OWN_DESK, 4, 120, 3600), Part(Way.CENTRE, 6, 240, 9600), Part(Way.REFERRAL, 9, 900, 90000)]
    load = load_of(parts, FLOATS, days=14)
    assert load.minutes == 120 + 2 * 30
    assert load.minutes_unfloated == 120 + 240 + 2 * (60 + 30)
    change = saving(load)
    assert change is not None and change.value == pytest.approx(-360 / 540)
    assert (load.own_count, load.gone_count) == (4, 6)


@pytest.mark.parametrize("count", [0, 1, 500])
def test_with_floating_off_it_saves_nothing(count: int) -> None:
    load = load_of([Part(Way.OWN_DESK, count, 30 * count, 900 * count)], STAYS, days=31)
    change = saving(load)
    assert change is not None and (change.value, change.low, change.high) == (0, 0, 0)
    assert load.minutes == load.minutes_unfloated


def test_nothing_at_all_saves_nothing_that_could_be_told() -> None:
    assert saving(load_of([], [], days=31)) is None and saving(Load(0.0)) is None


def test_only_government_business_is_load() -> None:
    assert rules_load.counts_as_work(AffairKind.GOVERNMENTAL, Listing.CORE)
    assert not rules_load.counts_as_work(AffairKind.RESIDENTIAL, Listing.CORE)
    assert not rules_load.counts_as_work(AffairKind.GOVERNMENTAL, Listing.REFERRAL)
    assert [way for way in Way if rules_load.stays_without_floating(way)] == [Way.CENTRE, Way.OWN_DESK]


def test_the_range_is_that_of_many_random_months() -> None:
    """Months drawn from a seed, with a Poisson number of matters of each length: their spread is the formula's."""
    rng = random.Random(4)
    own_lengths, gone_lengths = [20, 30, 60], [15, 45]

    def poisson(mean: float) -> int:
        n, at = 0, rng.expovariate(mean)
        while at < 1:
            n, at = n + 1, at + rng.expovariate(mean)
        return n

    def month() -> Load:
        parts = []
        for way, lengths in ((Way.OWN_DESK, own_lengths), (Way.CENTRE, gone_lengths)):
            for minutes in lengths:
                n = poisson(40.0)
                parts.append(Part(way, n, n * minutes, n * minutes * minutes))
        return load_of(parts, FLOATS, days=28)

    values, widths = [], []
    for _ in range(3000):
        change = saving(month())
        assert change is not None
        values.append(change.value)
        widths.append((change.high - change.low) / 2 / rules.Z)
    assert pstdev(values) == pytest.approx(sum(widths) / len(widths), rel=0.05)


def test_communities_stand_beside_each_other_and_pieces_of_a_month_follow() -> None:
    one = load_of([Part(Way.OWN_DESK, 2, 60, 1800)], STAYS, days=7)
    both, two = beside([one, one]), added([one, one])
    assert (both.minutes, both.weeks, two.minutes, two.weeks) == (2 * one.minutes, 1, 2 * one.minutes, 2)
    assert beside([]).minutes == 0


def test_a_baseline_is_compared_by_the_week() -> None:
    change = compared(Work(300.0, 900.0), 2.0, Work(600.0, 900.0), 4.0)
    assert change is not None and change.value == pytest.approx(0) and change.low < 0 < change.high
    assert compared(Work(300.0), 2.0, Work(), 4.0) is None


def test_half_the_minutes_save_less_of_the_same_duty() -> None:
    load = load_of([Part(Way.CENTRE, 10, 600, 36000)], STAYS, days=7)
    shares = [rules_load.if_minutes_were(load, factor) for factor in (0.5, 1.0, 1.5)]
    values = [one.value for one in shares if one]
    assert values == sorted(values, reverse=True) and values[1] == saving(load).value  # type: ignore[union-attr]


def test_a_month_is_cut_where_the_catalogue_changes() -> None:
    versions = [(1, date(2026, 1, 1)), (2, date(2026, 10, 11)), (3, date(2027, 1, 1))]
    first, after = date(2026, 10, 1), date(2026, 11, 1)
    assert rules_load.segments(first, after, versions) == [
        (1, first, date(2026, 10, 11)), (2, date(2026, 10, 11), after),
    ]  # fmt: skip
    assert rules_load.segments(date(2025, 1, 1), date(2025, 2, 1), versions) == []


def test_no_result_stands_in_the_code() -> None:
    """What the model is said to bring (40 % less, 80 % carried, twice the visits) is measured, never written down."""
    for file in sorted(f for f in BOARDS.glob("*.py") if f.stem.split("_")[0] in ("rules", "service", "routes")):
        numbers = {n.value for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Constant)}
        plain = {n for n in numbers if isinstance(n, int | float) and not isinstance(n, bool)}
        wanted = {40, 80, 0.4, 0.8, 0.6} | ({2} if "load" in file.stem else set())
        assert not plain & wanted, f"{file.name}: {plain & wanted}"
    for name in ("figures", "visits", "stream", "district", "volumes"):  # what a simulated year is made and told by
        text = (BOARDS.parent / "simulation" / f"{name}.py").read_text()
        numbers = {n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant)}
        assert not numbers & {40, 80, 0.4, 0.8, 0.6}, name


# ── visits and follow-up ──

NOON = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "refusal"),
    [
        (-3, -2, None), (-2, -3, VisitRefusal.ENDS_BEFORE), (-2, -2, VisitRefusal.ENDS_BEFORE),
        (-14, -1, VisitRefusal.TOO_LONG), (-1, 1, VisitRefusal.AHEAD), (-24 * 7, -24 * 7 + 1, VisitRefusal.TOO_OLD),
        (-24 * 6, -24 * 6 + 1, None), (-6, -4, VisitRefusal.OVERLAPS), (-7, -5, None), (-4, -3, None),
    ],
)  # fmt: skip
def test_what_may_be_noted(start: int, end: int, refusal: VisitRefusal | None) -> None:
    others = [(NOON - timedelta(hours=5), NOON - timedelta(hours=4))]
    found = rules_visits.refuse_visit(NOON + timedelta(hours=start), NOON + timedelta(hours=end), NOON, others)
    assert (found[0] if found else None) is refusal


@pytest.mark.parametrize(("days", "due"), [(6.9, False), (7, True), (29.9, True), (30, False)])
def test_it_is_asked_after_a_week_and_not_after_a_month(days: float, due: bool) -> None:
    assert rules_follow.is_time(NOON - timedelta(days=days), NOON) is due


@pytest.mark.parametrize(
    ("answer", "reopened", "may"),
    [(Answer.FIXED, 0, False), (Answer.PARTLY, 0, True), (Answer.NOT, 0, True), (Answer.NOT, 1, False)],
)
def test_reopening_is_offered_once(answer: Answer, reopened: int, may: bool) -> None:
    assert rules_follow.may_reopen(answer, reopened) is may


def test_the_sample_is_the_same_for_everybody() -> None:
    numbers = [f"2026-{n:04}" for n in range(100)]
    drawn = rules_follow.sample(numbers)
    assert len(drawn) == rules_follow.CALLS_AT_ONCE and drawn == rules_follow.sample(reversed(numbers))
    assert rules_follow.sample(numbers[:3]) == numbers[:3] and drawn != numbers[: len(drawn)]
