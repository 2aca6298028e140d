"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GONE: list[tuple[str, str]] = []
INDEXES: list[tuple[str, str]] = [
    ("matters_warn", "CREATE INDEX matters_warn ON matters (warn_at) WHERE warn_at IS NOT NULL"),
    ("matters_answer", "CREATE INDEX matters_answer ON matters (answer_at) WHERE answer_at IS NOT NULL"),
    (
        "matters_pause_ends",
        "CREATE INDEX matters_pause_ends ON matters (pause_ends_at) WHERE pause_ends_at IS NOT NULL",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0005_clocks")]
    operations = [
        *(ops.RunSQL(f"DROP INDEX {name}", sql) for name, sql in GONE),
        *(ops.RunSQL(sql, f"DROP INDEX {name}") for name, sql in INDEXES),
    ]
