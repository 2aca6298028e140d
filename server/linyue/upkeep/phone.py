"""A voter's phone without a browser: its ticket, its socket, its ballots. Speaks PROTOCOL.md and nothing else.

A ballot is sent again with the same id until an answer comes, on whichever door is open; an answer that never comes is
an unknown outcome, never a refusal. It pauses as the page's own scripts do (live.js, ballot.js). Used by
`linyue simulate` and by the fault tests.
"""

import asyncio
import json
import secrets
import ssl
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

ANSWER_WITHIN = 10.0
SILENT_AT_MOST = 25.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
EACH_PERSON, LONGEST_SPREAD = 0.004, 4.0
VOTE_AGAIN = 3.0
TRY_AGAIN = frozenset({"questions-refused-cannot-record", "rounds-refused-too-fast"})
RESTART, TOLD_TO_WAIT = 1012, (1008, 1013)
TRIES_WHEN_TOLD = 3
"""Whoever is told to wait goes on as after so many tries that came to nothing, see next_try."""
LOST = (OSError, TimeoutError, EOFError, ValueError, WebSocketException)


def first_try(chance: Random, present: int, close: int = 0) -> float:
    """Seconds until the first try after a lost line, so that a hall which loses it as one does not come back as one.

    `close`: the code it ended with, 0 for none; not one of TOLD_TO_WAIT. PROTOCOL.md, Closing.
    """
    spread = LONGEST_SPREAD if close == RESTART else min(LONGEST_SPREAD, max(FIRST_PAUSE, EACH_PERSON * present))
    return FIRST_PAUSE / 2 + spread * chance.random()


def next_try(chance: Random, tries: int, longest: float = LONGEST_PAUSE) -> float:
    """Seconds until the next try after so many, one or more, that came to nothing: 1, 2, 4 and so on, jittered."""
    return min(longest, FIRST_PAUSE * 2.0 ** min(tries, 9)) * chance.uniform(0.5, 1.5)


class TurnedAway(Exception):
    """The site answers, and says no: wrong session, wrong code, no such room."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where a phone dials, and the site it names there: the two differ behind a proxy or between machines."""

    host: str
    port: int
    origin: str
    tls: ssl.SSLContext | None = None


def door_of(url: str) -> Door:
    """The door of a plain address such as http://127.0.0.1:8000."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    tls = ssl.create_default_context() if is_tls else None
    return Door(parts.hostname or "", port, f"{parts.scheme}://{parts.netloc}", tls)


@dataclass(frozen=True, slots=True)
class Room:
    """What is voted on: the meeting's code and the question's public id."""

    code: str
    question: str


@dataclass(frozen=True, slots=True)
class Seat:
    """Who votes: the session's cookie ("sid=…") and form token."""

    cookie: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Ack:
    """A receipt as it came over the wire, and how many seconds after the first send."""

    client_id: str
    choice: str
    revision: int
    code: str
    took: float


@dataclass(slots=True)
class Book:
    """What a crowd of phones was told. `on_ack` sees each receipt as it comes."""

    acks: list[Ack] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    closes: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    sent_again: int = 0
    opened: int = 0
    faults: list[str] = field(default_factory=list)
    on_ack: Callable[[Ack], None] | None = None

    def note(self, ack: Ack) -> None:
        """Write down a receipt."""
        self.acks.append(ack)
        if self.on_ack is not None:
            self.on_ack(ack)


async def post(door: Door, path: str, cookie: str, fields: dict[str, str]) -> tuple[int, bytes]:
    """One form post on a connection of its own: status and body. Raises OSError, TimeoutError, ValueError."""
    return await ask(door, "POST", path, cookie, urlencode(fields).encode())


