"""What a district lays down for its councils: size, terms, supports, quorum, who leads which kind. No tables, no clock.

The founding texts give seven standing members, each with one kind, and X for a year at most; the other numbers are this
project's own, and a district changes them in the browser. A year for X is the model's limit, which no district lifts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from linyue.councils.rules import MatterKind

LONGEST_X_DAYS = 365
"""A whole year; the day on which the invitation begins is not counted."""
MOST_SETTLE_DAYS = 30
"""Ningbo's rules on people's mediation, art 27: normally settled within a month. Less can be laid down, not more."""
LIMITS = {
    "seats": (3, 15),
    "term_years": (1, 5),
    "x_days": (30, LONGEST_X_DAYS),
    "supports": (1, 500),
    "collect_days": (7, 90),
    "answer_days": (1, 30),
    "call_days": (7, 90),
    "nominations": (1, 10),
    "take_days": (1, 10),
    "settle_days": (7, MOST_SETTLE_DAYS),
    "question_days": (1, 15),
    "open_disputes": (1, 10),
    "objection_days": (1, 15),
    "appraisal_days": (1, 15),
    "suggestion_days": (1, 15),
    "street_days": (1, 30),
    "ending_days": (7, 180),
}
"""Least and most of each number."""


class Share(StrEnum):
    """How many must be there: more than half, or two thirds and more."""

    HALF = "half"
    TWO_THIRDS = "two_thirds"


class DistrictRefusal(StrEnum):
    """Why a district cannot lay this down; the value is the translation key."""

    OUT_OF_RANGE = "councils-refused-out-of-range"
    KIND_WITHOUT_SEAT = "councils-refused-kind-without-seat"
    LEADS_INCOMPLETE = "councils-refused-leads-incomplete"
    LEADS_NEEDED = "councils-refused-leads-needed"
    SEATS_HELD = "councils-refused-seats-held"
    RULES_SAME = "councils-refused-rules-same"
    RULES_CHANGED = "councils-refused-rules-changed"


class CountRefusal(StrEnum):
    """Why the council cannot decide now; the value is the translation key."""

    TOO_FEW_SEATS = "councils-refused-too-few-seats"


@dataclass(frozen=True)
class DistrictRules:
    """The rules in force. `collect_days`, `call_days`, `settle_days` and `ending_days` are calendar days, the others
    working days. No law sets those for answers: five as for a call to the district's hotline, fifteen where the street
    has to ask others first.

    `call_days`: the longest open call; `nominations`: how many neighbours somebody may put forward in one by-election;
    `take_days`, `settle_days`: by when a dispute has a mediator, and is settled or said to have failed;
    `question_days`: by when a neighbour's question has its answer; `objection_days`, `appraisal_days` (one that finds
    something to mend), `suggestion_days` and `street_days` (a suggestion to the sub-district) likewise;
    `open_disputes`: how many one person may have running at a time; `ending_days`: how long before its end a term is
    said to end soon.

    `leads`: kind -> number of the seat that leads it; empty: each standing member leads the kind given with the seat.
    """

    seats: int = 7
    term_years: int = 5
    x_days: int = LONGEST_X_DAYS
    supports: int = 10
    collect_days: int = 30
    answer_days: int = 10
    call_days: int = 60
    nominations: int = 3
    take_days: int = 3
    settle_days: int = MOST_SETTLE_DAYS
    question_days: int = 5
    open_disputes: int = 3
    objection_days: int = 5
    appraisal_days: int = 5
    suggestion_days: int = 5
    street_days: int = 15
    ending_days: int = 60
    share: Share = Share.HALF
    leads: Mapping[MatterKind, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def longest_term(self) -> timedelta:
        """The longest term of a standing seat."""
        return timedelta(days=self.term_years * 366)

    @property
    def ends_soon(self) -> timedelta:
        """How long before its end a term is said to end soon."""
        return timedelta(days=self.ending_days)

    @property
    def longest_x(self) -> timedelta:
        """The longest time of an X member, with the day on which it begins."""
        return timedelta(days=self.x_days + 1)


DEFAULT = DistrictRules()


def refuse_rules(wanted: DistrictRules) -> tuple[DistrictRefusal, str] | None:
    """Why these rules cannot hold, and the field that is wrong; None when they can."""
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(wanted, name) <= most:
            return DistrictRefusal.OUT_OF_RANGE, name
    for kind, number in wanted.leads.items():
        if not 1 <= number <= wanted.seats:
            return DistrictRefusal.KIND_WITHOUT_SEAT, f"leads_{kind.value}"
    missing = [kind for kind in MatterKind if kind not in wanted.leads]
    if wanted.leads and missing:
        return DistrictRefusal.LEADS_INCOMPLETE, f"leads_{missing[0].value}"
    if not wanted.leads and wanted.seats != len(MatterKind):
        return DistrictRefusal.LEADS_NEEDED, f"leads_{next(iter(MatterKind)).value}"
    return None


def kinds_of_seat(number: int, written: MatterKind | None, rules: DistrictRules) -> tuple[MatterKind, ...]:
    """The kinds a seat leads: as the district assigns them, else the one that was given with the seat."""
    if rules.leads:
        return tuple(kind for kind in MatterKind if rules.leads[kind] == number)
    return (written,) if written is not None else ()


def needed_of(share: Share, entitled: int) -> int:
    """How many of `entitled` must be there. More than half is strictly more; two thirds include the number itself."""
    return entitled // 2 + 1 if share is Share.HALF else -(-2 * entitled // 3)


@dataclass(frozen=True)
class Count:
    """One quorum: of how many, how many came, how many are needed."""

    entitled: int
    present: int
    needed: int

    @property
    def is_there(self) -> bool:
        """Whether enough came; nobody entitled is never enough."""
        return self.entitled > 0 and self.present >= self.needed


def count_council(
    standing: Collection[int],
    xs: Collection[int],
    here: Collection[int],
    recused: Collection[int],
    rules: DistrictRules,
) -> tuple[Count, Count]:
    """The quorum over the standing seats and the quorum over all of 7+X, counted apart; ids of people.

    The base of the first is the number of seats, not of members: an empty seat lowers no quorum. Who is recused in
    the matter is in neither base, and does not count as present. The second base is the first with the X members.
    """
    out, there = set(recused), set(here)
    seven, enthusiasts = set(standing), set(xs) - set(standing)
    first = rules.seats - len(seven & out)
    came = len((seven & there) - out)
    second = first + len(enthusiasts - out)
    came_all = came + len((enthusiasts & there) - out)
    return (
        Count(first, came, needed_of(rules.share, first)),
        Count(second, came_all, needed_of(rules.share, second)),
    )


def refuse_decision(seven: Count | None, *, asks_quorum: bool) -> CountRefusal | None:
    """A council decides while enough of its standing members are there; X members make up for none of them.

    `seven`: None where it is not the council that votes. `asks_quorum`: False for what only leans, and for the first
    step of an emergency, which the next council ratifies: their templates ask for no quorum.
    """
    if seven is None or seven.is_there or not asks_quorum:
        return None
    return CountRefusal.TOO_FEW_SEATS
