"""Two communities become one while matters are open: roles, coverage, council and matters go along, all at once."""

from collections.abc import Awaitable, Callable
from itertools import count

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.centres.model import CentreCoverage, ItemCoverage
from linyue.centres.model_gate import PushedTask
from linyue.councils.model import Council
from linyue.matters.model import Matter
from linyue.matters.model_desk import AnswerTemplate
from linyue.matters.rules import FINAL, Step
from linyue.matters.service_centre import names_of
from linyue.matters.service_due import owner_ids
from linyue.matters.service_step import CLOCK, Change, claim, link_of, take_step
from linyue.people.model import RoleGrant
from linyue.people.service_roles import REHOUSE
from linyue.places.model import Place
from linyue.places.service_merge import merge_communities

Mover = Callable[[int, int], Awaitable[None]]
_movers: list[Mover] = []
TITLE_AT_MOST = 40


def plug_mover(move: Mover) -> None:
    """Let a later slice move what it keeps of a community, by (gone, stays); runs in the same transaction."""
    _movers.append(move)


async def merge_community(actor: Actor, code: str, into_code: str) -> int:
    """Merge one community into another. Returns how many open matters went along; their due times stay.

    Raises Refused: NOT_TWO_COMMUNITIES.
    """
    async with unit_of_work() as work:
        gone, stays = await merge_communities(actor, code, into_code)
        await _move_roles(gone, stays)
        if not await CentreCoverage.exists(place_id=stays.id):
            await CentreCoverage.filter(place_id=gone.id).update(place_id=stays.id)
        await CentreCoverage.filter(place_id=gone.id).delete()
        await _move_items(gone, stays)
        await _move_answers(gone, stays)
        await PushedTask.filter(community_id=gone.id).update(community_id=stays.id)
        for move in _movers:
            await move(gone.id, stays.id)
        if not await Council.exists(place_id=stays.id):
            await Council.filter(place_id=gone.id).update(place_id=stays.id)
        ids = await Matter.filter(community_id=gone.id).exclude(state__in=list(FINAL)).values_list("id", flat=True)
        await Matter.filter(community_id=gone.id, place_id=gone.id).update(place_id=stays.id)
        await Matter.filter(community_id=gone.id).update(community_id=stays.id)
        for matter_id in ids:
            await _tell(int(matter_id), gone, stays)  # type: ignore[call-overload]
        await work.enqueue(REHOUSE, gone.id)
    return len(ids)


async def _move_items(gone: Place, stays: Place) -> None:
    """Items that a centre took for the one are taken for the other, unless that has a centre of its own for them."""
    own = await ItemCoverage.filter(place_id=stays.id).values_list("item_code", flat=True)
    await ItemCoverage.filter(place_id=gone.id, item_code__in=list(own)).delete()
    await ItemCoverage.filter(place_id=gone.id).update(place_id=stays.id)


async def _move_answers(gone: Place, stays: Place) -> None:
    """Both desks' answers; under a title that both have, the one that comes says where from."""
    taken = {answer.title for answer in await AnswerTemplate.filter(community_id=stays.id)}
    for answer in await AnswerTemplate.filter(community_id=gone.id).order_by("id"):
        title = answer.title
        for n in count(1):
            if title not in taken:
                break
            suffix = f"（{gone.name_zh[:20]}{'' if n == 1 else n}）"
            title = answer.title[: TITLE_AT_MOST - len(suffix)] + suffix
        taken.add(title)
        await AnswerTemplate.filter(id=answer.id).update(community_id=stays.id, title=title)


async def _move_roles(gone: Place, stays: Place) -> None:
    """Whoever had a role for the one has it for the other; one that somebody holds there already ends."""
    now = clock.now()
    for grant in await RoleGrant.filter(place_id=gone.id, ends_at=None):
        held = RoleGrant.filter(
            place_id=stays.id, person_id=grant.person_id, role=grant.role, centre_id=grant.centre_id, ends_at=None
        )
        if await held.exists():
            await RoleGrant.filter(id=grant.id).update(ends_at=now)
    await RoleGrant.filter(place_id=gone.id, ends_at=None).update(place_id=stays.id)
    await RoleGrant.filter(place_id=gone.id, ends_at__gt=now).update(place_id=stays.id)


async def _tell(matter_id: int, gone: Place, stays: Place) -> None:
    matter = await claim(matter_id, None)
    reasons = [{"key": "matters-why-place-merged", "args": {"gone": names_of(gone), "stays": names_of(stays)}}]
    data = {"why": "place-merged", "reasons": reasons, "centre": matter.centre_id}
    await take_step(CLOCK, matter, Step.REASSIGN, Change(matter.state, data=data))
    told = await owner_ids(matter)
    await tell(told, "matters-told-yours", link=link_of(matter), number=matter.number, title=matter.title)
