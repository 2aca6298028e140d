"""Bytes that are no WebSocket, thrown at a real server: every one ends in words, none in a fault, and neighbours are served."""

import asyncio
import base64
import json
import os
import random
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from uvicorn.server import ServerState

from linyue.base import listen, session
from linyue.meetings.service import screen_path
from setup.local_servers import free_port
from tests.faults.figures import note, percent
from tests.faults.size import seed_of, size
from tests.security.world import World
from tests.servers import LiveServer, memory_of
from tests.zygote import Zygote

SEED, CASES = seed_of(20261123), size(400, 100_000)
TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA


class Wire:
    """A socket by hand: what is sent may be anything."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    async def frame(self) -> tuple[int, bytes]:
        """The next frame from the server; (CLOSE, b"") when the line is simply gone."""
        try:
            head = await self.reader.readexactly(2)
            size = head[1] & 0x7F
            if size > 125:
                size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
            return head[0] & 0x0F, await self.reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            return CLOSE, b""

    async def until_close(self) -> int:
        """The close code; 1006 when the line is simply gone."""
        async with asyncio.timeout(15):
            while True:
                kind, body = await self.frame()
                if kind == CLOSE:
                    return int.from_bytes(body[:2], "big") if body else 1006

    async def until(self, kind: str) -> dict[str, Any]:
        """The next frame of this type."""
        async with asyncio.timeout(15):
            while True:
                opcode, body = await self.frame()
                assert opcode != CLOSE, f"closed: {body!r}"
                if opcode == PING:  # in the long form the server asks now and then whether anybody is there
                    await self.send(made(body, PONG))
                if opcode == TEXT and (found := json.loads(body))["type"] == kind:
                    return dict(found)


def made(
    body: bytes, opcode: int = TEXT, *, fin: int = 0x80, mask: bytes = b"abcd", claims: int | None = None
) -> bytes:
    """A frame; `mask` b"" leaves it unmasked, `claims` lies about its length."""
    size = len(body) if claims is None else claims
    flag = 0x80 if mask else 0
    head = bytes([fin | opcode])
    if size < 126:
        head += bytes([flag | size])
    elif size < 65536:
        head += bytes([flag | 126]) + struct.pack(">H", size)
    else:
        head += bytes([flag | 127]) + struct.pack(">Q", size)
    return head + mask + (bytes(b ^ mask[i % 4] for i, b in enumerate(body)) if mask else body)


def words(kind: str, **data: Any) -> bytes:
    return made(json.dumps({"type": kind, "data": data}).encode())


class Site:
    """The real server, its meeting, and a session in it."""

    def __init__(self, server: LiveServer, code: str, wall: str, token: str, csrf: str) -> None:
        self.server, self.code, self.wall, self.token, self.csrf = server, code, wall, token, csrf

    def cookie(self) -> str:
        return f"{session.cookie_name(self.server.settings)}={self.token}"

    async def ticket(self, *, signed_in: bool) -> str:
        headers = {"origin": self.server.url, "x-csrf-token": self.csrf if signed_in else ""}
        headers |= {"cookie": self.cookie()} if signed_in else {}
        async with httpx2.AsyncClient(base_url=self.server.url) as client:
            answer = await client.post(f"/live/{self.code}/ticket", headers=headers)
        return str(answer.json()["ticket"])

    def request(self, *, path: str = "", signed_in: bool = False, **changes: str | None) -> bytes:
        """The bytes that ask for a socket; a header of None is left out."""
        key = base64.b64encode(os.urandom(16)).decode()
        host = self.server.url.removeprefix("http://")
        headers: dict[str, str | None] = {"Host": host, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": key,
                   "Sec-WebSocket-Version": "13", "Origin": self.server.url, "Cookie": self.cookie() if signed_in else None}  # fmt: skip
        headers |= {name.replace("_", "-"): value for name, value in changes.items()}
        lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
        return "\r\n".join([f"GET {path or f'/live/{self.code}/socket'} HTTP/1.1", *lines, "", ""]).encode("latin-1")

    @asynccontextmanager
    async def wire(self, raw: bytes = b"", *, signed_in: bool = False) -> AsyncIterator[tuple[Wire, int]]:
        """A connection after its request; the second value is the HTTP status."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.settings.port, limit=2**20)
        try:
            wire = Wire(reader, writer)
            await wire.send(raw or self.request(signed_in=signed_in))
            status = 0
            async with asyncio.timeout(15):
                line = await reader.readline()
                status = int(line.split()[1]) if line else 0
                while line not in {b"\r\n", b""}:
                    line = await reader.readline()
            yield wire, status
        finally:
            writer.transport.abort()

    @asynccontextmanager
    async def talk(self, *, signed_in: bool = False) -> AsyncIterator[Wire]:
        """A socket that has said hello and seen the room."""
        ticket = await self.ticket(signed_in=signed_in)
        async with self.wire(signed_in=signed_in) as (wire, status):
            assert status == 101
            await wire.send(words("hello", protocol=1, ticket=ticket))
            await wire.until("you")
            yield wire

    def faults(self) -> list[str]:
        """Lines of the log that tell of something gone wrong inside."""
        bad = (
            "Traceback",
            "socket.failed",
            "answer.failed",
            "request.failed",
            "Exception in ASGI",
            "never awaited",
            "never retrieved",
        )
        return [line for line in self.server.log_text().splitlines() if any(word in line for word in bad)]


