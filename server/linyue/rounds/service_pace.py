"""A meeting over days goes on by itself: started, reminded, moved on, voted and closed at its times. Safe to repeat."""

from collections.abc import Awaitable

from tortoise.queryset import QuerySet

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.meetings import rules as meeting_rules
from linyue.meetings import service_room
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import MeetingState
from linyue.meetings.service import claim, office_counts
from linyue.meetings.service_roll import called_ids
from linyue.questions.rules import QuestionState
from linyue.rounds import service_chair
from linyue.rounds.model import Group, Topic
from linyue.rounds.rules import TopicState
from linyue.rounds.rules_pace import PaceStep, Standing, pace_step

CLOCK = Actor(name="clock")
MOST_STEPS = 12
"""Steps of one meeting in one look; more than a meeting has links."""


async def keep_pace() -> int:
    """Do what is due in every meeting over days; how many steps were taken."""
    steps = 0
    going = [MeetingState.ANNOUNCED, MeetingState.RUNNING]
    for meeting in await Meeting.filter(state__in=going).order_by("id"):
        if meeting.plan_data.get("pace") == "days":
            steps += await _keep(meeting)
    return steps


async def _keep(meeting: Meeting) -> int:
    taken = 0
    for _ in range(MOST_STEPS):
        meeting = await Meeting.get(id=meeting.id)
        step: Awaitable[object] | None = None
        if meeting.state is MeetingState.RUNNING:
            step = await _due(meeting)
        elif await _may_start(meeting):
            step = _start(meeting)
        if step is None or not await _unless_done(step):
            break
        taken += 1
    return taken


async def _unless_done(step: Awaitable[object]) -> bool:
    try:
        await step
    except Refused:  # the chair was quicker, or has to do it by hand
        return False
    return True


async def _may_start(meeting: Meeting) -> bool:
    now, held = clock.now(), await office_counts(meeting.id)
    is_due = now >= meeting.starts_at
    return is_due and meeting_rules.refuse_start(meeting.state, meeting.starts_at, now, meeting.plan, held) is None


async def _start(meeting: Meeting) -> None:
    await service_room.start(CLOCK, meeting.id)


async def _due(meeting: Meeting) -> Awaitable[object] | None:
    """The step that is due, not yet begun; None for nothing."""
    item = await service_room.now_item(meeting.id)
    if item is None or item.closes_at is None or item.started_at is None:
        return None
    question = await service_chair.question_now(meeting)
    last = await AgendaItem.of(meeting.id).order_by("-position").first()
    here = Standing(
        link=item.link,
        began_at=item.started_at,
        closes_at=item.closes_at,
        is_reminded=item.reminded_at is not None,
        is_last=last is not None and last.id == item.id,
        topics=await _open_topics(meeting.id).count(),
        groups=await Group.of(meeting.id).count(),
        question=QuestionState(question.state) if question is not None else None,
        has_words=bool(item.question_zh),
    )
    step = pace_step(here, clock.now())
    if step is PaceStep.REMIND:
        return _remind(meeting, item)
    if step is PaceStep.FORM_GROUPS:
        return _form_groups(meeting)
    if step is PaceStep.PUT_QUESTION:
        return _put_question(meeting, item)
    if step is PaceStep.PUBLISH and question is not None:
        return service_chair.publish_result(CLOCK, meeting.id, question.id)
    if step is PaceStep.END:
        return service_chair.end_meeting(CLOCK, meeting.id)
    return service_chair.next_item(CLOCK, meeting.id, item.position) if step is PaceStep.GO_ON else None


def _open_topics(meeting_id: int) -> QuerySet[Topic]:
    return Topic.filter(meeting_id=meeting_id, state=TopicState.POSTED, hidden_at__isnull=True).order_by("id")


async def _remind(meeting: Meeting, item: AgendaItem) -> None:
    """Everybody on the roll learns that the link closes soon; once a link."""
    async with unit_of_work():
        await claim(meeting.id)
        now = clock.now()
        if not await AgendaItem.filter(id=item.id, reminded_at__isnull=True).update(reminded_at=now):
            return
        people = await called_ids(meeting)
        link = f"/meetings/{meeting.public_id}"
        await tell(people, "rounds-told-closing", link=link, title_zh=meeting.title, title_en=meeting.title_en)


async def _form_groups(meeting: Meeting) -> None:
    """Topics that nobody settled become groups in the order in which they were posted, as many as there is room for."""
    async with unit_of_work():
        for topic in await _open_topics(meeting.id).limit(meeting.plan.most_groups):
            await service_chair.form_group(CLOCK, meeting.id, topic.id)


async def _put_question(meeting: Meeting, item: AgendaItem) -> None:
    """A question that was worded in advance is put and opened when its link begins."""
    put = await service_chair.put_question(CLOCK, meeting.id, item.question_zh, item.question_en)
    await service_chair.open_question(CLOCK, meeting.id, put.id)
