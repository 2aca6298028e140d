"""Which items or kinds a complaint may mean, with plain reasons. Words, pairs of characters and past decisions only.

A suggestion never decides: a social worker does. Weak evidence gives no suggestion at all.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from linyue.centres.rules import Catalogue, Named, Way, route_of
from linyue.centres.rules_learn import Taught
from linyue.centres.rules_quote import without_parts
from linyue.councils.rules import MatterKind

AT_MOST = 3
ALIKE_AT_MOST = 20
ALIKE_AT_LEAST = 3
ALIKE_FROM = 0.25

# Points, in units of "one rare two-character word".
WORD_CEILING = 9.0
NAME_POINTS = 3.0
NAMED_POINTS = 4.0
"""For an item whose whole name stands in the report; it also comes first, whatever else is said."""
NAMED_AT_LEAST = 4
"""Letters of a name below which it may be chance."""
PAST_POINTS = 3.0
SHOWN_FROM = 1.4
MEDIUM_FROM = 3.0
HIGH_FROM = 4.5
HIGH_LEAD = 1.4
LEARNED_SAID_FROM = 0.5
"""Points from past decisions below which they are no reason worth a line."""
KEPT_FROM = 0.4
"""A further candidate is shown only if it has this share of the best one's points."""

ACTS = ("申领", "申请", "办理", "登记", "受理", "服务")
"""What is done about a thing at the end of an item's name: people name the thing."""
ASK_FOR_PAPER = ("证明", "开具", "出具", "盖章")


class Confidence(StrEnum):
    """How sure a suggestion is; the value is the translation key."""

    HIGH = "centres-confidence-high"
    MEDIUM = "centres-confidence-medium"
    LOW = "centres-confidence-low"


class ReasonKind(StrEnum):
    """What speaks for a candidate; the value is the translation key."""

    WORDS = "centres-reason-words"
    NAMED = "centres-reason-named"
    NAME = "centres-reason-name"
    PAST = "centres-reason-past"
    LEARNED = "centres-reason-learned"
    RULE_COUNCIL = "centres-reason-rule-council"
    RULE_CENTRE = "centres-reason-rule-centre"
    RULE_OWN_DESK = "centres-reason-rule-own-desk"
    RULE_REFERRAL = "centres-reason-rule-referral"
    RULE_REFUSAL = "centres-reason-rule-refusal"


RULE_FOR = {
    Way.COUNCIL: ReasonKind.RULE_COUNCIL,
    Way.CENTRE: ReasonKind.RULE_CENTRE,
    Way.OWN_DESK: ReasonKind.RULE_OWN_DESK,
    Way.REFERRAL: ReasonKind.RULE_REFERRAL,
    Way.REFUSAL: ReasonKind.RULE_REFUSAL,
}


@dataclass(frozen=True)
class Reason:
    """One reason: the words found, or how many of how many alike matters went this way."""

    kind: ReasonKind
    words: tuple[str, ...] = ()
    count: int = 0
    of: int = 0


@dataclass(frozen=True)
class Candidate:
    """A target: an item's code, or a kind's key where no item was named; with its way and reasons."""

    target: str
    way: Way
    item_code: str | None
    matter_kind: MatterKind | None
    confidence: Confidence
    points: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Target:
    """What the index knows of an item or a kind."""

    key: str
    way: Way
    item_code: str | None
    matter_kind: MatterKind | None
    words: tuple[str, ...]
    names: tuple[frozenset[str], ...]
    """Pairs of its Chinese name, words of its English one."""
    full: tuple[str, ...] = ()
    """An item's names as they may stand whole in a report, in small letters."""


@dataclass(frozen=True)
class SuggestIndex:
    """The catalogue made ready for matching: targets, how many use a word, how rare a pair of characters is."""

    targets: tuple[Target, ...]
    word_uses: dict[str, int]
    gram_weight: dict[str, float]
    lexicon: frozenset[str] = frozenset()
    """Whole words and names a person can read, to quote them instead of pairs."""


