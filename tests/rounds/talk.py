"""A socket of the site inside the test's own event loop: the ASGI side of a browser's WebSocket."""

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from starlette.applications import Starlette

from linyue.base import session
from tests.client import ORIGIN, Client

WITHIN = 20.0


async def signed_in(new_client: Callable[[], Client], person_id: int | None) -> Client:
    """A new browser, signed in as this person."""
    client = new_client()
    assert person_id is not None
    await client.sign_in_as(person_id)
    return client


class Closed(Exception):
    """The server closed the socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Talk:
    """`async with Talk(app, "/live/123456", client) as talk:` opens, sends hello, and reads frames as dicts."""

    def __init__(self, app: Starlette, room: str, client: Client, *, hello: bool = True, origin: str = ORIGIN) -> None:
        self.app, self.room, self.client, self.with_hello, self.origin = app, room, client, hello, origin
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.seen: list[dict[str, Any]] = []

    async def __aenter__(self) -> Self:
        cookies = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "ws",
            "path": f"{self.room}/socket",
            "raw_path": f"{self.room}/socket".encode(),
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1:8000"), (b"origin", self.origin.encode()), (b"cookie", cookies.encode())],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8000),
            "subprotocols": [],
            "state": {},
            "extensions": {"websocket.http.response": {}},
        }
        await self._in.put({"type": "websocket.connect"})
        self._task = asyncio.create_task(self.app(scope, self._in.get, self._out.put))  # type: ignore[arg-type]
        first = await asyncio.wait_for(self._out.get(), WITHIN)
        if first["type"] != "websocket.accept":
            raise Closed(int(first.get("status", 0)), "denied")
        if self.with_hello:
            await self.hello()
        return self

    async def ticket(self) -> str:
        """A ticket for this room, over this client's session."""
        answer = await self.client.send_form(f"{self.room}/ticket")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["ticket"])

    async def hello(self, ticket: str | None = None) -> None:
        """Say hello with a fresh ticket, or this one."""
        await self.send("hello", protocol=1, ticket=await self.ticket() if ticket is None else ticket)

    async def send(self, kind: str, **data: Any) -> None:
        """Send a frame."""
        await self.send_text(json.dumps({"type": kind, "data": data}))

    async def send_text(self, text: str) -> None:
        """Send anything."""
        await self._in.put({"type": "websocket.receive", "text": text})

    async def read(self) -> dict[str, Any]:
        """The next frame. Raises Closed."""
        message = await asyncio.wait_for(self._out.get(), WITHIN)
        if message["type"] == "websocket.close":
            raise Closed(message["code"], message.get("reason") or "")
        found: dict[str, Any] = json.loads(message["text"])
        self.seen.append(found)
        return found

    async def until(self, kind: str, **wanted: Any) -> dict[str, Any]:
        """The next frame of this type whose data has these values."""
        while True:
            found = await self.read()
            if found["type"] == kind and all(found["data"].get(key) == value for key, value in wanted.items()):
                return found

    async def closed(self) -> Closed:
        """Read until the server closes."""
        try:
            while True:
                await self.read()
        except Closed as closed:
            return closed

    def newest(self, kind: str) -> dict[str, Any]:
        """What a reader that keeps the highest version holds of a type."""
        held: dict[str, Any] = {"version": -1, "data": None}
        for one in self.seen:
            if one["type"] == kind and one["version"] >= held["version"]:
                held = one
        return held

    @property
    def shown(self) -> Any:
        """The newest state of the room as the store has it; how long fetching may take is the line's own."""
        data = self.newest("room")["data"]
        return data and {key: value for key, value in data.items() if key != "spread_ms"}

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._in.put({"type": "websocket.disconnect", "code": 1005})
        await asyncio.wait_for(self._task, WITHIN)


__all__ = ["Closed", "Talk", "session"]
