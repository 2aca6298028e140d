"""The table of rights, walked whole: every act in every phase by everybody, through policy, table and real services.

And through the real routes: every form of a running meeting belongs to a row, everybody is let in or turned away as the
row says, and the policy in front of it lets nobody in whom no row of its action names.
"""

import copy
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from secrets import token_hex

import pytest

from linyue.app import all_routes
from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.i18n import t
from linyue.base.policy import NOBODY, POLICY, SIGNED_IN, Actor, Role, allow
from linyue.base.routing import ActionRoute
from linyue.meetings import (
    service,
    service_agenda,
    service_call_off,
    service_floor,
    service_guests,
    service_rights,
    service_room,
    service_speakers,
)
from linyue.meetings.model import AgendaItem, Attendance, Meeting, MeetingOffice
from linyue.meetings.rules import Channel, ItemState, MeetingRefusal, MeetingState
from linyue.meetings.rules_floor import FloorRefusal, rules_version
from linyue.meetings.rules_plan import VOTING, Link, Office
from linyue.meetings.rules_rights import RIGHTS, STEPS, Act, Part, Phase, RightRefusal, may, phase_of
from linyue.meetings.rules_speakers import SpeakerRefusal, Stance
from linyue.meetings.rules_stages import sitting_of
from linyue.meetings.service_rights import WAYS
from linyue.meetings.templates import load_data
from linyue.people.model import Person
from linyue.people.service_roles import grant_role
from linyue.questions import service as questions
from linyue.questions import service_call, service_channels, service_interested, service_paper, service_proxy
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState, RuleSpec
from linyue.questions.rules_ballot import BallotRefusal, Via
from linyue.questions.rules_channels import Channel as Way
from linyue.questions.rules_channels import ChannelRefusal
from linyue.questions.rules_paper import BatchForm
from linyue.questions.rules_ways import BallotForm
from linyue.questions.rules_ways import Way as ToVote
from linyue.rounds import service as rounds
from linyue.rounds import (
    service_again,
    service_chair,
    service_groups,
    service_hand_in,
    service_merge,
    service_motions,
)
from linyue.rounds.live import FRAMES
from linyue.rounds.model import Group, Topic
from linyue.rounds.rules import MainStep, PostKind, TopicState, main_step
from linyue.rounds.rules_space import Duty
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import make_meeting
from tests.make.people import actor_for, make_person

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]

DENIED = {
    RightRefusal.NOT_NOW, RightRefusal.NOT_YOURS, RightRefusal.NOT_ON_ROLL, SpeakerRefusal.NOT_RUNNING,
    FloorRefusal.NOT_RUNNING, MeetingRefusal.NOT_DRAFT, MeetingRefusal.NOT_ANNOUNCED, MeetingRefusal.NOT_RUNNING,
    MeetingRefusal.ENDED, MeetingRefusal.NOT_ON_ROLL, MeetingRefusal.QUORUM_THERE, BallotRefusal.NOT_OPEN,
    BallotRefusal.NOT_ON_ROLL, ChannelRefusal.NOT_OPEN,
}  # fmt: skip
"""Refusals that say: not in this step, or not you. Any other answer means that the act itself is open to them."""


