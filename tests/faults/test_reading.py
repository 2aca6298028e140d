"""Phones that never read, many phones at once, all of them back after a restart: nobody else pays for it."""

import asyncio
import time
from collections.abc import Callable

import pytest

from linyue.base.settings import Settings
from linyue.upkeep.phone import Phone, door_of
from tests.bench.figures import Figure, noise
from tests.faults.crowd import Crowd, prepare, whole
from tests.faults.deaf import deaf
from tests.faults.figures import note, percent
from tests.faults.size import IS_LONG, seconds, size
from tests.servers import LiveServer, memory_of

pytestmark = pytest.mark.anyio
MakeServer = Callable[..., LiveServer]


@pytest.mark.sqlite_only
async def test_phones_that_never_read_cost_the_others_nothing(settings: Settings, make_live_server: MakeServer) -> None:
    readers, sleepers = size(10, 1000), size(5, 200)
    hall = await prepare(settings, readers + sleepers)
    server = make_live_server()
    door = door_of(server.url)
    pid = server.web[0].pid
    alone, among = Figure("alone", "ms p99"), Figure("with those that never read", "ms p99")
    lines, held = [], list[int]()
    async with Crowd(hall, [door], a_second=1 if IS_LONG else 5, phones=readers) as crowd:
        await crowd.until_all_answered()
        for part in (alone, among):
            if part is among:
                memory, held = memory_of(pid), []
                lines = [await deaf(door, hall, seat) for seat in hall.seats[readers:]]
            for _ in range(5):
                part.rates.append(percent(await crowd.waits(seconds(0.3, 4)), 99))
                held.append(memory_of(pid))
        # The most of it: those that never read are cut within the first of the windows, and give back what they held.
        grown = (max(held) - memory) / 2**20
        assert not crowd.book.closes, f"a phone that reads lost its line: {crowd.book.closes}"
    for line in lines:
        line.close()
    await whole(settings, hall, crowd.book)
    note("T9", f"{readers} phones alone, answered in, p99", alone.rate, "ms")
    note("T9", f"the same with {sleepers} that never read, p99", among.rate, "ms", at_most=500)
    note("T9", "times as slow, at most what is noise", among.rate / alone.rate, at_most=noise(among, alone))
    note("T9", "memory of the server grew by", grown, "MB", at_most=50)


def seen(phone: Phone) -> int:
    """Ballots cast, by the newest state a phone holds; -1 before it has one."""
    return int(phone.states["turnout"][1]["ballots"]["cast"]) if "turnout" in phone.states else -1


async def test_many_phones_vote_and_all_come_back(settings: Settings, make_live_server: MakeServer, mode: str) -> None:
    """T10 and T11: a hall votes; the server goes and comes; everybody is back and sees the newest state."""
    phones = size(16, 2000)
    hall = await prepare(settings, phones)
    server = make_live_server(processes=1)
    # How soon a hall is back is judged with the pauses of people's phones.
    async with Crowd(hall, [door_of(server.url)], a_second=0.06 if IS_LONG else 3, is_quick=not IS_LONG) as crowd:
        await crowd.until_all_answered()
        await crowd.until_acks(1, 120)  # all pause after their first: no part of the thousand in ten seconds
        before, began = len(crowd.book.acks), time.monotonic()
        await crowd.until_acks(size(40, 1000), 120)
        took = time.monotonic() - began
        waits = [ack.took * 1000 for ack in crowd.book.acks[before:]]
        until = time.monotonic() + seconds(0, 600)
        while time.monotonic() < until:
            await crowd.until_acks(1)
        lasting = [ack.took * 1000 for ack in crowd.book.acks[before:]]
        lasted = time.monotonic() - began
        wrong = [*crowd.book.refused, *crowd.book.faults, *crowd.book.failures, *crowd.book.closes]
        assert not wrong, f"nothing may go wrong under load: {crowd.book_in_short()}"
        memory = memory_of(server.web[0].pid) / 2**20
        opened_before = crowd.book.opened
        stop = server.web.pop()
        stop.terminate()
        await asyncio.to_thread(stop.wait, 30)
        assert sum(n for close, n in crowd.book.closes.items() if close.startswith("1012")) > phones // 2
        began = time.monotonic()
        await asyncio.to_thread(server.start_web)
        # Everybody had voted, and a phone forgets its state with its line: what it holds now came with the new one.
        async with asyncio.timeout(120):
            while crowd.book.opened < opened_before + phones or any(seen(one) != phones for one in crowd.phones):
                await asyncio.sleep(0.01)
        back = time.monotonic() - began
        await crowd.until_acks(phones)
    assert crowd.book.opened >= opened_before + phones
    await whole(settings, hall, crowd.book)
    note("T10", f"{mode}: {phones} phones, {len(waits)} receipts, a second", len(waits) / took, at_least=100)
    note("T10", f"{mode}: receipts a second, for {lasted:.0f} s", len(lasting) / lasted)
    note("T10", f"{mode}: answered in during all of it, p99", percent(lasting, 99), "ms", at_most=1000)
    note("T10", f"{mode}: answered in, p95", percent(waits, 95), "ms", at_most=300)
    note("T10", f"{mode}: answered in, p99", percent(waits, 99), "ms", at_most=1000)
    note("T10", f"{mode}: memory of the server", memory, "MB", at_most=400)
    note(
        "T11",
        f"{mode}: {phones} phones back after a restart, the start with it, each with the newest state",
        back,
        "s",
        at_most=20,
    )
