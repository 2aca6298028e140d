"""Topics about one thing join when all their authors have agreed; authors may take theirs back."""

from tortoise.expressions import Q

from linyue.base import clock
from linyue.base.db import current_work, unit_of_work
from linyue.base.errors import NotFound
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.meetings.model import Meeting
from linyue.meetings.rules_rights import Act, refuse_act
from linyue.meetings.service import claim, stop, topic_of
from linyue.meetings.service_room import now_item
from linyue.rounds import rules, rules_space
from linyue.rounds.events import TopicsChanged
from linyue.rounds.model import Topic, TopicConsent, TopicMerge
from linyue.rounds.rules import RoundRefusal, TopicState
from linyue.rounds.rules_space import MergeState, SpaceRefusal
from linyue.rounds.service import enter
from linyue.rounds.service_groups import chairs


async def ask_merge(actor: Actor, meeting_id: int, topic_id: int, into_id: int) -> TopicMerge:
    """Ask that one topic joins another. Whoever asks agrees to it as an author; they join once all authors have.

    Asked are the authors of both topics and of everything that joined them before. The chair or an author asks.
    """
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        item, is_chair = await now_item(meeting_id), await chairs(meeting_id, actor.person_id)
        act = Act.SETTLE_TOPICS if is_chair else Act.AGREE_MERGE
        stop(refuse_act(act, meeting.state, item.link if item else None))
        one, other = await topic_in(meeting_id, topic_id), await topic_in(meeting_id, into_id)
        stop(rules.refuse_merge(one.state, other.state, one.id == other.id))
        authors = await authors_of(one.id, other.id)
        refusal = rules_space.refuse_asking(
            is_author=actor.person_id in authors,
            is_chair=is_chair,
            is_asked=await TopicMerge.asked_in(meeting_id).filter(topic_id=topic_id).exists(),
        )
        stop(refusal)
        now = clock.now()
        assert actor.person_id is not None
        merge = await TopicMerge.create(
            meeting_id=meeting_id, topic_id=one.id, into_id=other.id, asked_by_id=actor.person_id, asked_at=now
        )
        for author_id in sorted(authors):
            own = author_id == actor.person_id
            await TopicConsent.create(
                merge_id=merge.id, person_id=author_id, agrees=own or None, answered_at=now if own else None
            )
        await tell(
            authors - {actor.person_id},
            "rounds-told-merge",
            link=f"/live/{meeting.join_code}",
            one_zh=one.text,
            one_en=one.text,
            other_zh=other.text,
            other_en=other.text,
        )
        await uow.audit(actor, "round.ask_merge", f"topic:{topic_id}", into=into_id)
        await _settle(actor, meeting, merge)
    return await TopicMerge.get(id=merge.id)


async def answer_merge(actor: Actor, meeting_id: int, merge_id: int, agrees: bool) -> TopicMerge:
    """An author agrees that the topics join, or does not; the last yes joins them, one no ends it."""
    async with unit_of_work() as uow:
        meeting, _ = await enter(actor, meeting_id, Act.AGREE_MERGE)
        merge = await TopicMerge.get_or_none(id=merge_id, meeting_id=meeting_id)
        if merge is None:
            raise NotFound()
        stop(SpaceRefusal.NOT_ASKED if merge.state is not MergeState.ASKED else None)
        mine = TopicConsent.filter(merge_id=merge_id, person_id=actor.person_id)
        stop(None if await mine.exists() else SpaceRefusal.NOT_AN_AUTHOR)
        await mine.update(agrees=agrees, answered_at=clock.now())
        await uow.audit(actor, "round.answer_merge", f"topic:{merge.topic_id}", agrees=agrees)
        await _settle(actor, meeting, merge)
    return await TopicMerge.get(id=merge_id)


