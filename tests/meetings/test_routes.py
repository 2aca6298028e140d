"""Pages of meetings, without a script."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from icalendar import Calendar

from linyue.base import i18n
from linyue.base.errors import Refused
from linyue.base.model import AuditEntry
from linyue.meetings import service_guests
from linyue.meetings.joining import qr_svg
from linyue.meetings.model import Attendance, Meeting
from linyue.meetings.rules import MeetingRefusal, MeetingState
from linyue.meetings.rules_floor import rules_version
from linyue.meetings.rules_plan import Link
from linyue.meetings.service_codes import find_by_code
from linyue.people.model import Person
from linyue.questions import service as questions
from linyue.questions.rules_ballot import Via
from linyue.rounds import service_chair
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import make_meeting

pytestmark = [pytest.mark.anyio]


@pytest.fixture(autouse=True)
def strict() -> None:
    i18n.is_strict = True


async def test_a_council_member_drafts_and_announces_on_a_phone(client: Client, clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.DRAFT)
    await client.sign_in_as(hall.chair.person_id)
    assert (await client.get("/meetings/new")).status_code == 200
    day = (clock.now() + timedelta(days=5)).date().isoformat()
    sent = {
        "template": "open-space",
        "place_id": hall.place.id,
        "title": "楼道怎么收拾",
        "title_en": "",
        "day": day,
        "time": "19:00",
        "mode": "both",
        "venue": "活动室",
    }
    wrong = await client.send_form("/meetings/new", {**sent, "title": ""})
    assert wrong.status_code == 422 and "活动室" in wrong.text
    nowhere = await client.send_form("/meetings/new", {**sent, "place_id": ""})
    assert nowhere.status_code == 422 and "请填数字" not in nowhere.text, "a choice left open is no wrong number"
    done = await client.send_form("/meetings/new", sent)
    assert done.status_code == 303
    compose = await client.get(done.headers["location"])
    assert compose.status_code == 200 and "楼道怎么收拾" in compose.text
    public_id = done.headers["location"].split("/")[2]
    early = (clock.now() + timedelta(days=1)).date().isoformat()
    details = {"title": "楼道怎么收拾", "day": early, "time": "19:00", "mode": "online", "venue": "", "title_en": ""}
    assert (await client.send_form(f"/meetings/{public_id}/details", details)).status_code == 303
    short = await client.send_form(f"/meetings/{public_id}/announce")
    assert short.status_code == 409 and "提前3天" in short.text
    assert (await client.send_form(f"/meetings/{public_id}/details", {**details, "day": day})).status_code == 303
    assert (await client.send_form(f"/meetings/{public_id}/announce")).status_code == 303
    meeting = await Meeting.get(public_id=public_id)
    assert meeting.state is MeetingState.ANNOUNCED
    for page in ("", "/notice", "/qr.svg", "/calendar.ics", "/offices"):
        assert (await client.get(f"/meetings/{public_id}{page}")).status_code == 200, page
    way_in = f"http://127.0.0.1:{client.settings.port}/live/{meeting.join_code}"
    assert (await client.get(f"/meetings/{public_id}/qr.svg")).content == qr_svg(way_in)


async def test_others_cannot_prepare_and_drafts_stay_unseen(
    new_client: Callable[[], Client], clock: MovableClock
) -> None:
    hall = await make_meeting(MeetingState.DRAFT)
    neighbour = new_client()
    await neighbour.sign_in_as(hall.neighbours[0].person_id)
    base = f"/meetings/{hall.meeting.public_id}"
    assert (await neighbour.get("/meetings/new")).status_code == 403
    assert (await neighbour.get(base)).status_code == 403
    assert (await neighbour.send_form(f"{base}/announce")).status_code == 403
    assert (await new_client().get(f"{base}/compose")).status_code == 303
    assert hall.meeting.title not in (await neighbour.get("/meetings")).text


async def test_the_calendar_file_is_read_by_a_calendar(client: Client, clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.ANNOUNCED)
    answer = await client.get(f"/meetings/{hall.meeting.public_id}/calendar.ics")
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event["uid"] == f"{hall.meeting.public_id}@linyue"
    assert event.decoded("dtstart") == hall.meeting.starts_at.replace(microsecond=0)


async def test_joining_by_code_leads_to_the_rules_and_those_who_accept_are_present(
    new_client: Callable[[], Client], clock: MovableClock
) -> None:
    hall = await make_meeting()
    neighbour, stranger = new_client(), new_client()
    await neighbour.sign_in_as(hall.neighbours[0].person_id)
    code = hall.meeting.join_code
    spaced = f"{code[:3]} {code[3:]}"
    for client in (neighbour, stranger):
        answer = await client.send_form("/join", {"code": spaced})
        assert answer.status_code == 303 and answer.headers["location"] == f"/live/{code}"
    assert not await Attendance.exists()
    assert "我到了，照规则参加" in (await neighbour.get(f"/live/{code}")).text
    await neighbour.send_form(f"/live/{code}/check-in", {"accepted": rules_version(hall.meeting.plan_data)})
    present = await Attendance.filter(meeting_id=hall.meeting.id)
    assert [row.person_id for row in present] == [hall.neighbours[0].person_id]


def wrong_one(code: str) -> str:
    """A code that no meeting has."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_whoever_guesses_is_told_to_stop_and_a_right_code_opens_all_the_same(
    client: Client, clock: MovableClock
) -> None:
    hall = await make_meeting()
    code = hall.meeting.join_code
    await client.sign_in_as(hall.neighbours[0].person_id)
    for _ in range(25):
        assert (await client.send_form("/join", {"code": code})).status_code == 303
    answers = [(await client.send_form("/join", {"code": wrong_one(code)})).status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]
    assert (await client.get(f"/live/{wrong_one(code)}")).status_code == 429
    assert (await client.send_form("/join", {"code": code})).status_code == 303
    assert (await client.get(f"/live/{code}")).status_code == 200


