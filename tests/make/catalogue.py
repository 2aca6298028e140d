"""The sample catalogue as values, and changes of it for tests."""

from dataclasses import replace
from datetime import date

from linyue.base.policy import Actor
from linyue.centres import service_versions
from linyue.centres.catalogue import parse
from linyue.centres.model import CatalogueFile
from linyue.centres.rules import Catalogue, ItemEntry, PlatformEntry
from linyue.centres.rules_entries import put_entry
from linyue.centres.service_store import sample_catalogue_text

SAMPLE = parse(sample_catalogue_text())


def item(code: str) -> ItemEntry:
    """One item of the sample."""
    return next(one for one in SAMPLE.items if one.code == code)


def changed(*items: ItemEntry, platform: PlatformEntry | None = None, **changes: object) -> Catalogue:
    """The sample with these items in place of theirs, and one platform."""
    made = SAMPLE
    for one in items:
        made = put_entry(made, "items", one.code, one)
    if platform is not None:
        made = put_entry(made, "platforms", platform.code, platform)
    return replace(made, **changes)  # type: ignore[arg-type]


TRIED = {"of": 0, "moved": [], "later": []}


async def approved(maker: Actor, approver: Actor, catalogue: Catalogue, day: date, name: str = "改动") -> CatalogueFile:
    """A version made by one and approved by another, holding from a day."""
    draft = await service_versions.start_draft(maker, name, day)
    await service_versions.save_draft(maker, draft.id, 1, replace(catalogue, effective_from=day), "test")
    await service_versions.record_trial(maker, draft.id, 2, dict(TRIED))
    await service_versions.hand_in(maker, draft.id, 2)
    return await service_versions.approve(approver, draft.id, 2)
