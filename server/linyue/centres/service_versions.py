"""Changing the catalogue: a draft is begun, worked on, handed in, approved by somebody else, and holds from its day."""

import asyncio
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from tortoise.expressions import F, Q

from linyue.base import clock
from linyue.base.db import UnitOfWork, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import NOBODY, Actor, Role
from linyue.centres.catalogue import parse
from linyue.centres.catalogue_dump import dump
from linyue.centres.catalogue_nodes import CatalogueFault
from linyue.centres.events import CatalogueBegun, CatalogueLoaded
from linyue.centres.model import CatalogueFile
from linyue.centres.model_versions import CatalogueDraft, CatalogueHand
from linyue.centres.rules import Catalogue
from linyue.centres.rules_check import catalogue_troubles
from linyue.centres.rules_versions import (
    DraftState,
    VersionRefusal,
    differences,
    rebased,
    refuse_approval,
    refuse_day,
    refuse_hand_in,
)
from linyue.centres.service_index import catalogue_of
from linyue.centres.service_store import CATALOGUE_TOPIC, latest_version, sample_catalogue_text, store_version
from linyue.people.model import RoleGrant

TOLD_OF_BEGIN = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.SUBDISTRICT_OFFICER, Role.SOCIAL_WORKER, Role.CENTRE_CLERK)
APPROVERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)


@lru_cache(maxsize=4)
def _half_way(text: str) -> Catalogue:
    return parse(text, is_whole=False)


async def draft_catalogue(draft: CatalogueDraft) -> Catalogue:
    """What a draft says so far; its entries need not fit together yet."""
    return await asyncio.to_thread(_half_way, draft.text)


async def base_catalogue(draft: CatalogueDraft) -> Catalogue | None:
    """The version a draft began from; None where there was none."""
    row = await CatalogueFile.get_or_none(id=draft.base_id) if draft.base_id else None
    return await asyncio.to_thread(catalogue_of, row.text) if row else None


async def find_draft(draft_id: int) -> CatalogueDraft:
    """A draft by its id. Raises NotFound."""
    row = await CatalogueDraft.get_or_none(id=draft_id)
    if row is None:
        raise NotFound
    return row


async def start_draft(actor: Actor, name: str, effective_from: date, *, is_sample: bool = False) -> CatalogueDraft:
    """Begin a change of the newest version, or of the list that comes with the software where there is none."""
    if not name.strip():
        raise Refused(VersionRefusal.NO_REASON, field="name")
    async with unit_of_work() as work:
        latest = await latest_version()
        _stop(refuse_day(effective_from, _today(), latest.effective_from if latest else None), field="effective_from")
        start = await asyncio.to_thread(catalogue_of, latest.text if latest else sample_catalogue_text())
        made = replace(start, version=latest.version + 1 if latest else 1, effective_from=effective_from)
        draft = await CatalogueDraft.create(
            base_id=latest.id if latest else None,
            name=name.strip()[:80],
            text=await asyncio.to_thread(dump, made),
            effective_from=effective_from,
            made_by_id=actor.person_id,
            made_at=clock.now(),
            is_sample=is_sample,
        )
        await _hand(draft.id, actor)
        await work.audit(actor, "centres.draft.start", f"draft:{draft.id}", version=made.version)
    return draft


async def save_draft(actor: Actor, draft_id: int, revision: int, catalogue: Catalogue, what: str) -> None:
    """Keep a changed draft. `revision` is the one the change was made on; `what` goes into the audit trail.

    Raises Refused: CHANGED_MEANWHILE, NOT_NOW, UNREADABLE.
    """
    text = await asyncio.to_thread(dump, catalogue)
    try:
        await asyncio.to_thread(_half_way, text)
    except CatalogueFault as fault:  # nothing is kept that no page could show again
        raise Refused(VersionRefusal.UNREADABLE, where=f"{fault.field}: {fault.text}") from None
    async with unit_of_work() as work:
        await _claim(draft_id, revision, DraftState.DRAFT, {"text": text, "revision": F("revision") + 1})
        await _hand(draft_id, actor)
        await work.audit(actor, "centres.draft.change", f"draft:{draft_id}", what=what, revision=revision + 1)


