"""Topics that residents propose, who supports them, and who stepped back from a matter. No decisions."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.councils.model import Council
from linyue.councils.rules import MatterKind
from linyue.matters.model import Matter
from linyue.matters.rules_recusal import RecusalReason
from linyue.matters.rules_topics import TopicState
from linyue.people.model import Person


class TopicProposal(Model):
    """A topic for a council. `needed`: supporters it takes, as the district's rule was when it was proposed."""

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    form_id = fields.CharField(max_length=40, unique=True)
    """Made with the form, so that a double tap proposes once."""
    council: fields.ForeignKeyRelation[Council] = fields.ForeignKeyField("models.Council", related_name="proposals")
    council_id: int
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="proposals")
    person_id: int
    title = fields.CharField(max_length=60)
    text = fields.CharField(max_length=600)
    kind = fields.CharEnumField(MatterKind, max_length=16)
    needed = fields.IntField()
    state = fields.CharEnumField(TopicState, max_length=10, default=TopicState.OPEN)
    version = fields.IntField(default=0)
    sent_at = UTCDatetimeField()
    closes_at = UTCDatetimeField()
    answer_due_at = UTCDatetimeField(null=True)
    late_at = UTCDatetimeField(null=True)
    """When the clock found that the answer is late."""
    answer = fields.CharField(max_length=600, default="")
    answered_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="answered_proposals", null=True
    )
    answered_by_id: int | None
    ended_at = UTCDatetimeField(null=True)
    matter: fields.ForeignKeyNullableRelation[Matter] = fields.ForeignKeyField(
        "models.Matter", related_name="proposals", null=True
    )
    matter_id: int | None
    hidden_reason = fields.CharField(max_length=200, default="")
    """Why title and text are not shown; empty: they are."""
    is_sample = fields.BooleanField(default=False)

    class Meta:
        table = "topic_proposals"
        indexes = (("council_id", "state"),)


class TopicSupport(Model):
    """One neighbour's support of one proposal; taken back, the row goes."""

    id = fields.IntField(primary_key=True)
    proposal: fields.ForeignKeyRelation[TopicProposal] = fields.ForeignKeyField(
        "models.TopicProposal", related_name="supports"
    )
    proposal_id: int
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="topic_supports")
    person_id: int
    at = UTCDatetimeField()

    class Meta:
        table = "topic_supports"
        unique_together = (("proposal", "person"),)


class MatterRecusal(Model):
    """A member of the council who stepped back from a matter: neither leads it nor counts for its quorum."""

    id = fields.IntField(primary_key=True)
    matter: fields.ForeignKeyRelation[Matter] = fields.ForeignKeyField("models.Matter", related_name="recusals")
    matter_id: int
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="recusals")
    person_id: int
    reason = fields.CharEnumField(RecusalReason, max_length=12)
    at = UTCDatetimeField()

    class Meta:
        table = "matter_recusals"
        unique_together = (("matter", "person"),)


INDEXES: list[tuple[str, str]] = [
    (
        "topic_proposals_collecting",
        "CREATE INDEX topic_proposals_collecting ON topic_proposals (closes_at) WHERE state = 'open'",
    ),
    (
        "topic_proposals_matter",
        "CREATE UNIQUE INDEX topic_proposals_matter ON topic_proposals (matter_id) WHERE matter_id IS NOT NULL",
    ),
]
