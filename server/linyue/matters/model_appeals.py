"""Appeals against where a matter was sent. One for each decision, each with one desk that owes the answer."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.matters.model import Matter
from linyue.matters.rules_appeals import Outcome
from linyue.people.model import Person


class Appeal(Model):
    """A reporter says that the matter, or a part of it, went the wrong way."""

    id = fields.IntField(primary_key=True)
    matter: fields.ForeignKeyRelation[Matter] = fields.ForeignKeyField("models.Matter", related_name="appeals")
    matter_id: int
    decided_seq = fields.IntField()
    """The entry of the timeline that is appealed."""
    decided_by_id: int | None = fields.IntField(null=True)
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="appeals", null=True
    )
    """Who appeals; null when a desk wrote it down for somebody without an account."""
    person_id: int | None
    filed_by_id: int | None = fields.IntField(null=True)
    reason = fields.TextField()
    """Read by the reporters and by staff, not by the public."""
    at = UTCDatetimeField()
    owner_role = fields.CharField(max_length=24)
    due_at = UTCDatetimeField()
    is_due_provisional = fields.BooleanField(default=False)
    late_at = UTCDatetimeField(null=True)
    """When the sweeper found the due time passed and handed it up."""
    answered_at = UTCDatetimeField(null=True)
    answered_by_id: int | None = fields.IntField(null=True)
    outcome: Outcome | None = fields.CharEnumField(Outcome, max_length=8, null=True)  # type: ignore[assignment]
    answer = fields.TextField(default="")

    class Meta:
        table = "matter_appeals"
        unique_together = (("matter", "decided_seq"),)


INDEXES: list[tuple[str, str]] = [
    ("matter_appeals_open", "CREATE INDEX matter_appeals_open ON matter_appeals (due_at) WHERE answered_at IS NULL"),
]