async def rename_draft(actor: Actor, draft_id: int, revision: int, name: str, effective_from: date) -> None:
    """Say anew what is changed, and from which day it shall hold."""
    if not name.strip():
        raise Refused(VersionRefusal.NO_REASON, field="name")
    latest = await latest_version()
    _stop(refuse_day(effective_from, _today(), latest.effective_from if latest else None), field="effective_from")
    async with unit_of_work() as work:
        draft = await find_draft(draft_id)
        catalogue = replace(await draft_catalogue(draft), effective_from=effective_from)
        columns: dict[str, Any] = {
            "name": name.strip()[:80], "effective_from": effective_from, "text": dump(catalogue),
            "revision": F("revision") + 1,
        }  # fmt: skip
        await _claim(draft_id, revision, DraftState.DRAFT, columns)
        await _hand(draft_id, actor)
        await work.audit(actor, "centres.draft.rename", f"draft:{draft_id}", day=effective_from.isoformat())


async def rebase_draft(actor: Actor, draft_id: int, revision: int) -> tuple[str, ...]:
    """Move a draft onto the newest version after another one was approved meanwhile; the keys both have changed."""
    async with unit_of_work() as work:
        draft, latest = await find_draft(draft_id), await latest_version()
        if latest is None or latest.id == draft.base_id:
            raise Refused(VersionRefusal.NOT_NOW)
        theirs = await asyncio.to_thread(catalogue_of, latest.text)
        made, both = rebased(await base_catalogue(draft), await draft_catalogue(draft), theirs)
        text = dump(replace(made, version=latest.version + 1))
        columns: dict[str, Any] = {"text": text, "base_id": latest.id, "revision": F("revision") + 1}
        await _claim(draft_id, revision, DraftState.DRAFT, columns)
        await _hand(draft_id, actor)
        await work.audit(actor, "centres.draft.rebase", f"draft:{draft_id}", base=latest.version, both=len(both))
    return both


async def record_trial(actor: Actor, draft_id: int, revision: int, trial: dict[str, Any]) -> None:
    """Keep what a draft would have done with past matters; only for the revision that was tried."""
    async with unit_of_work() as work:
        columns = {"trial": trial, "tried_revision": revision, "tried_at": clock.now()}
        await _claim(draft_id, revision, DraftState.DRAFT, columns)
        told = {name: value for name, value in trial.items() if isinstance(value, int)}
        await work.audit(actor, "centres.draft.try", f"draft:{draft_id}", revision=revision, **told)


async def hand_in(actor: Actor, draft_id: int, revision: int) -> None:
    """Ask somebody else to approve a draft that is sound, new and tried. Raises Refused."""
    async with unit_of_work() as work:
        draft, latest = await find_draft(draft_id), await latest_version()
        if latest is not None and latest.id != draft.base_id:
            raise Refused(VersionRefusal.BASE_CHANGED)
        _stop(refuse_day(draft.effective_from, _today(), latest.effective_from if latest else None))
        catalogue = await draft_catalogue(draft)
        changes = len(differences(await base_catalogue(draft), catalogue))
        troubles = len(catalogue_troubles(catalogue))
        _stop(refuse_hand_in(revision, draft.tried_revision, changes, troubles), n=troubles)
        columns = {"state": DraftState.WAITING, "handed_in_at": clock.now(), "decided_text": ""}
        await _claim(draft_id, revision, DraftState.DRAFT, columns)
        await work.audit(actor, "centres.draft.hand_in", f"draft:{draft_id}", revision=revision, changes=changes)
        told = await _holding(APPROVERS) - await hands_of(draft_id)
        await tell(told, "centres-told-draft-waiting", link=f"/admin/catalogue/drafts/{draft_id}", name=draft.name)


async def take_back(actor: Actor, draft_id: int, revision: int) -> None:
    """Go on working on a draft that waits for approval."""
    async with unit_of_work() as work:
        await _claim(draft_id, revision, DraftState.WAITING, {"state": DraftState.DRAFT, "handed_in_at": None})
        await work.audit(actor, "centres.draft.take_back", f"draft:{draft_id}")


async def drop_draft(actor: Actor, draft_id: int, revision: int) -> None:
    """Give a draft up."""
    async with unit_of_work() as work:
        await _claim(draft_id, revision, DraftState.DRAFT, {"state": DraftState.DROPPED})
        await work.audit(actor, "centres.draft.drop", f"draft:{draft_id}")


async def send_back(actor: Actor, draft_id: int, revision: int, reason: str) -> None:
    """Not approve a draft, with the reason its makers read; it can be worked on again."""
    if not reason.strip():
        raise Refused(VersionRefusal.NO_REASON, field="reason")
    async with unit_of_work() as work:
        columns = {
            "state": DraftState.DRAFT, "decided_by_id": actor.person_id, "decided_at": clock.now(),
            "decided_text": reason.strip()[:400],
        }  # fmt: skip
        draft = await _claim(draft_id, revision, DraftState.WAITING, columns)
        await work.audit(actor, "centres.draft.send_back", f"draft:{draft_id}")
        told = await hands_of(draft_id) - {actor.person_id or 0}
        await tell(told, "centres-told-draft-back", link=f"/admin/catalogue/drafts/{draft_id}", name=draft.name)


