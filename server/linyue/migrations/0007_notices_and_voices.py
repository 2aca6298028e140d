from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from linyue.matters.rules import Rating
from linyue.oversight.rules import Desk, Finding, NoticeKind, Verdict, VoiceKind, VoiceState
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("models", "0006_indexes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Notice",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("public_id", fields.CharField(unique=True, max_length=24)),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notices",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharEnumField(enum_type=NoticeKind, max_length=16)),
                ("title", fields.CharField(max_length=60)),
                ("text", fields.TextField(unique=False)),
                (
                    "matter",
                    fields.ForeignKeyField(
                        "models.Matter",
                        source_field="matter_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="notices",
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
                        related_name="notices",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("days", fields.IntField()),
                ("posted_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", UTCDatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                ("is_sample", fields.BooleanField(default=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={"table": "notices", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="NoticeCorrection",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "notice",
                    fields.ForeignKeyField(
                        "models.Notice",
                        source_field="notice_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="corrections",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "author",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="author_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notice_corrections",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("text", fields.TextField(unique=False)),
                ("reason", fields.CharField(max_length=500)),
                ("at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "notice_corrections", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="NoticeRating",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "notice",
                    fields.ForeignKeyField(
                        "models.Notice",
                        source_field="notice_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="ratings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notice_ratings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("rating", fields.CharEnumField(enum_type=Rating, max_length=12)),
                ("at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notice_ratings",
                "app": "models",
                "unique_together": (("notice", "person"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Voice",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("public_id", fields.CharField(unique=True, max_length=24)),
                ("kind", fields.CharEnumField(enum_type=VoiceKind, max_length=12)),
                (
                    "notice",
                    fields.ForeignKeyField(
                        "models.Notice",
                        source_field="notice_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="voices",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="voices",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="voices",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("text", fields.CharField(default="", max_length=500)),
                ("verdict", fields.CharEnumField(null=True, enum_type=Verdict, max_length=12)),
                ("state", fields.CharEnumField(default=VoiceState.OPEN, enum_type=VoiceState, max_length=12)),
                ("desk", fields.CharEnumField(enum_type=Desk, max_length=24)),
                ("asked_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("due_at", UTCDatetimeField(null=True, db_index=True, auto_now=False, auto_now_add=False)),
                ("overdue_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("passed_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("finding", fields.CharEnumField(null=True, enum_type=Finding, max_length=12)),
                ("answer", fields.CharField(default="", max_length=1000)),
                ("answered_by_id", fields.IntField(null=True)),
                ("answered_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("is_text_shown", fields.BooleanField(default=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "voices",
                "app": "models",
                "indexes": [Index(fields=["place_id", "kind"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
    ]
