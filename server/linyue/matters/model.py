"""The matter, its one timeline, its followers and photos."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.centres.rules import Way
from linyue.matters.rules import MatterState, Rating
from linyue.people.model import Person
from linyue.places.model import Place


class Matter(Model):
    """A resident's report and all that follows. Exactly one owner: a person, or a desk (role at a place or centre)."""

    id = fields.IntField(primary_key=True)
    number = fields.CharField(max_length=16, unique=True)
    slip_hash = fields.CharField(max_length=64, unique=True)
    """Hash of the secret on the printed slip."""
    form_id = fields.CharField(max_length=40, unique=True)
    """Made with the form, so that a double tap files one matter."""
    title = fields.CharField(max_length=80)
    text = fields.TextField()
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="matters")
    place_id: int
    community: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="community_matters"
    )
    community_id: int
    reporter: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="matters", null=True
    )
    reporter_id: int | None
    filed_by_id: int | None = fields.IntField(null=True)
    channel = fields.CharField(max_length=12, default="web")
    tail_hash = fields.CharField(max_length=64, default="")
    """Keyed hash of number and the phone's last four digits, to track without signing in."""
    contact_sealed = fields.TextField(default="")
    """Telephone of somebody without an account, written down at the desk."""
    is_public = fields.BooleanField(default=True)
    is_urgent = fields.BooleanField(default=False)
    is_sample = fields.BooleanField(default=False)

    state = fields.CharEnumField(MatterState, max_length=12, default=MatterState.REPORTED)
    version = fields.IntField(default=1)
    """Rises with every step of a person; a form carries the version it was shown with."""
    last_seq = fields.IntField(default=1)
    """Number of the newest entry of the timeline; the clock's own entries raise only this."""
    way: Way | None = fields.CharEnumField(Way, max_length=10, null=True)  # type: ignore[assignment]
    item_code = fields.CharField(max_length=12, default="", db_index=True)
    catalogue_id: int | None = fields.IntField(null=True)
    """The version of the catalogue under which it was sent; the facts of its item are read there."""
    asked_code = fields.CharField(max_length=20, default="")
    """Item that another system named when it filed this; a hint for the desk, nothing is sent by it."""
    kind = fields.CharField(max_length=16, default="")
    """One of the seven kinds of residential matter, when the way is the council."""
    centre_id: int | None = fields.IntField(null=True, db_index=True)
    ticket_id: int | None = fields.IntField(null=True)
    """The visit at a centre's window during which it was taken in."""
    department = fields.CharField(max_length=80, default="")
    asked_by = fields.CharField(max_length=40, default="")
    """Office that asked for a certificate which the community refuses; counted in public by its name."""
    reason: list[dict[str, Any]] = fields.JSONField(default=list)
    """Why it went there: a list of {"key": translation key, "args": {...}}."""

    owner_role = fields.CharField(max_length=24)
    """Desk that owns it when no person does: social_worker, standing_member, centre_clerk, subdistrict_officer."""
    owner: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="owned_matters", null=True
    )
    owner_id: int | None
    due_at = UTCDatetimeField(null=True, db_index=True)
    due_days = fields.IntField(default=0)
    due_unit = fields.CharField(max_length=8, default="working")
    is_due_provisional = fields.BooleanField(default=False)
    overdue_at = UTCDatetimeField(null=True)
    """When the sweeper found the due time passed."""
    due_from = UTCDatetimeField(null=True)
    """When the running period of days began; empty where somebody named the day, or a pause pushed it on."""
    warn_at = UTCDatetimeField(null=True)
    """When the owner is told next how much of the time is used; once it is late, when the next level is."""
    warn_last_at = UTCDatetimeField(null=True)
    """The last of the warnings before the due time."""
    answer_at = UTCDatetimeField(null=True)
    """By when whoever it was sent to says that they take it on."""
    silent_at = UTCDatetimeField(null=True)
    """When the sweeper found that they have not."""
    level = fields.CharField(max_length=24, default="")
    """Role that has been told that it is late; empty while it is not."""
    paused_at = UTCDatetimeField(null=True)
    pause_reason = fields.CharField(max_length=12, default="")
    pause_ends_at = UTCDatetimeField(null=True)
    """When the clock goes on by itself."""

    paused_for = fields.TextField(default="")
    """The question that the clock waits for."""
    result_text = fields.TextField(default="")
    desk_minutes: int | None = fields.IntField(null=True)
    """What it took at the community's own desk, as whoever completed it said; null where that was not said."""
    rating: Rating | None = fields.CharEnumField(Rating, max_length=12, null=True)  # type: ignore[assignment]
    rating_text = fields.TextField(default="")
    reopened_count = fields.IntField(default=0)
    returned_count = fields.IntField(default=0)
    hidden_reason = fields.CharField(max_length=200, default="")
    """Why title and text are not shown; the original stays in its columns. Empty: they are shown."""
    meeting_public_id = fields.CharField(max_length=24, default="")
    resolution_public_id = fields.CharField(max_length=24, default="")
    merged_into_id: int | None = fields.IntField(null=True)
    root_id: int | None = fields.IntField(null=True)
    """The matter whose second part this is, when a matter is both residential and governmental."""
    part = fields.CharField(max_length=12, default="")
    """Which part of its number this row is, residential or governmental; empty: the number has no parts."""
    reported_at = UTCDatetimeField(db_index=True)
    completed_at = UTCDatetimeField(null=True)
    closed_at = UTCDatetimeField(null=True)

    reporter_ids: frozenset[int] = frozenset()
    """Everybody who reported it, those of merged reports too; filled when a row is claimed or a page is made."""

    class Meta:
        table = "matters"
        # What is new in a community, and what it had of late, without sorting all it ever had.
        indexes = (("community_id", "state"), ("community_id", "id"), ("community_id", "reported_at"))

    @property
    def thread_id(self) -> int:
        """The row that carries what a number has once: followers, photos, notes."""
        return self.root_id or self.id

    async def load_reporters(self) -> None:
        """Fill `reporter_ids`."""
        found = MatterFollower.filter(matter_id=self.thread_id, is_reporter=True)
        self.reporter_ids = frozenset(int(row.person_id) for row in await found)

    async def family(self) -> list[Matter]:
        """Every row of this number that stands, the first part first; with `place` and `community` loaded."""
        if not self.part:
            return [self]
        rows = Matter.filter(Q(id=self.thread_id) | Q(root_id=self.thread_id)).order_by("id")
        found = await rows.exclude(Q(root_id__isnull=False, state=MatterState.MERGED)).select_related(
            "place", "community"
        )
        return found


