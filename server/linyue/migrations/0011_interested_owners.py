from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0010_indexes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="InterestedOwner",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "meeting",
                    fields.ForeignKeyField(
                        "models.Meeting",
                        source_field="meeting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="interested_owners",
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
                        related_name="interests",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("reason", fields.CharField(max_length=200)),
                ("added_by_id", fields.IntField(null=True)),
                ("added_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "interested_owners",
                "app": "models",
                "unique_together": (("meeting", "person"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
    ]
