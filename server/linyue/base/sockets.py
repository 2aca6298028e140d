"""One socket: frames in with limits, newest state out, replies in order. Knows nothing of what the frames mean.

Nobody waits for a reader: a frame is written at once or, while earlier ones have not left, the newest state of each
type waits in a slot. A slow reader skips states, never delays the others and never makes a queue grow. Somebody who
stays behind is closed with 1013.
"""

import asyncio
import json
import time
from typing import Any, Protocol

import structlog
from starlette.websockets import WebSocket

from linyue.base.frames import Frame, Wire, text_frame, wire_of
from linyue.base.logs import failure

log = structlog.get_logger()

MAX_MESSAGE = 4096
MESSAGES_A_SECOND = 10
"""Nobody taps faster; see PROTOCOL.md."""
PIECES_A_SECOND = 50
"""Pings, pongs, and parts of messages after the first: browsers send a pong in twenty seconds and cut nothing up."""
BEHIND_AT_MOST = 8.0
"""Seconds; a phone that changes masts or leaves a lift is back in fewer, and pings take twenty to find out."""
MOST_REPLIES = 32
"""Three seconds of messages as fast as they may come: who lets more answers lie does not read at all."""
MOST_WAITING = 32
"""The same three seconds for messages not worked off yet, 128 KiB at most: people wait for answers before they send."""

ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Made once: `json.dumps` with separators of one's own makes an encoder for every frame."""

NORMAL, POLICY, TOO_BIG, FAILED, RESTART, TRY_LATER = 1000, 1008, 1009, 1011, 1012, 1013


def frame(kind: str, version: int, data: dict[str, Any]) -> Frame:
    """A frame ready to be written: {"type": …, "version": …, "data": {…}}."""
    told = {"type": kind, "version": version, "data": data}
    return text_frame(ENCODE(told))


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


class Talker(Protocol):
    """Who the line belongs to."""

    async def on_text(self, text: str) -> None:
        """One message; the next one waits until this returns."""
        ...

    def on_too_fast(self) -> None:
        """One message too many within a second."""
        ...

    def on_gone(self) -> None:
        """The connection is over."""
        ...


