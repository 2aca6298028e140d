"""The timer that asks whether it is really fixed."""

from linyue.base.queue import timer
from linyue.boards.service_follow import ask_all


@timer("boards.follow_up", every=600)
async def follow_up() -> None:
    """Ask about what ended a week ago."""
    while await ask_all():
        pass
