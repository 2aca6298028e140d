"""The simulated district: its places, staff, councils and centres, all made by the services that people use.

A scale below 1 takes that share of the communities, spread over the whole district, each with all its people: a desk
is then as busy as in the full year.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from importlib.resources import files
from typing import Any

import yaml

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.policy import Actor, Role
from linyue.centres import service as centres
from linyue.councils import service as councils
from linyue.councils.rules import MatterKind
from linyue.demo.data import read_data
from linyue.demo.people import People
from linyue.people import service, service_roles
from linyue.people.model import Person
from linyue.places.model import Place
from linyue.places.rules import PlaceKind
from linyue.places.service import add_place
from linyue.simulation.volumes import Volumes

FIRST = "duantang-nandu"
"""The community that even the smallest district has."""
FEWEST = 2
TERM = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True)
class Spot:
    """A community as the data files name it."""

    subdistrict: str
    code: str
    zh: str
    en: str
    is_village: bool


@dataclass
class Home:
    """A community with its compound, how much of the district's people it holds, and who reports things there."""

    spot: Spot
    place: Place
    compound: Place
    weight: float
    accounts_at_most: int
    accounts: dict[int, Person] = field(default_factory=dict)


@dataclass
class District:
    """Everything that is there on the first morning."""

    place: Place
    homes: list[Home]
    people: People
    workers: dict[str, list[Person]]
    """Code of a community -> who keeps its desk."""
    officers: dict[str, Person]
    """Code of a sub-district -> its officer."""
    subdistricts: dict[str, Place]
    administrator: Actor


def all_spots() -> list[Spot]:
    """The 116 communities and 164 villages, sub-district after sub-district."""
    more = yaml.safe_load((files("linyue.simulation") / "places.yaml").read_text(encoding="utf-8"))
    found: list[Spot] = []
    for one in read_data("places")["subdistricts"]:
        code = one["code"]
        found += [Spot(code, f"{code}-{en.lower()}", f"{zh}社区", en, False) for zh, en in one["communities"].items()]
        extra = more["more_communities"].get(code, [])
        found += [Spot(code, f"{code}-c{n}", f"{zh}社区", "", False) for n, zh in enumerate(extra, 1)]
        found += [Spot(code, f"{code}-v{n}", zh, "", True) for n, zh in enumerate(more["villages"].get(code, []), 1)]
    return found


