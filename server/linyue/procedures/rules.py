"""The state machine of a procedure: may it go on, and where to. Decides only, over a plan and facts it is given.

Periods in days leave out the day they begin on and roll over a holiday at their end (Civil Code art 201, 203).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from linyue.base.workdays import Calendar, Unit, due_after
from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_stages import Paper, ProcedurePlan, StageKind, StagePlan

TITLE_LIMIT = 80
PAPER_LIMIT = 8000
VOICE_LIMIT = 300
REASON_LIMIT = 100
VOICES_EACH = 5
ALARM_AT_MOST = timedelta(days=30)
"""What was raised longer ago is not urgent any more, or mistyped."""


class ProcedureState(StrEnum):
    """How a procedure stands; only `running` ever changes."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class StepState(StrEnum):
    """How a stay in a stage ended."""

    NOW = "now"
    DONE = "done"
    FAILED = "failed"
    CALLED_OFF = "called_off"


class Outcome(StrEnum):
    """What a stage came to."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"


class ProcedureRefusal(StrEnum):
    """Why a step with a procedure is not taken."""

    UNKNOWN_TEMPLATE = "procedures-refused-unknown-template"
    NOT_YOUR_PLACE = "procedures-refused-not-your-place"
    NO_TITLE = "procedures-refused-no-title"
    TITLE_LONG = "procedures-refused-title-long"
    OVER = "procedures-refused-over"
    MOVED_ON = "procedures-refused-moved-on"
    PAPER_MISSING = "procedures-refused-paper-missing"
    NOT_THIS_PAPER = "procedures-refused-not-this-paper"
    NOT_YOUR_PAPER = "procedures-refused-not-your-paper"
    NO_TEXT = "procedures-refused-no-text"
    TEXT_LONG = "procedures-refused-text-long"
    TOO_SOON = "procedures-refused-too-soon"
    NO_SITTING = "procedures-refused-no-sitting"
    NOT_A_SITTING = "procedures-refused-not-a-sitting"
    SITTING_CALLED = "procedures-refused-sitting-called"
    SITTING_NOT_OVER = "procedures-refused-sitting-not-over"
    NOT_PUBLISHED = "procedures-refused-not-published"
    NOT_ASKING = "procedures-refused-not-asking"
    NOT_ON_ROLL = "procedures-refused-not-on-roll"
    VOICES_USED = "procedures-refused-voices-used"
    AT_NOTICE = "procedures-refused-at-notice"
    NO_REASON = "procedures-refused-no-reason"
    NO_SUCH_MATTER = "procedures-refused-no-such-matter"
    MATTER_TAKEN = "procedures-refused-matter-taken"
    ALARM_TO_COME = "procedures-refused-alarm-to-come"
    ALARM_LONG_GONE = "procedures-refused-alarm-long-gone"
    ALARM_BEFORE = "procedures-refused-alarm-before"
    ALARM_ONLY = "procedures-refused-alarm-only"
    VILLAGES_ONLY = "procedures-refused-villages-only"
    COMMUNITIES_ONLY = "procedures-refused-communities-only"


def refuse_beginner(has_alarm: bool, *, is_council: bool, is_worker: bool) -> ProcedureRefusal | None:
    """Why somebody begins no procedure of a kind at a place: the council any, its secretary what is urgent."""
    if is_council or (is_worker and has_alarm):
        return None
    return ProcedureRefusal.ALARM_ONLY if is_worker else ProcedureRefusal.NOT_YOUR_PLACE


def refuse_where(where: str, is_village: bool) -> ProcedureRefusal | None:
    """Why a kind is not begun at a place: villages and communities in town have laws of their own.

    `where`: as the template says, "villages" or "communities"; "" fits both. Villagers' Committees Organisation Law
    (amended 2025) for the one, Urban Residents' Committees Organisation Law (2025 revision) for the other.
    """
    if where == "villages" and not is_village:
        return ProcedureRefusal.VILLAGES_ONLY
    return ProcedureRefusal.COMMUNITIES_ONLY if where == "communities" and is_village else None


def verdict_of(word: str) -> bool | None:
    """A published vote as a stage reads it: passed or not; None: too few took part, nothing was decided."""
    return None if word == "no_quorum" else word == "passed"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a stay in a stage has come to so far.

    `papers`: given in this stay; `sitting`: the state of its meeting, None for none; `verdicts`: whether each published
    vote of it passed, None: too few took part; `unpublished`: votes of it that are not.
    """

    began_at: datetime
    posted_at: datetime | None = None
    """When what a stage discloses was put up, or corrected last; None while it is on no board."""
    papers: frozenset[str] = frozenset()
    sitting: MeetingState | None = None
    verdicts: tuple[bool | None, ...] = ()
    unpublished: int = 0

    @property
    def counts_from(self) -> datetime:
        """Where a shortest time begins: drafting a disclosure is not posting it, and a correction begins it anew."""
        return self.posted_at or self.began_at


