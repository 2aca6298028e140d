from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from linyue.meetings.rules import Channel
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0015_handling_and_item_coverage")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CalledName",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="called_names",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="called_names",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("times", fields.IntField(default=1)),
                ("is_absent", fields.BooleanField(default=False)),
                ("called_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "called_names",
                "app": "models",
                "unique_together": (("question", "person"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SittingIn",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "meeting",
                    fields.ForeignKeyField(
                        "models.Meeting",
                        source_field="meeting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sitters_in",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sat_in",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("channel", fields.CharEnumField(enum_type=Channel, max_length=8)),
                ("accepted", fields.CharField(max_length=16)),
                ("at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sitting_in",
                "app": "models",
                "unique_together": (("meeting", "person"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
    ]
