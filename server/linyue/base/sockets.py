"""One socket: frames in with limits, newest state out, replies in order. Knows nothing of what the frames mean.

State frames go through one slot a type: a reader that is slow skips states, never delays the others and never makes
a queue grow. A reader that takes nothing for a while is closed with 1013.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from linyue.base.logs import failure

log = structlog.get_logger()

MAX_MESSAGE = 4096
MESSAGES_A_SECOND = 10
SEND_WITHIN = 10.0
MOST_REPLIES = 32

NORMAL, POLICY, TOO_BIG, RESTART, TRY_LATER = 1000, 1008, 1009, 1012, 1013

Receive = Callable[[str, dict[str, Any]], Awaitable[None]]


def frame(kind: str, version: int, data: dict[str, Any]) -> str:
    """A frame as it is sent: {"type": …, "version": …, "data": {…}}."""
    return json.dumps({"type": kind, "version": version, "data": data}, ensure_ascii=False, separators=(",", ":"))


class BadFrame(Exception):
    """A message that is not a frame."""


def read_frame(text: str) -> tuple[str, dict[str, Any]]:
    """Type and data of a client's frame. Raises BadFrame; unknown keys are refused."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFrame from error
    if not isinstance(found, dict) or set(found) - {"type", "data"}:
        raise BadFrame
    kind, data = found.get("type"), found.get("data", {})
    if not isinstance(kind, str) or not isinstance(data, dict):
        raise BadFrame
    return kind, data


class Line:
    """One open socket: `state` puts the newest frame of a type in its slot, `reply` answers in order."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self._slots: dict[str, tuple[int, str]] = {}
        self._replies: deque[str] = deque()
        self._wake = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._sent: dict[str, int] = {}
        self._times: deque[float] = deque(maxlen=MESSAGES_A_SECOND)

    def state(self, kind: str, version: int, text: str) -> None:
        """Show this state unless a newer one of its type has been shown or waits."""
        waiting = self._slots.get(kind)
        if version < self._sent.get(kind, -1) or (waiting is not None and version < waiting[0]):
            return
        self._slots[kind] = (version, text)
        self._wake.set()

    def reply(self, text: str) -> None:
        """Answer a message; somebody who never reads the answers is closed."""
        if len(self._replies) >= MOST_REPLIES:
            self.end(TRY_LATER, "slow")
            return
        self._replies.append(text)
        self._wake.set()

    def end(self, code: int, reason: str = "") -> None:
        """Close this socket after what waits has been sent; the first call counts."""
        self._closing = self._closing or (code, reason)
        self._wake.set()

    def is_too_fast(self) -> bool:
        """Count a message; True when it is one too many within a second."""
        now = time.monotonic()
        full = len(self._times) == MESSAGES_A_SECOND and now - self._times[0] < 1.0
        self._times.append(now)
        return full

    async def send_all(self) -> None:
        """The sender: runs until the line is closed. Nobody else writes to the socket."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._replies or self._slots:
                if self._replies:
                    text = self._replies.popleft()
                else:
                    kind = next(iter(self._slots))
                    version, text = self._slots.pop(kind)
                    self._sent[kind] = version
                try:
                    async with asyncio.timeout(SEND_WITHIN):
                        await self.socket.send_text(text)
                except TimeoutError:
                    self._slots.clear()
                    self._replies.clear()
                    self._closing = (TRY_LATER, "slow")
                except (RuntimeError, WebSocketDisconnect, OSError):
                    # The other side closed while this frame was on its way: the web server refuses
                    # what comes after a close. Phones lose lines all day; it is no failure of ours.
                    return
            if self._closing is not None:
                await self._close(*self._closing)
                return

    async def _close(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(SEND_WITHIN):
                await self.socket.close(code, reason)
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            return

    async def receive_all(self, on_text: Callable[[str], Awaitable[None]]) -> None:
        """Hand every message on, one after the other, until the other side is gone."""
        while True:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None or len(text.encode()) > MAX_MESSAGE:
                self.end(TOO_BIG if text is not None else POLICY, "size")
                return
            await on_text(text)

    async def run(self, on_text: Callable[[str], Awaitable[None]]) -> None:
        """Send and receive until either is over."""
        sender = asyncio.create_task(self.send_all())
        reader = asyncio.create_task(self.receive_all(on_text))
        try:
            await asyncio.wait({sender, reader}, return_when=asyncio.FIRST_COMPLETED)
            if self._closing is not None and not sender.done():
                await asyncio.wait({sender}, timeout=SEND_WITHIN)
        finally:
            for task in (sender, reader):
                task.cancel()
            ends = await asyncio.gather(sender, reader, return_exceptions=True)
            for error in ends:
                if isinstance(error, Exception) and not isinstance(error, WebSocketDisconnect | OSError):
                    log.error("socket.failed", **failure(error))
