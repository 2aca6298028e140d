"""What a check of the doctor takes and gives."""

from collections.abc import Awaitable, Callable

from linyue.base.settings import Settings

Answer = tuple[int, list[str]]
"""How many rows were looked at, and a line for each fault, which names its row."""
Check = Callable[[Settings], Awaitable[Answer]]
"""The database is open; a check reads only."""
