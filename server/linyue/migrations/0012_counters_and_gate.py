from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from linyue.base.db import UTCDatetimeField
from linyue.boards.rules_follow import Answer
from linyue.centres.rules_counter import TicketKind, TicketState
from linyue.centres.rules_gate import GateState, Ground
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0011_asked_by"), ("models", "0011_indexes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CentreClosure",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "centre",
                    fields.ForeignKeyField(
                        "models.ServiceCentre",
                        source_field="centre_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="closures",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("first_day", fields.DateField()),
                ("last_day", fields.DateField()),
                ("reason_zh", fields.CharField(max_length=80)),
                ("reason_en", fields.CharField(default="", max_length=120)),
            ],
            options={
                "table": "centre_closures",
                "app": "models",
                "indexes": [Index(fields=["centre_id", "last_day"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CounterSeat",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "centre",
                    fields.ForeignKeyField(
                        "models.ServiceCentre",
                        source_field="centre_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="seats",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("window", fields.IntField()),
                (
                    "person",
                    fields.OneToOneField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="counter_seat",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("since", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "counter_seats",
                "app": "models",
                "unique_together": (("centre", "window"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PushedTask",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("form_id", fields.CharField(unique=True, max_length=40)),
                (
                    "community",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="community_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="pushed_tasks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=80)),
                ("office", fields.CharField(max_length=80)),
                ("text", fields.TextField(default="", unique=False)),
                ("item_code", fields.CharField(default="", max_length=20)),
                ("minutes_week", fields.IntField()),
                ("state", fields.CharEnumField(default=GateState.ASKED, enum_type=GateState, max_length=10)),
                ("ground", fields.CharEnumField(null=True, enum_type=Ground, max_length=16)),
                ("reason", fields.TextField(default="", unique=False)),
                ("means", fields.CharField(default="", max_length=200)),
                ("asked_by_id", fields.IntField(null=True)),
                ("asked_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by_id", fields.IntField(null=True)),
                ("decided_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("begins_on", fields.DateField(null=True)),
                ("ends_on", fields.DateField(null=True)),
                ("ended_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "pushed_tasks",
                "app": "models",
                "indexes": [Index(fields=["community_id", "state"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SampleDraw",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sample_draws",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("month", fields.CharField(max_length=7)),
                ("seed", fields.CharField(max_length=32)),
                ("total", fields.IntField()),
                ("drawn_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("drawn_by_id", fields.IntField(null=True)),
            ],
            options={
                "table": "sample_draws",
                "app": "models",
                "unique_together": (("place", "month"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SampleEntry",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "draw",
                    fields.ForeignKeyField(
                        "models.SampleDraw",
                        source_field="draw_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="entries",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "matter",
                    fields.ForeignKeyField(
                        "models.Matter",
                        source_field="matter_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sampled",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("answer", fields.CharEnumField(null=True, enum_type=Answer, max_length=8)),
                ("answered_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("noted_by_id", fields.IntField(null=True)),
            ],
            options={
                "table": "sample_entries",
                "app": "models",
                "unique_together": (("draw", "matter"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Ticket",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("public_id", fields.CharField(unique=True, max_length=24)),
                ("form_id", fields.CharField(unique=True, max_length=40)),
                (
                    "centre",
                    fields.ForeignKeyField(
                        "models.ServiceCentre",
                        source_field="centre_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="tickets",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("day", fields.DateField()),
                ("number", fields.IntField()),
                ("kind", fields.CharEnumField(enum_type=TicketKind, max_length=8)),
                ("state", fields.CharEnumField(default=TicketState.WAITING, enum_type=TicketState, max_length=12)),
                ("slot_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("lane", fields.IntField(default=0)),
                (
                    "items",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="tickets",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("window", fields.IntField(null=True)),
                ("clerk_id", fields.IntField(null=True)),
                ("taken_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("called_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "tickets",
                "app": "models",
                "unique_together": (("centre", "day", "number"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TicketSeries",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "centre",
                    fields.ForeignKeyField(
                        "models.ServiceCentre",
                        source_field="centre_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="ticket_series",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("day", fields.DateField()),
                ("last_number", fields.IntField(default=0)),
            ],
            options={
                "table": "ticket_series",
                "app": "models",
                "unique_together": (("centre", "day"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Training",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="trainings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("field", fields.CharField(max_length=40)),
                ("since", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "trainings", "app": "models", "unique_together": (("person", "field"),), "pk_attr": "id"},
            bases=["Model"],
        ),
        AddFilled(
            model_name="Matter",
            name="ticket_id",
            field=fields.IntField(null=True),
        ),
        AddFilled(
            model_name="ServiceCentre",
            name="opens",
            field=fields.CharField(default="08:30-11:30,13:30-17:00", max_length=60),
        ),
        AddFilled(
            model_name="ServiceCentre",
            name="slot_minutes",
            field=fields.IntField(default=20),
        ),
        AddFilled(
            model_name="ServiceCentre",
            name="windows",
            field=fields.IntField(default=3),
        ),
    ]