async def test_a_phone_that_guesses_in_the_hall_keeps_nobody_out(
    new_client: Callable[[], Client], clock: MovableClock
) -> None:
    hall = await make_meeting()
    code, neighbour, stranger = hall.meeting.join_code, new_client(), new_client()
    await neighbour.sign_in_as(hall.neighbours[0].person_id)
    for _ in range(100):
        with pytest.raises(Refused, match=MeetingRefusal.NO_SUCH_CODE):
            await find_by_code(wrong_one(code), None, "127.0.0.1")
    assert (await stranger.send_form("/join", {"code": wrong_one(code)})).status_code == 429
    for one in (neighbour, stranger):
        assert (await one.send_form("/join", {"code": code})).status_code == 303
        assert (await one.get(f"/live/{code}")).status_code == 200
    assert (await neighbour.send_form("/join", {"code": wrong_one(code)})).status_code == 422
    # Guessing finds nothing that is not told: everybody reads the code where the meeting is announced.
    page = await new_client().get(f"/meetings/{hall.meeting.public_id}/room")
    assert page.status_code == 303 and page.headers["location"] == f"/live/{code}"


async def test_the_code_of_a_meeting_that_has_ended_is_no_wrong_one(
    new_client: Callable[[], Client], clock: MovableClock
) -> None:
    hall, stranger = await make_meeting(), new_client()
    code = str(hall.meeting.join_code)
    await Meeting.filter(id=hall.meeting.id).update(state=MeetingState.ENDED, ended_at=clock.now())
    for _ in range(101):
        with pytest.raises(Refused, match=MeetingRefusal.NO_SUCH_CODE):
            await find_by_code(code, None, "127.0.0.1")
    followed = await stranger.get(f"/live/{code}")
    assert followed.status_code == 303 and followed.headers["location"] == f"/meetings/{hall.meeting.public_id}"
    assert (await stranger.send_form("/join", {"code": wrong_one(code)})).status_code == 422


