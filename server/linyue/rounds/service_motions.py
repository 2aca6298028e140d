"""From topics to questions: dots on topics, motions moved and put to the vote."""

from collections.abc import Collection

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.meetings import service_room
from linyue.meetings.model import Meeting
from linyue.meetings.rules_rights import Act, refuse_act
from linyue.meetings.service import claim, stop, topic_of
from linyue.questions import service as questions
from linyue.questions.model import Question
from linyue.questions.rules_options import OPTION_LIMIT, Option
from linyue.questions.rules_secret import Kind
from linyue.questions.rules_setup import Typed, Words, rule_of
from linyue.questions.rules_ways import MOST_OPTIONS
from linyue.rounds import rules_space, service_chair
from linyue.rounds.events import PointsChanged
from linyue.rounds.model import Group, Motion, Topic
from linyue.rounds.rules import RoundRefusal, TopicState
from linyue.rounds.rules_space import MotionState, SpaceRefusal
from linyue.rounds.service import enter, is_member


async def put_dots(actor: Actor, meeting_id: int, text_zh: str, text_en: str) -> Question:
    """Put the topics on the wall to a vote with dots: which are talked over first. It binds nobody."""
    async with unit_of_work():
        meeting = await claim(meeting_id)
        item = await service_room.now_item(meeting_id)
        stop(refuse_act(Act.DOT_TOPICS, meeting.state, item.link if item else None))
        topics = await Topic.filter(meeting_id=meeting_id, state=TopicState.POSTED, hidden_at__isnull=True).order_by(
            "id"
        )
        groups = await Group.of(meeting_id).count()
        can = item is not None and rules_space.may_ask_dots(item.link, len(topics), groups)
        stop(None if can else SpaceRefusal.FEW_TOPICS)
        stop(RoundRefusal.QUESTION_THERE if await service_chair.question_now(meeting) is not None else None)
        await Meeting.filter(id=meeting_id).update(undo=None)
        plan = rules_space.DOT_PLAN
        lines = _lines([topic.text for topic in topics])
        seats = min(meeting.plan.most_groups, len(lines) - 1)
        words = Words(quorum=plan.quorum, majority=plan.majority, base=plan.base, way=plan.way, tie=plan.tie)
        rule, _ = rule_of(words, Typed(options="\n".join("·" for _ in lines), seats=seats))
        options = [Option(line) for line in lines]
        return await questions.draft_question(
            actor, meeting_id, text_zh=text_zh, text_en=text_en, rule=rule, options=options, kind=Kind.NAMED
        )


def _lines(texts: list[str]) -> list[str]:
    """Topics as options: at most as many as a vote can hold, each short, no two alike."""
    found: list[str] = []
    for n, text in enumerate(texts[:MOST_OPTIONS], 1):
        line = text if len(text) <= OPTION_LIMIT else text[: OPTION_LIMIT - 1] + "…"
        found.append(line if line not in found else f"{n}. {line}"[:OPTION_LIMIT])
    return found


async def move(actor: Actor, meeting_id: int, group_id: int, text: str, text_en: str = "") -> Motion:
    """A member moves that the meeting decides something: the group's topic as one sentence to vote on."""
    async with unit_of_work() as uow:
        meeting, _ = await enter(actor, meeting_id, Act.MOVE)
        assert actor.person_id is not None
        if not await Group.filter(id=group_id, meeting_id=meeting_id).exists():
            raise NotFound()
        waiting = await Motion.waiting_in(meeting_id).filter(group_id=group_id).count()
        sits_here = await is_member(group_id, actor.person_id)
        refusal = rules_space.refuse_motion(sits_here, text, text_en, waiting)
        stop(refusal, field="text", most=rules_space.MOTIONS_EACH)
        motion = await Motion.create(
            meeting_id=meeting_id,
            group_id=group_id,
            author_id=actor.person_id,
            text=text.strip(),
            text_en=text_en.strip(),
            moved_at=clock.now(),
        )
        await uow.audit(actor, "round.move", f"motion:{motion.id}", meeting=meeting_id)
        uow.publish(topic_of(meeting_id), PointsChanged(meeting_id, meeting.version))
    return motion


async def drop_motion(actor: Actor, meeting_id: int, motion_id: int) -> None:
    """Whoever moved it takes it back while it waits."""
    async with unit_of_work() as uow:
        meeting, _ = await enter(actor, meeting_id, Act.MOVE)
        motion = await Motion.get_or_none(id=motion_id, meeting_id=meeting_id)
        if motion is None:
            raise NotFound()
        stop(None if motion.author_id == actor.person_id else SpaceRefusal.NOT_AN_AUTHOR)
        dropped = await Motion.filter(id=motion_id, state=MotionState.MOVED).update(state=MotionState.DROPPED)
        stop(None if dropped else SpaceRefusal.MOTION_GONE)
        await uow.audit(actor, "round.drop_motion", f"motion:{motion_id}")
        uow.publish(topic_of(meeting_id), PointsChanged(meeting_id, meeting.version))


async def put_motion(
    actor: Actor,
    meeting_id: int,
    motion_id: int,
    text_zh: str,
    text_en: str = "",
    kind: str = "",
    typed: Typed | None = None,
    ways: Collection[str] | None = None,
    roll_place_id: int | None = None,
) -> Question:
    """Put a motion to the vote, in the words the chair reads out; 0: a question that nobody moved."""
    async with unit_of_work():
        await claim(meeting_id)
        if motion_id and not await Motion.waiting_in(meeting_id).filter(id=motion_id).exists():
            raise Refused(SpaceRefusal.MOTION_GONE)
        question = await service_chair.put_question(
            actor, meeting_id, text_zh, text_en, kind, typed, ways, roll_place_id, is_motion=motion_id > 0
        )
        if motion_id:
            await Motion.filter(id=motion_id).update(state=MotionState.PUT, question_id=question.id)
    return question
