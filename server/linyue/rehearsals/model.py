"""A rehearsal somebody asked for, and its account. No meeting, ballot or neighbour of it is stored here."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.people.model import Person
from linyue.rehearsals.rules import RehearsalState


class Rehearsal(Model):
    """`plan_data`: the plan, with the agenda as composed when asked for; `account` is null until played."""

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="rehearsals")
    person_id: int
    meeting_public_id = fields.CharField(max_length=24)
    template = fields.CharField(max_length=60)
    plan_data: dict[str, Any] = fields.JSONField()
    troubles: list[str] = fields.JSONField()
    state = fields.CharEnumField(RehearsalState, max_length=8, default=RehearsalState.WAITING)
    account: list[dict[str, Any]] | None = fields.JSONField(null=True)
    asked_at: datetime = UTCDatetimeField()
    played_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "rehearsals"


INDEXES: list[tuple[str, str]] = []
