"""Partial indexes: what may exist once, or is looked up often, among a part of the rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops

INDEXES = [
    ("jobs_open", "CREATE INDEX jobs_open ON jobs (due_at) WHERE done_at IS NULL AND dead_at IS NULL"),
    ("messages_unread", "CREATE INDEX messages_unread ON messages (person_id) WHERE read_at IS NULL"),
    (
        "role_grants_live",
        "CREATE UNIQUE INDEX role_grants_live ON role_grants (person_id, role, place_id, COALESCE(centre_id, 0)) WHERE ends_at IS NULL",
    ),
    ("occupancies_claimed", "CREATE INDEX occupancies_claimed ON occupancies (unit_id) WHERE state = 'claimed'"),
    ("matters_due", "CREATE INDEX matters_due ON matters (due_at) WHERE overdue_at IS NULL AND due_at IS NOT NULL"),
    ("meetings_join_code", "CREATE UNIQUE INDEX meetings_join_code ON meetings (join_code) WHERE state <> 'ended'"),
    (
        "meetings_screen",
        "CREATE UNIQUE INDEX meetings_screen ON meetings (screen_token_hash) WHERE screen_token_hash <> ''",
    ),
    (
        "agenda_items_one_now",
        "CREATE UNIQUE INDEX agenda_items_one_now ON agenda_items (meeting_id) WHERE state = 'now'",
    ),
    (
        "meeting_offices_one_chair",
        "CREATE UNIQUE INDEX meeting_offices_one_chair ON meeting_offices (meeting_id) WHERE office = 'chair'",
    ),
    (
        "speakers_one_place",
        "CREATE UNIQUE INDEX speakers_one_place ON speakers (meeting_id, person_id) WHERE state IN ('waiting', 'speaking')",
    ),
    (
        "speakers_one_speaking",
        "CREATE UNIQUE INDEX speakers_one_speaking ON speakers (meeting_id) WHERE state = 'speaking'",
    ),
    (
        "ballots_one_current",
        "CREATE UNIQUE INDEX ballots_one_current ON ballots (question_id, person_id) WHERE superseded_by IS NULL",
    ),
    (
        "question_chain_once",
        "CREATE UNIQUE INDEX question_chain_once ON question_chain (question_id, kind) WHERE kind <> 'BALLOT'",
    ),
    ("questions_one_open", "CREATE UNIQUE INDEX questions_one_open ON questions (meeting_id) WHERE state = 'open'"),
]


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]
    operations = [ops.RunSQL([sql for _, sql in INDEXES], [f"DROP INDEX {name}" for name, _ in INDEXES])]
