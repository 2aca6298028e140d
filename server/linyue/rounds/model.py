"""Tables of the round: topics and their merging, groups, notes, points, motions, reports, tickets. No decisions."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from linyue.base.db import UTCDatetimeField
from linyue.meetings.model import Meeting
from linyue.meetings.rules_speakers import Stance
from linyue.rounds.rules import PostKind, TopicState
from linyue.rounds.rules_space import MergeState, MotionState


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
    recorder: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="groups_recorded", null=True, on_delete=fields.RESTRICT
    )
    recorder_id: int | None
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


class TopicMerge(Model):
    """Somebody asks that one topic joins another; it does when every author has agreed."""

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="topic_merges", on_delete=fields.RESTRICT
    )
    meeting_id: int
    topic: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField(
        "models.Topic", related_name="merges_asked", on_delete=fields.RESTRICT
    )
    topic_id: int
    into: fields.ForeignKeyRelation[Topic] = fields.ForeignKeyField(
        "models.Topic", related_name="merges_offered", on_delete=fields.RESTRICT
    )
    into_id: int
    asked_by: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="topic_merges", on_delete=fields.RESTRICT
    )
    asked_by_id: int
    state = fields.CharEnumField(MergeState, max_length=8, default=MergeState.ASKED)
    asked_at: datetime = UTCDatetimeField()
    settled_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "topic_merges"

    @classmethod
    def asked_in(cls, meeting_id: int) -> QuerySet["TopicMerge"]:
        """Those still waiting for an author, in the order asked."""
        return cls.filter(meeting_id=meeting_id, state=MergeState.ASKED).order_by("id")


class TopicConsent(Model):
    """One author's answer to a merging; null while it is awaited."""

    id = fields.IntField(primary_key=True)
    merge: fields.ForeignKeyRelation[TopicMerge] = fields.ForeignKeyField(
        "models.TopicMerge", related_name="consents", on_delete=fields.RESTRICT
    )
    merge_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="topic_consents", on_delete=fields.RESTRICT
    )
    person_id: int
    agrees: bool | None = fields.BooleanField(null=True)  # type: ignore[assignment]
    answered_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "topic_consents"
        unique_together = (("merge", "person"),)


class Motion(Model):
    """A topic put as one sentence that can be decided, and the question it became."""

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="motions", on_delete=fields.RESTRICT
    )
    meeting_id: int
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="motions", on_delete=fields.RESTRICT
    )
    group_id: int
    author: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="motions", on_delete=fields.RESTRICT
    )
    author_id: int
    text = fields.CharField(max_length=200)
    text_en = fields.CharField(max_length=400, default="")
    state = fields.CharEnumField(MotionState, max_length=8, default=MotionState.MOVED)
    question: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Question", related_name="motions", null=True, on_delete=fields.RESTRICT
    )
    question_id: int | None
    moved_at: datetime = UTCDatetimeField()
    hidden_at: datetime | None = UTCDatetimeField(null=True)
    hidden_reason = fields.CharField(max_length=100, default="")

    class Meta:
        table = "motions"

    @classmethod
    def waiting_in(cls, meeting_id: int) -> QuerySet["Motion"]:
        """Those not yet put to the vote, in the order moved; hidden ones are left out."""
        return cls.filter(meeting_id=meeting_id, state=MotionState.MOVED, hidden_at__isnull=True).order_by("id")


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


class PostShownAgain(Model):
    """A hiding that was taken back: when and why a post was hidden and shown again. The audit trail says by whom."""

    id = fields.IntField(primary_key=True)
    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField(
        "models.Meeting", related_name="posts_shown_again", on_delete=fields.RESTRICT
    )
    meeting_id: int
    kind = fields.CharEnumField(PostKind, max_length=8)
    post_id = fields.IntField()
    hidden_at: datetime = UTCDatetimeField()
    hidden_reason = fields.CharField(max_length=100)
    shown_at: datetime = UTCDatetimeField()
    reason = fields.CharField(max_length=100)

    class Meta:
        table = "posts_shown_again"


class SocketTicket(Model):
    """A one-use, short-lived right to open a socket, got over the session. Only its hash is kept."""

    id = fields.IntField(primary_key=True)
    hash = fields.CharField(max_length=64, unique=True)
    room = fields.CharField(max_length=80)
    session_id = fields.IntField(null=True)
    expires_at: datetime = UTCDatetimeField(db_index=True)

    class Meta:
        table = "socket_tickets"


INDEXES: list[tuple[str, str]] = [
    (
        "topic_merges_once",
        "CREATE UNIQUE INDEX topic_merges_once ON topic_merges (topic_id) WHERE state = 'asked'",
    ),
]
"""A topic is asked to join one other at a time."""
