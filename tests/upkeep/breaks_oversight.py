"""What breaks the invariants of disclosure and of mediation, for test_doctor.py."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from linyue.mediation.model import Dispute, DisputeParty
from linyue.oversight.model import Notice, Voice


async def notice_cut_short() -> None:
    notice = await Notice.first()
    assert notice is not None
    await Notice.filter(id=notice.id).update(ends_at=notice.posted_at + timedelta(days=14))


async def answer_without_a_due_time() -> None:
    await Voice.filter(state="open").update(due_at=None)


async def answered_with_nothing() -> None:
    await Voice.filter(state="answered").update(answer="")


async def agreement_without_consent() -> None:
    dispute = await Dispute.filter(state="settled").first()
    await DisputeParty.filter(dispute_id=dispute.id if dispute else 0, side="other").update(
        has_consented=None, consent_at=None
    )


async def settled_unsigned() -> None:
    dispute = await Dispute.filter(state="settled").first()
    await DisputeParty.filter(dispute_id=dispute.id if dispute else 0, side="other").update(signed_version=0)


OVERSIGHT_BREAKS: list[tuple[str, Callable[[], Awaitable[object]]]] = [
    ("O1", notice_cut_short),
    ("O2", answer_without_a_due_time),
    ("O2", answered_with_nothing),
    ("O3", agreement_without_consent),
    ("O3", settled_unsigned),
]
