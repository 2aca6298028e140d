"""The sample catalogue: an earlier version, the one in force, a change tried and waiting, a change just begun."""

from dataclasses import replace
from datetime import date, timedelta

from linyue.base.policy import Actor
from linyue.centres import service as centres
from linyue.centres import service_versions
from linyue.centres.catalogue import parse
from linyue.centres.catalogue_dump import dump
from linyue.centres.model_versions import CatalogueDraft
from linyue.centres.rules import Catalogue
from linyue.centres.rules_entries import put_entry
from linyue.centres.rules_versions import floated
from linyue.matters import service_trial

NOT_YET = ("P26", "P30")
"""Platforms that floated only with the second version."""
NEXT = "P37"
"""The platform that the waiting change floats: home care for older people."""
LAST = 2000


async def make_past(maker: Actor, approver: Actor, began: date) -> None:
    """The version that held before, and the one that took its place; `began` is the day of the latter."""
    sample = parse(centres.sample_catalogue_text())
    earlier = replace(sample, version=1, effective_from=began - timedelta(days=200))
    for code in NOT_YET:
        earlier = floated(earlier, code, False, None)
    await centres.load_catalogue(maker, dump(earlier))
    draft = await service_versions.start_draft(maker, "社会组织备案、犬只登记上浮到中心", began, is_sample=True)
    made = replace(sample, version=2, effective_from=began)
    await service_versions.save_draft(maker, draft.id, 1, made, "platforms")
    await service_trial.try_draft(maker, draft.id, 2, LAST)
    await service_versions.hand_in(maker, draft.id, 2)
    await service_versions.approve(approver, draft.id, 2)
    await service_versions.begin_due()


async def make_changes(maker: Actor, today: date) -> None:
    """A change that waits for approval, tried on the matters of three months, and one just begun."""
    await service_versions.begin_due()
    draft, catalogue = await _begin(maker, "居家养老服务上浮到中心", today + timedelta(days=14))
    await service_versions.save_draft(maker, draft.id, 1, floated(catalogue, NEXT, True, None), NEXT)
    await service_trial.try_draft(maker, draft.id, 2, LAST)
    await service_versions.hand_in(maker, draft.id, 2)
    second, catalogue = await _begin(maker, "独生子女奖励费并入特别扶助", today + timedelta(days=30))
    merged = next(item for item in catalogue.items if item.code == "HS-036")
    made = put_entry(catalogue, "items", merged.code, replace(merged, is_retired=True, successor="HS-035"))
    await service_versions.save_draft(maker, second.id, 1, made, merged.code)


async def _begin(maker: Actor, name: str, day: date) -> tuple[CatalogueDraft, Catalogue]:
    draft = await service_versions.start_draft(maker, name, day, is_sample=True)
    return draft, await service_versions.draft_catalogue(draft)
