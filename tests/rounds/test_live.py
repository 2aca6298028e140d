"""The socket: snapshot before + frames seen == fresh snapshot; rights, limits and refusals."""

import asyncio
import json
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.applications import Starlette

from linyue.base import bus, session
from linyue.base import clock as real_clock
from linyue.base.model import Session
from linyue.meetings import service_room, service_speakers
from linyue.meetings.model import Attendance
from linyue.meetings.rules import Channel
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_speakers import Stance
from linyue.meetings.service import screen_path, topic_of
from linyue.people.model import Person
from linyue.people.service_lines import people_of_sessions
from linyue.questions.events import BallotCast
from linyue.questions.model import Ballot
from linyue.questions.rules import QuestionState
from linyue.rounds import live_rooms, service, service_chair
from linyue.rounds.events import TallyShown
from linyue.rounds.live import rooms
from linyue.rounds.service_state import room_state, versions_of, with_ballots
from linyue.rounds.service_you import your_state
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.people import make_person
from tests.make.rounds import Round, make_round
from tests.rounds.talk import Closed, Talk, signed_in

pytestmark = [pytest.mark.anyio]
NewClient = Callable[[], Client]


def live(made: Round) -> str:
    return f"/live/{made.hall.meeting.join_code}"


async def settled(talk: Talk, meeting_id: int) -> None:
    """Read until the frames have caught up with the store."""
    fresh = await room_state(meeting_id)
    while talk.newest("turnout")["version"] < fresh.version or talk.shown != fresh.room:
        await talk.read()


async def test_snapshot_and_frames_are_the_fresh_snapshot(
    app: Starlette, new_client: NewClient, clock: MovableClock
) -> None:
    made = await make_round(Link.MARKET)
    await made.hall.enter()
    hall, meeting_id = made.hall, made.hall.meeting.id
    async with Talk(app, live(made), new_client()) as talk:
        await talk.until("you")
        await service.join_group(hall.neighbours[0], meeting_id, made.group.id)
        await service_speakers.ask_to_speak(hall.neighbours[1], meeting_id, Stance.FOR)
        await hall.go_to(Link.CONSENSUS)
        question = await service_chair.put_question(hall.chair, meeting_id, "行不行？")
        await service_chair.open_question(hall.chair, meeting_id, question.id)
        voter = await signed_in(new_client, hall.neighbours[2].person_id)
        async with Talk(app, live(made), voter) as other:
            await other.until("you")
            body = {"question": question.public_id, "choice": "for", "client_id": secrets.token_hex(8), "replaces": 0}
            await other.send("cast", **body)
            await other.until("ack")
        await service_chair.close_question(hall.chair, meeting_id, question.id)
        await service_chair.publish_result(hall.chair, meeting_id, question.id)
        await settled(talk, meeting_id)
        fresh = await room_state(meeting_id)
        assert talk.shown == fresh.room
        assert talk.newest("turnout")["data"] == fresh.turnout
        for kind in ("room", "turnout"):
            versions = [one["version"] for one in talk.seen if one["type"] == kind]
            assert versions == sorted(versions)


async def test_a_ballot_over_the_socket_is_acked_with_its_receipt(
    app: Starlette, new_client: NewClient, clock: MovableClock
) -> None:
    made = await make_round(question=QuestionState.OPEN)
    who = made.hall.neighbours[0]
    client = await signed_in(new_client, who.person_id)
    async with Talk(app, live(made), client) as talk:
        you = await talk.until("you")
        assert you["data"]["is_on_roll"] and you["data"]["ballot"] is None
        body = {"question": made.question.public_id, "choice": "for", "client_id": "client-one", "replaces": 0}
        await talk.send("cast", **body)
        first = (await talk.until("ack"))["data"]
        await talk.send("cast", **body)
        again = (await talk.until("ack"))["data"]
        assert first == again and first["revision"] == 1
        await talk.send("cast", **{**body, "choice": "against", "client_id": "client-two", "replaces": 1})
        assert (await talk.until("ack"))["data"]["revision"] == 2
        await talk.send("cast", **{**body, "client_id": "client-late"})
        late = (await talk.until("refused"))["data"]
        assert late["reason"] == "questions-refused-stale" and late["newest"]["choice"] == "against"
        assert late["client_id"] == "client-late"
        _, mine = await your_state(made.hall.meeting.id, who.person_id)
        assert mine["ballot"]["choice"] == "against" and mine["is_present"]
    assert await Ballot.current(made.question.id).count() == 1


