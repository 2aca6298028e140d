"""The dated catalogue, two-part matters, clocks and desks, procedures, every way to vote; old rows are filled."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from linyue.base.db import UTCDatetimeField
from linyue.boards.rules_follow import Answer
from linyue.centres.rules_counter import TicketKind, TicketState
from linyue.centres.rules_gate import GateState, Ground
from linyue.centres.rules_terms import LegalRoute, Level, Method, Scale
from linyue.centres.rules_versions import DraftState
from linyue.matters.rules_appeals import Outcome
from linyue.meetings.rules_floor import EntryKind
from linyue.procedures.rules import ProcedureState, StepState
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from linyue.base.schema import AddFilled, Widen


FILL = (
    "UPDATE catalogue_files SET begun_at = loaded_at",
    "UPDATE matters SET catalogue_id = (SELECT c.id FROM catalogue_files c WHERE c.effective_from <= DATE(matters.reported_at)"
    " ORDER BY c.effective_from DESC, c.version DESC LIMIT 1) WHERE way IS NOT NULL",
    "UPDATE items SET may_not_push = 'street,department' WHERE kind = 'residential' OR handled_by <> 'community'",
    "UPDATE items SET decides = 'community', scale = 'compound', legal_route = 'none', method = 'daily'"
    " WHERE kind = 'residential'",
    "UPDATE items SET assists = 'street' WHERE handled_by = 'centre'",
    "UPDATE items SET assists = 'street,community' WHERE handled_by = 'community' AND kind = 'governmental'",
)
"""What a catalogue says that was stored before: as its text is read now."""


class Migration(migrations.Migration):
    dependencies = [("models", "0004_indexes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AnswerTemplate",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "community",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="community_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="answer_templates",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=40)),
                ("text", fields.CharField(max_length=500)),
            ],
            options={
                "table": "answer_templates",
                "app": "models",
                "unique_together": (("community", "title"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Appeal",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "matter",
                    fields.ForeignKeyField(
                        "models.Matter",
                        source_field="matter_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="appeals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("decided_seq", fields.IntField()),
                ("decided_by_id", fields.IntField(null=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="appeals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("filed_by_id", fields.IntField(null=True)),
                ("reason", fields.TextField(unique=False)),
                ("at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("owner_role", fields.CharField(max_length=24)),
                ("due_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("is_due_provisional", fields.BooleanField(default=False)),
                ("late_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered_by_id", fields.IntField(null=True)),
                ("outcome", fields.CharEnumField(null=True, enum_type=Outcome, max_length=8)),
                ("answer", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "matter_appeals",
                "app": "models",
                "unique_together": (("matter", "decided_seq"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CatalogueDraft",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "base",
                    fields.ForeignKeyField(
                        "models.CatalogueFile",
                        source_field="base_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="drafts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=80)),
                ("text", fields.TextField(unique=False)),
                ("effective_from", fields.DateField()),
                ("revision", fields.IntField(default=1)),
                ("state", fields.CharEnumField(default=DraftState.DRAFT, enum_type=DraftState, max_length=10)),
                ("made_by_id", fields.IntField(null=True)),
                ("made_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("tried_revision", fields.IntField(default=0)),
                ("tried_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "trial",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("handed_in_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_by_id", fields.IntField(null=True)),
                ("decided_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_text", fields.CharField(default="", max_length=400)),
                (
                    "published",
                    fields.ForeignKeyField(
                        "models.CatalogueFile",
                        source_field="published_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="drafts_published",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("is_sample", fields.BooleanField(default=False)),
            ],
            options={"table": "catalogue_drafts", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CatalogueHand",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "draft",
                    fields.ForeignKeyField(
                        "models.CatalogueDraft",
                        source_field="draft_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="hands",
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
                        related_name="catalogue_hands",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "catalogue_hands",
                "app": "models",
                "unique_together": (("draft", "person"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
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
            name="LearnedDecision",
            fields=[
                ("matter_id", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("target", fields.CharField(max_length=20)),
            ],
            options={"table": "learned_decisions", "app": "models", "pk_attr": "matter_id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LearnedGram",
            fields=[
                ("gram", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=20)),
                ("n", fields.IntField(default=0)),
            ],
            options={"table": "learned_grams", "app": "models", "pk_attr": "gram"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LearnedMark",
            fields=[
                ("id", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("event_id", fields.IntField(default=0)),
            ],
            options={"table": "learned_mark", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LearnedPair",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("gram", fields.CharField(max_length=20)),
                ("target", fields.CharField(max_length=20)),
                ("n", fields.IntField(default=0)),
            ],
            options={
                "table": "learned_pairs",
                "app": "models",
                "unique_together": (("gram", "target"),),
                "indexes": [Index(fields=["gram", "n"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LearnedRecent",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("gram", fields.CharField(max_length=20)),
                ("slot", fields.IntField()),
                ("matter_id", fields.IntField()),
            ],
            options={
                "table": "learned_recent",
                "app": "models",
                "unique_together": (("gram", "slot"),),
                "pk_attr": "id",
            },
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
            name="TitleVoter",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "unit",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="unit_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="title_voters",
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
                        related_name="votes_for_titles",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("named_by_id", fields.IntField(null=True)),
                ("named_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "title_voters", "app": "models", "pk_attr": "id"},
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
        ops.CreateModel(
            name="TriageLease",
            fields=[
                ("matter_id", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="triage_leases",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("until_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "triage_leases", "app": "models", "pk_attr": "matter_id"},
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
        Widen(
            model_name="Ballot",
            name="choice",
            field=fields.CharField(max_length=96),
        ),
        AddFilled(
            model_name="CatalogueFile",
            name="begun_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="Item",
            name="assists",
            field=fields.CharField(default="", max_length=40),
        ),
        AddFilled(
            model_name="Item",
            name="decides",
            field=fields.CharEnumField(default=Level.DEPARTMENT, enum_type=Level, max_length=12),
        ),
        AddFilled(
            model_name="Item",
            name="floats_from",
            field=fields.DateField(null=True),
        ),
        AddFilled(
            model_name="Item",
            name="is_retired",
            field=fields.BooleanField(default=False),
        ),
        AddFilled(
            model_name="Item",
            name="legal_route",
            field=fields.CharEnumField(null=True, enum_type=LegalRoute, max_length=16),
        ),
        AddFilled(
            model_name="Item",
            name="may_not_push",
            field=fields.CharField(default="", max_length=40),
        ),
        AddFilled(
            model_name="Item",
            name="method",
            field=fields.CharEnumField(null=True, enum_type=Method, max_length=12),
        ),
        AddFilled(
            model_name="Item",
            name="scale",
            field=fields.CharEnumField(null=True, enum_type=Scale, max_length=12),
        ),
        AddFilled(
            model_name="Item",
            name="successor_code",
            field=fields.CharField(default="", max_length=20),
        ),
        AddFilled(
            model_name="Matter",
            name="answer_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="Matter",
            name="asked_by",
            field=fields.CharField(default="", max_length=40),
        ),
        AddFilled(
            model_name="Matter",
            name="catalogue_id",
            field=fields.IntField(null=True),
        ),
        AddFilled(
            model_name="Matter",
            name="due_from",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="Matter",
            name="level",
            field=fields.CharField(default="", max_length=24),
        ),
        AddFilled(
            model_name="Matter",
            name="part",
            field=fields.CharField(default="", max_length=12),
        ),
        AddFilled(
            model_name="Matter",
            name="pause_ends_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="Matter",
            name="pause_reason",
            field=fields.CharField(default="", max_length=12),
        ),
        AddFilled(
            model_name="Matter",
            name="root_id",
            field=fields.IntField(null=True),
        ),
        AddFilled(
            model_name="Matter",
            name="silent_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="Matter",
            name="ticket_id",
            field=fields.IntField(null=True),
        ),
        AddFilled(
            model_name="Matter",
            name="warn_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="Matter",
            name="warn_last_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        Widen(
            model_name="OpenedBallot",
            name="choice",
            field=fields.CharField(max_length=96),
        ),
        Widen(
            model_name="PaperBallot",
            name="choice",
            field=fields.CharField(max_length=96),
        ),
        AddFilled(
            model_name="Platform",
            name="floats_from",
            field=fields.DateField(null=True),
        ),
        AddFilled(
            model_name="Platform",
            name="ledgers",
            field=fields.IntField(default=0),
        ),
        AddFilled(
            model_name="Platform",
            name="logins",
            field=fields.IntField(default=0),
        ),
        AddFilled(
            model_name="RollEntry",
            name="area",
            field=fields.BigIntField(default=0),
        ),
        AddFilled(
            model_name="RollEntry",
            name="heads",
            field=fields.IntField(default=1),
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
        ops.RunSQL(list(FILL), "SELECT 1"),
    ]
