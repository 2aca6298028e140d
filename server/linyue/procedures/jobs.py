"""Looking after the longest times of stages."""

from linyue.base.queue import job
from linyue.procedures import service, service_alarm


@job("procedures.late")
async def late(step_id: int) -> None:
    """Waits in the line until a stage's longest time has run, and tells if the stage still lasts then."""
    await service.tell_late(step_id)


@job("procedures.alarm")
async def alarm(procedure_id: int) -> None:
    """Waits in the line until a clock from the alarm has run out, and tells if its stage has not even begun then."""
    await service_alarm.tell_alarm(procedure_id)
