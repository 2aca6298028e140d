"""The sample district's people: accounts for every role, and the rolls of the three compounds."""

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Any

from linyue.base import clock
from linyue.base.model import Session
from linyue.base.policy import Actor, Role
from linyue.demo.data import read_data
from linyue.people import service, service_enrol, service_roles
from linyue.people.model import Occupancy, Person
from linyue.people.rules import PRIVACY_VERSION, ClaimState, Tenure
from linyue.places.model import Place
from linyue.places.rules import PlaceKind

RENTED_OUT = 7
"""Every so many-th sold unit is let: its owner lives elsewhere, a tenant lives in it."""
PHONE = "1990000{:04d}"
"""Numbers of the 0000 block, so that nobody's real number is used; nothing is ever sent to them."""


@dataclass
class People:
    """Who lives and works in the sample district."""

    by_key: dict[str, Person] = field(default_factory=dict)
    residents: dict[str, list[tuple[Person, Place]]] = field(default_factory=dict)
    """Compound code -> (person, unit) of everybody on its roll."""
    workers: dict[str, Person] = field(default_factory=dict)
    """Community or sub-district code -> its social worker."""
    clerks: dict[int, Person] = field(default_factory=dict)
    """Centre id -> a clerk there."""
    far: dict[str, list[Person]] = field(default_factory=dict)
    """Sub-district code -> people who report things there without a home in one of the three compounds."""
    actors: dict[int, Actor] = field(default_factory=dict)

    async def actor(self, who: str | Person | int) -> Actor:
        """Somebody as a service sees them after a sign-in with the second factor."""
        person_id = self.by_key[who].id if isinstance(who, str) else who if isinstance(who, int) else who.id
        if person_id not in self.actors:
            session = Session(id=0, person_id=person_id, second_factor_at=clock.real_now())
            self.actors[person_id] = await service.load_actor(session, "zh-CN")
        return self.actors[person_id]

    def worker_of(self, community: Place, subdistrict_code: str) -> Person:
        """The social worker of a community, else the one who looks after the sub-district."""
        return self.workers.get(community.code) or self.workers[subdistrict_code]


async def make_administrator(district: Place) -> Person:
    """The district's first account, who may set up the rest."""
    person = await service.add_person("区管理员", phone=PHONE.format(15), is_sample=True, demo_role="administrator")
    await service_roles.grant_role(None, person.id, Role.ADMINISTRATOR, district.id)
    return person


async def make_people(
    tree: dict[str, Place], centres: dict[str, int], administrator: Person, rng: random.Random
) -> People:
    """Every account of the data file, staff for every sub-district and centre, and neighbours for every unit."""
    people = People(by_key={"administrator": administrator})
    for number, one in enumerate(read_data("people")["accounts"], start=1):
        if one["key"] != "administrator":
            people.by_key[one["key"]] = await _account(one, number, tree, centres)
    await _staff(people, tree, centres)
    await _rolls(people, tree, _names(rng))
    return people


async def _account(one: dict[str, Any], number: int, tree: dict[str, Place], centres: dict[str, int]) -> Person:
    person = await service.add_person(
        one["name"],
        phone=PHONE.format(number),
        legal_name=one.get("legal", ""),
        lang=one.get("lang", "zh-CN"),
        is_sample=True,
        demo_role=one.get("demo", ""),
    )
    homes = [(code, "owner") for code in one.get("homes", [])]
    if "home" in one:
        homes.append(tuple(one["home"]))
    for code, tenure in homes:
        await service_enrol.confirm_home(None, person.id, tree[code], Tenure(tenure), how="desk")
    if "claims" in one:
        code, tenure = one["claims"]
        await service_enrol.put_home(person.id, tree[code], Tenure(tenure), ClaimState.CLAIMED)
    for role, where in one.get("roles", []):
        await grant(person, Role(role), where, tree, centres)
    return person


