"""The resolution that follows a published result, and the lines of a meeting's action plan."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.people.model import Person
from linyue.resolutions.rules import ResolutionState


class Resolution(Model):
    """What was decided on a matter: text, one owner, one date."""

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    matter: fields.ForeignKeyRelation = fields.ForeignKeyField("models.Matter", related_name="resolutions")  # type: ignore[type-arg]
    matter_id: int
    question: fields.ForeignKeyRelation = fields.ForeignKeyField("models.Question", related_name="resolutions")  # type: ignore[type-arg]
    question_id: int
    text = fields.TextField()
    text_en = fields.CharField(max_length=800, default="")
    owner: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="resolutions")
    owner_id: int
    due_at = UTCDatetimeField()
    state = fields.CharEnumField(ResolutionState, max_length=12, default=ResolutionState.EXECUTING)
    version = fields.IntField(default=1)
    made_at = UTCDatetimeField()
    kept_at = UTCDatetimeField(null=True)
    kept_text = fields.TextField(default="")

    class Meta:
        table = "resolutions"
        unique_together = (("question",),)

    def text_in(self, lang: str) -> str:
        """What is promised in the reader's language, Chinese where there is no other."""
        return self.text_en if lang == "en" and self.text_en else self.text


class ActionLine(Model):
    """One line of a meeting's action plan: who does what by when, and how one can see that it is done.

    Where the vote behind it was about a matter, the line became a resolution of the same `public_id`, which then says
    how it stands; else the line itself does.
    """

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    meeting: fields.ForeignKeyRelation = fields.ForeignKeyField("models.Meeting", related_name="action_lines")  # type: ignore[type-arg]
    meeting_id: int
    question: fields.ForeignKeyNullableRelation = fields.ForeignKeyField(  # type: ignore[type-arg]
        "models.Question", related_name="action_lines", null=True
    )
    question_id: int | None
    text = fields.CharField(max_length=400)
    owner: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="action_lines")
    owner_id: int
    due_at = UTCDatetimeField()
    proof = fields.CharField(max_length=200)
    state = fields.CharEnumField(ResolutionState, max_length=12, default=ResolutionState.EXECUTING)
    version = fields.IntField(default=1)
    written_by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="action_lines_written"
    )
    written_by_id: int
    written_at = UTCDatetimeField()
    kept_at = UTCDatetimeField(null=True)
    kept_text = fields.TextField(default="")

    class Meta:
        table = "action_lines"


class ActionLineChange(Model):
    """Another owner or another day for a line of the plan, and why; none is ever changed."""

    id = fields.IntField(primary_key=True)
    line: fields.ForeignKeyRelation[ActionLine] = fields.ForeignKeyField("models.ActionLine", related_name="changes")
    line_id: int
    changed_by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="action_lines_changed"
    )
    changed_by_id: int
    changed_at = UTCDatetimeField()
    owner_before: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="action_lines_given_up"
    )
    owner_before_id: int
    owner_after: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="action_lines_taken_over"
    )
    owner_after_id: int
    due_before = UTCDatetimeField()
    due_after = UTCDatetimeField()
    reason = fields.CharField(max_length=200)

    class Meta:
        table = "action_line_changes"


INDEXES: list[tuple[str, str]] = []