LETTERS = "DAocpmgkrhtvxE"
"""Draft, Announced, opening, call, topics, market, groups, consensus, report, hear, talk, vote, action, Ended."""
RUNS = "ocpmgkrhtvx"
WRITTEN = {
    "compose": ("D", "chair council worker"),
    "announce": ("D", "chair council"),
    "give_office": ("DA" + RUNS, "chair council"),
    "tick_roll": ("A" + RUNS, "chair recorder teller worker grid"),
    "enter": ("A" + RUNS, "voter"),
    "sit_in": ("A" + RUNS, "guest"),
    "let_in": ("A" + RUNS, "chair recorder teller worker grid"),
    "start": ("A", "chair"),
    "adjourn": ("o", "chair"),
    "call_off": ("A" + RUNS, "chair council"),
    "post_topic": ("cp", "voter"),
    "settle_topics": ("cpmg", "chair"),
    "join_group": ("mg", "voter"),
    "leave_group": ("mg", "voter"),
    "agree_merge": ("cpmg", "voter"),
    "dot_topics": ("p", "chair"),
    "lead_group": ("mgk", "voter"),
    "write_note": ("gk", "voter"),
    "move": ("gk", "voter"),
    "ask_floor": (RUNS, "voter guest"),
    "leave_queue": (RUNS, "voter guest"),
    "call_speaker": (RUNS, "chair"),
    "close_queue": (RUNS, "chair"),
    "raise_point": (RUNS, "voter"),
    "rule": (RUNS, "chair"),
    "keep_note": (RUNS, "chair recorder"),
    "hand_in": (RUNS, "recorder worker"),
    "keep_interested": ("DA" + RUNS, "worker"),
    "put_question": ("kv", "chair"),
    "call_again": ("kv", "chair"),
    "open_question": ("pkv", "chair"),
    "cast": (RUNS, "voter"),
    "keep_roll": (RUNS, "teller witness worker"),
    "enter_vote": (RUNS, "teller witness worker"),
    "call_names": (RUNS, "chair recorder"),
    "enter_called": (RUNS, "recorder teller"),
    "keep_mandate": (RUNS, "teller witness worker"),
    "count_paper": (RUNS, "teller witness worker"),
    "close_question": (RUNS, "chair"),
    "publish_result": (RUNS + "E", "chair"),
    "report_post": ("A" + RUNS + "E", "chair recorder teller witness council worker grid overseer voter guest"),
    "hide_post": ("A" + RUNS + "E", "chair"),
    "undo": (RUNS, "chair"),
    "end": (RUNS, "chair"),
    "reorder": (RUNS, "chair"),
    "set_clock": (RUNS, "chair"),
    "set_screen": ("A" + RUNS, "chair"),
    "move_on": (RUNS, "chair"),
}
"""The table once more, written by hand: what the services read cannot drift without this saying so."""


