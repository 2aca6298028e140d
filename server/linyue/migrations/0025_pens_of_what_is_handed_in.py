from tortoise import migrations
from tortoise import fields
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0024_seats_of_what_is_handed_in")]

    initial = False

    operations = [
        AddFilled(
            model_name="HandedIn",
            name="had_pen",
            field=fields.BooleanField(default=False),
        ),
    ]
