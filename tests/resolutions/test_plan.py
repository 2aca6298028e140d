"""The action plan: who, when and what proof; lines about a matter become its resolution under the same identifier."""

import re
from datetime import date, datetime, timedelta

import pytest

from linyue.base import clock, forms
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import narrowed
from linyue.base.model import Message
from linyue.base.settings import Settings
from linyue.matters.model import Matter, MatterPhoto
from linyue.matters.rules import MatterState
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import Link
from linyue.minutes import service as minutes
from linyue.people.model import Person
from linyue.questions.rules import QuestionState
from linyue.resolutions import service_plan
from linyue.resolutions.model import ActionLine, ActionLineChange, Resolution
from linyue.resolutions.rules import ResolutionRefusal, ResolutionState
from linyue.resolutions.rules_plan import PlanRefusal, is_late, refuse_line
from linyue.rounds import service as rounds
from linyue.rounds import service_chair, service_motions
from linyue.upkeep.doctor_matters import handed_over, history_leads_here, one_owner
from tests.client import Client
from tests.conftest import MovableClock, NewClient
from tests.make.meetings import Hall, make_meeting
from tests.make.procedures import cast_all
from tests.make.resolutions import make_decided
from tests.make.rounds import make_round
from tests.matters.test_photos import picture

NOW = datetime(2026, 11, 28, 12, tzinfo=clock.UTC)
GOOD = {"text": "修好", "proof": "照片", "due_at": NOW + timedelta(days=3), "now": NOW, "lines": 0}


@pytest.mark.parametrize(
    ("state", "change", "refusal"),
    [
        (MeetingState.RUNNING, {}, None),
        (MeetingState.ENDED, {}, None),
        (MeetingState.ANNOUNCED, {}, (PlanRefusal.NOT_HELD, "")),
        (MeetingState.RUNNING, {"lines": 20}, (PlanRefusal.LINES_USED, "")),
        (MeetingState.RUNNING, {"text": " "}, (PlanRefusal.NO_TEXT, "text")),
        (MeetingState.RUNNING, {"text": "长" * 401}, (PlanRefusal.LONG_TEXT, "text")),
        (MeetingState.RUNNING, {"due_at": NOW}, (PlanRefusal.PAST_DATE, "due")),
        (MeetingState.RUNNING, {"proof": ""}, (PlanRefusal.NO_PROOF, "proof")),
        (MeetingState.RUNNING, {"proof": "长" * 201}, (PlanRefusal.LONG_PROOF, "proof")),
    ],
)
def test_what_a_line_needs(state: MeetingState, change: dict[str, object], refusal: object) -> None:
    assert refuse_line(state, **GOOD | change) == refusal  # type: ignore[arg-type]


def test_late_is_past_its_day_and_not_done() -> None:
    assert is_late(ResolutionState.EXECUTING, NOW, NOW + timedelta(seconds=1))
    assert not is_late(ResolutionState.KEPT, NOW, NOW + timedelta(days=9))


def in_days(days: int) -> date:
    return clock.local(clock.now()).date() + timedelta(days=days)


@pytest.mark.anyio
async def test_a_line_without_a_vote_is_kept_by_whoever_carries_it(db: object, clock: MovableClock) -> None:
    hall = await make_meeting()
    owner = await Person.get(id=hall.neighbours[0].person_id)
    line = await service_plan.add_line(
        hall.recorder, hall.meeting.id, text="贴公告", owner_public_id=owner.public_id, due_on=in_days(3), proof="照片"
    )
    assert await Message.filter(person_id=owner.id, key="resolutions-told-line").count() == 1
    with pytest.raises(Refused) as stale:
        await service_plan.keep_line(hall.neighbours[0], hall.meeting.id, line.id, text="贴好了", version=7)
    assert stale.value.reason is ResolutionRefusal.CHANGED_MEANWHILE
    await service_plan.keep_line(hall.neighbours[0], hall.meeting.id, line.id, text="贴好了", version=1)
    (shown,) = await service_plan.plan_of(hall.meeting.id)
    assert (shown.state, shown.kept_text, shown.is_resolution) == (ResolutionState.KEPT, "贴好了", False)
    with pytest.raises(Refused) as again:
        await service_plan.keep_line(hall.neighbours[0], hall.meeting.id, line.id, text="再贴", version=2)
    assert again.value.reason is ResolutionRefusal.ALREADY_KEPT
    other = await make_meeting()
    with pytest.raises(NotFound):
        await service_plan.keep_line(hall.chair, other.meeting.id, line.id, text="x", version=2)


