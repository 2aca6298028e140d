"""Policy cards (政策小知识): what a card must say before everybody reads it. Plain functions over values."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from enum import StrEnum

TITLE_LIMIT, TEXT_LIMIT, SOURCE_LIMIT, ITEMS_AT_MOST = 40, 300, 120, 8
"""A card is short on purpose: one policy, read in half a minute."""
LOOKED_AGAIN_WITHIN = timedelta(days=366)
"""Policies change; within a year somebody looks at a card again, or it says that it may be out of date."""


class CardRefusal(StrEnum):
    """Why a card is not kept; the value is the translation key."""

    NO_TITLE = "centres-cards-refused-no-title"
    NO_TEXT = "centres-cards-refused-no-text"
    TOO_LONG = "centres-cards-refused-too-long"
    NO_SOURCE = "centres-cards-refused-no-source"
    NO_ITEM = "centres-cards-refused-no-item"
    UNKNOWN_ITEM = "centres-cards-refused-unknown-item"
    MANY_ITEMS = "centres-cards-refused-many-items"
    REVIEW_DAY = "centres-cards-refused-review-day"
    CHANGED_MEANWHILE = "centres-cards-refused-changed-meanwhile"


def codes_in(text: str) -> list[str]:
    """Codes of items as people type them: by commas of either width, spaces or lines; each once, in capitals."""
    for sign in "，、；;,\n\t":
        text = text.replace(sign, " ")
    return list(dict.fromkeys(word.upper() for word in text.split()))


def refuse_card(
    title: str, text: str, source: str, codes: Sequence[str], known: Collection[str], review_on: date, today: date
) -> tuple[CardRefusal, str, str] | None:
    """Why a card is not kept, the field to mend, and the word that is wrong; None when it is."""
    for words, limit, field, missing in (
        (title, TITLE_LIMIT, "title", CardRefusal.NO_TITLE),
        (text, TEXT_LIMIT, "text", CardRefusal.NO_TEXT),
        (source, SOURCE_LIMIT, "source", CardRefusal.NO_SOURCE),
    ):
        if not words.strip():
            return missing, field, ""
        if len(words.strip()) > limit:
            return CardRefusal.TOO_LONG, field, str(limit)
    if not codes:
        return CardRefusal.NO_ITEM, "items", ""
    unknown = next((code for code in codes if code not in known), "")
    if unknown:
        return CardRefusal.UNKNOWN_ITEM, "items", unknown
    if len(codes) > ITEMS_AT_MOST:
        return CardRefusal.MANY_ITEMS, "items", str(ITEMS_AT_MOST)
    if not today < review_on <= today + LOOKED_AGAIN_WITHIN:
        return CardRefusal.REVIEW_DAY, "review_on", ""
    return None
