"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GONE: list[tuple[str, str]] = []
INDEXES: list[tuple[str, str]] = [
    (
        "x_applications_one_waiting",
        "CREATE UNIQUE INDEX x_applications_one_waiting ON x_applications (council_id, person_id) WHERE state = 'waiting'",
    ),
    ("seats_running", "CREATE INDEX seats_running ON seats (ends_at) WHERE closed_at IS NULL"),
    ("x_members_running", "CREATE INDEX x_members_running ON x_members (ends_at) WHERE closed_at IS NULL"),
    (
        "topic_proposals_collecting",
        "CREATE INDEX topic_proposals_collecting ON topic_proposals (closes_at) WHERE state = 'open'",
    ),
    (
        "topic_proposals_matter",
        "CREATE UNIQUE INDEX topic_proposals_matter ON topic_proposals (matter_id) WHERE matter_id IS NOT NULL",
    ),
    (
        "by_election_candidates_once",
        "CREATE UNIQUE INDEX by_election_candidates_once ON by_election_candidates (by_election_id, person_id) WHERE withdrawn_at IS NULL",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0012_councils_and_topics")]
    operations = [
        ops.RunSQL(
            [*(f"DROP INDEX {name}" for name, _ in GONE), *(sql for _, sql in INDEXES)],
            [*(f"DROP INDEX {name}" for name, _ in INDEXES), *(sql for _, sql in GONE)],
        ),
    ]
