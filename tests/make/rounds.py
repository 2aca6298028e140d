"""Rounds for tests, made through the services: a running meeting with topics, groups, a question in any state."""

from dataclasses import dataclass

from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import Link
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.rounds import service, service_chair
from linyue.rounds.model import Group, Topic
from tests.make.meetings import Hall, make_meeting


@dataclass(frozen=True, slots=True)
class Round:
    """A meeting with its first topic and group, and a question when asked for."""

    hall: Hall
    topic: Topic
    group: Group
    question: Question | None


async def make_round(
    link: Link = Link.GROUPS, question: QuestionState | None = None, neighbours: int = 3, kind: str = ""
) -> Round:
    """A running meeting at this link, with a topic made a group; a question takes it to the consensus link.

    `kind` of the question: named or secret; a secret needs twenty people.
    """
    hall = await make_meeting(MeetingState.RUNNING, neighbours)
    await hall.enter(hall.neighbours[0])
    topic = await service.post_topic(hall.neighbours[0], hall.meeting.id, "先修哪几幢")
    group = await service_chair.form_group(hall.chair, hall.meeting.id, topic.id, "活动室东侧")
    if question is None:
        await hall.go_to(link)
        return Round(hall, topic, group, None)
    await hall.go_to(Link.CONSENSUS)
    put = await service_chair.put_question(hall.chair, hall.meeting.id, "是否同意先修5幢和7幢的屋顶？", kind=kind)
    if question is not QuestionState.DRAFT:
        put = await service_chair.open_question(hall.chair, hall.meeting.id, put.id)
    if question in (QuestionState.CLOSED, QuestionState.PUBLISHED):
        put = await service_chair.close_question(hall.chair, hall.meeting.id, put.id)
    if question is QuestionState.PUBLISHED:
        put = await service_chair.publish_result(hall.chair, hall.meeting.id, put.id)
    return Round(hall, topic, group, put)
