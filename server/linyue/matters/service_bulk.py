"""Many reports at once: sent one way or put together as one thing, each tried before it is done, and taken back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.matters.model import Matter
from linyue.matters.rules_desk import DeskRefusal
from linyue.matters.service_desk import undo
from linyue.matters.service_merge import merge, unmerge
from linyue.matters.service_report import alike_of
from linyue.matters.service_step import claim
from linyue.matters.service_triage import Sending, send, send_claimed


@dataclass(frozen=True, slots=True)
class Line:
    """What happens to one of many: where it would be, or why not.

    `into`: number of the one it is put together with; its own for the one that stays.
    """

    number: str
    version: int
    title: str
    owner_role: str = ""
    due_at: datetime | None = None
    reason: Refused | None = None
    into: str = ""
    is_unlike: bool = False
    """Nothing in words or place says that it is the same thing as the one that stays."""


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
    found = await Matter.get_or_none(number=number, community_id__in=list(communities)).select_related("place")
    if found is None:
        raise NotFound()
    return found


async def undo_many(actor: Actor, picked: Sequence[tuple[str, int]], communities: Sequence[int]) -> list[Line]:
    """Take several back; one that is refused stops no other."""
    return await _back(actor, picked, communities, undo)


async def _back(
    actor: Actor,
    picked: Sequence[tuple[str, int]],
    communities: Sequence[int],
    step: Callable[[Actor, int, int], Awaitable[Matter]],
) -> list[Line]:
    lines = []
    for number, version in picked:
        matter = await _one(number, communities)
        try:
            back = await step(actor, matter.id, version)
            lines.append(Line(number, back.version, back.title, back.owner_role, back.due_at))
        except Refused as refusal:
            lines.append(Line(number, version, matter.title, reason=refusal))
    return lines


# ── several reports of one thing ──


async def preview_merge(actor: Actor, picked: Sequence[tuple[str, int]], communities: Sequence[int]) -> list[Line]:
    """What putting these together would do, each tried and rolled back. The oldest stays and comes first.

    Raises Refused: ONE_PICKED.
    """
    stays, others = await _oldest_first(picked, communities)
    lines = []
    for one in others:
        line = _beside(one, stays)
        try:
            async with unit_of_work():
                await merge(actor, one.matter.id, one.version, stays.matter.number, stays.version)
                raise _Tried
        except _Tried:
            pass
        except Refused as refusal:
            line = replace(line, reason=refusal)
        lines.append(line)
    return [_staying(stays), *lines]


async def merge_many(actor: Actor, picked: Sequence[tuple[str, int]], communities: Sequence[int]) -> list[Line]:
    """Put several reports of one thing together: everybody who reported one follows the oldest.

    One that is refused stops no other. Raises Refused: ONE_PICKED.
    """
    stays, others = await _oldest_first(picked, communities)
    lines, seen = [], stays.version
    for one in others:
        line = _beside(one, stays)
        try:
            seen = (await merge(actor, one.matter.id, one.version, stays.matter.number, seen)).version
            line = replace(line, version=(await Matter.get(id=one.matter.id)).version)
        except Refused as refusal:
            line = replace(line, reason=refusal)
        lines.append(line)
    return [_staying(stays), *lines]


async def part_many(actor: Actor, picked: Sequence[tuple[str, int]], communities: Sequence[int]) -> list[Line]:
    """Part several again, each where it stood; one that is refused stops no other."""
    return await _back(actor, picked, communities, unmerge)


@dataclass(frozen=True, slots=True)
class _Picked:
    matter: Matter
    version: int
    """The one that the reader saw."""


async def _oldest_first(picked: Sequence[tuple[str, int]], communities: Sequence[int]) -> tuple[_Picked, list[_Picked]]:
    found = {number: _Picked(await _one(number, communities), version) for number, version in picked}
    if len(found) < 2:
        raise Refused(DeskRefusal.ONE_PICKED, field="picked")
    stays, *others = sorted(found.values(), key=lambda one: one.matter.id)
    return stays, others


def _staying(one: _Picked) -> Line:
    return Line(one.matter.number, one.version, one.matter.title, into=one.matter.number)


def _beside(one: _Picked, stays: _Picked) -> Line:
    told = one.matter
    is_unlike = not alike_of(told.title, told.text, told.place, [stays.matter])
    return Line(told.number, one.version, told.title, into=stays.matter.number, is_unlike=is_unlike)