@pytest.mark.anyio
async def test_a_line_about_a_matter_is_its_resolution_under_one_identifier(
    new_client: NewClient, clock: MovableClock
) -> None:
    made = await make_decided()
    here = {"state": MeetingState.RUNNING, "place_id": made.here.tree.compound.id}
    await Meeting.filter(id=made.question.meeting_id).update(**here)
    owner = made.here.people["neighbour"]
    facts = {"owner_public_id": owner.public_id, "due_on": in_days(9), "proof": "验收单"}
    at, vote = made.question.meeting_id, made.question.public_id
    line = await service_plan.add_line(made.member, at, text="修5幢", question_public_id=vote, **facts)
    row = await Resolution.get(question_id=made.question.id)
    assert row.public_id == line.public_id and row.owner_id == owner.id
    second = await service_plan.add_line(made.member, at, text="公布账目", question_public_id=vote, **facts)
    assert not await Resolution.filter(public_id=second.public_id).exists(), "a vote has one promise, a plan more lines"
    client = new_client()
    await client.sign_in_as(made.member.person_id)
    shown = await client.get(f"/resolutions/{row.public_id}")
    assert "验收单" in shown.text and f'value="{owner.public_id}" selected' in shown.text, "a neighbour may keep it"
    told = {"owner": owner.public_id, "due": in_days(12).isoformat(), "reason": "等材料", "version": row.version}
    assert (await client.send_form(f"/resolutions/{row.public_id}/change", told)).status_code == 303
    client.sign_out()
    asked = await client.get(f"/q/{vote}/resolution")
    assert (asked.status_code, asked.headers["location"]) == (303, f"/resolutions/{row.public_id}")
    first, other = await service_plan.plan_of(at)
    assert first.is_resolution and clock_day(first.due_at) == in_days(12) and not other.is_resolution
    await service_plan.keep_line(made.member, at, line.id, text="修好了", version=first.version)
    assert (await Resolution.get(id=row.id)).state is ResolutionState.KEPT
    assert (await service_plan.plan_of(at))[0].kept_text == "修好了"


