"""Notices, their corrections and ratings; voices with their owner, due time and answer. No decisions."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from linyue.base.db import UTCDatetimeField
from linyue.matters.model import Matter
from linyue.matters.rules import Rating
from linyue.oversight.rules import Desk, Finding, NoticeKind, Verdict, VoiceKind, VoiceState
from linyue.people.model import Person
from linyue.places.model import Place


class Notice(Model):
    """Something disclosed to a place for a period. Its words are never changed; corrections stand below them."""

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="notices")
    place_id: int
    kind = fields.CharEnumField(NoticeKind, max_length=16)
    title = fields.CharField(max_length=60)
    text = fields.TextField()
    matter: fields.ForeignKeyNullableRelation[Matter] = fields.ForeignKeyField(
        "models.Matter", related_name="notices", null=True, on_delete=fields.RESTRICT
    )
    matter_id: int | None
    author: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="notices")
    author_id: int
    days = fields.IntField()
    posted_at = UTCDatetimeField()
    ends_at = UTCDatetimeField(db_index=True)
    """Only ever moved on, by a correction, which begins the period anew."""
    is_sample = fields.BooleanField(default=False)
    version = fields.IntField(default=1)

    class Meta:
        table = "notices"

    @property
    def number(self) -> str:
        """What people call it on the telephone."""
        return f"G{self.posted_at.year}-{self.id:04d}"


class NoticeCorrection(Model):
    """What is right instead, and why; the period began anew then."""

    id = fields.IntField(primary_key=True)
    notice: fields.ForeignKeyRelation[Notice] = fields.ForeignKeyField("models.Notice", related_name="corrections")
    notice_id: int
    author: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="notice_corrections"
    )
    author_id: int
    text = fields.TextField()
    reason = fields.CharField(max_length=500)
    at = UTCDatetimeField()

    class Meta:
        table = "notice_corrections"


class NoticeRating(Model):
    """What one resident thinks of what was disclosed; only counts are shown."""

    id = fields.IntField(primary_key=True)
    notice: fields.ForeignKeyRelation[Notice] = fields.ForeignKeyField("models.Notice", related_name="ratings")
    notice_id: int
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="notice_ratings")
    person_id: int
    rating = fields.CharEnumField(Rating, max_length=12)
    at = UTCDatetimeField()

    class Meta:
        table = "notice_ratings"
        unique_together = (("notice", "person"),)


class Voice(Model):
    """A question, objection or appraisal of a notice, or a suggestion of a place. One desk owns it."""

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    kind = fields.CharEnumField(VoiceKind, max_length=12)
    notice: fields.ForeignKeyNullableRelation[Notice] = fields.ForeignKeyField(
        "models.Notice", related_name="voices", null=True, on_delete=fields.RESTRICT
    )
    notice_id: int | None
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="voices")
    place_id: int
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="voices")
    person_id: int
    text = fields.CharField(max_length=500, default="")
    verdict: Verdict | None = fields.CharEnumField(Verdict, max_length=12, null=True)  # type: ignore[assignment]
    state = fields.CharEnumField(VoiceState, max_length=12, default=VoiceState.OPEN)
    desk = fields.CharEnumField(Desk, max_length=24)
    asked_at = UTCDatetimeField()
    due_at = UTCDatetimeField(null=True, db_index=True)
    """Empty only where no answer is owed."""
    overdue_at = UTCDatetimeField(null=True)
    """When the sweeper found the due time passed, or the answer came after it."""
    passed_at = UTCDatetimeField(null=True)
    """When the community passed it up to the street."""
    finding: Finding | None = fields.CharEnumField(Finding, max_length=12, null=True)  # type: ignore[assignment]
    answer = fields.CharField(max_length=1000, default="")
    answered_by_id: int | None = fields.IntField(null=True)
    answered_at = UTCDatetimeField(null=True)
    is_text_shown = fields.BooleanField(default=False)
    """Whether everybody may read its words: decided with the answer, since they may name a neighbour."""
    version = fields.IntField(default=1)

    class Meta:
        table = "voices"
        indexes = (("place_id", "kind"),)

    @property
    def number(self) -> str:
        """What people call it on the telephone."""
        return f"D{self.asked_at.year}-{self.id:04d}"

    @classmethod
    def of(cls, notice_id: int) -> QuerySet[Voice]:
        """Every voice about a notice, oldest first."""
        return cls.filter(notice_id=notice_id).order_by("id")


INDEXES: list[tuple[str, str]] = [
    ("voices_open", "CREATE INDEX voices_open ON voices (due_at) WHERE state = 'open'"),
    (
        "voices_one_appraisal",
        "CREATE UNIQUE INDEX voices_one_appraisal ON voices (notice_id, person_id)"
        " WHERE kind = 'appraisal' AND state = 'open'",
    ),
]
"""An overseer's last word about a notice waits for its answer before the next."""
