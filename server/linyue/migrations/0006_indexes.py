"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GONE: list[tuple[str, str]] = []
INDEXES: list[tuple[str, str]] = [
    ("matters_ticket", "CREATE INDEX matters_ticket ON matters (ticket_id) WHERE ticket_id IS NOT NULL"),
    ("matters_warn", "CREATE INDEX matters_warn ON matters (warn_at) WHERE warn_at IS NOT NULL"),
    ("matters_answer", "CREATE INDEX matters_answer ON matters (answer_at) WHERE answer_at IS NOT NULL"),
    (
        "matters_pause_ends",
        "CREATE INDEX matters_pause_ends ON matters (pause_ends_at) WHERE pause_ends_at IS NOT NULL",
    ),
    ("matters_open", "CREATE INDEX matters_open ON matters (community_id, state) WHERE due_at IS NOT NULL"),
    (
        "matters_open_centre",
        "CREATE INDEX matters_open_centre ON matters (centre_id) WHERE due_at IS NOT NULL AND centre_id IS NOT NULL",
    ),
    ("matters_paused", "CREATE INDEX matters_paused ON matters (paused_at) WHERE paused_at IS NOT NULL"),
    ("matters_parts", "CREATE INDEX matters_parts ON matters (root_id) WHERE root_id IS NOT NULL"),
    (
        "matters_one_part",
        "CREATE UNIQUE INDEX matters_one_part ON matters (root_id) WHERE root_id IS NOT NULL AND state <> 'merged'",
    ),
    (
        "procedure_steps_one_now",
        "CREATE UNIQUE INDEX procedure_steps_one_now ON procedure_steps (procedure_id) WHERE state = 'now'",
    ),
    (
        "procedure_steps_meeting",
        "CREATE UNIQUE INDEX procedure_steps_meeting ON procedure_steps (meeting_id) WHERE meeting_id IS NOT NULL",
    ),
    ("matter_appeals_open", "CREATE INDEX matter_appeals_open ON matter_appeals (due_at) WHERE answered_at IS NULL"),
    (
        "tickets_slot_once",
        "CREATE UNIQUE INDEX tickets_slot_once ON tickets (centre_id, slot_at, lane) WHERE slot_at IS NOT NULL AND state <> 'cancelled'",
    ),
    (
        "tickets_one_each",
        "CREATE UNIQUE INDEX tickets_one_each ON tickets (centre_id, day, person_id) WHERE person_id IS NOT NULL AND state IN ('waiting', 'called')",
    ),
    ("title_voters_one", "CREATE UNIQUE INDEX title_voters_one ON title_voters (unit_id)"),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0005_dated_catalogue_parts_procedures")]
    operations = [
        ops.RunSQL(
            [*(f"DROP INDEX {name}" for name, _ in GONE), *(sql for _, sql in INDEXES)],
            [*(f"DROP INDEX {name}" for name, _ in INDEXES), *(sql for _, sql in GONE)],
        ),
    ]
