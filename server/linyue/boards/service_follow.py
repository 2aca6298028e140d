"""Is it really fixed? Asked once, a week after the end: in the inbox, or by a call where there is no account."""

from dataclasses import dataclass

from tortoise.exceptions import IntegrityError

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.boards.model import FollowUp
from linyue.boards.rules_follow import (
    ASK_AFTER,
    FORGET_AFTER,
    TRIES_AT_MOST,
    Answer,
    FollowRefusal,
    is_time,
    may_reopen,
    refuse_try,
    sample,
    was_tried,
)
from linyue.boards.service_query import at, rows, words
from linyue.matters.model import Matter, MatterFollower
from linyue.matters.rules import MatterState, Step
from linyue.matters.service_due import has_handled
from linyue.matters.service_inbox import communities_of
from linyue.matters.service_reopen import reopen as open_again

BATCH = 200
ENDED = (MatterState.COMPLETED, MatterState.CLOSED)


async def ask_all() -> int:
    """Ask about everything whose week has passed. Safe to repeat. Returns how many were asked now."""
    now = clock.now()
    found = await rows(
        "SELECT m.id AS id FROM matters m LEFT JOIN follow_ups u ON u.matter_id = m.id WHERE u.id IS NULL "
        f"AND m.completed_at <= {at(now - ASK_AFTER)} AND m.completed_at > {at(now - FORGET_AFTER)} "
        f"AND m.state IN ({words(ENDED)}) AND (m.reporter_id IS NOT NULL OR m.contact_sealed <> '' OR EXISTS "
        f"(SELECT 1 FROM matter_events e WHERE e.matter_id = m.id AND e.kind = '{Step.ABSORB.value}')) "
        f"ORDER BY m.id LIMIT {BATCH}"
    )
    asked = 0
    for row in found:
        asked += await ask(int(row["id"]))
    return asked


async def ask(matter_id: int) -> bool:
    """Ask the reporters of one matter; False if that has been done, or it is not the time.

    Each report put together in it is asked for itself where it has no account: that reporter is called.
    """
    try:
        async with unit_of_work():
            matter = await Matter.get(id=matter_id)
            now = clock.now()
            if matter.completed_at is None or matter.state not in ENDED or not is_time(matter.completed_at, now):
                return False
            people = MatterFollower.filter(matter_id=matter.thread_id, is_reporter=True)
            ids = [int(i) for i in await people.values_list("person_id", flat=True)]  # type: ignore[call-overload]
            is_call = matter.reporter_id is None and (bool(matter.contact_sealed) or not ids)
            await FollowUp.create(matter_id=matter_id, asked_at=now, is_call=is_call)
            merged = await _merged_into(matter)
            asked_apart = [one for one in merged if (one.reporter_id is None and one.contact_sealed) or is_call]
            await FollowUp.bulk_create(
                [
                    FollowUp(matter_id=one.id, asked_at=now, is_call=one.reporter_id is None)
                    for one in asked_apart
                    if one.reporter_id is not None or one.contact_sealed
                ],
                ignore_conflicts=True,
            )
            if not is_call:
                await tell(ids, "boards-told-fixed", link=f"/m/{matter.number}/fixed", title=matter.title)
            else:  # its own reporter is called, so those with an account answer for what they reported themselves
                for one in merged:
                    if one.reporter_id is not None:
                        told = {one.reporter_id}
                        await tell(told, "boards-told-fixed", link=f"/m/{one.number}/fixed", title=matter.title)
    except IntegrityError:
        return False
    return True


async def _merged_into(matter: Matter) -> list[Matter]:
    """Every report that was put together in a number, those merged into these too; asked with its first part only."""
    found: list[Matter] = []
    waiting = [] if matter.root_id else [matter.id]
    while waiting:
        below = await Matter.filter(merged_into_id__in=waiting, root_id=None).order_by("id")
        found += below
        waiting = [one.id for one in below]
    return found


async def carried_by(matter: Matter) -> Matter:
    """The matter that carries a report now: itself, or the one it was put together with."""
    while matter.merged_into_id is not None and matter.state is MatterState.MERGED:
        matter = await Matter.get(id=matter.merged_into_id)
    return matter


