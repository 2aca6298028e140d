"""A neighbours' meeting over days: its clock as a table, and the whole meeting run by the clock alone to a published result."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from linyue.base import clock as district
from linyue.base.model import Message
from linyue.base.policy import Role
from linyue.meetings import service, service_agenda, service_floor, service_room
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import MeetingState, Mode
from linyue.meetings.rules_floor import rules_version
from linyue.meetings.rules_plan import Link, Office
from linyue.meetings.rules_speakers import Stance
from linyue.people.model import Person
from linyue.questions import service as questions
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState as Q
from linyue.questions.rules_ballot import Via
from linyue.rounds import service as rounds
from linyue.rounds import service_pace
from linyue.rounds.model import Group
from linyue.rounds.rules_pace import PaceStep as P
from linyue.rounds.rules_pace import Standing, pace_step, remind_at
from tests.conftest import MovableClock
from tests.make.meetings import make_compound, make_neighbour

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]

BEGAN = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)
CLOSES = BEGAN + timedelta(days=3)


def at(
    link: Link,
    *,
    reminded: bool = False,
    last: bool = False,
    topics: int = 0,
    groups: int = 0,
    question: Q | None = None,
    words: bool = False,
) -> Standing:
    return Standing(link, BEGAN, CLOSES, reminded, last, topics, groups, question, words)


@pytest.mark.parametrize(
    ("here", "after", "expected"),
    [
        (at(Link.CALL), timedelta(hours=1), P.NONE),
        (at(Link.CALL), timedelta(days=2), P.REMIND),
        (at(Link.CALL, reminded=True), timedelta(days=2), P.NONE),
        (at(Link.CALL), timedelta(days=3), P.GO_ON),
        (at(Link.TOPICS, topics=3), timedelta(days=3), P.FORM_GROUPS),
        (at(Link.TOPICS, topics=3, groups=2), timedelta(days=3), P.GO_ON),
        (at(Link.TOPICS), timedelta(days=3), P.GO_ON),
        (at(Link.CONSENSUS, words=True), timedelta(0), P.PUT_QUESTION),
        (at(Link.CONSENSUS), timedelta(0), P.NONE),
        (at(Link.CONSENSUS, words=True), timedelta(days=3), P.GO_ON),
        (at(Link.CONSENSUS, question=Q.OPEN, reminded=True), timedelta(days=2), P.NONE),
        (at(Link.CONSENSUS, question=Q.OPEN), timedelta(days=4), P.NONE),
        (at(Link.CONSENSUS, question=Q.CLOSED), timedelta(days=1), P.PUBLISH),
        (at(Link.CONSENSUS, question=Q.PUBLISHED), timedelta(days=3), P.GO_ON),
        (at(Link.ACTION, last=True), timedelta(days=3), P.END),
    ],
)
def test_what_the_clock_does(here: Standing, after: timedelta, expected: P) -> None:
    assert pace_step(here, BEGAN + after) is expected


def test_a_short_link_reminds_when_half_of_it_is_over() -> None:
    assert remind_at(BEGAN, BEGAN + timedelta(hours=20)) == BEGAN + timedelta(hours=10)
    assert remind_at(BEGAN, CLOSES) == CLOSES - timedelta(hours=24)


@pytest.mark.usefixtures("db")
async def test_the_clock_alone_carries_a_meeting_to_its_published_result(clock: MovableClock) -> None:
    place = await make_compound()
    chair = await make_neighbour(place, "", Role.STANDING_MEMBER)
    one, two = await make_neighbour(place), await make_neighbour(place)
    starts_at = district.now() + timedelta(days=4)
    meeting = await service.draft_meeting(chair, place_id=place.id, template="neighbours-online", title="线上议", starts_at=starts_at, mode=Mode.ONLINE)  # fmt: skip
    vote = await AgendaItem.get(meeting_id=meeting.id, link=Link.CONSENSUS)
    await service_agenda.change_item(chair, meeting.id, vote.id, minutes=35, question_zh="先修5幢？")
    await service.give_office(chair, meeting.id, (await Person.get(id=one.person_id)).public_id, Office.RECORDER)
    await service.announce(chair, meeting.id)
    assert await service_pace.keep_pace() == 0
    seen: list[Link] = []
    for hour in range(60):
        clock.move(days=4 if hour == 0 else 0, hours=12)
        await service_pace.keep_pace()
        assert await service_pace.keep_pace() == 0, "a second look finds nothing to do"
        item = await service_room.now_item(meeting.id)
        if item is None:
            break
        is_new = item.link not in seen
        seen += [item.link] if is_new else []
        if is_new and item.link is Link.CALL:
            for who in (one, two):
                await service_floor.enter(who, meeting.id, rules_version(meeting.plan_data))
            await rounds.post_topic(one, meeting.id, "先修哪几幢")
        if is_new and item.link is Link.GROUPS:
            group = await Group.get(meeting_id=meeting.id)
            await rounds.join_group(two, meeting.id, group.id)
            await rounds.bring_back(two, meeting.id, group.id, "5幢漏得凶", Stance.FOR)
        if is_new and item.link is Link.CONSENSUS:
            question = await Question.get(meeting_id=meeting.id)
            for who in (one, two):
                await questions.cast_ballot(who.person_id or 0, question.id, "for", secrets.token_hex(8), 0, Via.POST)
        await questions.sweep(district.now())
    assert seen == [Link.CALL, Link.TOPICS, Link.MARKET, Link.GROUPS, Link.CONSENSUS, Link.ACTION]
    assert (await Meeting.get(id=meeting.id)).state is MeetingState.ENDED
    done = await Question.get(meeting_id=meeting.id)
    assert done.state is Q.PUBLISHED and done.result is not None and done.result["verdict"] == "passed"
    reminders = await Message.filter(key="rounds-told-closing", person_id=two.person_id).count()
    assert reminders == 6, "one for each link"
