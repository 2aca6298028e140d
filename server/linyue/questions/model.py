"""Tables of questions, frozen rolls, ballots and chains, with their named queries. No decisions.

Ballots and BALLOT entries are written by the ballot writer (writer_sqlite, writer_postgres) with plain SQL on
these same tables; everything else goes through the service.
"""

import json
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from linyue.base.db import UTCDatetimeField
from linyue.people.rules_bodies import Body
from linyue.questions.rules import QuestionState, RuleSpec
from linyue.questions.rules_secret import BoxState, Kind
from linyue.questions.rules_ways import CHOICE_LIMIT


class Question(Model):
    """One matter put to a vote. `version` rises with every change; `chain_seq`: number of the next entry.

    Only secret votes have a box; `duds` and `box_note` tell what came of it once it is no longer sealed, `wiped_at`
    since when no file holds its sealed ballots any more.
    """

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=32, unique=True)
    meeting: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Meeting", related_name="questions", on_delete=fields.RESTRICT
    )
    meeting_id: int
    matter: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Matter", related_name="questions", null=True, on_delete=fields.RESTRICT
    )
    matter_id: int | None
    body = fields.CharEnumField(Body, max_length=16, default=Body.RESIDENTS)
    roll_place: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Place", related_name="question_rolls", null=True, on_delete=fields.RESTRICT
    )
    roll_place_id: int | None
    """For whom the roll is drawn, and where; null: at the meeting's own place."""
    text_zh = fields.CharField(max_length=200)
    text_en = fields.CharField(max_length=200, default="")
    options: list[dict[str, Any]] = fields.JSONField(default=list)
    """Each with its `key`; options people choose among also have `zh`, `en` and, for money, `cost` in fen."""
    rule: dict[str, Any] = fields.JSONField(default=dict)
    channels: list[str] | None = fields.JSONField(null=True)
    """Ways of voting that are offered; null: all that the rule allows."""
    kind = fields.CharEnumField(Kind, max_length=8, default=Kind.NAMED)
    box = fields.CharEnumField(BoxState, max_length=12, default=BoxState.NONE)
    box_note = fields.CharField(max_length=16, default="")
    duds = fields.IntField(default=0)
    wiped_at: datetime | None = UTCDatetimeField(null=True)
    state = fields.CharEnumField(QuestionState, max_length=16, default=QuestionState.DRAFT)
    version = fields.IntField(default=0)
    manifest = fields.TextField(default="")
    manifest_hash = fields.CharField(max_length=64, default="")
    chain_head = fields.CharField(max_length=64, default="")
    chain_seq = fields.IntField(default=0)
    roll_count = fields.IntField(default=0)
    ballots_cast = fields.IntField(default=0)
    created_at: datetime = UTCDatetimeField()
    opened_at: datetime | None = UTCDatetimeField(null=True)
    closes_at: datetime | None = UTCDatetimeField(null=True)
    closed_at: datetime | None = UTCDatetimeField(null=True)
    published_at: datetime | None = UTCDatetimeField(null=True)
    result: dict[str, Any] | None = fields.JSONField(null=True)
    voided_at: datetime | None = UTCDatetimeField(null=True)
    void_reason = fields.CharField(max_length=400, default="")

    class Meta:
        table = "questions"

    @property
    def rule_spec(self) -> RuleSpec:
        """The rule as values the rules understand."""
        return RuleSpec.from_data(self.rule)

    @property
    def manifest_data(self) -> dict[str, Any]:
        """What was frozen at opening, as values; empty before."""
        return dict(json.loads(self.manifest)) if self.manifest else {}

    def text_in(self, lang: str) -> str:
        """The question in the reader's language, Chinese where there is no other."""
        return self.text_en if lang == "en" and self.text_en else self.text_zh

    @classmethod
    def of_meeting(cls, meeting_id: int) -> QuerySet["Question"]:
        """Every question of a meeting, in the order they were drafted."""
        return cls.filter(meeting_id=meeting_id).order_by("id")