@dataclass(frozen=True)
class PastDecision:
    """An earlier matter's text as pairs of characters, and the target a social worker sent it to."""

    grams: frozenset[str]
    target: str


def grams_of(text: str) -> frozenset[str]:
    """Pairs of neighbouring Chinese characters, and Latin words of three letters or more in lower case."""
    pairs = {run[n : n + 2] for run in re.findall(r"[\u4e00-\u9fff]+", text) for n in range(len(run) - 1)}
    return frozenset(pairs | {word.lower() for word in re.findall(r"[A-Za-z]{3,}", text)})


def past_decision(text: str, target: str) -> PastDecision:
    """A past decision from a matter's text."""
    return PastDecision(grams_of(text), target)


def build_index(catalogue: Catalogue, everyday: Mapping[str, Sequence[str]] = MappingProxyType({})) -> SuggestIndex:
    """The index of a catalogue: every item, and the seven kinds for residential matters no item names.

    `everyday`: further words by target, as people say it; those of targets that are not in this catalogue do nothing.
    """
    more = {key: tuple(dict.fromkeys(words)) for key, words in everyday.items()}
    targets = [
        Target(k.key, Way.COUNCIL, None, k.key, (*k.words, *more.get(k.key, ())), _names(k.name))
        for k in catalogue.kinds
    ]
    full = _full_names(catalogue)
    for i in catalogue.items:
        words = (*i.words, *more.get(i.code, ()))
        targets.append(Target(i.code, route_of(i), i.code, i.matter_kind, words, _names(i.name), full[i.code]))
    uses = Counter(word for target in targets for word in target.words)
    spread = Counter(gram for target in targets for name in target.names for gram in name)
    weight = {gram: math.log(1 + len(targets) / count) for gram, count in spread.items()}
    parts = {part for word in uses for part in word.split("+")} | {name for names in full.values() for name in names}
    lexicon = frozenset(part for part in parts if len(part) > 1 and not part.isascii())
    return SuggestIndex(tuple(targets), dict(uses), weight, lexicon)


def suggest_items(
    text: str,
    index: SuggestIndex,
    past: Sequence[PastDecision] = (),
    learned: Mapping[str, Taught] = MappingProxyType({}),
) -> tuple[Candidate, ...]:
    """Up to three candidates, best first; empty where nothing speaks clearly enough.

    `past`: earlier decisions, newest first; only the 20 most alike are counted, and at least 3 must be.
    `learned`: what all decisions so far taught about these words, by target.
    """
    text = " ".join(text.lower().split())
    grams = grams_of(text)
    asks_for_paper = any(word in text for word in ASK_FOR_PAPER)
    alike = _alike(grams, past)
    scored: list[tuple[float, Target, list[Reason]]] = []
    for target in index.targets:
        points, reasons = _score(target, text, grams, index, alike, learned.get(target.key))
        if target.way is Way.REFUSAL and not asks_for_paper:
            points *= 0.5  # without asking for a paper it is rather a matter than a certificate
        if points >= SHOWN_FROM:
            scored.append((points, target, reasons))
    scored.sort(key=lambda entry: (entry[2][0].kind is not ReasonKind.NAMED, -entry[0], entry[1].key))
    if not scored:
        return ()
    best = scored[0][0]
    second = scored[1][0] if len(scored) > 1 else 0.0
    shown = [entry for entry in scored[:AT_MOST] if entry[0] >= KEPT_FROM * best]
    return tuple(
        Candidate(
            target.key,
            target.way,
            target.item_code,
            target.matter_kind,
            _confidence(points, points / second if second and n == 0 else (math.inf if n == 0 else 1.0)),
            round(points, 2),
            (*reasons, Reason(RULE_FOR[target.way])),
        )
        for n, (points, target, reasons) in enumerate(shown)
    )


