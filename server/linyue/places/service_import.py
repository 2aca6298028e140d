"""Taking in a list of places: upload, look, then all or nothing. Also keeps the uploaded list between look and deed."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from linyue.base import clock
from linyue.base.crypto import open_text, seal_text
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.base.sheets import Fault, decode, read_sheet, write_sheet
from linyue.places.model import ImportDraft, Place
from linyue.places.rules import PlaceRefusal
from linyue.places.rules_import import COLUMNS, NEEDED, PlaceLine, PlacePlan, plan_places
from linyue.places.service import forget_names

DRAFT_LIFE = timedelta(hours=1)
EXAMPLE = [
    ("district", "330203", "", "海曙区", "Haishu District", "", ""),
    ("subdistrict", "HS-01", "330203", "示例街道", "Example Sub-district", "", ""),
    ("community", "HS-01-01", "HS-01", "示例社区", "Example Community", "", ""),
    ("compound", "HS-01-01-A", "HS-01-01", "示例小区", "Example Compound", "", ""),
    ("building", "HS-01-01-A-1", "HS-01-01-A", "1幢", "Building 1", "", ""),
    ("unit", "HS-01-01-A-1-101", "HS-01-01-A-1", "101室", "Flat 101", "89.25", "1"),
]


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a list in would do, for the page."""

    new: int
    changed: int
    same: int
    faults: list[Fault]


async def keep_draft(actor: Actor, kind: str, data: bytes) -> str:
    """Keep an uploaded list for an hour, sealed; returns its public id. A file that is no text is kept as nothing."""
    assert actor.person_id is not None
    public_id = secrets.token_urlsafe(12)
    text = decode(data) or ""
    await ImportDraft.create(
        public_id=public_id,
        kind=kind,
        person_id=actor.person_id,
        body_sealed=seal_text(text, f"places.draft|{public_id}"),
        made_at=clock.real_now(),
    )
    return public_id


async def open_draft(actor: Actor, kind: str, public_id: str) -> bytes:
    """The list one uploaded oneself. Raises Refused: DRAFT_GONE."""
    row = await ImportDraft.get_or_none(public_id=public_id, kind=kind, person_id=actor.person_id)
    if row is None or clock.real_now() - row.made_at > DRAFT_LIFE:
        raise Refused(PlaceRefusal.DRAFT_GONE)
    return open_text(row.body_sealed, f"places.draft|{public_id}").encode()


async def drop_draft(public_id: str) -> None:
    """Forget an uploaded list."""
    await ImportDraft.filter(public_id=public_id).delete()


async def forget_old_drafts() -> None:
    """Forget lists that nobody took in."""
    await ImportDraft.filter(made_at__lt=clock.real_now() - DRAFT_LIFE).delete()


async def preview_places(actor: Actor, public_id: str) -> Preview:
    """What an uploaded list would do. Raises Refused: DRAFT_GONE."""
    plan, faults = await _plan(await open_draft(actor, "places", public_id))
    return Preview(len(plan.new), len(plan.changed), plan.same, faults)


async def _plan(data: bytes) -> tuple[PlacePlan, list[Fault]]:
    rows, faults = read_sheet(data, COLUMNS, NEEDED)
    if faults:
        return PlacePlan([], [], 0, []), faults
    plan = plan_places([(row.line, row.cells) for row in rows], await _stored())
    return plan, [Fault(f.line, f.column, str(f.key)) for f in plan.faults]


async def _stored() -> dict[str, PlaceLine]:
    places = {place.id: place for place in await Place.all()}
    lines = {}
    for place in places.values():
        parent = places[place.parent_id].code if place.parent_id else ""
        lines[place.code] = PlaceLine(
            0, place.kind, place.code, parent, place.name_zh, place.name_en, place.area_dm2, place.is_sold
        )
    return lines


async def import_places(actor: Actor, public_id: str) -> Preview:
    """Take an uploaded list in, all of it or nothing; the same list again changes nothing.

    Raises Refused: DRAFT_GONE, HAS_FAULTS.
    """
    data = await open_draft(actor, "places", public_id)
    async with unit_of_work() as work:
        plan, faults = await _plan(data)
        if faults:
            raise Refused(PlaceRefusal.HAS_FAULTS)
        known = {place.code: place for place in await Place.all()}
        for position, line in enumerate(plan.new, 1):
            known[line.code] = await _add(line, known.get(line.parent_code), position)
        for line in plan.changed:
            await Place.filter(code=line.code).update(
                name_zh=line.name_zh, name_en=line.name_en, area_dm2=line.area_dm2, is_sold=line.is_sold
            )
        await work.audit(actor, "places.import", "places", new=len(plan.new), changed=len(plan.changed))
        await drop_draft(public_id)
    forget_names()
    return Preview(len(plan.new), len(plan.changed), plan.same, [])


async def _add(line: PlaceLine, parent: Place | None, position: int) -> Place:
    place = await Place.create(
        kind=line.kind,
        parent_id=parent.id if parent else None,
        depth=parent.depth + 1 if parent else 0,
        position=position,
        code=line.code,
        name_zh=line.name_zh,
        name_en=line.name_en,
        area_dm2=line.area_dm2,
        is_sold=line.is_sold,
    )
    place.path = f"{parent.path if parent else '/'}{place.id}/"
    await Place.filter(id=place.id).update(path=place.path)
    return place


def template_sheet() -> bytes:
    """A small file that shows the columns."""
    return write_sheet(list(COLUMNS), EXAMPLE)


async def export_places(actor: Actor) -> bytes:
    """Every place as the same kind of file; it can be taken in again."""
    lines = sorted((await _stored()).values(), key=lambda line: line.code)
    async with unit_of_work() as work:
        await work.audit(actor, "places.export", "places", number=len(lines))
    rows = [
        (
            line.kind.value,
            line.code,
            line.parent_code,
            line.name_zh,
            line.name_en,
            f"{line.area_dm2 // 100}.{line.area_dm2 % 100:02d}" if line.area_dm2 is not None else "",
            "1" if line.is_sold else "0",
        )
        for line in lines
    ]
    return write_sheet(list(COLUMNS), rows)
