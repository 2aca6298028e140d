"""Timers of the centres: a version of the catalogue begins on its day."""

from linyue.base.queue import timer
from linyue.centres.service_versions import begin_due


@timer("centres.catalogue", every=60)
async def begin() -> None:
    """Tell of versions whose day has come; which one holds is read from the dates, with or without this."""
    await begin_due()
