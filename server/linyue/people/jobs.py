"""Regular clean-up: numbers of lapsed codes and uploaded lists nobody took in."""

from linyue.base.queue import timer
from linyue.people.service_sign_in import forget_old_codes
from linyue.places.service_import import forget_old_drafts


@timer("people.forget", every=300)
async def forget() -> None:
    """Forget what was only needed for minutes."""
    await forget_old_codes()
    await forget_old_drafts()
