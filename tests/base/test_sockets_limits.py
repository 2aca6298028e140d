"""What one line may cost: messages that wait, pings and pieces, a reader who does not read in a quiet room."""

import asyncio
import json
import os

import pytest
from websockets.exceptions import ConnectionClosed

from linyue.base import sockets
from linyue.base.frames import RoomSocket, write_to_all
from linyue.base.sockets import TRY_LATER, Line, frame
from tests.base.lines import BOTH, masked, talking, unread

MASK = b"abcd"


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"", masked(b"", 0x89, MASK)),
        (b"", masked(b"", 0x8A, MASK)),
        (masked(b"a", 0x01, MASK), masked(b"", 0x00, MASK)),
    ],
    ids=["pings", "pongs", "empty parts"],
)
async def test_what_is_no_message_is_counted_too(begin: bytes, piece: bytes) -> None:
    async with talking() as (echo, phone):
        held = phone.transport.get_extra_info("socket").fileno()
        os.write(held, begin + piece * (sockets.PIECES_A_SECOND // 2) + (masked(b"", 0x80, MASK) if begin else b""))
        await phone.send("still here")
        while json.loads(await phone.recv())["data"]["text"] != "still here":
            pass
        os.write(held, begin + piece * 1000)
        with pytest.raises(ConnectionClosed) as caught:
            while True:
                await phone.recv()
        assert caught.value.rcvd is not None
        assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (1008, "too-fast")
        assert isinstance(echo.line.wire, RoomSocket) and len(echo.line.wire.frames) <= sockets.PIECES_A_SECOND + 1
        await echo.is_gone.wait()


async def test_who_does_not_read_is_cut_although_nothing_new_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    async with unread() as echo:
        while echo.line.ready is not None:
            write_to_all([echo.line], "now", frame("now", 1, {"fill": "x" * 1000}))
        echo.line.look()
        assert not echo.line.is_over, "eight seconds are for everybody"
        monkeypatch.setattr(sockets, "BEHIND_AT_MOST", 0.05)
        while not echo.line.is_over:
            await asyncio.sleep(0.01)
            echo.line.look()
        assert echo.line._closing == (TRY_LATER, "slow")
        await echo.is_gone.wait()


@BOTH
async def test_messages_that_are_not_worked_off_do_not_pile_up(
    protocol: type[RoomSocket] | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Line, "is_too_fast", lambda _line: False)  # as from somebody who sends ten a second for long
    async with talking(protocol) as (echo, phone):
        echo.release = asyncio.Event()
        for _ in range(sockets.MOST_WAITING + 2):
            assert not echo.line.is_over
            await phone.send("a question")
        with pytest.raises(ConnectionClosed) as caught:
            await phone.recv()
        assert caught.value.rcvd is not None
        assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (1013, "busy")
        assert echo.line._inbox is not None and len(echo.line._inbox) == sockets.MOST_WAITING
        echo.release.set()
        await echo.is_gone.wait()
