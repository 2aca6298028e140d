"""A sheet of reports, taken in all at once or not at all: each line becomes a matter, as if filed at the desk."""

import asyncio
import hashlib
from dataclasses import dataclass

from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor, Role
from linyue.base.sheets import Fault, Row, read_sheet, write_sheet
from linyue.base.workbook import sheet_of
from linyue.matters.model import Matter
from linyue.matters.rules_batch import COLUMNS, NEEDED, BatchLine, BatchPlace, BatchPlan, plan_batch
from linyue.matters.service_report import NewMatter, alike_of, earlier_in, report_matter
from linyue.matters.service_step import DESK_ROLES
from linyue.people import service as people
from linyue.people.rules import normalise_phone
from linyue.places import service as places
from linyue.places import service_import as drafts
from linyue.places.model import Place
from linyue.places.rules import PlaceKind, PlaceRefusal

KIND = "reports"
ROLES = (*DESK_ROLES, Role.ADMINISTRATOR)
WIDE = (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT)


@dataclass(frozen=True, slots=True)
class BatchPreview:
    """What taking a sheet in would do, for the page."""

    lines: list[BatchLine]
    places: dict[int, str]
    """Names of the places, by id."""
    faults: list[Fault]
    alike: list[tuple[BatchLine, Matter]]
    """Lines that may say what was reported already, each with the likeliest matter."""


async def keep_sheet(actor: Actor, data: bytes) -> str:
    """Keep an uploaded sheet, XLSX or CSV, for an hour; returns the draft's public id. One that cannot be read too."""
    text, faults = await asyncio.to_thread(sheet_of, data)
    if faults:  # kept as its fault, so that the next page can say it
        fault = faults[0]
        text = "\n".join(
            [UNREAD, str(fault.line), fault.column, fault.key, *(f"{name}={value}" for name, value in fault.args)]
        ).encode()
    return await drafts.keep_draft(actor, KIND, text)


UNREAD = "\x1bunread"
"""First line of a draft that holds no sheet but what was wrong with it; no spreadsheet can begin with it."""


async def preview_batch(actor: Actor, draft: str) -> BatchPreview:
    """Every line as it would be filed, with every fault. Raises Refused: DRAFT_GONE."""
    plan, faults = await _plan(actor, await drafts.open_draft(actor, KIND, draft))
    named = {place.id: place for place in await Place.filter(id__in={line.place_id for line in plan.lines})}
    alike = [] if faults else await _alike(plan.lines, named)
    return BatchPreview(plan.lines, {i: place.name_zh for i, place in named.items()}, faults, alike)


async def _alike(lines: list[BatchLine], named: dict[int, Place]) -> list[tuple[BatchLine, Matter]]:
    """The same look that a single report gets, with one reading of each community."""
    found: list[tuple[BatchLine, Matter]] = []
    earlier: dict[int, list[Matter]] = {}
    for line in lines:
        place = named[line.place_id]
        community = await places.community_of(place)
        if community is None:
            continue
        if community.id not in earlier:
            earlier[community.id] = await earlier_in(community, is_staff=True)
        found += [(line, one) for one in alike_of(line.title, line.text, place, earlier[community.id])[:1]]
    return found


async def take_in(actor: Actor, draft: str) -> list[Matter]:
    """File every line of a sheet, or none; the same sheet sent again in a second tap files nothing twice.

    Raises Refused: DRAFT_GONE, HAS_FAULTS.
    """
    data = await drafts.open_draft(actor, KIND, draft)
    async with unit_of_work() as work:
        plan, faults = await _plan(actor, data)
        if faults or not plan.lines:
            raise Refused(PlaceRefusal.HAS_FAULTS)
        filed = [await report_matter(actor, await _new(draft, line)) for line in plan.lines]
        await work.audit(actor, "matter.batch", f"draft:{draft}", matters=len(filed))
        await drafts.drop_draft(draft)
    return filed


async def _new(draft: str, line: BatchLine) -> NewMatter:
    """As at the desk: whoever has an account under this telephone finds the report among their own."""
    known = await people.find_by_phone(line.phone) if line.phone else None
    form_id = hashlib.sha256(f"{draft}|{line.line}".encode()).hexdigest()[:32]
    return NewMatter(
        form_id=form_id,
        place_id=line.place_id,
        title=line.title,
        text=line.text,
        is_public=line.is_public,
        reporter_id=known.id if known else None,
        phone=line.phone,
        contact_name=line.name,
        channel=line.channel,
    )


async def _plan(actor: Actor, data: bytes) -> tuple[BatchPlan, list[Fault]]:
    text = data.decode(errors="replace")
    if text.startswith(UNREAD):
        line, column, key, *args = text.split("\n")[1:]
        named = tuple((name, value) for name, _, value in (one.partition("=") for one in args))
        return BatchPlan([], []), [Fault(int(line), column, key, named)]
    rows, faults = read_sheet(data, COLUMNS, NEEDED)
    if faults:
        return BatchPlan([], []), faults
    if not rows:
        return BatchPlan([], []), [Fault(0, "", "places-sheet-empty")]
    by_code, by_name = await _places(actor, rows)
    phones = {row.cells.get("phone", ""): normalise_phone(row.cells.get("phone", "")) for row in rows}
    plan = plan_batch([(row.line, row.cells) for row in rows], by_code, by_name, phones)
    return plan, [Fault(one.line, one.column, one.key.value, one.args) for one in plan.faults]


async def _places(actor: Actor, rows: list[Row]) -> tuple[dict[str, BatchPlace], dict[str, list[BatchPlace]]]:
    """The places that the sheet's words can mean."""
    words = {row.cells["place"] for row in rows} - {""}
    paths = tuple(g.place_path for g in actor.grants if g.role in ROLES and g.place_path)
    by_code: dict[str, BatchPlace] = {}
    by_name: dict[str, list[BatchPlace]] = {}
    for place in [*await Place.filter(code__in=words), *await Place.filter(name_zh__in=words)]:
        is_mine = bool(paths) and place.path.startswith(paths)
        found = BatchPlace(place.id, place.code, place.name_zh, is_mine, place.kind not in WIDE)
        if place.code in words:
            by_code[place.code] = found
        if place.name_zh in words and found not in by_name.setdefault(place.name_zh, []):
            by_name[place.name_zh].append(found)
    return by_code, by_name


async def template_sheet(actor: Actor) -> bytes:
    """A small file that shows the columns, with two places of one's own."""
    paths = [g.place_path for g in actor.grants if g.role in ROLES]
    codes: list[str] = []
    for kind in (PlaceKind.BUILDING, PlaceKind.COMMUNITY):
        for path in paths:
            place = await Place.filter(path__startswith=path, kind=kind).order_by("path").first()
            codes += [place.code] if place else []
    first, last = (codes[0], codes[-1]) if codes else ("", "")
    example = [
        ("楼道灯不亮", "二楼到三楼已经一个星期没有灯。", first, "电话", "19900000000", "陈阿姨", "是"),
        ("想办老年人优待证", "本人行动不便，请上门。", last, "走访", "", "", "否"),
    ]
    return write_sheet([headings[0] for headings in COLUMNS.values()], example)
