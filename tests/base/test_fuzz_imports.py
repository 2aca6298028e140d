"""Seeded damage to real files of every import: each is read, or refused in words that exist; nothing fails inside.

A failing case prints its seed and number; LINYUE_FUZZ_SEED replays a run. `make faults ARGS=T19` goes on for half an
hour with each kind of file.
"""

import io
import os
import random
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date

import pytest

from linyue.base.i18n import t
from linyue.base.sheets import Fault, read_sheet, write_sheet
from linyue.base.workbook import sheet_of, write_workbook
from linyue.base.workdays import FIXED_STATUTORY, published_calendar
from linyue.centres import rules_calendar
from linyue.centres.catalogue import parse
from linyue.centres.catalogue_dump import dump
from linyue.centres.catalogue_nodes import CatalogueFault
from linyue.centres.catalogue_tables import read_tables, table_name, tables_of
from linyue.centres.service_tables import sheets_of
from linyue.matters import rules_batch
from linyue.matters.rules_batch import BatchPlace
from linyue.people import rules_roll_import
from linyue.places import rules_import
from tests.faults.figures import note
from tests.faults.size import IS_LONG, seconds, seed_of
from tests.make.catalogue import SAMPLE

SEED = int(os.environ.get("LINYUE_FUZZ_SEED") or seed_of(20261128))
CASES, LASTS = 60, seconds(0, 1800)
SLOWEST = 20.0
"""Seconds within which any file is answered, on a machine that is busy besides."""
WORDS = [
    "", " ", "0", "-1", "9" * 40, "1e308", "NaN", "=1+1", "@SUM(A1)", "\u202egnp", "\x00", "\ufeff", "\r", "\n", '"', "；；", "+", "a+", "是", "no",
    "2026-02-30", "0000-00-00", "99999-01-01", "居民；居民", "HS-001", "长" * 3000, "<row>", "&b;", "]]>", "\ud7ff", "目录内", "工作日",
]  # fmt: skip
HERE = BatchPlace(1, "guiyu-5", "5幢", is_mine=True, is_narrow=True)


def small_tables() -> dict[str, tuple[list[str], list[list[str]]]]:
    """Every table of the sample catalogue by its name in words, with its first lines."""
    return {table_name("zh-CN", key): (head, rows[:4]) for key, (head, rows) in tables_of(SAMPLE, "zh-CN").items()}


YEAR = (
    ["日期", "怎么算", "原因", "原因的英文"],
    [[f"2027-{month:02}-{day:02}", "休息", "节日", "Holiday"] for month, day in FIXED_STATUTORY],
)
REPORTS = (
    ["标题", "内容", "地点", "渠道", "电话", "称呼", "公开"],
    [["灯不亮", "三天了", "guiyu-5", "电话", "13912345678", "陈", "是"], ["门坏了", "", "5幢", "", "", "", "否"]],
)


def told(faults: list[Fault]) -> None:
    """Every fault is a sentence in both languages."""
    for fault in faults:
        for lang in ("zh-CN", "en"):
            said = t(lang, fault.key, **dict(fault.args))
            assert said and said != fault.key, fault


def into_catalogue(data: bytes) -> None:
    sheets, faults = sheets_of(data)
    told(faults)
    if not faults:
        made, faults = read_tables(sheets, SAMPLE)
        told(faults)
        if not faults:
            parse(dump(made), is_whole=False)


def into_year(data: bytes) -> None:
    text, faults = sheet_of(data)
    told(faults)
    rows, faults = read_sheet(text, rules_calendar.COLUMNS, rules_calendar.NEEDED) if not faults else ([], [])
    told(faults)
    lines = [(row.line, row.cells) for row in rows]
    plan = rules_calendar.plan_year(lines, 2027, published_calendar(), date(2026, 11, 28))
    told([Fault(one.line, one.column, one.key.value, one.args) for one in plan.faults])


def into_reports(data: bytes) -> None:
    text, faults = sheet_of(data)
    told(faults)
    rows, faults = read_sheet(text, rules_batch.COLUMNS, rules_batch.NEEDED) if not faults else ([], [])
    told(faults)
    lines = [(row.line, row.cells) for row in rows]
    phones: dict[str, str | None] = {row.cells.get("phone", ""): None for row in rows}
    plan = rules_batch.plan_batch(lines, {HERE.code: HERE}, {HERE.name: [HERE]}, phones)
    told([Fault(one.line, one.column, one.key.value, one.args) for one in plan.faults])


def into_rows(columns: dict[str, tuple[str, ...]], needed: tuple[str, ...]) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        told(read_sheet(data, columns, needed)[1])

    return read


