"""People who sit in without a place on the roll: joined, heard where the template lets them, counted nowhere."""

import copy
from collections.abc import Callable

import pytest

from linyue.base import i18n
from linyue.base.errors import Refused
from linyue.base.i18n import t
from linyue.meetings import service_guests, service_room, service_speakers
from linyue.meetings.model import Attendance, SittingIn
from linyue.meetings.rules import Channel, MeetingRefusal, MeetingState
from linyue.meetings.rules_floor import FloorRefusal, rules_version
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_rights import RightRefusal
from linyue.meetings.rules_speakers import Stance
from linyue.meetings.rules_stages import sitting_of
from linyue.meetings.templates import load_data
from linyue.minutes import service_facts
from linyue.minutes.pages import Reader, people_in
from linyue.people.service import names_of
from linyue.questions import service as questions
from linyue.questions.model import RollEntry
from linyue.questions.rules_ballot import BallotRefusal, Via
from linyue.rounds import service, service_chair
from linyue.rounds.service_state import room_state
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import Hall, make_meeting

pytestmark = [pytest.mark.anyio]


async def hearing() -> Hall:
    """A running hearing, whose template lets guests speak."""
    return await make_meeting(data=copy.deepcopy(sitting_of(load_data("hearing"), "hearing")))


async def refused(step: object) -> object:
    with pytest.raises(Refused) as caught:
        await step  # type: ignore[misc]
    return caught.value.reason


@pytest.mark.usefixtures("db")
async def test_a_guest_is_heard_and_counts_nowhere(clock: MovableClock) -> None:
    hall = await hearing()
    guest, at, version = hall.stranger, hall.meeting.id, rules_version(hall.meeting.plan_data)
    await hall.enter(hall.chair, hall.neighbours[0])
    before = (await room_state(at)).turnout
    assert await refused(service_speakers.ask_to_speak(guest, at, Stance.FOR)) is FloorRefusal.NOT_ACCEPTED
    assert await refused(service_guests.sit_in(guest, at, "")) is FloorRefusal.NOT_ACCEPTED
    assert await refused(service_guests.sit_in(hall.neighbours[0], at, version)) is RightRefusal.NOT_YOURS
    await service_guests.sit_in(guest, at, version)
    await service_guests.sit_in(guest, at, version, Channel.HALL)
    assert [(one.name, one.channel) for one in await service_guests.guests_of(at)] == [("路人", Channel.HALL)]
    assert (await room_state(at)).turnout == before, "present, quorum and roll are what they were"
    assert await refused(service_room.check_in(guest, at)) is MeetingRefusal.NOT_ON_ROLL
    assert await refused(service.post_topic(guest, at, "路灯")) is MeetingRefusal.NOT_ON_ROLL
    await service_speakers.ask_to_speak(guest, at, Stance.AGAINST)
    await service_speakers.ask_to_speak(hall.neighbours[0], at, Stance.FOR)
    waiting = (await room_state(at)).room["queue"]["waiting"]
    assert {one["name"]: one["is_guest"] for one in waiting}["路人"] and sum(one["is_guest"] for one in waiting) == 1
    speaker = next(one["speaker"] for one in waiting if one["is_guest"])
    await service_speakers.next_speaker(hall.chair, at, speaker)
    await hall.go_to(Link.VOTE)
    put = await service_chair.put_question(hall.chair, at, "同意吗？")
    await service_chair.open_question(hall.chair, at, put.id)
    assert not await RollEntry.filter(question_id=put.id, person_id=guest.person_id).exists()
    vote = questions.cast_ballot(guest.person_id or 0, put.id, "for", "g" * 32, 0, Via.POST)
    assert await refused(vote) is BallotRefusal.NOT_ON_ROLL
    assert not await Attendance.filter(meeting_id=at, person_id=guest.person_id).exists()
    facts = await service_facts.gather(await hall.fresh())
    assert facts["head"]["sitting_in"] == [{"person": guest.person_id}] and sum(facts["head"]["came"].values()) == 2
    read = Reader("zh-CN", facts, {}, names=await names_of(people_in(facts)))
    assert (t("zh-CN", "minutes-sitting-in"), "路人") in read._head()


@pytest.mark.usefixtures("db")
@pytest.mark.sqlite_only
async def test_where_only_the_roll_speaks_a_guest_listens(clock: MovableClock) -> None:
    hall = await make_meeting()
    at, version = hall.meeting.id, rules_version(hall.meeting.plan_data)
    await service_guests.sit_in(hall.stranger, at, version)
    assert await refused(service_speakers.ask_to_speak(hall.stranger, at, Stance.FOR)) is MeetingRefusal.NOT_ON_ROLL
    assert await Attendance.filter(meeting_id=at).count() == 0
    await SittingIn.create(
        meeting_id=at, person_id=hall.neighbours[0].person_id, channel=Channel.ONLINE, accepted=version,
        at=clock.now(),
    )  # fmt: skip
    await hall.enter(hall.neighbours[0])
    assert len(await service_guests.guests_of(at)) == 1, "who came on the roll since is no guest any more"
    ended = await make_meeting(MeetingState.ENDED)
    late = service_guests.sit_in(ended.stranger, ended.meeting.id, rules_version(ended.meeting.plan_data))
    assert await refused(late) is RightRefusal.NOT_NOW


@pytest.mark.sqlite_only
async def test_by_code_on_the_phone_and_the_console(new_client: Callable[[], Client], clock: MovableClock) -> None:
    i18n.is_strict = True
    hall = await hearing()
    guest, chair = new_client(), new_client()
    await guest.sign_in_as(hall.stranger.person_id)
    await chair.sign_in_as(hall.chair.person_id)
    live, run = f"/live/{hall.meeting.join_code}", f"/run/{hall.meeting.public_id}"
    version = rules_version(hall.meeting.plan_data)
    page = (await guest.get(live)).text
    assert f'action="{live}/sit-in"' in page and f"{live}/speak" not in page
    assert f'action="{live}/sit-in"' in (await guest.get(f"{live}/door")).text
    assert (await guest.send_form(f"{live}/sit-in")).status_code == 409
    joined = await guest.send_form(f"{live}/sit-in", {"accepted": version, "hall": "yes"})
    assert joined.status_code == 303 and (await SittingIn.get()).channel is Channel.HALL
    page = (await guest.get(live)).text
    assert f"{live}/speak" in page and f"{live}/topics/new" not in page and f"{live}/order" not in page
    assert (await guest.send_form(f"{live}/speak", {"stance": "for"})).status_code == 303
    console = (await chair.get(run)).text
    assert t("zh-CN", "rounds-guests", n=1) in console and console.count(f">{t('zh-CN', 'rounds-guest')}<") == 1
    assert (await guest.send_form(f"{live}/unspeak")).status_code == 303
