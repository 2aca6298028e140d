"""Whom co-owners or the developer named to vote; owners elsewhere whose harm was shown. No decisions."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField


class TitleVoter(Model):
    """The voter of one unit, where its ownership alone does not say who that is."""

    id = fields.IntField(primary_key=True)
    unit: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Place", related_name="title_voters", on_delete=fields.CASCADE
    )
    unit_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="votes_for_titles", on_delete=fields.CASCADE
    )
    person_id: int
    named_by_id: int | None = fields.IntField(null=True)
    named_at: datetime = UTCDatetimeField()

    class Meta:
        table = "title_voters"


class InterestedOwner(Model):
    """An owner of another building who has shown that a home's new use harms theirs; on the roll of that meeting."""

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Meeting", related_name="interested_owners", on_delete=fields.CASCADE
    )
    meeting_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="interests", on_delete=fields.CASCADE
    )
    person_id: int
    reason = fields.CharField(max_length=200)
    added_by_id: int | None = fields.IntField(null=True)
    added_at: datetime = UTCDatetimeField()

    class Meta:
        table = "interested_owners"
        unique_together = (("meeting", "person"),)


INDEXES: list[tuple[str, str]] = [
    ("title_voters_one", "CREATE UNIQUE INDEX title_voters_one ON title_voters (unit_id)"),
]
"""One voter a unit."""