async def test_the_door(client: Client, clock: MovableClock) -> None:
    hall = await make_meeting()
    await client.sign_in_as(hall.recorder.person_id)
    base = f"/meetings/{hall.meeting.public_id}/door"
    shown = await client.get(base)
    assert hall.neighbours[0].name in shown.text
    person = re.search(r'name="person" value="([^"]+)"', shown.text).group(1)
    assert (await client.send_form(base, {"person": person})).status_code == 303
    assert await Attendance.filter(meeting_id=hall.meeting.id).count() == 1
    page = (await client.get(base)).text
    left = list(dict.fromkeys(re.findall(r'type="checkbox" name="person" value="([^"]+)" form="several"', page)))
    assert person not in left and len(left) >= 2 and 'id="several"' in page
    assert (await client.send_form(base, {"person": [*left[:2], "nobody"]})).status_code == 404
    assert await Attendance.filter(meeting_id=hall.meeting.id).count() == 1, "all who are ticked, or nobody"
    assert (await client.send_form(base, {"person": left[:2]})).status_code == 303
    assert await Attendance.filter(meeting_id=hall.meeting.id, channel="hall").count() == 3
    assert (await client.send_form(base, {})).status_code == 303, "nobody ticked: nothing happens"


async def test_a_wrong_tick_is_taken_back_and_somebody_else_let_in(client: Client, clock: MovableClock) -> None:
    hall = await make_meeting()
    await client.sign_in_as(hall.recorder.person_id)
    base, here = f"/meetings/{hall.meeting.public_id}/door", Attendance.filter(meeting_id=hall.meeting.id)
    wrong, right = [await Person.get(id=one.person_id) for one in hall.neighbours[:2]]
    for one in (wrong, right):
        await client.send_form(base, {"person": one.public_id})
    assert f"撤回{wrong.display_name}的签到" in (await client.get(base)).text
    assert (await client.send_form(f"{base}/back", {"person": wrong.public_id})).status_code == 303
    assert await here.values_list("person_id", flat=True) == [right.id]
    assert json.loads((await AuditEntry.get(action="meeting.untick")).data)["person"] in (wrong.id, str(wrong.id))
    assert (await client.send_form(f"{base}/back", {"person": wrong.public_id})).status_code == 404
    await hall.go_to(Link.CONSENSUS)
    question = await service_chair.put_question(hall.chair, hall.meeting.id, "修吗？")
    await service_chair.open_question(hall.chair, hall.meeting.id, question.id)
    await questions.cast_ballot(right.id, question.id, "for", "u" * 32, 0, Via.POST)
    for is_open in (True, False):
        kept = await client.send_form(f"{base}/back", {"person": right.public_id})
        assert kept.status_code == 409 and "已经投过票" in kept.text and await here.count() == 1
        if is_open:
            await service_chair.close_question(hall.chair, hall.meeting.id, question.id)
    guest = await Person.get(id=hall.stranger.person_id)
    assert "不在名册上的人" not in (await client.get(f"{base}?q=路")).text, "the door is no directory"
    assert f'value="{guest.public_id}"' in (await client.get(f"{base}?q=路人")).text
    assert (await client.send_form(f"{base}/sit-in", {"person": guest.public_id})).status_code == 303
    assert [one.name for one in await service_guests.guests_of(hall.meeting.id)] == ["路人"]
    page = (await client.get(f"{base}?q=路人")).text
    assert f'value="{guest.public_id}"' not in page and "列席：路人" in page
    assert (await client.send_form(f"{base}/sit-in", {"person": right.public_id})).status_code in (403, 409)
    assert await here.count() == 1, "who sits in is counted nowhere"


async def test_lists_in_both_languages(client: Client, clock: MovableClock) -> None:
    await make_meeting(MeetingState.ANNOUNCED)
    await make_meeting(MeetingState.RUNNING)
    await make_meeting(MeetingState.ENDED)
    for lang, word in (("zh-CN", "正在开会"), ("en", "Going on now")):
        client.cookies.set("lang", lang, domain="127.0.0.1")
        answer = await client.get("/meetings")
        assert answer.status_code == 200 and word in answer.text
