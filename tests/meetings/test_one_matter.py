"""An X member taken in for one matter decides that one only: the rolls and quorums of every other leave them out."""

from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.policy import NOBODY, Role
from linyue.base.settings import Settings
from linyue.councils import service as councils
from linyue.councils import service_attendance
from linyue.councils.rules_x import Way, XRefusal, votes_on
from linyue.matters import service_topics
from linyue.matters.model import Matter
from linyue.meetings import service, service_agenda
from linyue.meetings.model import Meeting
from linyue.meetings.rules import Mode
from linyue.meetings.rules_stages import sitting_of
from linyue.meetings.service_council import council_count, out_of_roll, quorums_now
from linyue.meetings.templates import load_data
from linyue.people.rules_bodies import Body
from tests.client import Client
from tests.make.matters import Neighbourhood, make_neighbourhood
from tests.make.people import make_person
from tests.matters.test_topics import propose

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


@pytest.mark.parametrize(
    ("terms", "matter", "people"),
    [
        ([(1, None), (2, 7), (3, 8)], 7, {1, 2}),
        ([(1, None), (2, 7), (3, 8)], None, {1}),
        ([(2, 7), (2, 8)], 8, {2}),
        ([(2, 7), (2, None)], 8, {2}),
        ([], 7, set()),
    ],
)
def test_who_decides_what(terms: list[tuple[int, int | None]], matter: int | None, people: set[int]) -> None:
    assert votes_on(terms, matter) == people


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def taken(here: Neighbourhood) -> Matter:
    """A matter in the council's hands."""
    return await service_topics.take(await here.actor("member"), (await propose(here)).id)


async def sitting(here: Neighbourhood, *numbers: str) -> Meeting:
    """The council called by itself, with these matters on its agenda."""
    member = await here.actor("member")
    meeting = await service.draft_meeting(
        member, place_id=here.tree.compound.id, template="urgent", title="理事会", starts_at=clock.now() + timedelta(days=9),
        mode=Mode.HALL, venue="议事厅", data=sitting_of(load_data("urgent"), "ratify"),
    )  # fmt: skip
    for number in numbers:
        await service_agenda.add_matter(member, meeting.id, number)
    return meeting


async def invited(here: Neighbourhood, who: str, matter: str = "") -> int:
    now = clock.now()
    x = await councils.invite_x_member(
        NOBODY, here.council.id, here.people[who].id, "屋顶", now, now + timedelta(days=90), Way.AFFECTED, matter
    )
    return x.person_id


async def test_whoever_is_there_for_one_matter_is_on_no_other_roll(here: Neighbourhood) -> None:
    mine = await taken(here)
    bound, free = await invited(here, "resident", mine.number), await invited(here, "neighbour")
    meeting = await sitting(here, mine.number)
    assert await out_of_roll(meeting.id, Body.COUNCIL, mine.id) == frozenset()
    other = mine.id + 1
    assert await out_of_roll(meeting.id, Body.COUNCIL, other) == {bound}
    assert await out_of_roll(meeting.id, Body.COUNCIL, None) == {bound} and free != bound
    assert await out_of_roll(meeting.id, Body.RESIDENTS, other) == frozenset(), (
        "who lives here votes in their own right"
    )
    assert await out_of_roll(meeting.id, Body.COUNCIL_SEVEN, other) == frozenset()
    of = [(await quorums_now(meeting, matter) or ())[1].entitled for matter in (mine.id, other, None)]
    assert of == [9, 8, 8]
    count = await council_count(meeting)
    assert count is not None and count.all.entitled == 9
    empty = await council_count(await sitting(here))
    assert empty is not None and empty.all.entitled == 8
    over = service_attendance.Sitting("m1", "议一议", "", clock.now(), frozenset())
    members = await councils.XMember.of(here.council.id)
    [line] = await service_attendance.counted([over], await councils.seats_now(here.council.id), members)
    assert line.all.entitled == 8, "nor in the list of the council's sittings"


async def test_a_standing_member_keeps_every_vote(here: Neighbourhood) -> None:
    mine, meeting = await taken(here), await sitting(here)
    seat = (await councils.seats_now(here.council.id))[0]
    now = clock.now()
    await councils.XMember.create(
        council_id=here.council.id, person_id=seat.person_id, topic="屋顶", way=Way.AFFECTED, matter_id=mine.id,
        starts_at=now, ends_at=now + timedelta(days=9),
    )  # fmt: skip
    assert await out_of_roll(meeting.id, Body.COUNCIL, None) == frozenset()


async def test_the_council_names_the_matter_in_the_form(here: Neighbourhood, client: Client) -> None:
    mine = await taken(here)
    at = f"/council/{here.tree.compound.code}/x/new"
    await client.sign_in_as(here.people["member"])
    assert "只为哪一件事项" in (await client.get(at)).text
    ends = (clock.local(clock.now()) + timedelta(days=60)).date().isoformat()
    sent = {"who": here.people["resident"].public_id, "way": "affected", "topic": "屋顶", "ends": ends}
    wrong = await client.send_form(at, sent | {"matter": "2026-9999"})
    assert wrong.status_code == 422 and "没有这个编号的事项" in wrong.text and "屋顶" in wrong.text
    assert (await client.send_form(at, sent | {"matter": mine.number})).status_code == 303
    assert (await councils.XMember.get(person_id=here.people["resident"].id)).matter_id == mine.id
    with pytest.raises(Refused) as caught:
        await invited(here, "neighbour", "2026-9999")
    assert caught.value.reason is XRefusal.NO_SUCH_MATTER and caught.value.field == "matter"


async def test_pages_say_which_one_matter(here: Neighbourhood, client: Client) -> None:
    mine = await taken(here)
    await client.sign_in_as(await make_person(role=Role.ADMINISTRATOR, place=here.tree.district), is_staff=True)
    at, who = f"/admin/councils/{here.tree.compound.code}", here.people["resident"]
    form = {"who": who.public_id, "topic": "屋顶", "way": "affected", "matter": "1-9999"}
    form["ends"] = (clock.local(clock.now()).date() + timedelta(days=90)).isoformat()
    wrong = await client.send_form(f"{at}/x", form)
    assert wrong.status_code == 422 and 'id="f-matter-error"' in wrong.text and "1-9999" in wrong.text
    assert (await client.send_form(f"{at}/x", form | {"matter": mine.number})).status_code == 303
    only = f"只参加这一件的决定：{mine.number}"
    for path in (at, f"/council/{here.tree.compound.code}"):
        assert only in (await client.get(path)).text, path
    await Matter.filter(id=mine.id).update(is_public=False)
    for path in (at, f"/council/{here.tree.compound.code}"):
        hidden = (await client.get(path)).text
        assert "只参加一件不公开事项的决定" in hidden and mine.number not in hidden, path
