"""Writing, changing and retiring policy cards, and finding them. The only writer of their tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tortoise.expressions import F, Q

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.base.workdays import local_day
from linyue.centres import service
from linyue.centres.model_cards import PolicyCard, PolicyCardItem
from linyue.centres.rules import Named
from linyue.centres.rules_cards import CardRefusal, codes_in, refuse_card
from linyue.councils.model import Council
from linyue.councils.service_functions import Function, FunctionView, show_function_from


@dataclass(frozen=True, slots=True)
class CardWords:
    """What a card says; `items` = codes of the catalogue as people type them."""

    title: str
    text: str
    source: str
    items: str
    review_on: date


@dataclass(frozen=True, slots=True)
class CardView:
    """A card with the names of its items, and whether it should have been looked at again."""

    card: PolicyCard
    items: tuple[tuple[str, Named], ...]
    is_old: bool


async def write_card(actor: Actor, words: CardWords) -> PolicyCard:
    """Show everybody a new card. Raises Refused(CardRefusal)."""
    assert actor.person_id is not None
    codes = await _checked(words)
    async with unit_of_work() as work:
        card = await PolicyCard.create(**_columns(words), author_id=actor.person_id, written_at=clock.now())
        await _link(card.id, codes)
        await work.audit(actor, "card.write", f"card:{card.id}")
    return card


async def change_card(actor: Actor, card_id: int, words: CardWords, version: int) -> None:
    """Say it better, or look at it again. Raises Refused(CardRefusal), NotFound."""
    codes = await _checked(words)
    async with unit_of_work() as work:
        await _claim(card_id, version)
        await PolicyCard.filter(id=card_id).update(**_columns(words), changed_at=clock.now())
        await PolicyCardItem.filter(card_id=card_id).delete()
        await _link(card_id, codes)
        await work.audit(actor, "card.change", f"card:{card_id}")


async def retire_card(actor: Actor, card_id: int, version: int) -> None:
    """Take a card down; its words stay in its row."""
    async with unit_of_work() as work:
        await _claim(card_id, version)
        await PolicyCard.filter(id=card_id).update(is_retired=True, changed_at=clock.now())
        await work.audit(actor, "card.retire", f"card:{card_id}")


async def card_by_id(card_id: int) -> PolicyCard:
    """A card that is shown. Raises NotFound."""
    card = await PolicyCard.get_or_none(id=card_id, is_retired=False)
    if card is None:
        raise NotFound
    return card


async def find_cards(words: str = "", code: str = "") -> list[CardView]:
    """Cards of an item, or in which these words stand; all of them without either. The newest first."""
    rows = PolicyCard.filter(is_retired=False)
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(text__icontains=words) | Q(source__icontains=words))
    if code:
        ids = await PolicyCardItem.filter(item_code=code).values_list("card_id", flat=True)
        rows = rows.filter(id__in=list(ids))
    return await views_of(await rows.order_by("-id").limit(200))


async def views_of(cards: Sequence[PolicyCard]) -> list[CardView]:
    """Cards with the names of their items."""
    if not cards:
        return []
    index, today = await service.catalogue_index(), local_day(clock.now())
    names = {item.code: item.name for item in index.catalogue.items}
    linked: dict[int, list[str]] = {}
    for row in await PolicyCardItem.filter(card_id__in=[card.id for card in cards]).order_by("id"):
        linked.setdefault(row.card_id, []).append(row.item_code)
    return [
        CardView(
            card,
            tuple((code, names[code]) for code in linked.get(card.id, []) if code in names),
            card.review_on < today,
        )
        for card in cards
    ]


async def _checked(words: CardWords) -> list[str]:
    index = await service.catalogue_index()
    codes = codes_in(words.items)
    known = {item.code for item in index.catalogue.items if not item.is_retired}
    today = local_day(clock.now())
    refusal = refuse_card(words.title, words.text, words.source, codes, known, words.review_on, today)
    if refusal is not None:
        raise Refused(refusal[0], field=refusal[1], word=refusal[2])
    return codes


def _columns(words: CardWords) -> dict[str, Any]:
    return {
        "title": words.title.strip(),
        "text": words.text.strip(),
        "source": words.source.strip(),
        "review_on": words.review_on,
    }


async def _link(card_id: int, codes: Sequence[str]) -> None:
    await PolicyCardItem.bulk_create([PolicyCardItem(card_id=card_id, item_code=code) for code in codes])


async def _claim(card_id: int, version: int) -> None:
    if not await PolicyCard.filter(id=card_id, version=version, is_retired=False).update(version=F("version") + 1):
        known = await PolicyCard.exists(id=card_id, is_retired=False)
        raise Refused(CardRefusal.CHANGED_MEANWHILE) if known else NotFound


async def _policy(_council: Council) -> FunctionView:
    n = await PolicyCard.filter(is_retired=False).count()
    return FunctionView(n, 0, "/cards", "/services", "centres.card.write", "/cards/new")


show_function_from(Function.POLICY, _policy)
