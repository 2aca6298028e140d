"""The moment a vote opens, for the load generator: every phone of a hall does what the page of the room does.

It hears the room's frame, waits for a moment of the time that the frame gives, and fetches its page, then the ballot. That
nobody thinks before going to the ballot, and that everybody goes, is the worst case.
"""

import asyncio
import json
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from tests.bench.frames import PING, PONG, masked, split
from tests.bench.hall_load import Hall, HallLoad, Phone

FOLLOW_MS = 1500
"""web/static/js/live.js: where the server does not say."""
WITHIN = 300.0


class OpensLoad:
    """What the parent may ask for."""

    def __init__(self, halls: HallLoad) -> None:
        self.halls = halls

    def hall_opens(self, name: str, press: dict[str, Any]) -> dict[str, Any]:
        """Press the chair's button (`press`: its path, form and cookie), then follow: see _Opening.run."""
        return asyncio.run(_Opening(self.halls.halls[name]).run(press))


class _Opening:
    """One opening. Times are seconds after the chair pressed."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.begun = 0.0
        self.waiting: defaultdict[int, deque[tuple[int, bytes]]] = defaultdict(deque)
        self.invited: list[float] = []
        self.spread_ms: set[int] = set()
        self.waits: dict[str, list[float]] = {"page": [], "ballot": []}
        self.ends: dict[str, list[float]] = {"page": [], "ballot": []}
        self.size: dict[str, int] = {}

    async def run(self, press: dict[str, Any]) -> dict[str, Any]:
        """Seconds until the last page and the last ballot, milliseconds of each, and what the frame said."""
        phones = [asyncio.create_task(self._phone(phone)) for phone in self.hall.phones]
        await asyncio.sleep(0)
        busy, self.begun = time.process_time(), time.perf_counter()
        answer, _ = await self._ask(press["cookie"], "POST", press["path"], press["form"])
        assert b" 303 " in answer[:20], answer[:500]
        async with asyncio.timeout(WITHIN):
            await asyncio.gather(*phones)
        took = time.perf_counter() - self.begun
        found: dict[str, Any] = {"busy": (time.process_time() - busy) / took, "spread_ms": max(self.spread_ms)}
        found |= {"invited": max(self.invited), "size": self.size}
        for name in ("page", "ballot"):
            found |= {f"{name}_last": max(self.ends[name]), f"{name}_waits": self.waits[name]}
        return found

    async def _phone(self, phone: Phone) -> None:
        room = await self._until(phone, "room", lambda data: (data["question"] or {}).get("state") == "open")
        invited = asyncio.create_task(self._invited(phone))
        spread = room.get("spread_ms", FOLLOW_MS)
        self.spread_ms.add(spread)
        await asyncio.sleep(random.random() * spread / 1000)
        host = f"127.0.0.1:{self.hall.port}"
        begun = time.perf_counter()
        reader, sink = await asyncio.open_connection(*host.split(":"))
        for name, path in (("page", f"/live/{self.hall.code}"), ("ballot", f"/q/{self.hall.question}/ballot")):
            head, body = await self._ask(phone.token, "GET", path, "", (reader, sink))
            assert b" 200 " in head[:20], head[:300]
            self.waits[name].append((time.perf_counter() - begun) * 1000)
            begun = time.perf_counter()
            self.ends[name].append(self._now())
            self.size[name] = len(body)
        sink.close()
        await invited

    async def _invited(self, phone: Phone) -> None:
        """From here on the page shows the way to the ballot."""
        await self._until(phone, "you", lambda data: data["may_vote"])
        self.invited.append(self._now())

    async def _until(self, phone: Phone, kind: str, is_it: Callable[[Any], bool]) -> dict[str, Any]:
        """The data of the next frame of a type that fits; pings are answered meanwhile."""
        assert phone.held is not None
        loop, start, waiting = asyncio.get_running_loop(), f'{{"type":"{kind}"'.encode(), self.waiting[id(phone)]
        while True:
            while waiting:
                opcode, body = waiting.popleft()
                if opcode == PING:
                    await loop.sock_sendall(phone.held, masked(body, PONG))
                elif body.startswith(start) and is_it(data := json.loads(body)["data"]):
                    return dict(data)
            part = await loop.sock_recv(phone.held, 65536)
            assert part, "closed"
            frames, phone.left = split(phone.left + part)
            waiting.extend(frames)

    async def _ask(self, token: str, method: str, path: str, form: str, over: Any = None) -> tuple[bytes, bytes]:
        host = f"127.0.0.1:{self.hall.port}"
        reader, sink = over or await asyncio.open_connection(*host.split(":"))
        more = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n" if form else ""
        sink.write(
            f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: sid={token}\r\n"
            f"Accept: text/html\r\nAccept-Language: zh-CN\r\n{more}\r\n{form}".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        length = int(next((one for one in lines if one.startswith("content-length:")), ":0").split(":")[1])
        body = await reader.readexactly(length)
        if over is None:
            sink.close()
        return head, body

    def _now(self) -> float:
        return time.perf_counter() - self.begun
