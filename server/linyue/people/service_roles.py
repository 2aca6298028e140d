"""Who holds which role where: granting, ending, and finding the holders nearest to a place."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import F

from linyue.base import clock, session
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import STAFF, Actor, Role, Scope, allow
from linyue.people.model import Person, RoleGrant
from linyue.people.rules import PeopleRefusal, is_live, normalise_phone
from linyue.people.service import add_person, claim_person, find_by_phone
from linyue.places.model import Place
from linyue.places.service import named_places, wide_places

REHOUSE = "matters.rehouse"
"""The job of a later slice that finds a new desk for what lies where nobody takes it any more."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A role in force, as the administrator's list shows it."""

    grant_id: int
    person: Person
    role: Role
    place: Place
    centre_id: int | None


async def grant_role(
    actor: Actor | None, person_id: int, role: Role, place_id: int, centre_id: int | None = None
) -> RoleGrant:
    """Give a person a role for a place and all inside it, or for one service centre. The caller has asked the policy.

    A staff role ends their sign-ins, so that it always begins with a second factor and a short session.
    Raises Refused: ROLE_HELD, NEEDS_CENTRE.
    """
    if role is Role.CENTRE_CLERK and centre_id is None:
        raise Refused(PeopleRefusal.NEEDS_CENTRE, field="centre_id")
    now = clock.now()
    async with unit_of_work() as work:
        await claim_person(person_id)
        held = await RoleGrant.filter(person_id=person_id, role=role, place_id=place_id, centre_id=centre_id)
        if any(is_live(g.starts_at, g.ends_at, now) for g in held):
            raise Refused(PeopleRefusal.ROLE_HELD, field="role")
        grant = await RoleGrant.create(
            person_id=person_id,
            role=role,
            place_id=place_id,
            centre_id=centre_id,
            starts_at=now,
            granted_by_id=actor.person_id if actor else None,
        )
        await work.audit(
            actor, "people.role.grant", f"person:{person_id}", role=role.value, place=place_id, centre=centre_id
        )
        await tell([person_id], "people-told-role-granted", link="/me", role=role.value)
        if role in STAFF:
            await session.end_all(person_id)
    return grant


Choices = Callable[[str], Awaitable[list[tuple[int, str]]]]
_centres: list[Choices] = []


def plug_centres(load: Choices) -> None:
    """Let the slice of the service centres say which there are: a function of the language."""
    _centres.append(load)


async def centre_choices(lang: str) -> list[tuple[int, str]]:
    """Every service centre as (id, code and name)."""
    return [choice for load in _centres for choice in await load(lang)]


async def places_in_reach(actor: Actor) -> list[Place]:
    """Every place down to compounds in which an administrator may grant."""
    paths = {grant.place_path for grant in actor.grants if grant.role is Role.ADMINISTRATOR}
    found = {place.id: place for path in sorted(paths) for place in await wide_places(path)}
    return list(found.values())


async def person_meant(who: str) -> Person:
    """Whoever a phone number or a public id means. Raises Refused: NO_PERSON."""
    person = await find_by_phone(who) or await Person.get_or_none(public_id=who)
    if person is None or not person.is_active:
        raise Refused(PeopleRefusal.NO_PERSON, field="who")
    return person


async def places_meant(actor: Actor, words: str) -> list[Place]:
    """The places of an administrator that a code or a name may mean."""
    found = await named_places(words, "/")
    return [place for place in found if allow(actor, "people.role.edit", Scope(place_path=place.path))]


async def appoint(
    actor: Actor, who: str, name: str, role: Role, place_code: str, centre_id: int | None = None
) -> RoleGrant:
    """Grant a role to a phone number or a public id; a number nobody has gets an account under `name`.

    `place_code` is a place's code, or a name that one place has. Raises Refused: NO_PLACE (unknown, or outside the
    administrator's places), MANY_PLACES, NO_CENTRE, CENTRE_NOT_NEEDED, NO_PERSON, BAD_NAME, ROLE_HELD, NEEDS_CENTRE.
    """
    meant = await places_meant(actor, place_code)
    if len(meant) != 1:
        reason = PeopleRefusal.MANY_PLACES if meant else PeopleRefusal.NO_PLACE
        raise Refused(reason, field="place_code", words=place_code)
    place = meant[0]
    if centre_id is not None and role is not Role.CENTRE_CLERK:
        raise Refused(PeopleRefusal.CENTRE_NOT_NEEDED, field="centre_id")
    if centre_id is not None and centre_id not in {known for known, _ in await centre_choices("zh-CN")}:
        raise Refused(PeopleRefusal.NO_CENTRE, field="centre_id")
    async with unit_of_work():
        person = await find_by_phone(who) or await Person.get_or_none(public_id=who)
        if person is None and normalise_phone(who) is None:
            raise Refused(PeopleRefusal.NO_PERSON, field="who")
        if person is None:
            if not name:
                raise Refused(PeopleRefusal.BAD_NAME, field="name")
            person = await add_person(name, phone=who, has_accepted=False)
        return await grant_role(actor, person.id, role, place.id, centre_id)


