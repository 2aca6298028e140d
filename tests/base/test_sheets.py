"""CSV as office programs write it, and as nobody should."""

import pytest

from linyue.base.sheets import MAX_BYTES, read_sheet, safe_cell, write_sheet

COLUMNS = {"code": ("编码",), "name": ("名称",)}


@pytest.mark.parametrize(
    "data",
    [
        "code,name\nA,海曙\n".encode(),
        "编码,名称\r\nA,海曙\r\n".encode("gb18030"),
        "\ufeffcode;name\nA;海曙\n".encode(),
        "code\tname\nA\t海曙\n".encode("utf-16"),
        'NAME , Code ,extra\n"海曙", A ,x\n\n,,\n'.encode(),
    ],
)
def test_every_usual_way_to_save(data: bytes) -> None:
    rows, faults = read_sheet(data, COLUMNS, ("code", "name"))
    assert faults == [] and [r.cells["code"] + r.cells["name"] for r in rows] == ["A海曙"]


def test_quotes_and_line_numbers() -> None:
    rows, faults = read_sheet(b'code,name\n\nA,"two\nlines, one ""cell"""\nB,b\n', COLUMNS, ("code",))
    assert faults == [] and [(r.line, r.cells["name"]) for r in rows] == [(3, 'two\nlines, one "cell"'), (5, "b")]


@pytest.mark.parametrize(
    ("data", "line", "key"),
    [
        (b"", 0, "places-sheet-empty"),
        (b"\xff\xff\xff\xff\xff", 0, "places-sheet-unreadable"),
        (b"code,name\nA\x00,b\n", 0, "places-sheet-unreadable"),
        (b"code,title\nA,b\n", 1, "places-sheet-column-missing"),
        (b'code,name\nA,"open\n', 2, "places-sheet-broken-line"),
        (b"code,name\nA," + b"x" * 600 + b"\n", 2, "places-sheet-cell-long"),
        (b"x" * (MAX_BYTES + 1), 0, "places-sheet-too-large"),
        (b"code,name\n" + b"A,b\n" * 20_001, 0, "places-sheet-too-many"),
    ],
)
def test_broken_files_are_told_where(data: bytes, line: int, key: str) -> None:
    _, faults = read_sheet(data, COLUMNS, ("code", "name"))
    assert [(f.line, f.key) for f in faults] == [(line, key)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "＝1"])
def test_nothing_runs_in_a_spreadsheet(text: str) -> None:
    assert safe_cell(text) == f"\t{text}"
    rows, _ = read_sheet(write_sheet(["code", "name"], [("A", text)]), COLUMNS, ("code",))
    assert rows[0].cells["name"] == text.strip()
