"""A person's own data: their name and number, a copy of everything kept about them, and erasure.

Personal information law arts 44 to 47. Ballots and chain entries stay: they hold commitments, not names.
"""

import json
import secrets
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

from tortoise import Tortoise
from tortoise.fields.relational import ForeignKeyFieldInstance

from linyue.base import clock
from linyue.base.crypto import blind_index, seal_text
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.i18n import t
from linyue.base.model import Message, Session
from linyue.base.policy import STAFF, Actor
from linyue.base.session import end_all
from linyue.people import sms
from linyue.people.model import CodePurpose, Occupancy, Person, RoleGrant, SignInCode, UnitCode
from linyue.people.rules import ClaimState, PeopleRefusal, is_live, normalise_phone, refuse_name
from linyue.people.service import claim_person, legal_name_of, phone_of
from linyue.people.service_sign_in import Proved, proved, spend

Eraser = Callable[[int], Awaitable[None]]
_erasers: list[Eraser] = []
SECRETS = ("_hash", "_sealed", "csrf", "totp_", "salt", "phone_index")
"""Parts of the names of columns that hold keys and fingerprints, of no use to their owner."""


def plug_eraser(erase: Eraser) -> None:
    """Let a later slice blank its own personal fields when someone erases their data; runs in the same transaction."""
    _erasers.append(erase)


async def rename(actor: Actor, display_name: str) -> None:
    """Choose another name. Raises Refused: BAD_NAME."""
    refusal = refuse_name(display_name)
    if refusal:
        raise Refused(refusal, field="display_name")
    async with unit_of_work() as work:
        await Person.filter(id=actor.person_id).update(display_name=display_name.strip())
        await work.audit(actor, "people.rename", f"person:{actor.person_id}")


async def change_phone(actor: Actor, old_token: str, new_token: str) -> None:
    """Move the account to a new number after codes to the old and the new one; other sign-ins end.

    Raises Refused: CODE_GONE, PHONE_TAKEN.
    """
    assert actor.person_id is not None
    old, new = await proved(old_token, CodePurpose.OLD_PHONE), await proved(new_token, CodePurpose.NEW_PHONE)
    if old.person is None or old.person.id != actor.person_id:
        raise Refused(PeopleRefusal.CODE_GONE)
    async with unit_of_work() as work:
        await spend(old)
        await spend(new)
        await _put_phone(old.person, new)
        await work.audit(actor, "people.phone.change", f"person:{actor.person_id}")
        await end_all(actor.person_id, but=int(actor.session_id))
    await sms.send(old.phone, t(actor.lang, "people-sms-phone-changed"))


async def _put_phone(person: Person, new: Proved) -> None:
    if new.person is not None:
        raise Refused(PeopleRefusal.SAME_PHONE if new.person.id == person.id else PeopleRefusal.PHONE_TAKEN)
    await _store_phone(person, new.phone)


async def _store_phone(person: Person, number: str) -> None:
    sealed = seal_text(number, f"people.phone|{person.public_id}")
    await Person.filter(id=person.id).update(phone_sealed=sealed, phone_index=blind_index(number))


async def set_phone_at_desk(actor: Actor, person: Person, phone: str) -> None:
    """A social worker has seen who stands before them and enters their new number; every sign-in ends.

    Raises Refused: BAD_PHONE, PHONE_TAKEN, SAME_PHONE, HOLDS_OFFICE (staff numbers are the administrator's business).
    """
    number = normalise_phone(phone)
    if number is None:
        raise Refused(PeopleRefusal.BAD_PHONE, field="phone")
    async with unit_of_work() as work:
        if await _holds_office(person.id):
            raise Refused(PeopleRefusal.HOLDS_OFFICE, field="phone")
        other = await Person.get_or_none(phone_index=blind_index(number))
        if other is not None:
            taken = PeopleRefusal.SAME_PHONE if other.id == person.id else PeopleRefusal.PHONE_TAKEN
            raise Refused(taken, field="phone")
        await _store_phone(person, number)
        await work.audit(actor, "people.phone.reset", f"person:{person.id}")
        await end_all(person.id)
    if person.phone_sealed:
        await sms.send(phone_of(person), t(person.lang, "people-sms-phone-changed"))


