"""Changes of the catalogue before they hold: drafts, and who had a hand in each."""

from __future__ import annotations

from datetime import date
from typing import Any

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.centres.model import CatalogueFile
from linyue.centres.rules_versions import DraftState
from linyue.people.model import Person


class CatalogueDraft(Model):
    """A change of the catalogue: a whole catalogue as text, worked on until it is handed in, tried and approved."""

    id = fields.IntField(primary_key=True)
    base: fields.ForeignKeyNullableRelation[CatalogueFile] = fields.ForeignKeyField(
        "models.CatalogueFile", related_name="drafts", null=True
    )
    base_id: int | None
    """The version it began from; null where the district had none."""
    name = fields.CharField(max_length=80)
    """What is changed and why, in the maker's words."""
    text = fields.TextField()
    effective_from: date = fields.DateField()
    revision = fields.IntField(default=1)
    """Rises with every change; a form carries the one it was shown with."""
    state = fields.CharEnumField(DraftState, max_length=10, default=DraftState.DRAFT)
    made_by_id: int | None = fields.IntField(null=True)
    """Null: at the server's own console."""
    made_at = UTCDatetimeField()
    tried_revision = fields.IntField(default=0)
    """The revision that was last tried on past matters; 0 = never."""
    tried_at = UTCDatetimeField(null=True)
    trial: dict[str, Any] = fields.JSONField(default=dict)
    """What the trial found: numbers of matters, no words of theirs."""
    handed_in_at = UTCDatetimeField(null=True)
    decided_by_id: int | None = fields.IntField(null=True)
    decided_at = UTCDatetimeField(null=True)
    decided_text = fields.CharField(max_length=400, default="")
    published: fields.ForeignKeyNullableRelation[CatalogueFile] = fields.ForeignKeyField(
        "models.CatalogueFile", related_name="drafts_published", null=True
    )
    published_id: int | None
    is_sample = fields.BooleanField(default=False)

    class Meta:
        table = "catalogue_drafts"


class CatalogueHand(Model):
    """Somebody who changed a draft; none of them approves it."""

    id = fields.IntField(primary_key=True)
    draft: fields.ForeignKeyRelation[CatalogueDraft] = fields.ForeignKeyField(
        "models.CatalogueDraft", related_name="hands"
    )
    draft_id: int
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="catalogue_hands")
    person_id: int

    class Meta:
        table = "catalogue_hands"
        unique_together = (("draft", "person"),)


INDEXES: list[tuple[str, str]] = []
