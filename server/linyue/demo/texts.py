"""The bank of sample texts: choosing one, and filling in where it happened."""

import random
from dataclasses import dataclass
from typing import Any

from linyue.centres.rules import Way
from linyue.demo.data import read_data
from linyue.people.model import Person
from linyue.places.model import Place


@dataclass(frozen=True, slots=True)
class Draft:
    """One report to be: what it says, where, and what will become of it in words."""

    way: Way
    title: str
    text: str
    place: Place
    community: Place
    subdistrict: str
    """Code of the sub-district."""
    reporter: Person | None
    item: str = ""
    kind: str = ""
    ask: str = ""
    answer: str = ""
    done: str = ""
    is_public: bool = True
    photo: str = ""


def draft_of(
    way: Way,
    one: dict[str, Any],
    place: Place,
    community: Place,
    subdistrict: str,
    reporter: Person | None,
    names: dict[str, str],
    rng: random.Random,
) -> Draft:
    """A report made from a template."""
    return Draft(
        way, fill(one["title"], names, rng), fill(one["text"], names, rng), place, community, subdistrict, reporter,
        item=one.get("item", ""), kind=one.get("kind", ""), ask=one.get("ask", ""), answer=one.get("answer", ""),
        done=fill(one.get("done", ""), names, rng), is_public=not one.get("private", False),
        photo=one.get("photo", ""),
    )  # fmt: skip


def pick(section: Way, rng: random.Random, *, is_far: bool) -> dict[str, Any]:
    """A template of this way; far from the three compounds only those that need no building."""
    found = read_data("matters")[section.value]
    if is_far:
        found = [one for one in found if one.get("where", "anywhere") not in ("building", "unit")]
    chosen: dict[str, Any] = rng.choice(found)
    return chosen


def note(kind: str, rng: random.Random) -> str:
    """A short sentence: why something is returned, how something is rated."""
    return str(rng.choice(read_data("matters")["notes"][kind]))


def fill(text: str, names: dict[str, str], rng: random.Random) -> str:
    """Put the names of the place and a small number into a text."""
    return text.format(**names, n=rng.randint(2, 6)) if text else ""
