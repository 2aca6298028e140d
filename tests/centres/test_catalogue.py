"""The sample catalogue: its counts, its links, and how a faulty file is reported."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

import linyue.centres
from linyue.base.workdays import Unit, published_calendar
from linyue.centres.catalogue import CatalogueFault, parse
from linyue.centres.rules import (
    AffairKind,
    Catalogue,
    DueSource,
    HandledBy,
    Listing,
    Way,
    due_of,
    due_rule,
    route_of,
)
from linyue.centres.rules_handling import USUAL
from linyue.councils.rules import MatterKind

FILE = Path(linyue.centres.__file__).parent / "catalogue.yaml"
TEXT = FILE.read_text(encoding="utf-8")
CATALOGUE: Catalogue = parse(TEXT, FILE.name)
CORE = [item for item in CATALOGUE.items if item.listing is Listing.CORE]


def test_counts_of_the_sample_catalogue() -> None:
    """157 items on 49 platforms; 50 items and 30 platforms float; 33 of the 107 kept ones are residential."""
    assert len(CORE) == 157
    assert len(CATALOGUE.platforms) == len({item.platform for item in CORE}) == 49
    floated = [item for item in CORE if item.handled_by is HandledBy.CENTRE]
    assert len(floated) == 50
    assert len([p for p in CATALOGUE.platforms if p.floats]) == len({item.platform for item in floated}) == 30
    kept = [item for item in CORE if item.handled_by is HandledBy.COMMUNITY]
    assert len(kept) == 107
    assert len([item for item in kept if item.kind is AffairKind.RESIDENTIAL]) == 33
    assert len([item for item in CATALOGUE.items if item.listing is Listing.REFERRAL]) == 13
    assert len([item for item in CATALOGUE.items if item.listing is Listing.REFUSED]) == 20


def test_ways_of_all_entries() -> None:
    ways = Counter(route_of(item) for item in CATALOGUE.items)
    assert ways == {Way.CENTRE: 50, Way.OWN_DESK: 74, Way.COUNCIL: 33, Way.REFERRAL: 13, Way.REFUSAL: 20}


@pytest.mark.parametrize("item", CATALOGUE.items, ids=lambda item: item.code)
def test_every_entry_has_a_way_a_due_time_and_words(item) -> None:  # type: ignore[no-untyped-def]
    way = route_of(item)
    assert item.code == item.code.strip()
    assert item.name.zh
    assert item.name.en
    assert 2 <= len(item.words) <= 6
    assert item.basis
    start = datetime(2026, 4, 23, 1, 0, tzinfo=UTC)
    due = due_of(due_rule(way, item.days, USUAL.usual), start, published_calendar())
    assert due.at > start
    assert not due.is_provisional
    if way is Way.COUNCIL:
        assert item.matter_kind in MatterKind
    if way in (Way.REFERRAL, Way.REFUSAL):
        assert item.goes_to is not None
        assert due.rule.source is DueSource.TELL
    if way is Way.CENTRE and item.days.count:
        assert (due.rule.days, due.rule.unit) == (item.days.count, item.days.unit)


def test_no_duplicates() -> None:
    for values in (
        [item.code for item in CATALOGUE.items],
        [item.name.zh for item in CATALOGUE.items],
        [item.name.en for item in CATALOGUE.items],
        [p.name.zh for p in CATALOGUE.platforms],
        [p.name.en for p in CATALOGUE.platforms],
        [field.pinyin for field in CATALOGUE.fields],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_every_paper_and_field_is_used() -> None:
    used = {paper for item in CATALOGUE.items for paper in item.papers}
    assert {zh for zh, _ in CATALOGUE.papers} == used
    assert {f.key for f in CATALOGUE.fields} == {key for item in CATALOGUE.items for key in item.fields}


def test_statutory_calendar_days_stay_calendar_days() -> None:
    by_code = {item.code: item for item in CATALOGUE.items}
    assert by_code["HS-038"].days.unit is Unit.CALENDAR
    assert by_code["HS-038"].days.count == 15
    assert due_rule(Way.COUNCIL, by_code["HS-075"].days, USUAL.usual).source is DueSource.DEFAULT
    assert due_rule(Way.COUNCIL, by_code["HS-086"].days, USUAL.usual).source is DueSource.DEFAULT


SMALL = """format: 1
version: 1
effective_from: 2026-01-01
title: {zh: 样例, en: Sample}
fields:
  - {key: general, zh: 综合, en: General, pinyin: zonghe}
kinds:
  - {key: relations, zh: 甲, en: A, words: [甲甲, 甲乙]}
  - {key: environment, zh: 乙, en: B, words: [乙甲, 乙乙]}
  - {key: facilities, zh: 丙, en: C, words: [丙甲, 丙乙]}
  - {key: parking, zh: 丁, en: D, words: [丁甲, 丁乙]}
  - {key: safety, zh: 戊, en: E, words: [戊甲, 戊乙]}
  - {key: culture, zh: 己, en: F, words: [己甲, 己乙]}
  - {key: money, zh: 庚, en: G, words: [庚甲, 庚乙]}
