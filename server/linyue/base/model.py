"""Tables that belong to no slice: sessions' inbox, outbox, leases, audit trail, the district's clock."""

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField


class Job(Model):
    """A piece of work that must happen at least once; the row is the truth, queues only wake."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=80)
    arg = fields.CharField(max_length=200)
    key: str | None = fields.CharField(max_length=200, null=True, unique=True)  # type: ignore[assignment]
    due_at = UTCDatetimeField(db_index=True)
    attempts = fields.IntField(default=0)
    holder = fields.CharField(max_length=80, default="")
    lease_until = UTCDatetimeField(null=True)
    done_at = UTCDatetimeField(null=True)
    dead_at = UTCDatetimeField(null=True)
    error = fields.TextField(default="")

    class Meta:
        table = "jobs"


class Lease(Model):
    """Who runs a timer now, so that one process does at a time."""

    name = fields.CharField(max_length=80, primary_key=True)
    holder = fields.CharField(max_length=80, default="")
    until = UTCDatetimeField(null=True)
    last_run_at = UTCDatetimeField(null=True)

    class Meta:
        table = "leases"


class Message(Model):
    """A line in somebody's inbox: translation key and arguments, rendered in the reader's language."""

    id = fields.IntField(primary_key=True)
    person: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField("models.Person", related_name="messages")
    person_id: int
    key = fields.CharField(max_length=120)
    args: dict[str, str] = fields.JSONField(default=dict)
    link = fields.CharField(max_length=200, default="")
    is_urgent = fields.BooleanField(default=False)
    created_at = UTCDatetimeField(db_index=True)
    read_at = UTCDatetimeField(null=True)

    class Meta:
        table = "messages"


class AuditEntry(Model):
    """Who did what to what, hash-chained, written in the transaction of the change; no personal data."""

    seq = fields.IntField(primary_key=True, generated=False)
    at = UTCDatetimeField()
    actor_id: int | None = fields.IntField(null=True)
    session = fields.CharField(max_length=16, default="")
    action = fields.CharField(max_length=80)
    object = fields.CharField(max_length=120)
    data = fields.TextField(default="{}")
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "audit_entries"


class AuditHead(Model):
    """The last link of the audit chain; claiming it orders the writers."""

    id = fields.IntField(primary_key=True, generated=False)
    seq = fields.IntField(default=0)
    hash = fields.CharField(max_length=64, default="")

    class Meta:
        table = "audit_head"


class DistrictClock(Model):
    """How many seconds the district's clock runs ahead of true time (demo mode only)."""

    id = fields.IntField(primary_key=True, generated=False)
    ahead_seconds = fields.IntField(default=0)

    class Meta:
        table = "district_clock"


class Session(Model):
    """One sign-in on one device. The browser holds a random token; only its hash is here."""

    id = fields.IntField(primary_key=True)
    token_hash = fields.CharField(max_length=64, unique=True)
    csrf = fields.CharField(max_length=43)
    person: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField("models.Person", related_name="sessions")
    person_id: int
    device = fields.CharField(max_length=120, default="")
    is_staff = fields.BooleanField(default=False)
    second_factor_at = UTCDatetimeField(null=True)
    created_at = UTCDatetimeField()
    seen_at = UTCDatetimeField()
    ended_at = UTCDatetimeField(null=True)

    class Meta:
        table = "sessions"


INDEXES: list[tuple[str, str]] = [
    ("jobs_open", "CREATE INDEX jobs_open ON jobs (due_at) WHERE done_at IS NULL AND dead_at IS NULL"),
    ("messages_unread", "CREATE INDEX messages_unread ON messages (person_id) WHERE read_at IS NULL"),
]
