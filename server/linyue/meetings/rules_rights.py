"""Who may do what in which step of a meeting: one table, read by routes, services and pages, and shown as a page.

A row names the phases in which an act is taken at all, who may take it, and the action of base/policy.py that guards
its route. The policy is the outer gate: it lets nobody in whom no row of the action names. Behind it this table decides
who (service_rights) and in which step; the roll is asked by the service, in the transaction of the act.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import VOTING, Link


class Part(StrEnum):
    """As what somebody comes: an office of the meeting, a role for its place, a voice on its roll, or a visitor."""

    CHAIR = "chair"
    RECORDER = "recorder"
    TELLER = "teller"
    WITNESS = "witness"
    COUNCIL = "council"
    WORKER = "worker"
    GRID = "grid"
    OVERSEER = "overseer"
    VOTER = "voter"
    GUEST = "guest"
    """Signed in, without a voice on the roll: a guest, an expert, somebody from elsewhere."""
    READER = "reader"


class Act(StrEnum):
    """What can be done in a meeting, in the order in which it comes up."""

    COMPOSE = "compose"
    ANNOUNCE = "announce"
    GIVE_OFFICE = "give_office"
    TICK_ROLL = "tick_roll"
    ENTER = "enter"
    SIT_IN = "sit_in"
    LET_IN = "let_in"
    START = "start"
    ADJOURN = "adjourn"
    CALL_OFF = "call_off"
    POST_TOPIC = "post_topic"
    SETTLE_TOPICS = "settle_topics"
    JOIN_GROUP = "join_group"
    LEAVE_GROUP = "leave_group"
    AGREE_MERGE = "agree_merge"
    DOT_TOPICS = "dot_topics"
    LEAD_GROUP = "lead_group"
    WRITE_NOTE = "write_note"
    MOVE = "move"
    ASK_FLOOR = "ask_floor"
    LEAVE_QUEUE = "leave_queue"
    CALL_SPEAKER = "call_speaker"
    CLOSE_QUEUE = "close_queue"
    RAISE_POINT = "raise_point"
    RULE = "rule"
    KEEP_NOTE = "keep_note"
    HAND_IN = "hand_in"
    KEEP_INTERESTED = "keep_interested"
    PUT_QUESTION = "put_question"
    CALL_AGAIN = "call_again"
    OPEN_QUESTION = "open_question"
    CAST = "cast"
    KEEP_ROLL = "keep_roll"
    ENTER_VOTE = "enter_vote"
    CALL_NAMES = "call_names"
    ENTER_CALLED = "enter_called"
    KEEP_MANDATE = "keep_mandate"
    COUNT_PAPER = "count_paper"
    CLOSE_QUESTION = "close_question"
    PUBLISH_RESULT = "publish_result"
    REPORT_POST = "report_post"
    HIDE_POST = "hide_post"
    REORDER = "reorder"
    SET_CLOCK = "set_clock"
    SET_SCREEN = "set_screen"
    MOVE_ON = "move_on"
    UNDO = "undo"
    END = "end"


class Phase(StrEnum):
    """Where a meeting stands: a state, or the kind of step under way."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPENING = "opening"
    CALL = "call"
    TOPICS = "topics"
    MARKET = "market"
    GROUPS = "groups"
    CONSENSUS = "consensus"
    REPORT = "report"
    HEAR = "hear"
    TALK = "talk"
    VOTE = "vote"
    ACTION = "action"
    ENDED = "ended"


STEPS = tuple(Phase(link.value) for link in Link)
"""The phases of a running meeting."""
LIVE = (Phase.ANNOUNCED, *STEPS)
"""From the notice to the close."""


class Given(StrEnum):
    """What has to be there besides, in every one of the steps. The service of the act asks for it."""

    ALWAYS = "always"
    OPEN_VOTE = "open_vote"
    """Among those on the roll that was frozen when the vote was opened; a meeting is not ended while one is open."""
    GUESTS = "guests"
    """For whoever sits in: that the kind of meeting lets guests speak."""


@dataclass(frozen=True, slots=True)
class Right:
    """One row: when, who, and the policy's action for it."""

    phases: tuple[Phase, ...]
    parts: tuple[Part, ...]
    action: str
    given: Given = Given.ALWAYS


