"""Enrolment, codes and rolls: what may happen and what follows. No I/O."""

from enum import StrEnum


class Tenure(StrEnum):
    """How a person holds a unit."""

    OWNER = "owner"
    TENANT = "tenant"


class ClaimState(StrEnum):
    """Where the enrolment of a person in a unit stands."""

    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"
