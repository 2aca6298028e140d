"""What happened to doubts about a result, told after commit on `meeting:<id>`. Never who asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChallengeMoved:
    """A doubt was raised, taken over or answered."""

    question_id: int
    public_id: str
