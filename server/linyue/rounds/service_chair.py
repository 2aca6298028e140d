"""What the chair does in the round: topics into groups, posts hidden, questions from put to published, the end."""

from collections.abc import Collection
from datetime import timedelta

import structlog
from tortoise.expressions import Q

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.logs import failure
from linyue.base.policy import Actor
from linyue.councils.rules_district import refuse_decision
from linyue.meetings import service_room
from linyue.meetings.model import AgendaItem, HandedIn, Meeting
from linyue.meetings.rules import ItemState, MeetingRefusal
from linyue.meetings.rules_hand_in import HandedKind, HandInRefusal
from linyue.meetings.rules_plan import VOTING, QuestionPlan
from linyue.meetings.rules_rights import Act, refuse_act
from linyue.meetings.service import claim, stop, topic_of
from linyue.meetings.service_back import give_back
from linyue.meetings.service_call_off import plug_called_off
from linyue.meetings.service_council import chair_stepped_back, out_of_roll, quorums_now
from linyue.meetings.service_roll import roll_ids, roll_with_labels, scale_meant
from linyue.people.rules_bodies import Body
from linyue.questions import service as questions
from linyue.questions import service_boxkeys, service_secret
from linyue.questions.model import Question
from linyue.questions.rules import NO_QUORUM, Measure, QuestionState
from linyue.questions.rules_channels import offered
from linyue.questions.rules_law import Decision, decision_for
from linyue.questions.rules_secret import Kind, refuse_roll
from linyue.questions.rules_setup import Typed, Words, rule_of
from linyue.questions.service_interested import interested_roll
from linyue.questions.service_opening import roll_place
from linyue.questions.service_owners import owners_roll
from linyue.rounds import rules, rules_space
from linyue.rounds.events import GroupsChanged, PointsChanged, TopicsChanged
from linyue.rounds.model import (
    Group,
    GroupMember,
    GroupNote,
    Motion,
    Point,
    PostReport,
    PostShownAgain,
    Topic,
    TopicMerge,
)
from linyue.rounds.rules import PostKind, RoundRefusal, TopicState
from linyue.rounds.rules_space import MergeState
from linyue.rounds.service import find_post
from linyue.rounds.service_given import given_for, names_left, typed_for
from linyue.rounds.service_merge import topic_in

log = structlog.get_logger()


async def _stop_unless(act: Act, meeting: Meeting) -> None:
    """Refuse what the table of rights has no place for in the step under way."""
    item = await service_room.now_item(meeting.id)
    stop(refuse_act(act, meeting.state, item.link if item else None))


async def separate_topic(actor: Actor, meeting_id: int, topic_id: int) -> None:
    """Take a merged topic out again."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        await _stop_unless(Act.SETTLE_TOPICS, meeting)
        await Topic.filter(id=topic_id, meeting_id=meeting_id, state=TopicState.MERGED).update(
            state=TopicState.POSTED, merged_into_id=None
        )
        await uow.audit(actor, "round.separate", f"topic:{topic_id}")
        uow.publish(topic_of(meeting_id), TopicsChanged(meeting_id, meeting.version))


async def form_group(actor: Actor, meeting_id: int, topic_id: int, place_text: str = "") -> Group:
    """Make a topic a group with a name and a place; who posted it convenes it."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        await _stop_unless(Act.SETTLE_TOPICS, meeting)
        topic = await topic_in(meeting_id, topic_id)
        groups = await Group.of(meeting_id)
        stop(rules.refuse_group(topic.state, topic.hidden_at is not None, len(groups), meeting.plan.most_groups))
        await Topic.filter(id=topic.id).update(state=TopicState.GROUP)
        await TopicMerge.filter(topic_id=topic.id, state=MergeState.ASKED).update(
            state=MergeState.LAPSED, settled_at=clock.now()
        )
        group = await Group.create(
            meeting_id=meeting_id,
            topic_id=topic.id,
            label=rules.next_label([one.label for one in groups]),
            place_text=place_text.strip()[: rules.PLACE_LETTERS],
            convener_id=topic.author_id,
            formed_at=clock.now(),
        )
        await uow.audit(actor, "round.form_group", f"group:{group.id}")
        uow.publish(topic_of(meeting_id), GroupsChanged(meeting_id, meeting.version))
    return group


