"""Reads of many at once: who asks during one read is answered by the next, once, and never by an earlier one."""

import asyncio
from collections.abc import Sequence

import pytest

from linyue.base.together import Together


class Store:
    """Answers when let go, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.go = asyncio.Event()
        self.fault: Exception | None = None

    async def load(self, keys: Sequence[int]) -> dict[int, str]:
        self.asked.append(sorted(keys))
        await self.go.wait()
        if self.fault is not None:
            raise self.fault
        return {key: str(key) for key in keys if key != 13}


async def until_asked(store: Store, times: int) -> None:
    while len(store.asked) < times:
        await asyncio.sleep(0)


async def test_alone_one_is_asked_at_once_and_the_rest_together() -> None:
    store = Store()
    together = Together(store.load)
    first = asyncio.create_task(together.of(1))
    await until_asked(store, 1)
    rest = [asyncio.create_task(together.of(n)) for n in (1, 2, 3, 3, 13)]
    await asyncio.sleep(0)
    store.go.set()
    assert await first == "1"
    assert await asyncio.gather(*rest) == ["1", "2", "3", "3", None]
    assert store.asked == [[1], [1, 2, 3, 13]], "what was asked during a read is not answered from it"


async def test_a_fault_reaches_everybody_who_asked_and_ends_there() -> None:
    store = Store()
    together = Together(store.load)
    store.fault = OSError("away")
    store.go.set()
    found = await asyncio.gather(together.of(1), together.of(2), return_exceptions=True)
    assert [type(one) for one in found] == [OSError, OSError]
    store.fault = None
    assert await together.of(1) == "1"


async def test_a_fault_of_one_key_is_nobody_elses() -> None:
    async def load(keys: Sequence[int]) -> dict[int, int | Exception]:
        return {key: key if key != 13 else KeyError(key) for key in keys}

    together = Together(load)
    found = await asyncio.gather(*(together.of(n) for n in (1, 13, 2, 13)), return_exceptions=True)
    assert [found[0], found[2]] == [1, 2]
    assert isinstance(found[1], KeyError) and isinstance(found[3], KeyError)


async def test_whoever_gives_up_takes_nobody_along() -> None:
    store = Store()
    together = Together(store.load)
    gone, stays = asyncio.create_task(together.of(1)), asyncio.create_task(together.of(1))
    await until_asked(store, 1)
    gone.cancel()
    store.go.set()
    assert await stays == "1"
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_a_read_has_a_limit() -> None:
    store = Store()
    together = Together(store.load, most=2)
    store.go.set()
    assert await asyncio.gather(*(together.of(n) for n in range(5))) == [str(n) for n in range(5)]
    assert store.asked == [[0, 1], [2, 3], [4]]