async def grant(person: Person, role: Role, where: str, tree: dict[str, Place], centres: dict[str, int]) -> None:
    """Give a role for a place, or for the centre of this code."""
    if where in centres:
        of = next(one["of"] for one in read_data("places")["centres"] if one["code"] == where)
        await service_roles.grant_role(None, person.id, role, tree[of].id, centres[where])
    else:
        await service_roles.grant_role(None, person.id, role, tree[where].id)


async def _staff(people: People, tree: dict[str, Place], centres: dict[str, int]) -> None:
    """A social worker for every sub-district, and for the communities with a compound; a clerk at every centre."""
    data = read_data("people")
    people.workers["duantang-nandu"] = people.by_key["social_worker"]
    subdistricts = [one["code"] for one in read_data("places")["subdistricts"]]
    for code, name in zip(subdistricts, data["staff_names"], strict=True):
        people.workers[code] = await _plain(f"社工{name}")
        await grant(people.workers[code], Role.SOCIAL_WORKER, code, tree, centres)
    people.clerks[centres["C01"]] = people.by_key["clerk"]
    for code, name in zip([c for c in centres if c != "C01"], data["clerk_names"], strict=True):
        people.clerks[centres[code]] = await _plain(f"窗口{name}")
        await grant(people.clerks[centres[code]], Role.CENTRE_CLERK, code, tree, centres)
    for code in subdistricts:
        people.far[code] = await _plain_many(f"{tree[code].name_zh[:2]}{name}" for name in data["far_names"][:4])


async def _plain(name: str) -> Person:
    return await service.add_person(name, is_sample=True)


async def _plain_many(names: Iterator[str]) -> list[Person]:
    """Accounts without a phone, all at once."""
    now = clock.now()
    rows = [_row(name, now) for name in names]
    await Person.bulk_create(rows, batch_size=200)
    stored = {p.public_id: p for p in await Person.filter(public_id__in=[row.public_id for row in rows])}
    return [stored[row.public_id] for row in rows]


def _row(name: str, now: datetime) -> Person:
    return Person(
        public_id=secrets.token_urlsafe(12),
        display_name=name,
        privacy_version=PRIVACY_VERSION,
        privacy_at=now,
        is_sample=True,
        created_at=now,
    )


def _names(rng: random.Random) -> Iterator[str]:
    """Chosen names, each once, in an order that looks like none."""
    data = read_data("people")
    names = [first + second for first, second in product(data["name_first"], data["name_second"])]
    rng.shuffle(names)
    taken = {one["name"] for one in data["accounts"]}
    return iter([name for name in names if name not in taken])


async def _rolls(people: People, tree: dict[str, Place], names: Iterator[str]) -> None:
    """An owner for every sold unit that has none yet, and a tenant in every seventh."""
    taken = {(row.unit_id, row.tenure) for row in await Occupancy.filter(state=ClaimState.CONFIRMED)}
    wanted: list[tuple[Place, Tenure]] = []
    sold = [p for p in tree.values() if p.kind is PlaceKind.UNIT and p.is_sold]
    for number, unit in enumerate(sold):
        if (unit.id, Tenure.OWNER) in taken:
            continue
        wanted.append((unit, Tenure.OWNER))
        if number % RENTED_OUT == 0 and (unit.id, Tenure.TENANT) not in taken:
            wanted.append((unit, Tenure.TENANT))
    new = await _plain_many(next(names) for _ in wanted)
    now = clock.now()
    await Occupancy.bulk_create(
        [
            Occupancy(
                person_id=person.id, unit_id=unit.id, tenure=tenure, state=ClaimState.CONFIRMED,
                claimed_at=now, decided_at=now, how="import",
            )
            for person, (unit, tenure) in zip(new, wanted, strict=True)
        ],
        batch_size=200,
    )  # fmt: skip
    for code in (one["code"] for one in read_data("places")["compounds"]):
        rows = Occupancy.filter(state=ClaimState.CONFIRMED, unit__path__startswith=tree[code].path)
        people.residents[code] = [(row.person, row.unit) for row in await rows.select_related("person", "unit")]
