"""Tables of meetings: agenda, attendance, offices, speakers; and their named queries. No decisions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from linyue.base.db import UTCDatetimeField
from linyue.meetings.rules import Channel, ItemState, MeetingState, Mode
from linyue.meetings.rules_floor import EntryKind
from linyue.meetings.rules_hand_in import HandedKind
from linyue.meetings.rules_plan import AgendaPlan, Link, Office, plan_from
from linyue.meetings.rules_speakers import SpeakerState, Stance
from linyue.people.rules_bodies import Body


class Meeting(Model):
    """One gathering. `plan_data` is the template as it was when drafted; `version` rises with every change.

    The clock shown in the room ends at `timer_ends_at`, or stands at `timer_left` seconds while paused.
    """

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    place: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Place", related_name="meetings", on_delete=fields.RESTRICT
    )
    place_id: int
    template = fields.CharField(max_length=60)
    template_format = fields.IntField()
    plan_data: dict[str, Any] = fields.JSONField()
    title = fields.CharField(max_length=80)
    title_en = fields.CharField(max_length=160, default="")
    state = fields.CharEnumField(MeetingState, max_length=16, default=MeetingState.DRAFT)
    mode = fields.CharEnumField(Mode, max_length=8, default=Mode.BOTH)
    starts_at: datetime = UTCDatetimeField(db_index=True)
    venue = fields.CharField(max_length=120, default="")
    notice_text = fields.CharField(max_length=400, default="")
    contact_phone = fields.CharField(max_length=40, default="")
    join_code: str | None = fields.CharField(max_length=6, null=True)  # type: ignore[assignment]
    screen_token_hash = fields.CharField(max_length=64, default="")
    screen_series = fields.IntField(default=0)
    screen_blank = fields.BooleanField(default=False)
    timer_ends_at: datetime | None = UTCDatetimeField(null=True)
    timer_left: int | None = fields.IntField(null=True)
    is_queue_closed = fields.BooleanField(default=False)
    undo: dict[str, Any] | None = fields.JSONField(null=True)
    version = fields.IntField(default=0)
    is_sample = fields.BooleanField(default=False)
    created_by: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="meetings_drafted", on_delete=fields.RESTRICT
    )
    created_by_id: int
    created_at: datetime = UTCDatetimeField()
    announced_at: datetime | None = UTCDatetimeField(null=True)
    started_at: datetime | None = UTCDatetimeField(null=True)
    ended_at: datetime | None = UTCDatetimeField(null=True)
    called_off = fields.CharField(max_length=200, default="")
    """Why an announced meeting that is over was called off, for everybody to read; empty for one that was held."""

    class Meta:
        table = "meetings"

    @property
    def plan(self) -> AgendaPlan:
        """The template as values."""
        return plan_from(self.plan_data)

    @property
    def roll(self) -> Body:
        """Whose meeting it is; of one drafted before templates said so: the residents'."""
        return Body(self.plan_data.get("roll", Body.RESIDENTS))

    def title_in(self, lang: str) -> str:
        return self.title_en if lang == "en" and self.title_en else self.title

    @classmethod
    def by_codes(cls, codes: Sequence[str]) -> QuerySet["Meeting"]:
        """The meetings whose codes are in force."""
        return cls.filter(join_code__in=codes, state__in=[MeetingState.ANNOUNCED, MeetingState.RUNNING])

    @classmethod
    def over_by_codes(cls, codes: Sequence[str]) -> QuerySet["Meeting"]:
        """The meetings that had these codes and have ended, the newest last."""
        return cls.filter(join_code__in=codes, state=MeetingState.ENDED).order_by("ended_at")

    @classmethod
    def shown(cls, path: str = "") -> QuerySet["Meeting"]:
        """Meetings everybody may see, of a place and all inside it, newest first."""
        query = cls.exclude(state=MeetingState.DRAFT).order_by("-starts_at")
        return query.filter(place__path__startswith=path) if path else query


