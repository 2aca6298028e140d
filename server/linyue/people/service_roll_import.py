"""Taking in a roll from a file: upload, look, then all or nothing. People who are not in the file stay as they are."""

import secrets
from dataclasses import dataclass, field

from linyue.base import clock
from linyue.base.crypto import blind_index, seal_text
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.base.sheets import Fault, read_sheet, write_sheet
from linyue.people.model import Occupancy, Person
from linyue.people.rules import ClaimState, PeopleRefusal, mask_name, mask_phone
from linyue.people.rules_roll_import import COLUMNS, NEEDED, LineFault, RollLine, read_lines
from linyue.people.service import legal_name_of
from linyue.places.model import Place
from linyue.places.rules import PlaceKind, PlaceRefusal
from linyue.places.service_import import drop_draft, open_draft

EXAMPLE = [
    ("HS-01-01-A-1-101", "owner", "张三", "13800000000", "张先生"),
    ("HS-01-01-A-1-101", "tenant", "李四", "", ""),
]
BATCH = 500
ROWS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class RollRow:
    """One line as the preview shows it, masked; `does` is new, home or same."""

    line: int
    unit_code: str
    name: str
    tenure: str
    phone: str
    does: str


@dataclass(frozen=True, slots=True)
class RollPreview:
    """What taking a roll in would do, for the page."""

    people: int
    homes: int
    same: int
    faults: list[Fault]
    first: list[RollRow]
    """The first lines, so that one sees whether the columns are the right ones."""


@dataclass(slots=True)
class _Plan:
    lines: list[RollLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=dict)
    people: dict[tuple[str, str], int] = field(default_factory=dict)
    """Accounts the lines mean, by person key."""
    homes: dict[tuple[int, int, str], ClaimState] = field(default_factory=dict)
    unnamed: dict[int, str] = field(default_factory=dict)
    """Accounts without a real name so far, and the name the file gives."""

    def has_home(self, line: RollLine) -> bool:
        key = (self.people.get(line.person_key, 0), self.units[line.unit_code], line.tenure.value)
        return self.homes.get(key) is ClaimState.CONFIRMED


async def preview_roll(actor: Actor, public_id: str) -> RollPreview:
    """What an uploaded roll would do. Raises Refused: DRAFT_GONE."""
    return _counts(await _plan(await open_draft(actor, "rolls", public_id)))


def _counts(plan: _Plan) -> RollPreview:
    new_people = {line.person_key for line in plan.lines if line.person_key not in plan.people}
    same = sum(plan.has_home(line) for line in plan.lines)
    first = [] if plan.faults else [_row(plan, line) for line in plan.lines[:ROWS_SHOWN]]
    return RollPreview(len(new_people), len(plan.lines) - same, same, plan.faults, first)


def _row(plan: _Plan, line: RollLine) -> RollRow:
    does = "same" if plan.has_home(line) else "home" if line.person_key in plan.people else "new"
    name, phone = mask_name(line.name), mask_phone(line.phone)
    return RollRow(line.line, line.unit_code, name, line.tenure.value, phone, does)


async def _plan(data: bytes) -> _Plan:
    plan = _Plan()
    rows, plan.faults = read_sheet(data, COLUMNS, NEEDED)
    if plan.faults:
        return plan
    units = await Place.filter(kind=PlaceKind.UNIT).values_list("code", "id")
    plan.units = {str(code): int(i) for code, i in units}
    plan.lines, faults = read_lines([(row.line, row.cells) for row in rows], set(plan.units))
    wanted = {plan.units[line.unit_code] for line in plan.lines}
    stored = [o for o in await Occupancy.all().select_related("person") if o.unit_id in wanted]
    plan.homes = {(o.person_id, o.unit_id, o.tenure.value): o.state for o in stored}
    codes = {i: code for code, i in plan.units.items()}
    for home in stored:
        if not home.person.phone_index and home.person.is_active:
            plan.people[(codes[home.unit_id], legal_name_of(home.person))] = home.person_id
    faults += await _match_phones(plan)
    plan.faults = [Fault(f.line, f.column, str(f.key)) for f in sorted(faults, key=lambda f: f.line)]
    return plan


