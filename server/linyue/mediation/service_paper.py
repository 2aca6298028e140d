"""Neighbours without an account in a dispute: named, consent and signature on paper, entered by mediator or desk."""

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.mediation.model import Dispute, DisputeAgreement, DisputeEntry, PaperParty
from linyue.mediation.rules import (
    DisputeState,
    MediationRefusal,
    Side,
    Step,
    refuse_name,
    refuse_signature,
    refuse_text,
    state_after_consent,
    without_name,
)
from linyue.mediation.service import (
    claim,
    facts_of,
    forget_side,
    go,
    lives_with_party,
    note,
    settle_if_signed,
    stop,
    tell_all,
)

PAPER_EACH = 10
"""Neighbours on paper of one dispute."""


async def name_on_paper(actor: Actor, dispute_id: int, name: str, version: int) -> PaperParty:
    """The mediator names somebody of the other side who has no account; they are asked in person."""
    async with unit_of_work() as work:
        row = await claim(actor, dispute_id, version, Step.NAME_ON_PAPER)
        refusal = refuse_name(name)
        if refusal is not None:
            raise Refused(refusal, field="name")
        if await PaperParty.filter(dispute_id=row.id).count() >= PAPER_EACH:
            raise Refused(MediationRefusal.TOO_FAST)
        party = await PaperParty.create(dispute_id=row.id, name=name.strip(), side=Side.OTHER)
        await note(work, actor, row, Step.NAME_ON_PAPER, side=Side.OTHER)
        await tell_all(actor, row, "mediation-told-named-on-paper")
    return party


async def enter_consent(
    actor: Actor, dispute_id: int, party_id: int, version: int, text: str, *, yes: bool
) -> DisputeState:
    """Mediator or desk enter what a neighbour on paper said, and how they said it. A refusal ends the mediation.

    Returns the state after it. Raises Refused (also for whoever lives with a party), NotFound.
    """
    async with unit_of_work() as work:
        row = await _claim_for_other(actor, dispute_id, version, Step.ENTER_CONSENT)
        party = await _party(row, party_id)
        if yes and party.has_consented is not None:
            raise Refused(MediationRefusal.SAID_ALREADY)
        stop(refuse_text(text))
        await PaperParty.filter(id=party.id).update(has_consented=yes, consent_at=clock.now())
        after = state_after_consent(await facts_of(row))
        await go(row, after)
        step = Step.ENTER_CONSENT if yes else Step.DECLINE
        await note(work, actor, row, step, text.strip(), side=party.side)
        await tell_all(actor, row, "mediation-told-consented" if yes else "mediation-told-declined")
    return after


async def enter_signature(
    actor: Actor, dispute_id: int, party_id: int, agreement: int, version: int, text: str
) -> DisputeState:
    """Mediator or desk enter a signature on the printed newest text, and how and when it was put there.

    The last signature settles the dispute. Returns the state after it. Raises Refused (also for whoever lives with a
    party), NotFound.
    """
    async with unit_of_work() as work:
        row = await _claim_for_other(actor, dispute_id, version, Step.ENTER_SIGNATURE)
        party = await _party(row, party_id)
        refusal = refuse_signature(party.facts(), agreement, row.agreement_version)
        if refusal is not None:
            raise Refused(refusal)
        stop(refuse_text(text))
        await PaperParty.filter(id=party.id).update(signed_version=agreement, signed_at=clock.now())
        await note(work, actor, row, Step.ENTER_SIGNATURE, text.strip(), side=party.side)
        return await settle_if_signed(work, actor, row)


async def forget_on_paper(actor: Actor, dispute_id: int, party_id: int, version: int, text: str) -> None:
    """The community's worker takes out the name of a neighbour on paper, who asked for it in writing; then it is gone.

    Only once the mediation is over: before, they end it by a refusal. Stays: the side, what they said and signed and
    when, the agreement that everybody signed, and the paper itself. `text` says where the request lies; those who may
    read the dispute read it. Personal information law art 47. Raises Refused (also for whoever lives with a party),
    NotFound.
    """
    async with unit_of_work() as work:
        row = await _claim_for_other(actor, dispute_id, version, Step.FORGET_ON_PAPER)
        party = await _party(row, party_id)
        if not party.name:
            raise Refused(MediationRefusal.FORGOTTEN_ALREADY)
        stop(refuse_text(text))
        await PaperParty.filter(id=party.id).update(name="")
        await _mask(row, party.name)
        await forget_side(row.id, party.side)
        await note(work, actor, row, Step.FORGET_ON_PAPER, without_name(text.strip(), party.name), side=party.side)


async def _mask(row: Dispute, name: str) -> None:
    """A name out of every word about a dispute but the agreement that was signed."""
    other, venue = without_name(row.other, name), without_name(row.venue, name)
    await Dispute.filter(id=row.id).update(other=other, venue=venue)
    for entry in await DisputeEntry.filter(dispute_id=row.id, text__contains=name):
        await DisputeEntry.filter(id=entry.id).update(text=without_name(entry.text, name))
    kept = row.agreement_version if row.state is DisputeState.SETTLED else 0
    for draft in await DisputeAgreement.filter(dispute_id=row.id, text__contains=name).exclude(number=kept):
        await DisputeAgreement.filter(id=draft.id).update(text=without_name(draft.text, name))


async def _claim_for_other(actor: Actor, dispute_id: int, version: int, step: Step) -> Dispute:
    """Whoever shares a party's home is on that side, and never the pen of a neighbour."""
    row = await claim(actor, dispute_id, version, step)
    if await lives_with_party(actor, row):
        raise Refused(MediationRefusal.LIVES_WITH_PARTY)
    return row


async def _party(row: Dispute, party_id: int) -> PaperParty:
    party = await PaperParty.get_or_none(id=party_id, dispute_id=row.id)
    if party is None:
        raise NotFound
    return party
