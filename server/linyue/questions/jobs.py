"""Closing times and results that publish themselves."""

from linyue.base import clock
from linyue.base.queue import timer
from linyue.base.settings import Settings
from linyue.questions import service, service_secret


async def start(_settings: Settings) -> None:
    """Before anything else: a box that was opened has no key any more, whenever the process ended."""
    await service_secret.settle_boxes()


@timer("questions.sweep", every=5)
async def sweep() -> None:
    """Close what is over, open the boxes of what is closed, publish what nobody published."""
    await service.sweep(clock.now())
    await service_secret.settle_boxes()
