"""Tables people bring and take as CSV: reading them from any office program, and writing them safe to open in one."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_BYTES, MAX_ROWS, MAX_CELL = 5 * 1024 * 1024, 20_000, 500
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so would be taken for a formula."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line: translation key and its arguments; no `column` means the whole line."""

    line: int
    """As an editor counts, the heading is line 1; 0 is the file."""
    column: str
    key: str
    args: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line by column name; every value is trimmed, a missing one is empty."""

    line: int
    cells: dict[str, str]


def decode(data: bytes) -> str | None:
    """The text of a file saved as UTF-8, UTF-16 with a mark, or GB18030; None when it is none of them."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codecs: tuple[str, ...] = ("utf-16",)
    else:
        codecs = ("utf-8-sig", "gb18030")
    for codec in codecs:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def read_sheet(
    data: bytes, columns: dict[str, tuple[str, ...]], needed: Sequence[str]
) -> tuple[list[Row], list[Fault]]:
    """Rows of a file and the faults of its form. `columns`: name to the headings it may stand under, in any order.

    Comma, semicolon or tab; quotes as spreadsheets write them. Empty lines are passed over, unknown columns too.
    """
    lines, faults = lines_of(data)
    if faults:
        return [], faults
    names = [_column(cell, columns) for cell in lines[0][1]]
    missing = [Fault(lines[0][0], name, "places-sheet-column-missing") for name in needed if name not in names]
    if missing:
        return [], missing
    return _rows(lines[1:], names)


def lines_of(data: bytes) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """Lines of a file that are not empty, each with its number, and the faults of its form."""
    if len(data) > MAX_BYTES:
        return [], [Fault(0, "", "places-sheet-too-large")]
    text = decode(data)
    if text is None or not text.strip():
        return [], [Fault(0, "", "places-sheet-unreadable" if text is None else "places-sheet-empty")]
    heading = text.lstrip().splitlines()[0]
    mark = max(",;\t", key=heading.count)
    lines: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((before + 1, cells))
            before = reader.line_num
    except csv.Error:
        return [], [Fault(before + 1, "", "places-sheet-broken-line")]
    if not lines:
        return [], [Fault(0, "", "places-sheet-empty")]
    if len(lines) > MAX_ROWS + 1:
        return [], [Fault(0, "", "places-sheet-too-many", (("n", str(MAX_ROWS)),))]
    return lines, []


def _rows(lines: list[tuple[int, list[str]]], names: list[str]) -> tuple[list[Row], list[Fault]]:
    rows: list[Row] = []
    faults: list[Fault] = []
    for line, cells in lines:
        filled = [*cells, *[""] * (len(names) - len(cells))]
        long = [n for n, c in zip(names, cells, strict=False) if len(c) > MAX_CELL]
        faults += [Fault(line, name, "places-sheet-cell-long") for name in long]
        rows.append(Row(line, {n: c.strip() for n, c in zip(names, filled, strict=False) if n}))
    return rows, faults


def _column(heading: str, columns: dict[str, tuple[str, ...]]) -> str:
    plain = heading.strip().lower()
    return next((n for n, known in columns.items() if plain == n or plain in (k.lower() for k in known)), "")


def write_sheet(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file that spreadsheets open as text: a mark in front for Chinese, a tab before anything like a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(names)
    for row in rows:
        writer.writerow([safe_cell("" if cell is None else str(cell)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def safe_cell(text: str) -> str:
    """The text with a tab in front when a spreadsheet would run it."""
    return f"\t{text}" if text.startswith(RISKY) else text