platforms:
  - {code: P01, zh: 平台, en: Platform, floats: true}
papers:
  身份证: ID card
groups:
  - list: core
    handled_by: centre
    kind: governmental
    items:
      - code: X-1
        zh: 办事
        en: Something
        fields: [general]
        platform: P01
        days: {count: 5, unit: working, from: assumed}
        papers: [身份证]
        basis: [某条例]
        words: [办事, 办+事]
        minutes: 10
        certainty: high
"""


def test_the_small_catalogue_is_sound() -> None:
    assert len(parse(SMALL).items) == 1


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("format: 1", "format: 3", 1, "format"),
        ("version: 1", "version: one", 2, "version"),
        ("effective_from: 2026-01-01", "effective_from: soon", 3, "effective_from"),
        ("title: {zh: 样例, en: Sample}", "title: {zh: 样例}", 4, "title.en"),
        ("title: {zh: 样例, en: Sample}", "title: 样例", 4, "title"),
        ("title: {zh: 样例, en: Sample}", "title: {zh: 样例, en: 12}", 4, "title.en"),
        ("title: {zh: 样例, en: Sample}", "title: {zh: 样例, en: no}", 4, "title.en"),
        ("title: {zh: 样例, en: Sample}", "title: {zh: 样例, zh: 样例, en: S}", 4, "title.zh"),
        ("title: {zh: 样例, en: Sample}", "title: &a {zh: 样例, en: S}\nmore: *a", 5, "file"),
        ("key: money", "key: gold", 14, "kinds[6].key"),
        ("key: money", "key: culture", 14, "kinds[6]"),
        ("  - {key: money, zh: 庚, en: G, words: [庚甲, 庚乙]}\n", "", 8, "kinds"),
        ("floats: true", "floats: yes", 16, "platforms[0].floats"),
        ("floats: true", "floats: false", 24, "groups[0].items[0]"),
        ("papers:\n  身份证: ID card", "papers:\n  身份证: ''", 18, "papers.身份证"),
        ("list: core", "list: main", 20, "groups[0].list"),
        ("list: core", "list: refused", 21, "groups[0].handled_by"),
        ("kind: governmental", "kind: residential", 22, "groups[0].kind"),
        ("code: X-1", "cod: X-1", 24, "groups[0].items[0].cod"),
        ("        en: Something\n", "", 24, "groups[0].items[0].en"),
        ("fields: [general]", "fields: [special]", 24, "groups[0].items[0]"),
        ("fields: [general]", "fields: []", 27, "groups[0].items[0].fields"),
        ("        platform: P01\n", "", 24, "groups[0].items[0]"),
        ("platform: P01", "platform: P02", 24, "groups[0].items[0]"),
        ("count: 5", "count: -5", 29, "groups[0].items[0].days.count"),
        ("count: 5", "count: true", 29, "groups[0].items[0].days.count"),
        ("unit: working", "unit: weeks", 29, "groups[0].items[0].days.unit"),
        ("from: assumed", "from: hearsay", 29, "groups[0].items[0].days.from"),
        ("papers: [身份证]", "papers: [户口簿]", 24, "groups[0].items[0]"),
        ("words: [办事, 办+事]", "words: [办事]", 32, "groups[0].items[0].words"),
        ("words: [办事, 办+事]", "words: [办事, 办事]", 32, "groups[0].items[0].words[1]"),
        ("words: [办事, 办+事]", "words: [办事, 办+]", 32, "groups[0].items[0].words[1]"),
        ("minutes: 10", "minutes: 0", 33, "groups[0].items[0].minutes"),
        ("certainty: high", "certainty: sure", 34, "groups[0].items[0].certainty"),
        ("certainty: high", "certainty: high\n        matter_kind: money", 24, "groups[0].items[0]"),
        ("certainty: high", "certainty: [high", 35, "file"),
    ],
)
def test_a_faulty_file_is_reported_with_line_and_field(old: str, new: str, line: int, field: str) -> None:
    assert old in SMALL
    with pytest.raises(CatalogueFault) as caught:
        parse(SMALL.replace(old, new, 1), "ours.yaml")
    fault = caught.value
    assert (fault.file, fault.line, fault.field) == ("ours.yaml", line, field), str(fault)
    assert str(fault).startswith(f"ours.yaml:{line}: {field}: ")


@pytest.mark.parametrize("text", ["", "- 1", "just words", "\x00"])
def test_a_file_that_is_no_catalogue_is_refused(text: str) -> None:
    with pytest.raises(CatalogueFault):
        parse(text)


def test_an_item_given_twice_is_refused() -> None:
    entry = SMALL[SMALL.index("      - code: X-1") :]
    with pytest.raises(CatalogueFault, match="X-1 is given twice"):
        parse(SMALL + entry)
