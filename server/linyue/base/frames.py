"""One pre-built frame for any number of sockets, written straight to the transport of each. The only file that knows
how the web server holds a socket; everything else has a Line. Knows nothing of what the frames mean.

uvicorn makes one `RoomSocket` a connection (its `ws=` setting). A handler that only wants to push and to be told takes
the socket over (`wire_of(…).run`) and returns: from then on no task, no coroutine and no queue is kept for it.
Sockets nobody takes over work as with uvicorn's own class, and other servers get the same lines over plain ASGI.
"""

import asyncio
import ctypes
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.frames import Frame as WsFrame
from websockets.http11 import Request
from websockets.protocol import State
from websockets.speedups import apply_mask

from linyue.base.logs import failure

log = structlog.get_logger()

SEND_BUFFER = 8 * 1024
"""Bytes the kernel keeps for a phone that does not read; what is newer waits here, one state of each type."""
GOODBYE_WITHIN = 10.0
EXTENSION = "linyue.room"


@dataclass(frozen=True, slots=True)
class Frame:
    """One text message: as text, and as the bytes of an unmasked, unfragmented WebSocket frame."""

    text: str
    wire: bytes


def text_frame(text: str) -> Frame:
    """Build a frame once for everybody (RFC 6455, 5.2: FIN and the text opcode, length in 7, 16 or 64 bits)."""
    body = text.encode()
    if len(body) < 126:
        head = struct.pack("!BB", 0x81, len(body))
    elif len(body) < 1 << 16:
        head = struct.pack("!BBH", 0x81, 126, len(body))
    else:
        head = struct.pack("!BBQ", 0x81, 127, len(body))
    return Frame(text, head + body)


def _length(data: bytes, at: int) -> tuple[int, int] | None:
    """(Where the text starts, where it ends) of the masked, final frame at `at`, when its head is all there."""
    if len(data) < at + 6 or not data[at] & 0x80 or not data[at + 1] & 0x80:
        return None
    size = data[at + 1] & 0x7F
    if size < 126:
        return at + 6, at + 6 + size
    if size == 126 and len(data) >= at + 8:
        return at + 8, at + 8 + (data[at + 2] << 8 | data[at + 3])
    return None


def whole_text(data: bytes) -> str | None:
    """The text, when these bytes are one whole text frame as browsers send it (RFC 6455, 5.2), else None."""
    found = _length(data, 0)
    if found is None or data[0] != 0x81 or found[1] != len(data):
        return None
    start = found[0]
    try:
        return apply_mask(data[start:], data[start - 4 : start]).decode()
    except UnicodeDecodeError:
        return None


def is_whole(data: bytes) -> bool:
    """Whether bytes that begin with a frame are final frames (RFC 6455, 5.4) and end where the last of them ends."""
    at = 0
    while at < len(data):
        found = _length(data, at)
        if found is None:
            return False
        at = found[1]
    return at == len(data)


class Ear(Protocol):
    """Who is told what happens on a socket; a Line."""

    def hear(self, text: str | None) -> None:
        """A message; None for one that is not text."""
        ...

    def piece(self) -> bool:
        """A ping, a pong, or a part of a message after its first. Gives whether the socket goes on taking them."""
        ...

    def behind(self) -> None:
        """Something written has to wait: from now on until `drained` nothing new is written."""
        ...

    def drained(self) -> None:
        """Everything written so far has left, after some of it had to wait."""
        ...

    def gone(self) -> None:
        """The connection is over. Comes exactly once."""
        ...


class Wire(Protocol):
    """Where a Line writes."""

    @property
    def is_behind(self) -> bool:
        """Something written before has not left yet."""
        ...

    def put(self, frame: Frame) -> None:
        """Write now; never waits. Does nothing once the socket is closing."""
        ...

    @property
    def number(self) -> int | None:
        """The connection's number for the kernel, for writing to thousands with nothing in between; None where there is
        no such. Not to be used once the ear was told `behind` or `gone`: the order of bytes would be lost, and the
        number of a connection that is over is given to another.
        """
        ...

    def rest(self, data: bytes) -> None:
        """Bytes the kernel did not take: they leave before everything else, when there is room."""
        ...

    def close(self, code: int, reason: str, *, at_once: bool = False) -> None:
        """Say goodbye; `at_once` for those who do not read: what waits for them is thrown away."""
        ...

    def keep(self, work: "asyncio.Task[None]") -> None:
        """Work for this socket that has to be finished before the server, or the handler, ends."""
        ...

    async def run(self, ear: Ear) -> None:
        """Give this accepted socket to `ear`. Returns at once when the handler may return too, else at the end."""
        ...


class _Nowhere:
    """Stands for the queue of events that nobody reads any more."""

    def put_nowait(self, _event: Any) -> None:
        return None


_NOWHERE: Any = _Nowhere()


