"""What breaks the invariants of councils and of residents' topics, for test_doctor.py."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from linyue.base import clock
from linyue.councils.model import CouncilRules, Seat, XMember
from linyue.matters.model import Matter
from linyue.matters.model_topics import MatterRecusal, TopicProposal, TopicSupport
from linyue.people.model import RoleGrant


async def seat_twice() -> None:
    seat = await Seat.filter(number=1).order_by("id").first()
    assert seat is not None
    other = Seat.filter(council_id=seat.council_id, number=2)
    await other.update(number=1, starts_at=clock.now() - timedelta(days=2))


async def two_seats_of_one() -> None:
    seat = await Seat.filter(number=1).order_by("id").first()
    assert seat is not None
    other = Seat.filter(council_id=seat.council_id, number=2)
    await other.update(person_id=seat.person_id, starts_at=clock.now() - timedelta(days=2))


async def x_for_long() -> None:
    await XMember.all().update(ends_at=clock.now() + timedelta(days=800))


async def rules_out_of_limits() -> None:
    await CouncilRules.all().update(x_days=900)


async def right_goes_on() -> None:
    seat = await Seat.filter(grant_id__isnull=False).first()
    assert seat is not None
    await RoleGrant.filter(id=seat.grant_id).update(ends_at=None)


async def end_unnoticed() -> None:
    await Seat.filter(ends_at__lt=clock.now()).update(closed_at=None)


async def leads_all_the_same() -> None:
    recusal = await MatterRecusal.first()
    assert recusal is not None
    await Matter.filter(id=recusal.matter_id).update(owner_role="standing_member", owner_id=recusal.person_id)


async def enough_and_still_collecting() -> None:
    await TopicProposal.filter(state="open").update(needed=2)


async def supports_own() -> None:
    support = await TopicSupport.first()
    assert support is not None
    await TopicProposal.filter(id=support.proposal_id).update(person_id=support.person_id)


async def topic_without_matter() -> None:
    await TopicProposal.filter(state="taken").update(matter_id=None)


async def answer_gone() -> None:
    await TopicProposal.filter(state="answered").update(answer="")
    await TopicProposal.filter(state="lapsed").update(answer_due_at=None)


COUNCIL_BREAKS: list[tuple[str, Callable[[], Awaitable[object]]]] = [
    ("C1", seat_twice),
    ("C1", two_seats_of_one),
    ("C2", x_for_long),
    ("C2", rules_out_of_limits),
    ("C3", right_goes_on),
    ("C3", end_unnoticed),
    ("C3", leads_all_the_same),
    ("C4", enough_and_still_collecting),
    ("C4", supports_own),
    ("C4", topic_without_matter),
    ("C4", answer_gone),
]
