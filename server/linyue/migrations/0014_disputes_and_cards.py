from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from linyue.mediation.rules import DisputeKind, DisputeState, Side
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("models", "0013_indexes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Dispute",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("public_id", fields.CharField(unique=True, max_length=24)),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="disputes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharEnumField(enum_type=DisputeKind, max_length=12)),
                ("state", fields.CharEnumField(default=DisputeState.FILED, enum_type=DisputeState, max_length=12)),
                ("other", fields.CharField(max_length=80)),
                (
                    "mediator",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="mediator_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="mediations",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("filed_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("due_at", UTCDatetimeField(null=True, db_index=True, auto_now=False, auto_now_add=False)),
                ("overdue_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("meets_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("venue", fields.CharField(default="", max_length=80)),
                ("ended_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("agreement_version", fields.IntField(default=0)),
                ("is_sample", fields.BooleanField(default=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "disputes",
                "app": "models",
                "indexes": [Index(fields=["place_id", "state"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DisputeAgreement",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "dispute",
                    fields.ForeignKeyField(
                        "models.Dispute",
                        source_field="dispute_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="agreements",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.IntField()),
                ("text", fields.TextField(unique=False)),
                ("written_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "dispute_agreements",
                "app": "models",
                "unique_together": (("dispute", "number"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DisputeEntry",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "dispute",
                    fields.ForeignKeyField(
                        "models.Dispute",
                        source_field="dispute_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="entries",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=16)),
                (
                    "author",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="author_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="dispute_entries",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("happened_on", fields.DateField(null=True)),
                ("side", fields.CharField(default="", max_length=8)),
                ("text", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "dispute_entries",
                "app": "models",
                "indexes": [Index(fields=["dispute_id", "id"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DisputeParty",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "dispute",
                    fields.ForeignKeyField(
                        "models.Dispute",
                        source_field="dispute_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="parties",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="dispute_parts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("side", fields.CharEnumField(enum_type=Side, max_length=8)),
                ("has_consented", fields.BooleanField(null=True)),
                ("consent_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("signed_version", fields.IntField(default=0)),
                ("signed_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "dispute_parties",
                "app": "models",
                "unique_together": (("dispute", "person"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PolicyCard",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("title", fields.CharField(max_length=40)),
                ("text", fields.CharField(max_length=300)),
                ("source", fields.CharField(max_length=120)),
                ("review_on", fields.DateField()),
                ("is_retired", fields.BooleanField(default=False)),
                (
                    "author",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="author_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="policy_cards",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("written_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("changed_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={"table": "policy_cards", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PolicyCardItem",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "card",
                    fields.ForeignKeyField(
                        "models.PolicyCard",
                        source_field="card_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("item_code", fields.CharField(db_index=True, max_length=12)),
            ],
            options={
                "table": "policy_card_items",
                "app": "models",
                "unique_together": (("card", "item_code"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
    ]
