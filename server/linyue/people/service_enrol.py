"""Enrolment: claiming a unit, confirming or refusing the claim, and people enrolled at the desk."""

from dataclasses import dataclass

from tortoise.expressions import F

from linyue.base import clock
from linyue.base.crypto import seal_text
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role
from linyue.people.model import Occupancy, Person
from linyue.people.rules import (
    ClaimState,
    PeopleRefusal,
    Tenure,
    mask_name,
    refuse_claim,
)
from linyue.people.service import add_person, legal_name_of, masked_phone_of, phone_of
from linyue.people.service_roles import holders_of
from linyue.places.model import Place
from linyue.places.rules import PlaceKind


@dataclass(frozen=True, slots=True)
class Claim:
    """What the desk sees of a claim."""

    occupancy: Occupancy
    person: Person
    unit: Place
    legal_name: str
    phone: str
    """Masked."""


async def claim_home(
    actor: Actor, unit_id: int, tenure: Tenure, *, legal_name: str = "", is_adult: bool = True
) -> Occupancy:
    """Say that one owns or rents a unit; the community's social workers are told.

    A refused claim may be made again. Raises NotFound; Refused: NOT_A_UNIT, ALREADY_CLAIMED, ALREADY_HOME,
    TOO_MANY_CLAIMS.
    """
    assert actor.person_id is not None
    unit = await _unit(unit_id)
    async with unit_of_work() as work:
        mine_first = Person.filter(id=actor.person_id)  # takes the person: one claim at a time
        await mine_first.update(is_active=F("is_active"))
        mine = await Occupancy.filter(person_id=actor.person_id)
        refusal = refuse_claim([(o.unit_id == unit.id, o.tenure, o.state) for o in mine], tenure)
        if refusal:
            raise Refused(refusal, field="unit")
        person = await Person.get(id=actor.person_id)
        if legal_name.strip():
            sealed = seal_text(legal_name.strip(), f"people.name|{person.public_id}")
            await Person.filter(id=person.id).update(name_sealed=sealed)
        row = await put_home(actor.person_id, unit, tenure, ClaimState.CLAIMED, is_adult=is_adult)
        await work.audit(actor, "people.home.claim", f"occupancy:{row.id}", unit=unit.id, tenure=tenure.value)
        desk = await holders_of(Role.SOCIAL_WORKER, unit.path)
        await tell(desk, "people-told-claim-came", link="/desk/claims")
    return row


async def confirm_home(
    actor: Actor | None, person_id: int, unit: Place, tenure: Tenure, *, how: str, decided_by_id: int | None = None
) -> Occupancy:
    """Put a person on the roll of a unit without a claim: at the desk, by import, by a posted code."""
    if unit.kind is not PlaceKind.UNIT:
        raise Refused(PeopleRefusal.NOT_A_UNIT, field="unit")
    async with unit_of_work() as work:
        row = await put_home(person_id, unit, tenure, ClaimState.CONFIRMED, how=how, decided_by_id=decided_by_id)
        if actor is not None:
            await work.audit(actor, "people.home.confirm", f"occupancy:{row.id}", unit=unit.id, how=how)
    return row


async def _unit(unit_id: int) -> Place:
    unit = await Place.get_or_none(id=unit_id)
    if unit is None:
        raise NotFound()
    if unit.kind is not PlaceKind.UNIT:
        raise Refused(PeopleRefusal.NOT_A_UNIT, field="unit")
    return unit


async def put_home(
    person_id: int,
    unit: Place,
    tenure: Tenure,
    state: ClaimState,
    *,
    how: str = "",
    decided_by_id: int | None = None,
    is_adult: bool = True,
) -> Occupancy:
    """Write the one row of person, unit and tenure in a new state, inside the caller's unit of work."""
    now = clock.now()
    row = await Occupancy.get_or_none(person_id=person_id, unit_id=unit.id, tenure=tenure)
    if row is None:
        row = Occupancy(person_id=person_id, unit_id=unit.id, tenure=tenure, claimed_at=now)
    elif state is ClaimState.CLAIMED:
        row.claimed_at = now
    row.state, row.how, row.reason, row.is_adult = state, how, "", is_adult
    row.decided_at = None if state is ClaimState.CLAIMED else now  # type: ignore[assignment]
    row.decided_by_id = decided_by_id
    await row.save()
    return row