class Line:
    """One open socket: `state` shows the newest frame of a type, `reply` answers in order. Small: there are many."""

    __slots__ = (
        "_behind_since",
        "_closing",
        "_count",
        "_inbox",
        "_is_gone",
        "_late",
        "_pieces",
        "_replies",
        "_second",
        "ready",
        "talker",
        "wire",
    )

    def __init__(self, talker: Talker) -> None:
        self.talker = talker
        self.wire: Wire | None = None
        self.ready: int | None = None
        """See frames.write_to_all."""
        self._late: dict[str, Frame] | None = None
        self._replies: list[Frame] | None = None
        self._inbox: list[str] | None = None
        self._closing: tuple[int, str] | None = None
        self._behind_since = 0.0
        self._second, self._count, self._pieces = 0.0, 0, 0
        self._is_gone = False

    async def open(self, websocket: WebSocket) -> None:
        """Take an accepted socket. With our server's protocol class this returns at once, else when the socket ends."""
        self.wire = wire = wire_of(websocket)
        self.ready = None if wire.is_behind else wire.number
        await wire.run(self)

    @property
    def is_over(self) -> bool:
        """Whether it is closed or closing."""
        return self._closing is not None

    def state(self, kind: str, frame: Frame) -> None:
        """Show this state, the newest of its type; a reader who is behind gets it, or a newer one, later."""
        wire = self.wire
        if self._closing is not None or wire is None:
            return
        if not wire.is_behind:
            wire.put(frame)
            return
        self._late = self._late or {}
        self._late[kind] = frame
        self._behind_since = self._behind_since or time.monotonic()  # plain ASGI does not tell
        self.look()

    def reply(self, frame: Frame) -> None:
        """Answer a message; somebody who never reads the answers is closed."""
        wire = self.wire
        if self._closing is not None or wire is None:
            return
        if not wire.is_behind:
            wire.put(frame)
            return
        self._replies = self._replies or []
        if len(self._replies) >= MOST_REPLIES:
            self.end(TRY_LATER, "slow")
            return
        self._replies.append(frame)

    def end(self, code: int, reason: str = "") -> None:
        """Close this socket after what waits has been sent; the first call counts. A slow reader gets nothing more."""
        if self._closing is not None:
            return
        self._closing, self.ready = (code, reason), None
        if code == TRY_LATER or not (self._late or self._replies):
            self._close()
        else:
            asyncio.get_running_loop().call_later(BEHIND_AT_MOST, self._close)

    def _close(self) -> None:
        self._late = self._replies = None
        if self.wire is not None and self._closing is not None:
            self.wire.close(*self._closing, at_once=self._closing[0] == TRY_LATER)

    def rest(self, data: bytes) -> None:
        """See frames.write_to_all."""
        if self.wire is not None:
            self.wire.rest(data)

    def behind(self) -> None:
        """What was written has to wait; see state."""
        self.ready = None
        self._behind_since = self._behind_since or time.monotonic()

    def look(self) -> None:
        """End a line that has been behind for too long. To be called now and then: a quiet room shows nothing new."""
        is_behind = self.wire is not None and self.wire.is_behind and self._behind_since > 0.0
        if is_behind and time.monotonic() - self._behind_since > BEHIND_AT_MOST:
            self.end(TRY_LATER, "slow")

    def drained(self) -> None:
        """What was written has left: answers first, then the newest states."""
        wire, self._behind_since = self.wire, 0.0
        if wire is None:
            return
        if self._closing is None:
            self.ready = wire.number  # unless what is written below has to wait again
        while not wire.is_behind and self._replies:
            wire.put(self._replies.pop(0))
        while not wire.is_behind and self._late:
            wire.put(self._late.pop(next(iter(self._late))))
        if (self._replies is not None or self._late is not None) and not (self._replies or self._late):
            self._replies = self._late = None
            if self._closing is not None:
                self._close()

    def _begin_second(self) -> None:
        """Count anew when the second of the last counts is over."""
        now = time.monotonic()
        if now - self._second >= 1.0:
            self._second, self._count, self._pieces = now, 0, 0

    def is_too_fast(self) -> bool:
        """Count a message; True when it is one too many within a second."""
        self._begin_second()
        self._count += 1
        return self._count > MESSAGES_A_SECOND

    def piece(self) -> bool:
        """Count a ping, a pong, or a part of a message after its first. False when it is not to be taken any more."""
        self._begin_second()
        self._pieces += 1
        if self._pieces > PIECES_A_SECOND and self._closing is None:
            self.talker.on_too_fast()
        return self._closing is None

    def hear(self, text: str | None) -> None:
        """A message from the other side. Messages of one line are worked off one after the other."""
        if self._closing is not None:
            return
        if text is None or len(text) > MAX_MESSAGE or len(text.encode()) > MAX_MESSAGE:
            self.end(TOO_BIG if text is not None else POLICY, "size")
        elif self.is_too_fast():
            self.talker.on_too_fast()
        elif self._inbox is not None:
            if len(self._inbox) < MOST_WAITING:
                self._inbox.append(text)
            else:
                self.end(TRY_LATER, "busy")
        else:
            self._inbox = [text]
            work = asyncio.get_running_loop().create_task(self._work())
            if self.wire is not None:
                self.wire.keep(work)

    async def _work(self) -> None:
        try:
            while self._inbox and not self._is_gone:
                await self.talker.on_text(self._inbox.pop(0))
        except Exception as error:
            log.error("socket.failed", **failure(error))
            self.end(FAILED)
        finally:
            self._inbox = None

    def gone(self) -> None:
        """The connection is over. A message being worked on is finished: a ballot on its way is still stored."""
        self._is_gone, self.ready = True, None
        self._closing = self._closing or (NORMAL, "")
        self._late = self._replies = None
        self.talker.on_gone()
