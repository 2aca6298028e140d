"""A spreadsheet's first sheet as CSV, so that everything that reads CSV reads XLSX too; refuses what would fill memory.

The file is looked at as the ZIP archive it is before the spreadsheet reader sees it: how much it unpacks to, and how
far its furthest cell lies, since the reader keeps room for every cell up to that one.
"""

import csv
import datetime
import io
import re
import zipfile
from typing import IO

from python_calamine import CalamineError, CalamineWorkbook

from linyue.base.sheets import MAX_BYTES, MAX_ROWS, Fault

UNPACKED_AT_MOST = 40 * 1024 * 1024
PARTS_AT_MOST = 500
COLUMNS_AT_MOST = 100
PIECE = 1024 * 1024
WORKBOOK = "xl/workbook.xml"
CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,8})(\d{1,12})["']""")
LETTERS = 26


def is_workbook(data: bytes) -> bool:
    """Whether a file is a spreadsheet, or at least a ZIP archive, rather than text."""
    return data.startswith(b"PK\x03\x04")


def sheet_of(data: bytes) -> tuple[bytes, list[Fault]]:
    """The first sheet as CSV in UTF-8, line for line; whole numbers and days as they read. No rows beside a fault.

    A blocking call: a large sheet takes a second. Anything that is no spreadsheet comes back as it is.
    """
    if not is_workbook(data):
        return data, []
    fault = _refuse(data)
    if fault is not None:
        return b"", [fault]
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if not book.sheet_names:
            return b"", [Fault(0, "", "places-sheet-empty")]
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError, zipfile.BadZipFile):
        return b"", [Fault(0, "", "places-sheet-workbook-broken")]
    except BaseException as error:  # a panic of the reader is no Exception
        if type(error).__name__ != "PanicException":
            raise
        return b"", [Fault(0, "", "places-sheet-workbook-broken")]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        cells = [_text(cell) for cell in row]
        if any(cells):
            writer.writerow(cells)
        else:
            out.write("\r\n")
    return out.getvalue().encode(), []


def _refuse(data: bytes) -> Fault | None:
    """Why the archive is not opened any further."""
    if len(data) > MAX_BYTES:
        return Fault(0, "", "places-sheet-too-large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if WORKBOOK not in archive.namelist() or len(parts) > PARTS_AT_MOST:
                return Fault(0, "", "places-sheet-workbook-broken")
            left = UNPACKED_AT_MOST
            for part in parts:
                with archive.open(part) as opened:
                    left, fault = _look(opened, left)
                if fault is not None:
                    return fault
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return Fault(0, "", "places-sheet-workbook-broken")
    except Exception as error:
        if type(error).__module__ != "zlib":
            raise
        return Fault(0, "", "places-sheet-workbook-broken")
    return None


def _look(opened: IO[bytes], left: int) -> tuple[int, Fault | None]:
    """Read a part piece by piece: how much may still be unpacked, and what is wrong with it."""
    before = b""
    while piece := opened.read(PIECE):
        left -= len(piece)
        if left < 0:
            return left, Fault(0, "", "places-sheet-too-large")
        if not before and piece.startswith((b"\xff\xfe", b"\xfe\xff")):
            return left, Fault(0, "", "places-sheet-workbook-broken")  # another encoding would hide the cells' names
        fault = _far_cell(before[-64:] + piece)
        if fault is not None:
            return left, fault
        before = piece
    return left, None


def _far_cell(text: bytes) -> Fault | None:
    for letters, number in CELL.findall(text):
        if int(number) > MAX_ROWS + 1:
            return Fault(0, "", "places-sheet-too-many", (("n", str(MAX_ROWS)),))
        column = 0
        for letter in letters.upper():
            column = column * LETTERS + letter - ord("A") + 1
        if column > COLUMNS_AT_MOST:
            return Fault(0, "", "places-sheet-too-wide", (("n", str(COLUMNS_AT_MOST)),))
    return None


def _text(cell: object) -> str:
    """A cell as one reads it: a telephone typed as a number has no point, a day no hour."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    return " ".join(str(cell).split())
