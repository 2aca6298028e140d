"""Points of order, rulings, notes, and rules accepted at entry: as rules, through the services, in the room and in the minutes."""

from collections.abc import Callable

import pytest

from linyue.base import i18n
from linyue.base.errors import Refused
from linyue.base.model import AuditEntry
from linyue.meetings import rules_floor, service_floor
from linyue.meetings.model import Attendance, FloorEntry
from linyue.meetings.rules import MeetingState as S
from linyue.meetings.rules_floor import EntryKind, FloorRefusal, rules_version
from linyue.meetings.rules_rights import RightRefusal
from linyue.meetings.templates import load_data
from linyue.minutes import service_facts
from linyue.minutes.pages import Reader
from linyue.rounds import service as rounds
from linyue.rounds.model import PostShownAgain
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import make_meeting

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


@pytest.fixture(autouse=True)
def strict() -> None:
    i18n.is_strict = True


async def refused(awaitable: object) -> object:
    with pytest.raises(Refused) as caught:
        await awaitable  # type: ignore[misc]
    return caught.value.reason


@pytest.mark.parametrize(
    ("state", "text", "waiting", "expected"),
    [
        (S.RUNNING, "有人没排队", 0, None),
        (S.RUNNING, "有人没排队", 1, FloorRefusal.POINT_WAITS),
        (S.RUNNING, "  ", 0, FloorRefusal.NO_TEXT),
        (S.RUNNING, "长" * 121, 0, FloorRefusal.TEXT_LONG),
        (S.ANNOUNCED, "有人没排队", 0, FloorRefusal.NOT_RUNNING),
        (S.ENDED, "有人没排队", 0, FloorRefusal.NOT_RUNNING),
    ],
)
def test_who_may_raise_a_point(state: S, text: str, waiting: int, expected: FloorRefusal | None) -> None:
    assert rules_floor.refuse_point(state, text, waiting) == expected


def test_a_version_changes_with_the_rules_and_with_nothing_else() -> None:
    data = load_data("open-space")
    version = rules_version(data)
    assert len(version) == 12 and version == rules_version({**data, "title": {"zh": "别的", "en": "Other"}})
    assert version != rules_version({**data, "rules": data["rules"][:-1]})
    assert version != rules_version({**data, "speaking": {**data["speaking"], "turns": 3}})
    assert rules_floor.refuse_entry("", version) is FloorRefusal.NOT_ACCEPTED
    assert rules_floor.refuse_entry("0" * 12, version) is FloorRefusal.OLD_RULES
    assert rules_floor.refuse_entry(version, version) is None


@pytest.mark.usefixtures("db")
async def test_a_point_is_raised_ruled_on_once_and_kept(clock: MovableClock) -> None:
    hall = await make_meeting()
    at, one = hall.meeting.id, hall.neighbours[0]
    assert await refused(service_floor.raise_point(one, at, "有人没排队就说")) is FloorRefusal.NOT_ACCEPTED
    await hall.enter(one)
    point = await service_floor.raise_point(one, at, "有人没排队就说")
    assert await refused(service_floor.raise_point(one, at, "还有")) is FloorRefusal.POINT_WAITS
    assert await refused(service_floor.raise_point(hall.stranger, at, "我也提")) is RightRefusal.NOT_ON_ROLL
    assert await refused(service_floor.rule(hall.chair, at, point.id, " ", is_upheld=True)) is FloorRefusal.NO_TEXT
    await service_floor.rule(hall.chair, at, point.id, "请排队再说", is_upheld=True)
    assert await refused(service_floor.rule(hall.chair, at, point.id, "又", is_upheld=False)) is FloorRefusal.RULED
    await service_floor.rule_unasked(hall.chair, at, "跑题了，回到屋顶")
    await service_floor.note(hall.recorder, at, "三户没来")
    facts = await service_facts.gather(await hall.fresh())
    assert [(f["kind"], f["text"], f["ruling"], f["is_upheld"]) for f in facts["floor"]] == [
        ("point", "有人没排队就说", "请排队再说", True),
        ("point", "", "跑题了，回到屋顶", True),
        ("note", "三户没来", "", None),
    ]


@pytest.mark.usefixtures("db")
async def test_entering_keeps_the_version_for_the_minutes(clock: MovableClock) -> None:
    hall = await make_meeting()
    at, one, version = hall.meeting.id, hall.neighbours[0], rules_version(hall.meeting.plan_data)
    assert await refused(service_floor.enter(one, at, "")) is FloorRefusal.NOT_ACCEPTED
    assert not await Attendance.filter(meeting_id=at).exists()
    await service_floor.enter(one, at, version)
    await service_floor.enter(one, at, version)
    assert (await Attendance.get(meeting_id=at)).accepted == version
    head = (await service_facts.gather(await hall.fresh()))["head"]
    assert (head["order"], head["accepted"]) == (version, 1)


