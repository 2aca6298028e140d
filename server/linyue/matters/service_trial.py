"""Trying a draft of the catalogue on the last matters that were sent. Reads matters; keeps numbers and codes only."""

from dataclasses import asdict, dataclass
from typing import Any

from tortoise.functions import Count

from linyue.base.policy import Actor
from linyue.centres import service_versions
from linyue.centres.model_versions import CatalogueDraft
from linyue.centres.rules import Catalogue, ItemEntry, Way
from linyue.centres.rules_versions import catalogue_on, float_days
from linyue.matters.model import Matter
from linyue.matters.rules import FINAL
from linyue.matters.rules_trial import Past, Trial, tried

CHOICES = (100, 500, 2000)


async def try_draft(actor: Actor, draft_id: int, revision: int, last: int) -> Trial:
    """Try a draft on the last so many matters that were sent, and keep what was found with the draft."""
    draft = await service_versions.find_draft(draft_id)
    found = await run_trial(draft, last)
    kept: dict[str, Any] = {"last": last, **asdict(found)}
    kept["moved_count"], kept["retimed_count"] = len(found.moved), len(found.retimed)
    await service_versions.record_trial(actor, draft_id, revision, kept)
    return found


async def run_trial(draft: CatalogueDraft, last: int) -> Trial:
    """What a draft would have done with the last so many matters, had all of it held when they were sent."""
    base = await service_versions.base_catalogue(draft)
    after = await service_versions.draft_catalogue(draft)
    if base is None:
        return Trial(0, (), ())
    rows = Matter.filter(way__isnull=False).order_by("-id").limit(last)
    found = await rows.values_list("number", "item_code", "way")
    past = [Past(str(number), str(code), Way(way)) for number, code, way in found if code]
    # Once everything of the draft has begun: what floats only later within it is a change too.
    day = max(float_days(after) | {draft.effective_from})
    return tried(past, _by_code(catalogue_on(base, day)), _by_code(catalogue_on(after, day)))


def _by_code(catalogue: Catalogue) -> dict[str, ItemEntry]:
    return {item.code: item for item in catalogue.items}


@dataclass(frozen=True, slots=True)
class OpenUnder:
    """How many matters are open under an item that a draft retires; each keeps its owner and its time."""

    code: str
    count: int


async def open_under_retired(draft: CatalogueDraft) -> list[OpenUnder]:
    """Open matters under the items that a draft retires."""
    catalogue = await service_versions.draft_catalogue(draft)
    base = await service_versions.base_catalogue(draft)
    before = {item.code for item in base.items if not item.is_retired} if base else set()
    retired = [item.code for item in catalogue.items if item.is_retired and item.code in before]
    if not retired:
        return []
    rows = (
        await Matter.filter(item_code__in=retired)
        .exclude(state__in=list(FINAL))
        .annotate(n=Count("id"))
        .group_by("item_code")
        .values("item_code", "n")
    )
    counts = {str(row["item_code"]): int(row["n"]) for row in rows}
    return [OpenUnder(code, counts.get(code, 0)) for code in retired]