async def follow_up_of(matter: Matter) -> FollowUp:
    """The question about a matter. Raises NotFound where none was asked."""
    found = await FollowUp.get_or_none(matter_id=matter.id)
    if found is None:
        raise NotFound()
    return found


async def answer(actor: Actor, matter: Matter, said: Answer, *, is_noted: bool = False) -> FollowUp:
    """Take the answer, once. `is_noted`: a social worker wrote down what was said on the telephone.

    Raises Refused: ANSWERED; OWN_WORK for a note by who handled the matter.
    """
    async with unit_of_work() as work:
        found = await follow_up_of(matter)
        if is_noted and await is_own_work(actor, matter):
            raise Refused(FollowRefusal.OWN_WORK)
        columns = {"answer": said, "answered_at": clock.now(), "noted_by_id": actor.person_id if is_noted else None}
        if not await FollowUp.filter(id=found.id, answer__isnull=True).update(**columns):
            raise Refused(FollowRefusal.ANSWERED)
        await work.audit(actor, "matter.fixed", f"matter:{matter.id}", answer=said.value, is_call=is_noted)
    return await FollowUp.get(id=found.id)


async def not_reached(actor: Actor, matter: Matter) -> FollowUp:
    """Note that nobody answered the telephone; it is tried again another day, three times in all.

    Raises Refused: ANSWERED, TRIED_TODAY, OWN_WORK; NotFound for what is not asked by telephone.
    """
    async with unit_of_work() as work:
        found, now = await follow_up_of(matter), clock.now()
        if not found.is_call:
            raise NotFound()
        if await is_own_work(actor, matter):
            raise Refused(FollowRefusal.OWN_WORK)
        refusal = refuse_try(found.tries, found.tried_at, now)
        if refusal is not None:
            raise Refused(refusal)
        still = FollowUp.filter(id=found.id, answer__isnull=True, tries=found.tries)
        if not await still.update(tries=found.tries + 1, tried_at=now):
            raise Refused(FollowRefusal.ANSWERED)
        await work.audit(actor, "matter.not_reached", f"matter:{matter.id}", tries=found.tries + 1)
    return await FollowUp.get(id=found.id)


async def is_own_work(actor: Actor, matter: Matter) -> bool:
    """Whether the one who would call handled what carries the report."""
    return await has_handled(actor.person_id, (await carried_by(matter)).id)


async def reopen(actor: Actor, matter: Matter, version: int, text: str) -> None:
    """Open what carries the report again after an answer that says no, while the one time is unused."""
    found, carried = await follow_up_of(matter), await carried_by(matter)
    if not can_reopen(carried, found):
        raise Refused(FollowRefusal.REOPENED_ONCE)
    await open_again(actor, carried.id, version, text)


def can_reopen(matter: Matter, found: FollowUp) -> bool:
    """Whether the page offers to open it again."""
    is_over = matter.state in ENDED
    return is_over and found.answer is not None and may_reopen(found.answer, matter.reopened_count)


@dataclass(frozen=True, slots=True)
class Calls:
    """Whom a desk calls today."""

    now: list[Matter]
    drawn: int
    """Of those that wait, a sample where there are many; with those of today that nobody answered."""
    waiting: int
    tried: int
    """Of the drawn, tried today already."""
    dropped: int
    """Given up: nobody answered on three days."""


async def to_call(actor: Actor) -> Calls:
    """Whom this desk calls now.

    Who was tried today is left out for the day and not replaced, so that nobody is picked by passing over others.
    """
    communities = await communities_of(actor)
    since = clock.now() - FORGET_AFTER
    waiting = FollowUp.filter(
        is_call=True, answer__isnull=True, asked_at__gt=since, matter__community_id__in=communities
    )
    dropped = await waiting.filter(tries__gte=TRIES_AT_MOST).count()
    asked = await waiting.filter(tries__lt=TRIES_AT_MOST).values_list("matter__number", "tried_at")
    tried = {str(number) for number, when in asked if was_tried(when, clock.now())}
    drawn = sample(str(number) for number, _ in asked)
    chosen = [number for number in drawn if number not in tried]
    found = Matter.filter(number__in=chosen).order_by("id").select_related("place")
    return Calls(await found, len(drawn), len(asked), len(drawn) - len(chosen), dropped)
