"""Councils for tests, made through the service."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from linyue.base import clock
from linyue.base.policy import NOBODY
from linyue.councils import service
from linyue.councils.model import Council
from linyue.councils.rules import MatterKind


async def make_council(
    place_id: int, members: Sequence[int] = (), *, starts_at: datetime | None = None, days: int = 365
) -> Council:
    """The council of a compound; the n-th member takes seat n and the n-th kind."""
    start = starts_at or clock.now() - timedelta(days=30)
    council = await service.found_council(NOBODY, place_id, "示例理事会", "Sample council", start)
    for number, (kind, person_id) in enumerate(zip(MatterKind, members, strict=False), start=1):
        await service.give_seat(NOBODY, council.id, number, kind, person_id, start, start + timedelta(days=days))
    return council
