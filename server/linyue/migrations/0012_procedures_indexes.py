"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GONE: list[tuple[str, str]] = []
INDEXES: list[tuple[str, str]] = [
    (
        "procedure_steps_one_now",
        "CREATE UNIQUE INDEX procedure_steps_one_now ON procedure_steps (procedure_id) WHERE state = 'now'",
    ),
    (
        "procedure_steps_meeting",
        "CREATE UNIQUE INDEX procedure_steps_meeting ON procedure_steps (meeting_id) WHERE meeting_id IS NOT NULL",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0011_procedures_and_floor")]
    operations = [
        *(ops.RunSQL(f"DROP INDEX {name}", sql) for name, sql in GONE),
        *(ops.RunSQL(sql, f"DROP INDEX {name}") for name, sql in INDEXES),
    ]