async def test_another_phone_of_the_same_person_learns_of_the_ballot(
    app: Starlette, new_client: NewClient, clock: MovableClock
) -> None:
    made = await make_round(question=QuestionState.OPEN)
    client = await signed_in(new_client, made.hall.neighbours[1].person_id)  # the first is there since the topic
    async with Talk(app, live(made), client) as talk, Talk(app, live(made), client) as other:
        await talk.until("you")
        await other.until("you")
        body = {"question": made.question.public_id, "choice": "for", "client_id": "client-one", "replaces": 0}
        await talk.send("cast", **body)
        code = (await talk.until("ack"))["data"]["code"]
        while (own := await other.until("you"))["data"]["ballot"] is None or not own["data"]["is_present"]:
            pass
        assert own["data"]["ballot"]["code"] == code
        # The first ballot makes its voter present, which the voting phone hears of too.
        await talk.until("you", is_present=True)
        by_form = {"choice": "against", "client_id": "client-two-of-a-form", "replaces": "1"}
        await client.send_form(f"/q/{made.question.public_id}/ballot", by_form)
        for one in (talk, other):
            while (await one.until("you"))["data"]["ballot"]["choice"] != "against":
                pass


async def test_ballots_of_one_moment_check_their_voters_in_together(
    app: Starlette, new_client: NewClient, clock: MovableClock
) -> None:
    made = await make_round(question=QuestionState.OPEN, neighbours=6)
    voters = [one.person_id for one in made.hall.neighbours]
    meeting_id = made.hall.meeting.id
    before = (await versions_of(meeting_id)).meeting
    await service_room.check_in_voters(meeting_id, [*voters, made.hall.stranger.person_id])
    await service_room.check_in_voters(meeting_id, voters)
    here = await Attendance.filter(meeting_id=meeting_id).values_list("person_id", flat=True)
    assert set(voters) <= set(here) and made.hall.stranger.person_id not in here
    assert len(here) == len(set(here))
    assert (await versions_of(meeting_id)).meeting == before + 1, "nobody new, nothing changed"


async def test_ballots_are_shown_without_reading_the_store(
    app: Starlette, new_client: NewClient, clock: MovableClock
) -> None:
    made = await make_round(question=QuestionState.OPEN)
    meeting_id, question = made.hall.meeting.id, made.question
    state = await room_state(meeting_id)
    known = state.versions.questions[question.public_id]
    newer = with_ballots(state, question.public_id, known + 3, 2)
    assert newer.version == state.version + 3 and newer.turnout["ballots"]["cast"] == 2
    assert with_ballots(newer, question.public_id, known + 2, 1) is newer, "an event that came late changes nothing"
    assert with_ballots(newer, "unknown", 99, 9) is newer
    who = made.hall.neighbours[0]
    client = await signed_in(new_client, who.person_id)
    async with Talk(app, live(made), client) as talk:
        await talk.until("you")
        await talk.send("cast", question=question.public_id, choice="for", client_id="client-one", replaces=0)
        await talk.until("ack")
        await settled(talk, meeting_id)
        assert talk.newest("turnout")["data"] == (await room_state(meeting_id)).turnout


async def test_nobody_who_was_signed_out_listens_on_even_when_nobody_told_this_process(
    app: Starlette, new_client: NewClient, clock: MovableClock
) -> None:
    made = await make_round(Link.CALL)
    out, blocked, stays = [await signed_in(new_client, one.person_id) for one in made.hall.neighbours]
    async with Talk(app, live(made), out) as a, Talk(app, live(made), blocked) as b, Talk(app, live(made), stays) as c:
        for talk in (a, b, c):
            await talk.until("you")
        await Session.filter(id=out.session.id).update(ended_at=real_clock.real_now())
        await Person.filter(id=made.hall.neighbours[1].person_id).update(is_active=False)
        await rooms.recheck()
        for talk in (a, b):
            closed = await talk.closed()
            assert (closed.code, closed.reason) == (1008, "signed-out")
        await c.send("ping")
        await c.until("ack", about="ping")


