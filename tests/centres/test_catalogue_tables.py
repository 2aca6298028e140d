"""The catalogue as XLSX and CSV: out and in again changes nothing; a bad file is told line by line and not taken."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linyue.base.i18n import t
from linyue.base.sheets import Fault
from linyue.base.workbook import read_workbook, write_workbook
from linyue.centres.catalogue_tables import read_tables, table_name
from linyue.centres.rules import Catalogue, ItemEntry, Named
from linyue.centres.rules_terms import Level
from linyue.centres.service_tables import csv_of, sheets_of, workbook_of
from tests.make.catalogue import SAMPLE, changed, item


def taken(data: bytes, start: Catalogue = SAMPLE) -> tuple[Catalogue, list[Fault]]:
    sheets, faults = sheets_of(data)
    return (start, faults) if faults else read_tables(sheets, start)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_workbook_out_and_in_again_changes_nothing(lang: str) -> None:
    retired = changed(replace(item("HS-008"), is_retired=True, successor="HS-007"))
    for catalogue in (SAMPLE, retired):
        assert taken(workbook_of(catalogue, lang), catalogue) == (catalogue, [])
        for table in ("items", "platforms", "fields", "kinds", "papers"):
            assert taken(csv_of(catalogue, table, lang), catalogue) == (catalogue, []), table


words = st.text(st.characters(blacklist_categories=("C", "Z"), blacklist_characters="；;+"), min_size=1, max_size=10)
items = st.builds(
    lambda zh, en, minutes, papers, day, levels: replace(
        item("HS-008"), name=Named(zh, en), minutes=minutes, papers=tuple(papers), may_not_push=tuple(levels),
        words=(zh + "一", en + "+" + zh), note=Named(en, zh), floats_from=day,
    ),
    words, words, st.integers(1, 6000), st.lists(st.sampled_from([zh for zh, _ in SAMPLE.papers]), unique=True, max_size=4),
    st.none() | st.dates(date(2025, 1, 1), date(2026, 1, 1)), st.lists(st.sampled_from(Level), unique=True),
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(items, st.booleans(), st.sampled_from(["zh-CN", "en"]))
def test_any_item_survives_a_spreadsheet(one: ItemEntry, is_csv: bool, lang: str) -> None:
    """Whatever words it has, those that look like formulas too: out, in, the same."""
    made = changed(one)
    data = csv_of(made, "items", lang) if is_csv else workbook_of(made, lang)
    again, faults = taken(data, made)
    assert faults == [] and again == made


def test_what_looks_like_a_formula_is_text() -> None:
    made = changed(replace(item("HS-008"), name=Named("=1+1", "@x")))
    assert b"\t=1+1" in csv_of(made, "items", "zh-CN")
    with zipfile.ZipFile(io.BytesIO(workbook_of(made, "zh-CN"))) as book:
        assert not any(b"<f>" in book.read(name) for name in book.namelist())


def test_a_file_with_some_columns_changes_only_those() -> None:
    data = csv_of(SAMPLE, "platforms", "zh-CN").decode("utf-8-sig").splitlines()
    short = "\n".join(",".join(line.split(",")[:4]) for line in data).replace("P31,基层治理网格平台", "P31,网格平台")
    made, faults = taken(short.encode())
    assert faults == []
    entry = next(p for p in made.platforms if p.code == "P31")
    assert (entry.name.zh, entry.duty, entry.logins) == ("网格平台", 180, 15)


def test_an_item_that_is_not_in_the_file_is_retired() -> None:
    lines = csv_of(SAMPLE, "items", "zh-CN").decode("utf-8-sig").splitlines()
    made, faults = taken("\n".join(line for line in lines if not line.startswith("HS-008,")).encode("gb18030"))
    assert faults == []
    assert [one.code for one in made.items if one.is_retired] == ["HS-008"] and len(made.items) == 190


def items_csv(old: str, new: str) -> bytes:
    text = csv_of(SAMPLE, "items", "zh-CN").decode("utf-8-sig")
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("data", "line", "column", "key"),
    [
        (lambda: items_csv("HS-002,最低", "HS-001,最低"), 2, "items.code", "centres-fault-code-twice"),
        (lambda: items_csv("HS-002,", "低保,"), 3, "items.code", "centres-fault-code"),
        (lambda: items_csv("HS-002,", ","), 3, "items.code", "centres-fault-code"),
        (lambda: items_csv("服务中心", "服务站"), 2, "items.handled_by", "centres-fault-choice"),
        (lambda: items_csv(",P01,", ",P99,"), 2, "items.platform", "centres-fault-platform-unknown"),
        (lambda: items_csv(",20,工作日", ",二十,工作日"), 2, "items.days", "centres-fault-whole"),
        (lambda: items_csv(",40,否,", ",-4,否,"), 2, "items.minutes", "centres-fault-whole"),
        (lambda: items_csv("编号,", "号码,"), 1, "items.code", "places-sheet-column-missing"),
        (lambda: items_csv("身份证；", "月票；"), 2, "items.papers", "centres-fault-papers-unknown"),
        (lambda: items_csv("最低生活保障申请,", "长" * 81 + ","), 2, "items.name_zh", "centres-fault-long"),
        (lambda: items_csv("最低生活保障申请,", "长" * 2001 + ","), 2, "", "common-workbook-cell-long"),
        (lambda: b"a,b\n1,2\n", 0, "", "centres-fault-no-table"),
        (lambda: b"", 0, "", "places-sheet-empty"),
        (lambda: b"\xff\xff\xff\xff\x81", 0, "", "places-sheet-unreadable"),
        (lambda: b'"' + "编号".encode(), 1, "", "places-sheet-broken-line"),
        (lambda: b"x" * (5 * 1024 * 1024 + 1), 0, "", "places-sheet-too-large"),
    ],
)
def test_each_bad_line_is_named_and_nothing_is_taken(
    data: Callable[[], bytes], line: int, column: str, key: str
) -> None:
    _made, faults = taken(data())
    assert (line, column, key) in {(f.line, f.column, f.key) for f in faults}, faults
    assert all(t(lang, f.key, **dict(f.args)) for f in faults for lang in ("zh-CN", "en"))


# ── hostile workbooks ──


def book(sheet: str, more: dict[str, bytes] | None = None) -> bytes:
    """A workbook with this as the XML of its first sheet, and further parts."""
    with zipfile.ZipFile(io.BytesIO(write_workbook({"事项": (["编号"], [["HS-001"]])}))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    if sheet:
        parts["xl/worksheets/sheet1.xml"] = f"{head}{sheet}</sheetData></worksheet>".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in {**parts, **(more or {})}.items():
            archive.writestr(name, body)
    return out.getvalue()


def elsewhere(sheet: str) -> bytes:
    """The same, its sheet under a name that no spreadsheet program gives."""
    whole = book(sheet)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive, zipfile.ZipFile(out, "w") as moved:
        for name in archive.namelist():
            body = archive.read(name).replace(b"worksheets/sheet1.xml", b"odd/one.xml")
            moved.writestr(name.replace("worksheets/sheet1.xml", "odd/one.xml"), body)
    return out.getvalue()


def plain_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "hello")
    return out.getvalue()


def cut() -> bytes:
    whole = book("")
    return whole[: len(whole) // 2]


HOSTILE = [
    (lambda: book("", {"xl/media/bomb": b"\x00" * (41 * 1024 * 1024)}), "common-workbook-too-much"),
    (lambda: book("", {f"x{n}": b"" for n in range(201)}), "common-workbook-too-much"),
    (lambda: book('<row r="1"><c r="XFD1048576"><v>1</v></c></row>'), "common-workbook-far"),
    (lambda: book('<row r="1048576"><c r="A1"><v>1</v></c></row>'), "places-sheet-too-many"),
    (lambda: book('<row r="1"><c r="A0"><v>1</v></c></row>'), "common-workbook-far"),
    (lambda: book('<row r="1"><c r="B1"><f>1+1</f><v>2</v></c></row>'), "common-workbook-formula"),
    (lambda: book("<row><c>"), "common-workbook-broken"),
    (lambda: book("", {"xl/worksheets/sheet1.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'}), "common-workbook-broken"),
    (lambda: elsewhere('<row r="1"><c r="XFD1048576"><v>1</v></c></row>'), "common-workbook-far"),
    (lambda: book("", {"xl/sharedStrings.xml": "<sst/>".encode("utf-16")}), "common-workbook-broken"),
    (plain_zip, "common-workbook-none"),
    (cut, "common-workbook-broken"),
    (lambda: b"PK\x03\x04" + b"\x00" * 200, "common-workbook-broken"),
    (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "common-workbook-old"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "key"), HOSTILE, ids=[key for _, key in HOSTILE])
def test_a_hostile_workbook_is_refused_in_words(data: Callable[[], bytes], key: str) -> None:
    sheets, faults = read_workbook(data())
    assert sheets == {} and [fault.key for fault in faults] == [key]
    assert all(t(lang, key, **dict(faults[0].args)) for lang in ("zh-CN", "en"))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_workbook_never_throws(data: st.DataObject) -> None:
    """Bytes of a good workbook turned at random: it is read, or refused in words."""
    whole = bytearray(SMALL_BOOK)
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    sheets, faults = sheets_of(bytes(whole))
    if not faults:
        read_tables(sheets, SAMPLE)


SMALL_BOOK = write_workbook({table_name("zh-CN", "papers"): (["名称", "英文名称"], [["身份证", "ID card"]])})
