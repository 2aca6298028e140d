"""Storing a version of the catalogue: its text is the version, the tables are made from it. Later ones only."""

import asyncio
import hashlib
from datetime import date
from importlib.resources import files

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.centres.catalogue import parse
from linyue.centres.events import CatalogueLoaded
from linyue.centres.model import CatalogueFile, Item, Platform
from linyue.centres.rules import Catalogue, CentreRefusal, route_of

CATALOGUE_TOPIC = "centres"


def sample_catalogue_text() -> str:
    """The catalogue file that comes with the software."""
    return (files("linyue.centres") / "catalogue.yaml").read_text(encoding="utf-8")


async def load_catalogue(actor: Actor, text: str, file: str = "catalogue.yaml") -> CatalogueFile:
    """Take a catalogue file into use at once; loading the same file again changes nothing.

    For a district that is being set up. Raises CatalogueFault for a faulty file, Refused where this version number
    holds another text already, or a later version is there.
    """
    catalogue = await asyncio.to_thread(parse, text, file)
    async with unit_of_work() as uow:
        known = await CatalogueFile.get_or_none(version=catalogue.version)
        if known is not None:
            if known.digest != digest_of(text):
                raise Refused(CentreRefusal.VERSION_TAKEN, n=catalogue.version)
            return known
        latest = await latest_version()
        if latest is not None and (catalogue.version, catalogue.effective_from) <= (
            latest.version,
            latest.effective_from,
        ):
            raise Refused(CentreRefusal.VERSION_OLD, n=catalogue.version)
        loaded = await store_version(catalogue, text)
        await uow.audit(actor, "centres.catalogue.load", f"catalogue:{loaded.id}", version=catalogue.version)
        uow.publish(CATALOGUE_TOPIC, CatalogueLoaded(catalogue.version))
    return loaded


def digest_of(text: str) -> str:
    """What a version's text is known by."""
    return hashlib.sha256(text.encode()).hexdigest()


async def latest_version() -> CatalogueFile | None:
    """The version that was stored last, in force or to come."""
    return await CatalogueFile.all().order_by("-version").first()


async def in_force_on(day: date) -> CatalogueFile | None:
    """The version in force on a day."""
    return await CatalogueFile.filter(effective_from__lte=day).order_by("-effective_from", "-version").first()


async def store_version(catalogue: Catalogue, text: str) -> CatalogueFile:
    """Store a version, its platforms and its items; the items before it end on its day. The caller's unit of work."""
    loaded = await CatalogueFile.create(
        version=catalogue.version,
        title_zh=catalogue.title.zh,
        title_en=catalogue.title.en,
        effective_from=catalogue.effective_from,
        digest=digest_of(text),
        text=text,
        loaded_at=clock.now(),
    )
    await Item.filter(effective_to=None).update(effective_to=catalogue.effective_from)
    await _store_items(loaded, catalogue)
    return loaded


async def _store_items(loaded: CatalogueFile, catalogue: Catalogue) -> None:
    await Platform.bulk_create(
        Platform(
            catalogue_id=loaded.id,
            code=entry.code,
            name_zh=entry.name.zh,
            name_en=entry.name.en,
            floats=entry.floats,
            duty_minutes=entry.duty,
            is_duty_measured=entry.is_duty_measured,
            floats_from=entry.floats_from,
            logins=entry.logins,
            ledgers=entry.ledgers,
        )
        for entry in catalogue.platforms
    )
    platforms = {row.code: row.id for row in await Platform.filter(catalogue_id=loaded.id)}
    await Item.bulk_create(
        Item(
            catalogue_id=loaded.id,
            code=entry.code,
            platform_id=platforms[entry.platform] if entry.platform else None,
            name_zh=entry.name.zh,
            name_en=entry.name.en,
            listing=entry.listing,
            handled_by=entry.handled_by,
            kind=entry.kind,
            way=route_of(entry),
            matter_kind=entry.matter_kind,
            days_count=entry.days.count,
            days_unit=entry.days.unit,
            minutes=entry.minutes,
            is_measured=entry.is_measured,
            effective_from=catalogue.effective_from,
            floats_from=entry.floats_from,
            decides=entry.decides,
            assists=",".join(entry.assists),
            may_not_push=",".join(entry.may_not_push),
            scale=entry.scale,
            legal_route=entry.legal_route,
            method=entry.method,
            is_retired=entry.is_retired,
            successor_code=entry.successor or "",
        )
        for entry in catalogue.items
    )
