"""Sockets over a real port: phones on several processes see one room, and a stopping server sends them on."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import ConnectionClosed

from linyue.base import session
from linyue.base.settings import Settings
from linyue.questions.rules import QuestionState
from tests.conftest import MovableClock, opened
from tests.make.rounds import Round, make_round
from tests.phones import WITHIN, Phone
from tests.servers import LiveServer

pytestmark = [pytest.mark.anyio]
VOTERS = 12


async def prepare(settings: Settings) -> tuple[Round, list[tuple[str, str]]]:
    """A room with an open question and a session for each voter."""
    async with opened(settings):
        made = await make_round(question=QuestionState.OPEN, neighbours=VOTERS)
        signed = []
        for who in made.hall.neighbours:
            assert who.person_id is not None
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
    assert made.question is not None
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
