"""The socket while the database is away or slow, with a zero byte in a frame, and with a phone that does not read."""

import asyncio
import time
from typing import Any

import asyncpg
import pytest
from starlette.applications import Starlette
from tortoise.exceptions import DBConnectionError, IntegrityError

from linyue.base.frames import AsgiWire
from linyue.base.sockets import BEHIND_AT_MOST, frame
from linyue.meetings.rules_plan import Link
from linyue.questions.rules import QuestionState
from linyue.rounds import live, live_rooms, service_tickets
from linyue.rounds.live import rooms
from tests.conftest import MovableClock, NewClient
from tests.make.rounds import Round, make_round
from tests.rounds.talk import Talk, signed_in

pytestmark = [pytest.mark.anyio]


def room_of(made: Round) -> str:
    return f"/live/{made.hall.meeting.join_code}"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "fault", [ConnectionRefusedError(), DBConnectionError("gone"), asyncpg.InterfaceError("closed")], ids=repr
)
async def test_while_the_database_is_away_a_ballot_is_refused_and_the_line_lives(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    made = await make_round(question=QuestionState.OPEN)
    client = await signed_in(new_client, made.hall.neighbours[0].person_id)
    body = {"question": made.question.public_id, "choice": "for", "client_id": "client-one", "replaces": 0}

    async def away(*_: object, **__: object) -> None:
        raise fault

    async with Talk(app, room_of(made), client) as talk:
        await talk.until("you")
        for place, name in ((live, "people_of_sessions"), (live._questions, "_load")):
            with monkeypatch.context() as broken:
                broken.setattr(place, name, away)
                await talk.send("cast", **body)
                refused = (await talk.until("refused"))["data"]
                wanted = {"about": "cast", "reason": "questions-refused-cannot-record", "client_id": "client-one"}
                assert refused == wanted
        with monkeypatch.context() as broken:
            broken.setattr(live, "people_of_sessions", away)
            for kind in ("speak", "ping"):
                await talk.send(kind)
                assert (await talk.until("refused"))["data"] == {"about": kind, "reason": "rounds-refused-not-now"}
        with monkeypatch.context() as broken:
            broken.setattr(live._presence, "_load", away)
            await talk.send("cast", **body)
            assert (await talk.until("ack"))["data"]["revision"] == 1, "it is stored, whatever fails afterwards"
        await talk.send("ping")
        await talk.until("ack", about="ping")
        assert not [one for one in talk.seen if one["type"] == "refused" and one["data"]["about"] == "frame"]


@pytest.mark.sqlite_only
async def test_a_fault_of_ours_is_not_told_as_a_database_that_is_away(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ballot stays with its phone whosever the fault is; any other act ends the line, and its phone looks anew."""
    made = await make_round(question=QuestionState.OPEN)
    client = await signed_in(new_client, made.hall.neighbours[0].person_id)

    async def fail(*_: object, **__: object) -> None:
        raise IntegrityError("twice")

    async with Talk(app, room_of(made), client) as talk:
        await talk.until("you")
        monkeypatch.setattr(live, "people_of_sessions", fail)
        await talk.send("cast", question=made.question.public_id, choice="for", client_id="client-one", replaces=0)
        assert (await talk.until("refused"))["data"]["reason"] == "questions-refused-cannot-record"
        await talk.send("speak")
        assert (await talk.closed()).code == 1011
        assert not [one for one in talk.seen if one["type"] == "refused" and one["data"]["about"] == "speak"]


@pytest.mark.parametrize("name", ["question", "choice", "client_id", "manifest"])
async def test_a_zero_byte_is_refused_before_any_query(
    app: Starlette, new_client: NewClient, clock: MovableClock, name: str
) -> None:
    """PostgreSQL fails on it, and with it everybody whose question is asked for in the same query."""
    made = await make_round(question=QuestionState.OPEN)
    client = await signed_in(new_client, made.hall.neighbours[0].person_id)
    body = {"question": made.question.public_id, "choice": "for", "client_id": "client-one", "replaces": 0}
    async with Talk(app, room_of(made), client) as talk:
        await talk.until("you")
        await talk.send("cast", **body | {name: "\x00" * 9})
        assert (await talk.until("refused"))["data"] == {"about": "frame", "reason": "rounds-refused-bad-frame"}
        await talk.send("cast", **body)
        await talk.until("ack", about="cast")


@pytest.mark.sqlite_only
async def test_who_said_hello_is_not_cut_because_the_ticket_takes_long(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HELLO_WITHIN", 0.2)
    spend, is_past = service_tickets.spend_ticket, asyncio.Event()

    async def slowly(*args: Any) -> bool:
        asyncio.get_running_loop().call_later(0.3, is_past.set)
        await is_past.wait()
        return await spend(*args)

    monkeypatch.setattr(service_tickets, "spend_ticket", slowly)
    made = await make_round(Link.CALL)
    client = new_client()
    async with Talk(app, room_of(made), client, hello=False) as talk:
        ticket = await talk.ticket()
    async with Talk(app, room_of(made), client, hello=False) as talk:
        await talk.hello(ticket)
        await talk.until("you")
    async with Talk(app, room_of(made), client, hello=False) as talk:
        assert (await talk.closed()).reason == "no-hello"


@pytest.mark.sqlite_only
async def test_who_reads_nothing_in_a_quiet_room_is_cut(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_rooms, "RECHECK", 0.01)
    made = await make_round(Link.CALL)
    async with Talk(app, room_of(made), new_client()) as talk:
        await talk.until("you")
        (line,) = rooms._rooms[made.hall.meeting.id].lines
        assert isinstance(line.wire, AsgiWire)
        line.wire._queue.append(frame("room", 0, {}))  # a frame that does not leave
        line._behind_since = time.monotonic() - BEHIND_AT_MOST - 1
        watch = asyncio.create_task(rooms.watch())
        closed = await talk.closed()
        watch.cancel()
        assert (closed.code, closed.reason) == (1013, "slow")
