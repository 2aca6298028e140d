"""A line on the server's own protocol class: what it sends, a reader who is behind, the end, and sockets nobody takes."""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from linyue.base import sockets
from linyue.base.frames import RoomSocket, is_whole, text_frame, whole_text, write_to_all
from linyue.base.sockets import NORMAL, TRY_LATER, Line, frame
from tests.base.lines import BOTH, HANDSHAKE, WITHIN, Echo, deaf, masked, serving, talking, unread
from tests.tls import NAME, certificate


@BOTH
async def test_messages_are_answered_in_order_and_states_come_through(protocol: type[RoomSocket] | str) -> None:
    async with talking(protocol) as (echo, phone):
        echo.line.state("now", frame("now", 1, {"n": 1}))
        for n in range(5):
            await phone.send(str(n))
        found = [json.loads(await phone.recv()) for _ in range(6)]
        assert found[0] == {"type": "now", "version": 1, "data": {"n": 1}}
        assert [one["data"]["text"] for one in found[1:]] == ["0", "1", "2", "3", "4"]


@BOTH
@pytest.mark.parametrize("size", [1, 125, 126, 65_535, 65_536, 200_000])
async def test_a_built_frame_is_read_whole(protocol: type[RoomSocket] | str, size: int) -> None:
    async with talking(protocol) as (echo, phone):
        echo.line.state("text", text_frame("x" * size))
        assert await phone.recv() == "x" * size


@BOTH
async def test_the_end_is_told_with_its_reason_after_what_waited(protocol: type[RoomSocket] | str) -> None:
    async with talking(protocol) as (echo, phone):
        echo.line.state("now", frame("now", 1, {}))
        echo.line.end(NORMAL, "over")
        echo.line.state("now", frame("now", 2, {}))
        assert json.loads(await phone.recv())["version"] == 1
        with pytest.raises(ConnectionClosed) as caught:
            await phone.recv()
        assert caught.value.rcvd is not None
        assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (1000, "over")
        await echo.is_gone.wait()


@BOTH
@pytest.mark.parametrize(
    ("sent", "code"), [("x" * 4097, 1009), ("中" * 1366, 1009), (b"bytes", 1008)], ids=["long", "many bytes", "binary"]
)
async def test_what_is_no_short_text_ends_the_line(
    protocol: type[RoomSocket] | str, sent: str | bytes, code: int
) -> None:
    async with talking(protocol) as (echo, phone):
        await phone.send(sent)
        with pytest.raises(ConnectionClosed) as caught:
            await phone.recv()
        assert caught.value.rcvd is not None and caught.value.rcvd.code == code
        await echo.is_gone.wait()


@BOTH
async def test_the_eleventh_message_of_a_second_is_too_much(protocol: type[RoomSocket] | str) -> None:
    async with talking(protocol) as (_, phone):
        with pytest.raises(ConnectionClosed) as caught:
            for n in range(11):
                await phone.send(str(n))
            while True:
                await phone.recv()
        assert caught.value.rcvd is not None and caught.value.rcvd.reason == "too-fast"


@BOTH
async def test_a_frame_after_the_other_side_closed_is_dropped_in_silence(protocol: type[RoomSocket] | str) -> None:
    async with talking(protocol) as (echo, phone):
        await phone.close()
        await echo.is_gone.wait()
        echo.line.state("now", frame("now", 1, {}))
        echo.line.reply(frame("said", 0, {}))
        echo.line.end(NORMAL)


async def test_work_on_a_message_is_finished_when_the_phone_leaves() -> None:
    async with talking() as (echo, phone):
        echo.release = asyncio.Event()
        await phone.send("a ballot")
        await phone.ping()
        await phone.close()
        await echo.is_gone.wait()
        work = echo.line.wire.tasks  # type: ignore[union-attr]
        assert work, "the server waits for it when it stops"
        echo.release.set()
        await asyncio.wait(set(work))
        assert not work


async def test_who_does_not_read_costs_little_skips_states_and_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "BEHIND_AT_MOST", 0.05)
    async with unread() as echo:
        wire = echo.line.wire
        assert isinstance(wire, RoomSocket)
        number = 0
        while not wire.is_behind:
            number += 1
            echo.line.state("now", frame("now", number, {"fill": "x" * 1000}))
        assert wire.transport.get_write_buffer_size() < 2000, "what waits is kept once, not in the transport"
        for n in range(100):
            echo.line.state("now", frame("now", number + n, {}))
        assert wire.transport.get_write_buffer_size() < 2000
        while not echo.line.is_over:
            await asyncio.sleep(0.01)
            echo.line.state("now", frame("now", number + 200, {}))
        assert echo.line._closing == (TRY_LATER, "slow")
        await echo.is_gone.wait()


