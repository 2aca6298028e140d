"""By-elections to vacant seats, those who stand and those who were asked to. No decisions."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.councils.rules import MatterKind
from linyue.procedures.model import Procedure
from linyue.procedures.rules_by_election import NominationState


class ByElection(Model):
    """Which seat of which council a procedure fills. `seat_id`: the term that came of it."""

    id = fields.IntField(primary_key=True)
    procedure: fields.OneToOneRelation[Procedure] = fields.OneToOneField(
        "models.Procedure", related_name="by_election", on_delete=fields.RESTRICT
    )
    procedure_id: int
    council: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Council", related_name="by_elections", on_delete=fields.RESTRICT
    )
    council_id: int
    number = fields.IntField()
    kind = fields.CharEnumField(MatterKind, max_length=16)
    seat_id: int | None = fields.IntField(null=True)

    class Meta:
        table = "by_elections"


class Candidate(Model):
    """Somebody who stands, with a few words for the neighbours."""

    id = fields.IntField(primary_key=True)
    by_election: fields.ForeignKeyRelation[ByElection] = fields.ForeignKeyField(
        "models.ByElection", related_name="candidates", on_delete=fields.RESTRICT
    )
    by_election_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="candidacies", on_delete=fields.RESTRICT
    )
    person_id: int
    words = fields.CharField(max_length=300)
    stood_at: datetime = UTCDatetimeField()
    withdrawn_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "by_election_candidates"


class Nomination(Model):
    """A neighbour who was put forward by another; they stand once they accept; nobody else sees it before."""

    id = fields.IntField(primary_key=True)
    by_election: fields.ForeignKeyRelation[ByElection] = fields.ForeignKeyField(
        "models.ByElection", related_name="nominations", on_delete=fields.RESTRICT
    )
    by_election_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="nominations", on_delete=fields.RESTRICT
    )
    person_id: int
    nominated_by: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="nominations_made", on_delete=fields.RESTRICT
    )
    nominated_by_id: int
    words = fields.CharField(max_length=300)
    state = fields.CharEnumField(NominationState, max_length=10, default=NominationState.ASKED)
    nominated_at: datetime = UTCDatetimeField()
    answered_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "by_election_nominations"


INDEXES: list[tuple[str, str]] = [
    (
        "by_election_candidates_once",
        "CREATE UNIQUE INDEX by_election_candidates_once ON by_election_candidates (by_election_id, person_id)"
        " WHERE withdrawn_at IS NULL",
    ),
    (
        "by_election_nominations_once",
        "CREATE UNIQUE INDEX by_election_nominations_once ON by_election_nominations (by_election_id, person_id)"
        " WHERE state = 'asked'",
    ),
]
