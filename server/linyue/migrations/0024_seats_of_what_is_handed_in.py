from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0023_further_limits_of_councils")]

    initial = False

    operations = [
        AddFilled(
            model_name="HandedIn",
            name="seat_before",
            field=fields.IntField(null=True),
        ),
        ops.AddIndex(
            model_name="HandedIn",
            index=Index(fields=["meeting_id", "person_id"]),
        ),
    ]
