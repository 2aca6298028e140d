"""Matters: states, steps, and who may take which step from which state, as one table. Plain functions over values."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from linyue.centres.rules import Way

__all__ = ["Doer", "MatterRefusal", "MatterState", "Move", "Rating", "Step", "Way"]

RETURNS_AT_MOST = 2
"""After so many returns the sub-district's officer decides, so that a matter cannot wander between desks."""
PHOTOS_AT_MOST = 4
NUMBER_AT_MOST = 16
"""Letters of a matter's number, such as 2026-0387."""
TEXT_AT_MOST = 2000
"""Letters of anything written about a matter in one go."""
SECOND_RETURN_OWNER = "subdistrict_officer"


class MatterState(StrEnum):
    """Where a matter stands."""

    REPORTED = "reported"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    """The handler has asked the reporter something; the clock is paused for that named reason."""
    ON_AGENDA = "on_agenda"
    IN_MEETING = "in_meeting"
    RESOLVED = "resolved"
    EXECUTING = "executing"
    COMPLETED = "completed"
    REFERRED = "referred"
    REFUSED = "refused"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


FINAL = frozenset(
    {MatterState.REFERRED, MatterState.REFUSED, MatterState.MERGED, MatterState.WITHDRAWN, MatterState.CLOSED}
)
"""States in which nobody owes anything more: no due time."""
OPEN = frozenset(MatterState) - FINAL
SENDING: dict[Way, MatterState] = {
    Way.COUNCIL: MatterState.ASSIGNED,
    Way.CENTRE: MatterState.ASSIGNED,
    Way.OWN_DESK: MatterState.ASSIGNED,
    Way.REFERRAL: MatterState.REFERRED,
    Way.REFUSAL: MatterState.REFUSED,
}
"""The state that each of the five ways leads to."""


class Rating(StrEnum):
    """What a resident says of the outcome: 满意, 基本满意, 不满意."""

    SATISFIED = "satisfied"
    MOSTLY = "mostly"
    UNSATISFIED = "unsatisfied"


class Step(StrEnum):
    """Everything that can happen to a matter; the value is the end of its timeline key."""

    REPORT = "reported"
    TAKE = "taken"
    TRIAGE = "triaged"
    SPLIT = "split"
    """The matter is both: the governmental part becomes a row of its own under the same number."""
    PART = "part-made"
    """The first entry of that row."""
    JOIN = "joined"
    """The part turned out to be none: it goes back into the other."""
    MERGE = "merged"
    UNMERGE = "unmerged"
    ABSORB = "absorbed"
    ACCEPT = "accepted"
    RETURN = "returned"
    ASK = "asked"
    ANSWER = "answered"
    EXTEND = "extended"
    COMPLETE = "completed"
    RATE = "rated"
    REOPEN = "reopened"
    CLOSE = "closed"
    WITHDRAW = "withdrawn"
    HIDE = "hidden"
    SHOW = "shown"
    URGENT = "marked-urgent"
    """Somebody who works on it says that it cannot wait; words of danger in a report say so by themselves."""
    CALM = "calmed"
    """A false alarm, or no longer one."""
    OVERDUE = "overdue"
    ESCALATE = "escalated"
    SILENT = "silent"
    RESUME = "resumed"
    RECALL = "recalled"
    FORWARD = "forwarded"
    REASSIGN = "reassigned"
    RECKON = "due-reckoned"
    PRE_STUDY = "pre-studied"
    PUT_ON_AGENDA = "on-agenda"
    TAKE_OFF_AGENDA = "off-agenda"
    START_MEETING = "in-meeting"
    DECIDE = "decided"
    ADOPT = "adopted"
    """A motion of the meeting itself passed and becomes a matter (`decisions/0018`)."""
    PROMISE = "promised"
    CHANGE_PROMISE = "promise-changed"
    KEEP_PROMISE = "promise-kept"
    CHANGE_LINE = "line-changed"
    """A further line of the plan that carries it out has another owner or day."""
    VOID_DECISION = "decision-voided"
    MOVE = "moved"
    """It was about another place than it was filed for; it goes to whoever has such matters there."""
    ADD = "added"
    """Its reporter says more, or sends another picture."""
    NUDGE = "nudged"
    """Its reporter asks how it goes (催一催)."""
    UNDO = "undone"
    """Whoever sent it takes it back, minutes later."""
    SUPPORT = "supported"
    """Enough neighbours support what was proposed, or the council took it up: it is the council's."""
    RECUSE = "recused"
    """A member of the council steps back from it."""
    APPEAL = "appealed"
    APPEAL_KEEP = "appeal-kept"
    APPEAL_MOVE = "appeal-moved"
    APPEAL_LATE = "appeal-late"
    DISCLOSE = "disclosed"
    """A public notice was posted about it; what is said of the notice stays here too."""
    CORRECT_DISCLOSED = "disclosure-corrected"
    SAY_DISCLOSED = "disclosure-said"
    ANSWER_DISCLOSED = "disclosure-answered"
    PROCEDURE_BEGIN = "procedure-begun"
    """A procedure of several stages takes the matter up; it stays in the council's hands meanwhile."""
    PROCEDURE_MOVE = "procedure-moved"
    PROCEDURE_END = "procedure-ended"


