"""Tables of procedures: the procedure, its steps, papers and voices. No decisions."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from linyue.base.db import UTCDatetimeField
from linyue.meetings.rules_stages import ProcedurePlan, procedure_from
from linyue.procedures.rules import ProcedureState, StepState


class Procedure(Model):
    """One run of a template of several stages, under one number. `plan_data` is the template as it was at the start."""

    id = fields.IntField(primary_key=True)
    number = fields.CharField(max_length=16, unique=True)
    place: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Place", related_name="procedures", on_delete=fields.RESTRICT
    )
    place_id: int
    matter: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Matter", related_name="procedures", null=True, on_delete=fields.RESTRICT
    )
    matter_id: int | None
    """What it came from, if it came from a matter; each step then stands on the matter's timeline."""
    template = fields.CharField(max_length=60)
    plan_data: dict[str, Any] = fields.JSONField()
    title = fields.CharField(max_length=80)
    title_en = fields.CharField(max_length=160, default="")
    state = fields.CharEnumField(ProcedureState, max_length=12, default=ProcedureState.RUNNING)
    ended_reason = fields.CharField(max_length=400, default="")
    version = fields.IntField(default=0)
    is_sample = fields.BooleanField(default=False)
    begun_by: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="procedures_begun", on_delete=fields.RESTRICT
    )
    begun_by_id: int
    begun_at: datetime = UTCDatetimeField()
    ended_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "procedures"

    @property
    def plan(self) -> ProcedurePlan:
        """The template as values."""
        return procedure_from(self.plan_data)

    @property
    def alarm_at(self) -> datetime | None:
        """When the alarm of an urgent matter was raised; None for every other kind."""
        said = self.plan_data.get("alarm_at")
        return datetime.fromisoformat(str(said)) if said else None

    def title_in(self, lang: str) -> str:
        """The title in the reader's language, Chinese where there is no other."""
        return self.title_en if lang == "en" and self.title_en else self.title


class ProcedureStep(Model):
    """One stay in a stage. A sitting's meeting is called while the stay lasts."""

    id = fields.IntField(primary_key=True)
    procedure: fields.ForeignKeyRelation[Procedure] = fields.ForeignKeyField(
        "models.Procedure", related_name="steps", on_delete=fields.RESTRICT
    )
    procedure_id: int
    stage = fields.CharField(max_length=24)
    state = fields.CharEnumField(StepState, max_length=12, default=StepState.NOW)
    meeting: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Meeting", related_name="procedure_steps", null=True, on_delete=fields.RESTRICT
    )
    meeting_id: int | None
    began_at: datetime = UTCDatetimeField()
    due_at: datetime | None = UTCDatetimeField(null=True)
    ended_at: datetime | None = UTCDatetimeField(null=True)

    class Meta:
        table = "procedure_steps"

    @classmethod
    def of(cls, procedure_id: int) -> QuerySet["ProcedureStep"]:
        """Every stay, first to last."""
        return cls.filter(procedure_id=procedure_id).order_by("id")


class ProcedurePaper(Model):
    """One text of a paper; the newest is shown, older ones are kept."""

    id = fields.IntField(primary_key=True)
    step: fields.ForeignKeyRelation[ProcedureStep] = fields.ForeignKeyField(
        "models.ProcedureStep", related_name="papers", on_delete=fields.RESTRICT
    )
    step_id: int
    paper = fields.CharField(max_length=24)
    text = fields.TextField()
    author: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="procedure_papers", on_delete=fields.RESTRICT
    )
    author_id: int
    given_at: datetime = UTCDatetimeField()

    class Meta:
        table = "procedure_papers"


class ProcedureVoice(Model):
    """What a resident sent in while opinions were collected, or against what is disclosed."""

    id = fields.IntField(primary_key=True)
    step: fields.ForeignKeyRelation[ProcedureStep] = fields.ForeignKeyField(
        "models.ProcedureStep", related_name="voices", on_delete=fields.RESTRICT
    )
    step_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="procedure_voices", on_delete=fields.RESTRICT
    )
    person_id: int
    text = fields.CharField(max_length=600)
    sent_at: datetime = UTCDatetimeField()
    hidden_at: datetime | None = UTCDatetimeField(null=True)
    hidden_reason = fields.CharField(max_length=200, default="")

    class Meta:
        table = "procedure_voices"


INDEXES: list[tuple[str, str]] = [
    (
        "procedures_one_for_a_matter",
        "CREATE UNIQUE INDEX procedures_one_for_a_matter ON procedures (matter_id) "
        "WHERE matter_id IS NOT NULL AND state = 'running'",
    ),
    (
        "procedure_steps_one_now",
        "CREATE UNIQUE INDEX procedure_steps_one_now ON procedure_steps (procedure_id) WHERE state = 'now'",
    ),
    (
        "procedure_steps_meeting",
        "CREATE UNIQUE INDEX procedure_steps_meeting ON procedure_steps (meeting_id) WHERE meeting_id IS NOT NULL",
    ),
]
"""A matter is in one procedure at a time, which stands in one stage; a meeting is the sitting of one stay."""