class RoomSocket(WebSocketsSansIOProtocol):
    """uvicorn's own WebSocket protocol, which a room may take over."""

    is_behind = False
    _ear: Ear | None = None
    _descriptor = -1
    """Number of the connection for the kernel; -1 once it is over."""
    _has_read = False
    _is_between = False
    """Everything read so far ended where a message ends: the next bytes begin one. Never true again once it was not."""

    def data_received(self, data: bytes) -> None:
        """What came in. A ballot is one text frame in one read and needs no parser; for all else there is uvicorn's."""
        text = whole_text(data) if self._is_between and self._ear is not None else None
        if text is None or self._ear is None or self.conn.state is not State.OPEN:
            if self._has_read:
                self._is_between = self._is_between and is_whole(data)
            else:  # the handshake, and nothing sent too early behind it
                self._has_read, self._is_between = True, data.find(b"\r\n\r\n") == len(data) - 4
            super().data_received(data)
        elif not self.close_sent:
            self._ear.hear(text)

    def handle_connect(self, event: Request) -> None:
        """A handshake; the application finds this socket in its scope."""
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)
        held = self.transport.get_extra_info("socket")
        # Under encryption the transport has bytes of its own to send: there every socket takes the ordinary way.
        if scope is not None and held is not None and self.transport.get_extra_info("sslcontext") is None:
            scope["extensions"][EXTENSION] = self
            self._descriptor = held.fileno()

    async def run(self, ear: Ear) -> None:
        """See Wire. Everything the handshake needed is dropped."""
        self._ear = ear
        waiting, self.queue = self.queue, _NOWHERE
        # With no room between "sent" and "waits" the server tells at once when a reader has fallen behind.
        self.transport.set_write_buffer_limits(high=0)
        with suppress(OSError):
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        del self.request, self.response
        self.scope = {}  # type: ignore[typeddict-item]
        while not waiting.empty():
            event: Any = waiting.get_nowait()
            if event["type"] == "websocket.receive":
                ear.hear(event.get("text"))
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    def put(self, frame: Frame) -> None:
        """See Wire."""
        if not self.close_sent and not self.disconnected:
            self.transport.write(frame.wire)

    @property
    def number(self) -> int | None:
        """See Wire. The transport would make the same call, after bookkeeping of its own."""
        return None if self._descriptor < 0 or self.close_sent or self.transport.is_closing() else self._descriptor

    def rest(self, data: bytes) -> None:
        """See Wire. Whatever is wrong with the connection is the transport's to find out."""
        self.transport.write(data)

    def close(self, code: int, reason: str, *, at_once: bool = False) -> None:
        """See Wire."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        with suppress(InvalidState):
            self.conn.send_close(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.stop_keepalive()
        # A frame for somebody who reads nothing stays in the buffer: two seconds are for those who were only slow.
        patience = 2.0 if at_once else GOODBYE_WITHIN
        self.close_timer = self.loop.call_later(patience, self.transport.abort)

    def keep(self, work: "asyncio.Task[None]") -> None:
        """See Wire: the server waits for its tasks when it stops."""
        self.tasks.add(work)
        work.add_done_callback(self.tasks.discard)

    def pause_writing(self) -> None:
        """Something did not leave."""
        super().pause_writing()
        self.is_behind = True
        if self._ear is not None:
            self._ear.behind()

    def resume_writing(self) -> None:
        """It has left now."""
        super().resume_writing()
        self.is_behind = False
        if self._ear is not None:
            self._ear.drained()

    def send_receive_event_to_app(self) -> None:
        """A whole message has come."""
        if self._ear is None:
            super().send_receive_event_to_app()
            return
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if self.close_sent:
            return
        if self.curr_msg_data_type != "text":
            self._ear.hear(None)
            return
        try:
            text = data.decode()
        except UnicodeDecodeError:
            self.conn.send_close(1007)
            self.handle_parser_exception()
            return
        self._ear.hear(text)

    def handle_cont(self, event: WsFrame) -> None:
        """A part of a message, which may be empty: it is kept until the last one comes."""
        if self._takes_piece():
            super().handle_cont(event)
        else:
            self.frames.clear()

    def handle_ping(self) -> None:
        """A ping gets its pong, unless earlier ones are not being read."""
        answer = self.conn.data_to_send()
        if self._takes_piece() and not self.is_behind:
            self.transport.write(b"".join(answer))

    def handle_pong(self, event: WsFrame) -> None:
        """Somebody is there."""
        self._takes_piece()
        super().handle_pong(event)

    def _takes_piece(self) -> bool:
        return not self.close_sent and (self._ear is None or self._ear.piece())

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more. Only after this can the number of the connection become another's."""
        self._descriptor = -1
        self._hush()
        super().connection_lost(exc)
        ear, self._ear = self._ear, None
        if ear is not None:
            ear.gone()

    def handle_close(self, event: WsFrame) -> None:
        """The other side says goodbye: nothing is written after our answer."""
        self._hush()
        super().handle_close(event)

    def handle_parser_exception(self) -> None:
        """What came is not the protocol; the same."""
        self._hush()
        super().handle_parser_exception()

    def _hush(self) -> None:
        if self._ear is not None:
            self._ear.behind()

    def keepalive_timeout(self) -> None:
        """No pong came: 1011, and no waiting for bytes that nobody takes."""
        self._hush()
        super().keepalive_timeout()
        if self.is_behind:
            self.transport.abort()

    def shutdown(self) -> None:
        """The server stops: 1012, and those who do not read are not waited for."""
        self._hush()
        super().shutdown()
        if self.is_behind:
            self.transport.abort()

    async def run_asgi(self) -> None:
        """Run the application; its end is the end of the connection only while nobody has taken it over."""
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except BaseException as error:
            log.error("socket.failed", **failure(error))
            self.send_500_response()
            self._ear = None if self.disconnected else self._ear
        else:
            if not self.handshake_complete:
                self.send_500_response()
        if self._ear is None and self.close_timer is None:
            self.transport.close()