async def dissolve_group(actor: Actor, meeting_id: int, group_id: int) -> None:
    """Undo a group that has written nothing yet; its topic goes back to the wall."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        await _stop_unless(Act.SETTLE_TOPICS, meeting)
        group = await Group.get_or_none(id=group_id, meeting_id=meeting_id)
        if group is None:
            raise NotFound()
        is_used = await GroupNote.filter(group_id=group_id).exists() or await Point.filter(group_id=group_id).exists()
        stop(RoundRefusal.GROUP_IN_USE if is_used else None)
        seats = await GroupMember.filter(group_id=group_id)
        await GroupMember.filter(group_id=group_id).delete()
        await Topic.filter(id=group.topic_id).update(state=TopicState.POSTED)
        await Group.filter(id=group_id).delete()
        await uow.audit(actor, "round.dissolve_group", f"group:{group_id}")
        moved = tuple(seat.person_id for seat in seats)
        uow.publish(topic_of(meeting_id), GroupsChanged(meeting_id, meeting.version, moved))


async def hide_post(actor: Actor, meeting_id: int, kind: PostKind, post_id: int, reason: str) -> None:
    """Take a post from view with a reason everybody can read; the original is kept."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        await _stop_unless(Act.HIDE_POST, meeting)
        stop(rules.refuse_text(reason, rules.REASON_LETTERS) and RoundRefusal.NO_REASON, field="reason")
        post = await find_post(meeting_id, kind, post_id)
        stop(RoundRefusal.ALREADY_HIDDEN if post.hidden_at is not None else None)
        now = clock.now()
        change = {"hidden_at": now, "hidden_reason": reason.strip()}
        await type(post).filter(id=post_id).update(**change)
        await PostReport.filter(kind=kind, post_id=post_id).update(settled_at=now)
        await uow.audit(actor, "round.hide", f"{kind.value}:{post_id}", meeting=meeting_id)
        uow.publish(topic_of(meeting_id), PointsChanged(meeting_id, meeting.version))


async def show_post(actor: Actor, meeting_id: int, kind: PostKind, post_id: int, reason: str) -> None:
    """Show a hidden post again, with a reason everybody can read; that it was hidden, and why, is kept too.

    Raises Refused, of what the desk handed in and took back as well: those were nobody's words.
    """
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        await _stop_unless(Act.HIDE_POST, meeting)
        stop(rules.refuse_text(reason, rules.REASON_LETTERS) and RoundRefusal.NO_REASON, field="reason")
        post = await find_post(meeting_id, kind, post_id)
        if post.hidden_at is None:
            raise Refused(RoundRefusal.NOT_HIDDEN)
        if kind in (PostKind.TOPIC, PostKind.POINT):
            mistaken = await HandedIn.back_again(meeting_id, HandedKind(kind.value))
            stop(HandInRefusal.TAKEN_BACK if post_id in mistaken else None)
        await PostShownAgain.create(
            meeting_id=meeting_id,
            kind=kind,
            post_id=post_id,
            hidden_at=post.hidden_at,
            hidden_reason=post.hidden_reason,
            shown_at=clock.now(),
            reason=reason.strip(),
        )
        await type(post).filter(id=post_id).update(hidden_at=None, hidden_reason="")
        await uow.audit(actor, "round.show_again", f"{kind.value}:{post_id}", meeting=meeting_id)
        uow.publish(topic_of(meeting_id), PointsChanged(meeting_id, meeting.version))


async def leave_post(actor: Actor, meeting_id: int, kind: PostKind, post_id: int) -> None:
    """Look at the reports of a post and let it stand."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        await _stop_unless(Act.HIDE_POST, meeting)
        await PostReport.filter(meeting_id=meeting_id, kind=kind, post_id=post_id).update(settled_at=clock.now())
        await uow.audit(actor, "round.leave_post", f"{kind.value}:{post_id}")
        uow.publish(topic_of(meeting_id), TopicsChanged(meeting_id, meeting.version))


async def question_now(meeting: Meeting) -> Question | None:
    """The question of the item under way: the newest put during it and not about another item's matter; none voided."""
    item = await AgendaItem.get_or_none(meeting_id=meeting.id, state=ItemState.NOW)
    if item is None or item.link not in (*VOTING, *rules_space.DOTTING) or item.started_at is None:
        return None
    others = AgendaItem.of(meeting.id).filter(matter_id__isnull=False).exclude(id=item.id)
    elsewhere = [one.matter_id for one in await others if one.matter_id != item.matter_id]
    mine = Question.of_meeting(meeting.id).filter(created_at__gte=item.started_at)
    if elsewhere:
        mine = mine.filter(Q(matter_id__isnull=True) | Q(matter_id__not_in=elsewhere))
    return await mine.exclude(state=QuestionState.VOIDED).order_by("-id").first()


