"""Which office asked for a certificate that was refused."""

from tortoise import migrations
from tortoise import fields
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0010_desk")]

    initial = False

    operations = [
        AddFilled(
            model_name="Matter",
            name="asked_by",
            field=fields.CharField(default="", max_length=40),
        ),
    ]
