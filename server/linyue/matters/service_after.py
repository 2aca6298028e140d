"""What a reporter does between the report and its end: say more, send more pictures, ask how it goes (催一催).

None of it touches the clock.
"""

from datetime import datetime

from tortoise.queryset import QuerySet

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.notify import tell
from linyue.base.pages import day_text
from linyue.base.policy import Actor, Role
from linyue.centres import service as centres
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import TEXT_AT_MOST, MatterRefusal, Step
from linyue.matters.rules_after import (
    ADDITIONS_AT_MOST,
    AfterRefusal,
    nudge_from,
    refuse_nudge,
)
from linyue.matters.rules_danger import emergency_numbers
from linyue.matters.service_due import holders, owner_ids
from linyue.matters.service_photos import attach_photos, drafts_of
from linyue.matters.service_step import Change, claim, link_of, take_step


async def add(actor: Actor, matter_id: int, text: str, form_id: str = "") -> tuple[str, ...]:
    """Add words, or the pictures kept under `form_id`, to a report; the desk may for whoever telephones.

    Whoever has it is told. Sent twice under one `form_id`, it is there once. Words of danger mark it as urgent, as in a
    report; gives the numbers to call at once.
    Raises Refused: NOTHING_ADDED, TEXT_TOO_LONG, ADDED_OFTEN, and what a step may.
    """
    words = text.strip()
    if len(words) > TEXT_AT_MOST:
        raise Refused(MatterRefusal.TEXT_TOO_LONG, field="text", n=TEXT_AT_MOST)
    async with unit_of_work():
        matter = await claim(matter_id, None)
        numbers = emergency_numbers(words)
        earlier = await _entries(matter, Step.ADD)
        if form_id and any(one.data.get("form") == form_id for one in earlier):
            return numbers
        pictures = [one.public_id for one in await drafts_of(actor, form_id)] if form_id else []
        if not words and not pictures:
            raise Refused(AfterRefusal.NOTHING_ADDED, field="text")
        if len(earlier) >= ADDITIONS_AT_MOST:
            raise Refused(AfterRefusal.ADDED_OFTEN, field="text", n=ADDITIONS_AT_MOST)
        columns = {"is_urgent": True} if numbers else {}
        change = Change(matter.state, text=words, data={"pictures": pictures, "form": form_id}, columns=columns)
        await take_step(actor, matter, Step.ADD, change)
        if pictures:
            await attach_photos(actor, await Matter.get(id=matter.thread_id), form_id)
        told = await _holders(matter) - {actor.person_id or 0}
        key = "matters-told-urgent" if numbers else "matters-told-added"
        args = {"number": matter.number} if numbers else {"number": matter.number, "title": matter.title}
        await tell(told, key, link=link_of(matter), is_urgent=bool(numbers), **args)
    return numbers


async def nudge(actor: Actor, matter_id: int) -> Matter:
    """Ask how it goes: an entry everybody reads, and word to whoever has it; once in the days that the district sets.

    A quiet claim: nobody's open form goes stale because somebody is impatient. Raises Refused: NUDGE_EARLY naming the
    day, NUDGE_ANSWER, and what a step may.
    """
    async with unit_of_work():
        matter = await claim(matter_id, None, is_quiet=True)
        between = (await centres.handling()).nudge_days
        since = await may_nudge_from(matter, between)
        refusal = refuse_nudge(matter.state, matter.pause_reason, since, clock.now())
        if refusal is not None:
            days = {"day_zh": day_text("zh-CN", since), "day_en": day_text("en", since)}
            raise Refused(refusal, days=between, **days)
        count = await _entries(matter, Step.NUDGE).count() + 1
        await take_step(actor, matter, Step.NUDGE, Change(matter.state, data={"n": count}))
        due = {lang: day_text(lang, matter.due_at) if matter.due_at else "" for lang in ("zh-CN", "en")}
        await tell(
            await _holders(matter) - {actor.person_id or 0}, "matters-told-nudged", link=link_of(matter),
            number=matter.number, title=matter.title, day_zh=due["zh-CN"], day_en=due["en"],
        )  # fmt: skip
    return matter


async def may_nudge_from(matter: Matter, days: int) -> datetime:
    """The moment from which the reporter may ask how it goes. `days`: what the district lays down (`nudge_days`)."""
    return nudge_from(matter.reported_at, [one.at for one in await _entries(matter, Step.NUDGE)], days)


def _entries(matter: Matter, step: Step) -> QuerySet[MatterEvent]:
    return MatterEvent.filter(matter_id=matter.id, kind=step.value)


async def _holders(matter: Matter) -> set[int]:
    """Whoever has it; the sub-district's officer where its desk is empty, so that nobody asks into the void."""
    return await owner_ids(matter) or await holders(Role.SUBDISTRICT_OFFICER, matter)
