"""The table of rights, walked whole: every act in every phase by everybody, through the policy and the real services."""

import copy
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import NOBODY, Actor, Role, allow
from linyue.meetings import service, service_agenda, service_floor, service_room, service_speakers
from linyue.meetings.model import AgendaItem, Attendance, Meeting, MeetingOffice
from linyue.meetings.rules import Channel, ItemState, MeetingRefusal, MeetingState
from linyue.meetings.rules_floor import FloorRefusal, rules_version
from linyue.meetings.rules_plan import VOTING, Link, Office
from linyue.meetings.rules_rights import RIGHTS, STEPS, Act, Part, Phase, RightRefusal, may, phase_of
from linyue.meetings.rules_speakers import SpeakerRefusal, Stance
from linyue.meetings.rules_stages import sitting_of
from linyue.meetings.templates import load_data
from linyue.people.model import Person
from linyue.people.service_roles import grant_role
from linyue.questions import service as questions
from linyue.questions.model import Question
from linyue.questions.rules import RuleSpec
from linyue.rounds import service as rounds
from linyue.rounds import service_chair, service_groups, service_merge, service_motions
from linyue.rounds.model import Group, Topic
from linyue.rounds.rules import PostKind, RoundRefusal, TopicState
from linyue.rounds.rules_space import Duty
from tests.conftest import MovableClock
from tests.make.meetings import make_meeting
from tests.make.people import actor_for, make_person

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]

DENIED = {
    RightRefusal.NOT_NOW, RoundRefusal.NOT_NOW, RoundRefusal.NOT_RUNNING, SpeakerRefusal.NOT_RUNNING,
    FloorRefusal.NOT_RUNNING, MeetingRefusal.NOT_DRAFT, MeetingRefusal.NOT_ANNOUNCED, MeetingRefusal.NOT_RUNNING,
    MeetingRefusal.ENDED, MeetingRefusal.NOT_ON_ROLL, MeetingRefusal.QUORUM_THERE,
}  # fmt: skip
"""Refusals that say: not in this step, or not you. Any other answer means that the act itself is open to them."""


LETTERS = "DAocpmgkrhtvxE"
"""Draft, Announced, opening, call, topics, market, groups, consensus, report, hear, talk, vote, action, Ended."""
RUNS = "ocpmgkrhtvx"
WRITTEN = {
    "compose": ("D", "chair council"),
    "announce": ("D", "chair council"),
    "give_office": ("DA" + RUNS, "chair council"),
    "tick_roll": ("A" + RUNS, "chair recorder teller worker"),
    "enter": ("A" + RUNS, "voter"),
    "start": ("A", "chair"),
    "adjourn": ("o", "chair"),
    "post_topic": ("cp", "voter"),
    "settle_topics": ("cpmg", "chair"),
    "join_group": ("mg", "voter"),
    "agree_merge": ("cpmg", "voter"),
    "dot_topics": ("p", "chair"),
    "lead_group": ("mgk", "voter"),
    "write_note": ("gk", "voter"),
    "move": ("gk", "voter"),
    "ask_floor": (RUNS, "voter"),
    "call_speaker": (RUNS, "chair"),
    "raise_point": (RUNS, "voter"),
    "rule": (RUNS, "chair"),
    "keep_note": (RUNS, "chair"),
    "put_question": ("kv", "chair"),
    "open_question": ("pkv", "chair"),
    "close_question": (RUNS, "chair"),
    "publish_result": (RUNS + "E", "chair"),
    "report_post": ("A" + RUNS + "E", "chair recorder teller witness council worker voter guest"),
    "hide_post": ("A" + RUNS + "E", "chair"),
    "undo": (RUNS, "chair"),
    "end": (RUNS, "chair"),
    "reorder": (RUNS, "chair"),
    "set_clock": (RUNS, "chair"),
    "move_on": (RUNS, "chair"),
}
"""The table once more, written by hand: what the services read cannot drift without this saying so."""


class Undo(Exception):
    """Takes back what a call did, so that the next one finds the same meeting."""


