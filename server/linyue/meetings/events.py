"""What happened to a meeting, told after commit on the topic `meeting:{id}`. Each has its new version."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeetingAnnounced:
    """The notice is out and the join code works."""

    meeting_id: int
    version: int


@dataclass(frozen=True, slots=True)
class MeetingStarted:
    """The first link has begun."""

    meeting_id: int
    version: int


@dataclass(frozen=True, slots=True)
class MeetingMoved:
    """The item, the clock, the offices or the screen changed."""

    meeting_id: int
    version: int


@dataclass(frozen=True, slots=True)
class MeetingEnded:
    """The meeting is over; its code no longer works."""

    meeting_id: int
    version: int


@dataclass(frozen=True, slots=True)
class PersonCheckedIn:
    """One more person of the roll is there."""

    meeting_id: int
    version: int
    person_id: int


@dataclass(frozen=True, slots=True)
class PeopleCheckedIn:
    """Several more people of the roll are there, by their ballots."""

    meeting_id: int
    version: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SpeakersChanged:
    """Somebody joined or left the queue or was called; `person_ids` are those whose own state changed."""

    meeting_id: int
    version: int
    person_ids: tuple[int, ...] = ()
