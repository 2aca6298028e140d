"""Tables of ways of voting beside the phone: mandates, sheets, batches, scans, and who signed for them."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from linyue.base.db import UTCDatetimeField
from linyue.questions.model import Question
from linyue.questions.rules_paper import BatchForm, BatchState, Figures
from linyue.questions.rules_ways import CHOICE_LIMIT


class Batch(Model):
    """Sheets or hands counted together. `figures`: what was agreed; the record holds it once posted."""

    id = fields.IntField(primary_key=True)
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="batches", on_delete=fields.RESTRICT
    )
    question_id: int
    number = fields.IntField()
    channel = fields.CharField(max_length=16)
    form = fields.CharEnumField(BatchForm, max_length=12)
    state = fields.CharEnumField(BatchState, max_length=12, default=BatchState.KEYING)
    figures: dict[str, Any] | None = fields.JSONField(null=True)
    differing: list[str] | None = fields.JSONField(null=True)
    note = fields.CharField(max_length=200, default="")
    opened_at: datetime = UTCDatetimeField()
    posted_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "question_batches"
        unique_together = (("question", "number"),)

    @property
    def agreed(self) -> Figures | None:
        """The agreed figures as values."""
        return None if self.figures is None else Figures.from_data(self.figures)

    @classmethod
    def of(cls, question_id: int) -> QuerySet["Batch"]:
        """Every batch of a question in order."""
        return cls.filter(question_id=question_id).order_by("number")

    @classmethod
    def posted(cls, question_id: int) -> QuerySet["Batch"]:
        """The batches that count."""
        return cls.of(question_id).filter(state=BatchState.POSTED)

    @classmethod
    def pending(cls, question_id: int) -> QuerySet["Batch"]:
        """The batches somebody still has to finish."""
        return cls.of(question_id).exclude(state__in=[BatchState.POSTED, BatchState.DROPPED])


class BatchEntry(Model):
    """One entry of a batch, as one person keyed it. The third settles a difference."""

    id = fields.IntField(primary_key=True)
    batch: fields.ForeignKeyRelation[Batch] = fields.ForeignKeyField(
        "models.Batch", related_name="entries", on_delete=fields.RESTRICT
    )
    batch_id: int
    place = fields.IntField()
    teller: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="batch_entries", on_delete=fields.RESTRICT
    )
    teller_id: int
    figures: dict[str, Any] = fields.JSONField()
    keyed_at: datetime = UTCDatetimeField()

    class Meta:
        table = "question_batch_entries"
        unique_together = (("batch", "place"),)


class PaperBallot(Model):
    """One sheet of a named vote, bound to a person of the roll. Counted with its batch."""

    id = fields.IntField(primary_key=True)
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="paper_ballots", on_delete=fields.RESTRICT
    )
    question_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="paper_ballots", on_delete=fields.RESTRICT
    )
    person_id: int
    batch: fields.ForeignKeyRelation[Batch] = fields.ForeignKeyField(
        "models.Batch", related_name="ballots", on_delete=fields.RESTRICT
    )
    batch_id: int
    choice = fields.CharField(max_length=CHOICE_LIMIT)

    class Meta:
        table = "question_paper_ballots"
        unique_together = (("question", "person"),)


class Mandate(Model):
    """A written authorisation: `holder` votes for `principal`. Ends when it is taken back before it is used."""

    id = fields.IntField(primary_key=True)
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="mandates", on_delete=fields.RESTRICT
    )
    question_id: int
    principal: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="mandates_given", on_delete=fields.RESTRICT
    )
    principal_id: int
    holder: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="mandates_held", on_delete=fields.RESTRICT
    )
    holder_id: int
    scan_sha256 = fields.CharField(max_length=64)
    salt = fields.CharField(max_length=32)
    made_at: datetime = UTCDatetimeField()
    ended_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "question_mandates"

    @classmethod
    def in_force(cls, question_id: int) -> QuerySet["Mandate"]:
        """Mandates that were not taken back."""
        return cls.filter(question_id=question_id, ended_at__isnull=True)


class ProxyLimit(Model):
    """The district's own number of mandates a holder, by kind of vote."""

    id = fields.IntField(primary_key=True)
    matter = fields.CharField(max_length=24, unique=True)
    most = fields.IntField()

    class Meta:
        table = "proxy_limits"


class Scan(Model):
    """A picture of sheets, a tally or a mandate, kept by its hash; seen by those who count."""

    id = fields.IntField(primary_key=True)
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="scans", on_delete=fields.RESTRICT
    )
    question_id: int
    batch: fields.ForeignKeyNullableRelation[Batch] = fields.ForeignKeyField(
        "models.Batch", related_name="scans", null=True, on_delete=fields.RESTRICT
    )
    batch_id: int | None
    sha256 = fields.CharField(max_length=64, db_index=True)
    added_at: datetime = UTCDatetimeField()

    class Meta:
        table = "question_scans"


class Signer(Model):
    """Somebody the record names by a commitment: a teller, a witness, a worker. `salt` can be erased."""

    id = fields.IntField(primary_key=True)
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="signers", on_delete=fields.RESTRICT
    )
    question_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="signed_for", on_delete=fields.RESTRICT
    )
    person_id: int
    salt = fields.CharField(max_length=32)

    class Meta:
        table = "question_signers"
        unique_together = (("question", "person"),)


INDEXES: list[tuple[str, str]] = [
    (
        "question_mandates_one",
        "CREATE UNIQUE INDEX question_mandates_one ON question_mandates (question_id, principal_id)"
        " WHERE ended_at IS NULL",
    ),
    (
        "question_batches_hands",
        "CREATE UNIQUE INDEX question_batches_hands ON question_batches (question_id)"
        " WHERE channel = 'hands' AND state <> 'dropped'",
    ),
]
"""One mandate in force a principal; hands are counted once."""
