"""Only in the long form: a large district is copied while people vote, and a district is made of the copy, on either database."""

import asyncio
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from linyue.base import clock
from linyue.base.settings import Settings
from linyue.matters.model import MatterPhoto
from linyue.matters.service_photos import photo_path
from linyue.upkeep.phone import door_of
from tests.conftest import MODES, opened
from tests.faults.crowd import Crowd, prepare, whole
from tests.faults.figures import note
from tests.faults.size import size
from tests.make.matters import make_matter, make_neighbourhood
from tests.servers import Blanks, LiveServer, run_linyue

pytestmark = pytest.mark.anyio
MakeServer = Callable[..., LiveServer]
MEGABYTES = size(20, 1000)
A_PICTURE = 1_000_000


async def fill(settings: Settings) -> int:
    """Pictures of this many megabytes, of chance bytes, each with its row. Returns how many."""
    async with opened(settings):
        matter = await make_matter(await make_neighbourhood())
        rows = []
        for number in range(MEGABYTES * 1_000_000 // A_PICTURE):
            body = os.urandom(A_PICTURE)
            digest = hashlib.sha256(body).hexdigest()
            path = photo_path(settings.data, digest)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
            rows.append(
                MatterPhoto(
                    public_id=f"p{number}", matter_id=matter.id, sha256=digest, width=1, height=1, added_at=clock.now()
                )
            )
        await MatterPhoto.bulk_create(rows, batch_size=200)
        return len(rows)


@pytest.mark.parametrize("target", MODES)
async def test_a_large_district_moves_while_people_vote(
    blanks: Blanks, settings: Settings, make_live_server: MakeServer, tmp_path: Path, mode: str, target: str
) -> None:
    # Started here if it is not yet: it dies with the thread that starts it, and a helper thread dies with the loop.
    assert blanks.postgres.url("postgres")
    migrated = await asyncio.to_thread(lambda: blanks.copy(blanks.migrated(mode), tmp_path / "full"))
    empty = await asyncio.to_thread(lambda: blanks.copy(blanks.migrated(target), tmp_path / "empty"))
    hall = await prepare(migrated, 20)
    pictures = await fill(migrated)
    server = make_live_server(**{name: getattr(migrated, name) for name in ("data", "database_url", "redis_url")})
    file = tmp_path / "district.backup"
    async with Crowd(hall, [door_of(server.url)]) as crowd:
        await crowd.until_acks(20)
        before, began = len(crowd.book.acks), time.monotonic()
        await asyncio.to_thread(run_linyue, migrated, "backup", str(file), within=900)
        copied = time.monotonic() - began
        meanwhile = len(crowd.book.acks) - before
        await crowd.until_acks(20)
    assert meanwhile, "nobody could vote while the copy was made"
    began = time.monotonic()
    told = await asyncio.to_thread(run_linyue, empty, "restore", str(file), within=900)
    restored = time.monotonic() - began
    assert f"{pictures} photos" in told
    assert "broken" not in await asyncio.to_thread(run_linyue, empty, "doctor")
    await whole(migrated, hall, crowd.book)
    gigabytes = file.stat().st_size / 1e9
    note("T28", f"{mode} to {target}: size of the copy", gigabytes, "GB")
    note("T28", f"{mode} to {target}: copied while {meanwhile} ballots were acknowledged, in", copied, "s")
    note("T28", f"{mode} to {target}: restored, for each GB", restored / max(gigabytes, 0.001), "s", at_most=300)
    for one in (migrated, empty):
        await asyncio.to_thread(blanks.drop, one)
