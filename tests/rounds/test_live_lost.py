"""A room whose event from another process was lost: the heartbeat's look at the version and a Resync both catch it up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from structlog.testing import CapturingLogger

from linyue.base import bus
from linyue.base.bus import Event
from linyue.meetings import service_room, service_speakers
from linyue.meetings.rules import Channel
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_speakers import Stance
from linyue.meetings.service import topic_of
from linyue.questions.rules import QuestionState
from linyue.questions.rules_secret import Kind
from linyue.rounds import live_rooms, service_chair
from linyue.rounds.live import rooms
from linyue.rounds.service_state import RoomState, room_state
from tests.conftest import NewClient
from tests.make.meetings import Hall
from tests.make.rounds import make_round
from tests.rounds.talk import Talk, signed_in

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


@contextmanager
def unheard() -> Iterator[None]:
    """What is told meanwhile is lost, as an event of another process may be."""
    with pytest.MonkeyPatch.context() as lost:
        lost.setattr(bus._bus, "_dispatch", lambda event: None)
        yield


@asynccontextmanager
async def outside(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Talk, Hall, int]]:
    """Somebody who watches a room and is not checked in, its hall and its meeting; no heartbeat comes by itself."""
    monkeypatch.setattr(live_rooms, "HEARTBEAT", 600.0)
    hall = (await make_round()).hall
    client = await signed_in(new_client, hall.neighbours[2].person_id)
    async with Talk(app, f"/live/{hall.meeting.join_code}", client) as talk:
        await talk.until("you", is_present=False)
        yield talk, hall, hall.meeting.id


@pytest.mark.parametrize("by", ["heartbeat", "Resync"])
async def test_what_an_event_did_not_say_is_caught_up(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setattr(live_rooms, "HEARTBEAT", 0.3 if by == "heartbeat" else 600.0)
    made = await make_round()
    meeting_id = made.hall.meeting.id
    await made.hall.enter()
    async with Talk(app, f"/live/{made.hall.meeting.join_code}", new_client()) as talk:
        before = await talk.until("room")
        await talk.until("you")
        with unheard():
            await service_speakers.ask_to_speak(made.hall.neighbours[1], meeting_id, Stance.FOR)
        if by == "Resync":
            bus._bus._dispatch(Event(topic_of(meeting_id), "Resync", {}))
        fresh = await room_state(meeting_id)
        assert fresh.version > before["version"] and fresh.room != talk.shown
        async with asyncio.timeout(20):
            while talk.shown != fresh.room:
                await talk.read()
        assert talk.newest("room")["version"] == fresh.version
    assert rooms.line_count == 0


async def test_a_vote_that_opened_unheard_is_shown_although_somebody_checked_in_meanwhile(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check-in reads the turnout and the newest version, and leaves the room as it was."""
    monkeypatch.setattr(live_rooms, "HEARTBEAT", 600.0)
    made = await make_round(question=QuestionState.DRAFT)
    hall, meeting_id = made.hall, made.hall.meeting.id
    async with Talk(app, f"/live/{hall.meeting.join_code}", new_client()) as talk:
        await talk.until("you")
        with unheard():
            await service_chair.open_question(hall.chair, meeting_id, made.question.id)
        before = talk.newest("turnout")["data"]["present"]
        await service_room.check_in(hall.neighbours[2], meeting_id, Channel.HALL)
        while talk.newest("turnout")["data"]["present"] == before:
            await talk.read()
        assert talk.newest("room")["data"]["question"]["state"] == "draft", "nothing told of the vote yet"
        room = rooms._rooms[meeting_id]
        await room._heartbeat(asyncio.Queue())
        while talk.newest("room")["data"]["question"]["state"] != "open":
            await talk.read()
        await service_room.check_in(hall.neighbours[1], meeting_id, Channel.HALL)
        while talk.newest("turnout")["data"]["present"] == before + 1:
            await talk.read()
        shown = len(talk.seen)
        await room._heartbeat(asyncio.Queue())
        await room.publish("heartbeat", live_rooms.frame("heartbeat", 0, {"now": ""}))
        await talk.until("heartbeat")
        assert {one["type"] for one in talk.seen[shown:]} == {"heartbeat"}, "a room that is the same is not sent again"


