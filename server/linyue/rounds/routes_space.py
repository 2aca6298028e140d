"""Open space on a phone: a group and its duties, topics that join or are taken back, motions, the wall."""

from typing import Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import BaseRefusal, NotFound, Refused
from linyue.base.forms import Form, FormModel, empty, read_form
from linyue.base.pages import redirect, render
from linyue.base.routing import actor_of, page
from linyue.meetings.acting import acting
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_rights import Act
from linyue.rounds import service_groups, service_merge, service_motions, service_walls
from linyue.rounds.entry import taking_part
from linyue.rounds.finding import acts_of, find_meeting, find_room, group_of, to_room, view_of
from linyue.rounds.model import Group, Motion
from linyue.rounds.pages import GroupPage, MergePage, WallPage, WritePage, wall_of
from linyue.rounds.rules_space import Duty, MergeState
from linyue.rounds.service_you import your_state


class DutyForm(FormModel):
    """Which duty, and who is to have it; empty: oneself."""

    duty: Duty
    person: str = Field(default="", max_length=24)


class MergeForm(FormModel):
    """The topic to join."""

    into: int = Field(gt=0)


class AnswerForm(FormModel):
    """An author's answer."""

    agrees: Literal["yes", "no"]


class MotionForm(FormModel):
    """One sentence to be decided."""

    text: str = Field(default="", max_length=2000)
    text_en: str = Field(default="", max_length=2000)


async def group_page(request: Request) -> Response:
    """One group: its topic, its convener and recorder, who sits there, what it moved."""
    meeting = await find_room(request)
    return render(request, "rounds/group.html", await _group(request, meeting, None))


async def _group(request: Request, meeting: Meeting, form: Form[DutyForm] | None) -> GroupPage:
    room, person_id = await view_of(request, meeting), actor_of(request).person_id
    group = group_of(room, request)
    row = await Group.get(id=group["group"]).select_related("topic__author")
    seats = await service_groups.member_ids(row.id)
    _, you = await your_state(meeting.id, person_id)
    acts = await acts_of(request, meeting, room, is_on_roll=you["is_on_roll"])
    is_mine, is_time = person_id in seats, Act.LEAD_GROUP in acts
    leads = person_id is not None and (
        person_id == row.convener_id or await service_groups.chairs(meeting.id, person_id)
    )
    holders = {Duty.CONVENER: row.convener_id, Duty.RECORDER: row.recorder_id}
    gives = [duty.value for duty, holder in holders.items() if is_time and (leads or holder == person_id)]
    takes = [
        duty.value
        for duty, holder in holders.items()
        if is_time and is_mine and holder != person_id and (holder not in seats or leads)
    ]
    own = await Motion.filter(meeting_id=meeting.id, author_id=person_id).values_list("id", flat=True)
    return GroupPage(
        room=room,
        you=you,
        group=group,
        author=row.topic.author.display_name,
        members=[(one.public_id, one.name) for one in await service_groups.seated(row.id)],
        is_mine=is_mine,
        may_give=gives if person_id is not None else [],
        may_take=takes,
        motions=[one for one in room.motions if one["group"] == group["label"]],
        own_motions=[int(str(one)) for one in own] if person_id is not None else [],
        may_move=is_mine and Act.MOVE in acts,
        acts=acts,
        form=form,
    )


def _to_group(meeting: Meeting, group_id: int, flash: str) -> Response:
    return redirect(f"/live/{meeting.join_code}/groups/{group_id}", flash=flash)


async def hold_duty(request: Request) -> Response:
    """Take a duty, or give it to a member."""
    meeting, form = await find_room(request), await read_form(request, DutyForm)
    group_id = request.path_params["group_id"]
    if form.value is not None:
        sent = form.value
        try:
            await service_groups.hold_duty(actor_of(request), meeting.id, group_id, sent.duty, sent.person)
            return _to_group(meeting, group_id, "rounds-flash-duty")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return render(request, "rounds/group.html", await _group(request, meeting, form), status=422)


async def merge_page(request: Request) -> Response:
    """Which topic should this one join?"""
    meeting = await find_room(request)
    return render(request, "rounds/merge.html", await _merge(request, meeting, empty()))


async def _merge(request: Request, meeting: Meeting, form: Form[MergeForm] | None) -> MergePage:
    room, wanted = await view_of(request, meeting), request.path_params["topic_id"]
    topic = next((one for one in room.topics if one["topic"] == wanted), None)
    if topic is None:
        raise NotFound()
    others = [one for one in room.topics if one["topic"] != wanted and one["hidden"] is None]
    return MergePage(room, topic, [(str(one["topic"]), one["text"]) for one in others], form)


