"""Spreadsheets of other people: reading XLSX without being hurt by one, writing XLSX in which every cell is text.

The one reader of workbooks: `read_workbook` for every sheet, `sheet_of` for the first one as CSV, so that whatever
reads CSV reads XLSX too.

Nothing of a file is believed before it was counted: archives that unpack to too much, cells far outside, formulas and
declarations of types of their own are refused with the place named.
"""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.parsers import expat

import xlsxwriter
from python_calamine import CalamineWorkbook

from linyue.base.sheets import MAX_BYTES, MAX_CELL, MAX_ROWS, Fault

MAX_UNPACKED = 40 * 1024 * 1024
MAX_PARTS = 200
MAX_COLUMNS = 100
MAX_CELLS = 300_000
OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CHUNK = 64 * 1024
EXACT = 1e15
"""Up to here a spreadsheet keeps whole numbers exactly."""

Table = list[list[str]]


class _Bad(Exception):
    """Why a file is not read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.key)
        self.fault = fault


def is_spreadsheet(data: bytes) -> bool:
    """Whether a file is an archive or an old workbook, and so no CSV."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", OLD_FORMAT))


def read_workbook(data: bytes, *, max_cell: int = MAX_CELL) -> tuple[dict[str, Table], list[Fault]]:
    """Every sheet as lines of trimmed texts, whole numbers without a point, days as 2026-01-01; or what is wrong."""
    try:
        return _read(data, max_cell), []
    except _Bad as bad:
        return {}, [bad.fault]


def sheet_of(data: bytes) -> tuple[bytes, list[Fault]]:
    """The first sheet as CSV in UTF-8, line for line, each cell on one line; nothing beside a fault.

    A blocking call: a large sheet takes a second. Anything that is no spreadsheet comes back as it is.
    """
    if not is_spreadsheet(data):
        return data, []
    tables, faults = read_workbook(data)
    if faults:
        return b"", faults
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in next(iter(tables.values()), []):
        cells = [" ".join(cell.split()) for cell in row]
        if any(cells):
            writer.writerow(cells)
        else:
            out.write("\r\n")  # an empty line keeps its place, so that a fault names the editor's line
    return out.getvalue().encode(), []


def _read(data: bytes, max_cell: int) -> dict[str, Table]:
    if len(data) > MAX_BYTES:
        raise _Bad(Fault(0, "", "places-sheet-too-large"))
    if data.startswith(OLD_FORMAT):
        raise _Bad(Fault(0, "", "common-workbook-old"))
    clean = _repacked(data)
    try:
        book = CalamineWorkbook.from_filelike(clean)
        tables = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of the reader is none of Python's ordinary exceptions
        raise _Bad(Fault(0, "", "common-workbook-broken")) from None
    return {
        name: [[_text(cell) for cell in row] for row in rows] for name, rows in tables.items() if _fits(rows, max_cell)
    }


def _fits(rows: Sequence[Sequence[object]], max_cell: int) -> bool:
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) > max_cell:
                place = f"{_letters(column)}{number}"
                raise _Bad(Fault(number, place, "common-workbook-cell-long", (("n", str(max_cell)),)))
    return True


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT else repr(cell)
    if hasattr(cell, "hour"):
        moment = str(cell)
        return moment.removesuffix(" 00:00:00")
    return str(cell).strip()


def _letters(column: int) -> str:
    name = ""
    while column >= 0:
        name = chr(65 + column % 26) + name
        column = column // 26 - 1
    return name


def _repacked(data: bytes) -> io.BytesIO:
    """The archive again, holding only what was counted and looked at, so that its reader sees nothing else."""
    clean = io.BytesIO()
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(clean, "w") as copy:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if len(parts) > MAX_PARTS or len(names) != len(parts):
                raise _Bad(Fault(0, "", "common-workbook-too-much"))
            if "xl/workbook.xml" not in names:
                raise _Bad(Fault(0, "", "common-workbook-none"))
            for part in parts:
                body = _unpacked(archive, part, left)
                left -= len(body)
                if part.filename.endswith((".xml", ".rels")):  # pictures, and sheets in another format, stay behind
                    _look_through(body)
                    copy.writestr(part.filename, body)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, LookupError):
        raise _Bad(Fault(0, "", "common-workbook-broken")) from None
    except zipfile.zlib.error:  # type: ignore[attr-defined]
        raise _Bad(Fault(0, "", "common-workbook-broken")) from None
    clean.seek(0)
    return clean


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> bytes:
    pieces, size = [], 0
    with archive.open(part) as packed:
        while piece := packed.read(CHUNK):
            size += len(piece)
            if size > left:
                raise _Bad(Fault(0, "", "common-workbook-too-much"))
            pieces.append(piece)
    return b"".join(pieces)


@dataclass(slots=True)
class _Look:
    """What was seen in one part."""

    root: str = ""
    cells: int = 0
    at: str = ""


def _look_through(body: bytes) -> None:
    """Refuse a part with declarations, formulas, too many cells, or cells far outside, before anything opens it.

    What a part is, its first element says: a workbook may keep its sheets under any name.
    """
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _Bad(Fault(0, "", "common-workbook-broken"))  # two readers may differ on another encoding
    look = _Look()
    parser = expat.ParserCreate()

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        local = tag.rsplit(":", 1)[-1]
        look.root = look.root or local
        if look.root != "worksheet":
            return
        if local == "c":
            look.cells += 1
            look.at = attributes.get("r", "")
            if look.cells > MAX_CELLS:
                raise _Bad(Fault(0, "", "common-workbook-too-much"))
            if look.at and not _is_near(look.at):
                raise _Bad(Fault(0, look.at[:12], "common-workbook-far"))
        elif local == "row" and not _is_row(attributes.get("r", "1")):
            raise _Bad(Fault(0, "", "places-sheet-too-many", (("n", str(MAX_ROWS)),)))
        elif local == "f":
            raise _Bad(Fault(_row_of(look.at), look.at, "common-workbook-formula"))

    def declared(*_args: object) -> None:
        raise _Bad(Fault(0, "", "common-workbook-broken"))

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise _Bad(Fault(0, "", "common-workbook-broken")) from None


def _is_near(reference: str) -> bool:
    letters = reference.rstrip("0123456789").upper()
    digits = reference[len(letters) :]
    if not letters or not letters.isascii() or not letters.isalpha() or len(letters) > 2 or not _is_row(digits):
        return False
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column <= MAX_COLUMNS


def _is_row(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) < 8 and 1 <= int(digits) <= MAX_ROWS + 1


def _row_of(reference: str) -> int:
    digits = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def write_workbook(tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[str]]]]) -> bytes:
    """A workbook: a sheet for each table, its heading fixed on top, every cell a text and never a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        for name, (heading, rows) in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, max(0, len(heading) - 1), 16)
            for column, text in enumerate(heading):
                sheet.write_string(0, column, text, bold)
            for number, row in enumerate(rows, 1):
                for column, text in enumerate(row):
                    if text:
                        sheet.write_string(number, column, text)
    return out.getvalue()
