"""Who may do what in which step of a meeting: one table, read by the services and shown as a page.

A row names the phases in which an act is taken at all, who may take it, and the action of base/policy.py that guards
its route. Where the policy only asks that somebody is signed in, the service asks for the roll.
"""

from collections.abc import Mapping
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
    VOTER = "voter"
    GUEST = "guest"
    READER = "reader"


class Act(StrEnum):
    """What can be done in a meeting, in the order in which it comes up."""

    COMPOSE = "compose"
    ANNOUNCE = "announce"
    GIVE_OFFICE = "give_office"
    TICK_ROLL = "tick_roll"
    ENTER = "enter"
    START = "start"
    ADJOURN = "adjourn"
    POST_TOPIC = "post_topic"
    SETTLE_TOPICS = "settle_topics"
    JOIN_GROUP = "join_group"
    AGREE_MERGE = "agree_merge"
    DOT_TOPICS = "dot_topics"
    LEAD_GROUP = "lead_group"
    WRITE_NOTE = "write_note"
    MOVE = "move"
    ASK_FLOOR = "ask_floor"
    CALL_SPEAKER = "call_speaker"
    RAISE_POINT = "raise_point"
    RULE = "rule"
    KEEP_NOTE = "keep_note"
    PUT_QUESTION = "put_question"
    OPEN_QUESTION = "open_question"
    CLOSE_QUESTION = "close_question"
    PUBLISH_RESULT = "publish_result"
    REPORT_POST = "report_post"
    HIDE_POST = "hide_post"
    REORDER = "reorder"
    SET_CLOCK = "set_clock"
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


@dataclass(frozen=True, slots=True)
class Right:
    """One row: when, who, and the policy's action for it."""

    phases: tuple[Phase, ...]
    parts: tuple[Part, ...]
    action: str


_CHAIR = (Part.CHAIR,)
_ROLL = (Part.VOTER,)
_EDITORS = (Part.CHAIR, Part.COUNCIL)
_ANYBODY = tuple(part for part in Part if part is not Part.READER)
_DOOR = (Part.CHAIR, Part.RECORDER, Part.TELLER, Part.WORKER)

RIGHTS: Mapping[Act, Right] = {
    Act.COMPOSE: Right((Phase.DRAFT,), _EDITORS, "meetings.edit"),
    Act.ANNOUNCE: Right((Phase.DRAFT,), _EDITORS, "meetings.edit"),
    Act.GIVE_OFFICE: Right((Phase.DRAFT, *LIVE), _EDITORS, "meetings.edit"),
    Act.TICK_ROLL: Right(LIVE, _DOOR, "meetings.check_in_others"),
    Act.ENTER: Right(LIVE, _ROLL, "rounds.take_part"),
    Act.START: Right((Phase.ANNOUNCED,), _CHAIR, "rounds.run"),
    Act.ADJOURN: Right((Phase.OPENING,), _CHAIR, "rounds.run"),
    Act.POST_TOPIC: Right((Phase.CALL, Phase.TOPICS), _ROLL, "rounds.take_part"),
    Act.SETTLE_TOPICS: Right((Phase.CALL, Phase.TOPICS, Phase.MARKET, Phase.GROUPS), _CHAIR, "rounds.run"),
    Act.JOIN_GROUP: Right((Phase.MARKET, Phase.GROUPS), _ROLL, "rounds.take_part"),
    Act.AGREE_MERGE: Right((Phase.CALL, Phase.TOPICS, Phase.MARKET, Phase.GROUPS), _ROLL, "rounds.take_part"),
    Act.DOT_TOPICS: Right((Phase.TOPICS,), _CHAIR, "rounds.run"),
    Act.LEAD_GROUP: Right((Phase.MARKET, Phase.GROUPS, Phase.CONSENSUS), _ROLL, "rounds.take_part"),
    Act.WRITE_NOTE: Right((Phase.GROUPS, Phase.CONSENSUS), _ROLL, "rounds.take_part"),
    Act.MOVE: Right((Phase.GROUPS, Phase.CONSENSUS), _ROLL, "rounds.take_part"),
    Act.ASK_FLOOR: Right(STEPS, _ROLL, "rounds.take_part"),
    Act.CALL_SPEAKER: Right(STEPS, _CHAIR, "rounds.run"),
    Act.RAISE_POINT: Right(STEPS, _ROLL, "rounds.take_part"),
    Act.RULE: Right(STEPS, _CHAIR, "rounds.run"),
    Act.KEEP_NOTE: Right(STEPS, _CHAIR, "rounds.run"),
    Act.PUT_QUESTION: Right(tuple(Phase(one.value) for one in VOTING), _CHAIR, "rounds.run"),
    Act.OPEN_QUESTION: Right((Phase.TOPICS, *(Phase(one.value) for one in VOTING)), _CHAIR, "rounds.run"),
    Act.CLOSE_QUESTION: Right(STEPS, _CHAIR, "rounds.run"),
    Act.PUBLISH_RESULT: Right((*STEPS, Phase.ENDED), _CHAIR, "rounds.run"),
    Act.REPORT_POST: Right((*LIVE, Phase.ENDED), _ANYBODY, "rounds.take_part"),
    Act.HIDE_POST: Right((*LIVE, Phase.ENDED), _CHAIR, "rounds.run"),
    Act.REORDER: Right(STEPS, _CHAIR, "rounds.run"),
    Act.SET_CLOCK: Right(STEPS, _CHAIR, "rounds.run"),
    Act.MOVE_ON: Right(STEPS, _CHAIR, "rounds.run"),
    Act.UNDO: Right(STEPS, _CHAIR, "rounds.run"),
    Act.END: Right(STEPS, _CHAIR, "rounds.run"),
}
"""Everything that is refused by phase is refused by this table. An act that is not here cannot be asked about."""


class RightRefusal(StrEnum):
    """Why an act is not taken now."""

    NOT_NOW = "meetings-refused-not-in-this-step"


def phase_of(state: MeetingState, link: Link | None) -> Phase:
    """Where a meeting stands, from its state and the step under way."""
    if state is MeetingState.RUNNING and link is not None:
        return Phase(link.value)
    return {MeetingState.DRAFT: Phase.DRAFT, MeetingState.ENDED: Phase.ENDED}.get(state, Phase.ANNOUNCED)


def refuse_act(act: Act, state: MeetingState, link: Link | None) -> RightRefusal | None:
    """Whether an act has its place in the step under way."""
    return None if phase_of(state, link) in RIGHTS[act].phases else RightRefusal.NOT_NOW


def links_of(act: Act) -> tuple[Link, ...]:
    """The kinds of step in which an act is taken."""
    return tuple(Link(phase.value) for phase in RIGHTS[act].phases if phase in STEPS)


def may(act: Act, phase: Phase, parts: frozenset[Part]) -> bool:
    """Whether somebody who comes as these parts may take the act in this phase."""
    right = RIGHTS[act]
    return phase in right.phases and bool(parts & frozenset(right.parts))
