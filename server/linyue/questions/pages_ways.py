"""Ways of voting on the result page: how many votes came which way, and what became of the sheets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from linyue.base.i18n import t
from linyue.questions.model_paper import Batch
from linyue.questions.rules_channels import Channel
from linyue.questions.rules_paper import SHEETS
from linyue.questions.rules_tally import Outcome


@dataclass(frozen=True, slots=True)
class WaysPart:
    """Votes by way of voting, in a sentence and a table; the sheets of each batch; notes for the minutes."""

    words: str
    rows: list[tuple[str, str]]
    sheets: list[tuple[str, ...]] = field(default_factory=list)
    sheet_heads: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def ways_part(lang: str, outcome: Outcome, batches: list[Batch]) -> WaysPart | None:
    """None where the outcome names no ways (a secret vote), or all votes came online."""
    used = {one.value: outcome.by_channel[one] for one in Channel if outcome.by_channel.get(one)}
    if not batches and set(used) <= {Channel.ONLINE.value}:
        return None
    rows = [(t(lang, f"questions-way-{channel}"), n) for channel, n in used.items()]
    comma = "，" if lang == "zh-CN" else ", "
    listed = comma.join(f"{way}{n}" if lang == "zh-CN" else f"{way} {n}" for way, n in rows)
    return WaysPart(
        words=t(lang, "questions-by-way-words", list=listed, n=sum(used.values())) if rows else "",
        rows=[(way, str(n)) for way, n in rows],
        sheets=[_sheets(lang, batch) for batch in batches if batch.channel == Channel.PAPER],
        sheet_heads=[t(lang, "questions-sheets-batch"), *(t(lang, f"questions-batch-{name}") for name in SHEETS)],
        notes=[t(lang, "questions-sheets-note", n=batch.number, note=batch.note) for batch in batches if batch.note],
    )


def listed_ways(lang: str, ways: Iterable[str]) -> str:
    """Ways of voting in one line: 网上投票、纸票、举手."""
    return t(lang, "questions-offer-comma").join(t(lang, f"questions-way-{one}") for one in ways)


def elsewhere(lang: str, ways: Sequence[str]) -> str:
    """Where somebody votes when their own device is not one of the ways."""
    return t(lang, "questions-vote-elsewhere", ways=listed_ways(lang, ways))


def _sheets(lang: str, batch: Batch) -> tuple[str, ...]:
    figures = batch.agreed
    assert figures is not None
    return (t(lang, "questions-batch-title", n=batch.number), *(str(getattr(figures, name)) for name in SHEETS))
