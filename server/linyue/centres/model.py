"""Catalogue files, their items and platforms, service centres with what they cover, and the working calendar."""

from __future__ import annotations

from datetime import date

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.base.workdays import Unit
from linyue.centres.rules import AffairKind, HandledBy, Listing, Way
from linyue.centres.rules_hours import DEFAULT_OPENS
from linyue.centres.rules_terms import LegalRoute, Level, Method, Scale
from linyue.councils.rules import MatterKind
from linyue.places.model import Place


class CatalogueFile(Model):
    """One loaded version of the catalogue, as its whole text: the tables below are made from it."""

    id = fields.IntField(primary_key=True)
    version = fields.IntField(unique=True)
    title_zh = fields.CharField(max_length=80)
    title_en = fields.CharField(max_length=120)
    effective_from = fields.DateField()
    digest = fields.CharField(max_length=64)
    text = fields.TextField()
    loaded_at = UTCDatetimeField()
    begun_at = UTCDatetimeField(null=True)
    """When its day had come and everybody concerned was told."""

    class Meta:
        table = "catalogue_files"


class Platform(Model):
    """A work platform; the items of a floating one are taken at regional centres."""

    id = fields.IntField(primary_key=True)
    catalogue: fields.ForeignKeyRelation[CatalogueFile] = fields.ForeignKeyField(
        "models.CatalogueFile", related_name="platforms"
    )
    catalogue_id: int
    code = fields.CharField(max_length=20)
    name_zh = fields.CharField(max_length=80)
    name_en = fields.CharField(max_length=120)
    floats = fields.BooleanField()
    duty_minutes = fields.IntField(default=0)
    """Minutes a week that one community spends on it while it does not float."""
    is_duty_measured = fields.BooleanField(default=False)
    floats_from: date | None = fields.DateField(null=True)
    """Day from which it is away from the communities; null: as soon as the version is in force."""
    logins = fields.IntField(default=0)
    """Times a week that a community signs in to it."""
    ledgers = fields.IntField(default=0)

    class Meta:
        table = "platforms"
        unique_together = (("catalogue", "code"),)


class Item(Model):
    """One item in one version of the catalogue; matters point here, so that old ones keep the facts of their time."""

    id = fields.IntField(primary_key=True)
    catalogue: fields.ForeignKeyRelation[CatalogueFile] = fields.ForeignKeyField(
        "models.CatalogueFile", related_name="items"
    )
    catalogue_id: int
    code = fields.CharField(max_length=20, db_index=True)
    platform: fields.ForeignKeyNullableRelation[Platform] = fields.ForeignKeyField(
        "models.Platform", related_name="items", null=True
    )
    platform_id: int | None
    name_zh = fields.CharField(max_length=80)
    name_en = fields.CharField(max_length=120)
    listing = fields.CharEnumField(Listing, max_length=12)
    handled_by = fields.CharEnumField(HandledBy, max_length=12)
    kind = fields.CharEnumField(AffairKind, max_length=16)
    way = fields.CharEnumField(Way, max_length=12)
    matter_kind: MatterKind | None = fields.CharEnumField(MatterKind, max_length=16, null=True)  # type: ignore[assignment]
    days_count: int | None = fields.IntField(null=True)
    days_unit = fields.CharEnumField(Unit, max_length=10)
    minutes = fields.IntField()
    is_measured = fields.BooleanField(default=False)
    effective_from = fields.DateField()
    effective_to = fields.DateField(null=True)
    floats_from: date | None = fields.DateField(null=True)
    decides = fields.CharEnumField(Level, max_length=12, default=Level.DEPARTMENT)
    assists = fields.CharField(max_length=40, default="")
    """Levels, separated by commas."""
    may_not_push = fields.CharField(max_length=40, default="")
    """Who may not hand it down to the community; likewise."""
    scale: Scale | None = fields.CharEnumField(Scale, max_length=12, null=True)  # type: ignore[assignment]
    legal_route: LegalRoute | None = fields.CharEnumField(LegalRoute, max_length=16, null=True)  # type: ignore[assignment]
    method: Method | None = fields.CharEnumField(Method, max_length=12, null=True)  # type: ignore[assignment]
    is_retired = fields.BooleanField(default=False)
    successor_code = fields.CharField(max_length=20, default="")

    class Meta:
        table = "items"
        unique_together = (("catalogue", "code"),)