async def test_what_another_process_shows_is_shown_at_once(
    app: Starlette, new_client: NewClient, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each process would show a count up to a tenth of a second after the other; here a tick takes an hour."""
    monkeypatch.setattr(live_rooms, "TICK", 3600.0)
    made = await make_round(question=QuestionState.OPEN)
    question, topic = made.question, topic_of(made.hall.meeting.id)
    known = (await room_state(made.hall.meeting.id)).versions.questions[question.public_id]
    async with Talk(app, live(made), new_client()) as talk:
        await talk.until("you")
        for n in (1, 2):
            await bus.publish(topic, BallotCast(question.id, question.public_id, known + n, n))
        while (await talk.until("turnout"))["data"]["ballots"]["cast"] == 0:
            pass
        await bus.publish(topic, BallotCast(question.id, question.public_id, known + 3, 3))
        await bus.publish(topic, TallyShown(question.public_id, known + 3, 3))
        while (await talk.until("turnout"))["data"]["ballots"]["cast"] < 3:
            pass


async def test_what_is_newer_than_another_process_shows_waits_for_the_tick_and_is_told_then(
    app: Starlette, new_client: NewClient, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shown along with the other's count and not told back, it would reach the other's phones a tick later."""
    made = await make_round(question=QuestionState.OPEN)
    question, topic = made.question, topic_of(made.hall.meeting.id)
    known = (await room_state(made.hall.meeting.id)).versions.questions[question.public_id]
    told: list[TallyShown] = []

    async def tell_others(_: str, event: TallyShown) -> None:
        told.append(event)

    monkeypatch.setattr(live_rooms.bus, "tell_others", tell_others)
    async with Talk(app, live(made), new_client()) as talk:
        await talk.until("you")
        room = rooms._rooms[made.hall.meeting.id]
        room._pace = 3600.0  # the first tick shows at once, the next one is an hour away
        await bus.publish(topic, BallotCast(question.id, question.public_id, known + 1, 1))
        while (await talk.until("turnout"))["data"]["ballots"]["cast"] < 1:
            pass
        await bus.publish(topic, BallotCast(question.id, question.public_id, known + 5, 5))
        await bus.publish(topic, TallyShown(question.public_id, known + 3, 3))
        seen = [1]
        while seen[-1] < 5:  # its pace was measured anew by the first tick
            seen.append((await talk.until("turnout"))["data"]["ballots"]["cast"])
    assert seen == [1, 3, 5]
    assert [one.version for one in told] == [known + 1, known + 5], "the other's own count is not told back"


@pytest.mark.parametrize(
    ("is_staff", "idle", "age", "is_open"),
    [
        (False, timedelta(days=13), timedelta(days=80), True),
        (False, timedelta(days=15), timedelta(days=80), False),
        (False, timedelta(days=1), timedelta(days=91), False),
        (True, timedelta(minutes=29), timedelta(hours=11), True),
        (True, timedelta(minutes=31), timedelta(hours=11), False),
        (True, timedelta(minutes=1), timedelta(hours=13), False),
    ],
)
async def test_lines_know_the_same_sessions_as_pages(
    app: Starlette, clock: MovableClock, is_staff: bool, idle: timedelta, age: timedelta, is_open: bool
) -> None:
    person = await make_person()
    row, token = await session.begin(person.id, is_staff=is_staff)
    real = real_clock.real_now()
    await Session.filter(id=row.id).update(seen_at=real - idle, created_at=real - age)
    assert await people_of_sessions([row.id, 0], is_in_use=True) == ({row.id: person.id} if is_open else {})
    assert await people_of_sessions([row.id], is_in_use=False) == {row.id: person.id}
    assert (await session.find(token) is not None) is is_open
    await Person.filter(id=person.id).update(is_active=False)
    assert await people_of_sessions([row.id], is_in_use=False) == {}
    await Person.filter(id=person.id).update(is_active=True)
    await session.end(row.id)
    assert await people_of_sessions([row.id], is_in_use=False) == {}


async def test_no_split_in_any_frame_before_publication(
    app: Starlette, new_client: NewClient, clock: MovableClock
) -> None:
    made = await make_round(question=QuestionState.OPEN)
    hall = made.hall
    async with (
        Talk(app, live(made), new_client()) as watcher,
        Talk(app, screen_path(hall.meeting), new_client()) as wall,
    ):
        for n, who in enumerate(hall.neighbours):
            client = await signed_in(new_client, who.person_id)
            async with Talk(app, live(made), client) as talk:
                await talk.until("you")
                choice = "for" if n else "against"
                await talk.send(
                    "cast", question=made.question.public_id, choice=choice, client_id=f"client-{n}", replaces=0
                )
                await talk.until("ack")
        await service_chair.close_question(hall.chair, hall.meeting.id, made.question.id)
        for reader in (watcher, wall):
            await settled(reader, hall.meeting.id)
            for one in reader.seen:
                one["data"].get("question", {}) and one["data"]["question"].pop("choices", None)
                text = json.dumps(one["data"].get("question")) + json.dumps(one["data"].get("ballots"))
                assert "against" not in text and "counts" not in text
            assert reader.newest("turnout")["data"]["ballots"]["cast"] == 3


async def test_watchers_may_look_but_not_act(app: Starlette, new_client: NewClient, clock: MovableClock) -> None:
    made = await make_round(question=QuestionState.OPEN)
    stranger = await signed_in(new_client, made.hall.stranger.person_id)
    body = {"question": made.question.public_id, "choice": "for", "client_id": "client-one", "replaces": 0}
    for client, cast, speak in (
        (new_client(), "rounds-refused-sign-in", "rounds-refused-sign-in"),
        (stranger, "questions-refused-not-on-roll", "meetings-refused-not-on-roll"),
    ):
        async with Talk(app, live(made), client) as talk:
            await talk.until("you")
            await talk.send("cast", **body)
            assert (await talk.until("refused"))["data"]["reason"] == cast
            await talk.send("speak")
            assert (await talk.until("refused"))["data"]["reason"] == speak
    assert await Ballot.all().count() == 0


async def test_the_screen_can_do_nothing(app: Starlette, new_client: NewClient, clock: MovableClock) -> None:
    made = await make_round(question=QuestionState.OPEN)
    chair = await signed_in(new_client, made.hall.chair.person_id)
    async with Talk(app, screen_path(made.hall.meeting), chair) as talk:
        await talk.until("room")
        body = {"question": made.question.public_id, "choice": "for", "client_id": "client-one", "replaces": 0}
        await talk.send("cast", **body)
        assert (await talk.until("refused"))["data"]["reason"] == "rounds-refused-bad-frame"
        await talk.send("speak")
        assert (await talk.until("refused"))["data"]["about"] == "frame"
        await talk.send("ping")
        await talk.until("ack", about="ping")


async def test_a_ticket_works_once_for_its_room_and_session(
    app: Starlette, new_client: NewClient, clock: MovableClock
) -> None:
    made, other = await make_round(Link.CALL), await make_round(Link.CALL)
    client = await signed_in(new_client, made.hall.neighbours[0].person_id)
    async with Talk(app, live(made), client, hello=False) as talk:
        ticket = await talk.ticket()
        await talk.hello(ticket)
        await talk.until("you")
    for room, who in ((live(made), client), (live(other), client), (live(made), new_client())):
        async with Talk(app, room, who, hello=False) as talk:
            await talk.hello(ticket)
            closed = await talk.closed()
            assert (closed.code, closed.reason) == (1008, "bad-ticket")
    async with Talk(app, live(made), new_client(), hello=False) as talk:
        await talk.send("ping")
        assert (await talk.closed()).code == 1008


async def test_foreign_pages_and_unknown_codes_get_no_socket(
    app: Starlette, new_client: NewClient, clock: MovableClock
) -> None:
    made = await make_round(Link.CALL)
    for room, origin in ((live(made), "https://evil.example"), ("/live/000000", "http://127.0.0.1:8000")):
        with pytest.raises(Closed):
            async with Talk(app, room, new_client(), origin=origin, hello=False):
                pass


async def test_limits_on_size_speed_and_number(app: Starlette, new_client: NewClient, clock: MovableClock) -> None:
    made = await make_round(Link.CALL)
    client = await signed_in(new_client, made.hall.neighbours[0].person_id)
    async with Talk(app, live(made), client) as talk:
        await talk.until("you")
        await talk.send_text("x" * 5000)
        assert (await talk.closed()).code == 1009
    async with Talk(app, live(made), client) as talk:
        await talk.until("you")
        for _ in range(12):
            await talk.send("ping")
        closed = await talk.closed()
        assert (closed.code, closed.reason) == (1008, "too-fast")
    talks = [Talk(app, live(made), client) for _ in range(6)]
    async with talks[0], talks[1], talks[2], talks[3], talks[4]:
        for talk in talks[:5]:
            await talk.until("you")
        async with talks[5]:
            assert (await talks[5].closed()).reason == "too-many-sockets"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "1", "null", "{", '{"type":"ping"}{', '{"type":1}', '{"type":"ping","data":[]}', '{"type":"ping","x":1}',
     '{"type":"nothing","data":{}}', '{"type":"cast","data":{}}', '{"type":"ping","data":{"more":1}}',
     '{"type":"cast","data":{"question":"q","choice":"for","client_id":"c","replaces":-1}}', "[" * 3000],
)  # fmt: skip
async def test_nonsense_is_refused_and_the_line_lives(
    app: Starlette, new_client: NewClient, clock: MovableClock, text: str
) -> None:
    made = await make_round(Link.CALL)
    async with Talk(app, live(made), new_client()) as talk:
        await talk.until("you")
        await talk.send_text(text)
        assert (await talk.until("refused"))["data"]["reason"] == "rounds-refused-bad-frame"
        await talk.send("ping")
        await talk.until("ack", about="ping")


