from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("models", "0010_indexes")]

    initial = False

    operations = [
        ops.AddIndex(
            model_name="Matter",
            index=Index(fields=["community_id", "id"]),
        ),
        ops.AddIndex(
            model_name="Matter",
            index=Index(fields=["community_id", "reported_at"]),
        ),
    ]
