"""Councils, their seven seats over time, and enthusiasts invited for a topic. No decisions."""

from __future__ import annotations

from datetime import datetime

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.councils.rules import MatterKind, Tenure, XTenure
from linyue.people.model import Person
from linyue.places.model import Place


class Council(Model):
    """The 7+X council of one compound (or of scattered buildings of a community)."""

    id = fields.IntField(primary_key=True)
    place: fields.OneToOneRelation[Place] = fields.OneToOneField("models.Place", related_name="council")
    place_id: int
    name_zh = fields.CharField(max_length=80)
    name_en = fields.CharField(max_length=120, default="")
    founded_at = UTCDatetimeField()
    version = fields.IntField(default=0)
    is_sample = fields.BooleanField(default=False)

    class Meta:
        table = "councils"


class Seat(Model):
    """One term of one standing member: seat number 1 to 7 and the kind of matter it leads."""

    id = fields.IntField(primary_key=True)
    council: fields.ForeignKeyRelation[Council] = fields.ForeignKeyField("models.Council", related_name="seats")
    council_id: int
    number = fields.IntField()
    kind = fields.CharEnumField(MatterKind, max_length=16)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="seats")
    person_id: int
    starts_at = UTCDatetimeField()
    ends_at = UTCDatetimeField()
    grant_id: int | None = fields.IntField(null=True)
    """The role that comes with the seat."""

    class Meta:
        table = "seats"
        unique_together = (("council", "number", "starts_at"), ("council", "person", "starts_at"))

    def tenure(self) -> Tenure:
        """The term as the rules see it."""
        return Tenure(self.number, self.kind, self.person_id, self.starts_at, self.ends_at)

    @classmethod
    async def of(cls, council_id: int) -> list[Seat]:
        """All terms of a council, past and future, in the order of seats."""
        return await cls.filter(council_id=council_id).order_by("number", "starts_at").select_related("person")

    @classmethod
    async def held_at(cls, council_id: int, now: datetime) -> list[Seat]:
        """The terms that run at that moment, in the order of seats."""
        found = cls.filter(Q(starts_at__lte=now, ends_at__gt=now), council_id=council_id)
        return await found.order_by("number").select_related("person")


class XMember(Model):
    """An enthusiast (热心群众) invited for one topic, for a year at most."""

    id = fields.IntField(primary_key=True)
    council: fields.ForeignKeyRelation[Council] = fields.ForeignKeyField("models.Council", related_name="x_members")
    council_id: int
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="x_terms")
    person_id: int
    topic = fields.CharField(max_length=120)
    starts_at = UTCDatetimeField()
    ends_at = UTCDatetimeField()
    grant_id: int | None = fields.IntField(null=True)

    class Meta:
        table = "x_members"
        unique_together = (("council", "person", "topic", "starts_at"),)

    def tenure(self) -> XTenure:
        """The term as the rules see it."""
        return XTenure(self.person_id, self.topic, self.starts_at, self.ends_at)

    @classmethod
    async def of(cls, council_id: int) -> list[XMember]:
        """All invitations of a council, newest last."""
        return await cls.filter(council_id=council_id).order_by("starts_at", "id").select_related("person")


INDEXES: list[tuple[str, str]] = []
