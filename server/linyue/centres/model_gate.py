"""Tasks that somebody above pushed to a community, and what the gate said."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.centres.rules_gate import GateState, Ground
from linyue.centres.rules_terms import Level
from linyue.places.model import Place


class PushedTask(Model):
    """One task. Names offices, never people; the ids are for the audit only."""

    id = fields.IntField(primary_key=True)
    form_id = fields.CharField(max_length=40, unique=True)
    community: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="pushed_tasks")
    community_id: int
    title = fields.CharField(max_length=80)
    office = fields.CharField(max_length=80)
    """Who pushes it."""
    pushed_by: Level | None = fields.CharEnumField(Level, max_length=12, null=True)  # type: ignore[assignment]
    """The level of that office; empty for what was asked before the gate asked for it."""
    text = fields.TextField(default="")
    item_code = fields.CharField(max_length=20, default="")
    """The item of the catalogue it claims to be."""
    minutes_week = fields.IntField()
    """Minutes a week it takes the community, as estimated when it was asked."""
    state = fields.CharEnumField(GateState, max_length=10, default=GateState.ASKED)
    ground: Ground | None = fields.CharEnumField(Ground, max_length=16, null=True)  # type: ignore[assignment]
    reason = fields.TextField(default="")
    means = fields.CharField(max_length=200, default="")
    """Who pays, who helps."""
    asked_by_id: int | None = fields.IntField(null=True)
    asked_at = UTCDatetimeField()
    decided_by_id: int | None = fields.IntField(null=True)
    decided_at = UTCDatetimeField(null=True)
    begins_on = fields.DateField(null=True)
    ends_on = fields.DateField(null=True)
    ended_at = UTCDatetimeField(null=True)

    class Meta:
        table = "pushed_tasks"
        indexes = (("community_id", "state"),)


INDEXES: list[tuple[str, str]] = []
