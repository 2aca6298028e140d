"""Looking after disputes that take too long."""

from linyue.base import clock
from linyue.base.queue import timer
from linyue.mediation import service


@timer("mediation.late", every=60)
async def late() -> None:
    """Tell of disputes that are late."""
    await service.sweep(clock.now())