class Doer(StrEnum):
    """What the one who asks is to this matter; one person can be several."""

    REPORTER = "reporter"
    DESK = "desk"
    """Social or grid worker of the matter's community."""
    OWNER = "owner"
    """The person who owns it now, or anybody at the desk that does."""
    OFFICER = "officer"
    """Officer of the sub-district."""
    PARTY = "party"
    """Reviewer of the community's Party organisation."""
    MEETING = "meeting"
    """The council's meeting and what follows from it."""
    NEIGHBOURS = "neighbours"
    """Enough neighbours who support a proposal; service_topics counts them."""
    COUNCIL = "council"
    """A member of the council it lies with; service_recusal knows who is one."""
    APPEAL = "appeal"
    """Whoever answers an appeal against where it was sent; service_appeals knows who may."""
    DISCLOSURE = "disclosure"
    """Whoever posts a notice about it, asks about the notice or answers; the notice knows who may."""
    CLOCK = "clock"


S, D = MatterState, Doer


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: who may take the step, and which states it can lead to."""

    who: frozenset[Doer]
    to: frozenset[MatterState]


def _rows(
    step: Step, froms: Collection[MatterState], who: Collection[Doer], *to: MatterState
) -> dict[tuple[MatterState, Step], Move]:
    """The same step from several states; without `to` the state stays."""
    return {(at, step): Move(frozenset(who), frozenset(to or (at,))) for at in froms}


DECISIONS = (Step.DECIDE, Step.ADOPT)
"""Entries that tell what a vote decided."""
BEFORE_AGENDA = (S.ASSIGNED, S.ACCEPTED, S.WAITING)
UNDER_WAY = (*BEFORE_AGENDA, S.ON_AGENDA, S.IN_MEETING, S.RESOLVED, S.EXECUTING)

TRANSITIONS: dict[tuple[MatterState, Step], Move] = {
    **_rows(Step.TAKE, (S.REPORTED,), (D.OWNER,)),
    **_rows(Step.TRIAGE, (S.REPORTED,), (D.OWNER, D.OFFICER), S.ASSIGNED, S.REFERRED, S.REFUSED),
    **_rows(Step.SPLIT, (S.REPORTED,), (D.OWNER, D.OFFICER)),
    **_rows(Step.JOIN, (S.REPORTED, *BEFORE_AGENDA), (D.DESK, D.OFFICER), S.MERGED),
    **_rows(Step.MERGE, (S.REPORTED, *BEFORE_AGENDA), (D.DESK, D.OFFICER), S.MERGED),
    **_rows(Step.ABSORB, (S.REPORTED, *UNDER_WAY, S.COMPLETED), (D.DESK, D.OFFICER)),
    **_rows(Step.UNMERGE, (S.MERGED,), (D.DESK, D.OFFICER), S.REPORTED, *BEFORE_AGENDA),
    **_rows(Step.ACCEPT, (S.ASSIGNED,), (D.OWNER,), S.ACCEPTED),
    **_rows(Step.RETURN, (S.ASSIGNED, S.ACCEPTED), (D.OWNER,), S.REPORTED),
    **_rows(Step.ASK, (S.ACCEPTED,), (D.OWNER,), S.WAITING),
    **_rows(Step.ANSWER, (S.WAITING,), (D.REPORTER, D.DESK), S.ACCEPTED),
    **_rows(Step.EXTEND, (S.ASSIGNED, S.ACCEPTED), (D.OWNER,)),
    **_rows(Step.COMPLETE, (S.ACCEPTED,), (D.OWNER,), S.COMPLETED),
    **_rows(Step.RATE, (S.COMPLETED,), (D.REPORTER, D.DESK), S.CLOSED, S.ACCEPTED, S.EXECUTING),
    **_rows(Step.REOPEN, (S.CLOSED,), (D.REPORTER, D.DESK), S.ACCEPTED, S.EXECUTING),
    **_rows(Step.CLOSE, (S.COMPLETED,), (D.CLOCK,), S.CLOSED),
    **_rows(Step.WITHDRAW, (S.REPORTED, *BEFORE_AGENDA), (D.REPORTER,), S.WITHDRAWN),
    **_rows(Step.HIDE, tuple(S), (D.DESK, D.OFFICER)),
    **_rows(Step.SHOW, tuple(S), (D.DESK, D.OFFICER)),
    **_rows(Step.URGENT, (S.REPORTED, *UNDER_WAY), (D.DESK, D.OFFICER, D.OWNER)),
    **_rows(Step.CALM, (S.REPORTED, *UNDER_WAY), (D.DESK, D.OFFICER, D.OWNER)),
    **_rows(Step.OVERDUE, (S.REPORTED, *UNDER_WAY), (D.CLOCK,)),
    **_rows(Step.ESCALATE, (S.REPORTED, *UNDER_WAY), (D.CLOCK,)),
    **_rows(Step.SILENT, (S.ASSIGNED,), (D.CLOCK,)),
    **_rows(Step.RESUME, (S.WAITING,), (D.OWNER, D.CLOCK), S.ACCEPTED),
    **_rows(Step.RECALL, BEFORE_AGENDA, (D.OFFICER,), S.REPORTED),
    **_rows(Step.FORWARD, (S.ASSIGNED, S.ACCEPTED), (D.OWNER,), S.ASSIGNED),
    **_rows(Step.REASSIGN, (S.REPORTED, *UNDER_WAY[3:], S.COMPLETED), (D.CLOCK,)),
    **_rows(Step.REASSIGN, BEFORE_AGENDA, (D.CLOCK,), *BEFORE_AGENDA, S.REPORTED),
    **_rows(Step.RECKON, (S.REPORTED, *UNDER_WAY, S.COMPLETED), (D.CLOCK,)),
    **_rows(Step.MOVE, (S.REPORTED,), (D.REPORTER, D.DESK, D.OWNER, D.OFFICER)),
    **_rows(Step.MOVE, (S.ASSIGNED,), (D.REPORTER, D.DESK, D.OWNER, D.OFFICER), S.ASSIGNED, S.REPORTED),
    **_rows(Step.MOVE, (S.ACCEPTED,), (D.DESK, D.OWNER, D.OFFICER), S.ACCEPTED, S.ASSIGNED, S.REPORTED),
    **_rows(Step.ADD, (S.REPORTED, *UNDER_WAY), (D.REPORTER, D.DESK)),
    **_rows(Step.NUDGE, (S.REPORTED, *UNDER_WAY), (D.REPORTER,)),
    **_rows(Step.UNDO, (S.ASSIGNED, S.REFERRED, S.REFUSED), (D.DESK, D.OFFICER), S.REPORTED),
    **_rows(Step.SUPPORT, (S.REPORTED,), (D.NEIGHBOURS,), S.ASSIGNED),
    **_rows(Step.RECUSE, (*BEFORE_AGENDA, S.ON_AGENDA, S.IN_MEETING), (D.COUNCIL,)),
    **_rows(Step.APPEAL, (*BEFORE_AGENDA, S.REFERRED, S.REFUSED), (D.REPORTER, D.DESK)),
    **_rows(Step.APPEAL_KEEP, tuple(S), (D.APPEAL,)),
    **_rows(
        Step.APPEAL_MOVE,
        (S.REPORTED, *BEFORE_AGENDA, S.REFERRED, S.REFUSED),
        (D.APPEAL,),
        S.ASSIGNED,
        S.REFERRED,
        S.REFUSED,
    ),
    **_rows(Step.APPEAL_LATE, tuple(S), (D.CLOCK,)),
    **_rows(Step.DISCLOSE, tuple(S), (D.DISCLOSURE,)),
    **_rows(Step.CORRECT_DISCLOSED, tuple(S), (D.DISCLOSURE,)),
    **_rows(Step.SAY_DISCLOSED, tuple(S), (D.DISCLOSURE,)),
    **_rows(Step.ANSWER_DISCLOSED, tuple(S), (D.DISCLOSURE,)),
    **_rows(Step.PRE_STUDY, (*BEFORE_AGENDA, S.ON_AGENDA), (D.PARTY,)),
    **_rows(Step.PROCEDURE_BEGIN, (*UNDER_WAY, S.COMPLETED), (D.MEETING,)),
    **_rows(Step.PROCEDURE_MOVE, tuple(S), (D.MEETING,)),
    **_rows(Step.PROCEDURE_END, tuple(S), (D.MEETING,)),
    **_rows(Step.PUT_ON_AGENDA, (S.ASSIGNED, S.ACCEPTED), (D.MEETING,), S.ON_AGENDA),
    **_rows(Step.TAKE_OFF_AGENDA, (S.ON_AGENDA,), (D.MEETING,), S.ACCEPTED),
    **_rows(Step.TAKE_OFF_AGENDA, (S.IN_MEETING,), (D.MEETING, D.OWNER), S.ACCEPTED),  # heard, but nothing decided
    **_rows(Step.START_MEETING, (S.ON_AGENDA,), (D.MEETING,), S.IN_MEETING),
    **_rows(Step.DECIDE, (S.ON_AGENDA, S.IN_MEETING), (D.MEETING,), S.RESOLVED, S.ACCEPTED),
    **_rows(Step.ADOPT, (S.REPORTED,), (D.MEETING,), S.RESOLVED),
    **_rows(Step.CHANGE_LINE, tuple(S), (D.MEETING,)),
    **_rows(Step.PROMISE, (S.RESOLVED,), (D.MEETING,), S.EXECUTING),
    **_rows(Step.CHANGE_PROMISE, (S.EXECUTING,), (D.MEETING, D.OWNER)),
    **_rows(Step.KEEP_PROMISE, (S.EXECUTING,), (D.MEETING, D.OWNER), S.COMPLETED),
    **_rows(Step.VOID_DECISION, (*BEFORE_AGENDA, S.ON_AGENDA), (D.MEETING,)),
    **_rows(Step.VOID_DECISION, (S.IN_MEETING,), (D.MEETING,), S.IN_MEETING, S.ACCEPTED),
    **_rows(Step.VOID_DECISION, (S.RESOLVED, S.EXECUTING, S.COMPLETED, S.CLOSED), (D.MEETING,), S.ACCEPTED),
}
"""Every step a matter can take after its report. What is not here is refused."""


class Opinion(StrEnum):
    """What the community's Party organisation says of a matter before residents decide on it.

    Residents' Committee Law (2025) arts 4 and 30: important matters for the assembly or the representatives' meeting
    are studied first. For a council's deliberation the step is recorded, not required.
    """

    AGREE = "agree"
    AMEND = "amend"
    NOT_YET = "not-yet"


class ReturnReason(StrEnum):
    """Why a handler gives a matter back; the value is the end of its translation key."""

    NOT_OURS = "not-ours"
    WRONG_ITEM = "wrong-item"
    MORE_FACTS = "more-facts"
    DUPLICATE = "duplicate"
    OTHER = "other"


class MatterRefusal(StrEnum):
    """Why something is not done; the value is the translation key."""

    CHANGED_MEANWHILE = "matters-refused-changed-meanwhile"
    NOT_NOW = "matters-refused-not-now"
    NOT_YOURS = "matters-refused-not-yours"
    NO_TITLE = "matters-refused-no-title"
    TEXT_TOO_LONG = "matters-refused-text-too-long"
    NO_PLACE = "matters-refused-no-place"
    NO_REASON = "matters-refused-no-reason"
    NO_OWN_DESK_WORDS = "matters-refused-own-desk-words"
    NO_RESULT = "matters-refused-no-result"
    NO_ITEM = "matters-refused-no-item"
    ITEM_RETIRED = "matters-refused-item-retired"
    ITEM_GOES_ELSEWHERE = "matters-refused-item-goes-elsewhere"
    NO_KIND = "matters-refused-no-kind"
    NO_CENTRE = "matters-refused-no-centre"
    NOT_CALLED = "matters-refused-not-called"
    NOT_HOME_BOUND = "matters-refused-not-home-bound"
    NO_DEPARTMENT = "matters-refused-no-department"
    RETURNED_OFTEN = "matters-refused-returned-often"
    TOO_LATE = "matters-refused-too-late"
    NOT_LATER = "matters-refused-not-later"
    TOO_FAR = "matters-refused-too-far"
    EXTENDED_OFTEN = "matters-refused-extended-often"
    PAUSED_OFTEN = "matters-refused-paused-often"
    SAME_MATTER = "matters-refused-same-matter"
    MERGE_CLOSED = "matters-refused-merge-closed"
    MERGE_PRIVACY = "matters-refused-merge-privacy"
    OTHER_COMMUNITY = "matters-refused-other-community"
    FORM_USED = "matters-refused-form-used"
    NO_OFFICE = "matters-refused-no-office"
    SAME_OFFICE = "matters-refused-same-office"
    NOT_FOUND = "matters-refused-not-found"
    WRONG_TAIL = "matters-refused-wrong-tail"
    TOO_MANY_TRIES = "matters-refused-too-many-tries"
    TOO_MANY_REPORTS = "matters-refused-too-many-reports"
    PHOTO_TOO_MANY = "matters-refused-photo-too-many"
    PHOTO_QUOTA = "matters-refused-photo-quota"
    PHOTO_TOO_LARGE = "matters-refused-photo-too-large"
    PHOTO_TOO_WIDE = "matters-refused-photo-too-wide"
    PHOTO_KIND = "matters-refused-photo-kind"
    PHOTO_BROKEN = "matters-refused-photo-broken"
    BAD_PHONE = "matters-refused-bad-phone"
    ALREADY_FLAGGED = "matters-refused-already-flagged"
    OWN_WORK = "matters-refused-own-work"
    NOT_TRAINED = "matters-refused-not-trained"


def refuse_step(state: MatterState, step: Step, doers: Collection[Doer]) -> MatterRefusal | None:
    """Why this step cannot be taken from this state by somebody who is `doers` to the matter; None when it can."""
    move = TRANSITIONS.get((state, step))
    if move is None:
        return MatterRefusal.NOT_NOW
    return None if move.who & frozenset(doers) else MatterRefusal.NOT_YOURS


def steps_open(state: MatterState, doers: Collection[Doer]) -> frozenset[Step]:
    """Every step these doers could take now; pages show buttons for them and no others."""
    return frozenset(step for at, step in TRANSITIONS if at is state and refuse_step(at, step, doers) is None)


HANDLING = (Step.ACCEPT, Step.COMPLETE, Step.KEEP_PROMISE)
"""Steps that make somebody the one who handled a matter; whoever took one notes no rating of it for the reporter."""


def state_after_rating(rating: Rating, reopened_count: int, has_promise: bool) -> MatterState:
    """Where a rating leads: 不满意 opens the matter again, once; everything else closes it."""
    if rating is not Rating.UNSATISFIED or reopened_count > 0:
        return MatterState.CLOSED
    return MatterState.EXECUTING if has_promise else MatterState.ACCEPTED


def refuse_return(returned_count: int) -> MatterRefusal | None:
    """A matter the sub-district's officer has sent out is not returned again: the officer's word settles it."""
    return MatterRefusal.RETURNED_OFTEN if returned_count >= RETURNS_AT_MOST else None


def owner_after_return(returned_count: int) -> str:
    """Whose desk gets a returned matter; `returned_count` includes this return."""
    return SECOND_RETURN_OWNER if returned_count >= RETURNS_AT_MOST else "social_worker"


STAGES = ("report", "triage", "council", "vote", "promise", "rating")
"""The steps shown above a residential matter, by translation key's end."""
STAGES_OFFICE = ("report", "triage", "office", "rating")
"""The same for a matter of the administration."""


def stage_of(state: MatterState, way: Way | None) -> tuple[tuple[str, ...], int]:
    """The strip of steps of a matter and which of them is now; past the last one when all is done."""
    if way in (Way.REFERRAL, Way.REFUSAL):
        return STAGES_OFFICE[:2], 2
    strip = STAGES if way is Way.COUNCIL else STAGES_OFFICE
    if state is S.REPORTED:
        return strip, 1
    if state is S.COMPLETED:
        return strip, len(strip) - 1
    if state in FINAL:
        return strip, len(strip)
    if way is Way.COUNCIL:
        at = {S.IN_MEETING: 3, S.RESOLVED: 4, S.EXECUTING: 4}.get(state, 2)
        return strip, at
    return strip, 2


class Stage(StrEnum):
    """The chips above the public list; each a set of states."""

    ALL = "all"
    TRIAGE = "triage"
    COUNCIL = "council"
    OFFICE = "office"
    PROMISE = "promise"
    DONE = "done"
