"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GONE: list[tuple[str, str]] = []
INDEXES: list[tuple[str, str]] = [
    (
        "by_election_nominations_once",
        "CREATE UNIQUE INDEX by_election_nominations_once ON by_election_nominations (by_election_id, person_id) WHERE state = 'asked'",
    )
]


class Migration(migrations.Migration):
    dependencies = [("models", "0009_nominations_and_plan_changes")]
    operations = [
        ops.RunSQL(
            [*(f"DROP INDEX {name}" for name, _ in GONE), *(sql for _, sql in INDEXES)],
            [*(f"DROP INDEX {name}" for name, _ in INDEXES), *(sql for _, sql in GONE)],
        ),
    ]
