"""What people do in the round: post, join, note, bring back, report. With service_chair the only writer here."""

from dataclasses import dataclass

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.meetings import service_room
from linyue.meetings.model import FloorEntry, HandedIn, Meeting
from linyue.meetings.rules_floor import EntryKind
from linyue.meetings.rules_hand_in import HandedKind
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_rights import Act, Part, refuse_act, refuse_part
from linyue.meetings.rules_speakers import Stance
from linyue.meetings.service import claim, stop, topic_of
from linyue.meetings.service_floor import stop_unaccepted
from linyue.meetings.service_room import check_in
from linyue.rounds import rules, rules_notes
from linyue.rounds.events import GroupsChanged, NoteSaved, PointsChanged, TopicsChanged
from linyue.rounds.model import Group, GroupMember, GroupNote, Motion, Point, PostReport, PostShownAgain, Topic
from linyue.rounds.rules import PostKind, RoundRefusal
from linyue.rounds.rules_notes import merge_notes, tidy


@dataclass(frozen=True, slots=True)
class HiddenPost:
    """What the chair has taken from view, and why."""

    kind: PostKind
    post_id: int
    text: str
    reason: str


async def enter(actor: Actor, meeting_id: int, act: Act) -> tuple[Meeting, Link | None]:
    """Take the meeting for an act of the roll, and count the person as present: taking part is being there.

    Only inside a unit of work. Raises Refused(NOT_ON_ROLL) for anybody who is not on the roll of the place,
    Refused(NOT_ACCEPTED) for somebody who has not accepted the rules of order, Refused(NOT_NOW) where the table of
    rights has no place for the act in the step under way.
    """
    await check_in(actor, meeting_id)
    meeting = await claim(meeting_id)
    stop(refuse_part(act, [Part.VOTER]))
    await stop_unaccepted(actor.person_id, meeting)
    item = await service_room.now_item(meeting_id)
    link = item.link if item else None
    stop(refuse_act(act, meeting.state, link))
    return meeting, link


async def post_topic(actor: Actor, meeting_id: int, text: str) -> Topic:
    """Put a topic on the wall."""
    async with unit_of_work() as uow:
        meeting, _ = await enter(actor, meeting_id, Act.POST_TOPIC)
        assert actor.person_id is not None
        topic = await put_topic(meeting_id, actor.person_id, text)
        uow.publish(topic_of(meeting_id), TopicsChanged(meeting_id, meeting.version))
    return topic


async def put_topic(meeting_id: int, author_id: int, text: str) -> Topic:
    """A topic of somebody who may post one. Only inside a unit of work that has claimed the meeting."""
    mistaken = await HandedIn.back_again(meeting_id, HandedKind.TOPIC)
    mine = await Topic.filter(meeting_id=meeting_id, author_id=author_id, id__not_in=mistaken).count()
    stop(rules.refuse_topic(text, mine), field="text", most=rules.TOPICS_EACH)
    return await Topic.create(meeting_id=meeting_id, author_id=author_id, text=text.strip(), posted_at=clock.now())


async def join_group(actor: Actor, meeting_id: int, group_id: int) -> None:
    """Sit down with a group, leaving the one before: anybody may move at any time."""
    async with unit_of_work() as uow:
        meeting, _ = await enter(actor, meeting_id, Act.JOIN_GROUP)
        assert actor.person_id is not None
        await sit_down(meeting_id, group_id, actor.person_id)
        uow.publish(topic_of(meeting_id), GroupsChanged(meeting_id, meeting.version, (actor.person_id,)))


async def sit_down(meeting_id: int, group_id: int, person_id: int) -> int | None:
    """Give somebody a seat at a group, taken from the one before. Inside a unit of work; raises NotFound.

    The answer is the group they sat with until now, 0 for none; None where they sit there already.
    """
    if not await Group.filter(id=group_id, meeting_id=meeting_id).exists():
        raise NotFound()
    seat, now = await GroupMember.get_or_none(meeting_id=meeting_id, person_id=person_id), clock.now()
    if seat is None:
        await GroupMember.create(meeting_id=meeting_id, group_id=group_id, person_id=person_id, joined_at=now)
        return 0
    if seat.group_id == group_id:
        return None
    await GroupMember.filter(id=seat.id).update(group_id=group_id, joined_at=now)
    await lay_down_pen(meeting_id, person_id, but=group_id)
    return seat.group_id


