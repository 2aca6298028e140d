"""Rehearsals are played beside the district."""

from linyue.base.queue import job
from linyue.rehearsals import service


@job("rehearsals.play")
async def play(rehearsal_id: int) -> None:
    """Play one that waits."""
    await service.play(rehearsal_id)
