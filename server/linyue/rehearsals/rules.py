"""Rehearsals: troubles to choose, rules that are watched, what an account says. Plain functions over values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MOST_KEPT = 5
"""Rehearsals somebody keeps at a time; they throw one away before the next."""


class Trouble(StrEnum):
    """What may go wrong in a rehearsal."""

    HECKLER = "heckler"
    TIE = "tie"
    NO_QUORUM = "no_quorum"
    DEAD_NETWORK = "dead_network"


class RehearsalState(StrEnum):
    """Where a rehearsal stands."""

    WAITING = "waiting"
    DONE = "done"
    BROKEN = "broken"
    """The process that plays it did not come to an end."""


class Watched(StrEnum):
    """The rules an account tells of, in the order in which they come up."""

    NOTICE = "notice"
    OFFICES = "offices"
    ROLL = "roll"
    OPENING = "opening"
    TOPICS_EACH = "topics_each"
    CONSENT = "consent"
    NOTES = "notes"
    TURNS = "turns"
    NEWCOMERS = "newcomers"
    RULING = "ruling"
    NO_LEAVING = "no_leaving"
    STRANGER_BALLOT = "stranger_ballot"
    ONE_BALLOT = "one_ballot"
    LATE_BALLOT = "late_ballot"
    TIE = "tie"
    VOTE_QUORUM = "vote_quorum"
    STOPPED = "stopped"


class Who(StrEnum):
    """The invented people of a rehearsal."""

    CHAIR = "chair"
    EVERYBODY = "everybody"
    HECKLER = "heckler"
    STRANGER = "stranger"
    LOST = "lost"


class Held(StrEnum):
    """How a rule fared: nobody touched it; somebody tried to break it and could not; it was broken."""

    KEPT = "kept"
    TRIED = "tried"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of an account. `by`: who kept it, or who tried to break it. `reason`: what the services answered."""

    rule: Watched
    held: Held
    by: Who
    reason: str = ""

    def to_data(self) -> dict[str, str]:
        """As it is stored and as the process prints it."""
        return {"rule": self.rule.value, "held": self.held.value, "by": self.by.value, "reason": self.reason}


def lines_from(data: Sequence[Mapping[str, Any]]) -> list[Line]:
    """The lines of a stored account. Raises ValueError for what no process of ours prints."""
    return [Line(Watched(one["rule"]), Held(one["held"]), Who(one["by"]), str(one["reason"])) for one in data]


class RehearsalRefusal(StrEnum):
    """Why there is no rehearsal now."""

    TOO_MANY = "rehearsals-refused-too-many"
    UNDER_WAY = "rehearsals-refused-under-way"


def refuse_rehearsal(kept: int, waiting: int) -> RehearsalRefusal | None:
    """One at a time, and a few kept."""
    if waiting:
        return RehearsalRefusal.UNDER_WAY
    return RehearsalRefusal.TOO_MANY if kept >= MOST_KEPT else None


def choices_of(troubles: Sequence[Trouble], voters: int) -> list[str]:
    """How the invented neighbours vote: half and half for a tie, two for a failed quorum, else two in three for it."""
    if Trouble.NO_QUORUM in troubles:
        return ["for"] * min(2, voters)
    if Trouble.TIE in troubles:
        half = voters // 2
        return ["for"] * half + ["against"] * half
    return ["against" if n % 3 == 2 else "for" for n in range(voters)]
