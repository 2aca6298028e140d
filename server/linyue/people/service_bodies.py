"""Rolls of bodies: who may vote in which, and the lists that a social worker keeps.

    voices_of(body, place) -> [Voice]                  everybody who is called and counted, one entry a person
    ballot_roll(body, place) -> [(person id, name)]    what a question freezes; Refused where a household named nobody
    preview_list / take_in_list(actor, body, place, draft)    a file, looked at and then taken in whole
    end_member(actor, body, place, member_id)          somebody stands on a list no more

Owners are called here; how much area stands behind whom is the questions' business.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor, Role
from linyue.base.sheets import Fault, read_sheet, write_sheet
from linyue.people.model import Occupancy, Person, RoleGrant
from linyue.people.model_bodies import BodyMember
from linyue.people.rules import ClaimState, Tenure, is_live, normalise_phone
from linyue.people.rules_bodies import (
    LISTED,
    Body,
    BodyLine,
    BodyRefusal,
    Known,
    columns_of,
    delegate_of,
    needed_of,
    read_members,
)
from linyue.people.service import find_by_phone, legal_name_of, phone_of, roll_of
from linyue.people.service_own import plug_eraser
from linyue.places import service as places
from linyue.places.model import Place
from linyue.places.rules import PlaceKind, PlaceRefusal
from linyue.places.service_import import drop_draft, open_draft

BY_ROLE = {
    Body.COUNCIL: (Role.STANDING_MEMBER, Role.X_MEMBER),
    Body.COUNCIL_SEVEN: (Role.STANDING_MEMBER,),
    Body.OWNERS_COMMITTEE: (Role.OWNERS_COMMITTEE,),
}
"""Bodies whose members hold a role."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One person of a body, by chosen name; `home`: path of the unit by which they belong to it, or empty."""

    person_id: int
    label: str
    home: str = ""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member on the page of a list; `address` is empty for a list that is not of homes."""

    member_id: int
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class ListPreview:
    """What taking a file in would do."""

    new: int
    same: int
    ended: int
    faults: list[Fault]


async def voices_of(body: Body, place: Place) -> list[Voice]:
    """Everybody of a body at a place, each once. A list and a role are those of the nearest place that has any."""
    if body is Body.RESIDENTS:
        return [Voice(one.person_id, one.label, one.unit_path) for one in await roll_of(place)]
    if body is Body.OWNERS:
        return await _owners(place)
    if body is Body.HOUSEHOLDS:
        return [one for one, _unit in (await _households(place))[0]]
    return await _listed(body, place) if body in LISTED else await _by_role(body, place)


async def ballot_roll(body: Body, place: Place) -> list[tuple[int, str]]:
    """The roll of a body as a question freezes it. Raises Refused(NO_DELEGATE) with the home that named nobody."""
    if body is Body.HOUSEHOLDS:
        _found, missing = await _households(place)
        if missing:
            addresses = await places.addresses_of(missing[:1], "zh-CN")
            raise Refused(BodyRefusal.NO_DELEGATE, unit=addresses[missing[0]], homes=len(missing))
    return [(one.person_id, one.label) for one in await voices_of(body, place)]


async def belong_to(body: Body, place: Place, person_ids: Iterable[int]) -> set[int]:
    """Those of these people who are of the body now."""
    return {one.person_id for one in await voices_of(body, place)} & set(person_ids)


async def _owners(place: Place) -> list[Voice]:
    rows = await (
        Occupancy.filter(
            tenure=Tenure.OWNER, state=ClaimState.CONFIRMED, unit__path__startswith=place.path, person__is_active=True
        )
        .order_by("unit__path", "id")
        .values_list("person_id", "person__display_name", "unit__path")
    )
    found: dict[int, Voice] = {}
    for person, name, path in rows:
        found.setdefault(int(person), Voice(int(person), str(name), str(path)))
    return list(found.values())


async def _households(place: Place) -> tuple[list[tuple[Voice, int]], list[str]]:
    """A delegate with the unit for each home with a confirmed adult, and the paths of homes that named nobody.

    Somebody whom two households named speaks once: one person, one voice.
    """
    rows = await (
        Occupancy.filter(
            state=ClaimState.CONFIRMED, is_adult=True, unit__path__startswith=place.path, person__is_active=True
        )
        .order_by("unit__path", "id")
        .values_list("unit_id", "unit__path", "person_id", "person__display_name")
    )
    kept = BodyMember.live(Body.HOUSEHOLDS).filter(place__path__startswith=place.path)
    named = {int(unit): int(person) for unit, person in await kept.values_list("place_id", "person_id")}
    homes: dict[int, dict[int, str]] = {}
    paths: dict[int, str] = {}
    for unit, path, person, name in rows:
        homes.setdefault(int(unit), {})[int(person)] = str(name)
        paths[int(unit)] = str(path)
    found: dict[int, tuple[Voice, int]] = {}
    missing = []
    for unit, adults in homes.items():
        delegate = delegate_of(adults, named.get(unit))
        if delegate is None:
            missing.append(paths[unit])
        else:
            found.setdefault(delegate, (Voice(delegate, adults[delegate], paths[unit]), unit))
    return list(found.values()), missing


async def _listed(body: Body, place: Place) -> list[Voice]:
    rows = await BodyMember.live(body).filter(place_id__in=place.ancestor_ids).select_related("person", "place")
    deepest = max((row.place.depth for row in rows), default=0)
    here = [row for row in rows if row.place.depth == deepest and row.person.is_active]
    homes: dict[int, str] = {}
    if body is Body.REPRESENTATIVES and here:  # who moved away represents nobody here
        homes = {one.person_id: one.unit_path for one in await roll_of(here[0].place)}
        here = [row for row in here if row.person_id in homes]
    return [Voice(row.person_id, row.person.display_name, homes.get(row.person_id, "")) for row in here]


async def _by_role(body: Body, place: Place) -> list[Voice]:
    found = {row.person_id: row.person.display_name for row in await _nearest(body, place)}
    return [Voice(person, name) for person, name in sorted(found.items())]


async def _nearest(body: Body, place: Place) -> list[RoleGrant]:
    """The grants of the nearest place, going up, at which somebody holds the body's role now."""
    now = clock.now()
    grants = RoleGrant.filter(role__in=BY_ROLE[body], place_id__in=place.ancestor_ids, person__is_active=True)
    rows = [row for row in await grants.select_related("person", "place") if is_live(row.starts_at, row.ends_at, now)]
    deepest = max((row.place.depth for row in rows), default=0)
    return [row for row in rows if row.place.depth == deepest]


