"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GONE: list[tuple[str, str]] = []
INDEXES: list[tuple[str, str]] = [
    ("topic_merges_once", "CREATE UNIQUE INDEX topic_merges_once ON topic_merges (topic_id) WHERE state = 'asked'")
]


class Migration(migrations.Migration):
    dependencies = [("models", "0016_open_space_and_rehearsals")]
    operations = [
        ops.RunSQL(
            [*(f"DROP INDEX {name}" for name, _ in GONE), *(sql for _, sql in INDEXES)],
            [*(f"DROP INDEX {name}" for name, _ in INDEXES), *(sql for _, sql in GONE)],
        ),
    ]
