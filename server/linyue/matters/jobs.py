"""Timers of matters: due times and forgotten drafts."""

from linyue.base.queue import timer
from linyue.matters.service_photos import sweep_drafts
from linyue.matters.service_sweep import sweep_due


@timer("matters.sweep", every=15)
async def sweep() -> None:
    """Mark matters whose time has passed; within a minute of it, whoever runs the timer."""
    while await sweep_due():
        pass


@timer("matters.drafts", every=3600)
async def drafts() -> None:
    """Forget pictures of forms that were never filed."""
    await sweep_drafts()
