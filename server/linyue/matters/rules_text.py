"""How alike two reports are, and how the name of an office is written. Plain functions over values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from unicodedata import normalize

ALIKE_FROM = 0.5
ALIKE_SAME_PLACE_FROM = 0.3
SHOWN_AT_MOST = 3
WITHIN = timedelta(days=30)
ACROSS_SCORE = 0.5
"""Of two reports in two languages that name the same things in the same place: nothing else can be compared."""
NAMED_AT_LEAST = 2

THINGS: tuple[tuple[str, str], ...] = (
    ("屋顶|屋面|楼顶|顶楼|天花板", r"roofs?|ceilings?|top floor"),
    ("漏|渗水", r"leak\w*|drip\w*|seep\w*"),
    ("电梯|升降梯", r"lifts?|elevators?"),
    ("灯", r"lights?|lamps?|bulbs?"),
    ("坏|故障|不亮|没反应|失灵", r"broken|out of order|not work\w*|does ?n[o']t work|dark|fail\w*"),
    ("楼道|楼梯|走廊|过道", r"stairs?|stairwells?|staircases?|corridors?|hallways?"),
    ("堆|杂物|占", r"block\w*|clutter|piled?|belongings"),
    ("下水|污水|排水", r"drains?|sewers?|sewage"),
    ("堵|溢", r"clogg\w*|block\w*|overflow\w*"),
    ("门禁|单元门|大门|门锁", r"doors?|gates?|locks?|intercoms?"),
    ("垃圾", r"rubbish|garbage|trash|litter|bins?"),
    ("臭|味", r"smell\w*|stinks?|stench"),
    ("吵|噪|声音|响", r"nois\w+|loud"),
    ("半夜|晚上|夜里", r"nights?|midnight|evenings?"),
    ("停车|车位|乱停", r"park\w*"),
    ("消防通道|消防车道", r"fire lanes?|fire exits?"),
    ("电瓶车|电动车", r"e-?bikes?|electric (?:bikes?|scooters?)"),
    ("充电", r"charg\w*"),
    ("狗", r"dogs?"),
    ("外墙|瓷砖|墙", r"walls?|tiles?|facades?"),
    ("水管|水压|停水", r"pipes?|water pressure|no water"),
)
"""Things people report, in Chinese and in English, so that two reports in two languages can be compared."""
_THINGS = tuple((re.compile(zh), re.compile(rf"\b(?:{en})\b")) for zh, en in THINGS)


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


def things_in(text: str) -> frozenset[int]:
    """Which of THINGS a text names, in either language."""
    lower = text.lower()
    return frozenset(n for n, (zh, en) in enumerate(_THINGS) if zh.search(lower) or en.search(lower))


def _is_chinese(text: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]", text) is not None


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

    Titles count as much as the whole text; reports from one building are believed sooner. Where one is in Chinese and
    the other is not, two things that both name in the same place make them alike.
    """
    if now - earlier.reported_at > WITHIN:
        return 0.0
    whole = likeness(f"{title} {text}", f"{earlier.title} {earlier.text}")
    score = max(whole, likeness(title, earlier.title))
    is_near = bool(near) and (near.startswith(earlier.near) or earlier.near.startswith(near))
    if is_near and _is_chinese(title) != _is_chinese(earlier.title):
        shared = things_in(f"{title} {text}") & things_in(f"{earlier.title} {earlier.text}")
        score = max(score, ACROSS_SCORE if len(shared) >= NAMED_AT_LEAST else 0.0)
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


OFFICE_AT_MOST = 40


def office_name(typed: str) -> str:
    """The name of an office as it is counted: full width and half width are one, so are runs of spaces."""
    return " ".join(normalize("NFKC", typed).split())[:OFFICE_AT_MOST].rstrip()