async def test_what_happens_while_a_room_is_first_read_is_shown(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_rooms, "HEARTBEAT", 600.0)
    hall = (await make_round()).hall
    read, refresh, heard = live_rooms.room_state, live_rooms.Room._refresh, asyncio.Event()

    async def noted(room: live_rooms.Room, changed: live_rooms.Changed) -> None:
        heard.set()
        await refresh(room, changed)

    async def slow(meeting_id: int) -> RoomState:
        found = await read(meeting_id)
        if not heard.is_set():
            await service_room.check_in(hall.neighbours[2], meeting_id, Channel.HALL)
            await heard.wait()
        return found

    monkeypatch.setattr(live_rooms.Room, "_refresh", noted)
    monkeypatch.setattr(live_rooms, "room_state", slow)
    present = (await read(hall.meeting.id)).turnout["present"]
    async with Talk(app, f"/live/{hall.meeting.join_code}", new_client()) as talk:
        await talk.until("turnout", present=present)
        await talk.until("turnout", present=present + 1)


async def test_when_a_vote_opens_and_closes_everybody_hears_what_it_means_for_them(
    app: Starlette, new_client: NewClient
) -> None:
    made = await make_round(question=QuestionState.DRAFT, neighbours=20, kind=Kind.SECRET.value)
    hall, meeting_id = made.hall, made.hall.meeting.id
    voter, stranger = new_client(), new_client()
    await voter.sign_in_as(hall.neighbours[0].person_id)
    await stranger.sign_in_as(hall.stranger.person_id)
    room = f"/live/{hall.meeting.join_code}"
    async with Talk(app, room, voter) as talk, Talk(app, room, stranger) as other:
        before = await talk.until("you", may_vote=False)
        await other.until("you", may_vote=False)
        await service_chair.open_question(hall.chair, meeting_id, made.question.id)
        mine = await talk.until("you")
        assert mine["version"] > before["version"] and mine["data"]["may_vote"]
        assert mine["data"]["seal"]["question"] == made.question.public_id, "enough to seal a ballot"
        theirs = await other.until("you")
        assert not theirs["data"]["may_vote"] and theirs["data"]["seal"] is None
        await service_chair.close_question(hall.chair, meeting_id, made.question.id)
        await talk.until("you", may_vote=False)


