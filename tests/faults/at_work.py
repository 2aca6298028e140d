"""Many who work at once until the block around them ends, whatever is killed under them."""

import asyncio
from types import TracebackType


class AtWork:
    """The end of an `async with` block: everybody is asked to stop, has so many seconds to finish, and is let go.

    A subclass starts `_tasks` on entering; each task ends by itself once `is_over` is set.
    """

    within: float

    def __init__(self) -> None:
        self.is_over = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_over.set()
        try:
            if kind is None:
                async with asyncio.timeout(self.within):
                    await asyncio.gather(*self._tasks)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._leave()

    async def _leave(self) -> None:
        """What else ends with the block."""
