"""Limits hold in one process and across processes; without Redis the door stays guarded."""

import asyncio
from collections.abc import Iterator

import pytest

from linyue.base import ratelimit
from linyue.base.errors import Refused
from linyue.base.settings import Settings
from tests.conftest import MovableClock


@pytest.fixture(autouse=True)
def back_to_memory() -> Iterator[None]:
    yield
    ratelimit.start("")


async def tries(count: int, *key: str) -> int:
    """How many of so many tries pass a limit of three an hour."""
    passed = 0
    for _ in range(count):
        try:
            await ratelimit.check("3/hour", *key)
            passed += 1
        except Refused:
            pass
    return passed


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
        ("2001:DB8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_a_home_counts_once_however_many_addresses_it_has(host: str, counted: str) -> None:
    assert ratelimit.counted_address(host) == counted


async def test_a_limit_counts_by_key(db: Settings) -> None:
    ratelimit.start(db.redis_url)
    assert await tries(5, "code", "a") == 3
    assert await tries(5, "code", "b") == 3
    assert await tries(1, "code", "a") == 0


@pytest.mark.postgres_only
async def test_a_limit_is_shared_between_processes(db: Settings) -> None:
    ratelimit.start(db.redis_url)
    assert await tries(2, "code", "a") == 2
    await ratelimit.reset()  # as in a process that has counted nothing yet
    assert await tries(3, "code", "a") == 1


async def test_what_is_left_is_spent_once_however_many_reach_for_it(db: Settings) -> None:
    ratelimit.start(db.redis_url)
    spent = await asyncio.gather(*(ratelimit.spend("10/day", "photos", "a", cost=3) for _ in range(8)))
    assert sum(spent) == 3
    assert await ratelimit.spend("10/day", "photos", "a", cost=1), "the others took nothing"
    assert not await ratelimit.spend("10/day", "photos", "a", cost=1)


@pytest.mark.postgres_only
async def test_what_another_process_spent_is_spent(db: Settings) -> None:
    ratelimit.start(db.redis_url)
    assert await ratelimit.spend("10/day", "photos", "a", cost=8)
    await ratelimit.reset()  # as in a process that has counted nothing yet
    assert not any(await asyncio.gather(*(ratelimit.spend("10/day", "photos", "a", cost=4) for _ in range(5))))
    assert await ratelimit.spend("10/day", "photos", "a", cost=2), "nothing was taken, neither here nor in Redis"
    assert not await ratelimit.spend("10/day", "photos", "a", cost=1)


@pytest.mark.sqlite_only
async def test_without_redis_a_process_counts_for_itself(db: Settings) -> None:
    ratelimit.start("redis://127.0.0.1:1/0")
    assert await tries(5, "code", "a") == 3


async def test_limits_keep_real_time_when_the_districts_clock_is_moved(db: Settings, clock: MovableClock) -> None:
    """A moved clock of the demo neither opens a door that is shut nor shuts one for longer."""
    ratelimit.start(db.redis_url)
    assert await tries(3, "code", "a") == 3
    assert await ratelimit.spend("10/day", "texts", cost=10)
    for days in (2, -4, 400):
        clock.move(days=days)
        assert await tries(1, "code", "a") == 0
        assert not await ratelimit.spend("10/day", "texts", cost=1)
    assert await tries(5, "code", "b") == 3  # and one that is opened now counts as ever
