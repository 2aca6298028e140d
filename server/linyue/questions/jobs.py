"""Closing times and results that publish themselves."""

from linyue.base import clock
from linyue.base.queue import timer
from linyue.questions import service


@timer("questions.sweep", every=5)
async def sweep() -> None:
    """Close what is over, publish what nobody published."""
    await service.sweep(clock.now())
