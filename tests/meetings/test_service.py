"""A meeting from draft to close, in the database."""

import re
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from linyue.base.errors import NotFound, Refused
from linyue.base.i18n import args_in, t
from linyue.base.model import Job, Message
from linyue.base.pages import daytime_text
from linyue.base.policy import Role
from linyue.meetings import service, service_room, service_speakers
from linyue.meetings.model import AgendaItem, Attendance, Meeting, MeetingOffice, Speaker
from linyue.meetings.rules import Channel, ItemState, MeetingRefusal, MeetingState, Mode
from linyue.meetings.rules_plan import SPACE, Link, Office
from linyue.meetings.rules_speakers import SpeakerRefusal, SpeakerState, Stance
from linyue.meetings.rules_stages import sitting_of
from linyue.meetings.templates import load_data
from linyue.people.model import Person
from tests.conftest import MovableClock
from tests.make.meetings import make_compound, make_meeting, make_neighbour

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("db")]


async def refused(awaitable: object) -> object:
    with pytest.raises(Refused) as caught:
        await awaitable  # type: ignore[misc]
    return caught.value.reason


async def test_a_draft_has_the_six_links_and_its_author_in_the_chair() -> None:
    hall = await make_meeting(MeetingState.DRAFT)
    assert [item.link for item in await AgendaItem.of(hall.meeting.id)] == list(SPACE)
    assert (await MeetingOffice.get(meeting_id=hall.meeting.id)).person_id == hall.chair.person_id
    assert hall.meeting.join_code is None


async def test_only_a_council_member_of_the_place_drafts(clock: MovableClock) -> None:
    place, other = await make_compound(), await make_compound()
    member = await make_neighbour(other)
    start = clock.now() + timedelta(days=9)
    draft = dict(place_id=place.id, template="open-space", title="x", starts_at=start, mode=Mode.ONLINE)
    assert await refused(service.draft_meeting(member, **draft)) is MeetingRefusal.NOT_YOUR_PLACE


async def test_notice_too_short_is_refused_with_the_first_possible_day(clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.DRAFT)
    clock.move(days=2)
    with pytest.raises(Refused) as caught:
        await service.announce(hall.chair, hall.meeting.id)
    assert caught.value.reason is MeetingRefusal.NOTICE_SHORT
    assert caught.value.args_for_text["days"] == 3
    assert (await hall.fresh()).state is MeetingState.DRAFT


@pytest.mark.sqlite_only
async def test_who_is_called_at_once_hears_time_place_and_code_by_text_message(clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.DRAFT, data=sitting_of(load_data("urgent"), "meet"))
    helper = await make_neighbour(hall.place, "", Role.X_MEMBER)
    assert helper.person_id is not None
    await service.announce(hall.chair, hall.meeting.id)
    meeting = await hall.fresh()
    rows = await Message.filter(key="meetings-told-at-once")
    assert {one.person_id for one in rows} == {hall.chair.person_id, helper.person_id}
    assert all(one.is_urgent for one in rows) and await Job.filter(name="base.send_sms").count() == 2
    for lang in ("zh-CN", "en"):
        said = t(lang, rows[0].key, **args_in(lang, rows[0].args))
        for fact in (str(meeting.join_code), "邻舍家活动室", daytime_text(lang, meeting.starts_at)):
            assert fact in said, said


async def test_announcing_gives_a_code_and_tells_the_roll(clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.ANNOUNCED)
    assert re.fullmatch(r"\d{6}", hall.meeting.join_code or "")
    told = {row.person_id for row in await Message.all()}
    assert {one.person_id for one in hall.neighbours} <= told
    assert hall.stranger.person_id not in told


async def test_a_code_is_never_given_twice_while_in_force(clock: MovableClock) -> None:
    one, other = await make_meeting(MeetingState.ANNOUNCED), await make_meeting(MeetingState.ANNOUNCED)
    with pytest.raises(IntegrityError):
        await Meeting.filter(id=other.meeting.id).update(join_code=one.meeting.join_code)


async def test_start_needs_its_offices_and_its_hour(clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.ANNOUNCED)
    assert await refused(service_room.start(hall.chair, hall.meeting.id)) is MeetingRefusal.TOO_EARLY
    clock.move(days=4)
    assert await refused(service_room.start(hall.chair, hall.meeting.id)) is MeetingRefusal.OFFICE_EMPTY


