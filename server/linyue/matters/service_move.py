"""A matter filed for the wrong place goes to the right one, and to whoever has such matters there.

Its due time stays as it was (`decisions/0028`): whoever gets it has what is left, and what is late stays late.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role
from linyue.centres import service as centres
from linyue.centres.rules import Way
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import Doer, MatterRefusal, MatterState, Step, refuse_step
from linyue.matters.rules_move import refuse_move
from linyue.matters.service_appeals import tell_new_desk
from linyue.matters.service_centre import UNROUTED, names_of, waiting_at_centres, why_centre
from linyue.matters.service_due import answer_by, item_of, owner_ids
from linyue.matters.service_step import Change, claim, doers_of, link_of, stop, take_step, tell_followers
from linyue.matters.service_triage import Sending, to_council
from linyue.matters.service_views import public_path
from linyue.places import service as places
from linyue.places.model import Place
from linyue.places.rules import PlaceKind


@dataclass(frozen=True, slots=True)
class Home:
    """Who has it at its new place, and why. No `owner`: whoever has it now; no `columns`: nothing else changes."""

    state: MatterState
    reasons: list[dict[str, Any]]
    owner: tuple[str, int | None] | None = None
    columns: dict[str, Any] = field(default_factory=dict)


async def move(actor: Actor, matter_id: int, version: int, place_id: int, reason: str) -> Matter:
    """Say that a matter is about another place; every part of its number goes there.

    The reporter may until somebody takes it on, the desks that have or sent it until it is on an agenda. Everybody who
    follows it is told; so are whoever has it now and whoever had it. Raises Refused: NO_REASON, NO_PLACE, SAME_PLACE,
    MOVED_OFTEN, PART_BEYOND, IN_PROCEDURE, and what a step may.
    """
    if not reason.strip():
        raise Refused(MatterRefusal.NO_REASON, field="text")
    async with unit_of_work():
        place = await Place.get_or_none(id=place_id)
        community = await places.community_of(place) if place else None
        if place is None or community is None:
            raise Refused(MatterRefusal.NO_PLACE, field="place")
        asked = await Matter.get(id=matter_id)
        family = sorted({one.id for one in await asked.family()} | {matter_id})
        rows = [await claim(one, version if one == matter_id else None) for one in family]
        mine = next(row for row in rows if row.id == matter_id)
        doers = _doers(actor, mine)
        stop(
            refuse_move(
                doers,
                [row.state for row in rows],
                await MatterEvent.filter(matter_id=matter_id, kind=Step.MOVE.value).count(),
                is_same=place.id == mine.place_id,
                is_in_procedure=await _is_in_procedure(family),
            )
        )
        every = doers.union(*(_doers(actor, row) for row in rows))
        for row in rows:
            stop(refuse_step(row.state, Step.MOVE, every))  # asked of where it lies now, not of where it goes
        for row in rows:
            await _move_one(actor, row, place, community, reason.strip(), every)
        names = await _names(place)
        told: dict[str, Any] = {"place_zh": names["zh"], "place_en": names["en"], "reason": reason.strip()}
        await tell_followers(actor, mine, "matters-told-moved", is_urgent=True, **told)
    return mine


def _doers(actor: Actor, matter: Matter) -> frozenset[Doer]:
    """What the actor is to it. A neighbour whose report was merged into it does not speak for its reporter's place."""
    found = doers_of(actor, matter)
    return found if actor.person_id == matter.reporter_id else found - {Doer.REPORTER}


async def _is_in_procedure(ids: Collection[int]) -> bool:
    kinds = (Step.PROCEDURE_BEGIN.value, Step.PROCEDURE_END.value)
    last = await MatterEvent.filter(matter_id__in=list(ids), kind__in=kinds).order_by("-at", "-id").first()
    return last is not None and last.kind == Step.PROCEDURE_BEGIN.value


async def may_move(actor: Actor, matter: Matter) -> bool:
    """Whether the page offers it to this reader. `matter.community` must be loaded."""
    return refuse_step(matter.state, Step.MOVE, _doers(actor, matter)) is None


def knows_the_door(actor: Actor, matter: Matter) -> bool:
    """Whether the reader sees more of its place than the building."""
    return bool(_doers(actor, matter) & {Doer.REPORTER, Doer.DESK, Doer.OFFICER, Doer.OWNER})


async def name_of(place: Place, lang: str, *, is_whole: bool = False) -> str:
    """A place with its community, down to the building; `is_whole`: to the door."""
    path = place.path if is_whole else public_path(place.path)
    return (await places.addresses_of([path], lang, above=PlaceKind.SUBDISTRICT))[path]