@BOTH
async def test_a_frame_for_everybody_reaches_each(protocol: type[RoomSocket] | str) -> None:
    async with talking(protocol) as (echo, phone), talking(protocol) as (other, second):
        assert (echo.line.ready is not None) is (protocol is RoomSocket)
        write_to_all([echo.line, other.line], "now", frame("now", 1, {}))
        for one in (phone, second):
            assert json.loads(await one.recv())["version"] == 1
        other.line.end(NORMAL, "over")
        assert other.line.ready is None
        write_to_all([echo.line, other.line], "now", frame("now", 2, {}))
        assert json.loads(await phone.recv())["version"] == 2
        with pytest.raises(ConnectionClosed):
            await second.recv()
        await phone.close()
        await echo.is_gone.wait()
        write_to_all([echo.line, other.line], "now", frame("now", 3, {}))


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_what_the_kernel_takes_only_in_part_arrives_whole_and_in_order(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    """From the answer to the handshake on, which may not have left yet when the first frame is written."""

    async def fill() -> None:
        echo, sent = Echo(), asyncio.Queue[int]()

        async def handle(websocket: WebSocket) -> None:
            await websocket.accept()
            await echo.line.open(websocket)
            write_to_all([echo.line], "early", frame("early", 0, {}))
            number = 0
            while number == 0 or echo.line.ready is not None:  # the last of these is cut, or not taken at all
                if echo.line.ready is not None:
                    number += 1
                    write_to_all([echo.line], "now", frame("now", number, {"fill": "x" * 30_011}))
                else:
                    await asyncio.sleep(0)
            write_to_all([echo.line], "now", frame("now", number + 1, {}))
            write_to_all([echo.line], "now", frame("now", number + 2, {}))
            sent.put_nowait(number)

        async with serving(handle) as port, asyncio.timeout(WITHIN):
            phone = await asyncio.to_thread(deaf, port)
            number = await sent.get()
            wanted = frame("early", 0, {}).wire
            wanted += b"".join(frame("now", n, {"fill": "x" * 30_011}).wire for n in range(1, number + 1))
            wanted += frame("now", number + 2, {}).wire
            phone.settimeout(WITHIN)
            got = b""
            while not got.endswith(wanted[-40:]):
                got += await asyncio.to_thread(phone.recv, 65_536)
            assert got.startswith(b"HTTP/1.1 101 ")
            assert got.partition(b"\r\n\r\n")[2] == wanted
            phone.close()
            await echo.is_gone.wait()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(fill())


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_bytes_for_somebody_who_left_reach_nobody_else(new_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """The kernel gives the number of a connection that is over to the next one: nobody may hold it then."""

    async def leave_and_come() -> None:
        held: list[Line] = []

        async def handle(websocket: WebSocket) -> None:
            await websocket.accept()
            held.append(Echo().line)
            await held[-1].open(websocket)

        async def ask(phone: ClientConnection, text: str) -> str:
            await phone.send(text)
            return str(json.loads(await phone.recv())["data"]["text"])

        async with serving(handle) as port, asyncio.timeout(WITHIN):
            first = await connect(f"ws://127.0.0.1:{port}/", compression=None)
            assert await ask(first, "hello") == "hello"
            number, wire = held[0].ready, held[0].wire
            assert number is not None and isinstance(wire, RoomSocket)
            first.transport.abort()  # no goodbye: the server finds out from the kernel
            while wire.number is not None:
                assert held[0].ready is None or os.fstat(number)
                await asyncio.sleep(0)
            async with connect(f"ws://127.0.0.1:{port}/", compression=None) as second:
                assert await ask(second, "one") == "one"
                assert held[1].ready == number
                write_to_all([held[0]], "now", text_frame("for the first"))
                held[0].drained()
                write_to_all([held[0]], "now", text_frame("for the first"))
                assert await ask(second, "two") == "two"

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(leave_and_come())


async def test_nothing_goes_around_encryption(tmp_path: Path) -> None:
    certificate(tmp_path)
    echo = Echo()

    async def handle(websocket: WebSocket) -> None:
        await websocket.accept()
        await echo.line.open(websocket)

    trusted = ssl.create_default_context(cafile=tmp_path / "tls_certificate")
    async with (
        asyncio.timeout(WITHIN),
        serving(handle, sealed=tmp_path) as port,
        connect(f"wss://127.0.0.1:{port}/", ssl=trusted, server_hostname=NAME, compression=None) as phone,
    ):
        await phone.send("hello")
        assert json.loads(await phone.recv())["data"]["text"] == "hello"
        write_to_all([echo.line], "now", frame("now", 1, {}))
        assert json.loads(await phone.recv())["version"] == 1


async def test_who_was_only_slow_gets_the_newest_state() -> None:
    echo, opened = Echo(), asyncio.Event()

    async def handle(websocket: WebSocket) -> None:
        await websocket.accept()
        await echo.line.open(websocket)
        opened.set()

    def read_until(held: socket.socket, last: bytes) -> bytes:
        held.settimeout(WITHIN)
        got = b""
        while last not in got:
            part = held.recv(65536)
            assert part, "closed"
            got += part
        return got

    async with serving(handle) as port, asyncio.timeout(WITHIN):
        phone = await asyncio.to_thread(deaf, port)
        await opened.wait()
        wire = echo.line.wire
        assert isinstance(wire, RoomSocket)
        while not wire.is_behind:
            echo.line.state("now", frame("now", 1, {"fill": "x" * 1000}))
        assert echo.line.ready is None
        for n in range(2, 100):
            write_to_all([echo.line], "now", frame("now", n, {}))
        echo.line.reply(frame("said", 0, {"text": "the answer"}))
        got = await asyncio.to_thread(read_until, phone, b'"version":99')
        assert b"the answer" in got and b'"version":98' not in got
        assert not wire.is_behind and not echo.line.is_over and echo.line.ready is not None
        phone.close()
        await echo.is_gone.wait()


async def test_a_socket_nobody_takes_over_works_as_ever() -> None:
    async def handle(websocket: WebSocket) -> None:
        await websocket.accept()
        async for text in websocket.iter_text():
            await websocket.send_text(text.upper())

    async def fail(websocket: WebSocket) -> None:
        raise RuntimeError("before accepting")

    async with serving(handle) as port, connect(f"ws://127.0.0.1:{port}/") as phone:
        await phone.send("hello")
        assert await phone.recv() == "HELLO"
    async with serving(fail) as port:
        with pytest.raises(Exception, match="500"):
            async with connect(f"ws://127.0.0.1:{port}/"):
                pass


async def test_a_stopping_server_says_1012() -> None:
    echo = Echo()

    async def handle(websocket: WebSocket) -> None:
        await websocket.accept()
        await echo.line.open(websocket)

    async with serving(handle) as port:
        phone = await connect(f"ws://127.0.0.1:{port}/")
    with pytest.raises(ConnectionClosed) as caught:
        await phone.recv()
    assert caught.value.rcvd is not None and caught.value.rcvd.code == 1012


@BOTH
async def test_messages_come_through_however_the_line_cuts_them(protocol: type[RoomSocket] | str) -> None:
    chance = random.Random(20261128)
    echoes: list[Echo] = []

    async def handle(websocket: WebSocket) -> None:
        await websocket.accept()
        echoes.append(Echo())
        await echoes[-1].line.open(websocket)

    async with serving(handle, protocol) as port, asyncio.timeout(WITHIN):
        for _ in range(60):
            said = ["票" * chance.choice((0, 1, 40, 41, 42, 43, 500)) + str(n) for n in range(8)]
            raw = b""
            for text in said:
                body, mask = text.encode(), chance.randbytes(4)
                cut = chance.choice((0, 0, 0, len(body) // 2))
                raw += masked(b"", 0x89, mask) if chance.random() < 0.2 else b""  # a ping in between
                raw += (
                    masked(body[:cut], 0x01, mask) + masked(body[cut:], 0x80, mask) if cut else masked(body, 0x81, mask)
                )
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(HANDSHAKE)
            await reader.readuntil(b"\r\n\r\n")
            while raw:
                size = chance.choice((1, 7, 60, 300, len(raw)))
                writer.write(raw[:size])
                raw = raw[size:]
                await asyncio.sleep(0)
            heard: list[str] = []
            while len(heard) < len(said):
                first, size = await reader.readexactly(2)
                body = await reader.readexactly(int.from_bytes(await reader.readexactly(2)) if size == 126 else size)
                heard += [json.loads(body)["data"]["text"]] if first == 0x81 else []
            assert heard == said
            writer.close()


@BOTH
async def test_what_looks_like_a_message_inside_a_message_is_none(protocol: type[RoomSocket] | str) -> None:
    inner, mask = masked(b"x", 0x81, b"ab\xe3\xe4"), b"\x80\x80\0\0"
    body = bytes(byte ^ mask[n % 4] for n, byte in enumerate(inner))
    outer = masked(body, 0x81, mask)
    assert outer.endswith(inner) and whole_text(inner) == "x"
    async with talking(protocol) as (_, phone):
        held = phone.transport.get_extra_info("socket")
        for piece in (outer[: -len(inner)], inner):  # the head alone, then bytes that would be a message of their own
            os.write(held.fileno(), piece)
            for _ in range(20):
                await asyncio.sleep(0)
        assert json.loads(await phone.recv())["data"]["text"] == body.decode()


def test_only_whole_text_frames_of_a_browser_need_no_parser() -> None:
    whole = masked(b"a vote", 0x81, b"abcd")
    long = masked(b"x" * 300, 0x81, b"abcd")
    assert (whole_text(whole), whole_text(long)) == ("a vote", "x" * 300)
    others = [
        whole[:-1],
        whole + b"x",
        whole[:5],
        b"",
        long[:7],
        masked(b"a", 0x01, b"abcd"),
        masked(b"a", 0x82, b"abcd"),
    ]
    others += [masked(b"a", 0xC1, b"abcd"), b"\x81\x01a", masked(b"\xff", 0x81, b"\0\0\0\0"), b"\x81\xff" + bytes(20)]
    assert [whole_text(one) for one in others] == [None] * len(others)
    assert is_whole(whole + masked(b"", 0x89, b"abcd") + long)
    assert not any(is_whole(one) for one in (whole[:-1], whole + b"\x81", masked(b"a", 0x01, b"abcd"), b"\x81\x01a"))
