"""Disputes, their parties, what happened, the texts of the agreement. No decisions."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.mediation.rules import DisputeKind, DisputeState, PartyFacts, Side
from linyue.people.model import Person
from linyue.places.model import Place


class Dispute(Model):
    """A quarrel between neighbours that a neighbour mediates. Its words stand with its entries and agreements."""

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="disputes")
    place_id: int
    """The compound, so that lists and counts never name a door."""
    kind = fields.CharEnumField(DisputeKind, max_length=12)
    state = fields.CharEnumField(DisputeState, max_length=12, default=DisputeState.FILED)
    other = fields.CharField(max_length=80)
    """The other side in the opener's words; the mediator names the account."""
    mediator: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="mediations", null=True
    )
    mediator_id: int | None
    """Who owns it; until somebody takes it on, the community's desk does."""
    filed_at = UTCDatetimeField()
    due_at = UTCDatetimeField(null=True, db_index=True)
    """Empty once it has ended."""
    overdue_at = UTCDatetimeField(null=True)
    meets_at = UTCDatetimeField(null=True)
    venue = fields.CharField(max_length=80, default="")
    ended_at = UTCDatetimeField(null=True)
    agreement_version = fields.IntField(default=0)
    is_sample = fields.BooleanField(default=False)
    version = fields.IntField(default=1)

    class Meta:
        table = "disputes"
        indexes = (("place_id", "state"),)

    @property
    def number(self) -> str:
        """What people call it on the telephone."""
        return f"T{self.filed_at.year}-{self.id:04d}"


class DisputeParty(Model):
    """Somebody on one side, with their consent and signature."""

    id = fields.IntField(primary_key=True)
    dispute: fields.ForeignKeyRelation[Dispute] = fields.ForeignKeyField("models.Dispute", related_name="parties")
    dispute_id: int
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="dispute_parts")
    person_id: int
    side = fields.CharEnumField(Side, max_length=8)
    has_consented: bool | None = fields.BooleanField(null=True)  # type: ignore[assignment]
    consent_at = UTCDatetimeField(null=True)
    signed_version = fields.IntField(default=0)
    signed_at = UTCDatetimeField(null=True)

    class Meta:
        table = "dispute_parties"
        unique_together = (("dispute", "person"),)

    def facts(self) -> PartyFacts:
        """The party as the rules see it."""
        return PartyFacts(self.side, self.has_consented, self.signed_version)


class PaperParty(Model):
    """A neighbour without an account on one side: what they said and signed on paper, entered for them."""

    id = fields.IntField(primary_key=True)
    dispute: fields.ForeignKeyRelation[Dispute] = fields.ForeignKeyField("models.Dispute", related_name="paper_parties")
    dispute_id: int
    name = fields.CharField(max_length=80)
    """Empty once it was taken out at their request."""
    side = fields.CharEnumField(Side, max_length=8)
    has_consented: bool | None = fields.BooleanField(null=True)  # type: ignore[assignment]
    consent_at = UTCDatetimeField(null=True)
    signed_version = fields.IntField(default=0)
    signed_at = UTCDatetimeField(null=True)

    class Meta:
        table = "dispute_paper_parties"
        indexes = (("dispute_id",),)

    def facts(self) -> PartyFacts:
        """The party as the rules see it."""
        return PartyFacts(self.side, self.has_consented, self.signed_version)


class DisputeEntry(Model):
    """One thing that happened, for those who may see it. A dissuasion bears the day on which it was."""

    id = fields.IntField(primary_key=True)
    dispute: fields.ForeignKeyRelation[Dispute] = fields.ForeignKeyField("models.Dispute", related_name="entries")
    dispute_id: int
    kind = fields.CharField(max_length=16)
    author: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="dispute_entries", null=True
    )
    author_id: int | None
    at = UTCDatetimeField()
    happened_on = fields.DateField(null=True)
    side = fields.CharField(max_length=8, default="")
    """Whom a dissuasion was addressed to; whose account it is."""
    capacity = fields.CharField(max_length=10, default="")
    """As what its author dissuaded (`rules.Capacity`); empty for everything else, and for records of before."""
    text = fields.TextField(default="")

    class Meta:
        table = "dispute_entries"
        indexes = (("dispute_id", "id"),)


class DisputeAgreement(Model):
    """One text of the agreement; only the newest can be signed."""

    id = fields.IntField(primary_key=True)
    dispute: fields.ForeignKeyRelation[Dispute] = fields.ForeignKeyField("models.Dispute", related_name="agreements")
    dispute_id: int
    number = fields.IntField()
    text = fields.TextField()
    written_at = UTCDatetimeField()

    class Meta:
        table = "dispute_agreements"
        unique_together = (("dispute", "number"),)


INDEXES: list[tuple[str, str]] = [
    ("disputes_due", "CREATE INDEX disputes_due ON disputes (due_at) WHERE due_at IS NOT NULL"),
]
