"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GONE: list[tuple[str, str]] = []
INDEXES: list[tuple[str, str]] = [
    (
        "procedures_one_for_a_matter",
        "CREATE UNIQUE INDEX procedures_one_for_a_matter ON procedures (matter_id) WHERE matter_id IS NOT NULL AND state = 'running'",
    ),
    (
        "body_members_live",
        "CREATE UNIQUE INDEX body_members_live ON body_members (place_id, body, person_id) WHERE ends_at IS NULL",
    ),
    (
        "body_members_one_delegate",
        "CREATE UNIQUE INDEX body_members_one_delegate ON body_members (place_id) WHERE body = 'households' AND ends_at IS NULL",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0009_bodies_and_scales")]
    operations = [
        ops.RunSQL(
            [*(f"DROP INDEX {name}" for name, _ in GONE), *(sql for _, sql in INDEXES)],
            [*(f"DROP INDEX {name}" for name, _ in INDEXES), *(sql for _, sql in GONE)],
        ),
    ]
