"""The council at a meeting: two quorums, who stepped back, attendance on the roster, and a chair who must hand over."""

from datetime import timedelta

import pytest
from tortoise.fields import JSONField

from linyue.base.errors import Refused
from linyue.base.policy import NOBODY
from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.councils import service as councils
from linyue.councils import service_attendance
from linyue.councils.rules_x import Way as XWay
from linyue.councils.service_attendance import Attended
from linyue.matters import service_recusal, service_topics
from linyue.matters.model import Matter
from linyue.matters.rules_recusal import RecusalReason
from linyue.meetings import service, service_agenda, service_council, service_room
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import Channel, MeetingRefusal, Mode
from linyue.meetings.rules_plan import Office
from linyue.people.model import Person
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.matters import Neighbourhood, make_neighbourhood
from tests.make.people import actor_for, make_person
from tests.matters.test_topics import propose


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def held(here: Neighbourhood, clock: MovableClock) -> Meeting:
    """An ordinary meeting of the council with a matter that came from a topic; it is the day of it."""
    member = await here.actor("member")
    matter = await service_topics.take(member, (await propose(here)).id)
    meeting = await service.draft_meeting(
        member, place_id=here.tree.compound.id, template="open-space", title="九月例会", starts_at=clock.now() + timedelta(days=9),
        mode=Mode.BOTH, venue="议事厅",
    )  # fmt: skip
    await service_agenda.add_matter(member, meeting.id, matter.number)
    recorder = await Person.get(id=here.people["resident"].id)
    await service.give_office(member, meeting.id, recorder.public_id, Office.RECORDER)
    await service.announce(member, meeting.id)
    clock.set(meeting.starts_at)
    return await Meeting.get(id=meeting.id)


async def members(here: Neighbourhood) -> list[Person]:
    return [seat.person for seat in await councils.seats_now(here.council.id)]


async def test_two_quorums_apart_and_without_those_who_stepped_back(here: Neighbourhood, clock: MovableClock) -> None:
    neighbour = here.people["neighbour"]
    now = clock.now()
    await councils.invite_x_member(
        NOBODY, here.council.id, neighbour.id, "车库", now, now + timedelta(days=90), XWay.AFFECTED
    )
    meeting = await held(here, clock)
    sitting = await members(here)
    for person in (*sitting[:4], neighbour):
        await service_room.check_in(await actor_for(person), meeting.id, Channel.ONLINE)
    count = await service_council.council_count(meeting)
    assert count is not None
    assert (count.seven.entitled, count.seven.present, count.seven.needed, count.seven.is_there) == (7, 4, 4, True)
    assert (count.all.entitled, count.all.present, count.all.needed, count.all.is_there) == (8, 5, 5, True)
    assert count.matters == ()
    matter = await Matter.get(way=Way.COUNCIL)
    for person in (sitting[0], neighbour):
        version = (await Matter.get(id=matter.id)).version
        await service_recusal.recuse(await actor_for(person), matter.id, version, RecusalReason.RELATIVE)
    count = await service_council.council_count(meeting)
    assert count is not None
    [one] = count.matters
    assert one.number == matter.number and set(one.recused) == {sitting[0].display_name, "三楼小林"}
    assert (one.seven.entitled, one.seven.present, one.seven.is_there) == (6, 3, False)
    assert (one.all.entitled, one.all.present, one.all.is_there) == (6, 3, False)
    assert (count.seven.present, one.is_chair_out) == (4, False)


async def test_a_chair_who_stepped_back_hands_the_chair_over(here: Neighbourhood, clock: MovableClock) -> None:
    meeting = await held(here, clock)
    member = await here.actor("member")
    for person in [*await members(here), here.people["resident"], here.people["neighbour"]]:
        await service_room.check_in(await actor_for(person), meeting.id, Channel.ONLINE)
    matter = await Matter.get(way=Way.COUNCIL)
    await service_recusal.recuse(member, matter.id, matter.version, RecusalReason.OWN_INTEREST)
    await service_room.start(member, meeting.id)
    vote = await AgendaItem.get(meeting_id=meeting.id, matter_id=matter.id)
    while True:
        here_now = await service_room.now_item(meeting.id)
        assert here_now is not None
        if here_now.position == vote.position - 1:
            break
        await service_room.next_item(member, meeting.id, after=here_now.position)
    with pytest.raises(Refused) as refused:
        await service_room.next_item(member, meeting.id, after=here_now.position)
    assert refused.value.reason is MeetingRefusal.CHAIR_STEPPED_BACK
    count = await service_council.council_count(meeting)
    assert count is not None and count.matters[0].is_chair_out
    other = (await members(here))[0]
    await service.give_office(member, meeting.id, other.public_id, Office.CHAIR)
    await service_room.next_item(await actor_for(other), meeting.id, after=here_now.position)
    assert (await service_room.now_item(meeting.id)).position == vote.position  # type: ignore[union-attr]


async def test_attendance_stands_on_the_roster(
    here: Neighbourhood, clock: MovableClock, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = await held(here, clock)
    sitting = await members(here)
    for person in sitting[:3]:
        await service_room.check_in(await actor_for(person), meeting.id, Channel.HALL)
    await Meeting.filter(id=meeting.id).update(state="ended", started_at=clock.now(), ended_at=clock.now())
    council = await councils.council_by_code(here.tree.compound.code)
    owners = (await Meeting.get(id=meeting.id)).clone()
    owners.public_id, owners.join_code, owners.screen_token_hash = "m-owners", None, "owners"
    owners.plan_data = meeting.plan_data | {"system": "owners_law"}
    await owners.save()
    with monkeypatch.context() as patch:
        patch.setattr(JSONField, "to_python_value", lambda *_: pytest.fail("a plan is read for a list of meetings"))
        [ended] = await service_attendance.sittings_of(council)
    assert set(ended.here) == {person.id for person in sitting[:3]}
    seats = await councils.seats_now(council.id)
    came = [service_attendance.attended(s.person_id, s.starts_at, s.ends_at, [ended]) for s in seats]
    assert came == [Attended(1, 1)] * 3 + [Attended(0, 1)] * 4
    page = (await client.get(f"/council/{here.tree.compound.code}")).text
    assert page.count("到会1/1次") == 3 and page.count("到会0/1次") == 4
    assert "应到7席，到3位，至少4位" in page and "人数不够" in page and "九月例会" in page
    assert here.people["worker"].display_name in page, "the secretary"
    shown = (await client.get(f"/meetings/{meeting.public_id}")).text
    assert "应到7席" not in shown, "it was called for the neighbours; only the council's own page counts its members"


async def test_what_neighbours_support_is_offered_first(
    here: Neighbourhood, clock: MovableClock, client: Client
) -> None:
    member = await here.actor("member")
    older = await service_topics.take(member, (await propose(here, "旧的议题")).id)
    topic = await propose(here, "有人附议的议题")
    await service_topics.support(await actor_for(await make_person(home=here.tree.units[1])), topic.id)
    newer = await service_topics.take(member, topic.id)
    meeting = await service.draft_meeting(
        member, place_id=here.tree.compound.id, template="open-space", title="例会", starts_at=clock.now() + timedelta(days=9),
        mode=Mode.ONLINE,
    )  # fmt: skip
    await client.sign_in_as(here.people["member"])
    page = (await client.get(f"/meetings/{meeting.public_id}/compose")).text
    assert 0 < page.index(f'<option value="{newer.number}"') < page.index(f'<option value="{older.number}"')
    assert "有人附议的议题 (1位附议)" in page
