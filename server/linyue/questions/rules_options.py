"""Options people choose among, as somebody types them: a line each, and for money the yuan it costs at its end."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linyue.questions.rules import QuestionRefusal
from linyue.questions.rules_ways import MOST_OPTIONS, OPTION_KEYS

OPTION_LIMIT = 40
_COST = re.compile(r"^(?P<words>.*?\S)\s*[:：,，]?\s*(?P<yuan>[0-9]{1,9})(?:[.](?P<fen>[0-9]{1,2}))?\s*(?:元|yuan)$")


@dataclass(frozen=True, slots=True)
class Option:
    """What one option says. `cost`: what a project costs, in fen; 0 where money is not shared out."""

    zh: str
    en: str = ""
    cost: int = 0


def read_options(text: str, *, with_costs: bool = False) -> list[Option]:
    """Options from lines such as "修长椅 | Mend the bench" or, with costs, "修长椅 | Mend the bench 1200元".

    A line without a cost where one is needed keeps cost 0, which refuse_options names.
    """
    found = []
    for line in text.splitlines():
        words, cost = line.strip(), 0
        match = _COST.match(words) if with_costs else None
        if match is not None:
            words, cost = match["words"], int(match["yuan"]) * 100 + int((match["fen"] or "0").ljust(2, "0"))
        zh, _, en = words.partition("|")
        if words:
            found.append(Option(zh.strip(), en.strip(), cost))
    return found


def refuse_options(
    options: Sequence[Option], wanted: int, costs: Mapping[str, int] | None = None
) -> QuestionRefusal | None:
    """Two to sixteen options, each with its own words; projects with the cost the rule counts with."""
    names = [one.zh for one in options]
    is_named = all(0 < len(one.zh) <= OPTION_LIMIT and len(one.en) <= 2 * OPTION_LIMIT for one in options)
    if not 2 <= len(options) <= MOST_OPTIONS or len(options) != wanted or len(set(names)) != len(names) or not is_named:
        return QuestionRefusal.BAD_OPTIONS
    if costs and [costs.get(key) for key in OPTION_KEYS[: len(options)]] != [one.cost for one in options]:
        return QuestionRefusal.BAD_OPTIONS
    return None
