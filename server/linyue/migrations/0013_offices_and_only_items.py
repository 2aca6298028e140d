from tortoise import migrations
from linyue.centres.rules_terms import Level
from tortoise import fields
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0011_interested_owners")]

    initial = False

    operations = [
        AddFilled(
            model_name="PushedTask",
            name="pushed_by",
            field=fields.CharEnumField(null=True, enum_type=Level, max_length=12),
        ),
        AddFilled(
            model_name="ServiceCentre",
            name="only_items",
            field=fields.CharField(default="", max_length=1000),
        ),
    ]
