"""Owners by area and by heads: whose titles stand behind each voter of a roll, and the double count.

Sources: Civil Code art 278 (take part: two thirds of the area and of the heads; pass: a share of both of those who take
part); judicial interpretation of 2020 arts 8-9 (area by the register; a head for each exclusive unit, one buyer of
several units and all unsold units of the developer are one) and art 2 (a parking place or a garage is an exclusive part
only where it can be told apart, used alone and registered); 宁波市住宅小区物业管理条例 art 18 (one title one vote,
co-owners name one voter; its words on parking: decisions/0024). Areas are whole numbers of 0.01 m².
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from linyue.questions.rules import Measure, QuestionRefusal

HEAD_RULE = "title-owners-v2"
"""Name and version of how area and heads are counted, frozen with the question. v1 left every parking place out."""


@dataclass(frozen=True, slots=True)
class Title:
    """One unit on the register. `owners`: who owns it together; `voter`: whom they named, None: nobody yet.

    `is_sold` False: unsold or not handed over yet, so the developer's, who names the voter. `is_parking`: a parking
    place or a garage, whose `area` stands on the list only where it is registered as an exclusive part.
    """

    unit: str
    area: int | None
    owners: frozenset[int]
    voter: int | None = None
    is_parking: bool = False
    is_sold: bool = True

    @property
    def is_exclusive(self) -> bool:
        """Whether it counts at all: every home and shop, and parking that is registered (interpretation arts 2, 8)."""
        return not self.is_parking or bool(self.area)


@dataclass(frozen=True, slots=True)
class Weight:
    """What stands behind one voter: area in 0.01 m², heads, and the units they vote for."""

    area: int
    heads: int
    units: tuple[str, ...] = ()


class OwnersRefusal(StrEnum):
    """Why a roll of owners cannot be frozen. Each is told with the unit it is about."""

    NO_AREA = "questions-law-refused-no-area"
    NO_OWNER = "questions-law-refused-no-owner"
    NO_VOTER = "questions-law-refused-no-voter"
    NO_DEVELOPER = "questions-law-refused-no-developer"


@dataclass(frozen=True, slots=True)
class BadTitle:
    """A title that keeps the roll from being frozen."""

    reason: OwnersRefusal
    unit: str


def weigh_titles(titles: Iterable[Title]) -> dict[int, Weight] | BadTitle:
    """The voters of an owners' roll with area and heads, or the first title that is not ready.

    One head for each different owner: the same person or the same people with several titles are one, and so is the
    developer with everything unsold. A voter whom different co-owners named stands for each of them.
    """
    areas: dict[int, int] = {}
    heads: dict[int, set[frozenset[int]]] = {}
    units: dict[int, list[str]] = {}
    for title in sorted(titles, key=lambda one: one.unit):
        if not title.is_exclusive:
            continue
        reason = refuse_title(title)
        if reason is not None:
            return BadTitle(reason, title.unit)
        voter = voter_of(title)
        assert voter is not None and title.area is not None
        areas[voter] = areas.get(voter, 0) + title.area
        # Everything unsold is the developer's, however many units: an owner of its own, whoever votes for it.
        heads.setdefault(voter, set()).add(title.owners if title.is_sold else frozenset())
        units.setdefault(voter, []).append(title.unit)
    return {voter: Weight(areas[voter], len(heads[voter]), tuple(units[voter])) for voter in areas}


def voter_of(title: Title) -> int | None:
    """Who votes for a title: its only owner, or whom co-owners or the developer named."""
    return next(iter(title.owners)) if title.is_sold and len(title.owners) == 1 else title.voter


def refuse_title(title: Title) -> OwnersRefusal | None:
    """What keeps a title from a roll. Nothing is missing of parking that is no exclusive part: it does not count."""
    if not title.is_exclusive:
        return None
    if title.area is None or title.area <= 0:
        return OwnersRefusal.NO_AREA
    if not title.is_sold:
        return OwnersRefusal.NO_DEVELOPER if title.voter is None else None
    if not title.owners:
        return OwnersRefusal.NO_OWNER
    return OwnersRefusal.NO_VOTER if voter_of(title) not in title.owners else None


@dataclass(frozen=True, slots=True)
class Weighing:
    """The double count before the rule is asked: what each choice and the whole roll weigh."""

    areas: Mapping[str, int]
    heads: Mapping[str, int]
    entitled_area: int
    entitled_heads: int


def weigh(choices: Sequence[str], weights: Mapping[int, Weight], votes: Mapping[int, str]) -> Weighing:
    """What the votes weigh. Raises ValueError for a vote of nobody on the roll or for no choice."""
    areas, heads = dict.fromkeys(choices, 0), dict.fromkeys(choices, 0)
    for person, choice in votes.items():
        if person not in weights or choice not in areas:
            raise ValueError(f"not a vote of this roll: {choice}")
        areas[choice] += weights[person].area
        heads[choice] += weights[person].heads
    return Weighing(areas, heads, sum(one.area for one in weights.values()), sum(one.heads for one in weights.values()))


def interested(titles: Iterable[Title], building_units: Iterable[str], also: Iterable[int] = ()) -> set[int]:
    """Owners whose consent a home needs to become a shop: all in its building, and outsiders who proved harm.

    Civil Code art 279; interpretation art 11. `also`: owners elsewhere whose harm was shown.
    """
    here = set(building_units)
    return {owner for one in titles if one.unit in here and one.is_exclusive for owner in one.owners} | set(also)


HARM_LETTERS = 200


class HarmRefusal(StrEnum):
    """Why an owner of another building is not put on the roll of those whose consent a shop needs."""

    NO_HARM = "questions-harm-refused-no-reason"
    HARM_LONG = "questions-harm-refused-long"
    NOT_AN_OWNER = "questions-harm-refused-not-an-owner"
    OPENED = "questions-harm-refused-opened"
    THERE = "questions-harm-refused-there"


def refuse_harm(reason: str, *, is_owner: bool, is_there: bool, is_opened: bool) -> HarmRefusal | None:
    """An owner elsewhere comes to the roll with what they have shown, once, and before the vote is opened."""
    if is_opened:
        return HarmRefusal.OPENED
    if not is_owner:
        return HarmRefusal.NOT_AN_OWNER
    if is_there:
        return HarmRefusal.THERE
    if not reason.strip():
        return HarmRefusal.NO_HARM
    return HarmRefusal.HARM_LONG if len(reason.strip()) > HARM_LETTERS else None


def square_metres(area: int) -> str:
    """An area as people write it: 8973 is 89.73."""
    return f"{area // 100}.{area % 100:02d}"


def refuse_weights(measure: Measure, roll: Collection[int], weights: Mapping[int, Weight]) -> QuestionRefusal | None:
    """An owners' roll has an area and a head for everybody on it; no other roll has any."""
    if measure is Measure.HEADS:
        return QuestionRefusal.NO_AREAS if weights else None
    is_whole = set(weights) == set(roll) and all(one.area > 0 and one.heads > 0 for one in weights.values())
    return None if is_whole else QuestionRefusal.NO_AREAS
