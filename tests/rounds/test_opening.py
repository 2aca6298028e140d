"""The moment a vote opens in a full hall: over how long pages are fetched, what is read together, and what is counted."""

import asyncio

import pytest
from starlette.applications import Starlette

from linyue.base.errors import NotFound
from linyue.base.settings import Settings
from linyue.meetings import service_room
from linyue.meetings.rules import Channel
from linyue.meetings.service_roll import called_ids, called_size
from linyue.people.model import Occupancy
from linyue.people.rules import ClaimState, Tenure
from linyue.places.rules import PlaceKind
from linyue.questions.rules import QuestionState
from linyue.rounds import rules_spread, service_chair, service_state, service_you
from linyue.rounds.rules_spread import LEAST_MS, PAGES_A_SECOND, spread_ms
from linyue.rounds.service_state import room_shown, room_state
from linyue.rounds.service_you import your_state
from tests.conftest import MovableClock, NewClient
from tests.make.meetings import make_meeting
from tests.make.people import make_person
from tests.make.places import make_place, make_unit
from tests.make.rounds import make_round
from tests.rounds.talk import Talk

pytestmark = [pytest.mark.anyio]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (0, LEAST_MS),
        (1, LEAST_MS),
        (30, 300),
        (PAGES_A_SECOND * 10, 10_000),
        (5000, 5_000_000 // PAGES_A_SECOND),
    ],
)
def test_a_full_hall_takes_as_long_as_one_process_needs_for_its_pages(lines: int, wanted: int) -> None:
    assert spread_ms(lines) == wanted


def test_thirty_phones_see_the_vote_within_half_a_second() -> None:
    """The room's clock may be a tenth of a second late, and the last page takes its time too."""
    assert spread_ms(30) <= 300


async def test_the_frame_of_an_opening_says_over_how_long_pages_are_fetched(
    app: Starlette, new_client: NewClient, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules_spread, "PAGES_A_SECOND", 1)
    made = await make_round(question=QuestionState.DRAFT)
    assert made.question is not None
    live = f"/live/{made.hall.meeting.join_code}"
    async with Talk(app, live, new_client()) as one, Talk(app, live, new_client()) as other:
        for talk in (one, other):
            await talk.until("you")
        await service_chair.open_question(made.hall.chair, made.hall.meeting.id, made.question.id)
        for talk in (one, other):
            while (told := (await talk.until("room"))["data"])["question"]["state"] != "open":
                pass
            assert told["spread_ms"] == 2000, "two lines, one page a second"


async def test_what_the_first_of_a_hall_that_comes_back_is_told_suits_all_who_follow(
    app: Starlette, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules_spread, "PAGES_A_SECOND", 1)
    made = await make_round(question=QuestionState.OPEN, neighbours=7)
    for one in made.hall.neighbours:
        await service_room.check_in(one, made.hall.meeting.id, Channel.HALL)
    live = f"/live/{made.hall.meeting.join_code}"
    async with Talk(app, live, new_client()) as first, Talk(app, live, new_client()) as other:
        for talk in (first, other):
            present = (await talk.until("turnout"))["data"]["present"]
            assert present >= 7
            assert talk.newest("room")["data"]["spread_ms"] == present * 1000


async def test_a_room_that_cannot_be_read_fails_no_page_of_another(
    db: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = (await make_round(question=QuestionState.OPEN)).hall, (await make_round()).hall
    read_room, read_people = service_state.room_state, service_you.your_states

    async def room(at: int) -> service_state.RoomState:
        if at == bad.meeting.id:
            raise KeyError(at)
        return await read_room(at)

    async def yours(at: int, ids: list[int]) -> object:
        if at == bad.meeting.id:
            raise KeyError(at)
        return await read_people(at, ids)

    monkeypatch.setattr(service_state, "room_state", room)
    monkeypatch.setattr(service_you, "your_states", yours)
    hall = [one.meeting.id for one in (good, bad, good, bad)]
    shown = await asyncio.gather(*map(room_shown, hall), return_exceptions=True)
    person_id = good.neighbours[0].person_id
    mine = await asyncio.gather(*(your_state(one, person_id) for one in hall), return_exceptions=True)
    for first, *rest in (shown, mine):
        assert [isinstance(one, KeyError) for one in (first, *rest)] == [False, True, False, True]


async def test_pages_asked_for_at_once_read_the_room_once(
    db: Settings, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await make_round(question=QuestionState.OPEN)
    meeting_id, rooms, people = made.hall.meeting.id, 0, 0
    read_room, read_people = service_state.room_state, service_you.your_states

    async def room(at: int) -> service_state.RoomState:
        nonlocal rooms
        rooms += 1
        return await read_room(at)

    async def yours(at: int, ids: list[int]) -> object:
        nonlocal people
        people += 1
        return await read_people(at, ids)

    monkeypatch.setattr(service_state, "room_state", room)
    monkeypatch.setattr(service_you, "your_states", yours)
    found = await asyncio.gather(*(room_shown(meeting_id) for _ in range(20)))
    ids = [one.person_id for one in made.hall.neighbours]
    mine = await asyncio.gather(*(your_state(meeting_id, one) for one in ids * 5))
    assert rooms <= 2 and people <= 2
    fresh = await room_state(meeting_id)
    assert all(one.room == fresh.room and one.version == fresh.version for one in found)
    assert [one[1]["is_present"] for one in mine[:3]] == [True, False, False], "each their own"
    with pytest.raises(NotFound):
        await room_shown(meeting_id + 1000)


async def test_a_roll_is_counted_without_reading_its_names(db: Settings) -> None:
    """Whoever has two homes counts once, whoever only says so or lives elsewhere not at all."""
    hall = await make_meeting(neighbours=4)
    second = await make_unit(await make_place(PlaceKind.BUILDING, hall.place))
    about = {"unit_id": second.id, "tenure": Tenure.OWNER, "claimed_at": hall.meeting.starts_at}
    await Occupancy.create(person_id=hall.neighbours[0].person_id, state=ClaimState.CONFIRMED, **about)
    await Occupancy.create(person_id=(await make_person()).id, state=ClaimState.CLAIMED, **about)
    assert await called_size(hall.meeting) == len(await called_ids(hall.meeting)) == 6
