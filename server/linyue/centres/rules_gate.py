"""The gate for tasks pushed to a community from above: on the list, refused, or for a term with the means."""

from datetime import date, timedelta
from enum import StrEnum

from linyue.centres.rules import ItemEntry, Way, route_of
from linyue.centres.rules_terms import Level

TERM_DAYS_AT_MOST = 366
"""No task is admitted for longer; whoever still needs it asks again."""


class GateState(StrEnum):
    """Where a task stands; the value is the end of its translation key."""

    ASKED = "asked"
    ALLOWED = "allowed"
    REFUSED = "refused"
    ADMITTED = "admitted"
    ENDED = "ended"


RUNNING = frozenset({GateState.ALLOWED, GateState.ADMITTED})
"""States in which the community works on it."""


class Ground(StrEnum):
    """What a decision rests on; the value is the end of its translation key. Names and numbers, no legal advice."""

    LIST = "list"
    """The community's list of items in force."""
    COMMITTEE_LAW = "committee-law"
    """Residents' Committee Law (2025 revision) arts 42 to 44: delegated work needs a legal basis and is paid for."""
    STREET_LIST = "street-list"
    """Lists of what streets do (2024-25): what stands there is not passed on to communities."""
    CERTIFICATES = "certificates"
    """民发〔2020〕20号: certificates a community does not issue."""


class GateRefusal(StrEnum):
    """Why a request or a decision is not taken; the value is the translation key."""

    NOT_ON_LIST = "centres-gate-refused-not-on-list"
    NO_GROUND = "centres-gate-refused-no-ground"
    NO_REASON = "centres-gate-refused-no-reason"
    NO_TERM = "centres-gate-refused-no-term"
    TERM_PAST = "centres-gate-refused-term-past"
    TERM_LONG = "centres-gate-refused-term-long"
    NO_MEANS = "centres-gate-refused-no-means"
    DECIDED = "centres-gate-refused-decided"
    OWN_REQUEST = "centres-gate-refused-own-request"
    NOT_A_COMMUNITY = "centres-gate-refused-not-a-community"
    NO_ITEM = "centres-gate-refused-no-item"
    MAY_NOT_PUSH = "centres-gate-refused-may-not-push"


def is_listed(item: ItemEntry | None) -> bool:
    """Whether the community's list has it: an item its own desk handles, or the residents' own affair."""
    return item is not None and not item.is_retired and route_of(item) in (Way.OWN_DESK, Way.COUNCIL)


PUSHERS = (Level.DEPARTMENT, Level.STREET, Level.COMMUNITY)
"""Who can want something done by a community's desk: an office, the street, the community itself."""


def is_forbidden(item: ItemEntry | None, level: Level | None) -> bool:
    """Whether the list says that this level may not hand the item down; where no level was asked for, whether any."""
    if item is None:
        return False
    return bool(item.may_not_push) if level is None else level in item.may_not_push


def refuse_decision(
    to: GateState,
    *,
    listed: bool,
    ground: Ground | None,
    reason: str,
    ends_on: date | None,
    means: str,
    today: date,
    forbidden: bool = False,
) -> GateRefusal | None:
    """Why a task cannot be decided like this; None when it can.

    Allowed needs the list, and a level that may hand the item down by it (Residents' Committee Law, 2025 revision,
    arts 42 to 44: what a community helps with stands on the list, the rest is not passed on); refused needs an article
    and a reason; admitted needs a last day and who pays or helps.
    """
    if to is GateState.ALLOWED:
        if not listed:
            return GateRefusal.NOT_ON_LIST
        return GateRefusal.MAY_NOT_PUSH if forbidden else None
    if not reason.strip():
        return GateRefusal.NO_REASON
    if to is GateState.REFUSED:
        return GateRefusal.NO_GROUND if ground in (None, Ground.LIST) else None
    if ends_on is None:
        return GateRefusal.NO_TERM
    if ends_on < today:
        return GateRefusal.TERM_PAST
    if ends_on > today + timedelta(days=TERM_DAYS_AT_MOST):
        return GateRefusal.TERM_LONG
    return None if means.strip() else GateRefusal.NO_MEANS


def days_in(first: date, after: date, begins: date, ends_on: date | None) -> int:
    """How many days of [first, after) a task runs that begins on `begins` and ends with `ends_on` (None: open)."""
    low = max(first, begins)
    high = after if ends_on is None else min(after, ends_on + timedelta(days=1))
    return max(0, (high - low).days)