async def end_role(actor: Actor | None, grant_id: int) -> None:
    """Take a role away from now on; the person's sign-ins end, and with them their sockets.

    Raises NotFound; Refused: ROLE_ENDED, LAST_ADMINISTRATOR.
    """
    now = clock.now()
    async with unit_of_work() as work:
        grant = await RoleGrant.get_or_none(id=grant_id)
        if grant is None:
            raise NotFound()
        if grant.role is Role.ADMINISTRATOR:
            await Place.filter(id=grant.place_id).update(depth=F("depth"))  # two last administrators, one at a time
            others = await RoleGrant.filter(role=Role.ADMINISTRATOR, ends_at__isnull=True).exclude(id=grant_id).count()
            if not others:
                raise Refused(PeopleRefusal.LAST_ADMINISTRATOR)
        if not await RoleGrant.filter(id=grant_id, ends_at__isnull=True).update(ends_at=now):
            raise Refused(PeopleRefusal.ROLE_ENDED)
        await work.audit(actor, "people.role.end", f"person:{grant.person_id}", role=grant.role.value, grant=grant_id)
        await work.enqueue(REHOUSE, grant_id)
        await tell([grant.person_id], "people-told-role-ended", link="/me", role=grant.role.value)
        await session.end_all(grant.person_id)


async def grant_term(
    actor: Actor | None, person_id: int, role: Role, place_id: int, starts_at: datetime, ends_at: datetime
) -> int:
    """Give a role that comes with a seat, for the seat's term; returns the grant's id. No second factor."""
    async with unit_of_work() as work:
        grant = await RoleGrant.create(
            person_id=person_id,
            role=role,
            place_id=place_id,
            starts_at=starts_at,
            ends_at=ends_at,
            granted_by_id=actor.person_id if actor else None,
        )
        await work.audit(actor, "people.role.grant", f"person:{person_id}", role=role.value, place=place_id)
        await tell([person_id], "people-told-role-granted", link="/me", role=role.value)
    return grant.id


async def end_term(actor: Actor | None, grant_id: int, at: datetime) -> None:
    """End a seat's role with the seat, at that moment; the person's sign-ins end, and with them their sockets."""
    async with unit_of_work() as work:
        grant = await RoleGrant.get_or_none(id=grant_id)
        if grant is None:
            raise NotFound()
        await RoleGrant.filter(id=grant_id).update(ends_at=at)
        await work.enqueue(REHOUSE, grant_id, due_at=at)
        await work.audit(actor, "people.role.end", f"person:{grant.person_id}", role=grant.role.value, grant=grant_id)
        await session.end_all(grant.person_id)


async def holders_of(role: Role, place_path: str) -> list[int]:
    """Ids of those who hold a role at the place or, if nobody does, at the nearest place around it."""
    ids = [int(part) for part in place_path.strip("/").split("/") if part]
    now = clock.now()
    grants = await RoleGrant.filter(role=role, place_id__in=ids, centre_id__isnull=True).select_related("person")
    live = [g for g in grants if is_live(g.starts_at, g.ends_at, now) and g.person.is_active]
    if not live:
        return []
    nearest = max(live, key=lambda g: ids.index(g.place_id)).place_id
    return sorted({g.person_id for g in live if g.place_id == nearest})


async def holders_at_centre(role: Role, centre_id: int) -> list[int]:
    """Ids of those who hold a role at a service centre."""
    now = clock.now()
    grants = await RoleGrant.filter(role=role, centre_id=centre_id).select_related("person")
    return sorted({g.person_id for g in grants if is_live(g.starts_at, g.ends_at, now) and g.person.is_active})


async def roles_of(person_id: int) -> list[Holder]:
    """The roles of a person that are in force."""
    return await _holders(person_id=person_id)


async def holders_inside(place_path: str) -> list[Holder]:
    """Every role in force for the place or inside it, for the administrator's list."""
    return await _holders(place__path__startswith=place_path)


async def _holders(**which: object) -> list[Holder]:
    now = clock.now()
    grants = await RoleGrant.filter(**which).select_related("person", "place").order_by("place__path", "role", "id")
    live = [g for g in grants if is_live(g.starts_at, g.ends_at, now)]
    return [Holder(g.id, g.person, g.role, g.place, g.centre_id) for g in live]
