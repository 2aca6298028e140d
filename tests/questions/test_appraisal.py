"""The yearly appraisal: one vote about each named person, three fixed options, and who fails twice in a row."""

import copy
import html
from datetime import timedelta
from typing import Any

import pytest
import yaml

from linyue.base import clock as district_clock
from linyue.base.errors import Refused
from linyue.meetings import service, service_agenda, service_room
from linyue.meetings.agenda_files import BadTemplate, read
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import Channel, MeetingState, Mode
from linyue.meetings.rules_plan import Link, Office
from linyue.meetings.rules_stages import sitting_of
from linyue.meetings.templates import load_data, load_schema
from linyue.people.model import Person
from linyue.questions import service_appraisal
from linyue.questions.model import Question
from linyue.rounds import service_chair
from linyue.rounds.rules import RoundRefusal
from linyue.rounds.service_given import names_left
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import Hall, make_meeting
from tests.make.procedures import cast_all

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]
NAMES = "王主任\r\n李委员\r\n"


def sitting() -> dict[str, Any]:
    """The appraisal's sitting with named votes, for a hall smaller than a secret needs."""
    data = copy.deepcopy(sitting_of(load_data("appraisal"), "meet"))
    next(one for one in data["links"] if "question" in one)["question"]["kind"] = "named"
    return data


async def prepared(hall: Hall, meeting: Meeting, names: str = NAMES) -> AgendaItem:
    item = await AgendaItem.get(meeting_id=meeting.id, link=Link.VOTE)
    await service_agenda.change_item(hall.chair, meeting.id, item.id, minutes=20, question_zh=names)
    return item


async def to_the_vote(hall: Hall, meeting: Meeting) -> None:
    """Announced, its day come, everybody there, at the step that votes."""
    await service.announce(hall.chair, meeting.id)
    recorder = await Person.get(id=hall.recorder.person_id)
    await service.give_office(hall.chair, meeting.id, recorder.public_id, Office.RECORDER)
    district_clock.set_offset(district_clock.offset() + (meeting.starts_at - district_clock.now()))
    await service_room.start(hall.chair, meeting.id)
    for item in await AgendaItem.of(meeting.id):
        if item.link is Link.VOTE:
            return
        if item.link is Link.OPENING:
            for who in (hall.chair, hall.recorder, *hall.neighbours):
                await service_room.check_in(hall.chair, meeting.id, Channel.HALL, who.person_id)
        await service_room.next_item(hall.chair, meeting.id, after=item.position)


async def appraised(hall: Hall, meeting: Meeting, words: str, choice: str) -> Question:
    question = await service_chair.put_question(hall.chair, meeting.id, words)
    question = await service_chair.open_question(hall.chair, meeting.id, question.id)
    await cast_all([hall.chair, hall.recorder, *hall.neighbours], question, choice)
    await service_chair.close_question(hall.chair, meeting.id, question.id)
    return await service_chair.publish_result(hall.chair, meeting.id, question.id)


async def test_each_name_of_the_agenda_is_a_vote_of_its_own_with_the_templates_options(
    client: Client, clock: MovableClock
) -> None:
    hall = await make_meeting(MeetingState.DRAFT, data=sitting())
    meeting = hall.meeting
    item = await prepared(hall, meeting)
    await client.sign_in_as(hall.chair.person_id)
    assert "一行写一个名字" in (await client.get(f"/meetings/{meeting.public_id}/compose")).text
    await to_the_vote(hall, meeting)
    console = f"/run/{meeting.public_id}"
    page = html.unescape((await client.get(console)).text)
    assert "评议王主任" in page and "基本称职" in page and "候选人" not in page
    first = await appraised(hall, meeting, "评议王主任同志", "for")
    assert first.text_zh == "评议王主任", "the words by which later years find it are not typed"
    assert [one["zh"] for one in first.options] == ["称职", "基本称职", "不称职"]
    assert first.options[0]["en"] == "Competent"
    assert await names_left(meeting, await AgendaItem.get(id=item.id)) == ["李委员"]
    page = html.unescape((await client.get(console)).text)
    assert "评议李委员" in page and "/put-question" in page
    await appraised(hall, meeting, "评议李委员", "against")
    assert "/put-question" not in (await client.get(console)).text
    with pytest.raises(Refused) as caught:
        await service_chair.put_question(hall.chair, meeting.id, "评议李委员")
    assert caught.value.reason is RoundRefusal.QUESTION_THERE


async def test_not_competent_in_two_years_running_is_said_on_the_page(client: Client, clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.DRAFT, data=sitting())
    meeting, found = hall.meeting, []
    for choices in (("against", "against"), ("against", "for")):
        await prepared(hall, meeting)
        await to_the_vote(hall, meeting)
        both = zip(("王主任", "李委员"), choices, strict=True)
        found += [await appraised(hall, meeting, f"评议{name}", choice) for name, choice in both]
        await service_chair.end_meeting(hall.chair, meeting.id)
        meeting = await service.draft_meeting(
            hall.chair, place_id=hall.place.id, template="appraisal", title="民主评议",
            starts_at=district_clock.now() + timedelta(days=370), mode=Mode.HALL, venue="活动室", data=sitting(),
        )  # fmt: skip
    pages = [html.unescape((await client.get(f"/q/{one.public_id}")).text) for one in found]
    assert ["连续两次" in page for page in pages] == [False, False, True, False]
    assert "第37条" in pages[2]
    twice = await service_appraisal.failed_twice(found[2])
    assert twice is not None and twice.question == found[0].public_id


def test_options_of_a_template_are_chosen_one_of() -> None:
    data = copy.deepcopy(load_data("appraisal"))
    asked = next(link for stage in data["stages"] for link in stage.get("links", ()) if "question" in link)["question"]
    asked["way"] = "ranked"
    with pytest.raises(BadTemplate) as caught:
        read(yaml.safe_dump(data, allow_unicode=True), load_schema())
    assert "only with way: single" in str(caught.value)