def _score(
    target: Target,
    text: str,
    grams: frozenset[str],
    index: SuggestIndex,
    alike: Sequence[PastDecision],
    learned: Taught | None,
) -> tuple[float, list[Reason]]:
    points, reasons = 0.0, []
    named = [name for name in target.full if name in text]
    if named:
        points += NAMED_POINTS
        reasons.append(Reason(ReasonKind.NAMED, tuple(named)))
    hits = [word for word in target.words if word.partition("+")[0] in text and matches(word, text)]
    if hits:
        points += min(WORD_CEILING, sum(_word_points(word, index) for word in without_parts(hits)))
        reasons.append(Reason(ReasonKind.WORDS, tuple(without_parts(hits))))
    likeness, shared = max((_likeness(grams, name, index) for name in target.names), key=lambda found: found[0])
    if len(shared) > 1 or (shared and hits):
        points += NAME_POINTS * likeness
        if not hits and not named and likeness >= 0.3:
            reasons.append(Reason(ReasonKind.NAME, tuple(sorted(shared))))
    went = sum(decision.target == target.key for decision in alike)
    if went:
        points += PAST_POINTS * went / len(alike)
        reasons.append(Reason(ReasonKind.PAST, count=went, of=len(alike)))
    if learned is not None:
        points += learned.points
        if not went and learned.points >= LEARNED_SAID_FROM:
            reasons.append(Reason(ReasonKind.LEARNED, learned.grams))
    return points, reasons


def _names(name: Named) -> tuple[frozenset[str], ...]:
    return grams_of(name.zh), grams_of(name.en)


def _full_names(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Each item's names without brackets; without the act at the end too, where no other item's name holds the rest."""
    plain = {i.code: _unbracketed(i.name.zh) for i in catalogue.items}
    found = {}
    for item in catalogue.items:
        name = plain[item.code]
        core = re.sub(f"(?:{'|'.join(ACTS)})+$", "", name)
        others = (other for code, other in plain.items() if code != item.code)
        names = (name, core) if not any(core in other for other in others) else (name,)
        long = [one for one in names if len(one) >= NAMED_AT_LEAST]
        english = _unbracketed(item.name.en).lower()
        found[item.code] = (*dict.fromkeys(long), *((english,) if len(english.split()) > 1 else ()))
    return found


def _unbracketed(name: str) -> str:
    return " ".join(re.sub(r"[（(][^）)]*[）)]", "", name).split())


def _likeness(grams: frozenset[str], name: frozenset[str], index: SuggestIndex) -> tuple[float, frozenset[str]]:
    """The share of a name's weight that the text holds, and the pairs found."""
    shared = grams & name
    if not shared:
        return 0.0, shared
    whole = sum(index.gram_weight[gram] for gram in name)
    return (sum(index.gram_weight[gram] for gram in shared) / whole if whole else 0.0), shared


def matches(word: str, text: str) -> bool:
    """Whether a catalogue word is in the text; every part of `a+b` must be. A number matches whole numbers only."""
    return all(_holds(part, text) for part in word.split("+"))


def _holds(part: str, text: str) -> bool:
    if part not in text:
        return False
    return not part.isascii() or re.search(rf"(?<![0-9]){re.escape(part)}(?![0-9])", text) is not None


def _word_points(word: str, index: SuggestIndex) -> float:
    """Longer words say more; a word that several targets use says less."""
    length = sum(len(part) for part in word.split("+"))
    return min(4.0, 0.6 + 0.7 * length) / math.sqrt(index.word_uses[word])


def _alike(grams: frozenset[str], past: Sequence[PastDecision]) -> list[PastDecision]:
    rated = []
    for decision in past:
        union = len(grams | decision.grams)
        likeness = len(grams & decision.grams) / union if union else 0.0
        if likeness >= ALIKE_FROM:
            rated.append((likeness, decision))
    rated.sort(key=lambda entry: -entry[0])
    return [decision for _, decision in rated[:ALIKE_AT_MOST]] if len(rated) >= ALIKE_AT_LEAST else []


def _confidence(points: float, lead: float) -> Confidence:
    if points >= HIGH_FROM and lead >= HIGH_LEAD:
        return Confidence.HIGH
    return Confidence.MEDIUM if points >= MEDIUM_FROM else Confidence.LOW
