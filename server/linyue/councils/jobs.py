"""The timer that notices terms that are over."""

from linyue.base.queue import timer
from linyue.councils.service_terms import end_terms


@timer("councils.terms", every=300)
async def terms() -> None:
    """Note seats and invitations whose time is over."""
    while await end_terms():
        pass
