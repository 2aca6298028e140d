"""The clock of a matter that goes back to where it was: parted again after a merge, or its sending taken back."""

from datetime import datetime
from typing import Any

from linyue.base import clock
from linyue.base.workdays import Unit
from linyue.centres import service as centres
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import Step
from linyue.matters.rules_clock import Level
from linyue.matters.rules_due import due_in, due_on, period_start

TIMES = (
    "due_at",
    "due_from",
    "overdue_at",
    "warn_at",
    "warn_last_at",
    "answer_at",
    "silent_at",
    "paused_at",
    "pause_ends_at",
)
WORDS = ("due_days", "due_unit", "is_due_provisional", "level", "pause_reason")


def clock_kept(matter: Matter) -> dict[str, Any]:
    """The whole clock of a row as it stands, for the entry of the step that ends it; never what was asked."""
    times = {name: getattr(matter, name) for name in TIMES}
    kept = {name: at.isoformat() for name, at in times.items() if at is not None}
    return kept | {name: getattr(matter, name) for name in WORDS}


async def clock_of_before(before: MatterEvent, kept: dict[str, Any] | None) -> dict[str, Any]:
    """Columns of the clock that a merged matter had: as kept with the merge, worked out again for merges of before.

    A period that counts days follows the calendar of now, which may have changed meanwhile.
    """
    if not kept:
        return await clock_at_desk(before)
    columns: dict[str, Any] = {name: _time(kept.get(name)) for name in TIMES} | {name: kept[name] for name in WORDS}
    if columns["pause_reason"]:
        asked = MatterEvent.filter(matter_id=before.matter_id, kind=Step.ASK.value, seq__lte=before.seq)
        last = await asked.order_by("-seq").first()
        columns["paused_for"] = last.text[:500] if last else ""
    elif columns["due_from"] and columns["due_days"] and columns["overdue_at"] is None:
        due = due_in(columns["due_days"], Unit(columns["due_unit"]), columns["due_from"], await centres.calendar())
        if due.at != columns["due_at"]:
            columns.update(due_at=due.at, is_due_provisional=due.is_provisional)
            columns.update(
                warn_at=due.warns[0] if due.warns else None, warn_last_at=due.warns[-1] if due.warns else None
            )
    return columns


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


async def clock_at_desk(before: MatterEvent) -> dict[str, Any]:
    """Columns of the clock that a report had at the desk after an entry: its one day, with what has passed of it.

    What was late then is late still, with the level that had been told.
    """
    if before.due_after is None:
        return {"due_at": None}
    now, calendar = clock.now(), await centres.calendar()
    events = await MatterEvent.filter(matter_id=before.matter_id, seq__lte=before.seq).order_by("seq")
    start = period_start([(event.kind, event.at, event.due_after) for event in events])
    rules = await centres.handling()
    due = due_in(rules.triage_days, Unit.WORKING, start, calendar) if start else None
    if due is None or due.at != before.due_after:
        due = due_on(before.due_after, now, calendar)
    late = next((event for event in reversed(events) if event.kind == Step.OVERDUE.value), None)
    is_late = late is not None and late.due_after == before.due_after and due.at <= now
    told = next((event for event in reversed(events) if event.data.get("level")), None)
    warns = [at for at in due.warns if at > now]
    level = told.data["level"] if told is not None and is_late else ""
    if late is not None and level == Level.OFFICER:  # the next level is told when it would have been
        warns = [due_in(rules.escalate_days, Unit.WORKING, late.at, calendar).at]
    return {
        "due_at": due.at,
        "due_days": due.days,
        "due_unit": due.unit,
        "is_due_provisional": due.is_provisional,
        "due_from": due.start,
        "overdue_at": late.at if late is not None and is_late else None,
        "level": level,
        "warn_at": warns[0] if warns else None,
        "warn_last_at": warns[-1] if warns else None,
    }
