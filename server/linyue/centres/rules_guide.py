"""How the guide to services is ordered and searched. Plain values; the words around them are in the locales."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linyue.base.workdays import Unit
from linyue.centres.rules import Catalogue, DaysCount, Field, ItemEntry, Listing, Way, route_of
from linyue.centres.rules_suggest import SuggestIndex, matches, suggest_items

FOUND_AT_MOST = 20


@dataclass(frozen=True)
class Shelf:
    """One subject field with its items, under the letter it is found by."""

    letter: str
    field: Field
    items: tuple[ItemEntry, ...]


def shelves(catalogue: Catalogue, listing: Listing, lang: str) -> tuple[Shelf, ...]:
    """The items of one list by their first subject field, A to Z: by pinyin in Chinese, by name in English."""
    found = []
    for field in catalogue.fields:
        items = [i for i in _taken(catalogue) if i.listing is listing and i.fields[0] == field.key]
        if items:
            if lang == "en":
                items.sort(key=lambda item: item.name.en)
            found.append(Shelf(_sort_word(field, lang)[0].upper(), field, tuple(items)))
    return tuple(sorted(found, key=lambda shelf: _sort_word(shelf.field, lang)))


def _taken(catalogue: Catalogue) -> list[ItemEntry]:
    """Retired items are in no list; their own page says what follows them."""
    return [item for item in catalogue.items if not item.is_retired]


def _sort_word(field: Field, lang: str) -> str:
    return field.name.en.lower() if lang == "en" else field.pinyin


def search(query: str, catalogue: Catalogue, index: SuggestIndex) -> tuple[ItemEntry, ...]:
    """Items for a few words: names that hold them first, then what they suggest, then the rest with such words."""
    query = " ".join(query.lower().split())
    if not query:
        return ()
    by_code = {item.code: item for item in catalogue.items}
    named = [
        i for i in _taken(catalogue) if query in i.name.zh or query in i.name.en.lower() or query == i.code.lower()
    ]
    worded = [i for i in _taken(catalogue) if any(query in word or matches(word, query) for word in i.words)]
    guessed = [by_code[c.item_code] for c in suggest_items(query, index) if c.item_code]
    return _without_repeats([*named, *guessed, *worded])[:FOUND_AT_MOST]


def _without_repeats(items: Iterable[ItemEntry]) -> tuple[ItemEntry, ...]:
    return tuple({item.code: item for item in items}.values())


@dataclass(frozen=True)
class TimeWords:
    """A time limit as a translation key and its number."""

    key: str
    days: int = 0


def time_words(item: ItemEntry) -> TimeWords:
    """What a resident is told about how long an item takes."""
    days = item.days
    if route_of(item) in (Way.REFERRAL, Way.REFUSAL) or days.count is None:
        return TimeWords("centres-time-theirs")
    if days.counts is not DaysCount.DURATION:
        return TimeWords("centres-time-see-note")
    if days.count == 0:
        return TimeWords("centres-time-on-the-spot" if route_of(item) is Way.CENTRE else "centres-time-any-time")
    key = "centres-time-calendar" if days.unit is Unit.CALENDAR else "centres-time-working"
    return TimeWords(key, days.count)


def papers_in(lang: str, papers: Sequence[str], english: dict[str, str]) -> tuple[str, ...]:
    """Names of papers in the reader's language."""
    return tuple(english.get(paper, paper) if lang == "en" else paper for paper in papers)