@pytest.mark.parametrize("by", ["heartbeat", "Resync"])
async def test_who_was_checked_in_unheard_learns_of_it(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    async with outside(app, new_client, monkeypatch) as (talk, hall, meeting_id):
        with unheard():
            await service_room.check_in(hall.neighbours[2], meeting_id, Channel.HALL)
        if by == "Resync":
            bus._bus._dispatch(Event(topic_of(meeting_id), "Resync", {}))
        else:
            await rooms._rooms[meeting_id]._heartbeat(asyncio.Queue())
        await talk.until("you", is_present=True)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("BallotCast", {"public_id": "q", "cast": 1}),
        ("TallyShown", {"public_id": "q", "version": None, "cast": 1}),
        ("OwnBallotStored", {}),
        ("PeopleCheckedIn", {"person_ids": ["everybody"]}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_an_event_that_nobody_here_understands_lets_the_room_look_again(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch, kind: str, data: dict[str, Any]
) -> None:
    async with outside(app, new_client, monkeypatch) as (talk, hall, meeting_id):
        with unheard():
            await service_room.check_in(hall.neighbours[2], meeting_id, Channel.HALL)
        monkeypatch.setattr(live_rooms, "log", log := CapturingLogger())
        bus._bus._dispatch(Event(topic_of(meeting_id), kind, data))
        await talk.until("you", is_present=True)
        assert [(one.args, one.kwargs["type"]) for one in log.calls] == [(("room.event_unknown",), kind)]


class Away:
    """A read that fails until it is let go."""

    def __init__(self, read: Callable[..., Awaitable[Any]]) -> None:
        self.read, self.is_away, self.failed = read, True, asyncio.Event()

    async def __call__(self, *args: Any) -> Any:
        if self.is_away:
            self.failed.set()
            raise OSError
        return await self.read(*args)


async def test_the_end_of_a_meeting_that_could_not_be_read_closes_its_lines_later(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_rooms, "HEARTBEAT", 600.0)
    made = await make_round(Link.ACTION)
    async with Talk(app, f"/live/{made.hall.meeting.join_code}", new_client()) as talk:
        await talk.until("you")
        store = Away(live_rooms.room_state)
        monkeypatch.setattr(live_rooms, "room_state", store)
        await service_chair.end_meeting(made.hall.chair, made.hall.meeting.id)
        await store.failed.wait()
        store.is_away = False
        bus._bus._dispatch(Event(topic_of(made.hall.meeting.id), "Resync", {}))
        assert (await talk.closed()).reason == "over"


async def test_whom_a_read_that_failed_was_about_is_shown_with_the_next(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outside(app, new_client, monkeypatch) as (talk, hall, meeting_id):
        store = Away(live_rooms.with_turnout)
        monkeypatch.setattr(live_rooms, "with_turnout", store)
        await service_room.check_in(hall.neighbours[2], meeting_id, Channel.HALL)
        await store.failed.wait()
        store.is_away = False
        await service_room.check_in(hall.neighbours[1], meeting_id, Channel.HALL)
        await talk.until("you", is_present=True)


@pytest.mark.parametrize("about", ["everybody", "one"])
async def test_whose_own_state_could_not_be_read_is_shown_it_with_the_heartbeat(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch, about: str
) -> None:
    async with outside(app, new_client, monkeypatch) as (talk, hall, meeting_id):
        room = rooms._rooms[meeting_id]
        store = Away(room._own._load)
        monkeypatch.setattr(room._own, "_load", store)
        if about == "everybody":
            bus._bus._dispatch(Event(topic_of(meeting_id), "Resync", {}))
        else:
            await service_room.check_in(hall.neighbours[2], meeting_id, Channel.HALL)
        await store.failed.wait()
        while not room._is_own_stale:
            await asyncio.sleep(0)
        store.is_away = False
        shown = len(talk.seen)
        await room._heartbeat(asyncio.Queue())
        await talk.until("you", is_present=about == "one")
        assert len(talk.seen) > shown and not room._is_own_stale


async def test_what_a_heartbeat_did_not_trust_the_next_one_makes_up(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While something waits to be read, what is missing may be in it; it need not be."""
    async with outside(app, new_client, monkeypatch) as (talk, hall, meeting_id):
        with unheard():
            await service_room.check_in(hall.neighbours[2], meeting_id, Channel.HALL)
        room, waits = rooms._rooms[meeting_id], asyncio.Queue[Event]()
        waits.put_nowait(Event(topic_of(meeting_id), "Resync", {}))
        await room._heartbeat(waits)
        assert room._showing is None
        await room._heartbeat(asyncio.Queue())
        await talk.until("you", is_present=True)


async def test_a_quiet_room_tells_the_time_and_nothing_else(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_rooms, "HEARTBEAT", 0.2)
    made = await make_round()
    async with Talk(app, f"/live/{made.hall.meeting.join_code}", new_client()) as talk:
        await talk.until("you")
        shown = len([one for one in talk.seen if one["type"] in ("room", "turnout")])
        for _ in range(2):
            assert (await talk.until("heartbeat"))["data"]["now"]
        assert len([one for one in talk.seen if one["type"] in ("room", "turnout")]) == shown
