"""A roll call: names in their order, a second time at the end, answers in the record, and who may do what."""

from collections.abc import Callable
from itertools import product

import pytest

from linyue.base import i18n
from linyue.base.errors import Refused
from linyue.base.i18n import t
from linyue.base.model import AuditEntry, Message
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import Link
from linyue.meetings.service import screen_path
from linyue.questions import service, service_call, service_channels, service_views
from linyue.questions.model import Ballot, Question
from linyue.questions.rules_ballot import Via
from linyue.questions.rules_call import CallRefusal, Name, Said, next_name, refuse_call
from linyue.questions.rules_channels import Channel, ChannelRefusal
from linyue.questions.rules_setup import Typed
from linyue.questions.rules_ways import Way
from linyue.rounds import service_chair
from linyue.rounds.service_state import room_state
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import Hall, make_meeting


async def called() -> tuple[Hall, Question]:
    """A meeting whose vote by roll call is open: chair, recorder and three neighbours on the roll."""
    hall = await make_meeting(MeetingState.RUNNING)
    await hall.go_to(Link.CONSENSUS)
    at = hall.meeting.id
    put = await service_chair.put_question(hall.chair, at, "先修5幢吗？", typed=Typed(way="roll_call"))
    return hall, await service_chair.open_question(hall.chair, at, put.id)


async def refused(step: object) -> object:
    with pytest.raises(Refused) as caught:
        await step  # type: ignore[misc]
    return caught.value.reason


def test_each_name_once_then_the_silent_ones_once_more() -> None:
    """Against a plain walk: everybody in order; then, in order again, whoever said nothing."""
    for first in product((Said.ANSWERED, Said.ABSENT, Said.ELSEWHERE), repeat=4):
        for second in product((Said.ANSWERED, Said.ABSENT), repeat=4):
            roll = [
                Name(n, 0, Said.ELSEWHERE if said is Said.ELSEWHERE else Said.WAITING)
                for n, said in enumerate(first, 1)
            ]
            heard = []
            while (number := next_name(roll)) is not None:
                heard.append(number)
                times = roll[number - 1].times + 1
                roll[number - 1] = Name(number, times, (first if times == 1 else second)[number - 1])
            asked = [n for n, said in enumerate(first, 1) if said is not Said.ELSEWHERE]
            assert heard == asked + [n for n in asked if first[n - 1] is Said.ABSENT]
            assert refuse_call(Way.ROLL_CALL, roll) is CallRefusal.ALL_CALLED


def test_one_name_at_a_time_and_only_in_a_roll_call() -> None:
    assert refuse_call(Way.ROLL_CALL, [Name(1, 1, Said.CALLED), Name(2, 0, Said.WAITING)]) is CallRefusal.IN_CALL
    assert refuse_call(Way.FOR_AGAINST, [Name(1, 0, Said.WAITING)]) is CallRefusal.NO_ROLL_CALL
    assert refuse_call(Way.ROLL_CALL, [Name(1, 1, Said.ABSENT)]) is None


@pytest.mark.anyio
@pytest.mark.usefixtures("db")
async def test_a_hall_is_called(clock: MovableClock) -> None:
    hall, question = await called()
    roll = await service_call.roll_of_call(question)
    assert len(roll) == 5
    at, chair, recorder = question.id, hall.chair, hall.recorder
    numbers = {one.person_id: one.name.number for one in roll}
    own, phone = (
        numbers[recorder.person_id or 0],
        next(one for one in roll if one.person_id == hall.neighbours[2].person_id),
    )
    await service.cast_ballot(phone.person_id, at, "against", "p" * 32, 0, Via.POST)
    early = service_call.enter_answer(recorder, at, 1, "for", "a" * 32, 0)
    assert await refused(early) is CallRefusal.NOT_CALLED
    heard = []
    for _ in range(4):
        await service_call.call_next(chair, at)
        assert await refused(service_call.call_next(chair, at)) is CallRefusal.IN_CALL
        now = next(one for one in await service_call.roll_of_call(question) if one.name.said is Said.CALLED)
        heard.append(now.name.number)
        if now.name.number == own:
            mine = service_call.enter_answer(recorder, at, own, "for", "o" * 32, 0)
            assert await refused(mine) is ChannelRefusal.OWN_VOTE, "nobody enters their own vote"
            await service_call.mark_absent(recorder, at, own)
        else:
            await service_call.enter_answer(recorder, at, now.name.number, "for", f"{now.name.number}" * 32, 0)
    assert heard == [n for n in range(1, 6) if n != phone.name.number], "who voted by phone is not called"
    assert (await room_state(hall.meeting.id)).room["question"]["call"] | {"last": "", "next": ""} == {
        "now": "", "next": "", "is_second": True, "last": "", "choice": "for", "left": 1,
    }  # fmt: skip
    await service_call.call_next(recorder, at)
    assert await refused(service_call.mark_absent(chair, at, heard[0])) is CallRefusal.NOT_CALLED
    await service_call.mark_absent(chair, at, own)
    assert await refused(service_call.call_next(chair, at)) is CallRefusal.ALL_CALLED
    lines = {one.name.number: one for one in await service_call.roll_of_call(question)}
    told = lines[phone.name.number]
    assert (told.name.said, told.choice) == (Said.ELSEWHERE, ""), "of a vote by phone nothing is told"
    one = next(n for n in heard if n != own)
    await service_call.enter_answer(recorder, at, one, "abstain", "m" * 32, lines[one].revision)
    stale = service_call.enter_answer(recorder, at, one, "for", "n" * 32, lines[one].revision)
    assert await refused(stale) is ChannelRefusal.CHANGED_MEANWHILE
    rows = {row.person_id: row for row in await Ballot.current(at)}
    assert sorted(row.choice for row in rows.values()) == ["abstain", "against", "for", "for"]
    trail = [row.action for row in await AuditEntry.all()]
    assert trail.count("question.call") == 5 and trail.count("question.call_absent") == 2
    assert trail.count("question.enter") == 4, "every answer has its trail"
    assert await Message.filter(person_id=roll[one - 1].person_id).exists(), "and its notice to whoever it was"
    await service_chair.close_question(chair, hall.meeting.id, at)
    assert await service_views.verify_chain(at) == []
    done = await service_chair.publish_result(chair, hall.meeting.id, at)
    assert done.result is not None and done.result["counts"] == {"for": 2, "against": 1, "abstain": 1}
    names = {line.label: line for line in await service_views.named_choices(done, hall.neighbours[0].person_id)}
    assert names[roll[own - 1].label].is_absent and not names[phone.label].is_absent


