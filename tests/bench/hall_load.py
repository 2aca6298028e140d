"""Phones of a hall for the load generator: they come in as PROTOCOL.md says, vote at a rate, and note when screens changed.

Coming in is asyncio over plain sockets; measuring is raw epoll over the same sockets.
"""

import asyncio
import json
import random
import re
import secrets
import select
import socket
import time
from bisect import bisect_left, bisect_right
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from linyue.upkeep.phone import RESTART, first_try, next_try
from tests.bench.frames import CLOSE, PING, PONG, handshake, masked, split

VERSION = re.compile(rb'^\{"type":"(?:turnout|heartbeat|room)","version":(\d+)')
AT_ONCE = 60
PAUSE = 0.11
"""Between two ballots of one phone; ten messages a second are the limit."""
WITHIN = 120.0


@dataclass(slots=True)
class Phone:
    """One signed-in phone. `revision`: of its ballot; `sent_at`: of the ballot on its way, 0 for none."""

    token: str
    csrf: str
    held: socket.socket | None = None
    left: bytes = b""
    revision: int = 0
    sent_at: float = 0.0
    shown: int = -1
    is_told: bool = False
    """The server said that it restarts."""
    is_far: bool = False
    """It only listens, at another process."""


@dataclass(slots=True)
class Hall:
    """A room on a server, and its phones."""

    port: int
    code: str
    question: str
    phones: list[Phone]
    poll: select.epoll = field(default_factory=select.epoll)
    by_fd: dict[int, Phone] = field(default_factory=dict)
    deaf: list[socket.socket] = field(default_factory=list)
    version: int = 0
    far_port: int = 0
    far: int = 0


