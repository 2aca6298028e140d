from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from linyue.base.schema import AddFilled
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0014_hidden_points_of_order")]

    initial = False

    operations = [
        ops.CreateModel(
            name="HandlingRow",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("triage_days", fields.IntField()),
                ("centre_days", fields.IntField()),
                ("own_desk_days", fields.IntField()),
                ("answer_days", fields.IntField()),
                ("council_days", fields.IntField()),
                ("tell_days", fields.IntField()),
                ("rating_days", fields.IntField()),
                ("home_bound", fields.CharField(default="", max_length=400)),
                ("note", fields.CharField(default="", max_length=200)),
                ("follows_id", fields.IntField(unique=True)),
                (
                    "changed_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="changed_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="handling_rules",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("changed_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "handling_rules", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ItemCoverage",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "centre",
                    fields.ForeignKeyField(
                        "models.ServiceCentre",
                        source_field="centre_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="item_coverage",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="item_coverage",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("item_code", fields.CharField(max_length=20)),
            ],
            options={
                "table": "item_coverage",
                "app": "models",
                "unique_together": (("place", "item_code"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        AddFilled(
            model_name="Matter",
            name="desk_minutes",
            field=fields.IntField(null=True),
        ),
    ]
