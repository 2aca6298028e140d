from tortoise import migrations
from tortoise.migrations import operations as ops
from linyue.base.db import UTCDatetimeField
from linyue.procedures.rules_by_election import NominationState
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0008_indexes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ActionLineChange",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "line",
                    fields.ForeignKeyField(
                        "models.ActionLine",
                        source_field="line_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="changes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "changed_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="changed_by_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="action_lines_changed",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("changed_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "owner_before",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="owner_before_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="action_lines_given_up",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "owner_after",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="owner_after_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="action_lines_taken_over",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("due_before", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("due_after", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(max_length=200)),
            ],
            options={"table": "action_line_changes", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Nomination",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "by_election",
                    fields.ForeignKeyField(
                        "models.ByElection",
                        source_field="by_election_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="nominations",
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
                        related_name="nominations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "nominated_by",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="nominated_by_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="nominations_made",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("words", fields.CharField(max_length=300)),
                (
                    "state",
                    fields.CharEnumField(default=NominationState.ASKED, enum_type=NominationState, max_length=10),
                ),
                ("nominated_at", UTCDatetimeField(auto_now=False, auto_now_add=False)),
                ("answered_at", UTCDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "by_election_nominations", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
    ]
