"""Accounts, sign-in codes, roles and enrolment. Phone numbers are sealed, found only by a keyed index."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.base.model import Session
from linyue.base.policy import Role
from linyue.people.rules import ClaimState, Tenure
from linyue.places.model import Place


class Person(Model):
    """One account. `display_name` is the chosen name that neighbours see; the legal name is sealed and optional."""

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    display_name = fields.CharField(max_length=40)
    name_sealed = fields.TextField(default="")
    phone_sealed = fields.TextField(default="")
    phone_index: str | None = fields.CharField(max_length=64, null=True, unique=True)  # type: ignore[assignment]
    phone_tail_hash = fields.CharField(max_length=64, default="")
    lang = fields.CharField(max_length=8, default="zh-CN")
    privacy_version = fields.CharField(max_length=16, default="")
    privacy_at = UTCDatetimeField(null=True)
    totp_sealed = fields.TextField(default="")
    totp_confirmed_at = UTCDatetimeField(null=True)
    is_active = fields.BooleanField(default=True)
    is_sample = fields.BooleanField(default=False)
    created_at = UTCDatetimeField()
    erased_at = UTCDatetimeField(null=True)

    class Meta:
        table = "people"


class SignInCode(Model):
    """A code sent to a phone, bound to the browser that asked; only keyed hashes are kept."""

    id = fields.IntField(primary_key=True)
    phone_index = fields.CharField(max_length=64, db_index=True)
    request_hash = fields.CharField(max_length=64, unique=True)
    code_hash = fields.CharField(max_length=64)
    sent_at = UTCDatetimeField(db_index=True)
    expires_at = UTCDatetimeField()
    tries = fields.IntField(default=0)
    used_at = UTCDatetimeField(null=True)
    is_void = fields.BooleanField(default=False)
    is_known = fields.BooleanField(default=False)

    class Meta:
        table = "sign_in_codes"


class RoleGrant(Model):
    """A role held for a place (and all inside it), or for one service centre."""

    id = fields.IntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="grants")
    person_id: int
    role = fields.CharEnumField(Role, max_length=24)
    place: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="grants")
    place_id: int
    centre_id: int | None = fields.IntField(null=True)
    starts_at = UTCDatetimeField()
    ends_at = UTCDatetimeField(null=True)
    granted_by_id: int | None = fields.IntField(null=True)

    class Meta:
        table = "role_grants"
        indexes = (("person_id",), ("place_id", "role"))


class Occupancy(Model):
    """A person's enrolment in a unit as owner or tenant."""

    id = fields.IntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="occupancies")
    person_id: int
    unit: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="occupancies")
    unit_id: int
    tenure = fields.CharEnumField(Tenure, max_length=8)
    state = fields.CharEnumField(ClaimState, max_length=12)
    claimed_at = UTCDatetimeField()
    decided_at = UTCDatetimeField(null=True)
    decided_by_id: int | None = fields.IntField(null=True)
    how = fields.CharField(max_length=16, default="")

    class Meta:
        table = "occupancies"
        unique_together = (("person", "unit", "tenure"),)


class UnitCode(Model):
    """A one-use enrolment code posted to a unit's letter box."""

    id = fields.IntField(primary_key=True)
    unit: fields.ForeignKeyRelation[Place] = fields.ForeignKeyField("models.Place", related_name="unit_codes")
    unit_id: int
    tenure = fields.CharEnumField(Tenure, max_length=8)
    code_hash = fields.CharField(max_length=64, unique=True)
    made_at = UTCDatetimeField()
    expires_at = UTCDatetimeField()
    used_at = UTCDatetimeField(null=True)
    used_by_id: int | None = fields.IntField(null=True)

    class Meta:
        table = "unit_codes"


class SetupLink(Model):
    """The one-use link with which a district's first administrator signs in."""

    id = fields.IntField(primary_key=True)
    token_hash = fields.CharField(max_length=64, unique=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="setup_links")
    person_id: int
    expires_at = UTCDatetimeField()
    used_at = UTCDatetimeField(null=True)

    class Meta:
        table = "setup_links"


INDEXES: list[tuple[str, str]] = []

__all__ = ["INDEXES", "Occupancy", "Person", "RoleGrant", "Session", "SetupLink", "SignInCode", "UnitCode"]
