from tortoise import migrations
from tortoise import fields
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0018_called_off_struck_and_shown_again")]

    initial = False

    operations = [
        AddFilled(
            model_name="XMember",
            name="matter_id",
            field=fields.IntField(null=True),
        ),
    ]