@pytest.mark.anyio
@pytest.mark.sqlite_only
async def test_an_adopted_motion_has_one_number_from_its_vote_to_its_kept_promise(
    client: Client, clock: MovableClock, settings: Settings
) -> None:
    hall = await make_meeting()
    await hall.enter(hall.neighbours[0])
    topic = await rounds.post_topic(hall.neighbours[0], hall.meeting.id, "屋顶漏水")
    group = await service_chair.form_group(hall.chair, hall.meeting.id, topic.id)
    await hall.go_to(Link.GROUPS)
    await rounds.join_group(hall.neighbours[0], hall.meeting.id, group.id)
    moved = await service_motions.move(
        hall.neighbours[0], hall.meeting.id, group.id, "8月底前先修5幢的屋顶", "Mend roof 5"
    )
    await hall.go_to(Link.CONSENSUS)
    question = await service_motions.put_motion(hall.chair, hall.meeting.id, moved.id, moved.text, moved.text_en)
    question = await service_chair.open_question(hall.chair, hall.meeting.id, question.id)
    await cast_all([hall.chair, hall.recorder, *hall.neighbours], question, "for")
    await service_chair.close_question(hall.chair, hall.meeting.id, question.id)
    await service_chair.publish_result(hall.chair, hall.meeting.id, question.id)
    assert await Matter.all().count() == 0, "a vote alone takes no number"
    await client.sign_in_as(hall.chair.person_id)
    assert (await client.get(f"/q/{question.public_id}/resolution")).status_code == 200
    client.sign_out()
    assert (await client.get(f"/q/{question.public_id}/resolution")).headers["location"] == f"/q/{question.public_id}"
    await client.sign_in_as(hall.chair.person_id)
    owner = await Person.get(id=hall.neighbours[1].person_id)
    facts = {"owner_public_id": owner.public_id, "due_on": in_days(9), "proof": "验收单"}
    line = await service_plan.add_line(
        hall.recorder, hall.meeting.id, text="请三家公司看", question_public_id=question.public_id, **facts
    )
    now = await service_chair.question_now(await hall.fresh())
    assert now is not None and now.id == question.id, "the console still shows what was decided"
    second = await service_plan.add_line(
        hall.recorder, hall.meeting.id, text="贴报价", question_public_id=question.public_id, **facts
    )
    await service_plan.add_line(hall.recorder, hall.meeting.id, text="写通讯稿", **facts)
    await client.sign_in_as(owner.id)
    own = (await client.get("/")).text
    mine = own[own.index("我要办的事") : own.index("我的事项")]
    places = {"请三家公司看": f"/resolutions/{line.public_id}", "贴报价": "/plan", "写通讯稿": "/plan"}
    assert mine.count("正在办") == 3 and all(text in mine and href in mine for text, href in places.items())
    english = (await client.get("/", headers={"accept-language": "en"})).text
    assert '<span lang="zh-Hans-CN">写通讯稿</span>' in english and "What I am to do" in english
    assert not re.search(
        "[一-龥]", re.sub(r'<span lang="zh-Hans-CN">.*?</span>|<(head|script)\b.*?</\1>', "", english, flags=re.S)
    )
    await client.sign_in_as(hall.chair.person_id)
    assert "我要办的事" not in (await client.get("/")).text
    (matter,) = await Matter.all()
    row = await Resolution.get(matter_id=matter.id)
    assert (matter.title, matter.reporter_id, matter.channel) == (moved.text, hall.neighbours[0].person_id, "meeting")
    assert (matter.state, matter.owner_id, row.public_id) == (MatterState.EXECUTING, owner.id, line.public_id)
    assert [one.number for one in await service_plan.plan_of(hall.meeting.id)] == [matter.number, matter.number, ""]
    for page in (
        f"/q/{question.public_id}",
        f"/meetings/{hall.meeting.public_id}/plan",
        f"/resolutions/{row.public_id}",
    ):
        assert matter.number in (await client.get(page)).text, page
    shown = (await client.get(f"/m/{matter.number}")).text
    assert "会上提出" in shown and "表决通过" in shown and "请三家公司看" in shown
    assert f"{owner.display_name}来办，约定" in shown
    await change_lines(client, hall, line, second, matter.number)
    row = await Resolution.get(id=row.id)
    await keep_with_photo(client, hall, row, matter)
    for examined in (one_owner, history_leads_here, handed_over):
        assert (await examined(settings))[1] == []
    await hall.go_to(Link.ACTION)
    await service_chair.end_meeting(hall.chair, hall.meeting.id)
    await minutes.draft_minutes(hall.chair, hall.meeting.id)
    await client.sign_in_as(hall.recorder.person_id)
    sheet = (await client.get(f"/meetings/{hall.meeting.public_id}/minutes/desk")).text
    author = (await Person.get(id=moved.author_id)).display_name
    assert f"甲组{author}动议：8月底前先修5幢的屋顶（付表决）" in sheet
    assert "贴报价（六楼老陈来办" in sheet and f"写通讯稿（{owner.display_name}来办" in sheet


