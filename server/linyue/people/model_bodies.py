"""Lists of representatives, committees and Party members, and whom households named. No decisions."""

from __future__ import annotations

from datetime import datetime

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from linyue.base.db import UTCDatetimeField
from linyue.people.model import Person
from linyue.people.rules_bodies import Body
from linyue.places.model import Place


class BodyMember(Model):
    """One member of a body, from a day to a day. `place`: the community of a list, the unit of a household."""

    id = fields.IntField(primary_key=True)
    body = fields.CharEnumField(Body, max_length=16)
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="body_members")
    place_id: int
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="bodies")
    person_id: int
    starts_at: datetime = UTCDatetimeField()
    ends_at: datetime | None = UTCDatetimeField(null=True)
    recorded_by_id: int | None = fields.IntField(null=True)

    class Meta:
        table = "body_members"
        indexes = (("place_id", "body"), ("person_id",))

    @classmethod
    def live(cls, body: Body) -> QuerySet[BodyMember]:
        """Who is a member now."""
        return cls.filter(body=body, ends_at__isnull=True)


INDEXES: list[tuple[str, str]] = [
    (
        "body_members_live",
        "CREATE UNIQUE INDEX body_members_live ON body_members (place_id, body, person_id) WHERE ends_at IS NULL",
    ),
    (
        "body_members_one_delegate",
        "CREATE UNIQUE INDEX body_members_one_delegate ON body_members (place_id) "
        "WHERE body = 'households' AND ends_at IS NULL",
    ),
]
"""Nobody stands on a list twice, and a household has one delegate."""