async def test_the_agenda_runs_link_by_link_and_ends(clock: MovableClock) -> None:
    hall = await make_meeting()
    seen = []
    for position in range(5):
        item = await service_room.now_item(hall.meeting.id)
        seen.append(item.link)
        assert await refused(service_room.end(hall.chair, hall.meeting.id)) is MeetingRefusal.ITEMS_LEFT
        await service_room.next_item(hall.chair, hall.meeting.id, after=position)
        again = service_room.next_item(hall.chair, hall.meeting.id, after=position)
        assert await refused(again) is MeetingRefusal.MOVED_ON
    await service_room.end(hall.chair, hall.meeting.id)
    assert seen == list(SPACE)[:5]
    assert (await hall.fresh()).state is MeetingState.ENDED
    assert await Meeting.by_codes([str(hall.meeting.join_code)]).first() is None


async def test_undo_brings_back_item_clock_and_queue(clock: MovableClock) -> None:
    hall = await make_meeting()
    await hall.enter()
    await service_speakers.ask_to_speak(hall.neighbours[0], hall.meeting.id, Stance.NEITHER)
    before = await hall.fresh()
    await service_room.next_item(hall.chair, hall.meeting.id, after=0)
    assert await Speaker.in_play(hall.meeting.id).count() == 0
    await service_room.undo(hall.chair, hall.meeting.id)
    after = await hall.fresh()
    assert (await service_room.now_item(hall.meeting.id)).link is Link.CALL
    assert after.timer_ends_at == before.timer_ends_at
    assert after.version > before.version
    assert (await Speaker.in_play(hall.meeting.id)).pop().person_id == hall.neighbours[0].person_id
    assert await refused(service_room.undo(hall.chair, hall.meeting.id)) is MeetingRefusal.NOTHING_TO_UNDO


async def test_undo_runs_out(clock: MovableClock) -> None:
    hall = await make_meeting()
    await service_room.next_item(hall.chair, hall.meeting.id, after=0)
    clock.move(minutes=2)
    assert await refused(service_room.undo(hall.chair, hall.meeting.id)) is MeetingRefusal.NOTHING_TO_UNDO


async def test_presence_is_once_and_only_for_the_roll(clock: MovableClock) -> None:
    hall = await make_meeting()
    assert await service_room.check_in(hall.neighbours[0], hall.meeting.id, Channel.ONLINE)
    assert not await service_room.check_in(hall.neighbours[0], hall.meeting.id, Channel.HALL)
    assert (await Attendance.get(meeting_id=hall.meeting.id)).channel is Channel.HALL, "came in from the street"
    assert not await service_room.check_in(hall.neighbours[0], hall.meeting.id, Channel.ONLINE)
    assert (await Attendance.get(meeting_id=hall.meeting.id)).channel is Channel.HALL, "a button sends nobody out"
    assert (
        await refused(service_room.check_in(hall.stranger, hall.meeting.id, Channel.ONLINE))
        is MeetingRefusal.NOT_ON_ROLL
    )
    assert await Attendance.filter(meeting_id=hall.meeting.id).count() == 1


async def test_speakers_newcomers_first_and_turn_about(clock: MovableClock) -> None:
    hall = await make_meeting(neighbours=4)
    await hall.enter()
    a, b, c, d = hall.neighbours
    meeting_id = hall.meeting.id
    for who, stance in ((a, Stance.FOR), (b, Stance.FOR), (c, Stance.AGAINST)):
        await service_speakers.ask_to_speak(who, meeting_id, stance)
        clock.move(seconds=1)
    order = [row.person_id for row, _ in await service_speakers.queue_in_order(await hall.fresh())]
    assert order == [a.person_id, c.person_id, b.person_id]
    assert await refused(service_speakers.ask_to_speak(a, meeting_id, Stance.FOR)) is SpeakerRefusal.ALREADY_WAITING
    await service_speakers.next_speaker(hall.chair, meeting_id)
    await service_speakers.next_speaker(hall.chair, meeting_id)
    await service_speakers.ask_to_speak(a, meeting_id, Stance.FOR)
    await service_speakers.ask_to_speak(d, meeting_id, Stance.NEITHER)
    order = [(row.person_id, turns) for row, turns in await service_speakers.queue_in_order(await hall.fresh())]
    assert order == [(b.person_id, 0), (d.person_id, 0), (a.person_id, 1)]
    speaking = await Speaker.get(meeting_id=meeting_id, state=SpeakerState.SPEAKING)
    assert speaking.person_id == c.person_id
    await service_room.undo(hall.chair, meeting_id)
    assert c.person_id in [row.person_id for row, _ in await service_speakers.queue_in_order(await hall.fresh())]


