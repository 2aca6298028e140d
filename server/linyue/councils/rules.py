"""What a 7+X council may look like, and which member a matter goes to. No tables, no clock.

The founding texts give seven standing members and X enthusiasts; they set no statute, so terms and the acting
order are this project's own rules. A council's word is advice: it holds no statutory power.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

STANDING_SEATS = 7
LONGEST_STANDING_TERM = timedelta(days=5 * 366)
LONGEST_X_TERM = timedelta(days=366)


class MatterKind(StrEnum):
    """The seven kinds of residential matters, in the order of the council's seats."""

    RELATIONS = "relations"
    ENVIRONMENT = "environment"
    FACILITIES = "facilities"
    PARKING = "parking"
    SAFETY = "safety"
    CULTURE = "culture"
    MONEY = "money"


class CouncilRefusal(StrEnum):
    """Why a seat cannot be given or ended; the value is the translation key."""

    NO_SUCH_SEAT = "councils-refused-no-such-seat"
    SEAT_TAKEN = "councils-refused-seat-taken"
    HAS_SEAT = "councils-refused-has-seat"
    KIND_TAKEN = "councils-refused-kind-taken"
    TERM_BACKWARDS = "councils-refused-term-backwards"
    TERM_TOO_LONG = "councils-refused-term-too-long"
    X_TERM_TOO_LONG = "councils-refused-x-term-too-long"
    IS_X_MEMBER = "councils-refused-is-x-member"
    IS_STANDING = "councils-refused-is-standing"
    TOPIC_MISSING = "councils-refused-topic-missing"
    ALREADY_ENDED = "councils-refused-already-ended"
    HAS_COUNCIL = "councils-refused-has-council"
    PLACE_TOO_WIDE = "councils-refused-place-too-wide"
    NOT_NOW = "councils-refused-not-now"


@dataclass(frozen=True)
class Tenure:
    """A standing seat held from `starts_at` until `ends_at` (aware UTC, end not included)."""

    number: int
    kind: MatterKind
    person_id: int
    starts_at: datetime
    ends_at: datetime

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        """True if any moment lies in both terms; a term may begin the moment the last one ends."""
        return self.starts_at < ends_at and starts_at < self.ends_at

    def holds_at(self, now: datetime) -> bool:
        """True if the seat is held at that moment."""
        return self.starts_at <= now < self.ends_at


@dataclass(frozen=True)
class XTenure:
    """An enthusiast invited for one topic."""

    person_id: int
    topic: str
    starts_at: datetime
    ends_at: datetime

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        """True if any moment lies in both terms."""
        return self.starts_at < ends_at and starts_at < self.ends_at


def refuse_seat(
    wanted: Tenure,
    standing: Iterable[Tenure],
    xs: Iterable[XTenure],
    *,
    seats: int = STANDING_SEATS,
    longest: timedelta = LONGEST_STANDING_TERM,
    is_assigned: bool = False,
) -> CouncilRefusal | None:
    """Why this person may not take this seat for this term, or None.

    One seat, one person; one person, one seat; one kind, one seat: at any moment. Where the district assigns the kinds
    to seats (`is_assigned`), the last does not apply. `seats` and `longest` are the district's too.
    """
    if not 1 <= wanted.number <= seats:
        return CouncilRefusal.NO_SUCH_SEAT
    if wanted.ends_at <= wanted.starts_at:
        return CouncilRefusal.TERM_BACKWARDS
    if wanted.ends_at - wanted.starts_at > longest:
        return CouncilRefusal.TERM_TOO_LONG
    for held in standing:
        if not held.overlaps(wanted.starts_at, wanted.ends_at):
            continue
        if held.number == wanted.number:
            return CouncilRefusal.SEAT_TAKEN
        if held.person_id == wanted.person_id:
            return CouncilRefusal.HAS_SEAT
        if held.kind == wanted.kind and not is_assigned:
            return CouncilRefusal.KIND_TAKEN
    if any(x.person_id == wanted.person_id and x.overlaps(wanted.starts_at, wanted.ends_at) for x in xs):
        return CouncilRefusal.IS_X_MEMBER
    return None


def refuse_x_member(
    wanted: XTenure, standing: Iterable[Tenure], *, longest: timedelta = LONGEST_X_TERM
) -> CouncilRefusal | None:
    """Why this person may not be invited as an enthusiast, or None. A year at most, one topic, no standing seat."""
    if not wanted.topic.strip():
        return CouncilRefusal.TOPIC_MISSING
    if wanted.ends_at <= wanted.starts_at:
        return CouncilRefusal.TERM_BACKWARDS
    if wanted.ends_at - wanted.starts_at > min(longest, LONGEST_X_TERM):
        return CouncilRefusal.X_TERM_TOO_LONG
    if any(s.person_id == wanted.person_id and s.overlaps(wanted.starts_at, wanted.ends_at) for s in standing):
        return CouncilRefusal.IS_STANDING
    return None


def refuse_end(starts_at: datetime, ends_at: datetime, end: datetime) -> CouncilRefusal | None:
    """Why a term may not be ended at that moment, or None. A term can be shortened, never lengthened or undone."""
    if end >= ends_at:
        return CouncilRefusal.ALREADY_ENDED
    if end < starts_at:
        return CouncilRefusal.TERM_BACKWARDS
    return None


class WhyMember(StrEnum):
    """Why a matter goes to this member; the value is the translation key of the reason."""

    LEADS_KIND = "councils-why-leads-kind"
    ACTS_FOR_VACANT = "councils-why-acts-for-vacant"
    ACTS_FOR_RECUSED = "councils-why-acts-for-recused"


@dataclass(frozen=True)
class MemberChoice:
    """The member a kind of matter goes to, and why."""

    person_id: int
    seat_number: int
    why: WhyMember
    kind: MatterKind


def choose_member(
    kind: MatterKind,
    standing: Sequence[Tenure],
    now: datetime,
    *,
    seats: int = STANDING_SEATS,
    leads: Mapping[MatterKind, int] | None = None,
    without: Collection[int] = (),
) -> MemberChoice | None:
    """The member who leads this kind now; if the seat is vacant, the next seat in order acts. None: no member at all.

    "Next in order" wraps round, so that vacancies are shared instead of always falling to seat 1. `leads`: the seat
    of each kind where the district assigns them. `without`: people who stepped back from the matter.
    """
    held = {one.number: one for one in standing if one.holds_at(now) and one.person_id not in without}
    number = (leads or {}).get(kind) or next(
        (one.number for one in standing if one.kind is kind and one.holds_at(now)), list(MatterKind).index(kind) + 1
    )
    for step in range(seats):
        at = (number - 1 + step) % seats + 1
        if at in held:
            why = WhyMember.ACTS_FOR_VACANT if step else WhyMember.LEADS_KIND
            if step and any(one.number == number and one.holds_at(now) for one in standing):
                why = WhyMember.ACTS_FOR_RECUSED
            return MemberChoice(held[at].person_id, at, why, kind)
    return None
