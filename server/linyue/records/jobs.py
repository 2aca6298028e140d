"""Checkpoints while ballots come, and their way to outside witnesses."""

from linyue.base import clock
from linyue.base.queue import job, timer
from linyue.records import service, service_challenges


@timer("records.checkpoints", every=60)
async def checkpoints() -> None:
    """Sign every record that grew."""
    await service.checkpoint_running()


@timer("records.doubts", every=60)
async def doubts() -> None:
    """Tell of answers that are late."""
    await service_challenges.sweep(clock.now())


@job("records.witness")
async def witness(checkpoint_id: int) -> None:
    """Send one checkpoint to the witnesses that the settings name."""
    await service.witness(checkpoint_id)
