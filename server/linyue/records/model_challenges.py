"""Tables of doubts about results and of proposals to void a question. No decisions."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from linyue.base.db import UTCDatetimeField
from linyue.questions.model import Question
from linyue.records.rules_challenges import ChallengeKind, ChallengeState, Finding
from linyue.records.rules_void import VoidingState


class Challenge(Model):
    """Somebody's doubt about a published result, with its owner, its due time and its answer."""

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="challenges", on_delete=fields.RESTRICT
    )
    question_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="challenges", on_delete=fields.RESTRICT
    )
    person_id: int
    kind = fields.CharEnumField(ChallengeKind, max_length=12)
    code = fields.CharField(max_length=8, default="")
    text = fields.CharField(max_length=400, default="")
    state = fields.CharEnumField(ChallengeState, max_length=12, default=ChallengeState.OPEN)
    owner: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="challenges_owned", null=True, on_delete=fields.RESTRICT
    )
    owner_id: int | None
    asked_at: datetime = UTCDatetimeField()
    due_at: datetime = UTCDatetimeField(db_index=True)
    overdue_at: datetime | None = UTCDatetimeField(null=True)
    finding: Finding | None = fields.CharEnumField(Finding, max_length=12, null=True)  # type: ignore[assignment]
    answer = fields.TextField(default="")
    answered_by_id: int | None = fields.IntField(null=True)
    answered_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "challenges"

    @property
    def number(self) -> str:
        """What people call it on the telephone."""
        return f"Y{self.asked_at.year}-{self.id:04d}"

    @classmethod
    def of(cls, question_id: int) -> QuerySet["Challenge"]:
        """Every doubt about a question, in order."""
        return cls.filter(question_id=question_id).order_by("id")


class Voiding(Model):
    """A proposal to void a question, and who settled it. The salts can be erased; the record keeps commitments."""

    id = fields.IntField(primary_key=True)
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="voidings", on_delete=fields.RESTRICT
    )
    question_id: int
    reason = fields.CharField(max_length=400)
    state = fields.CharEnumField(VoidingState, max_length=12, default=VoidingState.PROPOSED)
    proposed_by: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="voidings_proposed", on_delete=fields.RESTRICT
    )
    proposed_by_id: int
    proposed_at: datetime = UTCDatetimeField()
    settled_by_id: int | None = fields.IntField(null=True)
    settled_at: datetime | None = UTCDatetimeField(null=True)
    proposer_salt = fields.CharField(max_length=32)
    settler_salt = fields.CharField(max_length=32)
    again = fields.CharField(max_length=64, default="")
    """Address of the meeting where the same words were put again; empty until then."""

    class Meta:
        table = "voidings"


INDEXES: list[tuple[str, str]] = [
    (
        "voidings_one",
        "CREATE UNIQUE INDEX voidings_one ON voidings (question_id) WHERE state IN ('proposed', 'confirmed')",
    ),
    (
        "challenges_one_open",
        "CREATE UNIQUE INDEX challenges_one_open ON challenges (question_id, person_id, kind) WHERE state = 'open'",
    ),
]
"""One proposal at a time and one confirmed for good; one open doubt of a kind a person."""
