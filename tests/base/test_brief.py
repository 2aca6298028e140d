"""What is kept for some seconds: read once, let go in time, forgotten when told, and never another database's."""

import pytest

from linyue.base import brief
from linyue.base.brief import Brief
from linyue.base.settings import Settings
from tests.conftest import opened

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


async def test_it_reads_once_and_again_in_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    now, reads = [100.0], []

    async def read() -> str:
        reads.append(now[0])
        return f"read at {now[0]}"

    monkeypatch.setattr(brief.time, "monotonic", lambda: now[0])
    kept: Brief[str] = Brief(seconds=5)
    async with opened(settings):
        assert await kept.get("a", read) == await kept.get("a", read) == "read at 100.0"
        now[0] = 105.0
        assert await kept.get("a", read) == "read at 105.0"
        kept.forget()
        now[0] = 106.0
        assert await kept.get("a", read) == "read at 106.0"
    async with opened(settings):
        assert kept.held("a") is None, "another connection, perhaps another database"
    assert reads == [100.0, 105.0, 106.0]


async def test_it_holds_no_more_than_it_may(settings: Settings) -> None:
    kept: Brief[int] = Brief(most=3)
    async with opened(settings):
        for number in range(10):
            kept.put(number, number)
        assert sum(kept.held(number) is not None for number in range(10)) <= 3
        assert kept.held(9) == 9
