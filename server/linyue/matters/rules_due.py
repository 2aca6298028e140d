"""When a matter is due, and what its clock shows. Plain functions; the working calendar and `now` are handed in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from linyue.base.workdays import Calendar, Unit, due_after, is_provisional, local_day, working_days_between
from linyue.centres.rules import Days, Way, due_rule
from linyue.centres.rules_handling import HandlingRules
from linyue.matters.rules import Step
from linyue.matters.rules_clock import share_times

SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class DueTime:
    """A due time with the period behind it: `days` of `unit` ("working" or "calendar") begun at `start`.

    A day that somebody named has no start. `warns`: when so much of the time is used that the owner is told.
    """

    at: datetime
    days: int
    unit: str
    is_provisional: bool
    start: datetime | None = None
    warns: tuple[datetime, ...] = ()


def due_in(days: int, unit: Unit, start: datetime, calendar: Calendar) -> DueTime:
    """The end of a period begun at `start`."""
    at = due_after(start, days, unit, calendar)
    warns = share_times(start, at, calendar)
    return DueTime(at, days, unit.value, is_provisional(start, at, calendar), start, warns)


def due_on(at: datetime, now: datetime, calendar: Calendar, days: int = 0, unit: str = "calendar") -> DueTime:
    """A due time that somebody named; `days` and `unit` are those of the period it takes the place of."""
    return DueTime(at, days, unit, is_provisional(now, at, calendar), None, share_times(now, at, calendar))


def due_again(whole: DueTime, now: datetime, calendar: Calendar) -> DueTime:
    """The due time of a matter that is sent out again: it runs since the first sending, `whole`, and starts anew for
    nobody; whoever gets it on the last day has the next working day, so that nobody is late on receipt.
    """
    least = due_in(1, Unit.WORKING, now, calendar)
    if whole.at >= least.at:
        return replace(whole, warns=tuple(at for at in whole.warns if at > now))
    return replace(whole, at=least.at, start=None, warns=least.warns)


def due_for_way(
    way: Way, days: Days | None, start: datetime, calendar: Calendar, rules: HandlingRules
) -> DueTime | None:
    """The receiver's due time: as the item says, else the district's usual one. None: answered at once, as referral
    and refusal are.

    The council first owes an answer, whether it takes the matter on: within the district's days for it, and never
    later than the work itself is due.
    """
    if way in (Way.REFERRAL, Way.REFUSAL):
        return None
    work = work_in(way, days, start, calendar, rules)
    if way is not Way.COUNCIL:
        return work
    answer = due_in(rules.answer_days, Unit.WORKING, start, calendar)
    return answer if answer.at < work.at else work


def work_in(way: Way, days: Days | None, start: datetime, calendar: Calendar, rules: HandlingRules) -> DueTime:
    """How long the work itself takes, as the guide to services promises it, else the district's days for this way."""
    rule = due_rule(way, days, rules.usual)
    return due_in(rule.days, rule.unit, start, calendar)


def due_after_answer(whole: DueTime, due_at: datetime | None, now: datetime) -> DueTime | None:
    """The due time of a matter that its receiver takes on: `whole`, which runs since its first sending.

    None where it stays as it is: what is due later already, and what is late.
    """
    return whole if whole.at > now and (due_at is None or whole.at > due_at) else None


def due_after_pause(due_at: datetime, paused_at: datetime, now: datetime, calendar: Calendar) -> datetime:
    """The due time once the question is answered: pushed on by the working days that the clock stood still."""
    lost = max(0, working_days_between(paused_at, now, calendar))
    return due_at if lost == 0 else due_after(due_at, lost, Unit.WORKING, calendar)


FRESH = frozenset(
    {
        Step.REPORT,
        Step.TRIAGE,
        Step.ACCEPT,
        Step.RETURN,
        Step.COMPLETE,
        Step.RATE,
        Step.DECIDE,
        Step.ADOPT,
        Step.KEEP_PROMISE,
    }
    | {Step.TAKE_OFF_AGENDA, Step.REOPEN, Step.APPEAL_MOVE}
)
"""Steps that begin a period of days, when they change the due time; other steps name a day or push one on."""


def period_start(entries: Sequence[tuple[str, datetime, datetime | None]]) -> datetime | None:
    """When the running period of days began, from (kind, time, due time then), oldest first; None if there is none."""
    begun, due = None, None
    for kind, at, due_then in entries:
        if kind != Step.RECKON and due_then != due:
            begun = at if kind in FRESH else None
        due = due_then
    return begun


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What the clock shows: `left` whole units (negative when late), of which `used` of `total` boxes are filled."""

    left: int
    unit: str
    used: int
    total: int
    is_late: bool
    is_soon: bool


def clock_facts(due_at: datetime, days: int, now: datetime, calendar: Calendar) -> ClockFacts:
    """Working days left and used; hours on the last day."""
    is_late = now > due_at
    if is_late:
        late_days = -working_days_between(due_at, now, calendar)
        return ClockFacts(late_days, "days", days, days, True, False)
    left = working_days_between(now, due_at, calendar)
    if local_day(now) == local_day(due_at):
        hours = max(1, int((due_at - now).total_seconds() // 3600))
        return ClockFacts(hours, "hours", max(0, days - 1), days, False, True)
    return ClockFacts(left, "days", min(days, max(0, days - left)), days, False, due_at - now <= SOON)