class MatterEvent(Model):
    """One entry of the timeline. `kind` is a translation key's end; `data` fills its sentence; never personal data."""

    id = fields.IntField(primary_key=True)
    matter: fields.ForeignKeyRelation[Matter] = fields.ForeignKeyField("models.Matter", related_name="events")
    matter_id: int
    seq = fields.IntField()
    at = UTCDatetimeField()
    kind = fields.CharField(max_length=40)
    actor_id: int | None = fields.IntField(null=True)
    actor_role = fields.CharField(max_length=24, default="")
    state_after = fields.CharField(max_length=12, default="")
    owner_role_after = fields.CharField(max_length=24, default="")
    owner_id_after: int | None = fields.IntField(null=True)
    due_after = UTCDatetimeField(null=True)
    text = fields.TextField(default="")
    data: dict[str, Any] = fields.JSONField(default=dict)
    is_public = fields.BooleanField(default=True)

    class Meta:
        table = "matter_events"
        unique_together = (("matter", "seq"),)
        indexes = (("kind", "at"),)


class MatterFollower(Model):
    """Somebody who wants to be told; a reporter of a merged matter becomes one."""

    id = fields.IntField(primary_key=True)
    matter: fields.ForeignKeyRelation[Matter] = fields.ForeignKeyField("models.Matter", related_name="followers")
    matter_id: int
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="follows")
    person_id: int
    is_reporter = fields.BooleanField(default=False)

    class Meta:
        table = "matter_followers"
        unique_together = (("matter", "person"),)


