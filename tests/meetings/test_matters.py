"""Matters on an agenda: put on, due on the meeting's day, whichever day that becomes, and given back undecided."""

import copy
from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.base.errors import Refused
from linyue.base.model import Message
from linyue.base.workdays import day_end, local_day
from linyue.centres.rules import Way
from linyue.matters import service as matters
from linyue.matters import service_handle, service_topics
from linyue.matters.model import Matter
from linyue.matters.model_topics import TopicProposal
from linyue.matters.rules import MatterState
from linyue.meetings import service, service_agenda, service_room
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import MeetingRefusal, Mode
from linyue.meetings.rules_plan import Office
from linyue.meetings.rules_stages import sitting_of
from linyue.meetings.templates import load_data
from tests.client import Client
from tests.make.matters import Neighbourhood, make_matter, make_neighbourhood, send_to, version_of
from tests.make.people import actor_for
from tests.matters.test_topics import neighbours, propose

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def test_a_matter_is_due_on_the_day_of_its_meeting_also_when_that_moves() -> None:
    here = await make_neighbourhood()
    matter = await send_to(here, await make_matter(here), Way.COUNCIL)
    member, first = await here.actor("member"), clock.now() + timedelta(days=1)
    facts = {"title": "屋顶漏水怎么修", "title_en": "", "mode": Mode.BOTH, "venue": "邻舍家议事厅"}
    place = here.tree.compound.id
    draft = await service.draft_meeting(member, place_id=place, template="open-space", starts_at=first, **facts)
    await service_agenda.add_matter(member, draft.id, matter.number)
    put = await Matter.get(id=matter.id)
    assert (put.state, put.due_at) == (MatterState.ON_AGENDA, day_end(local_day(first)))
    later = first + timedelta(days=5)
    await service.change_details(member, draft.id, starts_at=later, **facts)
    assert (await Matter.get(id=matter.id)).due_at == day_end(local_day(later))


@pytest.mark.sqlite_only
async def test_what_is_not_public_stands_on_no_agenda(client: Client) -> None:
    here = await make_neighbourhood()
    matter = await send_to(here, await make_matter(here, "楼上的事", is_public=False), Way.COUNCIL)
    member = await here.actor("member")
    facts = {"title": "议一议", "title_en": "", "mode": Mode.BOTH, "venue": "邻舍家议事厅"}
    draft = await service.draft_meeting(
        member,
        place_id=here.tree.compound.id,
        template="open-space",
        starts_at=clock.now() + timedelta(days=5),
        **facts,
    )
    assert await service_agenda.matters_to_choose(draft) == []
    with pytest.raises(Refused) as caught:
        await service_agenda.add_matter(member, draft.id, matter.number)
    assert caught.value.reason is MeetingRefusal.MATTER_PRIVATE
    assert (await Matter.get(id=matter.id)).state is MatterState.ASSIGNED


@pytest.mark.sqlite_only
async def test_a_new_meeting_takes_along_the_matter_it_is_begun_for(client: Client) -> None:
    here = await make_neighbourhood()
    matter = await send_to(here, await make_matter(here), Way.COUNCIL)
    member = await here.actor("member")
    await client.sign_in_as(member.person_id)
    await service_handle.accept(member, matter.id, await version_of(matter))
    assert f"/meetings?matter={matter.number}" in (await client.get(f"/desk/m/{matter.number}")).text
    assert f"/meetings/new?matter={matter.number}" in (await client.get(f"/meetings?matter={matter.number}")).text
    form = (await client.get(f"/meetings/new?matter={matter.number}")).text
    assert f'name="matter" value="{matter.number}"' in form
    assert 'name="matter"' not in (await client.get("/meetings/new?matter=%3Cb%3E")).text
    day = local_day(clock.now() + timedelta(days=5)).isoformat()
    sent = {
        "template": "open-space", "place_id": here.tree.compound.id, "title": "管道", "day": day, "time": "19:00",
        "mode": "both", "venue": "议事厅", "matter": matter.number,
    }  # fmt: skip
    done = await client.send_form("/meetings/new", sent)
    assert done.status_code == 303, done.text[-2000:]
    assert (await Matter.get(id=matter.id)).state is MatterState.ON_AGENDA
    again = await client.send_form("/meetings/new", sent)
    assert again.status_code == 303, "what cannot be carried stops nobody from composing"


async def supported(here: Neighbourhood, title: str) -> TopicProposal:
    """A topic with as many supporters as the district asks for."""
    topic = await propose(here, title)
    for person in await neighbours(here, 10):
        topic = await service_topics.support(await actor_for(person), topic.id)
    return topic


