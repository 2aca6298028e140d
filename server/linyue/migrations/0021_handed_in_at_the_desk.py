from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from linyue.meetings.rules_hand_in import HandedKind
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0020_answers_of_a_centre")]

    initial = False

    operations = [
        ops.CreateModel(
            name="HandedIn",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "meeting",
                    fields.ForeignKeyField(
                        "models.Meeting",
                        source_field="meeting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="handed_in",
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
                        related_name="handed_in_for",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="by_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="handed_in",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharEnumField(enum_type=HandedKind, max_length=8)),
                ("post_id", fields.IntField()),
                ("asked", fields.BooleanField()),
                ("accepted", fields.CharField(max_length=16)),
                ("at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("taken_back_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("taken_back_reason", fields.CharField(default="", max_length=100)),
            ],
            options={"table": "handed_in", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
    ]
