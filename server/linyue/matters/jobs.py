"""Timers of matters: due times and forgotten drafts."""

from linyue.base.queue import job, timer
from linyue.matters.service_appeals import reckon_appeals, sweep_appeals
from linyue.matters.service_learn import learn_new
from linyue.matters.service_photos import sweep_drafts
from linyue.matters.service_reckon import reckon_due, reckon_provisional
from linyue.matters.service_rehouse import rehouse
from linyue.matters.service_sweep import sweep_due
from linyue.matters.service_topics import sweep_topics


@timer("matters.sweep", every=15)
async def sweep() -> None:
    """Warn, mark and tell what the clocks ask for; within a minute of it, whoever runs the timer."""
    while await sweep_due():
        pass
    while await sweep_appeals():
        pass
    while await sweep_topics():
        pass


@timer("matters.learn", every=30)
async def learn_decisions() -> None:
    """Count where matters were sent since the last time, for the suggestions of later ones."""
    while await learn_new():
        pass


@job("matters.reckon_due")
async def reckon(_day: int) -> None:
    """A day of the working calendar changed; which one does not matter."""
    await reckon_due()
    await reckon_appeals()


@job("matters.rehouse")
async def rehouse_now(_what: int) -> None:
    """A centre closed, or somebody left; which one does not matter."""
    while await rehouse():
        pass


@timer("matters.rehouse", every=900)
async def rehouse_later() -> None:
    """Terms end and closures begin by themselves."""
    while await rehouse():
        pass


@timer("matters.provisional", every=3600)
async def provisional() -> None:
    """A newer version of the software may know the working days of another year."""
    await reckon_provisional()


@timer("matters.drafts", every=3600)
async def drafts() -> None:
    """Forget pictures of forms that were never filed."""
    await sweep_drafts()