_VOTING = tuple(Phase(link.value) for link in VOTING)
_CHAIR = (Part.CHAIR,)
_ROLL = (Part.VOTER,)
_EDITORS = (Part.CHAIR, Part.COUNCIL)
_ANYBODY = tuple(part for part in Part if part is not Part.READER)
_DOOR = (Part.CHAIR, Part.RECORDER, Part.TELLER, Part.WORKER, Part.GRID)
_DESK = (Part.TELLER, Part.WITNESS, Part.WORKER)

RIGHTS: Mapping[Act, Right] = {
    Act.COMPOSE: Right((Phase.DRAFT,), (*_EDITORS, Part.WORKER), "meetings.edit"),
    Act.ANNOUNCE: Right((Phase.DRAFT,), _EDITORS, "meetings.announce"),
    Act.GIVE_OFFICE: Right((Phase.DRAFT, *LIVE), _EDITORS, "meetings.announce"),
    Act.TICK_ROLL: Right(LIVE, _DOOR, "meetings.check_in_others"),
    Act.ENTER: Right(LIVE, _ROLL, "rounds.take_part"),
    Act.SIT_IN: Right(LIVE, (Part.GUEST,), "rounds.take_part"),
    Act.LET_IN: Right(LIVE, _DOOR, "meetings.check_in_others"),
    Act.START: Right((Phase.ANNOUNCED,), _CHAIR, "rounds.run"),
    Act.ADJOURN: Right((Phase.OPENING,), _CHAIR, "rounds.run"),
    Act.CALL_OFF: Right(LIVE, _EDITORS, "meetings.announce"),
    Act.POST_TOPIC: Right((Phase.CALL, Phase.TOPICS), _ROLL, "rounds.take_part"),
    Act.SETTLE_TOPICS: Right((Phase.CALL, Phase.TOPICS, Phase.MARKET, Phase.GROUPS), _CHAIR, "rounds.run"),
    Act.JOIN_GROUP: Right((Phase.MARKET, Phase.GROUPS), _ROLL, "rounds.take_part"),
    Act.LEAVE_GROUP: Right((Phase.MARKET, Phase.GROUPS), _ROLL, "rounds.take_part"),
    Act.AGREE_MERGE: Right((Phase.CALL, Phase.TOPICS, Phase.MARKET, Phase.GROUPS), _ROLL, "rounds.take_part"),
    Act.DOT_TOPICS: Right((Phase.TOPICS,), _CHAIR, "rounds.run"),
    Act.LEAD_GROUP: Right((Phase.MARKET, Phase.GROUPS, Phase.CONSENSUS), _ROLL, "rounds.take_part"),
    Act.WRITE_NOTE: Right((Phase.GROUPS, Phase.CONSENSUS), _ROLL, "rounds.take_part"),
    Act.MOVE: Right((Phase.GROUPS, Phase.CONSENSUS), _ROLL, "rounds.take_part"),
    Act.ASK_FLOOR: Right(STEPS, (Part.VOTER, Part.GUEST), "rounds.take_part", Given.GUESTS),
    Act.LEAVE_QUEUE: Right(STEPS, (Part.VOTER, Part.GUEST), "rounds.take_part"),
    Act.CALL_SPEAKER: Right(STEPS, _CHAIR, "rounds.run"),
    Act.CLOSE_QUEUE: Right(STEPS, _CHAIR, "rounds.run"),
    Act.RAISE_POINT: Right(STEPS, _ROLL, "rounds.take_part"),
    Act.RULE: Right(STEPS, _CHAIR, "rounds.run"),
    Act.KEEP_NOTE: Right(STEPS, (Part.CHAIR, Part.RECORDER), "rounds.record"),
    Act.HAND_IN: Right(STEPS, (Part.RECORDER, Part.WORKER), "rounds.hand_in"),
    Act.KEEP_INTERESTED: Right((Phase.DRAFT, *LIVE), (Part.WORKER,), "question.owners"),
    Act.PUT_QUESTION: Right(_VOTING, _CHAIR, "rounds.run"),
    Act.CALL_AGAIN: Right(_VOTING, _CHAIR, "rounds.run"),
    Act.OPEN_QUESTION: Right((Phase.TOPICS, *_VOTING), _CHAIR, "rounds.run"),
    Act.CAST: Right(STEPS, _ROLL, "question.vote", Given.OPEN_VOTE),
    Act.KEEP_ROLL: Right(STEPS, _DESK, "question.desk", Given.OPEN_VOTE),
    Act.ENTER_VOTE: Right(STEPS, _DESK, "question.desk", Given.OPEN_VOTE),
    Act.CALL_NAMES: Right(STEPS, (Part.CHAIR, Part.RECORDER), "question.call", Given.OPEN_VOTE),
    Act.ENTER_CALLED: Right(STEPS, (Part.RECORDER, Part.TELLER), "question.call.enter", Given.OPEN_VOTE),
    Act.KEEP_MANDATE: Right(STEPS, _DESK, "question.desk", Given.OPEN_VOTE),
    Act.COUNT_PAPER: Right(STEPS, _DESK, "question.desk", Given.OPEN_VOTE),
    Act.CLOSE_QUESTION: Right(STEPS, _CHAIR, "rounds.run"),
    Act.PUBLISH_RESULT: Right((*STEPS, Phase.ENDED), _CHAIR, "rounds.run"),
    Act.REPORT_POST: Right((*LIVE, Phase.ENDED), _ANYBODY, "rounds.take_part"),
    Act.HIDE_POST: Right((*LIVE, Phase.ENDED), _CHAIR, "rounds.run"),
    Act.REORDER: Right(STEPS, _CHAIR, "rounds.run"),
    Act.SET_CLOCK: Right(STEPS, _CHAIR, "rounds.run"),
    Act.SET_SCREEN: Right(LIVE, _CHAIR, "rounds.run"),
    Act.MOVE_ON: Right(STEPS, _CHAIR, "rounds.run"),
    Act.UNDO: Right(STEPS, _CHAIR, "rounds.run"),
    Act.END: Right(STEPS, _CHAIR, "rounds.run"),
}
"""Everything that is refused by phase is refused by this table. An act that is not here cannot be asked about."""


