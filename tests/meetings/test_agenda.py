"""An agenda put together by hand, changed while the meeting runs, and the opening that waits for people."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from linyue.base import i18n
from linyue.base.errors import Refused
from linyue.meetings import service_agenda, service_room
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import Channel, ItemState, MeetingRefusal, MeetingState
from linyue.meetings.rules_plan import VOTING, Link
from linyue.meetings.rules_stages import sitting_of
from linyue.meetings.templates import load_data
from linyue.rounds import service_chair
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import make_meeting

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


@pytest.fixture(autouse=True)
def strict() -> None:
    i18n.is_strict = True


def representatives() -> dict[str, Any]:
    return copy.deepcopy(sitting_of(load_data("representatives"), "meet"))


async def refused(awaitable: object) -> object:
    with pytest.raises(Refused) as caught:
        await awaitable  # type: ignore[misc]
    return caught.value.reason


async def kinds(meeting: Meeting) -> list[Link]:
    return [item.link for item in await AgendaItem.of(meeting.id)]


@pytest.mark.usefixtures("db")
async def test_items_are_added_moved_and_taken_off(clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.DRAFT, data=representatives())
    chair, meeting = hall.chair, hall.meeting
    items = await AgendaItem.of(meeting.id)
    add = service_agenda.add_item
    await add(chair, meeting.id, link=Link.HEAR, title="听物业说账", minutes=10, after=items[1].id)
    assert await kinds(meeting) == [Link.OPENING, Link.REPORT, Link.HEAR, Link.HEAR, Link.TALK, Link.VOTE, Link.ACTION]
    added = (await AgendaItem.of(meeting.id))[2]
    assert (added.title_zh, added.plan_link) == ("听物业说账", None)
    vote = add(chair, meeting.id, link=Link.VOTE, title="再投一次", minutes=5, after=0)
    assert await refused(vote) is MeetingRefusal.CANNOT_ADD
    blank = add(chair, meeting.id, link=Link.TALK, title=" ", minutes=5, after=0)
    assert await refused(blank) is MeetingRefusal.NO_ITEM_TITLE
    await service_agenda.move_item(chair, meeting.id, added.id, -1)
    assert (await AgendaItem.get(id=added.id)).position == 1
    before_opening = service_agenda.move_item(chair, meeting.id, added.id, -1)
    assert await refused(before_opening) is MeetingRefusal.CANNOT_MOVE
    opening = service_agenda.drop_item(chair, meeting.id, items[0].id)
    assert await refused(opening) is MeetingRefusal.CANNOT_DROP
    await service_agenda.drop_item(chair, meeting.id, added.id)
    assert [item.position for item in await AgendaItem.of(meeting.id)] == list(range(6))


@pytest.mark.usefixtures("db")
async def test_the_opening_waits_and_a_meeting_with_too_few_is_called_off(clock: MovableClock) -> None:
    hall = await make_meeting(data=representatives())
    go_on = service_room.next_item(hall.chair, hall.meeting.id, after=0)
    assert await refused(go_on) is MeetingRefusal.QUORUM_MISSED
    assert await refused(service_room.end(hall.chair, hall.meeting.id)) is MeetingRefusal.ITEMS_LEFT
    for actor in (hall.chair, hall.recorder, hall.neighbours[0]):  # 3 of 5: not yet two thirds
        await service_room.check_in(actor, hall.meeting.id, Channel.HALL)
    assert await refused(service_room.next_item(hall.chair, hall.meeting.id, after=0)) is MeetingRefusal.QUORUM_MISSED
    await service_room.adjourn(hall.chair, hall.meeting.id)
    assert (await hall.fresh()).state is MeetingState.ENDED
    states = {item.state for item in (await AgendaItem.of(hall.meeting.id))[1:]}
    assert states == {ItemState.WAITING}


@pytest.mark.usefixtures("db")
async def test_with_its_quorum_it_goes_on_and_votes_by_the_plan_of_its_item(clock: MovableClock) -> None:
    hall = await make_meeting(data=representatives())
    for actor in (hall.chair, hall.recorder, *hall.neighbours[:2]):  # 4 of 5
        await service_room.check_in(actor, hall.meeting.id, Channel.HALL)
    assert await refused(service_room.adjourn(hall.chair, hall.meeting.id)) is MeetingRefusal.QUORUM_THERE
    await hall.go_to(Link.VOTE)
    put = await service_chair.put_question(hall.chair, hall.meeting.id, "同意年度报告吗？")
    assert (put.rule["majority"], put.rule["base"], put.rule["quorum"]["numerator"]) == ("absolute", "present", 2)


@pytest.mark.usefixtures("db")
async def test_the_chair_reorders_what_is_still_to_come(clock: MovableClock) -> None:
    hall = await make_meeting(data=copy.deepcopy(sitting_of(load_data("hearing"), "hearing")))
    await service_room.next_item(hall.chair, hall.meeting.id, after=0)
    items = await AgendaItem.of(hall.meeting.id)
    await service_agenda.reorder_waiting(hall.chair, hall.meeting.id, items[3].id, -1)
    assert [item.id for item in await AgendaItem.of(hall.meeting.id)][2:4] == [items[3].id, items[2].id]
    past = service_agenda.reorder_waiting(hall.chair, hall.meeting.id, items[0].id, 1)
    assert await refused(past) is MeetingRefusal.CANNOT_MOVE
    over_now = service_agenda.reorder_waiting(hall.chair, hall.meeting.id, items[3].id, -1)
    assert await refused(over_now) is MeetingRefusal.CANNOT_MOVE
    await service_room.next_item(hall.chair, hall.meeting.id, after=1)
    now = await service_room.now_item(hall.meeting.id)
    assert now is not None and now.id == items[3].id


async def test_composing_by_forms(new_client: Callable[[], Client], clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.DRAFT, data=representatives())
    chair, at = new_client(), f"/meetings/{hall.meeting.public_id}"
    await chair.sign_in_as(hall.chair.person_id)
    text = (await chair.get(f"{at}/compose")).text
    assert '<svg class="machine"' in text and "法律没有规定天数" in text
    sent = {"link": "talk", "new_title": "大家说说", "minutes": 10, "after": 0}
    assert (await chair.send_form(f"{at}/items", sent)).status_code == 303
    wrong = await chair.send_form(f"{at}/items", sent | {"new_title": "", "minutes": 12})
    assert wrong.status_code == 422 and "请写这一项叫什么" in wrong.text and 'value="12"' in wrong.text
    added = await AgendaItem.get(meeting_id=hall.meeting.id, title_zh="大家说说")
    assert (await chair.send_form(f"{at}/items/{added.id}/drop")).status_code == 303
    assert not await AgendaItem.exists(id=added.id)


async def test_the_words_of_a_vote_are_kept_for_all_and_after_a_refusal(
    new_client: Callable[[], Client], clock: MovableClock
) -> None:
    hall = await make_meeting(MeetingState.DRAFT)
    chair, at = new_client(), f"/meetings/{hall.meeting.public_id}"
    await chair.sign_in_as(hall.chair.person_id)
    item = next(one for one in await AgendaItem.of(hall.meeting.id) if one.link in VOTING)
    sent = {"minutes": 20, "question_zh": "先修5幢的屋顶吗？", "roll_place": "0"}
    wrong = await chair.send_form(f"{at}/items/{item.id}", sent | {"minutes": 999})
    assert wrong.status_code == 422 and "先修5幢的屋顶吗？" in wrong.text
    assert (await chair.send_form(f"{at}/items/{item.id}", sent)).status_code == 303
    kept = await AgendaItem.get(id=item.id)
    assert (kept.question_zh, kept.roll_place_id, kept.minutes) == ("先修5幢的屋顶吗？", None, 20)


async def test_the_console_reorders_and_calls_off_by_buttons(
    new_client: Callable[[], Client], clock: MovableClock
) -> None:
    hall = await make_meeting(data=representatives())
    chair, run = new_client(), f"/run/{hall.meeting.public_id}"
    await chair.sign_in_as(hall.chair.person_id)
    text = (await chair.get(run)).text
    assert "要到4人才能往下开" in text and "/move-down" in text
    items = await AgendaItem.of(hall.meeting.id)
    assert (await chair.send_form(f"{run}/move-down", {"seen": items[1].id})).status_code == 303
    assert (await chair.send_form(f"{run}/move-up", {"seen": items[0].id})).status_code == 409
    assert (await chair.send_form(f"{run}/adjourn")).status_code == 303
    assert (await hall.fresh()).state is MeetingState.ENDED