async def seat_of(body: Body, place: Place) -> int | None:
    """The place whose holders of the role are the body here (its id): the nearest with any; None where none is."""
    return next((int(row.place.id) for row in await _nearest(body, place)), None)


async def members_at(body: Body, place: Place, lang: str) -> list[MemberLine]:
    """A list as it stands: a community's members, or whom the households of a place named."""
    rows = BodyMember.live(body)
    if body is Body.HOUSEHOLDS:
        kept = (
            await rows.filter(place__path__startswith=place.path)
            .order_by("place__path")
            .select_related("person", "place")
        )
        paths = {row.id: row.place.path for row in kept}
    else:
        kept = await rows.filter(place_id=place.id).order_by("id").select_related("person", "place")
        homes = {one.person_id: one.unit_path for one in await roll_of(place)}
        paths = {row.id: homes[row.person_id] for row in kept if row.person_id in homes}
    addresses = await places.addresses_of(paths.values(), lang)
    return [MemberLine(row.id, row.person.display_name, addresses.get(paths.get(row.id, ""), "")) for row in kept]


async def homes_without(place: Place, lang: str) -> list[str]:
    """Addresses of homes with several adults that have named nobody."""
    _found, missing = await _households(place)
    addresses = await places.addresses_of(missing, lang)
    return [addresses[path] for path in missing]


async def preview_list(actor: Actor, body: Body, place: Place, draft: str) -> ListPreview:
    """What an uploaded list would do. Raises Refused: DRAFT_GONE."""
    lines, faults = await _read(body, place, await open_draft(actor, "bodies", draft))
    return _counts(body, lines, await _kept(body, place), faults)


def _counts(body: Body, lines: list[BodyLine], kept: list[BodyMember], faults: list[Fault]) -> ListPreview:
    wanted = {(one.unit_id, one.person_id) for one in lines}
    there = {(row.place_id if body is Body.HOUSEHOLDS else 0, row.person_id) for row in kept}
    if body is not Body.HOUSEHOLDS:
        wanted = {(0, person) for _unit, person in wanted}
    return ListPreview(len(wanted - there), len(wanted & there), len(_to_end(body, lines, kept)), faults)


def _to_end(body: Body, lines: list[BodyLine], kept: list[BodyMember]) -> list[int]:
    """Members whom a file ends: a list is replaced whole, a household's delegate by the one it names now."""
    if body is Body.HOUSEHOLDS:
        named = {one.unit_id: one.person_id for one in lines}
        return [row.id for row in kept if row.place_id in named and named[row.place_id] != row.person_id]
    stay = {one.person_id for one in lines}
    return [row.id for row in kept if row.person_id not in stay]


async def _kept(body: Body, place: Place) -> list[BodyMember]:
    if body is Body.HOUSEHOLDS:
        return await BodyMember.live(body).filter(place__path__startswith=place.path)
    return await BodyMember.live(body).filter(place_id=place.id)