async def open_claims(actor: Actor) -> list[Claim]:
    """Claims that wait in the places an actor works for, oldest first; reading the names is noted."""
    paths = [g.place_path for g in actor.grants if g.role is Role.SOCIAL_WORKER and g.centre_id is None]
    claims: list[Claim] = []
    for path in paths:
        rows = Occupancy.filter(state=ClaimState.CLAIMED, unit__path__startswith=path).order_by("claimed_at", "id")
        claims += [_claim(row) for row in await rows.limit(200).select_related("person", "unit")]
    if claims:
        async with unit_of_work() as work:
            await work.audit(actor, "people.claim.read", "claims", ids=[c.occupancy.id for c in claims])
    return list({c.occupancy.id: c for c in claims}.values())


def _claim(row: Occupancy) -> Claim:
    return Claim(row, row.person, row.unit, legal_name_of(row.person), masked_phone_of(row.person))


async def get_claim(occupancy_id: int) -> Claim:
    """One claim. Raises NotFound."""
    row = await Occupancy.filter(id=occupancy_id).select_related("person", "unit").first()
    if row is None:
        raise NotFound()
    return _claim(row)


async def confirm_claim(actor: Actor, occupancy_id: int) -> None:
    """Confirm that someone lives in or owns the unit; from now on they have a voice. Raises Refused: CLAIM_DECIDED."""
    await _decide(actor, occupancy_id, ClaimState.CONFIRMED, "")


async def refuse_claim_of(actor: Actor, occupancy_id: int, reason: str) -> None:
    """Turn a claim down with a reason its owner reads. Raises Refused: CLAIM_DECIDED."""
    await _decide(actor, occupancy_id, ClaimState.REFUSED, reason)


async def _decide(actor: Actor, occupancy_id: int, state: ClaimState, reason: str) -> None:
    async with unit_of_work() as work:
        done = await Occupancy.filter(id=occupancy_id, state=ClaimState.CLAIMED).update(
            state=state, reason=reason, how="worker", decided_at=clock.now(), decided_by_id=actor.person_id
        )
        if not done:
            raise Refused(PeopleRefusal.CLAIM_DECIDED)
        row = await Occupancy.get(id=occupancy_id)
        await work.audit(actor, f"people.claim.{state.value}", f"occupancy:{row.id}", unit=row.unit_id)
        await tell([row.person_id], f"people-told-claim-{state.value}", link="/me/homes", reason=reason)


async def enrol_at_desk(
    actor: Actor, unit: Place, tenure: Tenure, *, legal_name: str, display_name: str = "", phone: str = ""
) -> Person:
    """Enrol someone who came to the desk; a phone is not needed. The worker has checked who they are.

    A second tap finds the same name in the same unit and is refused. Raises Refused: ALREADY_HOME, BAD_NAME,
    BAD_PHONE, PHONE_TAKEN, NOT_A_UNIT.
    """
    async with unit_of_work() as work:
        await Place.filter(id=unit.id).update(depth=F("depth"))  # takes the unit: one enrolment at a time
        there = await Occupancy.filter(unit_id=unit.id, tenure=tenure, state=ClaimState.CONFIRMED).select_related(
            "person"
        )
        if any(legal_name_of(home.person) == legal_name.strip() for home in there):
            raise Refused(PeopleRefusal.ALREADY_HOME, field="legal_name")
        person = await add_person(
            display_name or mask_name(legal_name), phone=phone, legal_name=legal_name, has_accepted=False
        )
        row = await confirm_home(None, person.id, unit, tenure, how="desk", decided_by_id=actor.person_id)
        await work.audit(
            actor, "people.enrol", f"person:{person.id}", occupancy=row.id, has_phone=bool(phone_of(person))
        )
    return person
