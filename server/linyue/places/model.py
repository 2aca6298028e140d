"""The tree of places; a unit also has its area."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.places.rules import PlaceKind


class Place(Model):
    """One place. `path` lists the ids from the district down to this place, as /1/4/17/."""

    id = fields.IntField(primary_key=True)
    kind = fields.CharEnumField(PlaceKind, max_length=16)
    parent: fields.ForeignKeyNullableRelation[Place] = fields.ForeignKeyField(
        "models.Place", related_name="children", null=True
    )
    parent_id: int | None
    path = fields.CharField(max_length=120, db_index=True, default="")
    depth = fields.IntField(default=0)
    position = fields.IntField(default=0)
    code = fields.CharField(max_length=60, unique=True)
    name_zh = fields.CharField(max_length=80)
    name_en = fields.CharField(max_length=120, default="")
    area_dm2: int | None = fields.IntField(null=True)
    is_sold = fields.BooleanField(default=True)
    is_sample = fields.BooleanField(default=False)

    class Meta:
        table = "places"

    @classmethod
    async def inside(cls, path: str, kind: PlaceKind) -> list[Place]:
        """Every place of a kind that is `path` or lies in it, in reading order."""
        return await cls.filter(path__startswith=path, kind=kind).order_by("position", "id")

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the district down to this place itself."""
        return [int(part) for part in self.path.strip("/").split("/") if part]

    async def above(self, kind: PlaceKind) -> Place | None:
        """The place of this kind that holds this one (or is it)."""
        return await Place.filter(id__in=self.ancestor_ids, kind=kind).first()


class ImportDraft(Model):
    """A list someone uploaded and looks at before it is taken in; sealed, and gone after an hour."""

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    kind = fields.CharField(max_length=12)
    """places or rolls."""
    person_id = fields.IntField()
    body_sealed = fields.TextField()
    made_at = UTCDatetimeField()

    class Meta:
        table = "import_drafts"


INDEXES: list[tuple[str, str]] = []