async def test_supported_topics_stand_in_the_next_agenda_and_the_topic_says_when_and_what_came_of_it(
    client: Client,
) -> None:
    here = await make_neighbourhood()
    first = await supported(here, "车库的灯")
    await propose(here, "还没有人附议")
    member = await here.actor("member")
    await client.sign_in_as(here.people["member"])
    waits = (await client.get(f"/topics/{first.public_id}")).text
    assert "还没排进会议" in waits
    day = local_day(clock.now() + timedelta(days=5)).isoformat()
    sent = {"template": "open-space", "place_id": here.tree.compound.id, "title": "十月例会", "day": day,
            "time": "19:00", "mode": "both", "venue": "议事厅", "matter": ""}  # fmt: skip
    compose = (await client.send_form("/meetings/new", sent)).headers["location"]
    draft = await Meeting.get(title="十月例会")
    on = AgendaItem.filter(meeting_id=draft.id, matter_id__isnull=False).order_by("position")
    assert await on.values_list("matter_id", flat=True) == [first.matter_id]
    second = await supported(here, "楼道的门")
    assert await on.values_list("matter_id", flat=True) == [first.matter_id, second.matter_id], "joins the draft there"
    page = (await client.get(compose)).text
    assert page.count("10位附议") == 2
    number = (await Matter.get(id=second.matter_id)).number
    remove = f"/meetings/{draft.public_id}/matters/remove"
    bare = await client.send_form(remove, {"number": number, "reason": "  "})
    assert bare.status_code == 422 and "要写明原因才能拿下" in bare.text and await on.count() == 2
    assert (await client.send_form(remove, {"number": number, "reason": "等消防来看过"})).status_code == 303
    assert await on.values_list("matter_id", flat=True) == [first.matter_id]
    told = await Message.filter(key="matters-told-off-agenda")
    assert len(told) == 11 and all("等消防来看过" in str(one.args) for one in told), (
        "ten supporters and who proposed it"
    )
    assert "等消防来看过" in (await client.get(f"/topics/{second.public_id}")).text
    await client.sign_in_as(here.people["resident"])
    soon = (await client.get(f"/topics/{first.public_id}")).text
    assert "排进了“十月例会”" in soon and f"/meetings/{draft.public_id}" not in soon, "a draft is the council's to read"
    assert first.matter_id is not None
    await matters.meeting_started(member, first.matter_id)
    assert "正在“十月例会”上议" in (await client.get(f"/topics/{first.public_id}")).text
    await matters.apply_decision(
        member, first.matter_id, is_adopted=True, question_public_id="q1", title="换声控灯", numbers={"for": 9}
    )
    over = (await client.get(f"/topics/{first.public_id}")).text
    assert "会上通过了" in over and "换声控灯" in over
    with pytest.raises(Refused):
        await service_agenda.add_matter(member, draft.id, number)
        await service_agenda.remove_matter(member, draft.id, number)


async def test_a_meeting_that_too_few_came_to_gives_its_matters_back() -> None:
    here = await make_neighbourhood()
    matter = await send_to(here, await make_matter(here), Way.COUNCIL)
    member, place = await here.actor("member"), here.tree.compound.id
    facts = {"place_id": place, "template": "open-space", "mode": Mode.BOTH, "venue": "议事厅"}
    data = copy.deepcopy(sitting_of(load_data("covenant"), "assembly"))
    when = clock.now() + timedelta(days=12)
    meeting = await service.draft_meeting(member, title="第一次", starts_at=when, data=data, **facts)  # type: ignore[arg-type]
    await service_agenda.add_matter(member, meeting.id, matter.number)
    await service.give_office(member, meeting.id, here.people["resident"].public_id, Office.RECORDER)
    await service.announce(member, meeting.id)
    clock.set_offset(clock.offset() + timedelta(days=12))
    await service_room.start(member, meeting.id)
    assert (await Matter.get(id=matter.id)).state is MatterState.IN_MEETING
    await service_room.adjourn(member, meeting.id)
    back = await Matter.get(id=matter.id)
    assert (back.state, back.meeting_public_id) == (MatterState.ACCEPTED, "")
    again = await service.draft_meeting(member, title="第二次", starts_at=when + timedelta(days=9), **facts)  # type: ignore[arg-type]
    assert [one.number for one in await service_agenda.matters_to_choose(again)] == [matter.number]
    await service_agenda.add_matter(member, again.id, matter.number)
    assert (await Matter.get(id=matter.id)).state is MatterState.ON_AGENDA