@dataclass
class Stand:
    """A meeting with a topic, a group and agenda items to act on."""

    meeting: Meeting
    item: AgendaItem
    topic: Topic
    group: Group
    voter: Person
    question: Question

    def calls(self, who: Actor) -> dict[Act, Callable[[], Awaitable[object]]]:
        """One real call for each act."""
        at, version = self.meeting.id, rules_version(self.meeting.plan_data)
        return {
            Act.COMPOSE: lambda: service_agenda.add_item(who, at, link=Link.TALK, title="再谈", minutes=5, after=0),
            Act.ANNOUNCE: lambda: service.announce(who, at),
            Act.GIVE_OFFICE: lambda: service.give_office(who, at, self.voter.public_id, Office.RECORDER),
            Act.TICK_ROLL: lambda: service_room.check_in(who, at, Channel.HALL, self.voter.id),
            Act.ENTER: lambda: service_floor.enter(who, at, version),
            Act.START: lambda: service_room.start(who, at),
            Act.ADJOURN: lambda: service_room.adjourn(who, at),
            Act.POST_TOPIC: lambda: rounds.post_topic(who, at, "路灯"),
            Act.SETTLE_TOPICS: lambda: service_chair.form_group(who, at, self.topic.id, "东侧"),
            Act.JOIN_GROUP: lambda: rounds.join_group(who, at, self.group.id),
            Act.AGREE_MERGE: lambda: service_merge.recall_topic(who, at, self.topic.id),
            Act.DOT_TOPICS: lambda: service_motions.put_dots(who, at, "先谈哪几个？", "Which first?"),
            Act.LEAD_GROUP: lambda: service_groups.hold_duty(who, at, self.group.id, Duty.RECORDER),
            Act.MOVE: lambda: service_motions.move(who, at, self.group.id, "先修5幢"),
            Act.WRITE_NOTE: lambda: rounds.save_note(who, at, self.group.id, 0, "先修5幢"),
            Act.ASK_FLOOR: lambda: service_speakers.ask_to_speak(who, at, Stance.FOR),
            Act.CALL_SPEAKER: lambda: service_speakers.next_speaker(who, at),
            Act.RAISE_POINT: lambda: service_floor.raise_point(who, at, "没排队"),
            Act.RULE: lambda: service_floor.rule_unasked(who, at, "请排队"),
            Act.KEEP_NOTE: lambda: service_floor.note(who, at, "三户没来"),
            Act.PUT_QUESTION: lambda: service_chair.put_question(who, at, "同意吗？"),
            Act.OPEN_QUESTION: lambda: service_chair.open_question(who, at, self.question.id),
            Act.CLOSE_QUESTION: lambda: service_chair.close_question(who, at, self.question.id),
            Act.PUBLISH_RESULT: lambda: service_chair.publish_result(who, at, self.question.id),
            Act.REPORT_POST: lambda: rounds.report_post(who, at, PostKind.TOPIC, self.topic.id, "骂人"),
            Act.HIDE_POST: lambda: service_chair.hide_post(who, at, PostKind.TOPIC, self.topic.id, "骂人"),
            Act.UNDO: lambda: service_room.undo(who, at),
            Act.END: lambda: service_chair.end_meeting(who, at),
            Act.REORDER: lambda: service_agenda.reorder_waiting(who, at, self.item.id + 2, 1),
            Act.SET_CLOCK: lambda: service_room.set_timer(who, at, 60),
            Act.MOVE_ON: lambda: service_chair.next_item(who, at, 0),
        }


