"""What happened to a promise, told after commit on `matter:<id>`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResolutionMade:
    """A published result has an owner and a date."""

    resolution_id: int
    matter_id: int
    version: int


@dataclass(frozen=True, slots=True)
class ResolutionChanged:
    """Another owner, another date."""

    resolution_id: int
    matter_id: int
    version: int


@dataclass(frozen=True, slots=True)
class ResolutionKept:
    """What was promised is done."""

    resolution_id: int
    matter_id: int
    version: int
