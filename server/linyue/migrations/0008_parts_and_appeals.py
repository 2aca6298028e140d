from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from linyue.matters.rules_appeals import Outcome
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0007_catalogue_versions")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Appeal",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "matter",
                    fields.ForeignKeyField(
                        "models.Matter",
                        source_field="matter_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="appeals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("decided_seq", fields.IntField()),
                ("decided_by_id", fields.IntField(null=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="appeals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("filed_by_id", fields.IntField(null=True)),
                ("reason", fields.TextField(unique=False)),
                ("at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("owner_role", fields.CharField(max_length=24)),
                ("due_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("is_due_provisional", fields.BooleanField(default=False)),
                ("late_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered_by_id", fields.IntField(null=True)),
                ("outcome", fields.CharEnumField(null=True, enum_type=Outcome, max_length=8)),
                ("answer", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "matter_appeals",
                "app": "models",
                "unique_together": (("matter", "decided_seq"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LearnedDecision",
            fields=[
                ("matter_id", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("target", fields.CharField(max_length=20)),
            ],
            options={"table": "learned_decisions", "app": "models", "pk_attr": "matter_id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LearnedGram",
            fields=[
                ("gram", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=20)),
                ("n", fields.IntField(default=0)),
            ],
            options={"table": "learned_grams", "app": "models", "pk_attr": "gram"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LearnedMark",
            fields=[
                ("id", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("event_id", fields.IntField(default=0)),
            ],
            options={"table": "learned_mark", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LearnedPair",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("gram", fields.CharField(max_length=20)),
                ("target", fields.CharField(max_length=20)),
                ("n", fields.IntField(default=0)),
            ],
            options={
                "table": "learned_pairs",
                "app": "models",
                "unique_together": (("gram", "target"),),
                "indexes": [Index(fields=["gram", "n"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LearnedRecent",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("gram", fields.CharField(max_length=20)),
                ("slot", fields.IntField()),
                ("matter_id", fields.IntField()),
            ],
            options={
                "table": "learned_recent",
                "app": "models",
                "unique_together": (("gram", "slot"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        AddFilled(
            model_name="Matter",
            name="part",
            field=fields.CharField(default="", max_length=12),
        ),
        AddFilled(
            model_name="Matter",
            name="root_id",
            field=fields.IntField(null=True),
        ),
    ]