def into_version(data: bytes) -> None:
    try:
        made = parse(data.decode(errors="replace"), is_whole=False)
    except CatalogueFault as fault:
        assert fault.line >= 1 and fault.field and fault.text
    else:
        parse(dump(made), is_whole=False)


FIRST_LINES = "\n".join(dump(SAMPLE).splitlines()[:260]).encode()
PLACES = write_sheet(list(rules_import.COLUMNS), [["community", "HS-01", "330203", "示例", "Example", "", ""]])
ROLL = write_sheet(list(rules_roll_import.COLUMNS), [["HS-01-101"] * len(rules_roll_import.COLUMNS)])
KINDS: dict[str, tuple[bytes, Callable[[bytes], None]]] = {
    "catalogue.xlsx": (write_workbook(small_tables()), into_catalogue),
    "catalogue.csv": (write_sheet(*small_tables()[table_name("zh-CN", "items")]), into_catalogue),
    "catalogue.yaml": (FIRST_LINES, into_version),
    "year.xlsx": (write_workbook({"2027": YEAR}), into_year),
    "year.csv": (write_sheet(*YEAR), into_year),
    "reports.xlsx": (write_workbook({"S": REPORTS}), into_reports),
    "reports.csv": (write_sheet(*REPORTS), into_reports),
    "places.csv": (PLACES, into_rows(rules_import.COLUMNS, tuple(rules_import.NEEDED))),
    "roll.csv": (ROLL, into_rows(rules_roll_import.COLUMNS, tuple(rules_roll_import.NEEDED))),
}


def damaged(chance: random.Random, whole: bytes, words: Sequence[str] = WORDS) -> bytes:
    """Bytes changed, put in, lost, repeated or cut off; words of a text put in the place of others."""
    raw = bytearray(whole)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(raw) + 1)
        end = min(len(raw), at + chance.choice((0, 1, 1, 3, 40)))
        match chance.randrange(5):
            case 0:
                raw[at:end] = bytes(chance.choice((0, 44, 59, 255, chance.randrange(256))) for _ in range(end - at))
            case 1:
                raw[at:end] = raw[at:end] * chance.choice((0, 2, 9))
            case 2:
                raw[at:end] = chance.choice(words).encode(errors="replace")
            case 3 if chance.random() < 0.3:
                del raw[at:]
            case _:
                raw[at:at] = chance.choice((b"\n", b",", b'"', b"\xff\xfe", b"\x00", b"\xe2\x80"))
    return bytes(raw)


def damaged_inside(chance: random.Random, whole: bytes) -> bytes:
    """An archive of parts, one of them damaged, left out, or moved: what lies below the packing is reached."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        names = archive.namelist()
        chosen = chance.choice([name for name in names if "sheet" in name or "shared" in name] * 4 + names)
        for name in names:
            body = archive.read(name)
            if name == chosen:
                body = damaged(chance, body) if chance.random() < 0.95 else b""
            made.writestr(name if name != chosen or chance.random() < 0.95 else f"odd/{name}", body)
    return out.getvalue()


def cases(name: str, whole: bytes, words: Sequence[str] = WORDS) -> Iterator[tuple[int, bytes]]:
    """Number and file; so many of them, or for so long of the processor's time: beside other work, the same is tried."""
    number, began = 0, time.process_time()
    while number < CASES or (IS_LONG and time.process_time() - began < LASTS):
        chance = random.Random(f"{SEED}:{name}:{number}")
        is_inside = name.endswith(".xlsx") and chance.random() < 0.7
        yield number, damaged_inside(chance, whole) if is_inside else damaged(chance, whole, words)
        number += 1


def spoil(name: str, whole: bytes, read: Callable[[bytes], None], words: Sequence[str] = WORDS) -> None:
    """Read the whole file, then damaged ones; every one is answered, none with a fault inside, none slowly."""
    read(whole)
    slowest, count = 0.0, 0
    for number, data in cases(name, whole, words):
        began = time.process_time()
        try:
            read(data)
        except BaseException as error:
            raise AssertionError(f"seed {SEED}, {name}, case {number}: {type(error).__name__}: {error}") from error
        slowest, count = max(slowest, time.process_time() - began), number + 1
    assert slowest < SLOWEST
    note("T19", f"{name}: damaged files, none with a fault inside", count)
    note("T19", f"{name}: slowest", slowest, "s", at_most=SLOWEST)


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize("name", list(KINDS))
def test_a_damaged_file_is_read_or_refused_in_words(name: str) -> None:
    whole, read = KINDS[name]
    spoil(name, whole, read)
