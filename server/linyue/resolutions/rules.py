"""Resolutions: states and which step may follow which."""

from enum import StrEnum


class ResolutionState(StrEnum):
    """Where a promise stands."""

    EXECUTING = "executing"
    KEPT = "kept"
    DROPPED = "dropped"