async def ask(door: Door, method: str, path: str, cookie: str = "", body: bytes = b"") -> tuple[int, bytes]:
    """One request on a connection of its own: status and body. Raises OSError, TimeoutError, ValueError."""
    async with asyncio.timeout(ANSWER_WITHIN):
        name = urlsplit(door.origin).hostname if door.tls else None
        reader, writer = await asyncio.open_connection(door.host, door.port, ssl=door.tls, server_hostname=name)
        try:
            lines = [f"{method} {path} HTTP/1.1", f"Host: {urlsplit(door.origin).netloc}", f"Origin: {door.origin}"]
            lines += [f"Cookie: {cookie}"] if cookie else []
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
            writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            return int(head.split(b" ", 2)[1]), await reader.read()
        finally:
            writer.transport.abort()


class Phone:
    """One phone of one voter. `vote` returns when the ballot was answered, through however many lines."""

    def __init__(self, doors: Sequence[Door], room: Room, seat: Seat, chance: Random, book: Book) -> None:
        self.doors, self.room, self.seat, self.chance, self.book = doors, room, seat, chance, book
        self.revision = 0
        self.states: dict[str, tuple[int, dict[str, Any]]] = {}
        self.waiting: dict[str, Any] | None = None
        self.changed, self.lost = asyncio.Event(), asyncio.Event()
        self.socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        # Nothing in it means that the line was lost: an exception would be reported when nobody waits any more.
        self._answer: asyncio.Future[dict[str, Any] | None] | None = None
        self.pace, self.longest_pause = 1.0, LONGEST_PAUSE
        """What each pause is multiplied by, and the longest before that: a test need not wait as a hall does."""
        self._tries = 0
        self._rest = 0.0
        """Seconds until the next try to come in."""

    async def open(self) -> None:
        """Come in, trying again with growing, jittered pauses. Raises TurnedAway."""
        while self.socket is None:
            rest, self._rest = self._rest, 0.0
            await asyncio.sleep(rest)
            try:
                async with asyncio.timeout(ANSWER_WITHIN):
                    await self._come_in(self.chance.choice(self.doors))
                self._tries = 0
            except LOST as error:
                self.book.failures[type(error).__name__] += 1
                await self._drop()
                self._later(error.rcvd.code if isinstance(error, ConnectionClosed) and error.rcvd else 0)

    def _later(self, close: int) -> None:
        """Set the pause until the next try; `close`: the code the line ended with, 0 for none. live.js has the same."""
        if close in TOLD_TO_WAIT:
            self._tries = max(self._tries, TRIES_WHEN_TOLD)
        if self._tries:
            pause = next_try(self.chance, self._tries, self.longest_pause)
        else:
            present = self.states["turnout"][1]["present"] if "turnout" in self.states else 0
            pause = first_try(self.chance, present, close)
        self._tries += 1
        self._rest = pause * self.pace

    async def vote(self, choice: str, client_id: str = "") -> Ack | str:
        """Cast a ballot, or change it. The receipt, or the reason of the refusal."""
        cast: dict[str, Any] = {
            "question": self.room.question,
            "choice": choice,
            "client_id": client_id or secrets.token_hex(8),
            "replaces": self.revision,
        }
        self.waiting, began, is_first = cast, time.monotonic(), True
        again = VOTE_AGAIN
        while True:
            self.book.sent_again += not is_first
            is_first = False
            try:
                told = await self._send(cast)
            except LOST:
                await self._drop()
                continue
            data = told["data"]
            if told["type"] == "refused" and data["reason"] in TRY_AGAIN:
                self.book.refused[data["reason"]] += 1
                await asyncio.sleep(again * self.chance.uniform(0.5, 1.5) * self.pace)
                again = min(again * 2, self.longest_pause)
                continue
            self.waiting = None
            if told["type"] == "refused":
                self.book.refused[data["reason"]] += 1
                self.revision = data.get("newest", {}).get("revision", self.revision)
                return str(data["reason"])
            if data["revision"] != self.revision + 1:
                self.book.faults.append(f"{cast['client_id']}: revision {data['revision']} after {self.revision}")
            ack = Ack(cast["client_id"], choice, data["revision"], data["code"] or "", time.monotonic() - began)
            self.revision = data["revision"]
            self.book.note(ack)
            return ack

    async def until(self, is_so: Callable[[dict[str, tuple[int, dict[str, Any]]]], bool]) -> None:
        """Stay in, whatever happens to the line, until the states held say so."""
        while not is_so(self.states):
            await self.open()
            self.changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.changed.wait(), 1.0)

    async def stay(self, seconds: float) -> None:
        """Keep the line open for so long, coming back as often as it is lost."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.lost.wait(), left)
                await self.open()

    async def close(self) -> None:
        """Leave."""
        await self._drop(politely=True)

    async def _come_in(self, door: Door) -> None:
        fields = {"csrf": self.seat.csrf} if self.seat.csrf else {}
        status, body = await post(door, f"/live/{self.room.code}/ticket", self.seat.cookie, fields)
        if 400 <= status < 500 and status != 429:
            raise TurnedAway(f"the ticket was refused with {status}")
        if status != 200:
            raise OSError(f"status {status}")
        site = urlsplit(door.origin)
        name = site.hostname if door.tls else None
        self.lost.clear()
        self.socket = await connect(
            # Without TLS here although the site has it: this phone stands where the proxy would.
            f"{'wss' if door.tls else 'ws'}://{site.netloc}/live/{self.room.code}/socket",
            host=door.host,
            port=door.port,
            ssl=door.tls,
            server_hostname=name,
            origin=Origin(door.origin),
            additional_headers={"Cookie": self.seat.cookie} if self.seat.cookie else {},
            compression=None,
            proxy=None,
            ping_interval=None,
            open_timeout=ANSWER_WITHIN,
            close_timeout=1,
            max_size=2**24,
            user_agent_header=None,
        )
        self.states.clear()
        await self._say("hello", protocol=1, ticket=json.loads(body)["ticket"])
        while "you" not in self.states:
            self._hear(json.loads(await self.socket.recv()))
        self.book.opened += 1
        mine = self.states["you"][1]["ballot"]
        if self.waiting is None and mine is not None:
            self.revision = mine["revision"]
        self._reader = asyncio.create_task(self._listen(self.socket))

    async def _send(self, cast: dict[str, Any]) -> dict[str, Any]:
        await self.open()
        answer = self._answer = asyncio.get_running_loop().create_future()
        await self._say("cast", **cast)
        told: dict[str, Any] | None = await asyncio.wait_for(answer, ANSWER_WITHIN)
        if told is None:
            raise ConnectionResetError
        return told

    async def _say(self, kind: str, **data: Any) -> None:
        assert self.socket is not None
        await self.socket.send(json.dumps({"type": kind, "data": data}, separators=(",", ":")))

    async def _listen(self, line: ClientConnection) -> None:
        code = 0
        try:
            while True:
                async with asyncio.timeout(SILENT_AT_MOST):
                    self._hear(json.loads(await line.recv()))
        except ConnectionClosed as closed:
            got = closed.rcvd
            code = got.code if got else 0
            self.book.closes[f"{got.code} {got.reason}".strip() if got else "1006"] += 1
        except LOST as error:
            self.book.closes[type(error).__name__] += 1
        if self.socket is line:
            self.socket = None
            self._later(code)
            self.lost.set()
        self.changed.set()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(None)

    def _hear(self, told: dict[str, Any]) -> None:
        kind, data = told["type"], told["data"]
        if kind in ("ack", "refused"):
            sent = self.waiting
            if sent is not None and data.get("client_id") == sent["client_id"] and self._answer is not None:
                if not self._answer.done():
                    self._answer.set_result(told)
            elif data.get("reason") in TRY_AGAIN and self._answer is not None and not self._answer.done():
                self._answer.set_result(told)
            return
        if kind in ("room", "turnout", "you") and told["version"] >= self.states.get(kind, (-1, {}))[0]:
            self.states[kind] = (told["version"], data)
            self.changed.set()

    async def _drop(self, *, politely: bool = False) -> None:
        line, self.socket = self.socket, None
        reader, self._reader = self._reader, None
        if reader is not None and reader is not asyncio.current_task():
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        if line is not None:
            if politely:
                with suppress(*LOST):
                    await line.close()
            else:
                line.transport.abort()
