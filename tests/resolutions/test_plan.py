"""The action plan: who, when and what proof; lines about a matter become its resolution under the same identifier."""

from datetime import date, datetime, timedelta

import pytest

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.model import Message
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import Link
from linyue.people.model import Person
from linyue.questions.rules import QuestionState
from linyue.resolutions import service_plan
from linyue.resolutions.model import ActionLine, Resolution
from linyue.resolutions.rules import ResolutionRefusal, ResolutionState
from linyue.resolutions.rules_plan import PlanRefusal, is_late, refuse_line
from tests.client import Client
from tests.conftest import MovableClock, NewClient
from tests.make.meetings import make_meeting
from tests.make.resolutions import make_decided
from tests.make.rounds import make_round

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
    first, other = await service_plan.plan_of(at)
    assert first.is_resolution and clock_day(first.due_at) == in_days(12) and not other.is_resolution
    await service_plan.keep_line(made.member, at, line.id, text="修好了", version=first.version)
    assert (await Resolution.get(id=row.id)).state is ResolutionState.KEPT
    assert (await service_plan.plan_of(at))[0].kept_text == "修好了"


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
async def test_the_page_writes_and_keeps_and_says_what_is_missing(new_client: NewClient, clock: MovableClock) -> None:
    hall = await make_meeting()
    await hall.go_to(Link.ACTION)
    page = f"/meetings/{hall.meeting.public_id}/plan"
    recorder, carrier, stranger = new_client(), new_client(), new_client()
    for client, who in ((recorder, hall.chair), (carrier, hall.neighbours[0]), (stranger, hall.stranger)):
        await client.sign_in_as(who.person_id)
    await visit(carrier, f"/live/{hall.meeting.join_code}/check-in")
    owner = await Person.get(id=hall.neighbours[0].person_id)
    sent = {"text": "贴公告", "owner": owner.public_id, "due": in_days(3).isoformat(), "proof": ""}
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


async def visit(client: Client, path: str) -> None:
    """Be counted as present."""
    await client.send_form(path, {})
