"""How often something may be tried, counted in Redis when there is one and in this process otherwise."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import partial
from ipaddress import IPv6Address, IPv6Network, ip_address

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter

from linyue.base.errors import BaseRefusal, Refused

log = structlog.get_logger()
REDIS_WITHIN, REDIS_LEFT_ALONE = 0.5, 5.0
"""Seconds that Redis has for an answer, and for which it is not asked again after it gave none."""

_silent_until = 0.0
_memory = FixedWindowRateLimiter(MemoryStorage())
_shared: FixedWindowRateLimiter | None = None
_parsed: dict[str, RateLimitItem] = {}


def start(redis_url: str) -> None:
    """Count across processes when a Redis address is given."""
    global _shared, _silent_until
    _silent_until = 0.0
    _shared = (
        FixedWindowRateLimiter(RedisStorage(f"async+{redis_url}", implementation="redispy")) if redis_url else None
    )


async def reset() -> None:
    """Forget all counts of this process (tests)."""
    await _memory.storage.reset()


def counted_address(host: str) -> str:
    """The address under which tries from `host` are counted: itself, or the /64 that an IPv6 address lies in.

    A home or a phone is given a whole /64 (RFC 4291, 2.5.4) and could otherwise come as somebody new 2**64 times.
    An IPv4 address written as IPv6 is the IPv4 one; what is no address stays as it is.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address) or address.is_loopback:
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address.packed, 64), strict=False).network_address)


async def check(limit: str, *key: str, reason: StrEnum = BaseRefusal.TOO_MANY) -> None:
    """Count one try of `key` under a limit such as "10/minute". Raises Refused when it was one too many.

    A Redis that is gone never opens the door: this process then counts for itself.
    """
    item = _parsed.setdefault(limit, parse(limit))
    allowed = await _memory.hit(item, *key)
    if _shared is not None:
        allowed = await _asked(_shared.hit, item, *key) and allowed
    if not allowed:
        raise Refused(reason)


async def spend(limit: str, *key: str, cost: int) -> bool:
    """Take `cost` from what `key` has under a limit such as "60/day"; False, and nothing taken, when less is left.

    It is taken first and given back when it was too much: of several who ask first, all would find it there.
    """
    item = _parsed.setdefault(limit, parse(limit))
    is_left = await _memory.hit(item, *key, cost=cost)
    if is_left and _shared is not None:
        is_left = await _asked(partial(_shared.hit, cost=cost), item, *key)
        if not is_left:
            await _asked(partial(_shared.hit, cost=-cost), item, *key)
    if not is_left:
        await _memory.hit(item, *key, cost=-cost)
    return is_left


async def _asked(question: Callable[..., Awaitable[bool]], item: RateLimitItem, *key: str) -> bool:
    """What Redis says; True, so that this process's own count decides, when it does not say anything in time."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return True
    try:
        async with asyncio.timeout(REDIS_WITHIN):
            return await question(item, *key)
    except Exception as error:  # the storage raises whatever its driver does
        _silent_until = time.monotonic() + REDIS_LEFT_ALONE
        log.warning("ratelimit.redis_failed", error=type(error).__name__)
        return True
