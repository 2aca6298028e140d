"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GONE: list[tuple[str, str]] = [
    (
        "question_chain_once",
        "CREATE UNIQUE INDEX question_chain_once ON question_chain (question_id, kind) WHERE kind <> 'BALLOT'",
    )
]
INDEXES: list[tuple[str, str]] = [
    ("matters_late", "CREATE INDEX matters_late ON matters (community_id) WHERE overdue_at IS NOT NULL"),
    ("matters_completed", "CREATE INDEX matters_completed ON matters (completed_at) WHERE completed_at IS NOT NULL"),
    (
        "question_chain_steps_once",
        "CREATE UNIQUE INDEX question_chain_steps_once ON question_chain (question_id, kind) WHERE kind NOT IN ('BALLOT', 'WITHDRAWN', 'SEALED', 'BATCH')",
    ),
    (
        "question_rolls_boxes_to_enter",
        "CREATE INDEX question_rolls_boxes_to_enter ON question_rolls (question_id) WHERE box_hash <> '' AND NOT is_box_entered",
    ),
    ("visits_worker", "CREATE INDEX visits_worker ON visits (worker_id, starts_at)"),
    (
        "question_mandates_one",
        "CREATE UNIQUE INDEX question_mandates_one ON question_mandates (question_id, principal_id) WHERE ended_at IS NULL",
    ),
    (
        "question_batches_hands",
        "CREATE UNIQUE INDEX question_batches_hands ON question_batches (question_id) WHERE channel = 'hands' AND state <> 'dropped'",
    ),
    (
        "voidings_one",
        "CREATE UNIQUE INDEX voidings_one ON voidings (question_id) WHERE state IN ('proposed', 'confirmed')",
    ),
    (
        "challenges_one_open",
        "CREATE UNIQUE INDEX challenges_one_open ON challenges (question_id, person_id, kind) WHERE state = 'open'",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0003_votes_and_boards")]
    operations = [
        ops.RunSQL(
            [*(f"DROP INDEX {name}" for name, _ in GONE), *(sql for _, sql in INDEXES)],
            [*(f"DROP INDEX {name}" for name, _ in INDEXES), *(sql for _, sql in GONE)],
        ),
    ]
