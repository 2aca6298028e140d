"""What time does to matters: warnings, lateness, the next level, silence, the end of a pause, the end without a rating.

Each is noticed within a minute by whoever runs the timer, after any restart: the times stand on the rows.
"""

from collections.abc import Awaitable, Callable

from tortoise import connections

from linyue.base import clock
from linyue.base.db import moment_text, unit_of_work
from linyue.base.notify import tell
from linyue.base.policy import Role
from linyue.base.workdays import Unit
from linyue.centres import service as centres
from linyue.matters.model import Matter
from linyue.matters.rules import MatterState, Step
from linyue.matters.rules_clock import WARN_SHARES, Level, level_above
from linyue.matters.rules_due import due_in
from linyue.matters.service_due import holders, owner_ids, resumed
from linyue.matters.service_step import CLOCK, Change, claim, link_of, take_step, tell_followers


async def sweep_due() -> int:
    """Do whatever the clock asks for now. Safe to repeat. Returns how many matters were touched."""
    now = moment_text(clock.now())
    found = await connections.get("default").execute_query_dict(_LOOK.replace("{now}", now))
    touched = 0
    for row in found:
        touched += await _DO[row["what"]](int(row["id"]))
    return touched


_LOOK = """
SELECT 1 AS what, id FROM (
  SELECT id FROM matters WHERE due_at <= {now} AND overdue_at IS NULL AND paused_at IS NULL ORDER BY due_at LIMIT 200
) due
UNION ALL SELECT 2 AS what, id FROM (
  SELECT id FROM matters WHERE pause_ends_at <= {now} ORDER BY pause_ends_at LIMIT 200
) waits
UNION ALL SELECT 3 AS what, id FROM (
  SELECT id FROM matters WHERE answer_at <= {now} AND paused_at IS NULL ORDER BY answer_at LIMIT 200
) silent
UNION ALL SELECT 4 AS what, id FROM (
  SELECT id FROM matters WHERE warn_at <= {now} AND paused_at IS NULL ORDER BY warn_at LIMIT 200
) used
ORDER BY what
"""
"""Whatever the clock may ask for in one look, since most find nothing; each row is looked at again once it is held."""


async def mark_due(matter_id: int) -> bool:
    """Mark one matter overdue and tell its owner and the next level, or close it when only the rating was missing."""
    async with unit_of_work():
        matter = await claim(matter_id, None, is_quiet=True)
        now = clock.now()
        if matter.due_at is None or matter.due_at > now or matter.overdue_at or matter.paused_at:
            return await _unclaim(matter)
        if matter.state is MatterState.COMPLETED:
            await take_step(CLOCK, matter, Step.CLOSE, Change(MatterState.CLOSED))
            return True
        level = level_above(matter.owner_role)
        above = await holders(Role(level), matter)
        is_top = level is Level.SUPERVISOR
        change = Change(
            matter.state,
            data={"due": matter.due_at.isoformat(), "level": level.value},
            columns={"overdue_at": now, "level": level.value, "warn_at": None if is_top else await _next_level_at()},
        )
        await take_step(CLOCK, matter, Step.OVERDUE, change)
        told = await owner_ids(matter) | above
        await tell(
            told, "matters-told-overdue", link=link_of(matter), is_urgent=True, number=matter.number, title=matter.title
        )
    return True


async def _next_level_at() -> object:
    days = (await centres.handling()).escalate_days
    return due_in(days, Unit.WORKING, clock.now(), await centres.calendar()).at


async def warn(matter_id: int) -> bool:
    """Tell the owner how much of the time is used; once the matter is late, tell the supervisor."""
    async with unit_of_work():
        now = clock.now()
        matter = await Matter.get(id=matter_id).select_related("community")
        due, last = matter.warn_at, matter.warn_last_at
        if due is None or due > now or matter.paused_at:
            return False
        if matter.overdue_at is not None:
            return await _escalate(matter_id)
        is_last = last is None or last <= now
        if not await Matter.filter(id=matter_id, warn_at=due).update(warn_at=None if is_last else last):
            return False
        share = WARN_SHARES[-1] if is_last else WARN_SHARES[0]
        await tell(
            await owner_ids(matter),
            "matters-told-used",
            link=link_of(matter),
            share=share,
            number=matter.number,
            title=matter.title,
        )
    return True


async def _escalate(matter_id: int) -> bool:
    matter = await claim(matter_id, None, is_quiet=True)
    if matter.warn_at is None or matter.warn_at > clock.now() or matter.overdue_at is None:
        return await _unclaim(matter)
    columns = {"level": Level.SUPERVISOR.value, "warn_at": None}
    change = Change(matter.state, data={"level": Level.SUPERVISOR.value}, columns=columns)
    await take_step(CLOCK, matter, Step.ESCALATE, change)
    told = await holders(Role.SUPERVISOR, matter)
    await tell(
        told, "matters-told-escalated", link=link_of(matter), is_urgent=True, number=matter.number, title=matter.title
    )
    return True


async def mark_silent(matter_id: int) -> bool:
    """Whoever it was sent to has not said a word: that is told, and is something else than being late."""
    async with unit_of_work():
        matter = await claim(matter_id, None, is_quiet=True)
        now = clock.now()
        if matter.state is not MatterState.ASSIGNED or matter.answer_at is None or matter.answer_at > now:
            return await _unclaim(matter)
        await take_step(
            CLOCK, matter, Step.SILENT, Change(matter.state, columns={"silent_at": now, "answer_at": None})
        )  # fmt: skip
        told = await owner_ids(matter) | await holders(Role.SUBDISTRICT_OFFICER, matter)
        await tell(
            told, "matters-told-silent", link=link_of(matter), is_urgent=True, number=matter.number, title=matter.title
        )
    return True


async def end_pause(matter_id: int) -> bool:
    """What the clock waited for did not come: it goes on by itself, so that nothing sleeps for ever."""
    async with unit_of_work():
        matter = await claim(matter_id, None, is_quiet=True)
        now = clock.now()
        if matter.state is not MatterState.WAITING or matter.pause_ends_at is None or matter.pause_ends_at > now:
            return await _unclaim(matter)
        columns = resumed(matter, now, await centres.calendar())
        change = Change(MatterState.ACCEPTED, data={"pause": matter.pause_reason}, columns=columns)
        await take_step(CLOCK, matter, Step.RESUME, change)
        await tell_followers(CLOCK, matter, "matters-told-resumed")
        await tell(
            await owner_ids(matter),
            "matters-told-resumed",
            link=link_of(matter),
            number=matter.number,
            title=matter.title,
        )
    return True


async def _unclaim(matter: Matter) -> bool:
    """Nothing to do after all: the number of the entry that was claimed is free again."""
    await Matter.filter(id=matter.id).update(last_seq=matter.last_seq - 1)
    return False


_DO: dict[int, Callable[[int], Awaitable[bool]]] = {1: mark_due, 2: end_pause, 3: mark_silent, 4: warn}
