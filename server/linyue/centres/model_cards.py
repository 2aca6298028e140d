"""Policy cards and the catalogue's items that they belong to. No decisions."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.people.model import Person


class PolicyCard(Model):
    """One policy in a few sentences, with where it stands and by when somebody looks at it again."""

    id = fields.IntField(primary_key=True)
    title = fields.CharField(max_length=40)
    text = fields.CharField(max_length=300)
    source = fields.CharField(max_length=120)
    review_on = fields.DateField()
    is_retired = fields.BooleanField(default=False)
    author: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="policy_cards")
    author_id: int
    written_at = UTCDatetimeField()
    changed_at = UTCDatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "policy_cards"


class PolicyCardItem(Model):
    """An item of the catalogue that a card explains, by its code, which outlives versions of the catalogue."""

    id = fields.IntField(primary_key=True)
    card: fields.ForeignKeyRelation[PolicyCard] = fields.ForeignKeyField("models.PolicyCard", related_name="items")
    card_id: int
    item_code = fields.CharField(max_length=12, db_index=True)

    class Meta:
        table = "policy_card_items"
        unique_together = (("card", "item_code"),)


INDEXES: list[tuple[str, str]] = []
