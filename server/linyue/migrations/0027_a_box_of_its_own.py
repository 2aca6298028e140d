from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from tortoise.fields.base import OnDelete
from tortoise import fields
from linyue.base.schema import AddFilled, Drop


class Migration(migrations.Migration):
    dependencies = [("models", "0026_days_of_voices_terms_and_asking")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SealedBallot",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "entry",
                    fields.OneToOneField(
                        "models.RollEntry",
                        source_field="entry_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sealed_ballot",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sealed_ballots",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("sealed", fields.BinaryField()),
            ],
            options={"table": "sealed_ballots", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        AddFilled(
            model_name="Question",
            name="wiped_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        # Of votes that go on: their boxes are still closed.
        ops.RunSQL(
            "INSERT INTO sealed_ballots (entry_id, question_id, sealed)"
            " SELECT id, question_id, sealed FROM question_rolls WHERE sealed IS NOT NULL",
            "SELECT 1",
        ),
        Drop(model_name="RollEntry", name="sealed"),
    ]