class AgendaItem(Model):
    """One item of the agenda, in order of `position`. Items that put a question may carry a matter.

    `plan_link`: which link of the plan it comes from; None for one added by hand, and in old meetings, whose plans have
    each kind only once. `question_kind`: named or secret where somebody chose; empty: as the template says.
    `roll_place`: whose residents vote on it, inside the meeting's place; null: all of it.
    """

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="items", on_delete=fields.RESTRICT
    )
    meeting_id: int
    position = fields.IntField()
    link = fields.CharEnumField(Link, max_length=16)
    plan_link: int | None = fields.IntField(null=True)
    title_zh = fields.CharField(max_length=200)
    title_en = fields.CharField(max_length=400)
    minutes = fields.IntField()
    matter: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Matter", related_name="agenda_items", null=True, on_delete=fields.RESTRICT
    )
    matter_id: int | None
    question_zh = fields.CharField(max_length=200, default="")
    question_en = fields.CharField(max_length=400, default="")
    question_kind = fields.CharField(max_length=8, default="")
    roll_place: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Place", related_name="agenda_items", null=True, on_delete=fields.RESTRICT
    )
    roll_place_id: int | None
    closes_at: datetime | None = UTCDatetimeField(null=True)
    """Only in a meeting over days: when the item under way goes on by itself."""
    reminded_at: datetime | None = UTCDatetimeField(null=True)
    state = fields.CharEnumField(ItemState, max_length=8, default=ItemState.WAITING)
    started_at: datetime | None = UTCDatetimeField(null=True)
    ended_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "agenda_items"

    def title_in(self, lang: str) -> str:
        return self.title_en if lang == "en" and self.title_en else self.title_zh

    @classmethod
    def of(cls, meeting_id: int) -> QuerySet["AgendaItem"]:
        """The agenda in order."""
        return cls.filter(meeting_id=meeting_id).order_by("position", "id")


class Attendance(Model):
    """A person of the roll who is there. `accepted`: the version of the rules of order they accepted at entry."""

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="attendances", on_delete=fields.RESTRICT
    )
    meeting_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="attendances", on_delete=fields.RESTRICT
    )
    person_id: int
    channel = fields.CharEnumField(Channel, max_length=8)
    accepted = fields.CharField(max_length=16, default="")
    at: datetime = UTCDatetimeField()

    class Meta:
        table = "attendances"
        unique_together = (("meeting", "person"),)


class SittingIn(Model):
    """Somebody without a voice on the roll who sits in: counted in no quorum, on no frozen roll.

    `accepted`: the version of the rules of order they accepted when they joined.
    """

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="sitters_in", on_delete=fields.RESTRICT
    )
    meeting_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="sat_in", on_delete=fields.RESTRICT
    )
    person_id: int
    channel = fields.CharEnumField(Channel, max_length=8)
    accepted = fields.CharField(max_length=16)
    at: datetime = UTCDatetimeField()

    class Meta:
        table = "sitting_in"
        unique_together = (("meeting", "person"),)


class HandedIn(Model):
    """Something handed in at the desk for somebody in the hall: what (`kind`, its `post_id`), by whom, why taken back.

    `asked`: they had entered on a phone and asked for it; `accepted`: the version of the rules of order they know.
    `seat_before`: for a point that moved them, the group they sat with until then, 0 for none; `had_pen`: they kept
    its note.
    """

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="handed_in", on_delete=fields.RESTRICT
    )
    meeting_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="handed_in_for", on_delete=fields.RESTRICT
    )
    person_id: int
    by: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="handed_in", on_delete=fields.RESTRICT
    )
    by_id: int
    kind = fields.CharEnumField(HandedKind, max_length=8)
    post_id = fields.IntField()
    asked = fields.BooleanField()
    accepted = fields.CharField(max_length=16)
    seat_before: int | None = fields.IntField(null=True)
    had_pen = fields.BooleanField(default=False)
    at: datetime = UTCDatetimeField()
    taken_back_at: datetime | None = UTCDatetimeField(null=True)
    taken_back_reason = fields.CharField(max_length=100, default="")

    class Meta:
        table = "handed_in"
        indexes = (("meeting_id", "person_id"),)

    @classmethod
    def standing(cls, meeting_id: int) -> QuerySet["HandedIn"]:
        """What was handed in in a meeting and not taken back, in order."""
        return cls.filter(meeting_id=meeting_id, taken_back_at__isnull=True).order_by("id")

    @classmethod
    async def back_again(cls, meeting_id: int, kind: HandedKind) -> list[int]:
        """The posts of a kind that the desk took back in a meeting, by id."""
        rows = cls.filter(meeting_id=meeting_id, kind=kind, taken_back_at__isnull=False)
        return [int(str(one)) for one in await rows.values_list("post_id", flat=True)]


