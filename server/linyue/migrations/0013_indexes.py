"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GONE: list[tuple[str, str]] = []
INDEXES: list[tuple[str, str]] = [
    ("matters_ticket", "CREATE INDEX matters_ticket ON matters (ticket_id) WHERE ticket_id IS NOT NULL"),
    (
        "tickets_slot_once",
        "CREATE UNIQUE INDEX tickets_slot_once ON tickets (centre_id, slot_at, lane) WHERE slot_at IS NOT NULL AND state <> 'cancelled'",
    ),
    (
        "tickets_one_each",
        "CREATE UNIQUE INDEX tickets_one_each ON tickets (centre_id, day, person_id) WHERE person_id IS NOT NULL AND state IN ('waiting', 'called')",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0012_counters_and_gate")]
    operations = [
        *(ops.RunSQL(f"DROP INDEX {name}", sql) for name, sql in GONE),
        *(ops.RunSQL(sql, f"DROP INDEX {name}") for name, sql in INDEXES),
    ]