class RollEntry(Model):
    """One person of a question's frozen roll. `channel` is set by the first ballot; `salt` can be erased.

    In a secret vote the sealed ballot is a SealedBallot until the box is opened. `box_hash` stays and says nothing of
    the choice; `is_box_entered`: the chain has it in a batch.
    """

    id = fields.IntField(primary_key=True)
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="roll", on_delete=fields.RESTRICT
    )
    question_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="roll_entries", on_delete=fields.RESTRICT
    )
    person_id: int
    label = fields.CharField(max_length=80)
    area = fields.BigIntField(default=0)
    """Of the units this person votes for, in 0.01 m²; only in an owners' vote."""
    heads = fields.IntField(default=1)
    channel: str | None = fields.CharField(max_length=16, null=True)  # type: ignore[assignment]
    salt = fields.CharField(max_length=32)
    withdrawn = fields.IntField(default=0)
    """The highest revision that was taken back at the desk; the next ballot is a higher one."""
    box_hash = fields.CharField(max_length=64, default="")
    box_send = fields.CharField(max_length=64, default="")
    box_revision = fields.IntField(default=0)
    boxed_at: datetime | None = UTCDatetimeField(null=True)
    is_box_entered = fields.BooleanField(default=False)

    class Meta:
        table = "question_rolls"
        unique_together = (("question", "person"),)


class SealedBallot(Model):
    """What lies in the box of a secret vote until it is opened: the newest sealed ballot of one row of the roll.

    In a table of its own, which holds the open boxes and nothing else: writing it anew, so that no byte of an opened
    box stays in its file, takes a moment and keeps only those waiting who cast a sealed ballot just then.
    """

    id = fields.BigIntField(primary_key=True)
    entry: fields.OneToOneRelation[RollEntry] = fields.OneToOneField(
        "models.RollEntry", related_name="sealed_ballot", on_delete=fields.RESTRICT
    )
    entry_id: int
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="sealed_ballots", on_delete=fields.RESTRICT
    )
    question_id: int
    sealed = fields.BinaryField()

    class Meta:
        table = "sealed_ballots"


class Ballot(Model):
    """One revision of a person's choice. `superseded_by`: the revision that replaced it; null: it counts."""

    id = fields.BigIntField(primary_key=True)
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="ballots", on_delete=fields.RESTRICT
    )
    question_id: int
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="ballots", on_delete=fields.RESTRICT
    )
    person_id: int
    choice = fields.CharField(max_length=CHOICE_LIMIT)
    revision = fields.IntField()
    superseded_by: int | None = fields.IntField(null=True)
    client_id = fields.CharField(max_length=64)
    hash = fields.CharField(max_length=64)
    receipt_code = fields.CharField(max_length=8)
    cast_at: datetime = UTCDatetimeField()
    via = fields.CharField(max_length=8)

    class Meta:
        table = "ballots"
        unique_together = (
            ("question", "client_id"),
            ("question", "person", "revision"),
            ("question", "receipt_code"),
        )

    @classmethod
    def current(cls, question_id: int) -> QuerySet["Ballot"]:
        """The ballots that count: the newest revision of each person."""
        return cls.filter(question_id=question_id, superseded_by__isnull=True)


class ChainEntry(Model):
    """One entry of a question's record, exactly as hashed. Never updated, never deleted."""

    id = fields.BigIntField(primary_key=True)
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="chain", on_delete=fields.RESTRICT
    )
    question_id: int
    seq = fields.IntField()
    kind = fields.CharField(max_length=16)
    body = fields.TextField()
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "question_chain"
        unique_together = (("question", "seq"),)


class OpenedBallot(Model):
    """One ballot out of the opened box: the voter's own code and the choice; no person, no time, stored by code."""

    id = fields.BigIntField(primary_key=True)
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField(
        "models.Question", related_name="opened_ballots", on_delete=fields.RESTRICT
    )
    question_id: int
    code = fields.CharField(max_length=8)
    choice = fields.CharField(max_length=CHOICE_LIMIT)

    class Meta:
        table = "opened_ballots"

    @classmethod
    def of(cls, question_id: int) -> QuerySet["OpenedBallot"]:
        """A question's opened ballots, by code."""
        return cls.filter(question_id=question_id).order_by("code", "choice")


INDEXES: list[tuple[str, str]] = [
    (
        "ballots_one_current",
        "CREATE UNIQUE INDEX ballots_one_current ON ballots (question_id, person_id) WHERE superseded_by IS NULL",
    ),
    (
        "question_chain_steps_once",
        "CREATE UNIQUE INDEX question_chain_steps_once ON question_chain (question_id, kind)"
        " WHERE kind NOT IN ('BALLOT', 'WITHDRAWN', 'SEALED', 'BATCH')",
    ),
    (
        "question_rolls_boxes_to_enter",
        "CREATE INDEX question_rolls_boxes_to_enter ON question_rolls (question_id)"
        " WHERE box_hash <> '' AND NOT is_box_entered",
    ),
    (
        "questions_one_open",
        "CREATE UNIQUE INDEX questions_one_open ON questions (meeting_id) WHERE state = 'open'",
    ),
]
"""At most one counted ballot a person; one OPEN, CLOSE and RESULT a question; one open question a meeting."""