async def _read(body: Body, place: Place, data: bytes) -> tuple[list[BodyLine], list[Fault]]:
    rows, faults = read_sheet(data, columns_of(body), needed_of(body))
    if faults:
        return [], faults
    cells = [(row.line, row.cells) for row in rows]
    homes = await _homes_in(place, {one["unit_code"] for _line, one in cells if "unit_code" in one})
    by_phone = await _by_phone([one["phone"] for _line, one in cells]) if "unit_code" not in columns_of(body) else {}
    lines, wrong = read_members(body, cells, homes, by_phone)
    return lines, [Fault(one.line, one.column, one.reason.value) for one in wrong]


async def _by_phone(phones: Iterable[str]) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for phone in {number for one in phones if (number := normalise_phone(one))}:
        person = await find_by_phone(phone)
        if person is not None and person.is_active:
            found[phone] = _known(person)
    return found


async def _homes_in(place: Place, codes: set[str]) -> dict[str, tuple[int, tuple[Known, ...]]]:
    units = await Place.filter(kind=PlaceKind.UNIT, code__in=list(codes), path__startswith=place.path) if codes else []
    living: dict[int, list[Known]] = {unit.id: [] for unit in units}
    confirmed = Occupancy.filter(unit_id__in=list(living), state=ClaimState.CONFIRMED, is_adult=True)
    for row in await confirmed.filter(person__is_active=True).order_by("id").select_related("person"):
        if all(one.person_id != row.person_id for one in living[row.unit_id]):
            living[row.unit_id].append(_known(row.person))
    return {unit.code: (unit.id, tuple(living[unit.id])) for unit in units}


def _known(person: Person) -> Known:
    return Known(person.id, person.display_name, legal_name_of(person), phone_of(person))


async def take_in_list(actor: Actor, body: Body, place: Place, draft: str) -> ListPreview:
    """Take an uploaded list in, all of it or nothing; the same list again changes nothing.

    Open votes keep their frozen roll. Raises Refused: DRAFT_GONE, HAS_FAULTS.
    """
    data = await open_draft(actor, "bodies", draft)
    async with unit_of_work() as work:
        lines, faults = await _read(body, place, data)
        if faults:
            raise Refused(PlaceRefusal.HAS_FAULTS)
        kept = await _kept(body, place)
        counts = _counts(body, lines, kept, [])
        await BodyMember.filter(id__in=_to_end(body, lines, kept)).update(ends_at=clock.now())
        there = {(row.place_id, row.person_id) for row in kept}
        for one in lines:
            where = one.unit_id if body is Body.HOUSEHOLDS else place.id
            if (where, one.person_id) not in there:
                await _record(actor, body, where, one.person_id)
        await work.audit(actor, "people.body.list", f"place:{place.id}", body=body.value, new=counts.new)
        await drop_draft(draft)
    return counts


async def _record(actor: Actor | None, body: Body, place_id: int, person_id: int) -> None:
    await BodyMember.create(
        body=body,
        place_id=place_id,
        person_id=person_id,
        starts_at=clock.now(),
        recorded_by_id=actor.person_id if actor else None,
    )


async def record_members(actor: Actor | None, body: Body, members: Iterable[tuple[int, int]]) -> None:
    """Put people on a list: (place id, person id), the place as BodyMember has it. The caller has asked the policy."""
    async with unit_of_work() as work:
        rows = list(members)
        for place_id, person_id in rows:
            await _record(actor, body, place_id, person_id)
        await work.audit(actor, "people.body.record", body.value, members=len(rows))


async def end_member(actor: Actor, body: Body, place: Place, member_id: int) -> None:
    """Somebody stands on this list no more. Running votes keep their frozen roll. Raises NotFound."""
    async with unit_of_work() as work:
        if member_id not in {row.id for row in await _kept(body, place)}:
            raise NotFound()
        await BodyMember.filter(id=member_id).update(ends_at=clock.now())
        await work.audit(actor, "people.body.end", f"body_member:{member_id}")


def template_sheet(body: Body) -> bytes:
    """A small file that shows the columns."""
    example = {"unit_code": "HS-01-01-A-1-101", "name": "张三", "phone": "13800000000"}
    columns = list(columns_of(body))
    return write_sheet(columns, [tuple(example[name] for name in columns)])


async def forget_person(person_id: int) -> None:
    """Somebody erased their data: they stand on no list any more, and on none as the one who wrote it."""
    await BodyMember.filter(person_id=person_id, ends_at__isnull=True).update(ends_at=clock.now())
    await BodyMember.filter(recorded_by_id=person_id).update(recorded_by_id=None)


plug_eraser(forget_person)