class AsgiWire:
    """The same over plain ASGI, for servers without our protocol class: a small queue and a sender of its own."""

    def __init__(self, websocket: WebSocket) -> None:
        self.socket = websocket
        self._queue: deque[Frame] = deque()
        self._wake = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._work: set[asyncio.Task[None]] = set()

    @property
    def is_behind(self) -> bool:
        return bool(self._queue)

    def put(self, frame: Frame) -> None:
        """See Wire."""
        self._queue.append(frame)
        self._wake.set()

    number = None

    def rest(self, data: bytes) -> None:
        """See Wire: never needed without a number."""

    def close(self, code: int, reason: str, *, at_once: bool = False) -> None:
        """See Wire."""
        self._closing = self._closing or (code, reason)
        if at_once:
            self._queue.clear()
        self._wake.set()

    def keep(self, work: "asyncio.Task[None]") -> None:
        """See Wire."""
        self._work.add(work)
        work.add_done_callback(self._work.discard)

    async def run(self, ear: Ear) -> None:
        """Send and receive until either is over; what waits to be sent is still sent."""
        sender = asyncio.create_task(self._send(ear))
        reader = asyncio.create_task(self._receive(ear))
        try:
            await asyncio.wait({sender, reader}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sender, reader):
                task.cancel()
            for end in await asyncio.gather(sender, reader, return_exceptions=True):
                if isinstance(end, Exception):
                    log.error("socket.failed", **failure(end))
            ear.gone()
            if self._work:
                await asyncio.wait(set(self._work), timeout=GOODBYE_WITHIN)

    async def _send(self, ear: Ear) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._queue:
                    async with asyncio.timeout(GOODBYE_WITHIN):
                        await self.socket.send_text(self._queue[0].text)
                    if self._queue:
                        self._queue.popleft()
                    if not self._queue:
                        ear.drained()
                if self._closing is not None:
                    async with asyncio.timeout(GOODBYE_WITHIN):
                        await self.socket.close(*self._closing)
                    return
        except (TimeoutError, RuntimeError, WebSocketDisconnect, OSError):
            # The other side closed while a frame was on its way: the web server refuses what comes after a close.
            # Phones lose lines all day; it is no failure of ours.
            return

    async def _receive(self, ear: Ear) -> None:
        while True:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            ear.hear(message.get("text"))


def wire_of(websocket: WebSocket) -> Wire:
    """How to write to a socket: straight to its transport where our protocol class made it, else over ASGI."""
    found = websocket.scope.get("extensions", {}).get(EXTENSION)
    return found if isinstance(found, RoomSocket) else AsgiWire(websocket)


def _kernel_write() -> Callable[[int, bytes, ctypes.c_size_t], int]:
    """write(2) that keeps the interpreter's lock, which `os.write` gives up.

    For a call that never waits and takes a few microseconds, giving it up lets the ballot writer's thread in, and waits
    for it, thousands of times in a row. Its arguments are passed as what they are (an int, bytes, a size made once):
    declaring their types would have each of them looked at again in every call.
    """
    found = ctypes.PyDLL(None).write
    found.restype = ctypes.c_ssize_t
    return found


_write = _kernel_write()


class Reader(Protocol):
    """One of many who are shown a state. `ready`: see Wire.number; None while the reader is behind, or closing."""

    ready: int | None

    def rest(self, data: bytes) -> None:
        """See Wire.rest."""
        ...

    def state(self, kind: str, frame: Frame) -> None:
        """Keep this state for later, or send it some other way."""
        ...


def write_to_all(readers: Iterable[Reader], kind: str, frame: Frame) -> None:
    """Write a built frame to everybody who is ready for it; the others keep it as their newest of this type.

    The inner loop of a full hall: one system call for each reader, and no function of ours around it.
    """
    data, size = frame.wire, len(frame.wire)
    length = ctypes.c_size_t(size)
    for reader in readers:
        number = reader.ready
        if number is None:
            reader.state(kind, frame)
            continue
        sent = _write(number, data, length)
        if sent != size:  # -1: nothing was taken
            reader.rest(data[max(0, sent) :])