async def leave_group(actor: Actor, meeting_id: int) -> None:
    """Get up and walk about."""
    async with unit_of_work() as uow:
        meeting, _ = await enter(actor, meeting_id, Act.LEAVE_GROUP)
        assert actor.person_id is not None
        left = await GroupMember.filter(meeting_id=meeting_id, person_id=actor.person_id).delete()
        stop(None if left else RoundRefusal.NOT_IN_GROUP)
        await lay_down_pen(meeting_id, actor.person_id)
        uow.publish(topic_of(meeting_id), GroupsChanged(meeting_id, meeting.version, (actor.person_id,)))


async def lay_down_pen(meeting_id: int, person_id: int, but: int = 0) -> None:
    """Whoever gets up from a group keeps its note no longer; another member may. Only inside a unit of work."""
    await Group.filter(meeting_id=meeting_id, recorder_id=person_id).exclude(id=but).update(recorder_id=None)


async def is_member(group_id: int, person_id: int | None) -> bool:
    """Whether somebody sits in a group now."""
    return person_id is not None and await GroupMember.filter(group_id=group_id, person_id=person_id).exists()


async def save_note(
    actor: Actor, meeting_id: int, group_id: int, seen: int, text: str, base: str | None = None
) -> GroupNote:
    """Save the group's note as written over the version `seen`; what others saved meanwhile is merged in, line by line.

    `base`: what the writer last knew to be stored, where that is not a version of its own (a page that saves as one
    types). The answer is the newest version: its text may hold more than was sent, and is an old one when nothing is
    new. Refused(NOTE_CHANGED) when both reworded one line: nothing is stored, and the refusal carries `merged`, the
    text with both wordings, `version`, over which it may be saved, and what is `stored` there.
    """
    async with unit_of_work() as uow:
        meeting, _ = await enter(actor, meeting_id, Act.WRITE_NOTE)
        assert actor.person_id is not None
        if not await Group.filter(id=group_id, meeting_id=meeting_id).exists():
            raise NotFound()
        last = await GroupNote.newest(group_id).first()
        newest = last.version if last else 0
        stored, typed = _shown(last), tidy(text)
        limit, sits_here = meeting.plan.note_letters, await is_member(group_id, actor.person_id)
        is_hidden = last is not None and last.hidden_at is not None
        if base is not None or seen < newest or is_hidden:  # words taken from view do not come back with an old form
            over = await _written(group_id, seen) if base is None else base
            merged = merge_notes(over, stored, typed)
            if merged.is_clash and sits_here:
                both = {"merged": merged.text, "version": newest, "stored": stored}
                raise Refused(RoundRefusal.NOTE_CHANGED, field="text", **both)
            typed = merged.text
        stop(rules_notes.refuse_note(sits_here, typed, limit), field="text", limit=limit)
        if last is not None and typed == stored and not is_hidden:
            return last
        note = await GroupNote.create(
            group_id=group_id, version=newest + 1, text=typed, author_id=actor.person_id, saved_at=clock.now()
        )
        uow.publish(topic_of(meeting_id), NoteSaved(meeting_id, meeting.version, group_id))
    return note


async def _written(group_id: int, version: int) -> str:
    """What a form of this version was filled with, even where it was taken from view since."""
    note = await GroupNote.get_or_none(group_id=group_id, version=version)
    return "" if note is None else tidy(note.text)


def _shown(note: GroupNote | None) -> str:
    """What the group reads of a version: nothing of one that was taken from view."""
    return "" if note is None or note.hidden_at is not None else tidy(note.text)