async def _holds_office(person_id: int) -> bool:
    now = clock.now()
    grants = await RoleGrant.filter(person_id=person_id)
    return any(g.role in STAFF and is_live(g.starts_at, g.ends_at, now) for g in grants)


async def own_data(actor: Actor) -> str:
    """Everything kept about a person, as JSON: each table that points to them, without keys and fingerprints."""
    person = await Person.get_or_none(id=actor.person_id)
    if person is None:
        raise NotFound()
    me = {"display_name": person.display_name, "legal_name": legal_name_of(person), "phone": phone_of(person)}
    me |= {"lang": person.lang, "privacy_version": person.privacy_version, "id": person.public_id}
    found: dict[str, Any] = {"made_at": clock.now(), "person": me, "tables": {}}
    for model in Tortoise.apps["models"].values():
        mine = [n for n, f in model._meta.fields_map.items() if _points_to_people(f)]
        for name in mine:
            rows = await model.filter(**{f"{name}_id": person.id}).limit(20_000).values()
            shown = [{k: v for k, v in row.items() if not any(part in k for part in SECRETS)} for row in rows]
            if shown:
                found["tables"][f"{model._meta.db_table}.{name}"] = shown
    async with unit_of_work() as work:
        await work.audit(actor, "people.own.export", f"person:{person.id}")
    return json.dumps(found, ensure_ascii=False, indent=2, default=_plain)


def _points_to_people(field: object) -> bool:
    return isinstance(field, ForeignKeyFieldInstance) and field.model_name == "models.Person"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


async def erase_own(actor: Actor) -> None:
    """Forget a person: name, number, homes, inbox and sign-ins go; what they decided together stays, without them.

    Raises Refused: HOLDS_OFFICE while a staff role is in force.
    """
    assert actor.person_id is not None
    async with unit_of_work() as work:
        await _erase(await Person.get(id=actor.person_id))
        await work.audit(actor, "people.own.erase", f"person:{actor.person_id}")


async def erase_at_desk(actor: Actor, person: Person, reason: str) -> None:
    """Forget somebody without a telephone, who asked for it on paper; the same goes and stays as with `erase_own`.

    `reason` says where the signed request lies, and stands in the audit trail. Raises Refused: NO_ERASE_REASON;
    HAS_PHONE for whoever can close the account themselves; HOLDS_OFFICE. Personal information law arts 47, 50.
    """
    if not reason.strip():
        raise Refused(PeopleRefusal.NO_ERASE_REASON, field="reason")
    async with unit_of_work() as work:
        await claim_person(person.id)
        now = await Person.get(id=person.id)
        if now.phone_index:
            raise Refused(PeopleRefusal.HAS_PHONE)
        if now.erased_at is not None:
            return
        why = reason.strip()
        for name in (legal_name_of(now), now.display_name):
            why = why.replace(name, "***") if len(name) > 1 else why  # the trail is never cut: no name is left in it
        await _erase(now)
        await work.audit(actor, "people.desk.erase", f"person:{person.id}", reason=why)


async def _erase(person: Person) -> None:
    if await _holds_office(person.id):
        raise Refused(PeopleRefusal.HOLDS_OFFICE)
    now = clock.now()
    if person.phone_index:
        await SignInCode.filter(phone_index=person.phone_index).delete()
    await Person.filter(id=person.id).update(
        public_id=secrets.token_urlsafe(12),
        display_name=t(person.lang, "people-erased-name"),
        name_sealed="",
        phone_sealed="",
        phone_index=None,
        totp_sealed="",
        is_active=False,
        erased_at=now,
    )
    await Occupancy.filter(person_id=person.id).update(state=ClaimState.ENDED, reason="")
    await RoleGrant.filter(person_id=person.id, ends_at__isnull=True).update(ends_at=now)
    await UnitCode.filter(used_by_id=person.id).update(used_by_id=None)
    await Message.filter(person_id=person.id).delete()
    for erase in _erasers:
        await erase(person.id)
    await end_all(person.id)
    await Session.filter(person_id=person.id).update(device="")
