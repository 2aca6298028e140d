"""Closing times, results that publish themselves, and records that are looked through without being asked."""

from linyue.base import clock
from linyue.base.queue import timer
from linyue.base.settings import Settings
from linyue.questions import service, service_secret, service_views, service_wipe


async def start(_settings: Settings) -> None:
    """Before anything else: a box that was opened has no key any more, whenever the process ended."""
    await service_secret.settle_boxes()


@timer("questions.sweep", every=5)
async def sweep() -> None:
    """Close what is over, open the boxes of what is closed, wipe them, publish what nobody published."""
    await service.sweep(clock.now())
    await service_secret.settle_boxes()
    await service_wipe.wipe()


@timer("questions.verify", every=900)
async def verify() -> None:
    """Read the records of votes that are open or over for a day at most; what is wrong is said in the log."""
    await service_views.verify_recent(clock.now())
