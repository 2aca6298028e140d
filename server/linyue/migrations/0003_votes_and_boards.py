from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from linyue.base.db import UTCDatetimeField
from linyue.boards.rules_follow import Answer
from linyue.boards.rules_visits import VisitKind
from linyue.minutes.rules import Capacity, MinutesState
from linyue.questions.rules_paper import BatchForm, BatchState
from linyue.questions.rules_secret import BoxState, Kind
from linyue.records.rules_challenges import ChallengeKind, ChallengeState, Finding
from linyue.records.rules_void import VoidingState
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0002_indexes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Batch",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="batches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                ("channel", fields.CharField(max_length=16)),
                ("form", fields.CharEnumField(enum_type=BatchForm, max_length=12)),
                ("state", fields.CharEnumField(default=BatchState.KEYING, enum_type=BatchState, max_length=12)),
                (
                    "figures",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                (
                    "differing",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("note", fields.CharField(default="", max_length=200)),
                ("opened_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("posted_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "question_batches",
                "app": "models",
                "unique_together": (("question", "number"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="BatchEntry",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "batch",
                    fields.ForeignKeyField(
                        "models.Batch",
                        source_field="batch_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="entries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("place", fields.IntField()),
                (
                    "teller",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="teller_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="batch_entries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("figures", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("keyed_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "question_batch_entries",
                "app": "models",
                "unique_together": (("batch", "place"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Challenge",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("public_id", fields.CharField(unique=True, max_length=24)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="challenges",
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
                        related_name="challenges",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharEnumField(enum_type=ChallengeKind, max_length=12)),
                ("code", fields.CharField(default="", max_length=8)),
                ("text", fields.CharField(default="", max_length=400)),
                ("state", fields.CharEnumField(default=ChallengeState.OPEN, enum_type=ChallengeState, max_length=12)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="owner_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="challenges_owned",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("asked_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("due_at", UTCDatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                ("overdue_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("finding", fields.CharEnumField(null=True, enum_type=Finding, max_length=12)),
                ("answer", fields.TextField(default="", unique=False)),
                ("answered_by_id", fields.IntField(null=True)),
                ("answered_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "challenges", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="checkpoints",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("size", fields.IntField()),
                ("root", fields.CharField(max_length=64)),
                ("text", fields.TextField(unique=False)),
                ("public_key", fields.CharField(max_length=44)),
                ("why", fields.CharField(max_length=16)),
                ("made_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "checkpoints",
                "app": "models",
                "unique_together": (("question", "size"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FollowUp",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "matter",
                    fields.OneToOneField(
                        "models.Matter",
                        source_field="matter_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="follow_up",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("asked_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("is_call", fields.BooleanField(default=False)),
                ("answer", fields.CharEnumField(null=True, enum_type=Answer, max_length=8)),
                ("answered_at", UTCDatetimeField(null=True, db_index=True, auto_now=False, auto_now_add=False)),
                ("noted_by_id", fields.IntField(null=True)),
            ],
            options={"table": "follow_ups", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Mandate",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mandates",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "principal",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="principal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mandates_given",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "holder",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="holder_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mandates_held",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("scan_sha256", fields.CharField(max_length=64)),
                ("salt", fields.CharField(max_length=32)),
                ("made_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "question_mandates", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Minutes",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "meeting",
                    fields.OneToOneField(
                        "models.Meeting",
                        source_field="meeting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="minutes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("state", fields.CharEnumField(default=MinutesState.DRAFT, enum_type=MinutesState, max_length=12)),
                ("version", fields.IntField(default=1)),
                ("rule", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("drafted_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("published_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "minutes", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MinutesAddendum",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "minutes",
                    fields.ForeignKeyField(
                        "models.Minutes",
                        source_field="minutes_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="addenda",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                (
                    "author",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="author_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="minutes_addenda",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("text", fields.TextField(unique=False)),
                ("added_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "minutes_addenda",
                "app": "models",
                "unique_together": (("minutes", "number"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MinutesSignature",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "minutes",
                    fields.ForeignKeyField(
                        "models.Minutes",
                        source_field="minutes_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="signatures",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="minutes_signatures",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("capacity", fields.CharEnumField(enum_type=Capacity, max_length=12)),
                ("signed_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "minutes_signatures",
                "app": "models",
                "unique_together": (("minutes", "number", "person"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MinutesVersion",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "minutes",
                    fields.ForeignKeyField(
                        "models.Minutes",
                        source_field="minutes_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="versions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                ("section", fields.CharField(default="", max_length=48)),
                (
                    "author",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="author_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="minutes_versions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("saved_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("facts", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                (
                    "texts",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
            ],
            options={
                "table": "minutes_versions",
                "app": "models",
                "unique_together": (("minutes", "number"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OpenedBallot",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="opened_ballots",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("code", fields.CharField(max_length=8)),
                ("choice", fields.CharField(max_length=32)),
            ],
            options={"table": "opened_ballots", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PaperBallot",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="paper_ballots",
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
                        related_name="paper_ballots",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "batch",
                    fields.ForeignKeyField(
                        "models.Batch",
                        source_field="batch_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="ballots",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("choice", fields.CharField(max_length=32)),
            ],
            options={
                "table": "question_paper_ballots",
                "app": "models",
                "unique_together": (("question", "person"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProxyLimit",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("matter", fields.CharField(unique=True, max_length=24)),
                ("most", fields.IntField()),
            ],
            options={"table": "proxy_limits", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Scan",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="scans",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "batch",
                    fields.ForeignKeyField(
                        "models.Batch",
                        source_field="batch_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="scans",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("sha256", fields.CharField(db_index=True, max_length=64)),
                ("added_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "question_scans", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Signer",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="signers",
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
                        related_name="signed_for",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("salt", fields.CharField(max_length=32)),
            ],
            options={
                "table": "question_signers",
                "app": "models",
                "unique_together": (("question", "person"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Visit",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("form_id", fields.CharField(unique=True, max_length=40)),
                (
                    "worker",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="worker_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="visits",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "place",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="visits",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "community",
                    fields.ForeignKeyField(
                        "models.Place",
                        source_field="community_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="community_visits",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharEnumField(enum_type=VisitKind, max_length=12)),
                ("starts_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("minutes", fields.IntField()),
                ("noted_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "visits",
                "app": "models",
                "indexes": [Index(fields=["community_id", "starts_at"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Voiding",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="voidings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reason", fields.CharField(max_length=400)),
                ("state", fields.CharEnumField(default=VoidingState.PROPOSED, enum_type=VoidingState, max_length=12)),
                (
                    "proposed_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="proposed_by_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="voidings_proposed",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("proposed_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("settled_by_id", fields.IntField(null=True)),
                ("settled_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("proposer_salt", fields.CharField(max_length=32)),
                ("settler_salt", fields.CharField(max_length=32)),
                ("again", fields.CharField(default="", max_length=64)),
            ],
            options={"table": "voidings", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        AddFilled(
            model_name="AgendaItem",
            name="question_kind",
            field=fields.CharField(default="", max_length=8),
        ),
        AddFilled(
            model_name="Item",
            name="is_measured",
            field=fields.BooleanField(default=False),
        ),
        AddFilled(
            model_name="Matter",
            name="asked_code",
            field=fields.CharField(default="", max_length=20),
        ),
        ops.AddIndex(
            model_name="MatterEvent",
            index=Index(fields=["kind", "at"]),
        ),
        AddFilled(
            model_name="Platform",
            name="duty_minutes",
            field=fields.IntField(default=0),
        ),
        AddFilled(
            model_name="Platform",
            name="is_duty_measured",
            field=fields.BooleanField(default=False),
        ),
        AddFilled(
            model_name="Question",
            name="box",
            field=fields.CharEnumField(default=BoxState.NONE, enum_type=BoxState, max_length=12),
        ),
        AddFilled(
            model_name="Question",
            name="box_note",
            field=fields.CharField(default="", max_length=16),
        ),
        AddFilled(
            model_name="Question",
            name="channels",
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
        ),
        AddFilled(
            model_name="Question",
            name="duds",
            field=fields.IntField(default=0),
        ),
        AddFilled(
            model_name="Question",
            name="kind",
            field=fields.CharEnumField(default=Kind.NAMED, enum_type=Kind, max_length=8),
        ),
        AddFilled(
            model_name="Question",
            name="void_reason",
            field=fields.CharField(default="", max_length=400),
        ),
        AddFilled(
            model_name="Question",
            name="voided_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="Resolution",
            name="text_en",
            field=fields.CharField(default="", max_length=800),
        ),
        AddFilled(
            model_name="RollEntry",
            name="box_hash",
            field=fields.CharField(default="", max_length=64),
        ),
        AddFilled(
            model_name="RollEntry",
            name="box_revision",
            field=fields.IntField(default=0),
        ),
        AddFilled(
            model_name="RollEntry",
            name="box_send",
            field=fields.CharField(default="", max_length=64),
        ),
        AddFilled(
            model_name="RollEntry",
            name="boxed_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="RollEntry",
            name="is_box_entered",
            field=fields.BooleanField(default=False),
        ),
        AddFilled(
            model_name="RollEntry",
            name="sealed",
            field=fields.BinaryField(null=True),
        ),
        AddFilled(
            model_name="RollEntry",
            name="withdrawn",
            field=fields.IntField(default=0),
        ),
    ]