async def ask_merge(request: Request) -> Response:
    """Ask the authors of both."""
    meeting, form = await find_room(request), await read_form(request, MergeForm)
    if form.value is not None:
        topic_id = request.path_params["topic_id"]
        try:
            merge = await service_merge.ask_merge(actor_of(request), meeting.id, topic_id, form.value.into)
            joined = merge.state is MergeState.AGREED
            return to_room(meeting, "rounds-flash-merged" if joined else "rounds-flash-merge-asked")
        except Refused as refusal:
            form.refuse(request.state.prefs.lang, refusal)
    return render(request, "rounds/merge.html", await _merge(request, meeting, form), status=422)


async def answer_merge(request: Request) -> Response:
    """Agree that the topics join, or not."""
    meeting, form = await find_room(request), await read_form(request, AnswerForm)
    if form.value is None:
        raise Refused(BaseRefusal.BAD_FORM)
    merge_id, agrees = request.path_params["merge_id"], form.value.agrees == "yes"
    merge = await service_merge.answer_merge(actor_of(request), meeting.id, merge_id, agrees)
    return to_room(meeting, f"rounds-flash-merge-{merge.state.value}")


async def separate_topic(request: Request) -> Response:
    """Take one's topic out of another again."""
    meeting = await find_room(request)
    await service_merge.separate_own(actor_of(request), meeting.id, request.path_params["topic_id"])
    return to_room(meeting, "rounds-flash-separated")


async def recall_topic(request: Request) -> Response:
    """Take one's topic off the wall."""
    meeting = await find_room(request)
    await service_merge.recall_topic(actor_of(request), meeting.id, request.path_params["topic_id"])
    return to_room(meeting, "rounds-flash-recalled")


async def motion_page(request: Request) -> Response:
    """The group's topic as one sentence to decide."""
    meeting = await find_room(request)
    return render(request, "rounds/write.html", await _motion(request, meeting, None))


async def _motion(request: Request, meeting: Meeting, form: Form[MotionForm] | None) -> WritePage:
    room = await view_of(request, meeting)
    group = group_of(room, request)
    return WritePage(room, form, group, "motion", f"/live/{meeting.join_code}/groups/{group['group']}/motions")


async def move(request: Request) -> Response:
    """Move that the meeting decides it."""
    meeting, form = await find_room(request), await read_form(request, MotionForm)
    group_id, sent = request.path_params["group_id"], form.value or MotionForm()
    try:
        await service_motions.move(actor_of(request), meeting.id, group_id, sent.text, sent.text_en)
    except Refused as refusal:
        form.refuse(request.state.prefs.lang, refusal)
        return render(request, "rounds/write.html", await _motion(request, meeting, form), status=422)
    return _to_group(meeting, group_id, "rounds-flash-moved")


async def drop_motion(request: Request) -> Response:
    """Take one's motion back."""
    meeting = await find_room(request)
    await service_motions.drop_motion(actor_of(request), meeting.id, request.path_params["motion_id"])
    return to_room(meeting, "rounds-flash-motion-dropped")


async def wall_page(request: Request) -> Response:
    """All topics, groups and notes of a meeting: while it runs, and after."""
    meeting = await find_meeting(request)
    room = await view_of(request, meeting)
    shown = WallPage(
        room=room,
        groups=wall_of(room, await service_walls.notes(meeting.id)),
        loose=[one for one in room.topics if one["state"] == "posted"],
        is_live=meeting.state is not MeetingState.ENDED,
        made_at=clock.now(),
    )
    return render(request, "rounds/wall.html", shown)


_ROOM = "/live/{code}"
_GROUP = f"{_ROOM}/groups/{{group_id:int}}"
_TOPIC = f"{_ROOM}/topics/{{topic_id:int}}"
ROUTES: list[BaseRoute] = [
    page(_GROUP, group_page, action="rounds.watch"),
    acting(f"{_GROUP}/duty", taking_part(hold_duty), act=Act.LEAD_GROUP),
    page(f"{_GROUP}/motions/new", motion_page, action="rounds.take_part"),
    acting(f"{_GROUP}/motions", taking_part(move), act=Act.MOVE),
    acting(f"{_ROOM}/motions/{{motion_id:int}}/drop", drop_motion, act=Act.MOVE),
    page(f"{_TOPIC}/merge", merge_page, action="rounds.take_part"),
    acting(f"{_TOPIC}/merge", taking_part(ask_merge), act=Act.AGREE_MERGE),
    acting(f"{_TOPIC}/separate", taking_part(separate_topic), act=Act.AGREE_MERGE),
    acting(f"{_TOPIC}/recall", taking_part(recall_topic), act=Act.AGREE_MERGE),
    acting(f"{_ROOM}/merges/{{merge_id:int}}", taking_part(answer_merge), act=Act.AGREE_MERGE),
    page("/meetings/{public_id}/wall", wall_page, action="rounds.watch"),
]
