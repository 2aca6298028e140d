from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from linyue.rounds.rules import PostKind
from tortoise.fields.base import OnDelete
from tortoise import fields
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0017_more_days_and_calls")]

    initial = False

    operations = [
        ops.CreateModel(
            name="PostShownAgain",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "meeting",
                    fields.ForeignKeyField(
                        "models.Meeting",
                        source_field="meeting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="posts_shown_again",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharEnumField(enum_type=PostKind, max_length=8)),
                ("post_id", fields.IntField()),
                ("hidden_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("hidden_reason", fields.CharField(max_length=100)),
                ("shown_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(max_length=100)),
            ],
            options={"table": "posts_shown_again", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        AddFilled(
            model_name="FloorEntry",
            name="struck_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="FloorEntry",
            name="struck_reason",
            field=fields.CharField(default="", max_length=100),
        ),
        AddFilled(
            model_name="Meeting",
            name="called_off",
            field=fields.CharField(default="", max_length=200),
        ),
    ]
