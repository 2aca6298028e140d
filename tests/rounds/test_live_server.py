"""Sockets over a real port: phones on several processes see one room, and a stopping server sends them on."""

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from linyue.base import session
from linyue.base.settings import Settings
from linyue.questions.rules import QuestionState
from tests.conftest import MovableClock, opened
from tests.make.rounds import Round, make_round
from tests.servers import LiveServer

pytestmark = [pytest.mark.anyio]
VOTERS = 12
WITHIN = 20.0


class Phone:
    """One signed-in phone on a real port."""

    def __init__(self, server: LiveServer, code: str, token: str, csrf: str) -> None:
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
                address, origin=self.server.url, additional_headers={"cookie": f"sid={self.token}"}, compression=None
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


async def prepare(settings: Settings) -> tuple[Round, list[tuple[str, str]]]:
    """A room with an open question and a session for each voter."""
    async with opened(settings):
        made = await make_round(question=QuestionState.OPEN, neighbours=VOTERS)
        signed = []
        for who in made.hall.neighbours:
            row, token = await session.begin(who.person_id, is_staff=False)
            signed.append((token, row.csrf))
        return made, signed


@pytest.fixture
async def room(settings: Settings, clock: MovableClock) -> tuple[Round, list[tuple[str, str]]]:
    return await prepare(settings)


@pytest.fixture
def server(room: object, make_live_server: Callable[..., LiveServer], mode: str) -> LiveServer:
    scaled = mode == "postgres"
    return make_live_server(processes=2 if scaled else 1, worker=scaled)


async def test_all_phones_on_all_processes_see_every_ballot(
    room: tuple[Round, list[tuple[str, str]]], server: LiveServer
) -> None:
    made, signed = room
    code = str(made.hall.meeting.join_code)
    phones = [Phone(server, code, token, csrf) for token, csrf in signed for _ in range(2)]
    async with AsyncExitStack() as stack:
        for phone in phones:
            await phone.open(stack)
        for phone in phones[::2]:
            body = {
                "question": made.question.public_id,
                "choice": "for",
                "client_id": secrets.token_hex(8),
                "replaces": 0,
            }
            await phone.send("cast", **body)
        receipts = [(await phone.until("ack"))["data"]["code"] for phone in phones[::2]]
        assert len(set(receipts)) == VOTERS
        await asyncio.gather(*(phone.until_cast(VOTERS) for phone in phones))


async def test_a_stopping_server_sends_phones_on(room: tuple[Round, list[tuple[str, str]]], server: LiveServer) -> None:
    made, signed = room
    async with AsyncExitStack() as stack:
        phone = Phone(server, str(made.hall.meeting.join_code), *signed[0])
        await phone.open(stack)
        await asyncio.to_thread(server.stop)
        with pytest.raises(ConnectionClosed) as caught:
            while True:
                await asyncio.wait_for(phone.socket.recv(), WITHIN)
        assert caught.value.rcvd is not None and caught.value.rcvd.code == 1012
