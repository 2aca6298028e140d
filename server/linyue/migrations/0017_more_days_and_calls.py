from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from tortoise import fields
from linyue.base.schema import AddFilled


INDEXES = [
    (
        "follow_ups_unreached",
        "CREATE INDEX follow_ups_unreached ON follow_ups (tried_at) WHERE tries >= 3 AND answer IS NULL",
    )
]


class Migration(migrations.Migration):
    dependencies = [("models", "0016_called_and_sitting_in")]

    initial = False

    operations = [
        AddFilled(
            model_name="FollowUp",
            name="tried_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="FollowUp",
            name="tries",
            field=fields.IntField(default=0),
        ),
        AddFilled(
            model_name="HandlingRow",
            name="baseline",
            field=fields.CharField(default="", max_length=7),
        ),
        AddFilled(
            model_name="HandlingRow",
            name="escalate_days",
            field=fields.IntField(default=2),
        ),
        AddFilled(
            model_name="HandlingRow",
            name="extend_days",
            field=fields.IntField(default=30),
        ),
        AddFilled(
            model_name="HandlingRow",
            name="pause_access_days",
            field=fields.IntField(default=10),
        ),
        AddFilled(
            model_name="HandlingRow",
            name="pause_answer_days",
            field=fields.IntField(default=10),
        ),
        AddFilled(
            model_name="HandlingRow",
            name="pause_appraisal_days",
            field=fields.IntField(default=30),
        ),
        AddFilled(
            model_name="HandlingRow",
            name="pause_papers_days",
            field=fields.IntField(default=10),
        ),
        AddFilled(
            model_name="HandlingRow",
            name="pause_weather_days",
            field=fields.IntField(default=5),
        ),
        AddFilled(
            model_name="HandlingRow",
            name="silent_days",
            field=fields.IntField(default=2),
        ),
        ops.RunSQL([sql for _, sql in INDEXES], [f"DROP INDEX {name}" for name, _ in INDEXES]),
    ]