class ServiceCentre(Model):
    """A regional public service centre."""

    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=20, unique=True)
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="centres")
    place_id: int
    name_zh = fields.CharField(max_length=80)
    name_en = fields.CharField(max_length=120)
    address_zh = fields.CharField(max_length=120)
    address_en = fields.CharField(max_length=160)
    hours_zh = fields.CharField(max_length=120)
    hours_en = fields.CharField(max_length=160)
    phone = fields.CharField(max_length=30)
    opens = fields.CharField(max_length=60, default=DEFAULT_OPENS)
    """Opening times of a working day, as 08:30-11:30,13:30-17:00; the working calendar says which days are worked.
    After a semicolon, those of a plain Saturday."""
    windows = fields.IntField(default=3)
    """Counters that can be staffed at the same time."""
    slot_minutes = fields.IntField(default=20)
    is_open = fields.BooleanField(default=True)
    only_items = fields.CharField(max_length=1000, default="")
    """Codes of the only items it takes, separated by commas; for these it goes before centres that take everything."""
    position = fields.IntField(default=0)
    is_sample = fields.BooleanField(default=False)

    class Meta:
        table = "service_centres"

    @classmethod
    async def in_order(cls) -> list[ServiceCentre]:
        """All centres, as lists show them."""
        return await cls.all().order_by("position", "code").select_related("place")


class CentreClosure(Model):
    """Days on which a centre is closed although they are worked, with the reason everybody reads."""

    id = fields.IntField(primary_key=True)
    centre: fields.ForeignKeyRelation[ServiceCentre] = fields.ForeignKeyField(
        "models.ServiceCentre", related_name="closures"
    )
    centre_id: int
    first_day = fields.DateField()
    last_day = fields.DateField()
    reason_zh = fields.CharField(max_length=80)
    reason_en = fields.CharField(max_length=120, default="")

    class Meta:
        table = "centre_closures"
        indexes = (("centre_id", "last_day"),)


class CentreCoverage(Model):
    """A community that a centre serves."""

    id = fields.IntField(primary_key=True)
    centre: fields.ForeignKeyRelation[ServiceCentre] = fields.ForeignKeyField(
        "models.ServiceCentre", related_name="coverage"
    )
    centre_id: int
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="covering_centres")
    place_id: int

    class Meta:
        table = "centre_coverage"
        unique_together = (("centre", "place"),)


class ItemCoverage(Model):
    """One item of one community that goes to this centre, before any centre that serves the community as a whole."""

    id = fields.IntField(primary_key=True)
    centre: fields.ForeignKeyRelation[ServiceCentre] = fields.ForeignKeyField(
        "models.ServiceCentre", related_name="item_coverage"
    )
    centre_id: int
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="item_coverage")
    place_id: int
    item_code = fields.CharField(max_length=20)

    class Meta:
        table = "item_coverage"
        unique_together = (("place", "item_code"),)


class CalendarDay(Model):
    """A day that differs from the plain week: a holiday, or a weekend day that is worked (调休)."""

    id = fields.IntField(primary_key=True)
    day = fields.DateField(unique=True)
    is_working = fields.BooleanField()
    name_zh = fields.CharField(max_length=40, default="")
    name_en = fields.CharField(max_length=60, default="")
    is_provisional = fields.BooleanField(default=False)

    class Meta:
        table = "calendar_days"


INDEXES: list[tuple[str, str]] = []
