"""Looking after answers that are late."""

from linyue.base import clock
from linyue.base.queue import timer
from linyue.oversight import service_voices


@timer("oversight.late", every=60)
async def late() -> None:
    """Tell of answers that are late."""
    await service_voices.sweep(clock.now())