@dataclass(frozen=True, slots=True)
class Move:
    """Where a procedure goes: the next stage or, for None, the end in `state`; `step` is how the stay ends."""

    to: str | None
    state: ProcedureState
    step: StepState


def earliest_end(stage: StagePlan, began_at: datetime, calendar: Calendar) -> datetime | None:
    """The first moment at which a stage with a shortest time may end; None where there is none.

    Calendar days after the day of `began_at` (`Facts.counts_from`), to 24:00 of the last: Civil Code arts 201 and 203.
    """
    if not stage.days_at_least:
        return None
    return due_after(began_at, stage.days_at_least, Unit.CALENDAR, calendar)


def due_at(
    stage: StagePlan, began_at: datetime, calendar: Calendar, alarm_at: datetime | None = None
) -> datetime | None:
    """The moment after which a stage is late; None where it has no longest time.

    靶向即议: called within two hours and acted on within a day of the alarm, however late somebody began the procedure.
    """
    if stage.hours_at_most:
        start = alarm_at if stage.is_from_alarm and alarm_at is not None else began_at
        return due_after(start, stage.hours_at_most, Unit.HOURS, calendar)
    if stage.days_at_most:
        return due_after(began_at, stage.days_at_most, Unit.CALENDAR, calendar)
    return None


def refuse_alarm(said_at: datetime | None, reported_at: datetime | None, now: datetime) -> ProcedureRefusal | None:
    """An alarm is not to come nor long gone, and a matter became urgent when it was reported at the earliest."""
    if said_at is None:
        return None
    if said_at > now:
        return ProcedureRefusal.ALARM_TO_COME
    if said_at < now - ALARM_AT_MOST:
        return ProcedureRefusal.ALARM_LONG_GONE
    return ProcedureRefusal.ALARM_BEFORE if reported_at is not None and said_at < reported_at else None


def alarm_of(said_at: datetime | None, reported_at: datetime | None, now: datetime) -> datetime:
    """When the alarm was raised: as somebody says, else when the matter was reported, else now."""
    return said_at or reported_at or now


@dataclass(frozen=True, slots=True)
class AlarmClock:
    """One time that runs from the alarm: its stage, its end, when the stage was done (None: not yet), whether late."""

    stage: str
    due_at: datetime
    done_at: datetime | None
    is_late: bool


def alarm_clocks(
    plan: ProcedurePlan, alarm_at: datetime, done: Mapping[str, datetime], calendar: Calendar, now: datetime
) -> list[AlarmClock]:
    """Every clock that runs from the alarm, in the order of stages. `done`: when stages were left as done."""
    found = []
    for stage in plan.stages:
        due = due_at(stage, alarm_at, calendar, alarm_at) if stage.is_from_alarm else None
        if due is not None:
            at = done.get(stage.stage)
            found.append(AlarmClock(stage.stage, due, at, (at or now) > due))
    return found


def missing_papers(stage: StagePlan, given: frozenset[str]) -> list[str]:
    """Papers that the stage must still produce, in its order."""
    return [one for one in stage.gives if one not in given]