class MatterPhoto(Model):
    """A picture, decoded and encoded again; the file is named by its hash."""

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    matter: fields.ForeignKeyRelation[Matter] = fields.ForeignKeyField("models.Matter", related_name="photos")
    matter_id: int
    sha256 = fields.CharField(max_length=64)
    width = fields.IntField()
    height = fields.IntField()
    is_after = fields.BooleanField(default=False)
    hidden_reason = fields.CharField(max_length=200, default="")
    added_at = UTCDatetimeField()

    class Meta:
        table = "matter_photos"


class DraftPhoto(Model):
    """A picture sent with a form that is not filed yet; swept after a day."""

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    form_id = fields.CharField(max_length=40, db_index=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="draft_photos")
    person_id: int
    sha256 = fields.CharField(max_length=64)
    width = fields.IntField()
    height = fields.IntField()
    added_at = UTCDatetimeField(db_index=True)

    class Meta:
        table = "draft_photos"


class MatterNote(Model):
    """A remark that only staff of the matter's community, centre and sub-district see."""

    id = fields.IntField(primary_key=True)
    matter: fields.ForeignKeyRelation[Matter] = fields.ForeignKeyField("models.Matter", related_name="notes")
    matter_id: int
    author: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="matter_notes")
    author_id: int
    text = fields.TextField()
    at = UTCDatetimeField()

    class Meta:
        table = "matter_notes"


class MatterFlag(Model):
    """Somebody finds that a text or photo should not be public; a social worker decides."""

    id = fields.IntField(primary_key=True)
    matter: fields.ForeignKeyRelation[Matter] = fields.ForeignKeyField("models.Matter", related_name="flags")
    matter_id: int
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="matter_flags")
    person_id: int
    reason = fields.CharField(max_length=200)
    at = UTCDatetimeField()
    settled_at = UTCDatetimeField(null=True)

    class Meta:
        table = "matter_flags"
        unique_together = (("matter", "person"),)


class NumberSeries(Model):
    """The last matter number given out in a year."""

    year = fields.IntField(primary_key=True, generated=False)
    last_number = fields.IntField(default=0)

    class Meta:
        table = "matter_numbers"


INDEXES: list[tuple[str, str]] = [
    ("matters_ticket", "CREATE INDEX matters_ticket ON matters (ticket_id) WHERE ticket_id IS NOT NULL"),
    ("matters_warn", "CREATE INDEX matters_warn ON matters (warn_at) WHERE warn_at IS NOT NULL"),
    ("matters_answer", "CREATE INDEX matters_answer ON matters (answer_at) WHERE answer_at IS NOT NULL"),
    (
        "matters_pause_ends",
        "CREATE INDEX matters_pause_ends ON matters (pause_ends_at) WHERE pause_ends_at IS NOT NULL",
    ),
    (
        "matters_due",
        "CREATE INDEX matters_due ON matters (due_at) WHERE overdue_at IS NULL AND due_at IS NOT NULL",
    ),
    (
        "matters_late",
        "CREATE INDEX matters_late ON matters (community_id) WHERE overdue_at IS NOT NULL",
    ),
    ("matters_open", "CREATE INDEX matters_open ON matters (community_id, state) WHERE due_at IS NOT NULL"),
    (
        "matters_open_centre",
        "CREATE INDEX matters_open_centre ON matters (centre_id) WHERE due_at IS NOT NULL AND centre_id IS NOT NULL",
    ),
    ("matters_paused", "CREATE INDEX matters_paused ON matters (paused_at) WHERE paused_at IS NOT NULL"),
    (
        "matters_completed",
        "CREATE INDEX matters_completed ON matters (completed_at) WHERE completed_at IS NOT NULL",
    ),
    (
        "matters_parts",
        "CREATE INDEX matters_parts ON matters (root_id) WHERE root_id IS NOT NULL",
    ),
    (
        "matters_one_part",
        "CREATE UNIQUE INDEX matters_one_part ON matters (root_id) WHERE root_id IS NOT NULL AND state <> 'merged'",
    ),
]