async def keep_with_photo(client: Client, hall: Hall, row: Resolution, matter: Matter) -> None:
    """The owner shows by a photo that it is done; it stays when the words are missing, and nothing of the file does."""
    page, sent = f"/resolutions/{row.public_id}", {"version": row.version, "form_id": "proof-1", "text": ""}
    await client.sign_in_as(hall.neighbours[1].person_id)
    assert 'name="photos"' in (await client.get(page)).text
    broken = await client.send_form(f"{page}/keep", sent | {"text": "修好了"}, files={"photos": ("a.jpg", b"no photo")})
    assert broken.status_code == 422 and "修好了" in broken.text
    file = {"photos": ("a.jpg", picture(comment=b"secret place"))}
    missing = await client.send_form(f"{page}/keep", sent, files=file)
    assert missing.status_code == 422 and "/report/photos/" in missing.text
    assert (await client.send_form(f"{page}/keep", sent | {"text": "修好了"})).status_code == 303
    assert (await Matter.get(id=matter.id)).state is MatterState.COMPLETED
    (photo,) = await MatterPhoto.filter(matter_id=matter.id, is_after=True)
    for where in (page, f"/m/{matter.number}"):
        assert f"/photos/{photo.public_id}" in (await client.get(where)).text, where
    assert b"secret place" not in (await client.get(f"/photos/{photo.public_id}")).content
    told = await Message.filter(key="resolutions-told-kept").values_list("person_id", flat=True)
    assert hall.recorder.person_id in told and hall.neighbours[1].person_id not in told


async def change_lines(client: Client, hall: Hall, first: ActionLine, second: ActionLine, number: str) -> None:
    """The second line for a vote is changed in the open like the first, which is its promise."""
    await client.sign_in_as(hall.chair.person_id)
    page = f"/meetings/{hall.meeting.public_id}/plan"
    assert f"{page}/{second.id}/change" in (await client.get(page)).text
    taker = await Person.get(id=hall.chair.person_id)
    sent = {"owner": taker.public_id, "due": in_days(15).isoformat(), "reason": "", "version": "1"}
    bad = await client.send_form(f"{page}/{second.id}/change", sent)
    assert bad.status_code == 422 and 'id="f-reason-error"' in bad.text
    stale = await client.send_form(f"{page}/{second.id}/change", sent | {"reason": "等发票", "version": "9"})
    assert stale.status_code == 422 and "等发票" in stale.text
    assert (await client.send_form(f"{page}/{second.id}/change", sent | {"reason": "等发票"})).status_code == 303
    (change,) = await ActionLineChange.all()
    assert (change.line_id, change.owner_before_id, change.owner_after_id) == (second.id, second.owner_id, taker.id)
    assert (clock_day(change.due_before), clock_day(change.due_after)) == (in_days(9), in_days(15))
    assert "理由：等发票。" in (await client.get(page)).text
    timeline = (await client.get(f"/m/{number}")).text
    assert "计划里的一件事有变动" in timeline and "贴报价" in timeline and "等发票" in timeline
    assert (await client.get(f"{page}/999/change")).status_code == 404
    sent |= {"version": str((await service_plan.plan_of(hall.meeting.id))[0].version), "reason": "下雨"}
    sent["owner"] = (await Person.get(id=first.owner_id)).public_id
    before = await Person.get(id=first.owner_id)
    assert (await client.send_form(f"{page}/{first.id}/change", sent)).status_code == 303
    sent |= {"version": str(int(sent["version"]) + 1), "reason": "换人", "owner": taker.public_id}
    assert (await client.send_form(f"{page}/{first.id}/change", sent)).status_code == 303
    sent |= {"version": str(int(sent["version"]) + 1), "reason": "换回来", "owner": before.public_id}
    assert (await client.send_form(f"{page}/{first.id}/change", sent)).status_code == 303
    for where in (f"/m/{number}", f"/resolutions/{first.public_id}"):
        shown = (await client.get(where)).text
        assert f"由{before.display_name}换成{taker.display_name}" in shown and "换了负责人" not in shown, where
    assert clock_day((await Resolution.get(public_id=first.public_id)).due_at) == in_days(15)
    assert await ActionLineChange.all().count() == 1, "the promise tells its own changes"


