"""A line on a server of its own, the phone at its other end, and what a phone sends, byte by byte."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect

from linyue.base.frames import RoomSocket
from linyue.base.sockets import Line, frame

WITHIN = 20.0
Handler = Callable[[WebSocket], Awaitable[None]]
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


class Echo:
    """Answers each message with itself; notes the end."""

    def __init__(self) -> None:
        self.line = Line(self)
        self.is_gone = asyncio.Event()
        self.release: asyncio.Event | None = None

    async def on_text(self, text: str) -> None:
        if self.release is not None:
            await self.release.wait()
        self.line.reply(frame("said", 0, {"text": text}))

    def on_too_fast(self) -> None:
        self.line.end(1008, "too-fast")

    def on_gone(self) -> None:
        self.is_gone.set()


@asynccontextmanager
async def serving(
    handler: Handler, protocol: type[RoomSocket] | str = RoomSocket, sealed: Path | None = None
) -> AsyncIterator[int]:
    """A server with one socket, on a free port; `sealed`: with the key and certificate in this folder."""
    tls: dict[str, Any] = (
        {"ssl_keyfile": sealed / "tls_key", "ssl_certfile": sealed / "tls_certificate"} if sealed else {}
    )
    app = Starlette(routes=[WebSocketRoute("/", handler)])
    config = uvicorn.Config(
        app, port=0, log_config=None, ws=protocol, lifespan="off", ws_max_size=4096, ws_per_message_deflate=False, **tls
    )  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(WITHIN):
        while not server.started:
            await asyncio.sleep(0)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def talking(protocol: type[RoomSocket] | str = RoomSocket) -> AsyncIterator[tuple[Echo, ClientConnection]]:
    """A line and the phone at its other end."""
    echo = Echo()

    async def handle(websocket: WebSocket) -> None:
        await websocket.accept()
        await echo.line.open(websocket)

    async with serving(handle, protocol) as port, connect(f"ws://127.0.0.1:{port}/", compression=None) as phone:
        async with asyncio.timeout(WITHIN):
            yield echo, phone


BOTH = pytest.mark.parametrize("protocol", [RoomSocket, "websockets-sansio"], ids=["ours", "any"])


def deaf(port: int) -> socket.socket:
    """A phone that shakes hands and then reads nothing."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    held.connect(("127.0.0.1", port))
    held.sendall(HANDSHAKE)
    return held


def masked(body: bytes, first: int, mask: bytes) -> bytes:
    """A client's frame; `first`: FIN and opcode."""
    head = bytes([0x80 | len(body)]) if len(body) < 126 else struct.pack("!BH", 0xFE, len(body))
    return bytes([first]) + head + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(body))


@asynccontextmanager
async def unread() -> AsyncIterator[Echo]:
    """A line whose phone reads nothing of what is sent."""
    echo, opened = Echo(), asyncio.Event()

    async def handle(websocket: WebSocket) -> None:
        await websocket.accept()
        await echo.line.open(websocket)
        opened.set()

    async with serving(handle) as port, asyncio.timeout(WITHIN):
        phone = await asyncio.to_thread(deaf, port)
        await opened.wait()
        yield echo
        phone.close()