ROLES = {
    Part.COUNCIL: Role.STANDING_MEMBER, Part.WORKER: Role.SOCIAL_WORKER, Part.GRID: Role.GRID_WORKER,
    Part.OVERSEER: Role.SUPERVISOR,
}  # fmt: skip
CODE = "246810"
SLICES = ("linyue.meetings.", "linyue.rounds.", "linyue.questions.")
NO_ACT = {
    "/meetings/new": "begins a meeting; there is none yet",
    "/meetings/{public_id}/again": "begins another meeting, like the one that was called off",
    "/join": "looks a code up",
    "/live/{code}/ticket": "looks on",
    "/screen/{token}/ticket": "looks on",
    "/desk/owners/{code}": "the register of a place, of no meeting",
    "/admin/proxies": "the district's own numbers",
}
"""Forms of these slices that take no act of a meeting, and why."""
ASKED_FIRST = {act for act in Act if Part.VOTER not in RIGHTS[act].parts}
"""Acts whose route asks the table; where voters act, the service asks it together with the roll."""
PHASES_WALKED = (Phase.DRAFT, Phase.ANNOUNCED, Phase.TOPICS, Phase.GROUPS, Phase.VOTE, Phase.OPENING, Phase.ENDED)


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
    stranger: Person
    question: Question
    vote: Question

    def calls(self, who: Actor) -> dict[Act, Callable[[], Awaitable[object]]]:
        """One real call for each act."""
        at, version = self.meeting.id, rules_version(self.meeting.plan_data)
        return {
            Act.COMPOSE: lambda: service_agenda.add_item(who, at, link=Link.TALK, title="再谈", minutes=5, after=0),
            Act.ANNOUNCE: lambda: service.announce(who, at),
            Act.GIVE_OFFICE: lambda: service.give_office(who, at, self.voter.public_id, Office.RECORDER),
            Act.TICK_ROLL: lambda: service_room.check_in(who, at, Channel.HALL, self.voter.id),
            Act.ENTER: lambda: service_floor.enter(who, at, version),
            Act.SIT_IN: lambda: service_guests.sit_in(who, at, version),
            Act.LET_IN: lambda: service_guests.sit_in_for(who, at, self.stranger.id),
            Act.START: lambda: service_room.start(who, at),
            Act.ADJOURN: lambda: service_room.adjourn(who, at),
            Act.CALL_OFF: lambda: service_call_off.call_off(who, at, "台风"),
            Act.POST_TOPIC: lambda: rounds.post_topic(who, at, "路灯"),
            Act.SETTLE_TOPICS: lambda: service_chair.form_group(who, at, self.topic.id, "东侧"),
            Act.JOIN_GROUP: lambda: rounds.join_group(who, at, self.group.id),
            Act.LEAVE_GROUP: lambda: rounds.leave_group(who, at),
            Act.AGREE_MERGE: lambda: service_merge.recall_topic(who, at, self.topic.id),
            Act.DOT_TOPICS: lambda: service_motions.put_dots(who, at, "先谈哪几个？", "Which first?"),
            Act.LEAD_GROUP: lambda: service_groups.hold_duty(who, at, self.group.id, Duty.RECORDER),
            Act.MOVE: lambda: service_motions.move(who, at, self.group.id, "先修5幢"),
            Act.WRITE_NOTE: lambda: rounds.save_note(who, at, self.group.id, 0, "先修5幢"),
            Act.ASK_FLOOR: lambda: service_speakers.ask_to_speak(who, at, Stance.FOR),
            Act.LEAVE_QUEUE: lambda: service_speakers.leave_queue(who, at),
            Act.CALL_SPEAKER: lambda: service_speakers.next_speaker(who, at),
            Act.CLOSE_QUEUE: lambda: service_speakers.close_queue(who, at, True),
            Act.RAISE_POINT: lambda: service_floor.raise_point(who, at, "没排队"),
            Act.RULE: lambda: service_floor.rule_unasked(who, at, "请排队"),
            Act.KEEP_NOTE: lambda: service_floor.note(who, at, "三户没来"),
            Act.HAND_IN: lambda: service_hand_in.hand_in_floor(who, at, self.voter.id, Stance.FOR, was_asked=True),
            Act.PUT_QUESTION: lambda: service_chair.put_question(who, at, "同意吗？"),
            Act.KEEP_INTERESTED: lambda: service_interested.add_interested(who, at, self.voter.id, "挡光"),
            Act.CALL_AGAIN: lambda: service_again.call_again(who, at, 0),
            Act.KEEP_ROLL: lambda: service_channels.hand_out(who, self.vote.id, self.voter.id),
            Act.ENTER_VOTE: lambda: service_channels.enter_vote(
                who, self.vote.id, self.voter.id, Way.DESK, "for", "a" * 32, 0
            ),
            Act.CALL_NAMES: lambda: service_call.call_next(who, self.vote.id),
            Act.ENTER_CALLED: lambda: service_call.enter_answer(who, self.vote.id, 1, "for", "e" * 32, 0),
            Act.KEEP_MANDATE: lambda: service_proxy.give_mandate(who, self.vote.id, self.voter.id, 0, ""),
            Act.COUNT_PAPER: lambda: service_paper.open_batch(who, self.vote.id, Way.PAPER, BatchForm.COUNTING),
            Act.SET_SCREEN: lambda: service_room.blank_screen(who, at, True),
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

    def forms(self) -> dict[Act, tuple[str, dict[str, object]]]:
        """One real form for each act; nobody interested is listed for a meeting whose vote asks no owners."""
        at, live, run = f"/meetings/{self.meeting.public_id}", f"/live/{CODE}", f"/run/{self.meeting.public_id}"
        group, topic, desk = f"{live}/groups/{self.group.id}", f"{live}/topics/{self.topic.id}", "/desk/roll/1"
        vote, who, version = f"/q/{self.vote.public_id}", self.voter.public_id, rules_version(self.meeting.plan_data)
        return {
            Act.COMPOSE: (f"{at}/items", {"link": "talk", "new_title": "再谈", "minutes": 5}),
            Act.ANNOUNCE: (f"{at}/announce", {}),
            Act.GIVE_OFFICE: (f"{at}/offices", {"person": who, "office": "recorder"}),
            Act.TICK_ROLL: (f"{at}/door", {"person": who}),
            Act.ENTER: (f"{live}/check-in", {"accepted": version}),
            Act.SIT_IN: (f"{live}/sit-in", {"accepted": version}),
            Act.LET_IN: (f"{at}/door/sit-in", {"person": self.stranger.public_id}),
            Act.START: (f"{run}/start", {}),
            Act.ADJOURN: (f"{run}/adjourn", {}),
            Act.CALL_OFF: (f"{at}/call-off", {"reason": "台风"}),
            Act.POST_TOPIC: (f"{live}/topics", {"text": "路灯"}),
            Act.SETTLE_TOPICS: (f"{run}/form-group", {"seen": self.topic.id}),
            Act.JOIN_GROUP: (f"{group}/join", {}),
            Act.LEAVE_GROUP: (f"{live}/leave", {}),
            Act.AGREE_MERGE: (f"{topic}/recall", {}),
            Act.DOT_TOPICS: (f"{run}/put-dots", {}),
            Act.LEAD_GROUP: (f"{group}/duty", {"duty": "recorder"}),
            Act.WRITE_NOTE: (f"{group}/note", {"text": "先修5幢", "seen": 0}),
            Act.MOVE: (f"{group}/motions", {"text": "先修5幢"}),
            Act.ASK_FLOOR: (f"{live}/speak", {"stance": "for"}),
            Act.LEAVE_QUEUE: (f"{live}/unspeak", {}),
            Act.CALL_SPEAKER: (f"{run}/next-speaker", {}),
            Act.CLOSE_QUEUE: (f"{run}/close-queue", {}),
            Act.RAISE_POINT: (f"{live}/order", {"text": "没排队"}),
            Act.RULE: (f"{run}/rule", {"ruling": "请排队"}),
            Act.KEEP_NOTE: (f"{run}/record", {"note": "三户没来"}),
            Act.HAND_IN: (f"{run}/desk/floor", {"person": who, "asked": "on"}),
            Act.PUT_QUESTION: (f"{run}/put-question", {"text_zh": "同意吗？"}),
            Act.CALL_AGAIN: (f"{run}/call-again", {}),
            Act.OPEN_QUESTION: (f"{run}/open-question", {"seen": self.question.id}),
            Act.CAST: (f"{vote}/ballot", {"choice": "for", "client_id": "c" * 32, "replaces": 0}),
            Act.KEEP_ROLL: (f"{vote}{desk}/paper-out", {}),
            Act.ENTER_VOTE: (f"{vote}{desk}/vote/desk", {"choice": "for", "client_id": "d" * 32}),
            Act.CALL_NAMES: (f"{vote}/call/next", {}),
            Act.ENTER_CALLED: (f"{vote}/call/1/answer", {"choice": "for"}),
            Act.KEEP_MANDATE: (f"{vote}{desk}/mandate", {"holder": 1}),
            Act.COUNT_PAPER: (f"{vote}/desk/batches", {"kind": "counting"}),
            Act.CLOSE_QUESTION: (f"{run}/close-question", {"seen": self.question.id, "sure": "yes"}),
            Act.PUBLISH_RESULT: (f"{run}/publish-result", {"seen": self.question.id}),
            Act.REPORT_POST: (f"{live}/report/topic/{self.topic.id}", {"reason": "骂人"}),
            Act.HIDE_POST: (f"{run}/posts/topic/{self.topic.id}", {"reason": "骂人"}),
            Act.UNDO: (f"{run}/undo", {}),
            Act.END: (f"{run}/end", {"sure": "yes"}),
            Act.REORDER: (f"{run}/move-down", {"seen": self.item.id + 2}),
            Act.SET_CLOCK: (f"{run}/set-timer", {"seconds": 60}),
            Act.SET_SCREEN: (f"{run}/blank", {}),
            Act.MOVE_ON: (f"{run}/next-item", {"seen": 0}),
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
    called = RuleSpec(form=BallotForm(way=ToVote.ROLL_CALL))
    vote = await questions.draft_question(hall.chair, hall.meeting.id, text_zh="开着的表决", rule=called)
    await questions.open_question(hall.chair, vote.id, [(voter.id, "甲")])
    stranger = await Person.get(id=hall.stranger.person_id)
    return Stand(await hall.fresh(), first, topic, group, voter, stranger, question, vote)


async def cast_of(stand: Stand) -> dict[Part, Actor]:
    """One person for each part, who is nothing else: an office without a home, a voice without an office."""
    found = {Part.READER: NOBODY, Part.VOTER: await actor_for(stand.voter)}
    for part in Part:
        if part in found:
            continue
        person = await make_person()
        if part.value in set(Office):
            await MeetingOffice.create(meeting_id=stand.meeting.id, person_id=person.id, office=Office(part.value))
        if part in ROLES:
            await grant_role(None, person.id, ROLES[part], stand.meeting.place_id)
        found[part] = await actor_for(person)
    version = rules_version(stand.meeting.plan_data)
    await Attendance.create(
        meeting_id=stand.meeting.id, person_id=stand.voter.id, channel="online", accepted=version, at=clock.now()
    )
    return found


def comes_as(part: Part) -> frozenset[Part]:
    """What the person of a part is besides: whoever is signed in and not on the roll is a guest."""
    return frozenset({part} if part in (Part.VOTER, Part.READER) else {part, Part.GUEST})


async def set_phase(stand: Stand, phase: Phase) -> None:
    """Put the meeting's rows where the phase is."""
    is_step = phase in STEPS
    state = MeetingState.RUNNING if is_step else MeetingState(phase.value)
    link = Link(phase.value) if is_step else Link.OPENING
    vote = next(n for n, one in enumerate(stand.meeting.plan.links) if one.question is not None)
    await Meeting.filter(id=stand.meeting.id).update(state=state, join_code=CODE, undo=None)
    # A vote is open in a running meeting only: none is opened before, and no meeting ends under one.
    await Question.filter(id=stand.vote.id).update(state=QuestionState.OPEN if is_step else QuestionState.DRAFT)
    await AgendaItem.filter(id=stand.item.id).update(
        state=ItemState.NOW if is_step else ItemState.WAITING,
        link=link,
        plan_link=vote if link in VOTING else None,
        started_at=clock.now() if is_step else None,
    )


async def is_open_to(stand: Stand, act: Act, who: Actor) -> bool:
    """Whether policy, table and service let this person do the act now; nothing of it stays."""
    meeting = await Meeting.get(id=stand.meeting.id)
    if not allow(who, RIGHTS[act].action, await service.scope_of(meeting)):
        return False
    try:
        if act is Act.CAST:  # a ballot has a transaction of its own; what is sent here is never stored
            assert who.person_id is not None
            await questions.cast_ballot(who.person_id, stand.vote.id, "nonsense", "b" * 32, 0, Via.POST)
        async with unit_of_work():
            if act in ASKED_FIRST:
                await service_rights.stop_act(who, act, meeting)
            await stand.calls(who)[act]()
            raise Undo
    except Undo:
        return True
    except NotFound:
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
            if open_to != may(act, phase, comes_as(part)):
                wrong.append(f"{act} in {phase} by {part}: {'open' if open_to else 'closed'}")
    assert wrong == [], "\n".join(wrong)


async def outcome(browser: Client, path: str, data: dict[str, object]) -> str:
    """What a real form says: open, or closed by the policy, by the table or by the frozen roll; nothing of it stays."""
    answer = None
    try:
        if path.endswith("/ballot"):
            answer = await browser.send_form(path, data | {"client_id": token_hex(16)})
        else:
            async with unit_of_work():
                answer = await browser.send_form(path, data)
                raise Undo
    except Undo:
        assert answer is not None
    if answer.status_code in (403, 404) or answer.headers.get("location", "").startswith("/sign-in"):
        return "closed"
    reasons = (*RightRefusal, BallotRefusal.NOT_ON_ROLL, BallotRefusal.NOT_OPEN)
    return "closed" if any(t("zh-CN", one.value) in answer.text for one in reasons) else "open"


def test_every_form_of_a_meeting_is_an_act_of_the_table_behind_the_policy_of_its_row() -> None:
    forms = [one for one in all_routes() if isinstance(one, ActionRoute) and one.methods == {"POST"}]
    inside = {one.path: one for one in forms if one.name.startswith(SLICES)}
    acts = {path: one.act for path, one in inside.items() if path not in NO_ACT}
    assert {path for path, act in acts.items() if not act} == set(), "a form of a meeting that the table does not know"
    assert {path for path in NO_ACT if path not in inside} == set()
    assert set(acts.values()) == {act.value for act in Act}, "an act that no form takes"
    for path, act in acts.items():
        assert inside[path].action == RIGHTS[Act(act)].action, path
    assert {kind: act for kind, (_, _, act) in FRAMES.items() if kind != "ping"} == {
        "cast": Act.CAST, "speak": Act.ASK_FLOOR,
    }  # fmt: skip


def test_policy_and_table_agree() -> None:
    for right in RIGHTS.values():
        for part in right.parts:
            ways = set(POLICY[right.action])
            covered = WAYS[part] in ways or any(WAYS[part].roles and WAYS[part].roles <= way.roles for way in ways)
            covered = covered or SIGNED_IN in ways
            assert covered, f"{right.action} refuses {part}, to whom the table gives it"
    for action in {right.action for right in RIGHTS.values()}:
        named = {WAYS[part] for right in RIGHTS.values() if right.action == action for part in right.parts}
        roles = frozenset[Role]().union(*(way.roles for way in named))
        for way in POLICY[action]:
            known = way in named or (way.roles and way.roles <= roles)
            assert known, f"{action} lets {way} in, whom no row of the table names"


def test_the_main_button_never_offers_what_the_table_closes() -> None:
    for link in Link:
        for question in (None, *(one for one in QuestionState if one is not QuestionState.VOIDED)):
            for is_last, topics, groups in product((True, False), (0, 2), (0, 2)):
                step = main_step(MeetingState.RUNNING, link, is_last, topics, groups, question)
                act = {MainStep.FORM_GROUPS: Act.SETTLE_TOPICS, MainStep.NEXT_ITEM: Act.MOVE_ON}.get(step)
                act = act or Act(step.value)
                assert may(act, Phase(link.value), {Part.CHAIR}), (step, link)


@pytest.mark.usefixtures("db")
async def test_the_real_forms_let_in_and_turn_away_as_the_table_says(
    new_client: Callable[[], Client], clock: MovableClock
) -> None:
    stand = await make_stand()
    browsers = {}
    for part, who in (await cast_of(stand)).items():
        browsers[part] = new_client()
        if who.person_id is not None:
            await browsers[part].sign_in_as(who.person_id, is_staff=part in ROLES)
    forms, wrong = stand.forms(), []
    for phase in (Phase.DRAFT, Phase.ANNOUNCED, Phase.TOPICS, Phase.GROUPS, Phase.VOTE, Phase.ENDED):
        await set_phase(stand, phase)
        for act, (path, data) in forms.items():
            first = next(one for one in PHASES_WALKED if one in RIGHTS[act].phases)
            for part, browser in browsers.items():
                is_theirs = may(act, phase, comes_as(part))
                if phase is not first and part not in RIGHTS[act].parts[:1]:
                    continue  # who is not in the row is turned away in one of its phases; that is enough here
                if path.startswith("/live") and phase in (Phase.DRAFT, Phase.ENDED):
                    continue  # there is no room
                said = await outcome(browser, path, data)
                if (said == "open") != is_theirs:
                    wrong.append(f"{act} in {phase} by {part}: {said}")
    assert wrong == [], "\n".join(wrong)


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