async def is_left_to_vote(meeting: Meeting) -> bool:
    """Whether a meeting has something to vote on before it: an item, a question put, a motion, or a name.

    An item that the chair has left counts as done, voted or not.
    """
    if await AgendaItem.of(meeting.id).filter(link__in=list(VOTING), state=ItemState.WAITING).exists():
        return True
    item = await service_room.now_item(meeting.id)
    if item is None or item.link not in VOTING:
        return False
    question = await question_now(meeting)
    if question is None or question.state is QuestionState.DRAFT:
        return True
    return await Motion.waiting_in(meeting.id).exists() or bool(await names_left(meeting, item))


def plan_of(meeting: Meeting, item: AgendaItem | None) -> QuestionPlan | None:
    """How an item votes; None for one that does not."""
    if item is not None and item.link in rules_space.DOTTING:
        return rules_space.DOT_PLAN
    link = meeting.plan.link_at(item.plan_link, item.link) if item is not None else None
    return link.question if link is not None else None


def kind_of(meeting: Meeting, item: AgendaItem | None) -> Kind:
    """Whether the item's vote is named or secret: as somebody chose for it, else as the template says."""
    plan = plan_of(meeting, item)
    planned = plan.kind if plan is not None else Kind.NAMED
    return Kind((item.question_kind if item is not None else "") or planned)


async def put_question(
    actor: Actor,
    meeting_id: int,
    text_zh: str,
    text_en: str = "",
    kind: str = "",
    typed: Typed | None = None,
    ways: Collection[str] | None = None,
    roll_place_id: int | None = None,
    *,
    is_motion: bool = False,
) -> Question:
    """Put the question of the item under way on the table, decided by the template's rule.

    `kind`: named or secret; empty: as the agenda says. A roll too small for a secret is said now, not at opening.
    `typed`: the way to vote and its options, where the chair chose another than the template's.
    `ways`: the ways of voting that the chair ticked; those a secret or a ranking shuts out fall away. None: all.
    `roll_place_id`: the stairwell, building, compound or community whose roll it is; None: as the agenda says.
    `is_motion`: one of several that are put one after the other; only the first decides the matter of the item.
    """
    async with unit_of_work():
        meeting = await claim(meeting_id)
        await _stop_unless(Act.PUT_QUESTION, meeting)
        item = await service_room.now_item(meeting_id)
        assert item is not None
        before = await question_now(meeting)
        left = await names_left(meeting, item)
        is_one_of_several = is_motion or bool(left)
        is_next = before is not None and is_one_of_several and before.state is QuestionState.PUBLISHED
        stop(RoundRefusal.QUESTION_THERE if before is not None and not is_next else None)
        # What came before a vote can no longer be taken back under it.
        await Meeting.filter(id=meeting_id).update(undo=None)
        plan = plan_of(meeting, item)
        assert plan is not None
        chosen = Kind(kind) if kind else kind_of(meeting, item)
        where = await scale_meant(meeting, roll_place_id or item.roll_place_id)
        if where is None:
            raise Refused(MeetingRefusal.NO_SUCH_SCALE, field="roll_place")
        body = meeting.roll
        if chosen is Kind.SECRET:
            out = await out_of_roll(meeting_id, body, item.matter_id)
            stop(refuse_roll(chosen, len(set(await roll_ids(where, body)) - out)), field="kind")
        given = await given_for(meeting, item)
        typed = typed_for(given, typed)
        if given is not None and left:  # later years find a person's appraisal by these words, so they are not typed
            text_zh, text_en = given.text_zh, given.text_en
        rule, options = rule_of(words_of(plan, body), typed)
        allowed = offered(rule.system, chosen, rule.form.way)
        return await questions.draft_question(
            actor,
            meeting_id,
            text_zh=text_zh,
            text_en=text_en,
            rule=rule,
            options=options,
            matter_id=None if is_next else item.matter_id,
            kind=chosen,
            channels=None if ways is None else [one for one in allowed if one in ways],
            body=body,
            roll_place_id=where.id if where.id != meeting.place_id else None,
        )


def words_of(plan: QuestionPlan, body: Body) -> Words:
    """What the template says of a question, as the rules read it; an assembly's rule is that of its roll."""
    names = ("choices", "quorum", "majority", "base", "way", "least", "most", "dots", "seats", "tie", "item")
    decision = decision_for(plan.decision, body) if plan.decision else ""
    return Words(decision=decision, **{name: getattr(plan, name) for name in names})


