"""How alike two reports are. Plain functions over values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ALIKE_FROM = 0.5
ALIKE_SAME_PLACE_FROM = 0.3
SHOWN_AT_MOST = 3
WITHIN = timedelta(days=30)


def lines_of(text: str) -> str:
    """A text as its writer counted it: a browser sends two signs for each end of a line."""
    return text.replace("\r\n", "\n")


def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters of the letters, digits and Han signs in a text; case does not matter."""
    plain = re.sub(r"[\W_]+", "", text.lower())
    return frozenset(plain[n : n + 2] for n in range(len(plain) - 1)) or frozenset({plain} if plain else ())


def likeness(left: str, right: str) -> float:
    """How alike two texts are, 0 to 1: twice the shared pairs over all pairs (Dice)."""
    a, b = bigrams(left), bigrams(right)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier report as the comparison sees it. `near` = path of the building or compound it is about."""

    id: int
    title: str
    text: str
    near: str
    reported_at: datetime


def duplicate_score(title: str, text: str, near: str, earlier: Earlier, now: datetime) -> float:
    """How likely an earlier report is about the same thing, 0 to 1; 0 when it is older than 30 days.

    Titles count as much as the whole text; reports from one building are believed sooner.
    """
    if now - earlier.reported_at > WITHIN:
        return 0.0
    whole = likeness(f"{title} {text}", f"{earlier.title} {earlier.text}")
    score = max(whole, likeness(title, earlier.title))
    is_near = bool(near) and (near.startswith(earlier.near) or earlier.near.startswith(near))
    limit = ALIKE_SAME_PLACE_FROM if is_near else ALIKE_FROM
    if score < limit:
        return 0.0
    return min(1.0, score + (0.2 if is_near else 0.0))


def likely_duplicates(
    title: str, text: str, near: str, earlier: Sequence[Earlier], now: datetime
) -> tuple[tuple[int, float], ...]:
    """Up to three earlier reports that may be the same: (id, score), likeliest first."""
    scored = ((one.id, duplicate_score(title, text, near, one, now)) for one in earlier)
    found = sorted(((i, round(score, 3)) for i, score in scored if score > 0), key=lambda pair: (-pair[1], pair[0]))
    return tuple(found[:SHOWN_AT_MOST])
