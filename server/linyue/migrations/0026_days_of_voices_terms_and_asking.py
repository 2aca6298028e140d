from tortoise import migrations
from tortoise import fields
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0025_pens_of_what_is_handed_in")]

    initial = False

    operations = [
        AddFilled(
            model_name="CouncilRules",
            name="appraisal_days",
            field=fields.IntField(default=5),
        ),
        AddFilled(
            model_name="CouncilRules",
            name="ending_days",
            field=fields.IntField(default=60),
        ),
        AddFilled(
            model_name="CouncilRules",
            name="objection_days",
            field=fields.IntField(default=5),
        ),
        AddFilled(
            model_name="CouncilRules",
            name="open_disputes",
            field=fields.IntField(default=3),
        ),
        AddFilled(
            model_name="CouncilRules",
            name="street_days",
            field=fields.IntField(default=15),
        ),
        AddFilled(
            model_name="CouncilRules",
            name="suggestion_days",
            field=fields.IntField(default=5),
        ),
        AddFilled(
            model_name="HandlingRow",
            name="nudge_days",
            field=fields.IntField(default=3),
        ),
    ]
