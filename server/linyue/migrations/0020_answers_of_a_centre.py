from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0019_an_enthusiast_of_one_matter")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CentreAnswer",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "centre",
                    fields.ForeignKeyField(
                        "models.ServiceCentre",
                        source_field="centre_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="answers",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=40)),
                ("text", fields.CharField(max_length=500)),
            ],
            options={
                "table": "centre_answers",
                "app": "models",
                "unique_together": (("centre", "title"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
    ]