async def bring_back(actor: Actor, meeting_id: int, group_id: int, text: str, stance: Stance) -> Point:
    """A member brings one point of the group back to everybody."""
    async with unit_of_work() as uow:
        meeting, _ = await enter(actor, meeting_id, Act.WRITE_NOTE)
        assert actor.person_id is not None
        if not await Group.filter(id=group_id, meeting_id=meeting_id).exists():
            raise NotFound()
        stop(None if await is_member(group_id, actor.person_id) else RoundRefusal.NOT_IN_GROUP)
        point = await put_point(meeting_id, group_id, actor.person_id, text, stance)
        uow.publish(topic_of(meeting_id), PointsChanged(meeting_id, meeting.version))
    return point


async def put_point(meeting_id: int, group_id: int, author_id: int, text: str, stance: Stance) -> Point:
    """A point of a group by somebody who sits there. Only inside a unit of work that has claimed the meeting."""
    stop(rules.refuse_text(text, rules.POINT_LETTERS), field="text")
    mistaken = await HandedIn.back_again(meeting_id, HandedKind.POINT)
    brought = await Point.filter(group_id=group_id, id__not_in=mistaken).count()
    stop(RoundRefusal.POINTS_USED if brought >= rules.POINTS_EACH else None, most=rules.POINTS_EACH)
    return await Point.create(
        meeting_id=meeting_id,
        group_id=group_id,
        author_id=author_id,
        stance=stance,
        text=text.strip(),
        brought_at=clock.now(),
    )


async def find_post(meeting_id: int, kind: PostKind, post_id: int) -> Topic | GroupNote | Point | Motion | FloorEntry:
    """A post of this meeting. Raises NotFound."""
    found: Topic | GroupNote | Point | Motion | FloorEntry | None
    if kind is PostKind.TOPIC:
        found = await Topic.get_or_none(id=post_id, meeting_id=meeting_id)
    elif kind is PostKind.MOTION:
        found = await Motion.get_or_none(id=post_id, meeting_id=meeting_id)
    elif kind is PostKind.POINT:
        found = await Point.get_or_none(id=post_id, meeting_id=meeting_id)
    elif kind is PostKind.ORDER:
        found = await FloorEntry.get_or_none(id=post_id, meeting_id=meeting_id, kind=EntryKind.POINT)
    else:
        found = await GroupNote.get_or_none(id=post_id, group__meeting_id=meeting_id)
    if found is None:
        raise NotFound()
    return found


async def text_of_post(report: PostReport) -> str:
    """The words a report is about, for the chair."""
    return (await find_post(report.meeting_id, report.kind, report.post_id)).text


async def hidden_posts(meeting_id: int) -> list[HiddenPost]:
    """What the chair has hidden in a meeting and can show again, by kind and in the order in which it was written.

    What the desk took back is not the chair's to show: see the desk's own list.
    """
    of = {"meeting_id": meeting_id, "hidden_at__isnull": False}
    mistaken = {kind: await HandedIn.back_again(meeting_id, kind) for kind in (HandedKind.TOPIC, HandedKind.POINT)}
    notes = {"group__meeting_id": meeting_id, "hidden_at__isnull": False}
    found: list[HiddenPost] = []
    for kind, rows in (
        (PostKind.TOPIC, await Topic.filter(id__not_in=mistaken[HandedKind.TOPIC], **of).order_by("id")),
        (PostKind.NOTE, await GroupNote.filter(**notes).order_by("id")),
        (PostKind.POINT, await Point.filter(id__not_in=mistaken[HandedKind.POINT], **of).order_by("id")),
        (PostKind.MOTION, await Motion.filter(**of).order_by("id")),
        (PostKind.ORDER, await FloorEntry.filter(kind=EntryKind.POINT, **of).order_by("id")),
    ):
        found += [HiddenPost(kind, row.id, row.text, row.hidden_reason) for row in rows]
    return found


async def shown_again(meeting_id: int) -> list[PostShownAgain]:
    """What was hidden and shown again, with both reasons, in order."""
    return await PostShownAgain.filter(meeting_id=meeting_id).order_by("id")


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