@pytest.fixture
async def site(world: World, artefacts: Path, zygote: Zygote) -> AsyncIterator[Site]:
    """The world behind a real port."""
    person = world.people["voter"]
    row, token = await session.begin(person, is_staff=False)
    meeting = world.round.hall.meeting
    server = LiveServer(
        replace(world.settings, port=free_port(), log_level="info"), artefacts / "logs", launch=zygote.spawn
    )
    server.start(1, worker=False)
    try:
        yield Site(server, str(meeting.join_code), screen_path(meeting), token, row.csrf)
    finally:
        server.stop()


JSON = json.dumps({"type": "ping", "data": {}}).encode()
NEVER_UTF8 = [b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b'{"type":"\xf0\x28\x8c\xbc"}']
# Label, bytes, the codes with which the line may end (None: it lives on and answers).
BROKEN: list[tuple[str, bytes, set[int] | None]] = [
    ("not masked", made(JSON, mask=b""), {1002}),
    ("reserved bits", made(JSON, fin=0xF0), {1002}),
    ("unknown opcode", made(JSON, 0x3), {1002}),
    ("unknown control", made(b"", 0xB), {1002}),
    ("long control", made(b"x" * 126, PING), {1002}),
    ("torn control", made(b"x", PING, fin=0), {1002}),
    ("goes on without a beginning", made(JSON, 0x0), {1002}),
    ("two beginnings", made(b"{", fin=0) + made(JSON), {1002}),
    ("binary", made(JSON, BINARY), {1003, 1008}),
    ("a byte too long", made(b" " * 4097), {1009}),
    ("pieces that grow too long", made(b" " * 4000, fin=0) + made(b" " * 4000, 0x0), {1009}),
    ("claims gigabytes", made(b"x", claims=2**40), {1009}),
    ("claims more than there are", made(b"x", claims=2**63 + 1), {1002, 1009}),
    ("close without a reason", made(b"", CLOSE), {1000, 1005, 1006}),
    ("close with half a code", made(b"\x03", CLOSE), {1002}),
    ("close with a code nobody has", made(struct.pack(">H", 1005), CLOSE), {1002}),
    ("close with bad words", made(struct.pack(">H", 1000) + b"\xff", CLOSE), {1007, 1002}),
    *((f"no text {n}", made(raw), {1007}) for n, raw in enumerate(NEVER_UTF8)),
    ("fits exactly", made(JSON + b" " * (4096 - len(JSON))), None),
    ("in pieces", made(JSON[:5], fin=0) + made(b"", PING) + made(JSON[5:], 0x0), None),
    ("a few empty pieces", made(JSON, fin=0) + made(b"", 0x0, fin=0) * 20 + made(b"", 0x0), None),
    ("many empty pieces", made(JSON, fin=0) + made(b"", 0x0, fin=0) * 2000 + made(b"", 0x0), {1008}),
    ("deep", made(b'{"type":' * 450), None),
    ("long number", made(b'{"type":"ping","data":{"n":' + b"9" * 4000 + b"}}"), None),
    ("a lone half of a letter", made(rb'{"type":"\ud800","data":{"\udfff":"\ud800"}}'), None),
    ("a ballot of half letters", words("cast", question="\ud800", choice="\ud800", client_id="\ud800" * 9, replaces=0), None),
    ("zero bytes", words("cast", question="\x00", choice="\x00", client_id="\x00" * 9, replaces=0), None),
    ("said twice", made(b'{"type":"ping","type":"cast","data":{},"data":{}}'), None),
    ("infinite", made(b'{"type":"cast","data":{"replaces":Infinity,"question":NaN}}'), None),
]  # fmt: skip


