"""Rehearsals are played beside the district."""

import asyncio

from linyue.base.queue import job
from linyue.rehearsals import service

_playing: set[asyncio.Task[None]] = set()
_one_at_a_time = asyncio.Semaphore(1)


@job("rehearsals.play")
async def play(rehearsal_id: int) -> None:
    """Begin to play one that waits.

    The job ends before the rehearsal does: that takes some seconds, and the deadlines of the district stand in the same
    line of jobs. If this process ends meanwhile, `give_up` says so to the chair.
    """
    task = asyncio.create_task(_play(rehearsal_id))
    _playing.add(task)
    task.add_done_callback(_playing.discard)


async def _play(rehearsal_id: int) -> None:
    async with _one_at_a_time:
        await service.play(rehearsal_id)


@job("rehearsals.give_up")
async def give_up(rehearsal_id: int) -> None:
    """One that still waits after so long does not come any more."""
    await service.keep(rehearsal_id, None)
