"""Tables of the round: topics, groups, members, notes, points, reports, socket tickets. No decisions."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from linyue.base.db import UTCDatetimeField
from linyue.meetings.model import Meeting
from linyue.meetings.rules_speakers import Stance
from linyue.rounds.rules import PostKind, TopicState


class Topic(Model):
    """What somebody wants to talk about. Hidden text stays stored; `merged_into` names where it went."""

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="topics", on_delete=fields.RESTRICT
    )
    meeting_id: int
    author: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="topics", on_delete=fields.RESTRICT
    )
    author_id: int
    text = fields.CharField(max_length=60)
    state = fields.CharEnumField(TopicState, max_length=8, default=TopicState.POSTED)
    merged_into: fields.ForeignKeyNullableRelation["Topic"] = fields.ForeignKeyField(
        "models.Topic", related_name="merged", null=True, on_delete=fields.RESTRICT
    )
    merged_into_id: int | None
    posted_at: datetime = UTCDatetimeField()
    hidden_at: datetime | None = UTCDatetimeField(null=True)
    hidden_reason = fields.CharField(max_length=100, default="")

    class Meta:
        table = "topics"


class Group(Model):
    """People around one topic at one place of the room."""

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="groups", on_delete=fields.RESTRICT
    )
    meeting_id: int
    topic: fields.OneToOneRelation[Topic] = fields.OneToOneField(
        "models.Topic", related_name="group", on_delete=fields.RESTRICT
    )
    topic_id: int
    label = fields.CharField(max_length=4)
    place_text = fields.CharField(max_length=40, default="")
    convener: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="groups_convened", on_delete=fields.RESTRICT
    )
    convener_id: int
    formed_at: datetime = UTCDatetimeField()

    class Meta:
        table = "groups"
        unique_together = (("meeting", "label"),)

    @classmethod
    def of(cls, meeting_id: int) -> QuerySet["Group"]:
        """The groups in the order they formed."""
        return cls.filter(meeting_id=meeting_id).order_by("id")


class GroupMember(Model):
    """Where somebody sits; one group a person at a time."""

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="group_members", on_delete=fields.RESTRICT
    )
    meeting_id: int
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="members", on_delete=fields.RESTRICT
    )
    group_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="group_seats", on_delete=fields.RESTRICT
    )
    person_id: int
    joined_at: datetime = UTCDatetimeField()

    class Meta:
        table = "group_members"
        unique_together = (("meeting", "person"),)


class GroupNote(Model):
    """One version of a group's note. Every version is kept; the highest is what the group says."""

    id = fields.IntField(primary_key=True)
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="notes", on_delete=fields.RESTRICT
    )
    group_id: int
    version = fields.IntField()
    text = fields.TextField()
    author: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="group_notes", on_delete=fields.RESTRICT
    )
    author_id: int
    saved_at: datetime = UTCDatetimeField()
    hidden_at: datetime | None = UTCDatetimeField(null=True)
    hidden_reason = fields.CharField(max_length=100, default="")

    class Meta:
        table = "group_notes"
        unique_together = (("group", "version"),)

    @classmethod
    def newest(cls, group_id: int) -> QuerySet["GroupNote"]:
        """The versions of a note, the newest first."""
        return cls.filter(group_id=group_id).order_by("-version")


class Point(Model):
    """What a group brings back to everybody: an argument for, against, or neither."""

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="points", on_delete=fields.RESTRICT
    )
    meeting_id: int
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="points", on_delete=fields.RESTRICT
    )
    group_id: int
    author: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="points", on_delete=fields.RESTRICT
    )
    author_id: int
    stance = fields.CharEnumField(Stance, max_length=8, default=Stance.NEITHER)
    text = fields.CharField(max_length=200)
    brought_at: datetime = UTCDatetimeField()
    hidden_at: datetime | None = UTCDatetimeField(null=True)
    hidden_reason = fields.CharField(max_length=100, default="")

    class Meta:
        table = "points"


class PostReport(Model):
    """Somebody thinks a post should not stand; one report a person and post."""

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="post_reports", on_delete=fields.RESTRICT
    )
    meeting_id: int
    kind = fields.CharEnumField(PostKind, max_length=8)
    post_id = fields.IntField()
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="post_reports", on_delete=fields.RESTRICT
    )
    person_id: int
    reason = fields.CharField(max_length=100)
    reported_at: datetime = UTCDatetimeField()
    settled_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "post_reports"
        unique_together = (("kind", "post_id", "person"),)


class SocketTicket(Model):
    """A one-use, short-lived right to open a socket, got over the session. Only its hash is kept."""

    id = fields.IntField(primary_key=True)
    hash = fields.CharField(max_length=64, unique=True)
    room = fields.CharField(max_length=80)
    session_id = fields.IntField(null=True)
    expires_at: datetime = UTCDatetimeField(db_index=True)

    class Meta:
        table = "socket_tickets"


INDEXES: list[tuple[str, str]] = []
