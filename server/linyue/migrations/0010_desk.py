from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0009_indexes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AnswerTemplate",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "community",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="community_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="answer_templates",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=40)),
                ("text", fields.CharField(max_length=500)),
            ],
            options={
                "table": "answer_templates",
                "app": "models",
                "unique_together": (("community", "title"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TriageLease",
            fields=[
                ("matter_id", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="triage_leases",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("until_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "triage_leases", "app": "models", "pk_attr": "matter_id"},
            bases=["Model"],
        ),
    ]
