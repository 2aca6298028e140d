"""Councils, their seven seats over time, and enthusiasts invited for a topic. No decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.councils.rules import MatterKind, Tenure, XTenure
from linyue.councils.rules_district import Share
from linyue.councils.rules_x import ApplicationState, Way
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
    """One term of one standing member: the seat's number and the kind it leads unless the district assigns kinds."""

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
    closed_at: datetime | None = UTCDatetimeField(null=True)
    """When the clock noticed that the term is over."""

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
    """An enthusiast (热心群众) for one topic, for a year at most, and by which of the three ways."""

    id = fields.IntField(primary_key=True)
    council: fields.ForeignKeyRelation[Council] = fields.ForeignKeyField("models.Council", related_name="x_members")
    council_id: int
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="x_terms")
    person_id: int
    topic = fields.CharField(max_length=120)
    way = fields.CharEnumField(Way, max_length=12, default=Way.CALL)
    starts_at = UTCDatetimeField()
    ends_at = UTCDatetimeField()
    grant_id: int | None = fields.IntField(null=True)
    matter_id: int | None = fields.IntField(null=True)
    """The one matter they are there for, of a later slice; empty: whatever the council decides."""
    closed_at: datetime | None = UTCDatetimeField(null=True)
    """When the clock noticed that the time is over."""

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


class XCall(Model):
    """An open call of a council: what it needs people for, how many, until when."""

    id = fields.IntField(primary_key=True)
    council: fields.ForeignKeyRelation[Council] = fields.ForeignKeyField("models.Council", related_name="x_calls")
    council_id: int
    topic = fields.CharField(max_length=120)
    text = fields.CharField(max_length=300)
    wanted = fields.IntField(default=1)
    opened_by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="x_calls")
    opened_by_id: int
    opened_at: datetime = UTCDatetimeField()
    closes_at: datetime = UTCDatetimeField()

    class Meta:
        table = "x_calls"

    @classmethod
    async def open_at(cls, council_id: int, now: datetime) -> list[XCall]:
        """The calls that can be answered at that moment, the first to close first."""
        return await cls.filter(council_id=council_id, closes_at__gt=now).order_by("closes_at", "id")


class XApplication(Model):
    """Somebody who put themselves forward, by which way, and what the council answered."""

    id = fields.IntField(primary_key=True)
    council: fields.ForeignKeyRelation[Council] = fields.ForeignKeyField(
        "models.Council", related_name="x_applications"
    )
    council_id: int
    call: fields.ForeignKeyNullableRelation[XCall] = fields.ForeignKeyField(
        "models.XCall", related_name="applications", null=True
    )
    call_id: int | None
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="x_applications")
    person_id: int
    way = fields.CharEnumField(Way, max_length=12)
    topic = fields.CharField(max_length=120)
    words = fields.CharField(max_length=300)
    state = fields.CharEnumField(ApplicationState, max_length=10, default=ApplicationState.WAITING)
    answer = fields.CharField(max_length=300, default="")
    decided_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="x_decisions", null=True
    )
    decided_by_id: int | None
    member: fields.ForeignKeyNullableRelation[XMember] = fields.ForeignKeyField(
        "models.XMember", related_name="applications", null=True
    )
    member_id: int | None
    sent_at: datetime = UTCDatetimeField()
    decided_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "x_applications"


class CouncilRules(Model):
    """What the district lays down for its councils from `changed_at` on; the newest row holds, none is ever changed."""

    id = fields.IntField(primary_key=True)
    seats = fields.IntField()
    term_years = fields.IntField()
    x_days = fields.IntField()
    supports = fields.IntField()
    collect_days = fields.IntField()
    answer_days = fields.IntField()
    call_days = fields.IntField(default=60)
    nominations = fields.IntField(default=3)
    take_days = fields.IntField(default=3)
    settle_days = fields.IntField(default=30)
    question_days = fields.IntField(default=5)
    open_disputes = fields.IntField(default=3)
    objection_days = fields.IntField(default=5)
    appraisal_days = fields.IntField(default=5)
    suggestion_days = fields.IntField(default=5)
    street_days = fields.IntField(default=15)
    ending_days = fields.IntField(default=60)
    share = fields.CharEnumField(Share, max_length=12)
    leads: dict[str, Any] = fields.JSONField(default=dict)
    """Kind -> number of the seat that leads it; empty: each standing member leads the kind given with the seat."""
    note = fields.CharField(max_length=200, default="")
    follows_id = fields.IntField(unique=True)
    """The row it takes the place of, 0 for the first: two changes made from one view cannot both be kept."""
    changed_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="council_rules", null=True
    )
    changed_by_id: int | None
    changed_at: datetime = UTCDatetimeField()

    class Meta:
        table = "council_rules"


INDEXES: list[tuple[str, str]] = [
    (
        "x_applications_one_waiting",
        "CREATE UNIQUE INDEX x_applications_one_waiting ON x_applications (council_id, person_id)"
        " WHERE state = 'waiting'",
    ),
    ("seats_running", "CREATE INDEX seats_running ON seats (ends_at) WHERE closed_at IS NULL"),
    ("x_members_running", "CREATE INDEX x_members_running ON x_members (ends_at) WHERE closed_at IS NULL"),
]
"""One application of a person waits at a council; the clock finds terms that are over without reading all."""
