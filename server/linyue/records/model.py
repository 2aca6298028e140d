"""Checkpoints of questions' records. No decisions."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField


class Checkpoint(Model):
    """A signed statement of how long a question's record was and what it held. `text` is exactly what was signed and
    told; `public_key` (base64) stays with it, so that it can be checked after the key was changed."""

    id = fields.IntField(primary_key=True)
    question: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Question", related_name="checkpoints", on_delete=fields.RESTRICT
    )
    question_id: int
    size = fields.IntField()
    root = fields.CharField(max_length=64)
    text = fields.TextField()
    public_key = fields.CharField(max_length=44)
    why = fields.CharField(max_length=16)
    made_at: datetime = UTCDatetimeField()

    class Meta:
        table = "checkpoints"
        unique_together = (("question", "size"),)
