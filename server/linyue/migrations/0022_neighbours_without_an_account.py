from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from linyue.mediation.rules import Side
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0021_handed_in_at_the_desk")]

    initial = False

    operations = [
        ops.CreateModel(
            name="PaperParty",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "dispute",
                    fields.ForeignKeyField(
                        "models.Dispute",
                        source_field="dispute_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="paper_parties",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=80)),
                ("side", fields.CharEnumField(enum_type=Side, max_length=8)),
                ("has_consented", fields.BooleanField(null=True)),
                ("consent_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("signed_version", fields.IntField(default=0)),
                ("signed_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "dispute_paper_parties",
                "app": "models",
                "indexes": [Index(fields=["dispute_id"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        AddFilled(
            model_name="DisputeEntry",
            name="capacity",
            field=fields.CharField(default="", max_length=10),
        ),
    ]
