"""Looking after meetings whose time has passed."""

from linyue.base.queue import job
from linyue.meetings import service_call_off


@job("meetings.unstarted")
async def unstarted(meeting_id: int) -> None:
    """Waits in the line until a day after a meeting's time, and tells its chair if nobody has started it."""
    await service_call_off.tell_unstarted(meeting_id)