@pytest.mark.anyio
@pytest.mark.sqlite_only
async def test_on_console_phone_and_screen(new_client: Callable[[], Client], clock: MovableClock) -> None:
    i18n.is_strict = True
    hall, question = await called()
    chair, recorder, one, screen = (new_client() for _ in range(4))
    for browser, who in ((chair, hall.chair), (recorder, hall.recorder), (one, hall.neighbours[0])):
        await browser.sign_in_as(who.person_id)
    here, wall = f"/q/{question.public_id}/call", screen_path(await Meeting.get(id=hall.meeting.id))
    first, second = (line.label for line in (await service_call.roll_of_call(question))[:2])
    assert f'href="{here}"' in (await chair.get(f"/run/{hall.meeting.public_id}")).text
    page = (await chair.get(here)).text
    assert first in page and f'action="{here}/next"' in page and "/answer" not in page
    assert (await one.get(here)).status_code == 403 and (await one.send_form(f"{here}/next")).status_code == 403
    assert (await chair.send_form(f"{here}/next")).headers["location"] == here
    shown = (await screen.get(wall)).text
    assert first in shown and t("zh-CN", "questions-call-ahead", name=second) in shown
    assert t("zh-CN", "questions-call-now", name=first) in (await one.get(f"/live/{hall.meeting.join_code}")).text
    again = await chair.send_form(f"{here}/next")
    assert again.status_code == 409 and t("zh-CN", CallRefusal.IN_CALL.value) in again.text
    assert f'action="{here}/1/answer"' in (await recorder.get(here)).text
    if hall.chair.person_id != hall.recorder.person_id:
        assert (await chair.send_form(f"{here}/1/answer", {"choice": "for"})).status_code == 403
    assert (await recorder.send_form(f"{here}/1/answer", {"choice": "nonsense"})).status_code == 422
    assert (await recorder.send_form(f"{here}/9/answer", {"choice": "for"})).status_code == 404
    assert (await recorder.send_form(f"{here}/1/answer", {"choice": "for"})).status_code == 303
    said = t("zh-CN", "questions-call-last", name=first, choice=t("zh-CN", "questions-choice-for"))
    for browser, path in ((recorder, here), (screen, wall)):
        assert said in (await browser.get(path)).text, path
    await chair.send_form(f"{here}/next")
    assert (await chair.send_form(f"{here}/2/absent")).status_code == 303
    listed = (await chair.get(here)).text
    assert t("zh-CN", "questions-call-absent") in listed and t("zh-CN", "questions-call-waiting") in listed
    assert t("zh-CN", "questions-call-left", n=4) in (await chair.get(f"/run/{hall.meeting.public_id}")).text


@pytest.mark.anyio
@pytest.mark.sqlite_only
async def test_other_votes_are_not_called(db: object, clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.RUNNING)
    await hall.go_to(Link.CONSENSUS)
    put = await service_chair.put_question(hall.chair, hall.meeting.id, "先修5幢吗？")
    await service_chair.open_question(hall.chair, hall.meeting.id, put.id)
    for step in (
        service_call.call_next(hall.chair, put.id),
        service_call.mark_absent(hall.chair, put.id, 1),
        service_call.enter_answer(hall.recorder, put.id, 1, "for", "a" * 32, 0),
    ):
        assert await refused(step) is CallRefusal.NO_ROLL_CALL
    await service_channels.enter_vote(
        hall.chair, put.id, hall.neighbours[0].person_id or 0, Channel.DESK, "for", "d" * 32, 0
    )
    assert (await room_state(hall.meeting.id)).room["question"]["call"] is None
