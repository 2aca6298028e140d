from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from linyue.base.db import UTCDatetimeField
from linyue.councils.rules import MatterKind
from linyue.councils.rules_district import Share
from linyue.councils.rules_x import ApplicationState, Way
from linyue.matters.rules_recusal import RecusalReason
from linyue.matters.rules_topics import TopicState
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from linyue.base.schema import AddFilled


class Migration(migrations.Migration):
    dependencies = [("models", "0011_matters_of_late")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ByElection",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "procedure",
                    fields.OneToOneField(
                        "models.Procedure",
                        source_field="procedure_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="by_election",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "council",
                    fields.ForeignKeyField(
                        "models.Council",
                        source_field="council_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="by_elections",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                ("kind", fields.CharEnumField(enum_type=MatterKind, max_length=16)),
                ("seat_id", fields.IntField(null=True)),
            ],
            options={"table": "by_elections", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Candidate",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "by_election",
                    fields.ForeignKeyField(
                        "models.ByElection",
                        source_field="by_election_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="candidates",
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
                        related_name="candidacies",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("words", fields.CharField(max_length=300)),
                ("stood_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("withdrawn_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "by_election_candidates", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CouncilRules",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("seats", fields.IntField()),
                ("term_years", fields.IntField()),
                ("x_days", fields.IntField()),
                ("supports", fields.IntField()),
                ("collect_days", fields.IntField()),
                ("answer_days", fields.IntField()),
                ("share", fields.CharEnumField(enum_type=Share, max_length=12)),
                (
                    "leads",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("note", fields.CharField(default="", max_length=200)),
                ("follows_id", fields.IntField(unique=True)),
                (
                    "changed_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="changed_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="council_rules",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("changed_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "council_rules", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MatterRecusal",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "matter",
                    fields.ForeignKeyField(
                        "models.Matter",
                        source_field="matter_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="recusals",
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
                        related_name="recusals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("reason", fields.CharEnumField(enum_type=RecusalReason, max_length=12)),
                ("at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "matter_recusals",
                "app": "models",
                "unique_together": (("matter", "person"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TopicProposal",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("public_id", fields.CharField(unique=True, max_length=24)),
                ("form_id", fields.CharField(unique=True, max_length=40)),
                (
                    "council",
                    fields.ForeignKeyField(
                        "models.Council",
                        source_field="council_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="proposals",
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
                        related_name="proposals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=60)),
                ("text", fields.CharField(max_length=600)),
                ("kind", fields.CharEnumField(enum_type=MatterKind, max_length=16)),
                ("needed", fields.IntField()),
                ("state", fields.CharEnumField(default=TopicState.OPEN, enum_type=TopicState, max_length=10)),
                ("version", fields.IntField(default=0)),
                ("sent_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("closes_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("answer_due_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("late_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answer", fields.CharField(default="", max_length=600)),
                (
                    "answered_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="answered_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="answered_proposals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("ended_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "matter",
                    fields.ForeignKeyField(
                        "models.Matter",
                        source_field="matter_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="proposals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("hidden_reason", fields.CharField(default="", max_length=200)),
                ("is_sample", fields.BooleanField(default=False)),
            ],
            options={
                "table": "topic_proposals",
                "app": "models",
                "indexes": [Index(fields=["council_id", "state"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TopicSupport",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "proposal",
                    fields.ForeignKeyField(
                        "models.TopicProposal",
                        source_field="proposal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="supports",
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
                        related_name="topic_supports",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "topic_supports",
                "app": "models",
                "unique_together": (("proposal", "person"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="XCall",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "council",
                    fields.ForeignKeyField(
                        "models.Council",
                        source_field="council_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="x_calls",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("topic", fields.CharField(max_length=120)),
                ("text", fields.CharField(max_length=300)),
                ("wanted", fields.IntField(default=1)),
                (
                    "opened_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="opened_by_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="x_calls",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("opened_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("closes_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "x_calls", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="XApplication",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "council",
                    fields.ForeignKeyField(
                        "models.Council",
                        source_field="council_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="x_applications",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "call",
                    fields.ForeignKeyField(
                        "models.XCall",
                        source_field="call_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="applications",
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
                        related_name="x_applications",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("way", fields.CharEnumField(enum_type=Way, max_length=12)),
                ("topic", fields.CharField(max_length=120)),
                ("words", fields.CharField(max_length=300)),
                (
                    "state",
                    fields.CharEnumField(default=ApplicationState.WAITING, enum_type=ApplicationState, max_length=10),
                ),
                ("answer", fields.CharField(default="", max_length=300)),
                (
                    "decided_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="decided_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="x_decisions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "member",
                    fields.ForeignKeyField(
                        "models.XMember",
                        source_field="member_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="applications",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("sent_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "x_applications", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        AddFilled(
            model_name="Seat",
            name="closed_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="XMember",
            name="closed_at",
            field=UTCDatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddFilled(
            model_name="XMember",
            name="way",
            field=fields.CharEnumField(default=Way.CALL, enum_type=Way, max_length=12),
        ),
    ]
