"""The start of a real district: an empty tree and its first administrator, who comes in by a link that works once."""

import secrets

from linyue.base import clock
from linyue.base.crypto import blind_index, seal_text, token_hash
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Role
from linyue.people.model import Person, RoleGrant, SetupLink
from linyue.people.rules import PRIVACY_VERSION, SETUP_LINK_LIFE, PeopleRefusal, normalise_phone, refuse_name
from linyue.people.service import add_person
from linyue.people.service_sign_in import SignedIn, begin_session
from linyue.places import service as places
from linyue.places.rules import PlaceKind


async def begin_district(code: str, name_zh: str, name_en: str, administrator: str) -> str:
    """Make the district and its first administrator; returns the token of their link.

    Run again before the link is used, it makes a new link and the old one lapses. Raises Refused: SET_UP_ALREADY.
    """
    token = secrets.token_urlsafe(32)
    now, real = clock.now(), clock.real_now()
    async with unit_of_work() as work:
        district = await places.the_district()
        if district is None:
            district = await places.add_place(None, PlaceKind.DISTRICT, code, name_zh, name_en=name_en)
        open_link = await SetupLink.filter(used_at__isnull=True).first()
        if open_link is None and await RoleGrant.filter(role=Role.ADMINISTRATOR).exists():
            raise Refused(PeopleRefusal.SET_UP_ALREADY)
        if open_link is None:
            person = await add_person(administrator, has_accepted=False)
            await RoleGrant.create(person_id=person.id, role=Role.ADMINISTRATOR, place_id=district.id, starts_at=now)
            person_id = person.id
        else:
            person_id = open_link.person_id
            await SetupLink.filter(used_at__isnull=True).delete()
        await SetupLink.create(token_hash=token_hash(token), person_id=person_id, expires_at=real + SETUP_LINK_LIFE)
        await work.audit(None, "people.setup.begin", f"person:{person_id}", place=district.id)
    return token


async def person_of_link(token: str) -> Person:
    """The administrator a link is for. Raises NotFound when it was used or has lapsed."""
    link = await SetupLink.filter(
        token_hash=token_hash(token), used_at__isnull=True, expires_at__gt=clock.real_now()
    ).first()
    if link is None:
        raise NotFound()
    return await Person.get(id=link.person_id)


async def accept_link(token: str, display_name: str, phone: str, *, device: str = "") -> SignedIn:
    """Use the link: name, phone and privacy notice in one go; signed in, the second factor is set up next.

    Raises NotFound; Refused: BAD_NAME, BAD_PHONE, PHONE_TAKEN, LINK_GONE.
    """
    person = await person_of_link(token)
    refusal = refuse_name(display_name)
    if refusal:
        raise Refused(refusal, field="display_name")
    number = normalise_phone(phone)
    if number is None:
        raise Refused(PeopleRefusal.BAD_PHONE, field="phone")
    async with unit_of_work() as work:
        used = await SetupLink.filter(token_hash=token_hash(token), used_at__isnull=True).update(
            used_at=clock.real_now()
        )
        if not used:
            raise Refused(PeopleRefusal.LINK_GONE)
        if await Person.filter(phone_index=blind_index(number)).exclude(id=person.id).exists():
            raise Refused(PeopleRefusal.PHONE_TAKEN, field="phone")
        await Person.filter(id=person.id).update(
            display_name=display_name.strip(),
            phone_sealed=seal_text(number, f"people.phone|{person.public_id}"),
            phone_index=blind_index(number),
            privacy_version=PRIVACY_VERSION,
            privacy_at=clock.now(),
        )
        await work.audit(None, "people.setup.accept", f"person:{person.id}")
        return await begin_session(person.id, device=device)