class HallLoad:
    """What the parent may ask for."""

    def __init__(self) -> None:
        self.halls: dict[str, Hall] = {}

    def hall_open(self, name: str, port: int, code: str, question: str, sessions: list[tuple[str, str]]) -> float:
        """Let everybody come in; returns seconds."""
        told = self.halls.pop(name, None) or Hall(0, "", "", [])
        phones = [Phone(*one) for one in sessions]
        for phone in phones[len(phones) - told.far :]:
            phone.is_far = True
        hall = self.halls[name] = Hall(port, code, question, phones, far_port=told.far_port, far=told.far)
        begun = time.perf_counter()
        for start in range(0, len(phones), 200):
            asyncio.run(self._come(hall, phones[start : start + 200]))
            self.idle()  # those who are in answer pings while the others come
        return time.perf_counter() - begun

    def idle(self) -> None:
        """Read what has come for every phone of every hall, and answer pings; the parent may be busy elsewhere."""
        for hall in self.halls.values():
            vote = _Vote(hall, 0.0, 0.0)
            while vote.read(0.0):
                continue

    def hall_far(self, name: str, port: int, far: int) -> None:
        """The last `far` phones listen at another process of the same room; call before they come in."""
        self.halls[name] = Hall(0, "", "", [], far_port=port, far=far)

    async def _come(self, hall: Hall, phones: list[Phone]) -> None:
        door = asyncio.Semaphore(AT_ONCE)

        async def one(phone: Phone) -> None:
            async with door:
                await enter(hall, phone)

        async with asyncio.timeout(WITHIN):
            await asyncio.gather(*(one(phone) for phone in phones))
        for phone in phones:
            _watch(hall, phone)

    def hall_back(self, name: str, within: float = 180.0) -> list[float]:
        """Wait until every phone has lost its line and is back; seconds after the loss, one for each phone."""
        hall = self.halls[name]
        hall.poll.close()
        hall.poll, hall.by_fd = select.epoll(), {}
        times = asyncio.run(self._return(hall, within))
        for phone in hall.phones:
            _watch(hall, phone)
        return times

    async def _return(self, hall: Hall, within: float) -> list[float]:
        loop = asyncio.get_running_loop()
        lost_at = 0.0

        async def one(phone: Phone) -> float:
            nonlocal lost_at
            assert phone.held is not None
            got, is_told, phone.is_told = b"", phone.is_told, False
            while True:
                try:
                    part = await loop.sock_recv(phone.held, 65536)
                except OSError:
                    part = b""
                if not part:
                    break
                got = (got + part)[-64:]
                is_told = is_told or b"\x88\x02\x03\xf4" in got  # 1012
            phone.held.close()
            lost_at = lost_at or loop.time()
            tries, chance = 0, random.Random()
            # As live.js does: the first try is spread by the hall's size, the next after growing, jittered pauses.
            pause = first_try(chance, len(hall.phones), RESTART if is_told else 0)
            while True:
                await asyncio.sleep(pause)
                try:
                    async with asyncio.timeout(10):
                        await enter(hall, phone)
                    return loop.time() - lost_at
                except (OSError, TimeoutError, AssertionError):
                    tries += 1
                    pause = next_try(chance, tries)

        async with asyncio.timeout(within):
            return await asyncio.gather(*(one(phone) for phone in hall.phones))

    def hall_deaf(self, name: str, count: int) -> None:
        """Phones that come in and then never read; they use the first sessions once more."""
        hall = self.halls[name]

        async def come() -> None:
            for phone in hall.phones[:count]:
                twin = Phone(phone.token, phone.csrf)
                await enter(hall, twin, receive_buffer=4096)
                assert twin.held is not None
                hall.deaf.append(twin.held)

        asyncio.run(come())

    def hall_deaf_over(self, name: str) -> None:
        """Let go of them. Whether the server did so before cannot be seen here: its last bytes stand before the end."""
        for one in self.halls[name].deaf:
            one.close()
        self.halls[name].deaf = []

    def hall_vote(self, name: str, rate: float, seconds: float) -> dict[str, Any]:
        """Ballots at a rate for a time: milliseconds to the ack, and to the last screen. See _Vote."""
        return _Vote(self.halls[name], rate, seconds).run()

    def hall_saturate(self, name: str, voters: int, seconds: float) -> dict[str, float]:
        """So many voters, each voting again as soon as the last ballot is acknowledged: acks a second."""
        return _Vote(self.halls[name], 0.0, seconds, voters).run()

    def hall_idle(self, name: str, seconds: float) -> None:
        """Only read, and answer pings."""
        _Vote(self.halls[name], 0.0, seconds).run()

    def hall_close(self, name: str) -> None:
        """Hang up."""
        self.hall_deaf_over(name)
        hall = self.halls.pop(name)
        for phone in hall.phones:
            if phone.held is not None:
                phone.held.close()


def _watch(hall: Hall, phone: Phone) -> None:
    assert phone.held is not None
    hall.by_fd[phone.held.fileno()] = phone
    hall.poll.register(phone.held, select.EPOLLIN)


