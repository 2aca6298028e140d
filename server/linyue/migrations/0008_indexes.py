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
    ("disputes_due", "CREATE INDEX disputes_due ON disputes (due_at) WHERE due_at IS NOT NULL"),
    ("topic_merges_once", "CREATE UNIQUE INDEX topic_merges_once ON topic_merges (topic_id) WHERE state = 'asked'"),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0007_councils_notices_disputes_open_space")]
    operations = [
        ops.RunSQL(
            [*(f"DROP INDEX {name}" for name, _ in GONE), *(sql for _, sql in INDEXES)],
            [*(f"DROP INDEX {name}" for name, _ in INDEXES), *(sql for _, sql in GONE)],
        ),
    ]