class MeetingOffice(Model):
    """An office somebody holds in one meeting."""

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="offices", on_delete=fields.RESTRICT
    )
    meeting_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="meeting_offices", on_delete=fields.RESTRICT
    )
    person_id: int
    office = fields.CharEnumField(Office, max_length=12)

    class Meta:
        table = "meeting_offices"
        unique_together = (("meeting", "person", "office"),)


class Speaker(Model):
    """One turn of speech asked for on one item."""

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="speakers", on_delete=fields.RESTRICT
    )
    meeting_id: int
    item: fields.ForeignKeyRelation[AgendaItem] = fields.ForeignKeyField(
        "models.AgendaItem", related_name="speakers", on_delete=fields.RESTRICT
    )
    item_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="speeches", on_delete=fields.RESTRICT
    )
    person_id: int
    stance = fields.CharEnumField(Stance, max_length=8, default=Stance.NEITHER)
    state = fields.CharEnumField(SpeakerState, max_length=8, default=SpeakerState.WAITING)
    channel = fields.CharEnumField(Channel, max_length=8, default=Channel.ONLINE)
    asked_at: datetime = UTCDatetimeField()
    began_at: datetime | None = UTCDatetimeField(null=True)
    ended_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "speakers"

    @classmethod
    def in_play(cls, meeting_id: int) -> QuerySet["Speaker"]:
        """Who waits or speaks now."""
        return cls.filter(meeting_id=meeting_id, state__in=[SpeakerState.WAITING, SpeakerState.SPEAKING])


class FloorEntry(Model):
    """A point of order with the chair's ruling, or a note for the minutes, on one item.

    A point that nobody raised is the chair's own; `ruling` is empty and `ruled_at` null while it waits. The words of a
    hidden one are kept and shown to nobody; the chair's ruling on it stands. A note that was struck
    stays, with the reason.
    """

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="floor_entries", on_delete=fields.RESTRICT
    )
    meeting_id: int
    item: fields.ForeignKeyRelation[AgendaItem] = fields.ForeignKeyField(
        "models.AgendaItem", related_name="floor_entries", on_delete=fields.RESTRICT
    )
    item_id: int
    kind = fields.CharEnumField(EntryKind, max_length=8)
    text = fields.CharField(max_length=400)
    author: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="floor_entries", on_delete=fields.RESTRICT
    )
    author_id: int
    raised_at: datetime = UTCDatetimeField()
    is_upheld = fields.BooleanField(default=False)
    ruling = fields.CharField(max_length=400, default="")
    ruled_by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="floor_rulings", null=True, on_delete=fields.RESTRICT
    )
    ruled_by_id: int | None
    ruled_at: datetime | None = UTCDatetimeField(null=True)
    hidden_at: datetime | None = UTCDatetimeField(null=True)
    hidden_reason = fields.CharField(max_length=100, default="")
    struck_at: datetime | None = UTCDatetimeField(null=True)
    struck_reason = fields.CharField(max_length=100, default="")

    class Meta:
        table = "floor_entries"


INDEXES: list[tuple[str, str]] = [
    (
        "meetings_join_code",
        "CREATE UNIQUE INDEX meetings_join_code ON meetings (join_code) WHERE state <> 'ended'",
    ),
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
        "CREATE UNIQUE INDEX speakers_one_place ON speakers (meeting_id, person_id) "
        "WHERE state IN ('waiting', 'speaking')",
    ),
    (
        "speakers_one_speaking",
        "CREATE UNIQUE INDEX speakers_one_speaking ON speakers (meeting_id) WHERE state = 'speaking'",
    ),
]
"""One code, one item under way, one chair, one place in the queue, one voice at a time."""
