"""Looking after the longest times of stages."""

from linyue.base.queue import job
from linyue.procedures import service


@job("procedures.late")
async def late(step_id: int) -> None:
    """Waits in the line until a stage's longest time has run, and tells if the stage still lasts then."""
    await service.tell_late(step_id)
