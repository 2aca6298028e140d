"""Who may do what in which stage of a procedure: one table, read by routes, services and pages, shown on `/rights`.

The form is that of meetings/rules_rights.py: the policy's action of a row guards its route and says who holds a role
for the place; behind it this table decides in which kind of stage. A paper that the law gives to one body is that
body's alone (`rules.refuse_giver`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from linyue.meetings.rules_stages import StageKind
from linyue.procedures.rules import ProcedureRefusal, ProcedureState
from linyue.procedures.rules_by_election import ByElectionRefusal


class Part(StrEnum):
    """As what somebody comes to a procedure."""

    COUNCIL = "council"
    WORKER = "worker"
    PARTY = "party"
    OVERSIGHT = "oversight"
    OWNERS = "owners"
    VOTER = "voter"
    """On the roll of the place."""
    NOMINEE = "nominee"
    """Put forward by a neighbour, and not answered yet."""
    CANDIDATE = "candidate"
    READER = "reader"


class Act(StrEnum):
    """What can be done with a procedure, in the order in which it comes up."""

    BEGIN = "begin"
    OPEN_ELECTION = "open_election"
    GIVE_PAPER = "give_paper"
    SEND_VOICE = "send_voice"
    HIDE_VOICE = "hide_voice"
    STAND = "stand"
    NOMINATE = "nominate"
    DECLINE = "decline"
    STAND_DOWN = "stand_down"
    CALL_SITTING = "call_sitting"
    GO_ON = "go_on"
    WITHDRAW = "withdraw"


class Phase(StrEnum):
    """Where a procedure stands: before it, in a kind of stage, after it."""

    BEFORE = "before"
    COLLECT = "collect"
    PAPER = "paper"
    SITTING = "sitting"
    DISCLOSURE = "disclosure"
    WORK = "work"
    OVER = "over"


STAGES = tuple(Phase(kind.value) for kind in StageKind)
"""The phases of a running procedure."""


class Given(StrEnum):
    """What has to be there besides; the service of the act asks for it."""

    ALWAYS = ""
    ALARM = "alarm"
    """A social worker begins only what has an alarm."""
    STANDING = "standing"
    """A by-election, while candidates are called for."""
    ELECTION = "election"


@dataclass(frozen=True, slots=True)
class Right:
    """One row: when, who, and the policy's action for it."""

    phases: tuple[Phase, ...]
    parts: tuple[Part, ...]
    action: str
    given: Given = Given.ALWAYS


_COUNCIL = (Part.COUNCIL,)
_GIVERS = (Part.COUNCIL, Part.WORKER, Part.PARTY, Part.OVERSIGHT, Part.OWNERS)
_HEARD = (Phase.COLLECT, Phase.DISCLOSURE)

RIGHTS: Mapping[Act, Right] = {
    Act.BEGIN: Right((Phase.BEFORE,), (Part.COUNCIL, Part.WORKER), "procedures.begin", Given.ALARM),
    Act.OPEN_ELECTION: Right((Phase.BEFORE,), _COUNCIL, "procedures.run"),
    Act.GIVE_PAPER: Right(STAGES, _GIVERS, "procedures.give"),
    Act.SEND_VOICE: Right(_HEARD, (Part.VOTER,), "procedures.say"),
    Act.HIDE_VOICE: Right((*STAGES, Phase.OVER), _COUNCIL, "procedures.run"),
    Act.STAND: Right(_HEARD, (Part.VOTER,), "procedures.say", Given.STANDING),
    Act.NOMINATE: Right(_HEARD, (Part.VOTER,), "procedures.say", Given.STANDING),
    Act.DECLINE: Right((*STAGES, Phase.OVER), (Part.NOMINEE,), "procedures.say", Given.ELECTION),
    Act.STAND_DOWN: Right((*STAGES, Phase.OVER), (Part.CANDIDATE,), "procedures.say", Given.ELECTION),
    Act.CALL_SITTING: Right((Phase.SITTING,), _COUNCIL, "procedures.run"),
    Act.GO_ON: Right(STAGES, _COUNCIL, "procedures.run"),
    Act.WITHDRAW: Right(STAGES, _COUNCIL, "procedures.run"),
}
"""Everything that is refused by stage is refused by this table. An act that is not here has no form."""

SAID: Mapping[Act, ProcedureRefusal | ByElectionRefusal] = {
    Act.SEND_VOICE: ProcedureRefusal.NOT_ASKING,
    Act.CALL_SITTING: ProcedureRefusal.NOT_A_SITTING,
    Act.STAND: ByElectionRefusal.NOT_STANDING_NOW,
    Act.NOMINATE: ByElectionRefusal.NOT_STANDING_NOW,
}
"""In which words an act is refused that has not its place in this stage."""


def phase_of(state: ProcedureState, kind: StageKind | None) -> Phase:
    """Where a procedure stands, from its state and the kind of its present stage."""
    return Phase(kind.value) if state is ProcedureState.RUNNING and kind is not None else Phase.OVER


def refuse_act(act: Act, phase: Phase) -> ProcedureRefusal | ByElectionRefusal | None:
    """Whether an act has its place now."""
    if phase in RIGHTS[act].phases:
        return None
    is_election = isinstance(SAID.get(act), ByElectionRefusal)
    if phase is Phase.OVER and not is_election:
        return ProcedureRefusal.OVER
    return SAID.get(act, ProcedureRefusal.OVER)


def may(act: Act, phase: Phase, parts: Iterable[Part]) -> bool:
    """Whether somebody who comes as these parts may take the act in this phase."""
    right = RIGHTS[act]
    return phase in right.phases and any(part in right.parts for part in parts)


def acts_open(phase: Phase, parts: Collection[Part]) -> frozenset[str]:
    """Everything they may do in this phase, by name: what a page shows a control for."""
    return frozenset(act.value for act in Act if may(act, phase, parts))
