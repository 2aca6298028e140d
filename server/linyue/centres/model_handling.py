"""What the district lays down for handling: usual days, and the fields that home decides."""

from __future__ import annotations

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.people.model import Person


class HandlingRow(Model):
    """Rules that hold from `changed_at` on; the newest row holds, none is ever changed."""

    id = fields.IntField(primary_key=True)
    triage_days = fields.IntField()
    centre_days = fields.IntField()
    own_desk_days = fields.IntField()
    answer_days = fields.IntField()
    council_days = fields.IntField()
    tell_days = fields.IntField()
    rating_days = fields.IntField()
    silent_days = fields.IntField(default=2)
    escalate_days = fields.IntField(default=2)
    pause_answer_days = fields.IntField(default=10)
    pause_papers_days = fields.IntField(default=10)
    pause_access_days = fields.IntField(default=10)
    pause_appraisal_days = fields.IntField(default=30)
    pause_weather_days = fields.IntField(default=5)
    extend_days = fields.IntField(default=30)
    nudge_days = fields.IntField(default=3)
    baseline = fields.CharField(max_length=7, default="")
    """A month such as 2026-05."""
    home_bound = fields.CharField(max_length=400, default="")
    """Subject fields of the catalogue, separated by commas."""
    note = fields.CharField(max_length=200, default="")
    follows_id = fields.IntField(unique=True)
    """The row it takes the place of, 0 for the first: two changes made from one view cannot both be kept."""
    changed_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="handling_rules", null=True
    )
    changed_by_id: int | None
    changed_at: datetime = UTCDatetimeField()

    class Meta:
        table = "handling_rules"


INDEXES: list[tuple[str, str]] = []
