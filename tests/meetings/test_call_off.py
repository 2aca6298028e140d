"""An announced meeting called off: over with a reason, its matters and its sitting free, everybody told; drafted anew."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from linyue.base import clock as district
from linyue.base import i18n
from linyue.base.errors import NotFound, Refused
from linyue.base.i18n import args_in, t
from linyue.base.model import Job, Message
from linyue.base.policy import Role
from linyue.centres.rules import Way
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState
from linyue.meetings import service, service_agenda, service_call_off, service_room
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import Channel, MeetingRefusal, MeetingState, Mode
from linyue.meetings.rules_plan import VOTING, Link
from linyue.meetings.rules_rights import RightRefusal
from linyue.minutes import service as minutes
from linyue.minutes.model import Minutes
from linyue.places.rules import PlaceKind
from linyue.procedures.model import ProcedureStep
from linyue.rounds import service_chair
from linyue.rounds.model import Group, Motion, Topic
from linyue.rounds.rules import RoundRefusal
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.matters import make_matter, make_neighbourhood, send_to
from tests.make.meetings import make_meeting
from tests.make.people import make_person
from tests.make.procedures import make_procedure

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def refused(step: object) -> object:
    with pytest.raises(Refused) as caught:
        await step  # type: ignore[misc]
    return caught.value.reason


async def test_called_off_gives_matters_back_tells_the_roll_and_is_drafted_again(clock: MovableClock) -> None:
    here = await make_neighbourhood()
    matter = await send_to(here, await make_matter(here), Way.COUNCIL)
    member = await here.actor("member")
    meeting = await service.draft_meeting(
        member, place_id=here.tree.compound.id, template="open-space", title="屋顶", mode=Mode.BOTH, venue="议事厅",
        starts_at=clock.now() + timedelta(days=5),
    )  # fmt: skip
    await service_agenda.add_matter(member, meeting.id, matter.number)
    off = service_call_off.call_off
    assert await refused(off(member, meeting.id, "台风")) is RightRefusal.NOT_NOW, "a draft is nobody's yet"
    await service.announce(member, meeting.id)
    assert await refused(off(member, meeting.id, "  ")) is MeetingRefusal.NO_CALL_OFF_REASON
    assert await refused(off(member, meeting.id, "风" * 201)) is MeetingRefusal.REASON_LONG
    await off(member, meeting.id, "台风要来")
    now = await Meeting.get(id=meeting.id)
    assert (now.state, now.called_off) == (MeetingState.ENDED, "台风要来")
    assert (await Matter.get(id=matter.id)).state is MatterState.ACCEPTED
    told = await Message.filter(key="meetings-told-called-off")
    assert {here.people[name].id for name in ("resident", "neighbour")} <= {one.person_id for one in told}
    said = t("zh-CN", told[0].key, **args_in("zh-CN", told[0].args))
    assert "屋顶" in said and "台风要来" in said and "议事厅" in said
    assert await refused(off(member, meeting.id, "再来")) is RightRefusal.NOT_NOW
    assert await minutes.sweep() == 0 and not await Minutes.all().exists(), "what never began has no minutes"
    again = await service_call_off.draft_again(member, meeting.id)
    assert again.state is MeetingState.DRAFT and again.starts_at == now.starts_at + timedelta(days=7)
    assert await AgendaItem.filter(meeting_id=again.id, matter_id=matter.id).exists()
    assert (await service_call_off.draft_again(member, meeting.id)).id == again.id, "asked for twice"
    with pytest.raises(NotFound):
        await service_call_off.draft_again(member, again.id)


@pytest.mark.sqlite_only
async def test_not_under_an_open_vote_and_a_day_later_the_chair_is_asked(clock: MovableClock) -> None:
    hall = await make_meeting()
    await hall.go_to(Link.CONSENSUS)
    question = await service_chair.put_question(hall.chair, hall.meeting.id, "修吗？")
    await service_chair.open_question(hall.chair, hall.meeting.id, question.id)
    off = service_call_off.call_off
    assert await refused(off(hall.chair, hall.meeting.id, "停电")) is RoundRefusal.QUESTION_OPEN
    await service_chair.close_question(hall.chair, hall.meeting.id, question.id)
    await off(hall.chair, hall.meeting.id, "停电")
    assert await service_room.now_item(hall.meeting.id) is None
    waits = await make_meeting(MeetingState.ANNOUNCED)
    job = await Job.filter(name="meetings.unstarted").order_by("-id").first()
    assert job is not None and job.due_at == waits.meeting.starts_at + timedelta(hours=24)
    assert not await service_call_off.tell_unstarted(waits.meeting.id), "its time has not passed"
    district.set_offset(district.offset() + timedelta(days=5, hours=1))
    assert await service_call_off.tell_unstarted(waits.meeting.id)
    [told] = await Message.filter(key="meetings-told-unstarted")
    assert told.person_id == waits.chair.person_id
    assert not await service_call_off.tell_unstarted(hall.meeting.id)


@pytest.mark.sqlite_only
async def test_a_procedures_sitting_is_free_again(clock: MovableClock) -> None:
    run = await make_procedure("hearing")
    while (await run.stage())[1].kind.value != "sitting":
        await run.step()
    meeting = await run.call()
    await service_call_off.call_off(run.chair, meeting.id, "停电")
    assert (await run.stage())[0].meeting_id is None
    with pytest.raises(NotFound):  # its procedure calls it, or it would be nobody's sitting
        await service_call_off.draft_again(run.chair, meeting.id)
    again = await run.call()
    assert again.id != meeting.id and await ProcedureStep.filter(meeting_id=again.id).exists()


@pytest.mark.sqlite_only
async def test_a_vote_counted_before_the_call_off_still_counts(clock: MovableClock) -> None:
    run = await make_procedure("daily")
    while (await run.stage())[1].kind.value != "sitting":
        await run.step()
    meeting = await run.call()
    for who in run.neighbours:
        await service_room.check_in(who, meeting.id, Channel.HALL)
    while (here := await service_room.now_item(meeting.id)) and here.link not in VOTING:
        await service_chair.next_item(run.chair, meeting.id, here.position)
    await run.vote(meeting, "for")
    await service_call_off.call_off(run.chair, meeting.id, "停电")
    assert (await run.stage())[0].meeting_id == meeting.id


@pytest.mark.sqlite_only
@pytest.mark.parametrize("left", ["motion", "put", "item"])
async def test_a_sitting_with_something_left_to_vote_on_is_called_anew(clock: MovableClock, left: str) -> None:
    run = await make_procedure("daily")
    while (await run.stage())[1].kind.value != "sitting":
        await run.step()
    meeting = await run.call()
    for who in run.neighbours:
        await service_room.check_in(who, meeting.id, Channel.HALL)
    if left == "item":  # an earlier item is voted on, the one under way is not yet
        await AgendaItem.of(meeting.id).filter(link=Link.TALK).update(link=Link.VOTE, plan_link=None)
    while (here := await service_room.now_item(meeting.id)) and here.link not in VOTING:
        await service_chair.next_item(run.chair, meeting.id, here.position)
    assert here is not None
    await run.vote(meeting, "for")
    if left == "item":
        clock.move(minutes=1)
        await service_chair.next_item(run.chair, meeting.id, here.position)
    if left == "motion":
        who = run.neighbours[0].person_id
        topic = await Topic.create(meeting_id=meeting.id, author_id=who, text="第二件", posted_at=district.now())
        group = await Group.create(
            meeting_id=meeting.id, topic_id=topic.id, label="A", convener_id=who, formed_at=district.now()
        )
        await Motion.create(
            meeting_id=meeting.id, group_id=group.id, author_id=who, text="再装一盏", moved_at=district.now()
        )
    if left == "put":
        await service_chair.put_question(run.chair, meeting.id, "再装一盏？", is_motion=True)
    await service_call_off.call_off(run.chair, meeting.id, "停电")
    assert (await run.stage())[0].meeting_id is None
    assert (await run.call()).id != meeting.id


@pytest.mark.sqlite_only
async def test_the_pages_say_so_and_the_calendar_cancels(client: Client, clock: MovableClock) -> None:
    i18n.is_strict = True
    hall = await make_meeting(MeetingState.ANNOUNCED)
    at = f"/meetings/{hall.meeting.public_id}"
    await client.sign_in_as(hall.neighbours[0].person_id)
    page = (await client.get(at)).text
    assert "/call-off" not in page and f"{at}/door" not in page and f"{at}/offices" not in page
    worker = await make_person(role=Role.SOCIAL_WORKER, place=await hall.place.above(PlaceKind.COMMUNITY))
    await client.sign_in_as(worker.id, is_staff=True)
    page = (await client.get(at)).text
    assert f"{at}/door" in page and f"{at}/offices" not in page and "/call-off" not in page, (
        "as the table of rights says"
    )
    await client.sign_in_as(hall.chair.person_id)
    page = (await client.get(at)).text
    assert f"{at}/call-off" in page and f"{at}/door" in page and f"{at}/offices" in page
    bare = await client.send_form(f"{at}/call-off", {"reason": ""})
    assert bare.status_code == 409 and "请写明为什么取消" in bare.text
    assert (await client.send_form(f"{at}/call-off", {"reason": "台风要来"})).status_code == 303
    for path in (at, "/meetings", f"{at}/notice"):
        shown = (await client.get(path)).text
        assert "已取消" in shown and "台风要来" in shown, path
    page = (await client.get(at)).text
    assert "/call-off" not in page and "/door" not in page and f"{at}/again" in page
    [event] = Calendar.from_ical((await client.get(f"{at}/calendar.ics")).content).walk("VEVENT")
    assert event["status"] == "CANCELLED"
    gone = await client.get(f"/live/{hall.meeting.join_code}", follow_redirects=True)
    assert "已取消" in gone.text
    done = await client.send_form(f"{at}/again")
    assert done.status_code == 303 and done.headers["location"].split("?")[0].endswith("/compose")