@pytest.mark.sqlite_only
async def test_broken_frames_end_one_line_and_no_other(site: Site) -> None:
    async with site.talk(signed_in=True) as neighbour:
        for label, raw, codes in BROKEN:
            async with site.talk() as wire:
                await wire.send(raw)
                if codes is None:
                    await wire.send(words("ping"))
                    answers = (
                        [await wire.until("ack")]
                        if label in {"fits exactly", "in pieces", "a few empty pieces"}
                        else []
                    )
                    await wire.until("refused" if not answers else "ack")
                else:
                    assert await wire.until_close() in codes, label
            await neighbour.send(words("ping"))
            await neighbour.until("ack")
            await asyncio.sleep(0.12)  # the neighbour keeps to ten a second
    assert site.faults() == []


@pytest.mark.sqlite_only
async def test_seeded_bytes_and_hostile_requests(site: Site) -> None:
    chance, codes = random.Random(SEED), set()
    waits, memory, pid = list[float](), 0, site.server.web[0].pid
    async with site.talk() as neighbour:
        for number in range(CASES // 20):
            async with site.talk() as wire:
                for _ in range(20):
                    body = bytes(chance.randrange(256) for _ in range(chance.choice((0, 1, 5, 40, 126, 300))))
                    frame = made(body if chance.random() < 0.5 else JSON, chance.choice((0, 1, 1, 1, 2, 8, 9, 10, 3, 15)), fin=chance.choice((0x80, 0x80, 0, 0xC0)), claims=chance.choice((None, None, None, 5, 2**16)))  # fmt: skip
                    wire.writer.write(frame)
                codes.add(await wire.until_close() if chance.random() < 0.9 else 1006)
            if number % 5 == 0:
                began = time.monotonic()
                await neighbour.send(words("ping"))
                await neighbour.until("ack")
                waits.append((time.monotonic() - began) * 1000)
                assert waits[-1] < 2000, f"seed {SEED} group {number}"
            if number == CASES // 200:  # a tenth of them: what is loaded and kept once is there
                memory = memory_of(pid)
        grown = (memory_of(pid) - memory) / 2**20
        assert 1011 not in codes and codes <= {1000, 1002, 1003, 1005, 1006, 1007, 1008, 1009}, codes
        for raw, wanted in hostile_requests(site):
            async with site.wire(raw) as (_, status):
                assert status in wanted, (raw[:120], status)
        await neighbour.send(words("ping"))
        await neighbour.until("ack")
    assert site.faults() == []
    log = site.server.log_text()
    assert (
        site.wall.rpartition("/")[2] not in log
        and site.token not in log
        and "127.0.0.1:" not in log.split("Application startup")[-1]
    )
    note("T18", "frames of any bytes to a real server, no fault inside", CASES)
    note("T18", "a neighbour on the server, answered in, p99", percent(waits, 99), "ms", at_most=500)
    note("T18", "memory of the server grew after the first tenth by", grown, "MB", at_most=10)


def hostile_requests(site: Site) -> list[tuple[bytes, set[int]]]:
    """Requests for a socket that must not become one, and requests that are none; with the statuses that may answer."""
    refused = {400, 403, 404, 421, 426}
    screen = f"{site.wall}/socket"
    return [
        (site.request(Origin=None), {403}),
        (site.request(Origin="null"), {403}),
        (site.request(Origin="https://evil.example"), {403}),
        (site.request(Origin=site.server.url + ".evil.example"), {403}),
        (site.request(Origin=site.server.url.replace("127.0.0.1", "localhost")), {403}),
        (site.request(Origin=f"{site.server.url} https://evil.example"), {403}),
        (site.request(Host="evil.example"), {403, 421}),
        (site.request(Host="evil.example", Origin="http://evil.example"), {403, 421}),
        (site.request(path=screen, Origin="https://evil.example"), {403}),
        (site.request(path="/live/000000/socket"), {404}),
        (site.request(path="/screen/nothing/socket"), {404}),
        (site.request(path="/nowhere"), refused),
        (site.request(path="/sign-in"), refused),
        (site.request(Sec_WebSocket_Version="12"), refused),
        (site.request(Sec_WebSocket_Key=None), refused),
        (site.request(Sec_WebSocket_Key="short"), refused),
        (b"GET /live/1/socket HTTP/9.9\r\n\r\n", {0, 400, 505}),
        (b"\x00\x01\x02" * 40 + b"\r\n\r\n", {0, 400}),
        (b"GET / HTTP/1.1\r\nHost: " + b"a" * 200_000, {400}),
        (b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 3000 + b"\r\n", {0, 400, 421, 431}),
        (b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {0, 400, 403}),
        (b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n", {0, 400, 403}),
        (b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", {0, 400, 403}),
        (b"GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", {200, 400, 404, 421}),
        (b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", {200, 400, 421}),
    ]  # fmt: skip


@pytest.mark.sqlite_only
async def test_a_flood_ends_its_own_line(site: Site) -> None:
    async with site.talk(signed_in=True) as neighbour:
        floods = [site.talk() for _ in range(3)]
        for flood in floods:
            async with flood as wire:
                wire.writer.write(words("ping") * 3000)
                assert await wire.until_close() in {1008, 1006}
                began = time.monotonic()
                await neighbour.send(words("ping"))
                await neighbour.until("ack")
                assert time.monotonic() - began < 2
                await asyncio.sleep(0.3)  # the neighbour keeps to ten a second
        async with site.talk() as wire:
            wire.writer.write(made(b"x", PING) * 5000)
            assert await wire.until_close() in {1008, 1006}
    assert site.faults() == []
    async with httpx2.AsyncClient(base_url=site.server.url) as client:
        from_afar = await client.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"})
        assert (await client.get("/metrics")).status_code == 200 and from_afar.status_code == 404


@asynccontextmanager
async def patient(app: Any) -> AsyncIterator[Callable[[], Any]]:
    """Our HTTP before an application; gives what opens a line to it."""
    config = uvicorn.Config(app, log_config=None)
    config.load()
    made_up = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: listen.PatientHttp(config=config, server_state=made_up, app_state={}), "127.0.0.1", 0
    )
    yield lambda: asyncio.open_connection(*server.sockets[0].getsockname())
    server.close()


async def test_a_head_that_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(scope: object, receive: object, send: object) -> None:
        raise AssertionError("no request was complete")

    monkeypatch.setattr(listen, "HEAD_WITHIN", 0.2)
    async with patient(never) as line:
        reader, writer = await line()
        writer.write(b"GET / HTTP/1.1\r\nHost: a")
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()


async def test_a_body_that_only_drips_is_cut_off_and_others_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """A photo sent byte by byte, and a second head that never ends, end; a slow line that keeps up is waited for."""
    ends = []

    async def counts(_scope: object, receive: Any, send: Any) -> None:
        size, more = 0, True
        while more:
            message = await receive()
            more, size = message.get("more_body", False), size + len(message.get("body", b""))
        ends.append((message["type"], size))
        if message["type"] == "http.request":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body"})

    monkeypatch.setattr(listen, "BODY_LOOKED_AT", 0.4)
    monkeypatch.setattr(listen, "BODY_LEAST", 2000)
    monkeypatch.setattr(listen, "HEAD_WITHIN", 0.4)
    head = b"POST /report/check HTTP/1.1\r\nHost: a\r\nContent-Length: 30000\r\n\r\n"

    async def sends(piece: bytes, pause: float) -> bytes:
        """Pieces in turn until all is there or the line is cut; what came back."""
        reader, writer = await line()
        writer.write(head)
        answer = asyncio.create_task(reader.read(12))
        for _ in range(30000 // len(piece)):
            if answer.done():
                break
            writer.write(piece)
            await asyncio.sleep(pause)
        found = b""
        with suppress(ConnectionResetError):  # cut while something was still on its way
            found = await answer
            if found:  # the same line again, with a head that does not end
                writer.write(b"GET / HTTP/1.1\r\nHost: a")
                await reader.read()
        writer.close()
        return found

    async with patient(counts) as line, asyncio.timeout(30):
        found = await asyncio.gather(sends(b"x", 0.01), sends(b"x" * 3000, 0.1), sends(b"x" * 30000, 0))
    assert found == [b"", b"HTTP/1.1 200", b"HTTP/1.1 200"]
    assert sorted(kind for kind, _ in ends) == ["http.disconnect", "http.request", "http.request"]
    assert {size for kind, size in ends if kind == "http.request"} == {30000}
