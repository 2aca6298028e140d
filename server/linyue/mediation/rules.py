"""Disputes between neighbours: steps, who may take them, consent, signatures, days. Plain functions over values.

People's Mediation Law: art 3 nobody is made to take part, and what concerns privacy is kept; art 17 nobody is mediated
who refuses; art 23 either side may refuse or stop; arts 28 and 29 the agreement in writing with signatures; art 31 it
binds; art 33 both may ask the court to confirm it within 30 days. Ningbo's rules on people's mediation, art 27:
normally settled within a month. Public Security Administration Punishments Law (2025) art 88: a penalty for noise
follows where dissuasion or mediation failed, so a dated record of it is kept.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from linyue.base.workdays import Calendar, Unit, due_after

TAKE_DAYS = 3
"""Working days in which a mediator is found, as for any matter that comes to the council."""
SETTLE_DAYS = 30
"""Calendar days from then on (Ningbo's rules on people's mediation, art 27)."""
CONFIRM_DAYS = 30
"""Calendar days in which both may ask the court to confirm the agreement (People's Mediation Law art 33)."""
TEXT_LIMIT, AGREEMENT_LIMIT, VENUE_LIMIT = 1000, 3000, 80
BACKDATED_AT_MOST = timedelta(days=365)
OPEN_EACH = 3
"""Disputes that one person may have running at a time."""


class DisputeKind(StrEnum):
    """What neighbours quarrel about."""

    NOISE = "noise"
    LEAK = "leak"
    CORRIDOR = "corridor"
    PETS = "pets"
    DRIP = "drip"
    SMOKE = "smoke"
    WALL = "wall"
    PARKING = "parking"
    OTHER = "other"


class DisputeState(StrEnum):
    """Where a dispute stands."""

    FILED = "filed"
    """Waits for a mediator."""
    CONSENT = "consent"
    """Waits for the consent of everybody."""
    READY = "ready"
    """Everybody has consented: they meet, and an agreement may be written."""
    SETTLED = "settled"
    FAILED = "failed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


FINAL = frozenset({DisputeState.SETTLED, DisputeState.FAILED, DisputeState.DECLINED, DisputeState.WITHDRAWN})


class Step(StrEnum):
    """What can happen; the value is the end of its translation key."""

    FILE = "filed"
    TAKE = "taken"
    NAME = "named"
    AGREE = "consented"
    DECLINE = "declined"
    CALL = "called"
    WRITE = "written"
    SIGN = "signed"
    SETTLE = "settled"
    DISSUADE = "dissuaded"
    FAIL = "failed"
    WITHDRAW = "withdrawn"
    LATE = "late"


class Doer(StrEnum):
    """What somebody is to a dispute."""

    OPENER = "opener"
    PARTY = "party"
    MEDIATOR = "mediator"
    DESK = "desk"
    """Social worker of the community, whose committee mediates (Residents' Committee Law art 10 (4))."""
    CANDIDATE = "candidate"
    """A member of the council there, who may take it on and sees nothing of it before."""


class MediationRefusal(StrEnum):
    """Why something is not done; the value is the translation key."""

    NOT_NOW = "mediation-refused-not-now"
    NOT_YOURS = "mediation-refused-not-yours"
    NO_TEXT = "mediation-refused-no-text"
    TEXT_LONG = "mediation-refused-text-long"
    NO_HOME = "mediation-refused-no-home"
    NO_OTHER = "mediation-refused-no-other"
    TOO_MANY = "mediation-refused-too-many"
    TOO_FAST = "mediation-refused-too-fast"
    IS_PARTY = "mediation-refused-is-party"
    SAME_HOME = "mediation-refused-same-home"
    NO_PERSON = "mediation-refused-no-person"
    NAMED_ALREADY = "mediation-refused-named-already"
    NO_CONSENT = "mediation-refused-no-consent"
    IN_THE_PAST = "mediation-refused-in-the-past"
    NO_VENUE = "mediation-refused-no-venue"
    NOT_MET = "mediation-refused-not-met"
    OLD_VERSION = "mediation-refused-old-version"
    SIGNED_ALREADY = "mediation-refused-signed-already"
    SAID_ALREADY = "mediation-refused-said-already"
    DAY_WRONG = "mediation-refused-day-wrong"
    CHANGED_MEANWHILE = "mediation-refused-changed-meanwhile"


S, D = DisputeState, Doer
_RUNNING = (S.CONSENT, S.READY)
_TABLE: dict[Step, tuple[tuple[DisputeState, ...], frozenset[Doer]]] = {
    Step.TAKE: ((S.FILED,), frozenset({D.CANDIDATE, D.DESK})),
    Step.NAME: ((S.CONSENT,), frozenset({D.MEDIATOR})),
    Step.AGREE: ((S.CONSENT,), frozenset({D.PARTY})),
    Step.DECLINE: (_RUNNING, frozenset({D.PARTY})),
    Step.CALL: ((S.READY,), frozenset({D.MEDIATOR})),
    Step.WRITE: ((S.READY,), frozenset({D.MEDIATOR})),
    Step.SIGN: ((S.READY,), frozenset({D.PARTY})),
    Step.DISSUADE: ((*_RUNNING, S.FAILED, S.DECLINED, S.SETTLED), frozenset({D.MEDIATOR, D.DESK})),
    Step.FAIL: (_RUNNING, frozenset({D.MEDIATOR})),
    Step.WITHDRAW: ((S.FILED, *_RUNNING), frozenset({D.OPENER})),
}
"""Each step of a person: from which states, by whom. What is not here is refused."""


def refuse_step(state: DisputeState, step: Step, doers: Collection[Doer]) -> MediationRefusal | None:
    """Why somebody who is `doers` to the dispute cannot take this step now; None when they can."""
    froms, who = _TABLE[step]
    if not who & frozenset(doers):
        return MediationRefusal.NOT_YOURS
    return None if state in froms else MediationRefusal.NOT_NOW


def steps_open(state: DisputeState, doers: Collection[Doer]) -> frozenset[Step]:
    """Every step these doers could take now, before what each asks for besides."""
    return frozenset(step for step in _TABLE if refuse_step(state, step, doers) is None)


class Side(StrEnum):
    """The two sides of a dispute."""

    OPENER = "opener"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """What the rules need to know of a party: None = has not said yet."""

    side: Side
    has_consented: bool | None
    signed_version: int = 0


def all_consent(parties: Sequence[PartyFacts]) -> bool:
    """Both sides are there and every one of them has consented (People's Mediation Law arts 3, 17)."""
    return {party.side for party in parties} == set(Side) and all(party.has_consented is True for party in parties)


def state_after_consent(parties: Sequence[PartyFacts]) -> DisputeState:
    """Where the last word about consent leads; one refusal ends the mediation (art 23)."""
    if any(party.has_consented is False for party in parties):
        return DisputeState.DECLINED
    return DisputeState.READY if all_consent(parties) else DisputeState.CONSENT


def refuse_meeting(
    parties: Sequence[PartyFacts], starts_at: datetime, venue: str, now: datetime
) -> tuple[MediationRefusal, str] | None:
    """No meeting before the consent of both sides; a meeting lies ahead and has a place."""
    if not all_consent(parties):
        return MediationRefusal.NO_CONSENT, ""
    if starts_at <= now:
        return MediationRefusal.IN_THE_PAST, "day"
    return None if venue.strip() and len(venue) <= VENUE_LIMIT else (MediationRefusal.NO_VENUE, "venue")


def refuse_agreement(
    parties: Sequence[PartyFacts], meets_at: datetime | None, text: str, now: datetime
) -> tuple[MediationRefusal, str] | None:
    """No agreement without the consent of both sides, nor before they have met."""
    if not all_consent(parties):
        return MediationRefusal.NO_CONSENT, ""
    if meets_at is None or meets_at > now:
        return MediationRefusal.NOT_MET, ""
    if not text.strip():
        return MediationRefusal.NO_TEXT, "text"
    return (MediationRefusal.TEXT_LONG, "text") if len(text) > AGREEMENT_LIMIT else None


def refuse_signature(party: PartyFacts, version: int, newest: int) -> MediationRefusal | None:
    """What is signed is the newest text and no other; once."""
    if newest == 0 or version != newest:
        return MediationRefusal.OLD_VERSION
    return MediationRefusal.SIGNED_ALREADY if party.signed_version == newest else None


def is_settled(parties: Sequence[PartyFacts], newest: int) -> bool:
    """Every party of both sides, all consenting, has signed the newest text."""
    return newest > 0 and all_consent(parties) and all(party.signed_version == newest for party in parties)


def refuse_text(text: str, limit: int = TEXT_LIMIT) -> tuple[MediationRefusal, str] | None:
    """Something has to be written, and not too much."""
    if not text.strip():
        return MediationRefusal.NO_TEXT, "text"
    return (MediationRefusal.TEXT_LONG, "text") if len(text) > limit else None


def refuse_day(day: date, today: date) -> MediationRefusal | None:
    """A record of dissuasion bears the day on which it happened: not after today, and within a year."""
    return None if today - BACKDATED_AT_MOST <= day <= today else MediationRefusal.DAY_WRONG


def take_due(now: datetime, calendar: Calendar) -> datetime:
    """By when a mediator is found."""
    return due_after(now, TAKE_DAYS, Unit.WORKING, calendar)


def settle_due(now: datetime, calendar: Calendar) -> datetime:
    """By when it is settled or said to have failed."""
    return due_after(now, SETTLE_DAYS, Unit.CALENDAR, calendar)


def confirm_until(settled_at: datetime, calendar: Calendar) -> datetime:
    """The last moment at which both may ask the court to confirm the agreement."""
    return due_after(settled_at, CONFIRM_DAYS, Unit.CALENDAR, calendar)