async def make_stand() -> Stand:
    """A meeting whose opening waits for two thirds of its roll."""
    hall = await make_meeting(MeetingState.DRAFT, data=copy.deepcopy(sitting_of(load_data("hearing"), "hearing")))
    data = hall.meeting.plan_data | {"attendance": "two_thirds"}
    await Meeting.filter(id=hall.meeting.id).update(plan_data=data, starts_at=clock.now() + timedelta(days=9))
    voter = await Person.get(id=hall.neighbours[0].person_id)
    now = clock.now()
    of = {"meeting_id": hall.meeting.id, "author_id": voter.id, "posted_at": now}
    topic = await Topic.create(text="路灯", **of)
    taken = await Topic.create(text="大门", state=TopicState.GROUP, **of)
    group = await Group.create(
        meeting_id=hall.meeting.id, topic_id=taken.id, label="甲", convener_id=voter.id, formed_at=now
    )
    first = (await AgendaItem.of(hall.meeting.id))[0]
    await MeetingOffice.filter(meeting_id=hall.meeting.id).delete()
    question = await questions.draft_question(hall.chair, hall.meeting.id, text_zh="修吗？", rule=RuleSpec())
    return Stand(await hall.fresh(), first, topic, group, voter, question)


async def cast_of(stand: Stand) -> dict[Part, Actor]:
    """One person for each part, who is nothing else: an office without a home, a voice without an office."""
    found = {Part.READER: NOBODY, Part.VOTER: await actor_for(stand.voter)}
    for part in Part:
        if part in found:
            continue
        person = await make_person()
        if part.value in set(Office):
            await MeetingOffice.create(meeting_id=stand.meeting.id, person_id=person.id, office=Office(part.value))
        role = {Part.COUNCIL: Role.STANDING_MEMBER, Part.WORKER: Role.SOCIAL_WORKER}.get(part)
        if role is not None:
            await grant_role(None, person.id, role, stand.meeting.place_id)
        found[part] = await actor_for(person)
    version = rules_version(stand.meeting.plan_data)
    await Attendance.create(
        meeting_id=stand.meeting.id, person_id=stand.voter.id, channel="online", accepted=version, at=clock.now()
    )
    return found


async def set_phase(stand: Stand, phase: Phase) -> None:
    """Put the meeting's rows where the phase is."""
    is_step = phase in STEPS
    state = MeetingState.RUNNING if is_step else MeetingState(phase.value)
    link = Link(phase.value) if is_step else Link.OPENING
    vote = next(n for n, one in enumerate(stand.meeting.plan.links) if one.question is not None)
    await Meeting.filter(id=stand.meeting.id).update(state=state, join_code=None, undo=None)
    await AgendaItem.filter(id=stand.item.id).update(
        state=ItemState.NOW if is_step else ItemState.WAITING,
        link=link,
        plan_link=vote if link in VOTING else None,
        started_at=clock.now() if is_step else None,
    )


async def is_open_to(stand: Stand, act: Act, who: Actor) -> bool:
    """Whether policy and service let this person do the act now; nothing of it stays."""
    scope = await service.scope_of(await Meeting.get(id=stand.meeting.id))
    if not allow(who, RIGHTS[act].action, scope):
        return False
    try:
        async with unit_of_work():
            await stand.calls(who)[act]()
            raise Undo
    except Undo:
        return True
    except Refused as refusal:
        return refusal.reason not in DENIED


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("phase", list(Phase))
async def test_every_act_by_everybody_in_every_phase(phase: Phase, clock: MovableClock) -> None:
    stand = await make_stand()
    cast = await cast_of(stand)
    await set_phase(stand, phase)
    wrong = []
    for act in Act:
        for part, who in cast.items():
            open_to = await is_open_to(stand, act, who)
            if open_to != may(act, phase, frozenset({part})):
                wrong.append(f"{act} in {phase} by {part}: {'open' if open_to else 'closed'}")
    assert wrong == []


def test_the_table_names_every_act_once_and_no_part_without_a_right_but_readers() -> None:
    assert set(RIGHTS) == set(Act)
    for act, right in RIGHTS.items():
        letters = "".join(LETTERS[list(Phase).index(phase)] for phase in right.phases)
        assert (letters, " ".join(right.parts)) == WRITTEN[act.value], act
    idle = set(Part) - {part for right in RIGHTS.values() for part in right.parts}
    assert idle == {Part.READER}
    assert phase_of(MeetingState.RUNNING, Link.TALK) is Phase.TALK
    assert phase_of(MeetingState.ENDED, Link.TALK) is Phase.ENDED
    assert phase_of(MeetingState.ANNOUNCED, None) is Phase.ANNOUNCED
