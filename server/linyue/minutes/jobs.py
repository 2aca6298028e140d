"""Minutes that draft themselves when a meeting is over."""

from linyue.base.queue import timer
from linyue.minutes import service


@timer("minutes.sweep", every=15)
async def sweep() -> None:
    """Draft what ended meetings lack."""
    await service.sweep()
