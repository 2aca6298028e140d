from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from linyue.base.db import UTCDatetimeField
from linyue.rehearsals.rules import RehearsalState
from linyue.resolutions.rules import ResolutionState
from linyue.rounds.rules_space import MergeState, MotionState
from tortoise.fields.base import OnDelete
from tortoise import fields
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0015_indexes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ActionLine",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("public_id", fields.CharField(unique=True, max_length=24)),
                (
                    "meeting",
                    fields.ForeignKeyField(
                        "models.Meeting",
                        source_field="meeting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="action_lines",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.Question",
                        source_field="question_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="action_lines",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("text", fields.CharField(max_length=400)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="action_lines",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("due_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("proof", fields.CharField(max_length=200)),
                (
                    "state",
                    fields.CharEnumField(default=ResolutionState.EXECUTING, enum_type=ResolutionState, max_length=12),
                ),
                ("version", fields.IntField(default=1)),
                (
                    "written_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="written_by_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="action_lines_written",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("written_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("kept_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("kept_text", fields.TextField(default="", unique=False)),
            ],
            options={"table": "action_lines", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Motion",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "meeting",
                    fields.ForeignKeyField(
                        "models.Meeting",
                        source_field="meeting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="motions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "group",
                    fields.ForeignKeyField(
                        "models.Group",
                        source_field="group_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="motions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "author",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="author_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="motions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("text", fields.CharField(max_length=200)),
                ("text_en", fields.CharField(default="", max_length=400)),
                ("state", fields.CharEnumField(default=MotionState.MOVED, enum_type=MotionState, max_length=8)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.Question",
                        source_field="question_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="motions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("moved_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("hidden_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("hidden_reason", fields.CharField(default="", max_length=100)),
            ],
            options={"table": "motions", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Rehearsal",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("public_id", fields.CharField(unique=True, max_length=24)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="rehearsals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("meeting_public_id", fields.CharField(max_length=24)),
                ("template", fields.CharField(max_length=60)),
                ("plan_data", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("troubles", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("state", fields.CharEnumField(default=RehearsalState.WAITING, enum_type=RehearsalState, max_length=8)),
                (
                    "account",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("asked_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("played_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "rehearsals", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TopicMerge",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "meeting",
                    fields.ForeignKeyField(
                        "models.Meeting",
                        source_field="meeting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="topic_merges",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "topic",
                    fields.ForeignKeyField(
                        "models.Topic",
                        source_field="topic_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="merges_asked",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "into",
                    fields.ForeignKeyField(
                        "models.Topic",
                        source_field="into_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="merges_offered",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "asked_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="asked_by_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="topic_merges",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("state", fields.CharEnumField(default=MergeState.ASKED, enum_type=MergeState, max_length=8)),
                ("asked_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("settled_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "topic_merges", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TopicConsent",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "merge",
                    fields.ForeignKeyField(
                        "models.TopicMerge",
                        source_field="merge_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="consents",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="topic_consents",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("agrees", fields.BooleanField(null=True)),
                ("answered_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "topic_consents",
                "app": "models",
                "unique_together": (("merge", "person"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        AddFilled(
            model_name="Group",
            name="recorder",
            field=fields.ForeignKeyField(
                "models.Person",
                source_field="recorder_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="groups_recorded",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
    ]