async def enter(hall: Hall, phone: Phone, receive_buffer: int = 0) -> None:
    """Ticket, socket, hello, until `you`. Raises OSError, TimeoutError, AssertionError."""
    loop = asyncio.get_running_loop()
    port = hall.far_port if phone.is_far else hall.port
    host = f"127.0.0.1:{port}"
    own = f"Origin: http://{host}\r\nCookie: sid={phone.token}\r\n"
    body = f"csrf={phone.csrf}"
    asked = (
        f"POST /live/{hall.code}/ticket HTTP/1.1\r\nHost: {host}\r\n{own}Connection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    with socket.socket() as ask:
        ask.setblocking(False)
        await loop.sock_connect(ask, ("127.0.0.1", port))
        await loop.sock_sendall(ask, asked.encode())
        answer = b""
        while part := await loop.sock_recv(ask, 65536):
            answer += part
    assert b" 200 " in answer[:20], answer[:300]
    ticket = json.loads(answer.split(b"\r\n\r\n", 1)[1])["ticket"]
    held = socket.socket()
    try:
        if receive_buffer:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        held.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        held.setblocking(False)
        await loop.sock_connect(held, ("127.0.0.1", port))
        await loop.sock_sendall(held, handshake(f"/live/{hall.code}/socket", host, own))
        got = b""
        while b"\r\n\r\n" not in got:
            part = await loop.sock_recv(held, 65536)
            assert part, "closed"
            got += part
        head, rest = got.split(b"\r\n\r\n", 1)
        assert b" 101 " in head[:20], head[:200]
        hello = {"type": "hello", "data": {"protocol": 1, "ticket": ticket}}
        await loop.sock_sendall(held, masked(json.dumps(hello).encode()))
        while b'{"type":"you"' not in rest:
            part = await loop.sock_recv(held, 65536)
            assert part, "closed"
            rest += part
        frames, phone.left = split(rest)
        for _, told in frames:
            if found := VERSION.match(told):
                hall.version = max(hall.version, int(found[1]))
            if told.startswith(b'{"type":"you"'):
                ballot = json.loads(told)["data"]["ballot"]
                phone.revision = ballot["revision"] if ballot else 0
    except BaseException:
        held.close()
        raise
    phone.held, phone.sent_at = held, 0.0


class _Vote:
    """One run of voting. The k-th ballot sent has reached a screen when its version is k above the version before."""

    def __init__(self, hall: Hall, rate: float, seconds: float, voters: int = 0) -> None:
        self.hall, self.rate, self.seconds, self.voters = hall, rate, seconds, voters
        self.acks: list[float] = []
        self.refused: list[bytes] = []
        self.sent_at: list[float] = []
        self.seen: list[int] = []
        self.place: dict[int, int] = {}
        self.reached: list[int] = []
        self.full_at: list[float] = []
        self.near_at: list[float] = []
        self.bytes = 0
        self.lost = 0
        self.is_sending = True
        self.later: deque[Phone] = deque()
        self.last_at: dict[int, float] = {}

    def run(self) -> dict[str, Any]:
        hall = self.hall
        self._settle()
        base = hall.version
        for phone in hall.phones:
            phone.shown = base
        busy, begun = time.process_time(), time.perf_counter()
        end = begun + self.seconds
        due, number, order = begun, 0, [phone for phone in hall.phones if not phone.is_far]
        random.shuffle(order)
        for phone in order[: self.voters]:
            self._send(phone)
        while (now := time.perf_counter()) < end:
            while self.later and now - self.last_at.get(id(self.later[0]), 0.0) > PAUSE:
                self._send(self.later.popleft())
            while self.rate and due <= now:
                self._send(order[number % len(order)])
                number += 1
                due += 1 / self.rate
            self.read(0.005 if self.later else max(0.0, min(due if self.rate else end, end) - now))
        took = time.perf_counter() - begun
        acked = len(self.acks)
        self.is_sending = False
        share = (time.process_time() - busy) / took
        self._settle()
        waits, shown = [], 0
        for k, sent in enumerate(self.sent_at, start=1):
            at = bisect_left(self.seen, base + k)
            while at < len(self.seen) and not self.full_at[at]:
                at += 1
            shown += at < len(self.seen)
            if self.rate:  # one that never reached everybody took as long as there was
                waits.append((self.full_at[at] - sent if at < len(self.seen) else self.seconds) * 1000)
        told: dict[str, Any] = {
            "acks": acked / took,
            "acked": acked,
            "sent": len(self.sent_at),
            "busy": share,
            "bytes": self.bytes,
        }
        told |= {"refused": len(self.refused), "lost": self.lost, "shown": shown}
        told["why"] = self.refused[0].decode() if self.refused else ""
        hops = [
            max(0.0, full - near) * 1000
            for near, full in zip(self.near_at, self.full_at, strict=True)
            if hall.far and near and full
        ]
        told["frames"] = len(hops)
        for name, found in (("ack", self.acks), ("screen", waits), ("hop", hops)):
            if len(found) > 1:
                cuts = quantiles(found, n=100, method="inclusive")
                told |= {f"{name}_p50": cuts[49], f"{name}_p95": cuts[94], f"{name}_p99": cuts[98]}
        return told

    def _settle(self) -> None:
        """Read until nothing has come for half a second and no ballot is on its way, or ten seconds are over."""
        end, quiet = time.perf_counter() + 10, time.perf_counter()
        while time.perf_counter() < end:
            if self.read(0.1):
                quiet = time.perf_counter()
            elif time.perf_counter() - quiet > 0.5 and not any(phone.sent_at for phone in self.hall.phones):
                return

    def _send(self, phone: Phone) -> None:
        if phone.sent_at or phone.held is None:
            return
        body = (
            f'{{"type":"cast","data":{{"question":"{self.hall.question}","choice":"for",'
            f'"client_id":"{secrets.token_hex(8)}","replaces":{phone.revision}}}}}'
        )
        phone.sent_at = time.perf_counter()
        self.sent_at.append(phone.sent_at)
        if self.voters:
            self.last_at[id(phone)] = phone.sent_at
        try:
            phone.held.send(masked(body.encode()))
        except OSError:  # the line was lost; reading finds out and counts it
            phone.sent_at = 0.0

    def read(self, within: float) -> int:
        ready = self.hall.poll.poll(within)
        by_fd, known = self.hall.by_fd, self.place
        for fd, _ in ready:
            phone = by_fd[fd]
            assert phone.held is not None
            try:
                data = phone.held.recv(65536)
            except OSError:
                data = b""
            if not data:
                self.lost += 1
                self.hall.poll.unregister(fd)
                del by_fd[fd]
                phone.sent_at = 0.0
                continue
            self.bytes += len(data)
            place = known.get(hash(data))
            if place is not None and not phone.left:
                self._shown(phone, place)
                continue
            frames, phone.left = split(phone.left + data if phone.left else data)
            for opcode, body in frames:
                self._frame(phone, opcode, body, data if len(frames) == 1 and not phone.left else None)
        return len(ready)

    def _frame(self, phone: Phone, opcode: int, body: bytes, whole: bytes | None) -> None:
        if opcode == PING:
            assert phone.held is not None
            with suppress(OSError):
                phone.held.send(masked(body, PONG))
        elif opcode == CLOSE:
            phone.is_told = body[:2] == b"\x03\xf4"
        elif found := VERSION.match(body):
            version = int(found[1])
            if not self.seen or version > self.seen[-1]:
                self.seen.append(version)
                self.reached.append(0)
                self.full_at.append(0.0)
                self.near_at.append(0.0)
                self.hall.version = max(self.hall.version, version)
            at = bisect_right(self.seen, version) - 1
            if whole is not None and b'"turnout"' in body[:20]:
                self.place[hash(whole)] = at
            self._shown(phone, at)
        elif body.startswith((b'{"type":"ack"', b'{"type":"refused"')):
            if body.startswith(b'{"type":"ack"'):
                if phone.sent_at:
                    self.acks.append((time.perf_counter() - phone.sent_at) * 1000)
                phone.revision += 1
            else:
                self.refused.append(body)
            phone.sent_at = 0.0
            if self.voters and self.is_sending:
                self.later.append(phone)

    def _shown(self, phone: Phone, at: int) -> None:
        """A screen shows the state at this place; it has then seen every earlier one too."""
        seen = self.seen
        if at < 0 or at >= len(seen) or seen[at] <= phone.shown:
            return
        first = bisect_left(seen, phone.shown + 1)
        phone.shown = seen[at]
        now = time.perf_counter()
        if self.hall.far and not phone.is_far:
            self.near_at[at] = self.near_at[at] or now
            return
        full = self.hall.far or len(self.hall.by_fd)
        for place in range(first, at + 1):
            self.reached[place] += 1
            if self.reached[place] >= full:
                self.full_at[place] = self.full_at[place] or now
