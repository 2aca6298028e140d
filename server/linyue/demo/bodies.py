"""Lists of the sample district: representatives and the two committees of one community, and household delegates."""

from linyue.base.policy import Actor
from linyue.demo.people import People
from linyue.people.rules_bodies import Body
from linyue.people.service_bodies import record_members
from linyue.places.model import Place

COMPOUND, COMMUNITY = "guiyu", "duantang-nandu"
HOUSEHOLDS_EACH = 30
"""One representative for so many households; the law says 20 to 50."""
COMMITTEE = 7
NOT_NAMED = 3
"""Homes that have not chosen between their adults yet, so that the page shows what is missing."""


async def make_bodies(worker: Actor, tree: dict[str, Place], people: People) -> None:
    """Every thirtieth household sends a representative; homes with several adults name the first, but for a few."""
    living: dict[int, list[int]] = {}
    for person, unit in people.residents[COMPOUND]:
        living.setdefault(unit.id, []).append(person.id)
    first = [adults[0] for adults in living.values()]
    community = tree[COMMUNITY].id
    chosen = list(dict.fromkeys(first))
    await record_members(worker, Body.REPRESENTATIVES, [(community, one) for one in chosen[::HOUSEHOLDS_EACH]])
    await record_members(worker, Body.COMMITTEES, [(community, one) for one in chosen[5 : 5 + COMMITTEE]])
    several = [(unit, adults[0]) for unit, adults in living.items() if len(set(adults)) > 1]
    await record_members(worker, Body.HOUSEHOLDS, several[:-NOT_NAMED])
