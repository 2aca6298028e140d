from tortoise import migrations
from tortoise import fields
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0022_neighbours_without_an_account")]

    initial = False

    operations = [
        AddFilled(
            model_name="CouncilRules",
            name="call_days",
            field=fields.IntField(default=60),
        ),
        AddFilled(
            model_name="CouncilRules",
            name="nominations",
            field=fields.IntField(default=3),
        ),
        AddFilled(
            model_name="CouncilRules",
            name="question_days",
            field=fields.IntField(default=5),
        ),
        AddFilled(
            model_name="CouncilRules",
            name="settle_days",
            field=fields.IntField(default=30),
        ),
        AddFilled(
            model_name="CouncilRules",
            name="take_days",
            field=fields.IntField(default=3),
        ),
    ]
