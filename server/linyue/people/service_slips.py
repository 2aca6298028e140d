"""Codes posted to letter boxes: making a sheet for a building, printing it, and enrolling by one."""

import secrets
from dataclasses import dataclass

from linyue.base import clock, ratelimit
from linyue.base.crypto import keyed_hash, open_text, seal_text
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.people.model import UnitCode
from linyue.people.rules import (
    UNIT_CODE_ALPHABET,
    UNIT_CODE_LIFE,
    UNIT_CODE_SIGNS,
    ClaimState,
    PeopleRefusal,
    Tenure,
    normalise_unit_code,
)
from linyue.people.service_enrol import put_home
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

TRIES_OF_PERSON, TRIES_OF_ADDRESS = "5/hour", "60/hour"


@dataclass(frozen=True, slots=True)
class Slip:
    """One posted slip: for whom and which code, in two groups of four."""

    unit: Place
    tenure: Tenure
    code: str


async def make_unit_codes(actor: Actor, place: Place, tenure: Tenure) -> str:
    """Make one posted code for every unit of a building; older unused ones lapse. Returns the sheet's id."""
    units = await Place.filter(path__startswith=place.path, kind=PlaceKind.UNIT).order_by("path")
    if not units:
        raise Refused(PeopleRefusal.NO_UNITS, field="building")
    sheet = secrets.token_urlsafe(12)
    now = clock.now()
    rows = []
    for unit in units:
        code = "".join(secrets.choice(UNIT_CODE_ALPHABET) for _ in range(UNIT_CODE_SIGNS))
        rows.append(
            UnitCode(
                unit_id=unit.id,
                tenure=tenure,
                code_hash=keyed_hash("code", f"unit|{code}"),
                code_sealed=seal_text(code, f"people.unit_code|{sheet}|{unit.id}"),
                sheet=sheet,
                made_at=now,
                expires_at=now + UNIT_CODE_LIFE,
            )
        )
    async with unit_of_work() as work:
        older = UnitCode.filter(unit_id__in=[u.id for u in units], tenure=tenure, used_at__isnull=True)
        await older.filter(expires_at__gt=now).update(expires_at=now, code_sealed="")
        await UnitCode.bulk_create(rows)
        await work.audit(actor, "people.unit_code.make", f"place:{place.id}", sheet=sheet, number=len(rows))
    return sheet


async def sheet_place(sheet: str) -> Place:
    """The building a sheet of codes was made for. Raises NotFound when it was put away or never made."""
    row = await UnitCode.filter(sheet=sheet).exclude(code_sealed="").select_related("unit").first() if sheet else None
    if row is None:
        raise NotFound()
    place = await Place.get_or_none(id=row.unit.parent_id)
    if place is None:
        raise NotFound()
    return place


async def slips_of(sheet: str) -> list[Slip]:
    """The slips of a sheet, to print; codes already used are left out."""
    rows = await (
        UnitCode.filter(sheet=sheet, used_at__isnull=True)
        .exclude(code_sealed="")
        .select_related("unit")
        .order_by("unit__path")
    )
    slips = []
    for row in rows:
        code = open_text(row.code_sealed, f"people.unit_code|{sheet}|{row.unit_id}")
        slips.append(Slip(row.unit, row.tenure, f"{code[:4]} {code[4:]}"))
    return slips


async def put_away(actor: Actor, sheet: str) -> None:
    """The slips are printed: forget their codes, of which only the hashes stay."""
    async with unit_of_work() as work:
        await UnitCode.filter(sheet=sheet).update(code_sealed="")
        await work.audit(actor, "people.unit_code.put_away", f"sheet:{sheet}")


async def use_unit_code(actor: Actor, text: str, address: str, *, is_adult: bool = True) -> Place:
    """Enrol by the code from the letter box; the code works once. Returns the unit.

    Raises Refused: UNIT_CODE_TRIES after 5 tries an hour, UNIT_CODE_WRONG for a wrong, used or lapsed code alike.
    """
    assert actor.person_id is not None
    await ratelimit.check(TRIES_OF_PERSON, "unit-code", str(actor.person_id), reason=PeopleRefusal.UNIT_CODE_TRIES)
    await ratelimit.check(TRIES_OF_ADDRESS, "unit-code", address, reason=PeopleRefusal.UNIT_CODE_TRIES)
    now = clock.now()
    async with unit_of_work() as work:
        code_hash = keyed_hash("code", f"unit|{normalise_unit_code(text)}")
        taken = await UnitCode.filter(code_hash=code_hash, used_at__isnull=True, expires_at__gt=now).update(
            used_at=now, used_by_id=actor.person_id, code_sealed=""
        )
        if not taken:
            raise Refused(PeopleRefusal.UNIT_CODE_WRONG, field="code")
        row = await UnitCode.get(code_hash=code_hash).select_related("unit")
        home = await put_home(
            actor.person_id, row.unit, row.tenure, ClaimState.CONFIRMED, how="code", is_adult=is_adult
        )
        await work.audit(actor, "people.unit_code.use", f"occupancy:{home.id}", unit=row.unit_id)
    return row.unit
