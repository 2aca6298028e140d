"""Matters: states, ways and which step may follow which. Plain functions over values."""

from enum import StrEnum


class Way(StrEnum):
    """Where triage sends a matter: one of five."""

    COUNCIL = "council"
    CENTRE = "centre"
    OWN_DESK = "own_desk"
    REFERRAL = "referral"
    REFUSAL = "refusal"


class MatterState(StrEnum):
    """Where a matter stands."""

    REPORTED = "reported"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    """The handler has asked the reporter something; the clock is paused for that named reason."""
    ON_AGENDA = "on_agenda"
    IN_MEETING = "in_meeting"
    RESOLVED = "resolved"
    EXECUTING = "executing"
    COMPLETED = "completed"
    REFERRED = "referred"
    REFUSED = "refused"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Rating(StrEnum):
    """What a resident says of the outcome: 满意, 基本满意, 不满意."""

    SATISFIED = "satisfied"
    MOSTLY = "mostly"
    UNSATISFIED = "unsatisfied"
