"""The catalogue as files: written for spreadsheets, read back into a draft after a look, all of it or nothing."""

import asyncio
import json
from datetime import date

from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.base.sheets import Fault, lines_of, write_sheet
from linyue.base.workbook import is_spreadsheet, read_workbook, write_workbook
from linyue.centres.catalogue_tables import COLUMNS, read_tables, table_name, tables_of
from linyue.centres.model import CatalogueFile
from linyue.centres.model_versions import CatalogueDraft
from linyue.centres.rules import Catalogue
from linyue.centres.rules_versions import VersionRefusal
from linyue.centres.service_index import catalogue_of
from linyue.centres.service_store import latest_version, sample_catalogue_text
from linyue.centres.service_versions import draft_catalogue, find_draft, save_draft, start_draft
from linyue.places import service_import

KIND = "catalogue"
MAX_CELL = 2000
Sheets = dict[str, list[list[str]]]


async def version_catalogue(version: int) -> tuple[CatalogueFile, Catalogue]:
    """A stored version and what it says. Raises NotFound."""
    row = await CatalogueFile.get_or_none(version=version)
    if row is None:
        raise NotFound
    return row, await asyncio.to_thread(catalogue_of, row.text)


async def export_tables(actor: Actor, catalogue: Catalogue, lang: str, what: str) -> bytes:
    """A catalogue as a workbook with a sheet for each table; `what` goes into the audit trail."""
    async with unit_of_work() as work:
        await work.audit(actor, "centres.catalogue.export", what)
    return await asyncio.to_thread(workbook_of, catalogue, lang)


def workbook_of(catalogue: Catalogue, lang: str) -> bytes:
    """A catalogue as XLSX."""
    return write_workbook({table_name(lang, table): content for table, content in tables_of(catalogue, lang).items()})


async def export_table(actor: Actor, catalogue: Catalogue, table: str, lang: str, what: str) -> bytes:
    """One table of a catalogue as CSV. Raises NotFound for a table that is none."""
    if table not in COLUMNS:
        raise NotFound
    async with unit_of_work() as work:
        await work.audit(actor, "centres.catalogue.export", what, table=table)
    return csv_of(catalogue, table, lang)


def csv_of(catalogue: Catalogue, table: str, lang: str) -> bytes:
    """One table as CSV, safe to open in a spreadsheet."""
    heading, rows = tables_of(catalogue, lang)[table]
    return write_sheet(heading, rows)


def sheets_of(data: bytes) -> tuple[Sheets, list[Fault]]:
    """The sheets of an uploaded file, XLSX or CSV (which is one sheet without a name), or what is wrong with it."""
    if is_spreadsheet(data):
        return read_workbook(data, max_cell=MAX_CELL)
    lines, faults = lines_of(data)
    if faults:
        return {}, faults
    long = [Fault(n, "", "common-workbook-cell-long", (("n", str(MAX_CELL)),)) for n, row in lines if _is_long(row)]
    sheet: list[list[str]] = []
    for number, row in lines:  # empty lines keep their place, so that a fault names the editor's line
        sheet += [[] for _ in range(number - len(sheet) - 1)]
        sheet.append([cell.strip() for cell in row])
    return {"": sheet}, long


def _is_long(row: list[str]) -> bool:
    return any(len(cell) > MAX_CELL for cell in row)


async def plan_file(data: bytes) -> tuple[Catalogue | None, Catalogue, list[Fault]]:
    """What a file would make of the newest version: that version (None where there is none), the outcome, the faults.

    Without a version it is held against the list that comes with the software.
    """
    latest = await latest_version()
    start = await asyncio.to_thread(catalogue_of, latest.text if latest else sample_catalogue_text())
    sheets, faults = await asyncio.to_thread(sheets_of, data)
    if faults:
        return start if latest else None, start, faults
    made, faults = await asyncio.to_thread(read_tables, sheets, start)
    return start if latest else None, made, faults


async def draft_from_file(actor: Actor, data: bytes, name: str, effective_from: date) -> CatalogueDraft:
    """Begin a change of the newest version with what a file says, all of it or nothing.

    Raises Refused: FILE_FAULTY, NOTHING_CHANGED, DAY_TOO_SOON, DAY_TAKEN, NO_REASON.
    """
    sheets, faults = await asyncio.to_thread(sheets_of, data)
    async with unit_of_work():
        draft = await start_draft(actor, name, effective_from)
        start = await draft_catalogue(draft)
        made, more = await asyncio.to_thread(read_tables, sheets, start)
        if faults or more:
            raise Refused(VersionRefusal.FILE_FAULTY)
        if made == start:
            raise Refused(VersionRefusal.NOTHING_CHANGED)
        await save_draft(actor, draft.id, draft.revision, made, "file")
    return await find_draft(draft.id)


async def keep_upload(actor: Actor, data: bytes) -> tuple[str, list[Fault]]:
    """Keep an uploaded file for an hour, and say what is wrong with its form; its id, empty when nothing is kept."""
    sheets, faults = await asyncio.to_thread(sheets_of, data)
    if faults:
        return "", faults
    return await service_import.keep_draft(actor, KIND, json.dumps(sheets, ensure_ascii=False).encode()), []


async def take_upload(actor: Actor, draft_id: int, revision: int, upload: str) -> None:
    """Take an uploaded file into a draft, all of it or nothing. Raises Refused: FILE_FAULTY, DRAFT_GONE, …"""
    made, faults = await plan_upload(actor, draft_id, upload)
    if faults:
        raise Refused(VersionRefusal.FILE_FAULTY)
    async with unit_of_work():
        await save_draft(actor, draft_id, revision, made, "file")
        await service_import.drop_draft(upload)


async def plan_upload(actor: Actor, draft_id: int, upload: str) -> tuple[Catalogue, list[Fault]]:
    """What an uploaded file would make of a draft, and what is wrong with it. Raises Refused: DRAFT_GONE."""
    draft = await find_draft(draft_id)
    sheets: Sheets = json.loads(await service_import.open_draft(actor, KIND, upload))
    start = await draft_catalogue(draft)
    return await asyncio.to_thread(read_tables, sheets, start)