async def open_question(actor: Actor, meeting_id: int, question_id: int) -> Question:
    """Open the vote: from here on roll, text, options and rule are frozen.

    Who stepped back from the matter is on no council's roll for it, and does not chair its vote.
    """
    if await Question.filter(id=question_id, kind=Kind.SECRET).exists():
        await service_boxkeys.prepare()  # takes long enough not to be done inside the transaction
    async with unit_of_work():
        meeting = await claim(meeting_id)
        await _stop_unless(Act.OPEN_QUESTION, meeting)
        question = await question_now(meeting)
        if question is None or question.id != question_id:
            raise Refused(RoundRefusal.STEP_OVER)
        item = await service_room.now_item(meeting_id)
        plan = plan_of(meeting, item)
        assert plan is not None
        matter_id = item.matter_id if item is not None else None
        stop(MeetingRefusal.CHAIR_IS_OUT if await chair_stepped_back(meeting_id, matter_id) else None)
        await _stop_without_council(meeting, matter_id, question)
        ends = clock.now() + timedelta(minutes=plan.open_minutes)
        where, weights = await roll_place(question), None
        if question.rule_spec.measure is Measure.AREA_AND_HEADS:
            roll, weights = await owners_roll(where)
        elif question.rule_spec.decision == Decision.OWNERS_ALL:
            roll = await interested_roll(where, meeting_id)
        else:
            out = await out_of_roll(meeting_id, question.body, matter_id)
            roll = [one for one in await roll_with_labels(where, question.body) if one[0] not in out]
        return await questions.open_question(actor, question_id, roll, closes_at=ends, weights=weights)


async def _stop_without_council(meeting: Meeting, matter_id: int | None, question: Question) -> None:
    """A council's decision waits until enough of its standing members are there, by the district's rules in force."""
    counts = await quorums_now(meeting, matter_id)
    seven = counts[0] if counts is not None else None
    refusal = refuse_decision(seven, asks_quorum=question.rule_spec.quorum != NO_QUORUM)
    if refusal is not None and seven is not None:
        raise Refused(refusal, came=seven.present, of=seven.entitled, needed=seven.needed)


async def close_question(actor: Actor, meeting_id: int, question_id: int) -> Question:
    """Close the vote for good. The box of a secret one is opened at once; the sweep does it when that fails.

    Whatever keeps the box shut, the vote is closed by then and answered as closed.
    """
    await _stop_unless(Act.CLOSE_QUESTION, await Meeting.get(id=meeting_id))
    question = await questions.close_question(actor, await _of_meeting(meeting_id, question_id))
    if question.kind is Kind.SECRET:
        try:
            await service_secret.finish_box(question.id)
        except Exception as error:  # a fault, a full folder or a database that went away: the close is durable
            log.error("questions.box_waits", question=question.id, **failure(error))
    return question


async def publish_result(actor: Actor, meeting_id: int, question_id: int) -> Question:
    """Show the result to everybody."""
    await _stop_unless(Act.PUBLISH_RESULT, await Meeting.get(id=meeting_id))
    return await questions.publish_result(actor, await _of_meeting(meeting_id, question_id))


async def _of_meeting(meeting_id: int, question_id: int) -> int:
    if not await Question.filter(id=question_id, meeting_id=meeting_id).exists():
        raise NotFound()
    return question_id


async def next_item(actor: Actor, meeting_id: int, after: int) -> None:
    """Go on to the next item; never while a vote is open or its result unpublished."""
    async with unit_of_work():
        await claim(meeting_id)
        stop(await _refuse_leaving(meeting_id))
        await service_room.next_item(actor, meeting_id, after=after)


async def _refuse_leaving(meeting_id: int) -> RoundRefusal | None:
    going = await Question.of_meeting(meeting_id).filter(state=QuestionState.OPEN).exists()
    return RoundRefusal.QUESTION_OPEN if going else None


async def end_meeting(actor: Actor, meeting_id: int) -> None:
    """Close the meeting; unpublished results are published with it, undecided matters go back to the council."""
    async with unit_of_work():
        meeting = await claim(meeting_id)
        stop(await _refuse_leaving(meeting_id))
        await service_room.end(actor, meeting_id)
        await questions.finish_questions(meeting_id)
        await give_back(actor, meeting)


async def _settle_votes(meeting: Meeting) -> None:
    """No meeting is called off under an open vote; results that wait are published with its end."""
    stop(await _refuse_leaving(meeting.id))
    await questions.finish_questions(meeting.id)


plug_called_off(_settle_votes)