async def test_in_the_room_and_on_the_console(new_client: Callable[[], Client], clock: MovableClock) -> None:
    hall = await make_meeting()
    chair, one = new_client(), new_client()
    await chair.sign_in_as(hall.chair.person_id)
    await one.sign_in_as(hall.neighbours[0].person_id)
    live, run = f"/live/{hall.meeting.join_code}", f"/run/{hall.meeting.public_id}"
    text = (await one.get(live)).text
    assert "我到了，照规则参加" in text and "双脚法则" in text
    await hall.enter(hall.neighbours[0])
    assert (await one.get(f"{live}/order")).status_code == 200
    empty = await one.send_form(f"{live}/order", {"text": ""})
    assert empty.status_code == 422 and "请写内容" in empty.text
    assert (await one.send_form(f"{live}/order", {"text": "有人没排队"})).status_code == 303
    assert "有人没排队" in (await chair.get(run)).text
    entry = await FloorEntry.get(kind=EntryKind.POINT)
    blank = await chair.send_form(f"{run}/rule", {"seen": entry.id, "ruling": "", "upheld": "yes"})
    assert blank.status_code == 409 and "请写内容" in blank.text
    ruled = await chair.send_form(f"{run}/rule", {"seen": entry.id, "ruling": "请排队", "upheld": "yes"})
    assert ruled.status_code == 303
    assert (await chair.send_form(f"{run}/record", {"note": "三户没来", "back": "console"})).status_code == 303
    text = (await one.get(live)).text
    assert "请排队" in text and "三户没来" not in text


@pytest.mark.usefixtures("db")
@pytest.mark.sqlite_only
async def test_the_recorder_keeps_notes_and_strikes_a_wrong_one(
    new_client: Callable[[], Client], clock: MovableClock
) -> None:
    hall = await make_meeting()
    recorder, chair, one = new_client(), new_client(), new_client()
    for client, who in ((recorder, hall.recorder), (chair, hall.chair), (one, hall.neighbours[0])):
        await client.sign_in_as(who.person_id)
    live, run = f"/live/{hall.meeting.join_code}", f"/run/{hall.meeting.public_id}"
    assert f"{run}/record" in (await recorder.get(live)).text and f"{run}/record" not in (await one.get(live)).text
    assert (await one.get(f"{run}/record")).status_code in (403, 404)
    bare = await recorder.send_form(f"{run}/record", {"note": " "})
    assert bare.status_code == 422 and "请写内容" in bare.text
    for words in ("四户没来", "三户没来"):
        assert (await recorder.send_form(f"{run}/record", {"note": words})).status_code == 303
    first = await FloorEntry.filter(kind=EntryKind.NOTE).order_by("id").first()
    assert first is not None and "四户没来" in (await chair.get(run)).text, "the chair sees what was noted"
    strike = f"{run}/record/strike"
    assert (await recorder.send_form(strike, {"seen": first.id, "reason": ""})).status_code == 422
    assert (await recorder.send_form(strike, {"seen": first.id, "reason": "数错了"})).status_code == 303
    again = await chair.send_form(strike, {"seen": first.id, "reason": "再划", "back": "console"})
    assert again.status_code == 422 and "已经划掉" in again.text
    for page in ((await recorder.get(f"{run}/record")).text, (await chair.get(run)).text):
        assert "<s>四户没来</s>" in page and "已划掉，原因：数错了" in page and "三户没来" in page
    facts = (await service_facts.gather(await hall.fresh()))["floor"]
    assert [(row["text"], row["struck"]) for row in facts] == [("四户没来", "数错了"), ("三户没来", "")]
    assert "数错了" in Reader("zh-CN", {"floor": facts}, {})._floor(facts[0])


@pytest.mark.usefixtures("db")
@pytest.mark.sqlite_only
async def test_a_hidden_post_is_shown_again_and_both_reasons_stay(client: Client, clock: MovableClock) -> None:
    hall = await make_meeting()
    await hall.enter()
    topic = await rounds.post_topic(hall.neighbours[0], hall.meeting.id, "路灯")
    await client.sign_in_as(hall.chair.person_id)
    run, live = f"/run/{hall.meeting.public_id}", f"/live/{hall.meeting.join_code}"
    post = f"{run}/posts/topic/{topic.id}"
    assert (await client.send_form(f"{post}/show", {"reason": "没事"})).status_code == 409, "nothing is hidden"
    await client.send_form(post, {"reason": "骂人"})
    assert "路灯" not in (await client.get(live)).text and f"{post}/show" in (await client.get(run)).text
    assert (await client.send_form(f"{post}/show", {"reason": " "})).status_code in (409, 422)
    assert (await client.send_form(f"{post}/show", {"reason": "看错了"})).status_code == 303
    assert "路灯" in (await client.get(live)).text
    page = (await client.get(run)).text
    assert "骂人" in page and "看错了" in page and f"{post}/show" not in page
    kept = await PostShownAgain.get()
    assert (kept.hidden_reason, kept.reason, kept.post_id) == ("骂人", "看错了", topic.id)
    assert (await AuditEntry.filter(action__in=["round.hide", "round.show_again"]).count()) == 2
