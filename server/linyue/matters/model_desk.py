"""What desks keep for their own work: who is looking at a report just now, and answers they often give."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.centres.model import ServiceCentre
from linyue.people.model import Person
from linyue.places.model import Place


class TriageLease(Model):
    """Somebody at the desk has this report open; it lapses by itself."""

    matter_id = fields.IntField(primary_key=True, generated=False)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="triage_leases")
    person_id: int
    until_at = UTCDatetimeField()

    class Meta:
        table = "triage_leases"


class AnswerTemplate(Model):
    """Words that a community's desk often writes to residents."""

    id = fields.IntField(primary_key=True)
    community: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="answer_templates"
    )
    community_id: int
    title = fields.CharField(max_length=40)
    text = fields.CharField(max_length=500)

    class Meta:
        table = "answer_templates"
        unique_together = (("community", "title"),)


class CentreAnswer(Model):
    """Words that a service centre's clerks often write to residents."""

    id = fields.IntField(primary_key=True)
    centre: fields.ForeignKeyRelation[ServiceCentre] = fields.ForeignKeyField(
        "models.ServiceCentre", related_name="answers"
    )
    centre_id: int
    title = fields.CharField(max_length=40)
    text = fields.CharField(max_length=500)

    class Meta:
        table = "centre_answers"
        unique_together = (("centre", "title"),)


INDEXES: list[tuple[str, str]] = []
