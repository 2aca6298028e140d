"""What happened to a question. Never the split: nothing here tells how anybody voted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuestionDrafted:
    """A question was put on the table of a meeting."""

    question_id: int
    public_id: str
    version: int


@dataclass(frozen=True, slots=True)
class QuestionOpened:
    """Roll, text, options and rule are frozen; people may vote."""

    question_id: int
    public_id: str
    version: int
    entitled: int


@dataclass(frozen=True, slots=True)
class BallotCast:
    """Ballots were stored. `cast` people have voted so far."""

    question_id: int
    public_id: str
    version: int
    cast: int


@dataclass(frozen=True, slots=True)
class OwnBallotStored:
    """Somebody's named ballot was sent by a form: their other devices look again. Never told of a secret one."""

    person_id: int


@dataclass(frozen=True, slots=True)
class QuestionClosed:
    """Voting is over for good; the result is counted and not yet shown."""

    question_id: int
    public_id: str
    version: int
    cast: int


@dataclass(frozen=True, slots=True)
class ResultPublished:
    """The result may be read by everybody who may read the meeting."""

    question_id: int
    public_id: str
    version: int


@dataclass(frozen=True, slots=True)
class QuestionVoided:
    """Two people have voided the question; nothing of it counts any more."""

    question_id: int
    public_id: str
    version: int
