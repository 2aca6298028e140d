"""What pages look up again and again and hardly ever changes: kept in memory for some seconds, for one database.

Only for what is shown. What is decided or written down reads the database itself: another process may have changed it
within the seconds.
"""

import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from tortoise import connections
from tortoise.backends.base.client import BaseDBAsyncClient

SECONDS = 5.0
T = TypeVar("T")


class Brief(Generic[T]):
    """`await brief.get(key, read)` reads once in some seconds; `forget()` when this process has changed what was read.

    Held by the connection itself, so that a process that opens another database, as tests do, starts with nothing.
    """

    def __init__(self, seconds: float = SECONDS, most: int = 10_000) -> None:
        self.seconds, self.most = seconds, most
        self._held: WeakKeyDictionary[BaseDBAsyncClient, dict[Hashable, tuple[float, T]]] = WeakKeyDictionary()

    async def get(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """What is held under the key and fresh, else what `read` gives."""
        found = self.held(key)
        if found is None:
            found = await read()
            self.put(key, found)
        return found

    def held(self, key: Hashable) -> T | None:
        """What is held under the key and fresh."""
        until, found = self._of().get(key, (0.0, None))
        return found if time.monotonic() < until else None

    def put(self, key: Hashable, value: T) -> None:
        """Hold something for the seconds that begin now."""
        held = self._of()
        if len(held) >= self.most:
            held.clear()
        held[key] = (time.monotonic() + self.seconds, value)

    def forget(self) -> None:
        """Drop everything; call it after the change is committed."""
        self._of().clear()

    def _of(self) -> dict[Hashable, tuple[float, T]]:
        return self._held.setdefault(connections.get("default"), {})