async def _names(place: Place) -> dict[str, str]:
    return {"zh": await name_of(place, "zh-CN"), "en": await name_of(place, "en")}


async def _move_one(
    actor: Actor, matter: Matter, place: Place, community: Place, reason: str, doers: frozenset[Doer]
) -> None:
    before, was = await owner_ids(matter), matter.community
    data: dict[str, Any] = {
        "from": await _names(matter.place),
        "to": await _names(place),
        "elsewhere": was.id != community.id,
    }
    matter.place, matter.community = place, community
    home = await _home_of(matter, was)
    data |= {"reasons": home.reasons, "centre": home.columns.get("centre_id", matter.centre_id)}
    columns = {"place_id": place.id, "community_id": community.id, **home.columns}
    change = Change(home.state, owner=home.owner, text=reason, data=data, columns=columns)
    await take_step(actor, matter, Step.MOVE, change, doers=doers)
    after = await owner_ids(matter)
    args = {"link": link_of(matter), "number": matter.number, "title": matter.title}
    await tell(after - before - {actor.person_id or 0}, "matters-told-yours", **args)  # type: ignore[arg-type]
    await tell(before - after - {actor.person_id or 0}, "matters-told-moved-away", **args)  # type: ignore[arg-type]
    if was.id != community.id:
        await tell_new_desk(matter)


async def _home_of(matter: Matter, was: Place) -> Home:
    """Who has such matters at the place it has now; `was`: the community it had before."""
    match matter.way:
        case Way.CENTRE:
            return await _at_centre(matter)
        case Way.COUNCIL:
            return await _at_council(matter, was)
        case _:
            return await _at_desk(matter, was)


async def _at_desk(matter: Matter, was: Place) -> Home:
    """The community's own desk, before it is sent on or where the community does it itself.

    An officer who has it in hand keeps it within the sub-district.
    """
    if matter.community.id == was.id:
        return Home(matter.state, _why("matters-why-moved-here", matter.community))
    is_officers = matter.owner_role == Role.SUBDISTRICT_OFFICER.value
    if is_officers and matter.community.parent_id == was.parent_id:
        return Home(matter.state, _why("matters-why-moved-officer", matter.community))
    reasons = _why("matters-why-moved-officer" if is_officers else "matters-why-moved-desk", matter.community)
    to = MatterState.REPORTED if matter.state is MatterState.REPORTED else MatterState.ASSIGNED
    columns: dict[str, Any] = {}
    if matter.way is Way.OWN_DESK:
        columns = {"answer_at": await answer_by(Way.OWN_DESK, matter.due_at), "silent_at": None, "reason": reasons}
    return Home(to, reasons, (matter.owner_role, None), columns)


async def _at_centre(matter: Matter) -> Home:
    """The centre of the new place's community; its desk where no centre takes the item."""
    assigned = await centres.centre_for(matter.community, await waiting_at_centres(), matter.item_code)
    if assigned is None:
        owner = (Role.SOCIAL_WORKER.value, None)
        return Home(MatterState.REPORTED, _why("matters-why-moved-no-centre", matter.community), owner, dict(UNROUTED))
    reasons = [*_why("matters-why-moved-centre", matter.community), *why_centre(matter.community, assigned)]
    if assigned.centre.id == matter.centre_id:
        return Home(matter.state, reasons)
    columns = {
        "centre_id": assigned.centre.id,
        "reason": reasons,
        "answer_at": await answer_by(Way.CENTRE, matter.due_at),
        "silent_at": None,
    }
    return Home(MatterState.ASSIGNED, reasons, (Role.CENTRE_CLERK.value, None), columns)


async def _at_council(matter: Matter, was: Place) -> Home:
    """Whoever of the new place's council has this kind in hand; its community's desk where there is no council.

    At the same desk, whoever took it on keeps it.
    """
    item = await item_of(matter.item_code, matter.catalogue_id)
    target = await to_council(matter, Sending(Way.COUNCIL, matter.item_code, matter.kind), item)
    reasons = [*_why("matters-why-moved-council", matter.community), *target.reasons]
    is_same_desk = target.owner == (matter.owner_role, None) and matter.community.id == was.id
    if is_same_desk or target.owner == (matter.owner_role, matter.owner_id):
        return Home(matter.state, reasons)
    return Home(MatterState.ASSIGNED, reasons, target.owner, {"reason": reasons})


def _why(key: str, community: Place) -> list[dict[str, Any]]:
    return [{"key": key, "args": {"community": names_of(community)}}]
