"""What happened in the round, told after commit on `meeting:{id}`, each with the meeting's new version."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TopicsChanged:
    """A topic was posted, merged or hidden."""

    meeting_id: int
    version: int


@dataclass(frozen=True, slots=True)
class GroupsChanged:
    """A group formed or dissolved, or somebody moved; `person_ids` are those who moved."""

    meeting_id: int
    version: int
    person_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteSaved:
    """A group's note has a new version."""

    meeting_id: int
    version: int
    group_id: int


@dataclass(frozen=True, slots=True)
class PointsChanged:
    """A point was brought back, or hidden."""

    meeting_id: int
    version: int


@dataclass(frozen=True, slots=True)
class TallyShown:
    """One process has shown its phones how many have voted; the others follow at once, so that all keep one clock."""

    public_id: str
    version: int
    cast: int
