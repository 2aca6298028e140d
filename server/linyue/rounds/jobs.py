"""Timers of the round. May run twice without harm."""

from linyue.base.queue import timer
from linyue.rounds import service_pace, service_tickets


@timer("rounds.drop_old_tickets", every=60)
async def drop_old_tickets() -> None:
    """Tidy up tickets that were never used."""
    await service_tickets.drop_old_tickets()


@timer("rounds.keep_pace", every=60)
async def keep_pace() -> None:
    """Meetings over days: start, remind, go on, publish, close."""
    await service_pace.keep_pace()
