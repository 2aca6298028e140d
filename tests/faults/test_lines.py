"""Bad lines between the phones and the server: every ballot ends in one answer, and no outcome stays unknown."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest

from linyue.base.settings import Settings
from linyue.upkeep import phone
from linyue.upkeep.phone import Door, door_of
from tests.faults.crowd import Crowd, prepare, whole
from tests.faults.figures import note
from tests.faults.proxy import FATES, BadLine
from tests.faults.size import SEED, seconds, size
from tests.servers import LiveServer

pytestmark = pytest.mark.anyio
MakeServer = Callable[..., LiveServer]
SEEDS = size(2, 200)
A_SEED_LASTS = seconds(1.5, 6.0)
LONGEST = seconds(0.4, 2.0)


async def test_bad_lines_lose_no_ballot_and_leave_none_unknown(
    settings: Settings, make_live_server: MakeServer, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    # Phones give a silent line up sooner than real ones would, so that a run sees more of them.
    monkeypatch.setattr(phone, "ANSWER_WITHIN", 2 * LONGEST + 0.5)
    hall = await prepare(settings, 16)
    server = make_live_server(processes=2 if mode == "postgres" else 1)
    drawn: Counter[str] = Counter()
    books = []
    seeds = range(SEEDS if mode == "sqlite" else max(1, SEEDS // 4))
    for number in seeds:
        seed = f"{SEED}:{number}"
        async with BadLine("127.0.0.1", server.settings.port, seed, longest=LONGEST) as line:
            door = Door("127.0.0.1", line.port, server.url)
            crowd = Crowd(hall, [door, door, door_of(server.url)], seed=seed)
            for voter, before in zip(crowd.phones, books[-1].phones if books else (), strict=False):
                voter.revision = before.revision
            async with crowd:
                async with asyncio.timeout(A_SEED_LASTS * 10 + 60):
                    await asyncio.sleep(A_SEED_LASTS)  # the time faults have to happen in
                    while number == seeds[-1] and not sum(one.book.sent_again for one in (*books, crowd)):
                        line.cut_all()  # none met a ballot, and lines that drew no harm would stay: all draw again
                        await asyncio.sleep(1.0)
                line.cut_all()
                crowd.doors[:] = [door_of(server.url)]
        drawn += line.drawn
        books.append(crowd)
    await whole(settings, hall, *(one.book for one in books))
    again, acks = sum(one.book.sent_again for one in books), sum(len(one.book.acks) for one in books)
    assert again and acks
    if len(seeds) > 20:
        assert set(drawn) == set(FATES)
    note("T8", f"{mode}: seeds", len(seeds))
    note("T8", f"{mode}: connections that met a fault", sum(n for kind, n in drawn.items() if kind != "clean"))
    note("T8", f"{mode}: receipts, each stored once", acks)
    note("T8", f"{mode}: unknown outcomes settled by sending again", again)
