"""What social workers' decisions taught, as counts: nothing here names a person or holds a text."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class LearnedGram(Model):
    """A pair of characters, or a Latin word, and how many decided matters it stood in; the empty one counts all."""

    gram = fields.CharField(max_length=20, primary_key=True)
    n = fields.IntField(default=0)

    class Meta:
        table = "learned_grams"


class LearnedPair(Model):
    """How many matters with this pair went to this target, an item's code or a kind's key."""

    id = fields.IntField(primary_key=True)
    gram = fields.CharField(max_length=20)
    target = fields.CharField(max_length=20)
    n = fields.IntField(default=0)

    class Meta:
        table = "learned_pairs"
        unique_together = (("gram", "target"),)
        indexes = (("gram", "n"),)


class LearnedRecent(Model):
    """The newest matters with this pair, in a ring of slots that is written over."""

    id = fields.IntField(primary_key=True)
    gram = fields.CharField(max_length=20)
    slot = fields.IntField()
    matter_id = fields.IntField()

    class Meta:
        table = "learned_recent"
        unique_together = (("gram", "slot"),)


class LearnedDecision(Model):
    """To which target a matter is counted, so that a corrected decision moves and a repeated one counts once."""

    matter_id = fields.IntField(primary_key=True, generated=False)
    target = fields.CharField(max_length=20)

    class Meta:
        table = "learned_decisions"


class LearnedMark(Model):
    """How far the timeline has been learned from: the id of the last entry. One row."""

    id = fields.IntField(primary_key=True, generated=False)
    event_id = fields.IntField(default=0)

    class Meta:
        table = "learned_mark"


INDEXES: list[tuple[str, str]] = []
