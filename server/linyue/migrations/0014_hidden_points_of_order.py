from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from tortoise import fields
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0013_offices_and_only_items")]

    initial = False

    operations = [
        ops.AddField(
            model_name="FloorEntry",
            name="hidden_at",
            field=UTCDatetimeField(null=True),
        ),
        AddFilled(
            model_name="FloorEntry",
            name="hidden_reason",
            field=fields.CharField(default="", max_length=100),
        ),
    ]