class RightRefusal(StrEnum):
    """Why an act is not taken: not in this step, not by this person."""

    NOT_NOW = "meetings-refused-not-in-this-step"
    NOT_YOURS = "meetings-refused-not-yours"
    NOT_ON_ROLL = "meetings-refused-not-on-roll"


def phase_of(state: MeetingState, link: Link | None) -> Phase:
    """Where a meeting stands, from its state and the step under way."""
    if state is MeetingState.RUNNING and link is not None:
        return Phase(link.value)
    return {MeetingState.DRAFT: Phase.DRAFT, MeetingState.ENDED: Phase.ENDED}.get(state, Phase.ANNOUNCED)


def refuse_part(act: Act, parts: Iterable[Part]) -> RightRefusal | None:
    """Whether somebody who comes as these parts has the act at all."""
    may_take = RIGHTS[act].parts
    if any(part in may_take for part in parts):
        return None
    return RightRefusal.NOT_ON_ROLL if Part.VOTER in may_take else RightRefusal.NOT_YOURS


def refuse_act(act: Act, state: MeetingState, link: Link | None) -> RightRefusal | None:
    """Whether an act has its place in the step under way."""
    return None if phase_of(state, link) in RIGHTS[act].phases else RightRefusal.NOT_NOW


def links_of(act: Act) -> tuple[Link, ...]:
    """The kinds of step in which an act is taken."""
    return tuple(Link(phase.value) for phase in RIGHTS[act].phases if phase in STEPS)


def may(act: Act, phase: Phase, parts: Iterable[Part]) -> bool:
    """Whether somebody who comes as these parts may take the act in this phase."""
    return phase in RIGHTS[act].phases and refuse_part(act, parts) is None


def acts_open(phase: Phase, parts: Iterable[Part]) -> frozenset[str]:
    """Everything they may do in this phase, by name: what a page shows a control for."""
    own = frozenset(parts)
    return frozenset(act.value for act in Act if may(act, phase, own))
