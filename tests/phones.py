"""A signed-in phone on a real port, without a browser: its ticket, its socket, and the frames it reads."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from tests.servers import Site

WITHIN = 20.0


class Phone:
    """One signed-in phone on a real port."""

    def __init__(self, server: Site, code: str, token: str, csrf: str) -> None:
        self.server, self.code, self.token, self.csrf = server, code, token, csrf
        self.cast = -1

    async def open(self, stack: AsyncExitStack) -> ClientConnection:
        """A connection of its own for the ticket, another for the socket: the kernel may choose any process for each."""
        headers = {"origin": self.server.url, "cookie": f"sid={self.token}"}
        async with httpx2.AsyncClient(headers=headers, verify=False, timeout=WITHIN) as client:
            answer = await client.post(f"{self.server.url}/live/{self.code}/ticket", data={"csrf": self.csrf})
        assert answer.status_code == 200, answer.text
        address = self.server.url.replace("http", "ws") + f"/live/{self.code}/socket"
        self.socket = await stack.enter_async_context(
            connect(
                address,
                origin=Origin(self.server.url),
                additional_headers={"cookie": f"sid={self.token}"},
                compression=None,
            )
        )
        await self.send("hello", protocol=1, ticket=answer.json()["ticket"])
        await self.until("you")
        return self.socket

    async def send(self, kind: str, **data: Any) -> None:
        await self.socket.send(json.dumps({"type": kind, "data": data}))

    async def until(self, kind: str) -> dict[str, Any]:
        """The next frame of a type."""
        while True:
            found: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), WITHIN))
            if found["type"] == "turnout" and found["data"]["ballots"]:
                self.cast = found["data"]["ballots"]["cast"]
            if found["type"] == kind:
                return found

    async def until_cast(self, cast: int) -> None:
        """Read until the turnout shows so many ballots."""
        while self.cast < cast:
            await self.until("turnout")