async def _match_phones(plan: _Plan) -> list[LineFault]:
    """Find the accounts of the phones in the file; a number stored under another real name is a fault."""
    faults = []
    by_index = {blind_index(line.phone): line for line in plan.lines if line.phone}
    indexes = list(by_index)
    for start in range(0, len(indexes), BATCH):
        for person in await Person.filter(phone_index__in=indexes[start : start + BATCH]):
            line = by_index[person.phone_index or ""]
            name = legal_name_of(person)
            if name and name != line.name:
                faults.append(LineFault(line.line, "name", PeopleRefusal.LINE_NAME_DIFFERS))
            elif not name:
                plan.unnamed[person.id] = line.name
            plan.people[line.person_key] = person.id
    return faults


async def import_roll(actor: Actor, public_id: str) -> RollPreview:
    """Take an uploaded roll in, all of it or nothing; the same roll again changes nothing.

    Raises Refused: DRAFT_GONE, HAS_FAULTS.
    """
    data = await open_draft(actor, "rolls", public_id)
    async with unit_of_work() as work:
        plan = await _plan(data)
        if plan.faults:
            raise Refused(PlaceRefusal.HAS_FAULTS)
        counts = _counts(plan)
        await _add_people(plan)
        await _add_homes(plan, actor)
        await _fill_names(plan)
        await work.audit(actor, "people.roll.import", "rolls", people=counts.people, homes=counts.homes)
        await drop_draft(public_id)
    return counts


async def _add_people(plan: _Plan) -> None:
    new: dict[tuple[str, str], Person] = {}
    for line in plan.lines:
        if line.person_key not in plan.people and line.person_key not in new:
            public_id = secrets.token_urlsafe(12)
            new[line.person_key] = Person(
                public_id=public_id,
                display_name=line.display_name,
                name_sealed=seal_text(line.name, f"people.name|{public_id}"),
                phone_sealed=seal_text(line.phone, f"people.phone|{public_id}") if line.phone else "",
                phone_index=blind_index(line.phone) if line.phone else None,
                created_at=clock.now(),
            )
    await Person.bulk_create(new.values(), batch_size=BATCH)
    by_public = {person.public_id: key for key, person in new.items()}
    ids = list(by_public)
    for start in range(0, len(ids), BATCH):
        rows = await Person.filter(public_id__in=ids[start : start + BATCH]).values_list("public_id", "id")
        plan.people |= {by_public[str(public)]: int(i) for public, i in rows}


async def _add_homes(plan: _Plan, actor: Actor) -> None:
    now = clock.now()
    facts = {"state": ClaimState.CONFIRMED, "how": "import", "decided_at": now, "decided_by_id": actor.person_id}
    new = []
    for line in plan.lines:
        person_id, unit_id = plan.people[line.person_key], plan.units[line.unit_code]
        state = plan.homes.get((person_id, unit_id, line.tenure.value))
        if state is None:
            row = Occupancy(person_id=person_id, unit_id=unit_id, tenure=line.tenure, claimed_at=now)
            row.update_from_dict(facts)
            new.append(row)
        elif state is not ClaimState.CONFIRMED:
            mine = Occupancy.filter(person_id=person_id, unit_id=unit_id, tenure=line.tenure)
            await mine.update(**facts)
    await Occupancy.bulk_create(new, batch_size=BATCH)


async def _fill_names(plan: _Plan) -> None:
    for person_id, name in plan.unnamed.items():
        person = await Person.get(id=person_id)
        await Person.filter(id=person_id).update(name_sealed=seal_text(name, f"people.name|{person.public_id}"))


def template_sheet() -> bytes:
    """A small file that shows the columns."""
    return write_sheet(list(COLUMNS), EXAMPLE)
