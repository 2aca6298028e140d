"""Invariants of disclosure and of mediation: fifteen days, one owner and one due time, both consents first."""

from linyue.base.settings import Settings
from linyue.mediation.model import Dispute, DisputeAgreement, DisputeParty, PaperParty
from linyue.mediation.rules import FINAL, DisputeState, Side, all_consent, is_settled
from linyue.oversight.model import Notice, Voice
from linyue.oversight.rules import FINDINGS, Desk, VoiceState, earliest_end, state_of
from linyue.upkeep.doctor_check import Answer, Check


async def long_enough(_settings: Settings) -> Answer:
    """No notice ends before its fifteenth day is over (Urban Residents' Committee Law, 2025 revision, art 34)."""
    found = await Notice.all()
    return len(found), [f"notice {one.id}: too short" for one in found if one.ends_at < earliest_end(one.posted_at)]


async def owed_answers(_settings: Settings) -> Answer:
    """Each voice has one desk; one that is owed an answer has a due time, one that was answered has the answer."""
    found, faults = await Voice.all(), []
    for one in found:
        if one.desk not in set(Desk):
            faults.append(f"voice {one.id}: nobody owns it")
        if (state_of(one.kind, one.verdict) is VoiceState.NOTED) != (one.state is VoiceState.NOTED):
            faults.append(f"voice {one.id}: {one.state.value} does not fit a {one.kind.value}")
        if (one.due_at is None) != (one.state is VoiceState.NOTED):
            faults.append(f"voice {one.id}: {one.state.value} with due time {one.due_at}")
        is_whole = one.finding in FINDINGS[one.kind] and bool(one.answer) and one.answered_at is not None
        if (one.state is VoiceState.ANSWERED) != is_whole:
            faults.append(f"voice {one.id}: {one.state.value}, its answer says otherwise")
    return len(found), faults


async def consent_before_agreement(_settings: Settings) -> Answer:
    """No agreement and no meeting without the consent of both sides before it; a settled dispute is signed by all."""
    faults: list[str] = []
    found = await Dispute.all()
    for one in found:
        own, on_paper = await DisputeParty.filter(dispute_id=one.id), await PaperParty.filter(dispute_id=one.id)
        parties: list[DisputeParty | PaperParty] = [*own, *on_paper]
        texts = await DisputeAgreement.filter(dispute_id=one.id).order_by("number")
        agreed = max((p.consent_at for p in parties if p.consent_at is not None), default=None)
        sides = {party.side for party in parties}
        both = sides == set(Side) and agreed is not None
        stopped = one.state is DisputeState.DECLINED  # whoever stops later says no in the same row
        if (texts or one.meets_at is not None) and not both:
            faults.append(f"dispute {one.id}: a meeting or an agreement without both sides")
        if texts and not stopped and (agreed is None or texts[0].written_at < agreed):
            faults.append(f"dispute {one.id}: an agreement older than the last consent")
        if one.state in (DisputeState.READY, DisputeState.SETTLED) and not all_consent([p.facts() for p in parties]):
            faults.append(f"dispute {one.id}: {one.state.value} without the consent of all")
        if one.state is DisputeState.SETTLED and not is_settled([p.facts() for p in parties], one.agreement_version):
            faults.append(f"dispute {one.id}: settled, not signed by all")
        if one.agreement_version != len(texts):
            faults.append(f"dispute {one.id}: text {one.agreement_version}, {len(texts)} texts")
        if (one.due_at is None) != (one.state in FINAL):
            faults.append(f"dispute {one.id}: {one.state.value} with due time {one.due_at}")
        if (one.mediator_id is None) and one.state not in (DisputeState.FILED, DisputeState.WITHDRAWN):
            faults.append(f"dispute {one.id}: {one.state.value} and nobody mediates")
    return len(found), faults


OVERSIGHT: list[tuple[str, str, Check]] = [
    ("O1", "notices stay their fifteen days", long_enough),
    ("O2", "what is owed an answer has one owner and one due time", owed_answers),
    ("O3", "disputes are agreed on with the consent of both sides", consent_before_agreement),
]