def spots_of(scale: Fraction) -> list[Spot]:
    """So many of them, evenly spread, beginning with the one that is always there."""
    spots = all_spots()
    first = next(n for n, spot in enumerate(spots) if spot.code == FIRST)
    spots = spots[first:] + spots[:first]
    count = max(FEWEST, round(len(spots) * scale))
    return [spots[n * len(spots) // count] for n in range(count)]


async def make_district(volumes: Volumes, scale: Fraction, rng: random.Random) -> District:
    """Places, accounts, roles, catalogue, centres and councils. The clock stands on a day before the year."""
    data = read_data("places")
    first = data["district"]
    place = await add_place(None, PlaceKind.DISTRICT, first["code"], first["zh"], name_en=first["en"], is_sample=True)
    administrator = await _account("区管理员", Role.ADMINISTRATOR, place, demo="administrator")
    people = People(by_key={"administrator": administrator})
    actor = await people.actor("administrator")
    people.by_key["supervisor"] = await _account("区督查员", Role.SUPERVISOR, place, demo="supervisor")
    district = District(place, [], people, {}, {}, {}, actor)
    await centres.load_calendar()
    await load_catalogues(actor, volumes)
    spots = spots_of(scale)
    named = {one["code"]: one for one in data["subdistricts"]}
    for code in dict.fromkeys([*(spot.subdistrict for spot in spots), *(one["of"] for one in data["centres"])]):
        await _subdistrict(district, named[code])
    sizes = _sizes(spots, volumes, rng)
    accounts = volumes.population * scale * Fraction(volumes.people["accounts_per_thousand"]) / 1000
    for number, (spot, weight) in enumerate(zip(spots, sizes, strict=True)):
        async with unit_of_work():
            await _community(district, spot, number, weight, max(1, round(accounts * Fraction(weight))), volumes)
    async with unit_of_work():
        await _centres(district, data, volumes)
    return district


async def load_catalogues(actor: Actor, volumes: Volumes) -> None:
    """The sample catalogue with nothing floating, for the first months; then as it is."""
    text = centres.sample_catalogue_text()
    begins = date(volumes.year, 1, 1) - timedelta(days=31)
    number = 1
    for is_floating, since in ((False, begins), (True, date(volumes.year, volumes.floats_from_month, 1))):
        if volumes.floats_from_month == 1 and not is_floating:
            continue
        await centres.load_catalogue(actor, dated(text, number, since, is_floating=is_floating))
        number += 1


def dated(text: str, version: int, since: date, *, is_floating: bool) -> str:
    """A catalogue file with another number and day; with floating switched off, the community's desk takes it all."""
    text = re.sub(r"(?m)^version: .*$", f"version: {version}", text, count=1)
    text = re.sub(r"(?m)^effective_from: .*$", f"effective_from: {since.isoformat()}", text, count=1)
    if is_floating:
        return text
    return text.replace("floats: true", "floats: false").replace("handled_by: centre", "handled_by: community")


def _sizes(spots: list[Spot], volumes: Volumes, rng: random.Random) -> list[float]:
    """Each community's share of the people, adding up to 1."""
    raw = [
        (volumes.people["village_size"] if spot.is_village else 1.0) * rng.lognormvariate(0.0, volumes.people["uneven"])
        for spot in spots
    ]
    return [size / sum(raw) for size in raw]


async def _account(name: str, role: Role, place: Place, centre_id: int | None = None, demo: str = "") -> Person:
    person = await service.add_person(name, is_sample=True, demo_role=demo)
    await service_roles.grant_role(None, person.id, role, place.id, centre_id)
    return person


async def _subdistrict(district: District, one: dict[str, Any]) -> None:
    place = await add_place(
        district.administrator, PlaceKind.SUBDISTRICT, one["code"], one["zh"], parent=district.place,
        name_en=one["en"], position=len(district.subdistricts), is_sample=True,
    )  # fmt: skip
    district.subdistricts[place.code] = place
    name = f"{one['zh'][:2]}干部"
    demo = "" if district.officers else "subdistrict_officer"
    district.officers[place.code] = await _account(name, Role.SUBDISTRICT_OFFICER, place, demo=demo)


async def _community(
    district: District, spot: Spot, number: int, weight: float, accounts: int, volumes: Volumes
) -> None:
    """A community with one compound, its social workers, and a council of seven."""
    actor = district.administrator
    place = await add_place(
        actor, PlaceKind.COMMUNITY, spot.code, spot.zh, parent=district.subdistricts[spot.subdistrict],
        name_en=f"{spot.en} Community" if spot.en else "", position=number, is_sample=True,
    )  # fmt: skip
    short = spot.zh.removesuffix("社区")
    compound = await add_place(
        actor, PlaceKind.COMPOUND, f"{spot.code}-1", f"{short}样本苑", parent=place, is_sample=True
    )  # fmt: skip
    demo = "" if district.homes else "social_worker"
    district.workers[spot.code] = [
        await _account(f"{short}社工{n}", Role.SOCIAL_WORKER, place, demo=demo if n == 1 else "")
        for n in range(1, int(volumes.people["workers"]) + 1)
    ]
    district.people.workers[spot.code] = district.workers[spot.code][0]
    now = clock.now()
    council = await councils.found_council(
        actor, compound.id, f"{short}样本苑理事会", f"{spot.en or short} Council", now, is_sample=True
    )
    for seat, kind in enumerate(MatterKind, start=1):
        person = await service.add_person(f"{short}理事{seat}", is_sample=True)
        await councils.give_seat(actor, council.id, seat, kind, person.id, now, now + TERM)
    district.homes.append(Home(spot, place, compound, weight, accounts))


async def _centres(district: District, data: dict[str, Any], volumes: Volumes) -> None:
    """The fifteen centres, each for the communities of its sub-districts that are there, with their clerks."""
    paths = {home.spot.code: home.place.path for home in district.homes}
    paths |= {code: place.path for code, place in district.subdistricts.items()}
    for position, one in enumerate(data["centres"]):
        within = tuple(paths[code] for code in one["covers"] if code in paths)
        covered = [home.place.id for home in district.homes if within and home.place.path.startswith(within)]
        subdistrict = district.subdistricts[one["of"]]
        new = centres.NewCentre(
            code=one["code"], place_id=subdistrict.id, name_zh=one["zh"], name_en=one["en"],
            address_zh=one["at"]["zh"], address_en=one["at"]["en"],
            hours_zh=data["hours"]["zh"], hours_en=data["hours"]["en"],
            phone=f"0574-0000 {position + 1:04d}", communities=tuple(covered), position=position, is_sample=True,
        )  # fmt: skip
        centre = await centres.add_centre(district.administrator, new)
        for n in range(1, int(volumes.people["clerks"]) + 1):
            demo = "centre_clerk" if position == 0 and n == 1 else ""
            clerk = await _account(f"{one['code']}窗口{n}", Role.CENTRE_CLERK, subdistrict, centre.id, demo)
            district.people.clerks.setdefault(centre.id, clerk)


def names() -> Iterator[str]:
    """Invented names, over and over with a number behind."""
    data = read_data("people")
    pairs = [first + second for first in data["name_first"] for second in data["name_second"]]
    for turn in range(1, 1_000_000):
        for name in pairs:
            yield f"{name}{turn}"


async def account_of(home: Home, number: int, fresh: Iterator[str]) -> Person:
    """The resident of this number in a community; opens an account the first time."""
    if number not in home.accounts:
        home.accounts[number] = await service.add_person(next(fresh), is_sample=True)
    return home.accounts[number]


def at_morning(day: date) -> datetime:
    """The first moment of a day in Ningbo."""
    return datetime(day.year, day.month, day.day, tzinfo=clock.SHANGHAI)
