"""The stage of a rehearsal: an invented compound and its neighbours. Only in an empty database of its own."""

from dataclasses import dataclass

from linyue.base import clock
from linyue.base.model import Session
from linyue.base.policy import Actor, Role
from linyue.people import service as people
from linyue.people import service_bodies, service_enrol, service_roles
from linyue.people.rules import Tenure
from linyue.people.rules_bodies import Body
from linyue.places import service as places
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

NEIGHBOURS = 22
"""Enough for a sealed box, which needs twenty, with the chair and the recorder among them."""
SEATS = 7
NAMES = ("主持人", "记录员", "计票员", "监票员", "爱抢话的", "断了网的")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is there. `neighbours` are on the roll: chair, recorder, teller, witness, heckler, one without a network.

    They all live in one stairwell; `elsewhere` lives in another building. `scales`: the place of each smaller roll.
    """

    place: Place
    neighbours: list[Actor]
    elsewhere: Actor
    stranger: Actor
    scales: dict[PlaceKind, int]

    @property
    def chair(self) -> Actor:
        return self.neighbours[0]

    @property
    def heckler(self) -> Actor:
        return self.neighbours[4]

    @property
    def lost(self) -> Actor:
        return self.neighbours[5]


async def make_cast() -> Cast:
    """A compound: a stairwell full of households, and one household in another building."""
    parent: Place | None = None
    made: dict[PlaceKind, Place] = {}
    for kind in (
        PlaceKind.DISTRICT,
        PlaceKind.SUBDISTRICT,
        PlaceKind.COMMUNITY,
        PlaceKind.COMPOUND,
        PlaceKind.BUILDING,
        PlaceKind.STAIRWELL,
    ):
        parent = await places.add_place(
            None, kind, parent=parent, code=f"r-{kind.value}", name_zh="演练", name_en="Rehearsal", position=1
        )
        made[kind] = parent
    compound = made[PlaceKind.COMPOUND]
    neighbours = []
    for n in range(NEIGHBOURS):
        person = await _household(parent, n, NAMES[n] if n < len(NAMES) else f"邻居{n}")
        if n == 0:
            await service_roles.grant_role(None, person, Role.STANDING_MEMBER, compound.id)
        neighbours.append(await _actor(person))
    other = await places.add_place(
        None, PlaceKind.BUILDING, parent=compound, code="r-other", name_zh="另一幢", name_en="The other", position=2
    )
    elsewhere = await _actor(await _household(other, NEIGHBOURS, "另一幢的人"))
    outsider = await people.add_person("路过的人", phone="")
    scales = {kind: made[kind].id for kind in (PlaceKind.BUILDING, PlaceKind.STAIRWELL)}
    return Cast(compound, neighbours, elsewhere, await _actor(outsider.id), scales)


async def _household(parent: Place | None, n: int, name: str) -> int:
    """A unit of its own and its owner; the owner's id."""
    unit = await places.add_place(
        None,
        PlaceKind.UNIT,
        parent=parent,
        code=f"r-{n}",
        name_zh=f"{n + 1}室",
        name_en=f"Unit {n + 1}",
        position=n,
        area_dm2=9000,
    )
    person = await people.add_person(name, phone="")
    await service_enrol.confirm_home(None, person.id, unit, Tenure.OWNER, how="desk")
    return person.id


async def join(cast: Cast, body: Body) -> None:
    """Make everybody of the cast a member of the body whose voices count, as a district has them on its lists."""
    ids = [one.person_id for one in cast.neighbours if one.person_id is not None]
    if body in (Body.REPRESENTATIVES, Body.COMMITTEES, Body.PARTY_MEMBERS):
        community = cast.place.parent_id or cast.place.id
        await service_bodies.record_members(None, body, [(community, person) for person in ids])
    elif body is Body.HOUSEHOLDS:
        stairwell = await Place.get(id=cast.scales[PlaceKind.STAIRWELL])
        units = await Place.inside(stairwell.path, PlaceKind.UNIT)
        await service_bodies.record_members(None, body, [(u.id, p) for u, p in zip(units, ids, strict=True)])
    elif body is Body.OWNERS_COMMITTEE:
        for person in ids:
            await service_roles.grant_role(None, person, Role.OWNERS_COMMITTEE, cast.place.id)
    elif body in (Body.COUNCIL, Body.COUNCIL_SEVEN):
        for n, person in enumerate(ids[1:], 1):  # the chair holds a seat already
            seat = Role.STANDING_MEMBER if n < SEATS else Role.X_MEMBER
            await service_roles.grant_role(None, person, seat, cast.place.id)


async def _actor(person_id: int) -> Actor:
    """Who this is to the policy, as after a sign-in."""
    return await people.load_actor(Session(id=0, person_id=person_id, second_factor_at=clock.now()), "zh-CN")
