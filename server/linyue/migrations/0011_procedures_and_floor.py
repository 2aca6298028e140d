"""Procedures of several stages; points of order and notes; rules accepted at entry; meetings over days."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from linyue.base.db import UTCDatetimeField
from linyue.meetings.rules_floor import EntryKind
from linyue.procedures.rules import ProcedureState, StepState
from tortoise.fields.base import OnDelete
from tortoise import fields
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0011_indexes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="FloorEntry",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "meeting",
                    fields.ForeignKeyField(
                        "models.Meeting",
                        source_field="meeting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="floor_entries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "item",
                    fields.ForeignKeyField(
                        "models.AgendaItem",
                        source_field="item_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="floor_entries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharEnumField(enum_type=EntryKind, max_length=8)),
                ("text", fields.CharField(max_length=400)),
                (
                    "author",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="author_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="floor_entries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("raised_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("is_upheld", fields.BooleanField(default=False)),
                ("ruling", fields.CharField(default="", max_length=400)),
                (
                    "ruled_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="ruled_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="floor_rulings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("ruled_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "floor_entries", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Procedure",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("number", fields.CharField(unique=True, max_length=16)),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="procedures",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("template", fields.CharField(max_length=60)),
                ("plan_data", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("title", fields.CharField(max_length=80)),
                ("title_en", fields.CharField(default="", max_length=160)),
                (
                    "state",
                    fields.CharEnumField(default=ProcedureState.RUNNING, enum_type=ProcedureState, max_length=12),
                ),
                ("ended_reason", fields.CharField(default="", max_length=400)),
                ("version", fields.IntField(default=0)),
                ("is_sample", fields.BooleanField(default=False)),
                (
                    "begun_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="begun_by_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="procedures_begun",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("begun_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "procedures", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProcedureStep",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "procedure",
                    fields.ForeignKeyField(
                        "models.Procedure",
                        source_field="procedure_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="steps",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("stage", fields.CharField(max_length=24)),
                ("state", fields.CharEnumField(default=StepState.NOW, enum_type=StepState, max_length=12)),
                (
                    "meeting",
                    fields.ForeignKeyField(
                        "models.Meeting",
                        source_field="meeting_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="procedure_steps",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("began_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("due_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "procedure_steps", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProcedurePaper",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "step",
                    fields.ForeignKeyField(
                        "models.ProcedureStep",
                        source_field="step_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="papers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("paper", fields.CharField(max_length=24)),
                ("text", fields.TextField(unique=False)),
                (
                    "author",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="author_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="procedure_papers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("given_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "procedure_papers", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProcedureVoice",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "step",
                    fields.ForeignKeyField(
                        "models.ProcedureStep",
                        source_field="step_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="voices",
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
                        related_name="procedure_voices",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("text", fields.CharField(max_length=600)),
                ("sent_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("hidden_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("hidden_reason", fields.CharField(default="", max_length=200)),
            ],
            options={"table": "procedure_voices", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        AddFilled(
            model_name="AgendaItem",
            name="closes_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="AgendaItem",
            name="plan_link",
            field=fields.IntField(null=True),
        ),
        AddFilled(
            model_name="AgendaItem",
            name="reminded_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="Attendance",
            name="accepted",
            field=fields.CharField(default="", max_length=16),
        ),
    ]
