"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GONE: list[tuple[str, str]] = []
INDEXES: list[tuple[str, str]] = [
    ("matters_parts", "CREATE INDEX matters_parts ON matters (root_id) WHERE root_id IS NOT NULL"),
    (
        "matters_one_part",
        "CREATE UNIQUE INDEX matters_one_part ON matters (root_id) WHERE root_id IS NOT NULL AND state <> 'merged'",
    ),
    ("matter_appeals_open", "CREATE INDEX matter_appeals_open ON matter_appeals (due_at) WHERE answered_at IS NULL"),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0008_parts_and_appeals")]
    operations = [
        *(ops.RunSQL(f"DROP INDEX {name}", sql) for name, sql in GONE),
        *(ops.RunSQL(sql, f"DROP INDEX {name}") for name, sql in INDEXES),
    ]
