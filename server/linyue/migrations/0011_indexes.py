"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GONE: list[tuple[str, str]] = []
INDEXES: list[tuple[str, str]] = [
    ("matters_open", "CREATE INDEX matters_open ON matters (community_id, state) WHERE due_at IS NOT NULL"),
    (
        "matters_open_centre",
        "CREATE INDEX matters_open_centre ON matters (centre_id) WHERE due_at IS NOT NULL AND centre_id IS NOT NULL",
    ),
    ("matters_paused", "CREATE INDEX matters_paused ON matters (paused_at) WHERE paused_at IS NOT NULL"),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0011_asked_by")]
    operations = [
        *(ops.RunSQL(f"DROP INDEX {name}", sql) for name, sql in GONE),
        *(ops.RunSQL(sql, f"DROP INDEX {name}") for name, sql in INDEXES),
    ]
