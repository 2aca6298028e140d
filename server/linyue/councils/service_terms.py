"""Terms that are over: noticed once, told, and the desk that held matters found another owner. Safe to repeat."""

from datetime import timedelta

from linyue.base import clock
from linyue.base.db import UnitOfWork, unit_of_work
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.councils.events import RosterChanged
from linyue.councils.model import Council, Seat, XMember
from linyue.councils.service_x import secretaries_of
from linyue.people.service_roles import REHOUSE

CLOCK = Actor(name="clock")
TELL_WITHIN = timedelta(days=3)
"""What ended longer ago is noted without a word to anybody."""


async def end_terms() -> int:
    """Note every seat and invitation whose time is over; returns how many. The rights ended by themselves."""
    now = clock.now()
    seats = await Seat.filter(closed_at=None, ends_at__lte=now).order_by("id").limit(200)
    xs = await XMember.filter(closed_at=None, ends_at__lte=now).order_by("id").limit(200)
    done = sum([await _end_seat(one) for one in seats])
    return done + sum([await _end_x(one) for one in xs])


async def _end_seat(seat: Seat) -> bool:
    """One seat, in a transaction of its own; False where another process was quicker."""
    now = clock.now()
    async with unit_of_work() as work:
        if not await Seat.filter(id=seat.id, closed_at=None, ends_at__lte=now).update(closed_at=now):
            return False
        council = await _told(seat, "councils-told-seat-over")
        if now - seat.ends_at <= TELL_WITHIN and not await _is_filled(seat):
            told = set(await secretaries_of(council)) - {seat.person_id}
            names = {"title_zh": council.name_zh, "title_en": council.name_en, "n": seat.number}
            await tell(told, "councils-told-vacant", link=f"/council/{council.place.code}", is_urgent=False, **names)
        await _after(work, council, "council.seat.over", seat)
    return True


async def _end_x(member: XMember) -> bool:
    """One invitation, likewise."""
    now = clock.now()
    async with unit_of_work() as work:
        if not await XMember.filter(id=member.id, closed_at=None, ends_at__lte=now).update(closed_at=now):
            return False
        council = await _told(member, "councils-told-x-over")
        await _after(work, council, "council.x.over", member)
    return True


async def _told(term: Seat | XMember, key: str) -> Council:
    council = await Council.get(id=term.council_id).select_related("place")
    if clock.now() - term.ends_at <= TELL_WITHIN:
        names = {"title_zh": council.name_zh, "title_en": council.name_en}
        await tell([term.person_id], key, link=f"/council/{council.place.code}", is_urgent=False, **names)
    return council


async def _after(work: UnitOfWork, council: Council, what: str, term: Seat | XMember) -> None:
    if term.grant_id is not None:
        await work.enqueue(REHOUSE, term.grant_id)
    await work.audit(CLOCK, what, f"council:{council.id}", term=term.id)
    work.publish(f"council:{council.id}", RosterChanged(council.id))


async def _is_filled(seat: Seat) -> bool:
    """Whether somebody holds the seat after this term."""
    now = clock.now()
    later = Seat.filter(council_id=seat.council_id, number=seat.number, starts_at__lte=now)
    return await later.filter(ends_at__gt=now).exists()
