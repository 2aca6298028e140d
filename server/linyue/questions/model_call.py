"""Names called in a vote by roll call. No decisions; what was answered is a ballot like any other."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField


class CalledName(Model):
    """One name that was called, `times` so far. `is_absent`: nobody answered the last time."""

    id = fields.IntField(primary_key=True)
    question: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Question", related_name="called_names", on_delete=fields.RESTRICT
    )
    question_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="called_names", on_delete=fields.RESTRICT
    )
    person_id: int
    times = fields.IntField(default=1)
    is_absent = fields.BooleanField(default=False)
    called_at: datetime = UTCDatetimeField()

    @classmethod
    async def silent(cls, question_id: int) -> set[int]:
        """Who was called and did not answer, by person id."""
        rows = await cls.filter(question_id=question_id, is_absent=True).values_list("person_id", flat=True)
        return {int(str(one)) for one in rows}

    class Meta:
        table = "called_names"
        unique_together = (("question", "person"),)
