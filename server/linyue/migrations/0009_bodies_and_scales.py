from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from linyue.people.rules_bodies import Body
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0008_indexes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="BodyMember",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("body", fields.CharEnumField(enum_type=Body, max_length=16)),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="body_members",
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
                        related_name="bodies",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("starts_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("recorded_by_id", fields.IntField(null=True)),
            ],
            options={
                "table": "body_members",
                "app": "models",
                "indexes": [Index(fields=["place_id", "body"]), Index(fields=["person_id"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        AddFilled(
            model_name="AgendaItem",
            name="roll_place",
            field=fields.ForeignKeyField(
                "models.Place",
                source_field="roll_place_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="agenda_items",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        AddFilled(
            model_name="Procedure",
            name="matter",
            field=fields.ForeignKeyField(
                "models.Matter",
                source_field="matter_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="procedures",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        AddFilled(
            model_name="Question",
            name="body",
            field=fields.CharEnumField(default=Body.RESIDENTS, enum_type=Body, max_length=16),
        ),
        AddFilled(
            model_name="Question",
            name="roll_place",
            field=fields.ForeignKeyField(
                "models.Place",
                source_field="roll_place_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="question_rolls",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
    ]