async def test_signing_out_closes_the_line(app: Starlette, new_client: NewClient, clock: MovableClock) -> None:
    made = await make_round(Link.CALL)
    client = await signed_in(new_client, made.hall.neighbours[0].person_id)
    async with Talk(app, live(made), client) as talk:
        await talk.until("you")
        await session.end(client.session.id)
        closed = await talk.closed()
        assert (closed.code, closed.reason) == (1008, "signed-out")


async def test_the_end_of_the_meeting_is_shown_then_the_line_closes(
    app: Starlette, new_client: NewClient, clock: MovableClock
) -> None:
    made = await make_round(Link.ACTION)
    async with Talk(app, live(made), new_client()) as talk:
        await talk.until("you")
        await service_chair.end_meeting(made.hall.chair, made.hall.meeting.id)
        closed = await talk.closed()
        assert (closed.code, closed.reason) == (1000, "over")
        assert talk.newest("room")["data"]["state"] == "ended"


async def test_a_stopping_server_asks_to_connect_again(
    app: Starlette, new_client: NewClient, clock: MovableClock
) -> None:
    made = await make_round(Link.CALL)
    async with Talk(app, live(made), new_client()) as talk:
        await talk.until("you")
        rooms.stop()
        assert (await talk.closed()).code == 1012


async def test_presence_is_live_and_lines_are_forgotten(
    app: Starlette, new_client: NewClient, clock: MovableClock
) -> None:
    made = await make_round(Link.CALL)
    async with Talk(app, live(made), new_client()) as talk:
        await talk.until("you")
        await asyncio.gather(
            *(service_room.check_in(who, made.hall.meeting.id, Channel.HALL) for who in made.hall.neighbours[1:])
        )
        await talk.until("turnout", present=3, hall=2)
        assert rooms.line_count >= 1
    assert rooms.line_count == 0
