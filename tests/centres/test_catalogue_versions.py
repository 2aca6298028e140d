"""Versions of the catalogue as values: written and read back, what holds on a day, how two differ, what is refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from linyue.base.i18n import t
from linyue.base.workdays import Unit
from linyue.centres.catalogue import CatalogueFault, parse
from linyue.centres.catalogue_dump import dump
from linyue.centres.rules import Catalogue, Days, DaysFrom, HandledBy, Listing, Named, Way, route_of
from linyue.centres.rules_check import catalogue_troubles
from linyue.centres.rules_terms import LegalRoute, Level, Method, Scale
from linyue.centres.rules_versions import (
    Diff,
    VersionRefusal,
    catalogue_on,
    differences,
    float_days,
    phase_of,
    refuse_approval,
    refuse_day,
    refuse_hand_in,
    successor_of,
    with_retired,
)
from tests.make.catalogue import SAMPLE, changed, item

DAY = date(2026, 12, 1)


def test_the_sample_is_written_and_read_back() -> None:
    assert parse(dump(SAMPLE)) == SAMPLE
    assert catalogue_troubles(SAMPLE) == []


texts = st.text(st.characters(blacklist_categories=("C", "Z"), blacklist_characters="；;+"), min_size=1, max_size=12)


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    texts,
    texts,
    st.integers(1, 600),
    st.integers(0, 400) | st.none(),
    st.sampled_from([unit for unit in Unit if unit is not Unit.HOURS]),
    st.dates(),
)
def test_any_words_survive_being_written(
    zh: str, en: str, minutes: int, count: int | None, unit: Unit, day: date
) -> None:
    one = replace(
        item("HS-008"), name=Named(zh, en), minutes=minutes, days=Days(count, unit, DaysFrom.POLICY),
        words=(f"{zh}一", f"{en}+{zh}"), floats_from=day, note=Named(en, zh), may_not_push=(),
    )  # fmt: skip
    made = changed(one)
    again = parse(dump(replace(made, effective_from=max(day, made.effective_from))))
    assert again.items == made.items


def test_format_one_reads_as_before_with_levels_by_list() -> None:
    """What a district stored before the newer fields were there: everything follows from list and kind."""
    lines = [
        line for line in dump(SAMPLE).split("\n") if not line.strip().startswith(("decides:", "scale:", "method:"))
    ]
    old = parse("\n".join(lines).replace("format: 2", "format: 1"))
    centre = next(one for one in old.items if one.handled_by is HandledBy.CENTRE)
    assert (centre.decides, centre.assists) == (Level.DEPARTMENT, (Level.STREET,))
    assert centre.may_not_push == (Level.STREET, Level.DEPARTMENT)
    home = next(one for one in old.items if one.matter_kind)
    assert (home.decides, home.scale, home.method) == (Level.COMMUNITY, Scale.COMPOUND, Method.DAILY)
    assert home.legal_route is LegalRoute.NONE or home.legal_route


def test_what_floats_later_is_the_communitys_until_its_day() -> None:
    later = replace(item("HS-049"), floats_from=DAY)
    made = changed(later, platform=replace(_platform("P29"), floats_from=DAY))
    assert float_days(made) == {DAY}
    before, after = catalogue_on(made, DAY - timedelta(days=1)), catalogue_on(made, DAY)
    assert (route_of(_of(before, "HS-049")), route_of(_of(after, "HS-049"))) == (Way.OWN_DESK, Way.CENTRE)
    assert [p.floats for p in before.platforms if p.code == "P29"] == [False] and after is made
    assert phase_of({DAY}, DAY - timedelta(days=1)) is None and phase_of({DAY}, DAY) == DAY


def test_a_platform_does_not_float_before_its_items() -> None:
    made = changed(replace(item("HS-049"), floats_from=DAY))
    assert [(place.key, trouble.column) for place, trouble in catalogue_troubles(made)] == [("HS-049", "floats_from")]
    with pytest.raises(CatalogueFault, match="floats"):
        parse(dump(made))


def _platform(code: str):  # type: ignore[no-untyped-def]
    return next(entry for entry in SAMPLE.platforms if entry.code == code)


def _of(catalogue: Catalogue, code: str):  # type: ignore[no-untyped-def]
    return next(one for one in catalogue.items if one.code == code)


FAULTS = [
    ("code", {"code": "低保"}, "centres-fault-code"),
    ("name_zh", {"name": Named("", "x")}, "centres-fault-missing"),
    ("name_zh", {"name": Named("长" * 81, "x")}, "centres-fault-long"),
    ("name_en", {"name": Named("好", " x")}, "centres-fault-signs"),
    ("minutes", {"minutes": 0}, "centres-fault-minutes"),
    ("days", {"days": Days(9999, Unit.WORKING, DaysFrom.ASSUMED)}, "centres-fault-days"),
    ("fields", {"fields": ("moon",)}, "centres-fault-fields-unknown"),
    ("fields", {"fields": ()}, "centres-fault-missing"),
    ("papers", {"papers": ("月票",)}, "centres-fault-papers-unknown"),
    ("basis", {"basis": ("甲；乙",)}, "centres-fault-parts"),
    ("words", {"words": ("一个",)}, "centres-fault-words"),
    ("words", {"words": ("一个", "一个")}, "centres-fault-twice"),
    ("words", {"words": ("一个", "二+")}, "centres-fault-plus"),
    ("handled_by", {"handled_by": HandledBy.DEPARTMENT}, "centres-fault-handled-by"),
    ("goes_to_zh", {"goes_to": Named("派出所", "Police")}, "centres-fault-goes-to-core"),
    ("scale", {"scale": Scale.COMPOUND}, "centres-fault-residential-only"),
    ("platform", {"platform": None}, "centres-fault-platform"),
    ("platform", {"platform": "P99"}, "centres-fault-platform-unknown"),
    ("platform", {"platform": "P31"}, "centres-fault-float-together"),
    ("successor", {"successor": "HS-009"}, "centres-fault-successor-living"),
    ("successor", {"successor": "HS-999", "is_retired": True}, "centres-fault-successor"),
    ("assists", {"assists": (Level.STREET, Level.STREET)}, "centres-fault-twice"),
]


@pytest.mark.parametrize(("column", "change", "key"), FAULTS)
def test_each_fault_names_its_field_in_words(column: str, change: dict[str, object], key: str) -> None:
    wrong = replace(item("HS-008"), **change)  # type: ignore[arg-type]
    items = tuple(wrong if one.code == "HS-008" else one for one in SAMPLE.items)
    found = [trouble for _, trouble in catalogue_troubles(replace(SAMPLE, items=items)) if trouble.column == column]
    assert key in {trouble.key for trouble in found}, found
    for lang in ("zh-CN", "en"):
        assert all(t(lang, trouble.key, **dict(trouble.args)) for trouble in found)


def test_items_never_vanish_and_lead_on() -> None:
    kept = [one for one in SAMPLE.items if one.code != "HS-008"]
    retired = with_retired(kept, SAMPLE.items)[-1]
    assert (retired.code, retired.is_retired) == ("HS-008", True)
    items = {one.code: one for one in (*kept, replace(retired, successor="HS-007"))}
    follower = successor_of("HS-008", items)
    assert follower is not None and follower.code == "HS-007"
    assert successor_of("HS-008", {"HS-008": retired}) is None and successor_of("HS-000", items) is None


def test_differences_name_what_changed() -> None:
    assert differences(SAMPLE, SAMPLE) == ()
    new = replace(item("HS-008"), minutes=99, is_retired=True)
    found = differences(SAMPLE, changed(new))
    assert [(d.table, d.key, d.diff) for d in found] == [("items", "HS-008", Diff.RETIRED)]
    assert {(c.column, c.new) for c in found[0].changes} == {("minutes", 99), ("is_retired", True)}
    everything = differences(None, SAMPLE)
    assert sum(d.table == "items" for d in everything) == 190 and {d.diff for d in everything} == {Diff.NEW}
    fewer = replace(SAMPLE, papers=SAMPLE.papers[1:])
    assert [(d.table, d.diff) for d in differences(SAMPLE, fewer)] == [("papers", Diff.GONE)]


@pytest.mark.parametrize(
    ("day", "latest", "refusal"),
    [
        (DAY, None, VersionRefusal.DAY_TOO_SOON),
        (DAY + timedelta(days=1), None, None),
        (DAY + timedelta(days=1), DAY + timedelta(days=1), VersionRefusal.DAY_TAKEN),
        (DAY + timedelta(days=2), DAY + timedelta(days=1), None),
    ],
)
def test_from_which_day_a_version_may_hold(day: date, latest: date | None, refusal: VersionRefusal | None) -> None:
    assert refuse_day(day, DAY, latest) is refusal


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ((3, 3, 1, 0), None),
        ((3, 2, 1, 0), VersionRefusal.NOT_TRIED),
        ((3, 3, 0, 0), VersionRefusal.NOTHING_CHANGED),
        ((3, 3, 1, 1), VersionRefusal.HAS_TROUBLES),
    ],
)
def test_what_can_be_handed_in(facts: tuple[int, int, int, int], refusal: VersionRefusal | None) -> None:
    assert refuse_hand_in(*facts) is refusal


def test_two_pairs_of_eyes() -> None:
    assert refuse_approval(1, {1, 2}) is VersionRefusal.NOT_YOUR_OWN
    assert refuse_approval(None, set()) is VersionRefusal.NOT_YOUR_OWN
    assert refuse_approval(3, {1, 2, None}) is None


def test_the_lists_of_the_sample_say_who_decides_and_how_far_it_reaches() -> None:
    for one in SAMPLE.items:
        if one.matter_kind:
            assert one.scale and one.legal_route and one.method and one.decides is Level.COMMUNITY
        if one.listing is Listing.REFUSED:
            assert Level.DEPARTMENT in one.may_not_push
    floats = [p for p in SAMPLE.platforms if p.floats]
    assert all(p.logins and p.ledgers and p.duty for p in floats)