def refuse_title(title: str) -> ProcedureRefusal | None:
    """A procedure has a short title."""
    if not title.strip():
        return ProcedureRefusal.NO_TITLE
    return ProcedureRefusal.TITLE_LONG if len(title) > TITLE_LIMIT else None


def refuse_go_on(stage: StagePlan, facts: Facts, calendar: Calendar, now: datetime) -> ProcedureRefusal | None:
    """A stage is left when its papers are there, its sitting is over and published, and its shortest time has run."""
    if stage.kind is StageKind.SITTING:
        if facts.sitting is None:
            return ProcedureRefusal.NO_SITTING
        if facts.sitting is not MeetingState.ENDED:
            return ProcedureRefusal.SITTING_NOT_OVER
        if facts.unpublished:
            return ProcedureRefusal.NOT_PUBLISHED
    if missing_papers(stage, facts.papers):
        return ProcedureRefusal.PAPER_MISSING
    earliest = earliest_end(stage, facts.counts_from, calendar)
    return ProcedureRefusal.TOO_SOON if earliest is not None and now < earliest else None


def outcome_of(stage: StagePlan, facts: Facts) -> Outcome:
    """A stage that votes passes when every vote of it passed; one whose sitting decided nothing is undecided.

    A vote that too few took part in decides nothing: it is called again in another sitting of the same stage.
    """
    if stage.kind is not StageKind.SITTING or not stage.votes:
        return Outcome.PASSED
    if False in facts.verdicts:
        return Outcome.FAILED
    return Outcome.PASSED if facts.verdicts and None not in facts.verdicts else Outcome.UNDECIDED


def move_on(plan: ProcedurePlan, stage: StagePlan, outcome: Outcome, failed_before: int) -> Move:
    """The transition. `failed_before`: how often this stage's vote has failed before now.

    Undecided (too few came, no vote held): the same stage again, with a new sitting.
    """
    if outcome is Outcome.UNDECIDED:
        return Move(stage.stage, ProcedureState.RUNNING, StepState.CALLED_OFF)
    if outcome is Outcome.FAILED:
        if stage.back_to and failed_before < stage.back_times:
            return Move(stage.back_to, ProcedureState.RUNNING, StepState.FAILED)
        return Move(None, ProcedureState.FAILED, StepState.FAILED)
    following = plan.after(stage.stage)
    if following is None:
        return Move(None, ProcedureState.DONE, StepState.DONE)
    return Move(following.stage, ProcedureState.RUNNING, StepState.DONE)


def refuse_paper(stage: StagePlan, paper: str, text: str) -> ProcedureRefusal | None:
    """A stage takes the papers it must produce; a newer text replaces an older one in view, and both are kept."""
    if paper not in stage.gives:
        return ProcedureRefusal.NOT_THIS_PAPER
    return refuse_text(text, PAPER_LIMIT)


def refuse_giver(paper: Paper, roles: Collection[str]) -> ProcedureRefusal | None:
    """A paper that the law gives to one body is given by nobody else. `roles`: what the giver is at this place.

    The Party organisation studies first (Urban Residents' Committee Law, 2025 revision, arts 4, 30); the oversight
    committee appraises (arts 35 to 37); the owners' committee tells the owners (Civil Code art 277 and after).
    """
    return ProcedureRefusal.NOT_YOUR_PAPER if paper.by and not paper.by & frozenset(roles) else None


def refuse_text(text: str, limit: int) -> ProcedureRefusal | None:
    """Something must be said, within a limit."""
    if not text.strip():
        return ProcedureRefusal.NO_TEXT
    return ProcedureRefusal.TEXT_LONG if len(text) > limit else None


def refuse_voice(text: str, sent: int) -> ProcedureRefusal | None:
    """Residents are heard a few times each; the table of rights says in which stages."""
    return refuse_text(text, VOICE_LIMIT) or (ProcedureRefusal.VOICES_USED if sent >= VOICES_EACH else None)


def refuse_sitting(sitting: MeetingState | None) -> ProcedureRefusal | None:
    """One sitting a stay in a stage; the table of rights says in which stages there is one."""
    return None if sitting is None else ProcedureRefusal.SITTING_CALLED