async def approve(actor: Actor, draft_id: int, revision: int) -> CatalogueFile:
    """Approve what others made: it becomes the next version and holds from its day on.

    Raises Refused: NOT_YOUR_OWN, CHANGED_MEANWHILE, NOT_NOW, BASE_CHANGED, DAY_TOO_SOON, DAY_TAKEN.
    """
    async with unit_of_work() as work:
        columns = {"state": DraftState.APPROVED, "decided_by_id": actor.person_id, "decided_at": clock.now()}
        # whoever made it is shut out in the update itself, so that no second path can let them in
        others = Q(made_by_id__isnull=True) | ~Q(made_by_id=actor.person_id)
        _stop(refuse_approval(actor.person_id, await hands_of(draft_id)))
        draft = await _claim(draft_id, revision, DraftState.WAITING, columns, others)
        latest = await latest_version()
        if latest is not None and latest.id != draft.base_id:
            raise Refused(VersionRefusal.BASE_CHANGED)
        _stop(refuse_day(draft.effective_from, _today(), latest.effective_from if latest else None))
        stored = await _publish(work, actor, draft, latest)
        told = await hands_of(draft_id) - {actor.person_id or 0}
        await tell(told, "centres-told-draft-approved", link=f"/admin/catalogue/v/{stored.version}", name=draft.name)
    return stored


async def _publish(
    work: UnitOfWork, actor: Actor, draft: CatalogueDraft, latest: CatalogueFile | None
) -> CatalogueFile:
    version = latest.version + 1 if latest else 1
    text = dump(replace(await draft_catalogue(draft), version=version, effective_from=draft.effective_from))
    stored = await store_version(parse(text), text)
    await CatalogueDraft.filter(id=draft.id).update(published_id=stored.id)
    await work.audit(
        actor, "centres.draft.approve", f"draft:{draft.id}", version=version, day=draft.effective_from.isoformat()
    )
    work.publish(CATALOGUE_TOPIC, CatalogueLoaded(version))
    return stored


async def begin_due() -> int:
    """Tell everybody concerned of each version whose day has come. Safe to repeat. Returns how many began."""
    found = await CatalogueFile.filter(begun_at=None, effective_from__lte=_today()).order_by("version")
    for version in found:
        async with unit_of_work() as work:
            if not await CatalogueFile.filter(id=version.id, begun_at=None).update(begun_at=clock.now()):
                continue
            await work.audit(NOBODY, "centres.catalogue.begin", f"catalogue:{version.id}", version=version.version)
            work.publish(CATALOGUE_TOPIC, CatalogueBegun(version.version))
            if version.version > 1:
                told = await _holding(TOLD_OF_BEGIN)
                await tell(told, "centres-told-version-begun", link="/services", n=version.version)
    return len(found)


async def hands_of(draft_id: int) -> set[int]:
    """Everybody who changed a draft."""
    rows = await CatalogueHand.filter(draft_id=draft_id)
    return {row.person_id for row in rows}


async def _hand(draft_id: int, actor: Actor) -> None:
    if actor.person_id is not None:
        await CatalogueHand.bulk_create(
            [CatalogueHand(draft_id=draft_id, person_id=actor.person_id)], ignore_conflicts=True
        )


async def _claim(
    draft_id: int, revision: int, state: DraftState, columns: dict[str, Any], others: Q | None = None
) -> CatalogueDraft:
    """Change the row if it is still what the person saw; says why not. Raises NotFound, Refused."""
    mine = CatalogueDraft.filter(others or Q(), id=draft_id, revision=revision, state=state)
    changed = await mine.update(**columns)
    row = await find_draft(draft_id)
    if not changed:
        is_stale = row.revision != revision
        raise Refused(VersionRefusal.CHANGED_MEANWHILE if is_stale else VersionRefusal.NOT_NOW)
    return row


async def _holding(roles: tuple[Role, ...]) -> set[int]:
    now = clock.now()
    live = RoleGrant.filter(Q(ends_at=None) | Q(ends_at__gt=now), role__in=list(roles), starts_at__lte=now)
    return {grant.person_id for grant in await live}


def _today() -> date:
    return clock.local(clock.now()).date()


def _stop(refusal: VersionRefusal | None, *, field: str | None = None, **args: object) -> None:
    if refusal is not None:
        raise Refused(refusal, field=field, **args)
