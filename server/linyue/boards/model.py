"""The visit log, and what reporters say a week after the end."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.boards.rules_follow import Answer
from linyue.boards.rules_visits import VisitKind
from linyue.matters.model import Matter
from linyue.people.model import Person
from linyue.places.model import Place


class Visit(Model):
    """Time a social worker spent outside the office: where and how long, never with whom."""

    id = fields.IntField(primary_key=True)
    form_id = fields.CharField(max_length=40, unique=True)
    """Made with the form, so that a double tap notes one visit."""
    worker: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="visits")
    worker_id: int
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="visits")
    """A compound or the whole community; no building, no door."""
    place_id: int
    community: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="community_visits"
    )
    community_id: int
    kind = fields.CharEnumField(VisitKind, max_length=12)
    starts_at = UTCDatetimeField()
    ends_at = UTCDatetimeField()
    minutes = fields.IntField()
    noted_at = UTCDatetimeField()

    class Meta:
        table = "visits"
        indexes = (("community_id", "starts_at"),)


class FollowUp(Model):
    """One question to one reporter: is it really fixed? Asked once for each matter."""

    id = fields.IntField(primary_key=True)
    matter: fields.OneToOneRelation[Matter] = fields.OneToOneField("models.Matter", related_name="follow_up")
    matter_id: int
    asked_at = UTCDatetimeField()
    is_call = fields.BooleanField(default=False)
    """Asked by telephone, since the reporter has no account."""
    answer: Answer | None = fields.CharEnumField(Answer, max_length=8, null=True)  # type: ignore[assignment]
    answered_at = UTCDatetimeField(null=True, db_index=True)
    tries = fields.IntField(default=0)
    """How often nobody answered the telephone."""
    tried_at = UTCDatetimeField(null=True)
    """When that was last."""
    noted_by_id: int | None = fields.IntField(null=True)
    """The social worker who wrote down what was said on the telephone."""

    class Meta:
        table = "follow_ups"


INDEXES: list[tuple[str, str]] = [
    (
        "visits_worker",
        "CREATE INDEX visits_worker ON visits (worker_id, starts_at)",
    ),
    (
        "follow_ups_unreached",
        "CREATE INDEX follow_ups_unreached ON follow_ups (tried_at) WHERE tries >= 3 AND answer IS NULL",
    ),
]
