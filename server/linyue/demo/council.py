"""The 7+X councils of the three compounds: terms, portfolios, enthusiasts."""

from datetime import datetime, timedelta
from typing import Any

from linyue.base import clock
from linyue.base.policy import Actor
from linyue.councils import service as councils
from linyue.councils.model import Council
from linyue.councils.rules import MatterKind
from linyue.demo.data import read_data
from linyue.demo.people import People
from linyue.people.model import Person
from linyue.places.model import Place

TERM = timedelta(days=3 * 365)
SINCE = timedelta(days=210)
"""How long the present terms have run."""
X_TERM = timedelta(days=365)


async def make_councils(administrator: Actor, tree: dict[str, Place], people: People) -> dict[str, Council]:
    """Every council with its seats, by the code of its compound; the large one also shows a term that has ended."""
    found: dict[str, Council] = {}
    began = clock.now() - SINCE
    for one in read_data("people")["councils"]:
        place = tree[one["place"]]
        council = await councils.found_council(
            administrator, place.id, one["zh"], one["en"], began - TERM, is_sample=True
        )
        found[place.code] = council
        for number, kind, person in _seats(one, people):
            await councils.give_seat(
                administrator, council.id, number, MatterKind(kind), person.id, began, began + TERM
            )
        for topic, key in one["x_members"].items():
            starts = clock.now() - timedelta(days=10)
            person = people.by_key[key]
            await councils.invite_x_member(administrator, council.id, person.id, topic, starts, starts + X_TERM)
    await _earlier_term(administrator, found["guiyu"], people, began)
    return found


def _seats(one: dict[str, Any], people: People) -> list[tuple[int, str, Person]]:
    """(number, kind, who). Where the data file names nobody, every fifth owner of the compound is asked."""
    if "seats" in one:
        return [(number, kind, people.by_key[key]) for number, (kind, key) in one["seats"].items()]
    owners = list({person.id: person for person, _ in people.residents[one["place"]]}.values())
    return [(number + 1, kind, owners[number * 5 + 2]) for number, kind in enumerate(one["kinds"])]


async def _earlier_term(administrator: Actor, council: Council, people: People, until: datetime) -> None:
    """Before the present member, somebody else led shared facilities."""
    person, _unit = people.residents["guiyu"][40]
    await councils.give_seat(administrator, council.id, 3, MatterKind.FACILITIES, person.id, until - TERM, until)
