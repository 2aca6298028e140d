"""What people do in the round: post, join, note, bring back, report. With service_chair the only writer here."""

from tortoise.exceptions import IntegrityError

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.meetings import service_room
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import Channel, ItemState
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_rights import Act, refuse_act
from linyue.meetings.rules_speakers import Stance
from linyue.meetings.service import claim, stop, topic_of
from linyue.meetings.service_room import check_in
from linyue.rounds import rules
from linyue.rounds.events import GroupsChanged, NoteSaved, PointsChanged, TopicsChanged
from linyue.rounds.model import Group, GroupMember, GroupNote, Point, PostReport, Topic
from linyue.rounds.rules import PostKind, RoundRefusal


async def enter(actor: Actor, meeting_id: int) -> tuple[Meeting, Link | None]:
    """Take the meeting, and count the person as present: taking part is being there. Only inside a unit of work.

    Raises Refused(NOT_ON_ROLL) for anybody who is not on the roll of the place.
    """
    await check_in(actor, meeting_id, Channel.ONLINE)
    meeting = await claim(meeting_id)
    item = await AgendaItem.get_or_none(meeting_id=meeting_id, state=ItemState.NOW)
    return meeting, item.link if item else None


async def post_topic(actor: Actor, meeting_id: int, text: str) -> Topic:
    """Put a topic on the wall."""
    async with unit_of_work() as uow:
        meeting, link = await enter(actor, meeting_id)
        assert actor.person_id is not None
        mine = await Topic.filter(meeting_id=meeting_id, author_id=actor.person_id).count()
        stop(rules.refuse_topic(meeting.state, link, text, mine), field="text", most=rules.TOPICS_EACH)
        topic = await Topic.create(
            meeting_id=meeting_id, author_id=actor.person_id, text=text.strip(), posted_at=clock.now()
        )
        uow.publish(topic_of(meeting_id), TopicsChanged(meeting_id, meeting.version))
    return topic


async def join_group(actor: Actor, meeting_id: int, group_id: int) -> None:
    """Sit down with a group, leaving the one before: anybody may move at any time."""
    async with unit_of_work() as uow:
        meeting, link = await enter(actor, meeting_id)
        assert actor.person_id is not None
        stop(rules.refuse_now(meeting.state, link, rules.JOINING))
        if not await Group.filter(id=group_id, meeting_id=meeting_id).exists():
            raise NotFound()
        moved = await GroupMember.filter(meeting_id=meeting_id, person_id=actor.person_id).update(
            group_id=group_id, joined_at=clock.now()
        )
        if not moved:
            await GroupMember.create(
                meeting_id=meeting_id, group_id=group_id, person_id=actor.person_id, joined_at=clock.now()
            )
        uow.publish(topic_of(meeting_id), GroupsChanged(meeting_id, meeting.version, (actor.person_id,)))


async def leave_group(actor: Actor, meeting_id: int) -> None:
    """Get up and walk about."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        assert actor.person_id is not None
        left = await GroupMember.filter(meeting_id=meeting_id, person_id=actor.person_id).delete()
        stop(None if left else RoundRefusal.NOT_IN_GROUP)
        uow.publish(topic_of(meeting_id), GroupsChanged(meeting_id, meeting.version, (actor.person_id,)))


async def is_member(group_id: int, person_id: int | None) -> bool:
    """Whether somebody sits in a group now."""
    return person_id is not None and await GroupMember.filter(group_id=group_id, person_id=person_id).exists()


async def save_note(actor: Actor, meeting_id: int, group_id: int, seen: int, text: str) -> GroupNote:
    """Save the group's note over the version the writer saw; Refused(NOTE_CHANGED) when there is a newer one."""
    try:
        async with unit_of_work() as uow:
            meeting, link = await enter(actor, meeting_id)
            assert actor.person_id is not None
            stop(rules.refuse_now(meeting.state, link, rules.NOTING))
            group = await Group.get_or_none(id=group_id, meeting_id=meeting_id)
            if group is None:
                raise NotFound()
            last = await GroupNote.newest(group_id).first()
            newest = last.version if last else 0
            sits_here = await is_member(group_id, actor.person_id)
            limit = meeting.plan.note_letters
            stop(rules.refuse_note(seen, newest, sits_here, text, limit), field="text", limit=limit)
            note = await GroupNote.create(
                group_id=group_id, version=newest + 1, text=text, author_id=actor.person_id, saved_at=clock.now()
            )
            uow.publish(topic_of(meeting_id), NoteSaved(meeting_id, meeting.version, group_id))
        return note
    except IntegrityError as error:  # two writers at once: the version is unique, the second keeps their text
        raise Refused(RoundRefusal.NOTE_CHANGED, field="text") from error


async def bring_back(actor: Actor, meeting_id: int, group_id: int, text: str, stance: Stance) -> Point:
    """A member brings one point of the group back to everybody."""
    async with unit_of_work() as uow:
        meeting, link = await enter(actor, meeting_id)
        assert actor.person_id is not None
        stop(rules.refuse_now(meeting.state, link, rules.NOTING))
        if not await Group.filter(id=group_id, meeting_id=meeting_id).exists():
            raise NotFound()
        stop(None if await is_member(group_id, actor.person_id) else RoundRefusal.NOT_IN_GROUP)
        stop(rules.refuse_text(text, rules.POINT_LETTERS), field="text")
        brought = await Point.filter(group_id=group_id).count()
        stop(RoundRefusal.POINTS_USED if brought >= rules.POINTS_EACH else None, most=rules.POINTS_EACH)
        point = await Point.create(
            meeting_id=meeting_id,
            group_id=group_id,
            author_id=actor.person_id,
            stance=stance,
            text=text.strip(),
            brought_at=clock.now(),
        )
        uow.publish(topic_of(meeting_id), PointsChanged(meeting_id, meeting.version))
    return point


async def find_post(meeting_id: int, kind: PostKind, post_id: int) -> Topic | GroupNote | Point:
    """A post of this meeting. Raises NotFound."""
    found: Topic | GroupNote | Point | None
    if kind is PostKind.TOPIC:
        found = await Topic.get_or_none(id=post_id, meeting_id=meeting_id)
    elif kind is PostKind.POINT:
        found = await Point.get_or_none(id=post_id, meeting_id=meeting_id)
    else:
        found = await GroupNote.get_or_none(id=post_id, group__meeting_id=meeting_id)
    if found is None:
        raise NotFound()
    return found


async def report_post(actor: Actor, meeting_id: int, kind: PostKind, post_id: int, reason: str) -> None:
    """Tell the chair that a post should not stand, and why. A second report of the same person changes nothing."""
    async with unit_of_work() as uow:
        meeting = await claim(meeting_id)
        assert actor.person_id is not None
        item = await service_room.now_item(meeting_id)
        stop(refuse_act(Act.REPORT_POST, meeting.state, item.link if item else None))
        stop(rules.refuse_text(reason, rules.REASON_LETTERS) and RoundRefusal.NO_REASON, field="reason")
        await find_post(meeting_id, kind, post_id)
        mine = PostReport.filter(kind=kind, post_id=post_id, person_id=actor.person_id)
        if not await mine.exists():
            await PostReport.create(
                meeting_id=meeting_id,
                kind=kind,
                post_id=post_id,
                person_id=actor.person_id,
                reason=reason.strip(),
                reported_at=clock.now(),
            )
        await uow.audit(actor, "round.report", f"{kind.value}:{post_id}", meeting=meeting_id)
        uow.publish(topic_of(meeting_id), TopicsChanged(meeting_id, meeting.version))
