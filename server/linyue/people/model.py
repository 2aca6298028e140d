"""Accounts, sign-in codes, roles and enrolment. Phone numbers are sealed, found only by a keyed index."""

from __future__ import annotations

from enum import StrEnum

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
    lang = fields.CharField(max_length=8, default="zh-CN")
    privacy_version = fields.CharField(max_length=16, default="")
    privacy_at = UTCDatetimeField(null=True)
    totp_sealed = fields.TextField(default="")
    totp_confirmed_at = UTCDatetimeField(null=True)
    totp_step = fields.IntField(default=0)
    """The last time step whose code was taken; a code is never taken twice."""
    totp_tries = fields.IntField(default=0)
    totp_blocked_until = UTCDatetimeField(null=True)
    is_active = fields.BooleanField(default=True)
    is_sample = fields.BooleanField(default=False)
    demo_role = fields.CharField(max_length=24, default="")
    """Heading under which a sample account stands on the one-tap sign-in page; empty: not listed there."""
    created_at = UTCDatetimeField()
    erased_at = UTCDatetimeField(null=True)

    class Meta:
        table = "people"


class CodePurpose(StrEnum):
    """What a code proves."""

    SIGN_IN = "sign_in"
    OLD_PHONE = "old_phone"
    NEW_PHONE = "new_phone"


class CodeGate(Model):
    """One row; taking it puts those who ask for codes in a line, so that the caps hold exactly."""

    id = fields.IntField(primary_key=True, generated=False)
    taken = fields.IntField(default=0)

    class Meta:
        table = "code_gate"


class SignInCode(Model):
    """A code sent to a phone, bound to the browser that asked; only keyed hashes are kept, the number is sealed."""

    id = fields.IntField(primary_key=True)
    purpose = fields.CharEnumField(CodePurpose, max_length=12, default=CodePurpose.SIGN_IN)
    person_id = fields.IntField(null=True)
    """Whose phone is changed; empty for a sign-in."""
    phone_index = fields.CharField(max_length=64, db_index=True)
    phone_sealed = fields.TextField(default="")
    request_hash = fields.CharField(max_length=64, unique=True)
    code_hash = fields.CharField(max_length=64)
    sent_at = UTCDatetimeField(db_index=True)
    expires_at = UTCDatetimeField()
    tries = fields.IntField(default=0)
    used_at = UTCDatetimeField(null=True)
    spent_at = UTCDatetimeField(null=True)
    """When a proved code was turned into a session or a new number."""
    is_void = fields.BooleanField(default=False)
    is_known = fields.BooleanField(default=False)
    """The number is on some roll."""
    is_sent = fields.BooleanField(default=True)
    """False when the strangers' budget was spent: the answer was the same, but nothing left."""

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
    is_adult = fields.BooleanField(default=True)
    """Eighteen or older, as declared with this claim and checked with it; only adults are on a roll."""
    claimed_at = UTCDatetimeField()
    decided_at = UTCDatetimeField(null=True)
    decided_by_id: int | None = fields.IntField(null=True)
    how = fields.CharField(max_length=16, default="")
    """worker, code, desk or import."""
    reason = fields.CharField(max_length=200, default="")
    """Why it was refused, in the worker's words."""

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
    code_sealed = fields.TextField(default="")
    """To print the slip; blanked when the sheet is put away."""
    sheet = fields.CharField(max_length=24, default="", db_index=True)
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


INDEXES: list[tuple[str, str]] = [
    (
        "role_grants_live",
        "CREATE UNIQUE INDEX role_grants_live ON role_grants (person_id, role, place_id, COALESCE(centre_id, 0)) "
        "WHERE ends_at IS NULL",
    ),
    ("occupancies_claimed", "CREATE INDEX occupancies_claimed ON occupancies (unit_id) WHERE state = 'claimed'"),
]

__all__ = [
    "INDEXES",
    "CodeGate",
    "CodePurpose",
    "Occupancy",
    "Person",
    "RoleGrant",
    "Session",
    "SetupLink",
    "SignInCode",
    "UnitCode",
]
