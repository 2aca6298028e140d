"""Numbers and booked times at a centre, and calling them. One time, one appointment; a called number is called once."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from linyue.base import clock
from linyue.base.db import UnitOfWork, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.base.workdays import local_day
from linyue.centres.model import ServiceCentre
from linyue.centres.model_counter import CounterSeat, Ticket, TicketSeries
from linyue.centres.rules_counter import (
    BOOK_DAYS,
    ITEMS_AT_MOST,
    STEPS,
    CounterRefusal,
    CounterStep,
    TicketKind,
    TicketState,
    Waiting,
    in_order,
)
from linyue.centres.rules_hours import slots_on, spans_on
from linyue.centres.service_calendar import calendar
from linyue.centres.service_centres import closures_from
from linyue.people.service_own import plug_eraser

LIVE = (TicketState.WAITING, TicketState.CALLED)


async def spans_today(centre: ServiceCentre) -> list[tuple[datetime, datetime]]:
    """When the counters are open today."""
    today = local_day(clock.now())
    closures = (await closures_from(today)).get(centre.id, [])
    return spans_on(today, centre.opens, closures, await calendar()) if centre.is_open else []


async def take_number(
    actor: Actor, centre: ServiceCentre, form_id: str, kind: TicketKind, items: Sequence[str]
) -> Ticket:
    """Take the next number of today, at the door from a clerk or online; the same form takes one.

    Raises Refused: CLOSED_TODAY, ONE_EACH, TOO_MANY_ITEMS.
    """
    now = clock.now()
    if not any(now < end for _, end in await spans_today(centre)):
        raise Refused(CounterRefusal.CLOSED_TODAY)
    person = actor.person_id if kind is TicketKind.ONLINE else None
    return await _issue(actor, centre, form_id, kind, items, local_day(now), person, None)


async def free_times(centre: ServiceCentre) -> list[tuple[date, list[datetime]]]:
    """The times that can still be booked, by day."""
    now, days = clock.now(), await calendar()
    if not centre.is_open:
        return []
    today = local_day(now)
    closures = (await closures_from(today)).get(centre.id, [])
    booked: dict[datetime, int] = {}
    for at in await Ticket.filter(centre_id=centre.id, slot_at__gt=now, state__not=TicketState.CANCELLED).values_list(
        "slot_at", flat=True
    ):
        booked[at] = booked.get(at, 0) + 1  # type: ignore[index, call-overload]
    found = []
    for n in range(BOOK_DAYS):
        day = today + timedelta(days=n)
        slots = slots_on(day, centre.opens, closures, days, centre.slot_minutes, now)
        free = [at for at in slots if booked.get(at, 0) < bookable(centre)]
        if free:
            found.append((day, free))
    return found


def bookable(centre: ServiceCentre) -> int:
    """Windows that take booked times; one is kept for numbers where there is more than one."""
    return max(1, centre.windows - 1)


async def book(actor: Actor, centre: ServiceCentre, form_id: str, at: datetime, items: Sequence[str]) -> Ticket:
    """Book a time. Raises Refused: NO_SLOT, SLOT_TAKEN, ONE_EACH, TOO_MANY_ITEMS."""
    today = local_day(clock.now())
    day = local_day(at)
    closures = (await closures_from(today)).get(centre.id, [])
    slots = slots_on(day, centre.opens, closures, await calendar(), centre.slot_minutes, clock.now())
    if not centre.is_open or at not in slots or day > today + timedelta(days=BOOK_DAYS - 1):
        raise Refused(CounterRefusal.NO_SLOT, field="at")
    return await _issue(actor, centre, form_id, TicketKind.BOOKED, items, day, actor.person_id, at)


async def _issue(
    actor: Actor,
    centre: ServiceCentre,
    form_id: str,
    kind: TicketKind,
    items: Sequence[str],
    day: date,
    person_id: int | None,
    slot_at: datetime | None,
) -> Ticket:
    if len(items) > ITEMS_AT_MOST:
        raise Refused(CounterRefusal.TOO_MANY_ITEMS, field="items", n=ITEMS_AT_MOST)
    async with unit_of_work() as work:
        # The series' row first: whoever comes second waits for it, so numbers, times and lanes cannot be given twice.
        await TicketSeries.bulk_create([TicketSeries(centre_id=centre.id, day=day)], ignore_conflicts=True)
        await TicketSeries.filter(centre_id=centre.id, day=day).update(last_number=F("last_number") + 1)
        earlier = await Ticket.get_or_none(form_id=form_id)
        if earlier is not None:
            await TicketSeries.filter(centre_id=centre.id, day=day).update(last_number=F("last_number") - 1)
            if earlier.person_id != person_id or earlier.centre_id != centre.id:
                raise Refused(CounterRefusal.NOT_NOW)
            return earlier
        if person_id is not None and await Ticket.exists(
            centre_id=centre.id, day=day, person_id=person_id, state__in=LIVE
        ):
            raise Refused(CounterRefusal.ONE_EACH)
        lane = await _free_lane(centre, slot_at) if slot_at is not None else 0
        series = await TicketSeries.get(centre_id=centre.id, day=day)
        try:
            ticket = await Ticket.create(
                public_id=secrets.token_urlsafe(12),
                form_id=form_id,
                centre_id=centre.id,
                day=day,
                number=series.last_number,
                kind=kind,
                slot_at=slot_at,
                lane=lane,
                items=list(items),
                person_id=person_id,
                taken_at=clock.now(),
            )
        except IntegrityError:
            raise Refused(CounterRefusal.SLOT_TAKEN if slot_at else CounterRefusal.ONE_EACH, field="at") from None
        await work.audit(actor, "centres.ticket.take", f"ticket:{ticket.id}", kind=kind.value, centre=centre.id)
    return ticket


async def _free_lane(centre: ServiceCentre, slot_at: datetime) -> int:
    taken = await Ticket.filter(centre_id=centre.id, slot_at=slot_at, state__not=TicketState.CANCELLED).values_list(
        "lane", flat=True
    )
    free = sorted(set(range(bookable(centre))) - {int(lane) for lane in taken})  # type: ignore[call-overload]
    if not free:
        raise Refused(CounterRefusal.SLOT_TAKEN, field="at")
    return free[0]


async def ticket_of(public_id: str) -> Ticket:
    """One visit by the secret of its slip. Raises NotFound."""
    row = await Ticket.get_or_none(public_id=public_id).select_related("centre")
    if row is None:
        raise NotFound
    return row


async def waiting_at(centre_id: int) -> list[Ticket]:
    """Who waits today, in the order of being called."""
    today, now = local_day(clock.now()), clock.now()
    rows = {row.id: row for row in await Ticket.filter(centre_id=centre_id, day=today, state=TicketState.WAITING)}
    order = in_order([Waiting(row.id, row.number, row.slot_at) for row in rows.values()], now)
    return [rows[one.id] for one in order]


async def called_at(centre_id: int) -> list[Ticket]:
    """Who is at a window now."""
    today = local_day(clock.now())
    return await Ticket.filter(centre_id=centre_id, day=today, state=TicketState.CALLED).order_by("window")


async def cancel(actor: Actor, ticket: Ticket) -> None:
    """The visitor does not come after all; a booked time is free again. Raises Refused: NOT_NOW."""
    async with unit_of_work() as work:
        await _step(work, actor, ticket, CounterStep.CANCEL)


async def call_next(actor: Actor, centre_id: int) -> Ticket | None:
    """Call the next number to the caller's window; None when nobody waits.

    Raises Refused: NO_WINDOW, BUSY (somebody is still at the window).
    """
    assert actor.person_id is not None
    async with unit_of_work() as work:
        # The seat's row first: two taps of one clerk, and two clerks, call two different numbers.
        if not await CounterSeat.filter(centre_id=centre_id, person_id=actor.person_id).update(window=F("window")):
            raise Refused(CounterRefusal.NO_WINDOW)
        seat = await CounterSeat.get(centre_id=centre_id, person_id=actor.person_id)
        if await Ticket.exists(
            centre_id=centre_id, day=local_day(clock.now()), window=seat.window, state=TicketState.CALLED
        ):
            raise Refused(CounterRefusal.BUSY)
        for ticket in await waiting_at(centre_id):
            columns = {"window": seat.window, "clerk_id": actor.person_id, "called_at": clock.now()}
            if await _try(ticket, CounterStep.CALL, **columns):
                await work.audit(actor, "centres.ticket.call", f"ticket:{ticket.id}", window=seat.window)
                return await Ticket.get(id=ticket.id)
    return None


async def finish(actor: Actor, ticket: Ticket) -> None:
    """The visit is over. Raises Refused: NOT_NOW."""
    async with unit_of_work() as work:
        await _step(work, actor, ticket, CounterStep.FINISH)


async def miss(actor: Actor, ticket: Ticket) -> None:
    """Called, and nobody came. Raises Refused: NOT_NOW."""
    async with unit_of_work() as work:
        await _step(work, actor, ticket, CounterStep.MISS)


async def _step(work: UnitOfWork, actor: Actor, ticket: Ticket, step: CounterStep) -> None:
    if not await _try(ticket, step, ended_at=clock.now()):
        raise Refused(CounterRefusal.NOT_NOW)
    await work.audit(actor, f"centres.ticket.{step.value}", f"ticket:{ticket.id}")


async def _try(ticket: Ticket, step: CounterStep, **columns: object) -> bool:
    """Take a step once: the state it leads from is part of the update."""
    before, after = STEPS[step]
    return bool(await Ticket.filter(id=ticket.id, state=before).update(state=after, **columns))


async def forget_person(person_id: int) -> None:
    """Somebody erased their data: their visits stay as numbers."""
    await Ticket.filter(person_id=person_id).update(person_id=None)


plug_eraser(forget_person)