async def _settle(actor: Actor, meeting: Meeting, merge: TopicMerge) -> None:
    """Join the topics when everybody has agreed, or let it be. Only inside a unit of work that has the meeting."""
    uow = current_work()
    assert uow is not None
    answers = [one.agrees for one in await TopicConsent.filter(merge_id=merge.id)]
    state = rules_space.merge_state(answers)
    if state is MergeState.AGREED:
        one, other = await Topic.get(id=merge.topic_id), await Topic.get(id=merge.into_id)
        if rules.refuse_merge(one.state, other.state, one.id == other.id) is not None:
            state = MergeState.LAPSED  # one of them found another place meanwhile
        else:
            await Topic.filter(merged_into_id=one.id).update(merged_into_id=other.id)
            await Topic.filter(id=one.id).update(state=TopicState.MERGED, merged_into_id=other.id)
            await uow.audit(actor, "round.merge", f"topic:{one.id}", into=other.id)
    if state is not MergeState.ASKED:
        await TopicMerge.filter(id=merge.id).update(state=state, settled_at=clock.now())
    uow.publish(topic_of(meeting.id), TopicsChanged(meeting.id, meeting.version))


async def separate_own(actor: Actor, meeting_id: int, topic_id: int) -> None:
    """An author takes their topic out of another again: who agreed may change their mind."""
    async with unit_of_work() as uow:
        meeting, _ = await enter(actor, meeting_id, Act.AGREE_MERGE)
        topic = await topic_in(meeting_id, topic_id)
        stop(None if topic.author_id == actor.person_id else SpaceRefusal.NOT_AN_AUTHOR)
        mine = Topic.filter(id=topic_id, state=TopicState.MERGED)
        stop(None if await mine.update(state=TopicState.POSTED, merged_into_id=None) else RoundRefusal.NOT_POSTED)
        await uow.audit(actor, "round.separate", f"topic:{topic_id}")
        uow.publish(topic_of(meeting_id), TopicsChanged(meeting_id, meeting.version))


async def recall_topic(actor: Actor, meeting_id: int, topic_id: int) -> None:
    """An author takes their topic off the wall; what had joined it stands there by itself again."""
    async with unit_of_work() as uow:
        meeting, _ = await enter(actor, meeting_id, Act.AGREE_MERGE)
        topic = await topic_in(meeting_id, topic_id)
        stop(rules_space.refuse_recall(topic.state, topic.author_id == actor.person_id))
        await take_off_wall(topic_id)
        await uow.audit(actor, "round.recall", f"topic:{topic_id}")
        uow.publish(topic_of(meeting_id), TopicsChanged(meeting_id, meeting.version))


async def take_off_wall(topic_id: int) -> None:
    """A topic is gone; what had joined it stands by itself again. Only inside a unit of work."""
    await Topic.filter(id=topic_id).update(state=TopicState.DROPPED)
    await Topic.filter(merged_into_id=topic_id).update(state=TopicState.POSTED, merged_into_id=None)
    await lapse(topic_id)


async def lapse(topic_id: int) -> None:
    """Nobody is asked any longer about a topic that went elsewhere. Only inside a unit of work."""
    open_ones = TopicMerge.filter(Q(topic_id=topic_id) | Q(into_id=topic_id), state=MergeState.ASKED)
    await open_ones.update(state=MergeState.LAPSED, settled_at=clock.now())


async def topic_in(meeting_id: int, topic_id: int) -> Topic:
    """A topic of this meeting. Raises NotFound."""
    topic = await Topic.get_or_none(id=topic_id, meeting_id=meeting_id)
    if topic is None:
        raise NotFound()
    return topic


async def authors_of(*topic_ids: int) -> set[int]:
    """Everybody whose words stand in these topics: their authors and those of what joined them."""
    rows = Topic.filter(Q(id__in=topic_ids) | Q(merged_into_id__in=topic_ids))
    return {int(str(one)) for one in await rows.values_list("author_id", flat=True)}


async def waiting_for(meeting_id: int, person_id: int | None) -> list[int]:
    """Mergings that wait for this person's answer, by id."""
    if person_id is None:
        return []
    rows = TopicConsent.filter(merge__meeting_id=meeting_id, merge__state=MergeState.ASKED, person_id=person_id)
    return [int(str(one)) for one in await rows.filter(agrees__isnull=True).values_list("merge_id", flat=True)]
