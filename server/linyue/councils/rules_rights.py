"""Who may do what about a council's seats: one table, read by routes and services, shown on `/rights`.

The form is that of procedures/rules_rights.py. The policy's action of a row guards its route; behind it the route asks
the table as what somebody comes (`acting`), and the act's service asks how far the thing has come that it is about: the
place, the seat, the term, the call or the application. What else may stand in the way is said by the other rules.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linyue.councils.rules import CouncilRefusal, Tenure
from linyue.councils.rules_x import ApplicationState, XRefusal


class Part(StrEnum):
    """As what somebody comes to a council."""

    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    """Holds a standing seat there."""
    WORKER = "worker"
    """The community's social worker, the council's secretary."""
    PERSON = "person"
    """Anybody who is signed in."""
    APPLICANT = "applicant"
    """Whose application it is."""
    READER = "reader"


class Act(StrEnum):
    """What can be done about the seats of a council, in the order in which it comes up."""

    FOUND = "found"
    RULES = "rules"
    """Size, terms, limits, and which seat leads which kind."""
    GIVE_SEAT = "give_seat"
    APPOINT_X = "appoint_x"
    """The administrator enters an enthusiast."""
    END_TERM = "end_term"
    OPEN_CALL = "open_call"
    CLOSE_CALL = "close_call"
    INVITE_X = "invite_x"
    """The council asks somebody by itself."""
    PUT_FORWARD = "put_forward"
    WITHDRAW = "withdraw"
    DECIDE = "decide"
    """Admit, or say no with words."""


class Phase(StrEnum):
    """How far the thing has come that an act is about."""

    NO_COUNCIL = "no_council"
    COUNCIL = "council"
    FREE = "free"
    """Nobody holds the seat in the term that is asked for."""
    HELD = "held"
    COMING = "coming"
    RUNNING = "running"
    """The term runs."""
    OVER = "over"
    OPEN = "open"
    """The call can be answered."""
    CLOSED = "closed"
    UNSENT = "unsent"
    """This person has sent no application to this council yet."""
    WAITING = "waiting"
    ANSWERED = "answered"
    """Admitted, declined or taken back."""
    SITTING = "sitting"
    """This person holds a standing seat of this council."""


class Given(StrEnum):
    """What has to be there besides; the service of the act asks for it."""

    ALWAYS = ""
    BY_WAY = "by_way"
    """Who lives elsewhere comes for what they know only; a call is answered while it is open."""
    NOT_OWN = "not_own"
    """Nobody answers their own application."""


@dataclass(frozen=True, slots=True)
class Right:
    """One row: when, who, and the policy's action for it."""

    phases: tuple[Phase, ...]
    parts: tuple[Part, ...]
    action: str
    given: Given = Given.ALWAYS


_ADMINISTRATOR = (Part.ADMINISTRATOR,)
_DESK = (Part.MEMBER, Part.WORKER)
ANY_TIME = (Phase.NO_COUNCIL, Phase.COUNCIL)

RIGHTS: Mapping[Act, Right] = {
    Act.FOUND: Right((Phase.NO_COUNCIL,), _ADMINISTRATOR, "councils.roster.edit"),
    Act.RULES: Right(ANY_TIME, _ADMINISTRATOR, "councils.rules.edit"),
    Act.GIVE_SEAT: Right((Phase.FREE,), _ADMINISTRATOR, "councils.roster.edit"),
    Act.APPOINT_X: Right((Phase.COUNCIL,), _ADMINISTRATOR, "councils.roster.edit"),
    Act.END_TERM: Right((Phase.COMING, Phase.RUNNING), _ADMINISTRATOR, "councils.roster.edit"),
    Act.OPEN_CALL: Right((Phase.COUNCIL,), _DESK, "councils.x.admit"),
    Act.CLOSE_CALL: Right((Phase.OPEN,), _DESK, "councils.x.admit"),
    Act.INVITE_X: Right((Phase.COUNCIL,), _DESK, "councils.x.admit"),
    Act.PUT_FORWARD: Right((Phase.UNSENT, Phase.ANSWERED), (Part.PERSON,), "councils.x.put_forward", Given.BY_WAY),
    Act.WITHDRAW: Right((Phase.WAITING,), (Part.APPLICANT,), "councils.x.put_forward"),
    Act.DECIDE: Right((Phase.WAITING,), _DESK, "councils.x.admit", Given.NOT_OWN),
}
"""An act that is not here has no form."""

SAID: Mapping[Phase, CouncilRefusal | XRefusal] = {
    Phase.COUNCIL: CouncilRefusal.HAS_COUNCIL,
    Phase.HELD: CouncilRefusal.SEAT_TAKEN,
    Phase.OVER: CouncilRefusal.ALREADY_ENDED,
    Phase.CLOSED: XRefusal.CALL_OVER,
    Phase.WAITING: XRefusal.WAITS_ALREADY,
    Phase.ANSWERED: XRefusal.ANSWERED_ALREADY,
    Phase.SITTING: XRefusal.SITS_ALREADY,
}
"""In which words an act is refused that comes too late."""


def refuse_act(act: Act, phase: Phase) -> CouncilRefusal | XRefusal | None:
    """Whether an act has its place now."""
    return None if phase in RIGHTS[act].phases else SAID.get(phase, CouncilRefusal.NOT_NOW)


def may(act: Act, phase: Phase, parts: Iterable[Part]) -> bool:
    """Whether somebody who comes as these parts may take the act in this phase."""
    right = RIGHTS[act]
    return phase in right.phases and any(part in right.parts for part in parts)


def phase_of_place(*, has_council: bool) -> Phase:
    """Where a place stands, or a district."""
    return Phase.COUNCIL if has_council else Phase.NO_COUNCIL


def phase_of_seat(wanted: Tenure, standing: Iterable[Tenure]) -> Phase:
    """Whether the seat is free for the whole term that is wanted."""
    same = (one for one in standing if one.number == wanted.number)
    return Phase.HELD if any(one.overlaps(wanted.starts_at, wanted.ends_at) for one in same) else Phase.FREE


def phase_of_term(starts_at: datetime, ends_at: datetime, now: datetime) -> Phase:
    """Where a term stands; its end is not part of it."""
    if now < starts_at:
        return Phase.COMING
    return Phase.RUNNING if now < ends_at else Phase.OVER


def phase_of_call(closes_at: datetime, now: datetime) -> Phase:
    """Whether a call can be answered."""
    return Phase.OPEN if now < closes_at else Phase.CLOSED


def phase_of_application(state: ApplicationState) -> Phase:
    """Where an application stands."""
    return Phase.WAITING if state is ApplicationState.WAITING else Phase.ANSWERED


def phase_of_person(sent: Collection[ApplicationState], *, is_member: bool) -> Phase:
    """Where somebody stands who would put themselves forward. `sent`: the states of all they sent to this council."""
    if is_member:
        return Phase.SITTING
    if ApplicationState.WAITING in sent:
        return Phase.WAITING
    return Phase.ANSWERED if sent else Phase.UNSENT
