"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GONE: list[tuple[str, str]] = []
INDEXES: list[tuple[str, str]] = [
    ("voices_open", "CREATE INDEX voices_open ON voices (due_at) WHERE state = 'open'"),
    (
        "voices_one_appraisal",
        "CREATE UNIQUE INDEX voices_one_appraisal ON voices (notice_id, person_id) WHERE kind = 'appraisal' AND state = 'open'",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0007_notices_and_voices")]
    operations = [
        ops.RunSQL(
            [*(f"DROP INDEX {name}" for name, _ in GONE), *(sql for _, sql in INDEXES)],
            [*(f"DROP INDEX {name}" for name, _ in INDEXES), *(sql for _, sql in GONE)],
        ),
    ]
