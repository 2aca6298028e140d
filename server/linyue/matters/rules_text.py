"""What a text says: words of danger, and how alike two reports are. Plain functions over values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ALIKE_FROM = 0.5
ALIKE_SAME_PLACE_FROM = 0.3
SHOWN_AT_MOST = 3
WITHIN = timedelta(days=30)

GAS = "gas"
"""Stands for the gas company's own emergency line, which each district sets."""
EMERGENCY: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "119",
        (
            "着火", "起火", "火灾", "冒烟", "烧起来", "煤气泄漏", "燃气泄漏", "天然气泄漏", "天然气漏", "煤气味",
            "燃气味", "漏煤气", "漏燃气", "爆炸", "被困电梯", "困在电梯", "电梯里有人", "关在电梯",
        ),
    ),
    (
        "120",
        (
            "昏倒", "晕倒", "没有呼吸", "没气了", "大出血", "流了很多血", "心脏病发", "中毒", "叫不醒", "摔伤不能动",
            "摔倒起不来", "触电", "抽搐",
        ),
    ),
    (
        "110",
        (
            "打人", "持刀", "拿刀", "抢劫", "小偷", "入室", "家暴", "跳楼", "轻生", "自杀", "不想活", "失踪", "走失",
            "走丢", "威胁要杀", "高空抛物", "往下扔", "往楼下扔", "砸到人", "砸伤", "落水", "鼻青脸肿",
        ),
    ),
    (GAS, ("煤气泄漏", "燃气泄漏", "天然气泄漏", "天然气漏", "煤气味", "燃气味", "漏煤气", "漏燃气")),
)  # fmt: skip
"""Telephone number to the words that should make people call it first. English words stand in the second table."""
EMERGENCY_EN: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "119",
        ("on fire", "gas leak", "smell of gas", "smell gas", "explosion", "stuck in the lift", "trapped in the lift"),
    ),
    ("120", ("unconscious", "not breathing", "heavy bleeding", "heart attack", "poisoned", "electric shock")),
    (
        "110",
        ("knife", "robbery", "burglar", "break-in", "violence", "suicide", "missing child", "throwing things down"),
    ),
    (GAS, ("gas leak", "smell of gas", "smell gas")),
)
CALM = (
    "着火了怎么", "着火怎么", "万一着火", "万一起火", "万一烧起来", "真烧起来", "防火灾", "火灾演练", "火灾隐患",
    "预防火灾", "预防中毒", "防家暴",
    "高空抛物宣传", "防小偷", "防走失",
)  # fmt: skip
"""Talk of a danger that is not there now. It is taken out before the words are looked for; nothing else calms them."""


def emergency_numbers(text: str) -> tuple[str, ...]:
    """Numbers to call at once, in the order 119 fire, 120 ambulance, 110 police, gas line; empty when nothing burns."""
    lower = text.lower()
    for calm in CALM:
        text = text.replace(calm, "")
    found = []
    for (number, words), (_, english) in zip(EMERGENCY, EMERGENCY_EN, strict=True):
        if any(word in text for word in words) or any(_has_words(word, lower) for word in english):
            found.append(number)
    return tuple(found)


def _has_words(words: str, lower: str) -> bool:
    return re.search(rf"\b{re.escape(words)}\b", lower) is not None


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
