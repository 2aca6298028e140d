"""Samples of closed matters that somebody other than their handler calls about."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.boards.rules_follow import Answer
from linyue.matters.model import Matter
from linyue.places.model import Place


class SampleDraw(Model):
    """One draw of an area and month, with the seed by which anybody can draw it again."""

    id = fields.IntField(primary_key=True)
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="sample_draws")
    place_id: int
    month = fields.CharField(max_length=7)
    seed = fields.CharField(max_length=32)
    total = fields.IntField()
    """How many matters could have been drawn."""
    drawn_at = UTCDatetimeField()
    drawn_by_id: int | None = fields.IntField(null=True)

    class Meta:
        table = "sample_draws"
        unique_together = (("place", "month"),)


class SampleEntry(Model):
    """One matter of a draw, and what its reporter said on the telephone."""

    id = fields.IntField(primary_key=True)
    draw: fields.ForeignKeyRelation[SampleDraw] = fields.ForeignKeyField("models.SampleDraw", related_name="entries")
    draw_id: int
    matter: fields.ForeignKeyRelation[Matter] = fields.ForeignKeyField("models.Matter", related_name="sampled")
    matter_id: int
    answer: Answer | None = fields.CharEnumField(Answer, max_length=8, null=True)  # type: ignore[assignment]
    answered_at = UTCDatetimeField(null=True)
    noted_by_id: int | None = fields.IntField(null=True)

    class Meta:
        table = "sample_entries"
        unique_together = (("draw", "matter"),)


INDEXES: list[tuple[str, str]] = []