def clock_day(moment: datetime) -> date:
    return clock.local(moment).date()


@pytest.mark.anyio
async def test_a_vote_that_did_not_pass_carries_no_line(db: object, clock: MovableClock) -> None:
    made = await make_round(question=QuestionState.PUBLISHED)
    assert made.question is not None
    owner = await Person.get(id=made.hall.neighbours[0].person_id)
    with pytest.raises(Refused) as caught:
        await service_plan.add_line(
            made.hall.chair, made.hall.meeting.id, text="修", owner_public_id=owner.public_id, due_on=in_days(3),
            proof="照片", question_public_id=made.question.public_id,
        )  # fmt: skip
    assert caught.value.reason is PlanRefusal.NOT_ADOPTED and caught.value.field == "question"
    assert await ActionLine.all().count() == 0


@pytest.mark.anyio
@pytest.mark.sqlite_only
async def test_the_page_writes_and_keeps_and_says_what_is_missing(
    new_client: NewClient, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = await make_meeting()
    await hall.go_to(Link.ACTION)
    page = f"/meetings/{hall.meeting.public_id}/plan"
    recorder, carrier, stranger = new_client(), new_client(), new_client()
    for client, who in ((recorder, hall.chair), (carrier, hall.neighbours[0]), (stranger, hall.stranger)):
        await client.sign_in_as(who.person_id)
    await visit(carrier, f"/live/{hall.meeting.join_code}/check-in")
    owner = await Person.get(id=hall.neighbours[0].person_id)
    sent = {"text": "贴公告", "owner": owner.public_id, "due": in_days(3).isoformat(), "proof": ""}
    assert 'name="who"' not in (await recorder.get(page)).text, "a short list needs no search"
    monkeypatch.setattr(forms, "PEOPLE_SHOWN", 0)
    chair = await Person.get(id=hall.chair.person_id)
    for where in (page, f"/meetings/{hall.meeting.public_id}/offices"):
        shown, option = (await recorder.get(where)).text, f'<option value="{chair.public_id}">'
        assert 'name="who"' in shown and option not in shown, where
        monkeypatch.setattr(forms, "PEOPLE_SHOWN", 1)
        assert option in (await recorder.get(where, params={"who": chair.display_name})).text, where
        assert option not in (await recorder.get(where, params={"who": "谁也不是"})).text, where
        monkeypatch.setattr(forms, "PEOPLE_SHOWN", 0)
    monkeypatch.undo()
    missing = await recorder.send_form(page, sent)
    assert missing.status_code == 422 and "请写明拿什么算办好" in missing.text and "贴公告" in missing.text
    assert (await stranger.send_form(page, sent | {"proof": "照片"})).status_code == 403
    assert (await recorder.send_form(page, sent | {"proof": "照片"})).status_code == 303
    line = await ActionLine.get()
    assert (await stranger.send_form(f"{page}/{line.id}/keep", {"text": "x", "version": 1})).status_code == 403
    empty = await carrier.send_form(f"{page}/{line.id}/keep", {"text": "", "version": 1})
    assert empty.status_code == 422
    assert (await carrier.send_form(f"{page}/{line.id}/keep", {"text": "贴好了", "version": 1})).status_code == 303
    assert "贴好了" in (await stranger.get(page)).text


def test_a_long_list_of_people_shows_the_first_and_keeps_who_was_chosen() -> None:
    people = [(str(n), f"邻居{n}") for n in range(100)]
    short, long = narrowed(people[:60], ""), narrowed(people, "", keep="99")
    assert (short.options, short.more, short.is_long) == (people[:60], 0, False)
    assert (long.options, long.more, long.is_long) == ([*people[:60], people[99]], 40, True)
    assert narrowed(people, " 邻居99 ").options == [people[99]] and narrowed(people, "谁").options == []


async def visit(client: Client, path: str) -> None:
    """Be counted as present."""
    await client.send_form(path, {})
