"""What happened to the minutes of a meeting, told after commit on `meeting:<id>`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MinutesChanged:
    """There is a new version."""

    meeting_id: int
    version: int


@dataclass(frozen=True, slots=True)
class MinutesPublished:
    """Everybody may read them; they no longer change."""

    meeting_id: int
    version: int
