"""Versions of the catalogue: drafts, dates of floating, who decides; matters keep the version they were sent under."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from linyue.base.db import UTCDatetimeField
from linyue.centres.rules_terms import LegalRoute, Level, Method, Scale
from linyue.centres.rules_versions import DraftState
from tortoise.fields.base import OnDelete
from tortoise import fields
from linyue.base.schema import AddFilled


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
    dependencies = [("models", "0006_indexes")]

    initial = False

    operations = [
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
            name="catalogue_id",
            field=fields.IntField(null=True),
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
        *(ops.RunSQL(sql, "SELECT 1") for sql in FILL),
    ]
