"""Two reports of one thing: put together so that everybody who reported stays a reporter, and parted again."""

from dataclasses import replace

from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.matters.model import Matter, MatterEvent, MatterFollower
from linyue.matters.rules import FINAL, Doer, MatterRefusal, MatterState, Step, refuse_step
from linyue.matters.rules_parts import PartRefusal
from linyue.matters.service_appeals import lapse
from linyue.matters.service_clock_back import clock_kept, clock_of_before
from linyue.matters.service_report import NewMatter, report_matter
from linyue.matters.service_step import Change, claim, doers_of, take_step, tell_reporter


async def merge(
    actor: Actor, matter_id: int, version: int, other_number: str, other_version: int | None = None
) -> Matter:
    """Put two reports of one thing together: the older number stays and everybody follows it. Returns that one.

    `other_version`: what was seen of the other one, where it was seen.
    """
    async with unit_of_work():
        other = await Matter.get_or_none(number=other_number.strip())
        if other is None:
            raise Refused(MatterRefusal.NOT_FOUND, field="into")
        if other.id == matter_id:
            raise Refused(MatterRefusal.SAME_MATTER, field="into")
        first, second = sorted((matter_id, other.id))  # always the same order, so that two merges cannot wait in a ring
        claimed = {i: await claim(i, version if i == matter_id else other_version) for i in (first, second)}
        older, newer = claimed[first], claimed[second]
        _check_merge(older, newer)
        await take_step(
            actor, newer, Step.MERGE,
            Change(
                MatterState.MERGED, data={"into": older.number, "clock": clock_kept(newer)},
                columns={"merged_into_id": older.id},
            ),
        )  # fmt: skip
        await take_step(
            actor, older, Step.ABSORB, Change(older.state, data={"number": newer.number}, is_public=newer.is_public)
        )
        await lapse(newer.id)
        await tell_reporter(actor, newer, "matters-told-merged", into=older.number)
        await _bring_along(newer.id, older.id)
    return older


async def join_caller(actor: Actor, new: NewMatter, number: str) -> Matter:
    """Somebody at the desk or on the telephone reports what is there already: they become one of its reporters.

    With an account they simply follow it. Without one their report is put together with it at once, so that their
    telephone is kept and called like that of any reporter. Returns the matter that is there. Raises Refused: NOT_FOUND,
    and what filing or merging refuses.
    """
    async with unit_of_work() as work:
        there = await Matter.get_or_none(number=number, root_id=None).select_related("community")
        if there is None:
            raise Refused(MatterRefusal.NOT_FOUND, field="into")
        if Doer.DESK not in doers_of(actor, there):
            raise Refused(MatterRefusal.NOT_YOURS)
        if new.reporter_id is not None and there.is_public:
            row = MatterFollower(matter_id=there.id, person_id=new.reporter_id)
            await MatterFollower.bulk_create([row], ignore_conflicts=True)
            await work.audit(actor, "matter.follow_for", f"matter:{there.id}")
            return there
        filed = await report_matter(actor, replace(new, is_public=there.is_public))
        if filed.state is MatterState.MERGED:  # the same form once more
            return there
        return await merge(actor, filed.id, filed.version, there.number)


async def _bring_along(from_id: int, to_id: int) -> None:
    """Everybody who follows the one follows the other too; a reporter stays a reporter."""
    for row in await MatterFollower.filter(matter_id=from_id):
        await MatterFollower.bulk_create(
            [MatterFollower(matter_id=to_id, person_id=row.person_id)], ignore_conflicts=True
        )
        if row.is_reporter:
            await MatterFollower.filter(matter_id=to_id, person_id=row.person_id).update(is_reporter=True)


def _check_merge(older: Matter, newer: Matter) -> None:
    if newer.part or older.root_id:
        raise Refused(PartRefusal.PARTS_FIRST, field="into")
    if older.community_id != newer.community_id:
        raise Refused(MatterRefusal.OTHER_COMMUNITY, field="into")
    if older.is_public is not newer.is_public:
        raise Refused(MatterRefusal.MERGE_PRIVACY, field="into")
    if older.state in FINAL:
        raise Refused(MatterRefusal.MERGE_CLOSED, field="into")


def may_merge(actor: Actor, one: Matter, other: Matter) -> bool:
    """Whether the actor can put two reports together, whichever was first. `one.community` must be loaded."""
    older, newer = sorted((one, other), key=lambda matter: matter.id)
    try:
        _check_merge(older, newer)
    except Refused:
        return False
    return refuse_step(newer.state, Step.MERGE, doers_of(actor, one)) is None


async def unmerge(actor: Actor, matter_id: int, version: int) -> Matter:
    """Part a merged report again: it stands where it stood, with the owner and the whole clock it had."""
    async with unit_of_work():
        matter = await claim(matter_id, version)
        if matter.state is not MatterState.MERGED or matter.root_id is not None:
            raise Refused(MatterRefusal.NOT_NOW)
        merged = await MatterEvent.filter(matter_id=matter_id, kind=Step.MERGE.value).order_by("-seq").first()
        assert merged is not None
        before = await MatterEvent.filter(matter_id=matter_id, seq__lt=merged.seq).order_by("-seq").first()
        assert before is not None
        change = Change(
            MatterState(before.state_after),
            owner=(before.owner_role_after, before.owner_id_after),
            columns={"merged_into_id": None, **await clock_of_before(before, merged.data.get("clock"))},
        )
        survivor_id = matter.merged_into_id
        await take_step(actor, matter, Step.UNMERGE, change)
        assert survivor_id is not None
        await _count_reporters_again(survivor_id)
        await tell_reporter(actor, matter, "matters-told-unmerged")
    return matter


async def _count_reporters_again(matter_id: int) -> None:
    """After a parting: whoever reported this one, or another that is still merged into it, is its reporter."""
    survivor = await Matter.get(id=matter_id)
    ids = {survivor.reporter_id}
    waiting = [matter_id]
    while waiting:
        below = await Matter.filter(merged_into_id__in=waiting, root_id=None)
        ids |= {m.reporter_id for m in below}
        waiting = [m.id for m in below]
    gone = MatterFollower.filter(matter_id=matter_id, is_reporter=True).exclude(person_id__in=[i for i in ids if i])
    await gone.update(is_reporter=False)
