"""Every frame × everybody × every place to name something of another room; and what becomes of a line whose owner changes."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette

from linyue.app import make_app
from linyue.base import clock as district_clock
from linyue.base import session
from linyue.base.policy import STAFF, Role
from linyue.base.sockets import Line
from linyue.meetings import service as meetings
from linyue.meetings.rules_plan import Link
from linyue.people import service_own, service_roles
from linyue.people.model import Occupancy, Person, RoleGrant
from linyue.people.rules import ClaimState
from linyue.questions.model import Ballot
from linyue.rounds import service_chair
from linyue.rounds.live import FRAMES, rooms
from tests.client import Client
from tests.make.people import actor_for, make_person
from tests.rounds.talk import Closed, Talk
from tests.security.world import World, changes

NewClient = Callable[[], Client]
WITHIN = 20.0


@pytest.fixture
async def world(world: World) -> World:
    """The district with a vote open in both rooms."""
    opened = []
    for made in (world.round, world.other):
        await made.hall.go_to(Link.CONSENSUS)
        put = await service_chair.put_question(made.hall.chair, made.hall.meeting.id, "同意吗？")
        put = await service_chair.open_question(made.hall.chair, made.hall.meeting.id, put.id)
        opened.append(replace(made, question=put))
    return replace(world, round=opened[0], other=opened[1])


@pytest.fixture
def site(world: World) -> Starlette:
    """The site over it."""
    return make_app(world.settings)


def live(world: World) -> str:
    return f"/live/{world.round.hall.meeting.join_code}"


def ballot(world: World, number: int, **more: Any) -> dict[str, Any]:
    assert world.round.question is not None
    return {
        "question": world.round.question.public_id,
        "choice": "for",
        "client_id": f"frames-{number:08d}",
        "replaces": 0,
    } | more


async def answer(talk: Talk, kind: str, **data: Any) -> str:
    """Send a frame; "ack" or the reason of the refusal."""
    await talk.send(kind, **data)
    while True:
        found = await talk.read()
        if found["type"] in {"ack", "refused"}:
            return "ack" if found["type"] == "ack" else str(found["data"]["reason"])


SIGN_IN, NOT_ROLL, BAD = "rounds-refused-sign-in", "questions-refused-not-on-roll", "rounds-refused-bad-frame"
NOT_FOUND, NO_VOICE = "common-error-not-found", "meetings-refused-not-on-roll"
# Who -> answer to a ballot, to asking for the floor, to a ballot for the question next door.
EXPECTED = {
    "": (SIGN_IN, SIGN_IN, SIGN_IN),
    "stranger": (NOT_ROLL, NO_VOICE, NOT_FOUND),
    "newcomer": (NOT_ROLL, NO_VOICE, NOT_FOUND),
    "other_voter": (NOT_ROLL, NO_VOICE, NOT_FOUND),
    "other_chair": (NOT_ROLL, NO_VOICE, NOT_FOUND),
    "administrator": (NOT_ROLL, NO_VOICE, NOT_FOUND),
    "worker": (NOT_ROLL, NO_VOICE, NOT_FOUND),
    "voter": ("ack", "ack", NOT_FOUND),
    "chair": ("ack", "ack", NOT_FOUND),
}


def test_every_frame_is_in_the_table() -> None:
    assert set(FRAMES) == {"cast", "speak", "ping"}, "a new frame needs its column here"


@pytest.mark.parametrize("who", list(EXPECTED))
async def test_every_frame_by_everybody(
    world: World, site: Starlette, visitors: NewClient, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Line, "is_too_fast", lambda _: False)  # the limit has tests of its own
    cast, speak, next_door = EXPECTED[who]
    client = await world.client(visitors, who)
    other = world.other.question
    assert other is not None
    theirs = await Ballot.filter(question_id=other.id).count()
    async with Talk(site, live(world), client) as talk:
        await talk.until("you")
        before = world.dump()
        more = {"person_id": 1, "role": "chair", "meeting": world.other.hall.meeting.id, "session_id": 1, "type": "x"}
        for name, value in more.items():
            assert await answer(talk, "cast", **ballot(world, 1), **{name: value}) == BAD
            assert await answer(talk, "speak", stance="for", **{name: value}) == BAD
        assert changes(before, world.dump()) == []
    async with Talk(site, live(world), client) as talk:
        await talk.until("you")
        assert await answer(talk, "cast", **ballot(world, 2, question=other.public_id)) == next_door
        for odd in ("", "x" * 32, other.public_id.swapcase(), str(other.id)):
            assert await answer(talk, "cast", **ballot(world, 3, question=odd)) in {next_door, NOT_FOUND}
        assert changes(before, world.dump()) == []
        assert await answer(talk, "cast", **ballot(world, 4)) == cast
        assert await answer(talk, "speak", stance="for") == speak
        assert await answer(talk, "ping") == "ack"
        if cast != "ack":
            assert changes(before, world.dump()) == []
    assert await Ballot.filter(question_id=other.id).count() == theirs
    own = {"ballots", "questions", "question_chain", "question_rolls", "attendances", "speakers"}
    assert set(changes(before, world.dump())) <= own


async def test_a_role_alone_is_no_voice_and_no_vote(world: World, site: Starlette, visitors: NewClient) -> None:
    """Each role at this community and at another, held by people who are not on the roll."""
    tree, before = world.here.tree, None
    for number, role in enumerate(Role):
        for place in (tree.community, tree.other_community):
            centre_id = world.here.centre.id if role is Role.CENTRE_CLERK else None
            who = await make_person(f"角色{number}甲{place.id}", role=role, place=place, centre_id=centre_id)
            client = visitors()
            await client.sign_in_as(who.id, is_staff=role in STAFF)
            before = world.dump()
            async with Talk(site, live(world), client) as talk:
                await talk.until("you")
                assert await answer(talk, "cast", **ballot(world, 100 + number)) == NOT_ROLL, role
                assert await answer(talk, "speak", stance="for") == NO_VOICE, role
                assert await answer(talk, "ping") == "ack"
            assert changes(before, world.dump()) == [], role


async def test_the_screen_and_the_room_are_different_doors(world: World, site: Starlette, visitors: NewClient) -> None:
    """A ticket of the screen opens no room, of the room no screen, of one room not the next; nor does another's session."""
    wall, next_door = meetings.screen_path(world.round.hall.meeting), f"/live/{world.other.hall.meeting.join_code}"
    voter, stranger = await world.client(visitors, "voter"), await world.client(visitors, "stranger")
    for got_at, used_at, by in ((wall, live(world), voter), (live(world), wall, voter), (live(world), next_door, voter), (live(world), live(world), stranger), (live(world), live(world), visitors())):  # fmt: skip
        async with Talk(site, got_at, voter, hello=False) as talk:
            ticket = await talk.ticket()
        async with Talk(site, used_at, by, hello=False) as talk:
            await talk.hello(ticket)
            assert (await talk.closed()).reason == "bad-ticket"
    assert rooms.line_count == 0


