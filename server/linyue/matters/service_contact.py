"""Whom to ring about a matter: the whole number, for who has it in hand. Every look is written into the audit trail.

And the way out for somebody without an account: number and name go, the matter stays.
"""

from tortoise.expressions import F, Q

from linyue.base.crypto import SealBroken, open_text
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor, Role
from linyue.matters.model import Matter
from linyue.matters.rules import Doer, MatterRefusal
from linyue.matters.service_step import doers_of
from linyue.people import service as people
from linyue.people.model import Person
from linyue.people.rules import normalise_phone

STAFF_OWNERS = (Role.SOCIAL_WORKER.value, Role.CENTRE_CLERK.value, Role.SUBDISTRICT_OFFICER.value)
"""Desks that may ring as its owner; a member of the council is a neighbour and sees no number."""


def may_call(actor: Actor, matter: Matter) -> bool:
    """The community's desk always, another desk while it owns the matter. `matter.community` must be loaded."""
    doers = doers_of(actor, matter)
    return Doer.DESK in doers or (Doer.OWNER in doers and matter.owner_role in STAFF_OWNERS)


async def number_to_ring(actor: Actor, matter: Matter) -> tuple[str, str]:
    """The number and a name, for whoever may ring. Raises Refused: NOT_YOURS."""
    if not may_call(actor, matter):
        raise Refused(MatterRefusal.NOT_YOURS)
    return await whom_to_call(actor, matter)


async def whom_to_call(actor: Actor, matter: Matter) -> tuple[str, str]:
    """The number to call and a name, each empty where there is none; the look is noted.

    Of an account the account's own; else as they were written down with the report.
    """
    person = await Person.get_or_none(id=matter.reporter_id) if matter.reporter_id else None
    if not (person.phone_sealed if person else matter.contact_sealed):
        return "", person.display_name if person else ""
    async with unit_of_work() as work:
        await work.audit(actor, "matter.contact.read", f"matter:{matter.id}")
    try:
        if person is not None:
            return people.phone_of(person), person.display_name
        lines = open_text(matter.contact_sealed, f"matters.contact|{matter.form_id}").split("\n")
    except SealBroken:
        return "", ""
    phones = [line for line in lines if normalise_phone(line)]
    return "".join(phones[:1]), " ".join(line for line in lines if line not in phones)


def may_forget(actor: Actor, matter: Matter) -> bool:
    """The community's desk, where somebody without an account left a number or a name. `matter.community` is loaded."""
    return Doer.DESK in doers_of(actor, matter) and bool(matter.contact_sealed)


async def forget_contact(actor: Actor, matter: Matter, reason: str) -> None:
    """Take out number and name of somebody without an account, who asked for it on paper; in each part of the matter.

    Their slip still shows the matter, the number no longer finds it. `reason` says where the signed request lies, and
    stands in the audit trail. Personal information law art 47. Raises Refused: NOT_YOURS, NO_REASON.
    """
    if Doer.DESK not in doers_of(actor, matter):
        raise Refused(MatterRefusal.NOT_YOURS)
    if not reason.strip():
        raise Refused(MatterRefusal.NO_REASON, field="reason")
    first = matter.root_id or matter.id
    async with unit_of_work() as work:
        await Matter.filter(id=first).update(version=F("version"))  # takes the number: no part is split off meanwhile
        why = _without_contact(reason.strip(), await Matter.get(id=matter.id))
        rows = Matter.filter(Q(id=first) | Q(root_id=first), reporter_id=None).exclude(contact_sealed="")
        if await rows.update(contact_sealed="", tail_hash=""):
            await work.audit(actor, "matter.contact.forget", f"matter:{matter.id}", reason=why)


def _without_contact(words: str, matter: Matter) -> str:
    """The trail is never cut: a name or number that was typed in spite of the hint stays out of it."""
    try:
        lines = open_text(matter.contact_sealed, f"matters.contact|{matter.form_id}").split("\n")
    except SealBroken:
        return words
    for line in lines:
        words = words.replace(line, "***") if len(line) > 1 else words
    return words