async def test_undo_gives_the_floor_back(clock: MovableClock) -> None:
    hall = await make_meeting()
    await hall.enter()
    a, b, _ = hall.neighbours
    for who in (a, b):
        await service_speakers.ask_to_speak(who, hall.meeting.id, Stance.NEITHER)
    await service_speakers.next_speaker(hall.chair, hall.meeting.id)
    await service_speakers.next_speaker(hall.chair, hall.meeting.id)
    await service_room.undo(hall.chair, hall.meeting.id)
    states = {row.person_id: row.state for row in await Speaker.in_play(hall.meeting.id)}
    assert states == {a.person_id: SpeakerState.SPEAKING, b.person_id: SpeakerState.WAITING}


async def test_turns_are_limited_on_one_item(clock: MovableClock) -> None:
    hall = await make_meeting()
    await hall.enter()
    who, meeting_id = hall.neighbours[0], hall.meeting.id
    for _ in range(2):
        await service_speakers.ask_to_speak(who, meeting_id, Stance.NEITHER)
        await service_speakers.next_speaker(hall.chair, meeting_id)
        await service_speakers.end_speech(hall.chair, meeting_id)
    assert await refused(service_speakers.ask_to_speak(who, meeting_id, Stance.NEITHER)) is SpeakerRefusal.TURNS_USED
    await service_room.next_item(hall.chair, meeting_id, after=0)
    await service_speakers.ask_to_speak(who, meeting_id, Stance.NEITHER)


async def test_a_stranger_does_not_speak(clock: MovableClock) -> None:
    hall = await make_meeting()
    assert (
        await refused(service_speakers.ask_to_speak(hall.stranger, hall.meeting.id, Stance.NEITHER))
        is MeetingRefusal.NOT_ON_ROLL
    )


async def test_the_clock_pauses_goes_on_and_gets_more(clock: MovableClock) -> None:
    hall = await make_meeting()
    await service_room.set_timer(hall.chair, hall.meeting.id, 60)
    await service_room.pause_timer(hall.chair, hall.meeting.id)
    clock.move(minutes=5)
    assert 58 <= (await hall.fresh()).timer_left <= 60
    await service_room.add_time(hall.chair, hall.meeting.id)
    assert 88 <= (await hall.fresh()).timer_left <= 90
    await service_room.pause_timer(hall.chair, hall.meeting.id)
    meeting = await hall.fresh()
    assert meeting.timer_left is None and meeting.timer_ends_at is not None
    assert await refused(service_room.set_timer(hall.chair, hall.meeting.id, 61)) is MeetingRefusal.UNKNOWN_TIMER


async def test_the_chair_is_handed_over_never_empty(clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.ANNOUNCED)
    other = await Person.get(id=hall.neighbours[0].person_id)
    await service.give_office(hall.chair, hall.meeting.id, other.public_id, Office.CHAIR)
    assert (await service.office_counts(hall.meeting.id))[Office.CHAIR] == 1
    taken = service.take_office(hall.chair, hall.meeting.id, other.public_id, Office.CHAIR)
    assert await refused(taken) is MeetingRefusal.OFFICE_EMPTY


async def test_the_screen_link_can_be_renewed(clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.ANNOUNCED)
    old = service.screen_path(hall.meeting)
    await service.renew_screen_link(hall.chair, hall.meeting.id)
    assert service.screen_path(await hall.fresh()) != old


async def test_no_such_meeting() -> None:
    with pytest.raises(NotFound):
        await service_room.start(await make_neighbour(None), 999)


async def test_every_step_raises_the_version(clock: MovableClock) -> None:
    hall = await make_meeting()
    seen = [(await hall.fresh()).version]
    await service_room.add_time(hall.chair, hall.meeting.id)
    seen.append((await hall.fresh()).version)
    await service_room.blank_screen(hall.chair, hall.meeting.id, True)
    seen.append((await hall.fresh()).version)
    await service_room.next_item(hall.chair, hall.meeting.id, after=0)
    seen.append((await hall.fresh()).version)
    assert seen == sorted(set(seen))
    assert (await AgendaItem.of(hall.meeting.id))[0].state is ItemState.DONE
