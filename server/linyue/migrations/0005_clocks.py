from tortoise import migrations
from linyue.base.db import UTCDatetimeField
from tortoise import fields
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0004_indexes")]

    initial = False

    operations = [
        AddFilled(
            model_name="Matter",
            name="answer_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="Matter",
            name="due_from",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="Matter",
            name="level",
            field=fields.CharField(default="", max_length=24),
        ),
        AddFilled(
            model_name="Matter",
            name="pause_ends_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="Matter",
            name="pause_reason",
            field=fields.CharField(default="", max_length=12),
        ),
        AddFilled(
            model_name="Matter",
            name="silent_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="Matter",
            name="warn_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="Matter",
            name="warn_last_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