async def test_a_ticket_lapses(
    world: World, site: Starlette, visitors: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = district_clock.real_now
    for seconds, reason in ((29, ""), (31, "bad-ticket")):
        async with Talk(site, live(world), visitors(), hello=False) as talk:
            ticket = await talk.ticket()
            monkeypatch.setattr(district_clock, "real_now", lambda s=seconds: real() + timedelta(seconds=s))
            await talk.hello(ticket)
            if reason:
                assert (await talk.closed()).reason == reason
            else:
                await talk.until("you")
        monkeypatch.setattr(district_clock, "real_now", real)


@pytest.mark.parametrize(
    "text", ['{"type":"hello","data":{"protocol":2,"ticket":"x"}}', '{"type":"hello"}', "x", '{"type":"cast"}']
)
async def test_no_word_before_the_ticket(world: World, site: Starlette, visitors: NewClient, text: str) -> None:
    before = world.dump()
    async with Talk(site, live(world), await world.client(visitors, "voter"), hello=False) as talk:
        await talk.send_text(text)
        assert (await talk.closed()).code == 1008
        assert {one["type"] for one in talk.seen} <= {"refused"}, "nothing of the room is shown"
    assert changes(before, world.dump()) == []


async def test_five_lines_a_session_whatever_the_room(world: World, site: Starlette, visitors: NewClient) -> None:
    client = await world.client(visitors, "voter")
    doors = [live(world), f"/live/{world.other.hall.meeting.join_code}", meetings.screen_path(world.round.hall.meeting)]
    talks = [Talk(site, doors[n % 3], client) for n in range(6)]
    for talk in talks[:5]:
        await talk.__aenter__()
        await talk.until("room")
    async with talks[5]:
        assert (await talks[5].closed()).reason == "too-many-sockets"
    for talk in talks[:5]:
        await talk.__aexit__(None, None, None)


async def close_of(talk: Talk) -> Closed:
    async with asyncio.timeout(WITHIN):
        return await talk.closed()


async def role_ends(world: World, person: Person) -> None:
    grant = await RoleGrant.filter(person_id=person.id).first()
    assert grant is not None
    await service_roles.end_role(None, grant.id)


async def number_is_changed(world: World, person: Person) -> None:
    await service_own.set_phone_at_desk(await world.here.actor("worker"), person, "13955556666")


async def is_erased(world: World, person: Person) -> None:
    await service_own.erase_own(await actor_for(person))


async def signs_out(world: World, person: Person) -> None:
    await session.end_all(person.id)


LEAVING = [("worker", role_ends), ("voter", number_is_changed), ("voter", is_erased), ("voter", signs_out)]


@pytest.mark.parametrize(("who", "leave"), LEAVING, ids=lambda v: getattr(v, "__name__", v))
async def test_a_line_ends_with_its_session(
    world: World, site: Starlette, visitors: NewClient, who: str, leave: Callable[[World, Person], Any]
) -> None:
    person = await Person.get(id=world.people[who])
    async with Talk(site, live(world), await world.client(visitors, who)) as talk:
        await talk.until("you")
        await leave(world, person)
        before = world.dump()
        assert (await close_of(talk)).reason == "signed-out"
    assert changes(before, world.dump()) == []


async def test_a_blocked_account_says_nothing_more(world: World, site: Starlette, visitors: NewClient) -> None:
    """Blocked beside the services (by hand in the database): the next message ends the line."""
    async with Talk(site, live(world), await world.client(visitors, "voter")) as talk:
        await talk.until("you")
        await Person.filter(id=world.people["voter"]).update(is_active=False)
        before = world.dump()
        await talk.send("cast", **ballot(world, 1))
        assert (await close_of(talk)).reason == "signed-out"
    assert changes(before, world.dump()) == []


async def test_who_moves_away_loses_the_floor_but_not_the_frozen_roll(
    world: World, site: Starlette, visitors: NewClient
) -> None:
    """Rights are looked up for every message: the queue asks today's roll, the ballot the question's own."""
    async with Talk(site, live(world), await world.client(visitors, "voter")) as talk:
        await talk.until("you")
        await Occupancy.filter(person_id=world.people["voter"]).update(state=ClaimState.ENDED)
        assert await answer(talk, "speak", stance="for") == NO_VOICE
        assert await answer(talk, "cast", **ballot(world, 1)) == "ack"
