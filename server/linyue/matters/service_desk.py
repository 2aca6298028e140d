"""The triage desk's own help: who is looking at a report, answers often given, many reports at once, taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.exceptions import IntegrityError

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.model_desk import AnswerTemplate, TriageLease
from linyue.matters.rules import MatterState, Step
from linyue.matters.rules_desk import LEASE, DeskRefusal, refuse_undo
from linyue.matters.service_appeals import lapse
from linyue.matters.service_clock_back import clock_at_desk
from linyue.matters.service_step import Change, claim, stop, take_step, tell_followers
from linyue.matters.service_triage import Sending, send, send_claimed
from linyue.people.model import Person

TEMPLATES_AT_MOST = 50


# ── who is looking at it ──


async def look(actor: Actor, matter_id: int) -> str:
    """Say that one has this report open. Returns who else has, by name; empty when nobody does."""
    assert actor.person_id is not None
    now = clock.now()
    async with unit_of_work():
        until = now + LEASE
        free = TriageLease.filter(matter_id=matter_id, until_at__lt=now)
        mine = TriageLease.filter(matter_id=matter_id, person_id=actor.person_id)
        if await mine.update(until_at=until) or await free.update(person_id=actor.person_id, until_at=until):
            return ""
        row = TriageLease(matter_id=matter_id, person_id=actor.person_id, until_at=until)
        await TriageLease.bulk_create([row], ignore_conflicts=True)
    return await held_by(actor, matter_id)


async def held_by(actor: Actor, matter_id: int) -> str:
    """Who else has it open now, by name."""
    held = TriageLease.filter(matter_id=matter_id, until_at__gte=clock.now()).exclude(person_id=actor.person_id or 0)
    found = await held.first()
    return (await Person.get(id=found.person_id)).display_name if found else ""


async def refuse_if_held(actor: Actor, matter_id: int, *, anyway: bool) -> None:
    """Stop a step once, with the colleague's name, when somebody else is on it. Raises SOMEBODY_ELSE."""
    who = "" if anyway else await held_by(actor, matter_id)
    if who:
        raise Refused(DeskRefusal.SOMEBODY_ELSE, who=who)


# ── answers often given ──


async def templates_of(community_ids: Sequence[int]) -> list[AnswerTemplate]:
    """The answers of these communities, by title."""
    return await AnswerTemplate.filter(community_id__in=list(community_ids)).order_by("title", "id")


async def with_template(community_ids: Sequence[int], template_id: str, note: str) -> str:
    """The worker's own words after the answer they picked, if they picked one of their communities'."""
    if not template_id.isdigit():
        return note
    found = await AnswerTemplate.get_or_none(id=int(template_id[:9]), community_id__in=list(community_ids))
    return "\n".join(filter(None, (found.text if found else "", note)))


async def save_template(actor: Actor, community_id: int, template_id: int | None, title: str, text: str) -> None:
    """Keep an answer under a title, new or changed. Raises Refused: NO_TEMPLATE, TEMPLATE_TAKEN, TEMPLATES_FULL."""
    title, text = " ".join(title.split())[:40], text.strip()[:500]
    if not title or not text:
        raise Refused(DeskRefusal.NO_TEMPLATE, field="title" if not title else "text")
    try:
        async with unit_of_work() as work:
            if template_id is None:
                if await AnswerTemplate.filter(community_id=community_id).count() >= TEMPLATES_AT_MOST:
                    raise Refused(DeskRefusal.TEMPLATES_FULL)
                await AnswerTemplate.create(community_id=community_id, title=title, text=text)
            elif not await AnswerTemplate.filter(id=template_id, community_id=community_id).update(
                title=title, text=text
            ):
                raise NotFound()
            await work.audit(actor, "matters.template.save", f"place:{community_id}", title=title)
    except IntegrityError as error:
        raise Refused(DeskRefusal.TEMPLATE_TAKEN, field="title") from error


async def drop_template(actor: Actor, community_id: int, template_id: int) -> None:
    """Throw an answer away."""
    async with unit_of_work() as work:
        if not await AnswerTemplate.filter(id=template_id, community_id=community_id).delete():
            raise NotFound()
        await work.audit(actor, "matters.template.drop", f"place:{community_id}")


# ── many at once ──


@dataclass(frozen=True, slots=True)
class Line:
    """What happens to one of many: where it would be, or why not."""

    number: str
    version: int
    title: str
    owner_role: str = ""
    due_at: datetime | None = None
    reason: Refused | None = None


class _Tried(Exception):
    """Ends a trial: what was done is rolled back."""


async def preview(
    actor: Actor, picked: Sequence[tuple[str, int]], communities: Sequence[int], sending: Sending
) -> list[Line]:
    """What sending these would do, each tried through the real step and rolled back; nothing is stored or told."""
    lines = []
    for number, version in picked:
        matter = await _one(number, communities)
        line = Line(number, version, matter.title)
        try:
            async with unit_of_work():
                tried = await claim(matter.id, version)
                await send_claimed(actor, tried, sending)
                line = Line(number, version, matter.title, tried.owner_role, tried.due_at)
                raise _Tried
        except _Tried:
            pass
        except Refused as refusal:
            line = Line(number, version, matter.title, reason=refusal)
        lines.append(line)
    return lines


async def send_many(
    actor: Actor, picked: Sequence[tuple[str, int]], communities: Sequence[int], sending: Sending
) -> list[Line]:
    """Send each of them, one after the other; one that is refused stops no other."""
    lines = []
    for number, version in picked:
        matter = await _one(number, communities)
        try:
            sent = await send(actor, matter.id, version, sending)
            lines.append(Line(number, sent.version, sent.title, sent.owner_role, sent.due_at))
        except Refused as refusal:
            lines.append(Line(number, version, matter.title, reason=refusal))
    return lines


async def _one(number: str, communities: Sequence[int]) -> Matter:
    found = await Matter.get_or_none(number=number, community_id__in=list(communities))
    if found is None:
        raise NotFound()
    return found


# ── taking it back ──


async def undo(actor: Actor, matter_id: int, version: int | None = None) -> Matter:
    """Take one's own sending back within ten minutes, before anybody did anything with it.

    It is with the desk again, with the clock it had. Raises Refused: UNDO_LATE, UNDO_TOUCHED.
    """
    async with unit_of_work():
        matter = await claim(matter_id, version)
        events = await MatterEvent.filter(matter_id=matter_id).order_by("-seq").limit(2)
        last = events[0]
        is_mine = last.kind == Step.TRIAGE.value and last.actor_id == actor.person_id and not matter.part
        stop(refuse_undo(is_mine, last.at, clock.now()))
        before = events[1]
        columns: dict[str, object] = {"way": None, "item_code": "", "kind": "", "centre_id": None, "department": ""}
        change = Change(
            MatterState.REPORTED,
            owner=(before.owner_role_after, before.owner_id_after),
            columns={**columns, "reason": [], "closed_at": None, **await clock_at_desk(before)},
        )
        await take_step(actor, matter, Step.UNDO, change)
        await lapse(matter.id)
        await tell_followers(actor, matter, "matters-told-undone")
    return matter


async def undo_many(actor: Actor, picked: Sequence[tuple[str, int]], communities: Sequence[int]) -> list[Line]:
    """Take several back; one that is refused stops no other."""
    lines = []
    for number, version in picked:
        matter = await _one(number, communities)
        try:
            back = await undo(actor, matter.id, version)
            lines.append(Line(number, back.version, back.title, back.owner_role, back.due_at))
        except Refused as refusal:
            lines.append(Line(number, version, matter.title, reason=refusal))
    return lines
