"""Timers of the centres: a version of the catalogue begins on its day; an admitted task ends at its term."""

from linyue.base.queue import timer
from linyue.centres.service_gate import end_terms
from linyue.centres.service_versions import begin_due


@timer("centres.catalogue", every=60)
async def begin() -> None:
    """Tell of versions whose day has come; which one holds is read from the dates, with or without this."""
    await begin_due()


@timer("centres.gate", every=300)
async def gate() -> None:
    """What was admitted for a term is over by itself."""
    await end_terms()
