"""Tables of minutes: the minutes of a meeting, every version, signatures, addenda. No decisions."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from linyue.base.db import UTCDatetimeField
from linyue.minutes.rules import Capacity, MinutesState, SignRule


class Minutes(Model):
    """The minutes of one meeting. `version` is the newest one; once published it stays."""

    id = fields.IntField(primary_key=True)
    meeting: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "models.Meeting", related_name="minutes", on_delete=fields.RESTRICT
    )
    meeting_id: int
    state = fields.CharEnumField(MinutesState, max_length=12, default=MinutesState.DRAFT)
    version = fields.IntField(default=1)
    rule: dict[str, Any] = fields.JSONField()
    drafted_at: datetime = UTCDatetimeField()
    published_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "minutes"

    @property
    def sign_rule(self) -> SignRule:
        """Whose signatures publish these minutes."""
        return SignRule.from_data(self.rule)


class MinutesVersion(Model):
    """One version, whole. `section` is what changed, empty for the draft and for facts brought up to date."""

    id = fields.IntField(primary_key=True)
    minutes: fields.ForeignKeyRelation[Minutes] = fields.ForeignKeyField(
        "models.Minutes", related_name="versions", on_delete=fields.RESTRICT
    )
    minutes_id: int
    number = fields.IntField()
    section = fields.CharField(max_length=48, default="")
    author: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="minutes_versions", null=True, on_delete=fields.RESTRICT
    )
    author_id: int | None
    saved_at: datetime = UTCDatetimeField()
    facts: dict[str, Any] = fields.JSONField()
    texts: dict[str, str] = fields.JSONField(default=dict)

    class Meta:
        table = "minutes_versions"
        unique_together = (("minutes", "number"),)

    @classmethod
    def of(cls, minutes_id: int) -> QuerySet["MinutesVersion"]:
        """Every version, the newest first."""
        return cls.filter(minutes_id=minutes_id).order_by("-number")


class MinutesSignature(Model):
    """Somebody's signature under one version."""

    id = fields.IntField(primary_key=True)
    minutes: fields.ForeignKeyRelation[Minutes] = fields.ForeignKeyField(
        "models.Minutes", related_name="signatures", on_delete=fields.RESTRICT
    )
    minutes_id: int
    number = fields.IntField()
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="minutes_signatures", on_delete=fields.RESTRICT
    )
    person_id: int
    capacity = fields.CharEnumField(Capacity, max_length=12)
    signed_at: datetime = UTCDatetimeField()

    class Meta:
        table = "minutes_signatures"
        unique_together = (("minutes", "number", "person"),)


class MinutesAddendum(Model):
    """Something put right after publication, with its date."""

    id = fields.IntField(primary_key=True)
    minutes: fields.ForeignKeyRelation[Minutes] = fields.ForeignKeyField(
        "models.Minutes", related_name="addenda", on_delete=fields.RESTRICT
    )
    minutes_id: int
    number = fields.IntField()
    author: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="minutes_addenda", on_delete=fields.RESTRICT
    )
    author_id: int
    text = fields.TextField()
    added_at: datetime = UTCDatetimeField()

    class Meta:
        table = "minutes_addenda"
        unique_together = (("minutes", "number"),)


INDEXES: list[tuple[str, str]] = []
