"""Disputes between neighbours: steps, who may take them, consent, signatures, days. Plain functions over values.

People's Mediation Law: art 3 nobody is made to take part, and what concerns privacy is kept; art 17 nobody is mediated
who refuses; art 23 either side may refuse or stop; arts 28 and 29 the agreement in writing with signatures; art 31 it
binds; art 33 both may ask the court to confirm it within 30 days. Ningbo's rules on people's mediation, art 27:
normally settled within a month. Public Security Administration Punishments Law (2025) art 88: a penalty for noise
follows where dissuasion or mediation failed by a grass-roots organisation, the owners' committee or the property firm,
so a dated record of it is kept, whoever of them it was. That both sides are heard before they meet is the project's own
rule, and so is that neighbours without an account take part on paper.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from linyue.base.workdays import Calendar, Unit, due_after

CONFIRM_DAYS = 30
"""Calendar days in which both may ask the court to confirm the agreement (People's Mediation Law art 33)."""
TEXT_LIMIT, AGREEMENT_LIMIT, VENUE_LIMIT, NAME_LIMIT = 1000, 3000, 80, 80
BACKDATED_AT_MOST = timedelta(days=365)
DISSUADE_EACH = 10
"""Records of dissuasion that one person may add to one dispute: its parties hear of each."""


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
    NAME_ON_PAPER = "named_on_paper"
    """A neighbour without an account takes part."""
    ENTER_CONSENT = "entered_consent"
    """What they said or signed is entered for them; a refusal as well."""
    HEAR = "heard"
    """A side says how it sees the matter."""
    AGREE = "consented"
    DECLINE = "declined"
    CALL = "called"
    WRITE = "written"
    SIGN = "signed"
    ENTER_SIGNATURE = "signed_on_paper"
    FORGET_ON_PAPER = "name_removed"
    """The name of a neighbour without an account is taken out, at their own request."""
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
    DISSUADER = "dissuader"
    """Grid worker, property firm or owners' committee there: writes down a dissuasion and sees nothing of the rest."""


class Capacity(StrEnum):
    """As what somebody dissuaded: it stands with the record, since evidence says whose it is."""

    MEDIATOR = "mediator"
    WORKER = "worker"
    GRID = "grid"
    PROPERTY = "property"
    OWNERS = "owners"
    COUNCIL = "council"


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
    NOT_HEARD = "mediation-refused-not-heard"
    NOT_YOUR_SIDE = "mediation-refused-not-your-side"
    SIDE_SILENT = "mediation-refused-side-silent"
    NO_NAME = "mediation-refused-no-name"
    LIVES_WITH_PARTY = "mediation-refused-lives-with-party"
    IN_THE_PAST = "mediation-refused-in-the-past"
    NO_VENUE = "mediation-refused-no-venue"
    NOT_MET = "mediation-refused-not-met"
    OLD_VERSION = "mediation-refused-old-version"
    SIGNED_ALREADY = "mediation-refused-signed-already"
    SAID_ALREADY = "mediation-refused-said-already"
    FORGOTTEN_ALREADY = "mediation-refused-forgotten-already"
    DAY_WRONG = "mediation-refused-day-wrong"
    DISSUADED_OFTEN = "mediation-refused-dissuaded-often"
    CHANGED_MEANWHILE = "mediation-refused-changed-meanwhile"


@dataclass(frozen=True, slots=True)
class StepRight:
    """One row: from which states a step is taken, and by whom."""

    states: tuple[DisputeState, ...]
    doers: tuple[Doer, ...]


S, D = DisputeState, Doer
_RUNNING = (S.CONSENT, S.READY)
_PAPER = (D.MEDIATOR, D.DESK)
RIGHTS: Mapping[Step, StepRight] = {
    Step.TAKE: StepRight((S.FILED,), (D.CANDIDATE, D.DESK)),
    Step.NAME: StepRight((S.CONSENT,), (D.MEDIATOR,)),
    Step.NAME_ON_PAPER: StepRight((S.CONSENT,), (D.MEDIATOR,)),
    Step.AGREE: StepRight((S.CONSENT,), (D.PARTY,)),
    Step.ENTER_CONSENT: StepRight(_RUNNING, _PAPER),
    Step.DECLINE: StepRight(_RUNNING, (D.PARTY,)),
    Step.HEAR: StepRight(_RUNNING, (D.PARTY, D.MEDIATOR)),
    Step.CALL: StepRight((S.READY,), (D.MEDIATOR,)),
    Step.WRITE: StepRight((S.READY,), (D.MEDIATOR,)),
    Step.SIGN: StepRight((S.READY,), (D.PARTY,)),
    Step.ENTER_SIGNATURE: StepRight((S.READY,), _PAPER),
    Step.FORGET_ON_PAPER: StepRight((S.SETTLED, S.FAILED, S.DECLINED, S.WITHDRAWN), (D.DESK,)),
    Step.DISSUADE: StepRight(
        (S.FILED, *_RUNNING, S.SETTLED, S.FAILED, S.DECLINED), (D.MEDIATOR, D.DESK, D.CANDIDATE, D.DISSUADER)
    ),
    Step.FAIL: StepRight(_RUNNING, (D.MEDIATOR,)),
    Step.WITHDRAW: StepRight((S.FILED, *_RUNNING), (D.OPENER,)),
}
"""Each step of a person: from which states, by whom. What is not here is refused. """


def refuse_step(state: DisputeState, step: Step, doers: Collection[Doer]) -> MediationRefusal | None:
    """Why somebody who is `doers` to the dispute cannot take this step now; None when they can."""
    right = RIGHTS[step]
    if not frozenset(right.doers) & frozenset(doers):
        return MediationRefusal.NOT_YOURS
    return None if state in right.states else MediationRefusal.NOT_NOW


def steps_open(state: DisputeState, doers: Collection[Doer]) -> frozenset[Step]:
    """Every step these doers could take now, before what each asks for besides."""
    return frozenset(step for step in RIGHTS if refuse_step(state, step, doers) is None)


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


def refuse_account(
    parties: Sequence[PartyFacts], own: Side | None, side: Side, text: str
) -> tuple[MediationRefusal, str] | None:
    """A party speaks for their own side (`own`; None: the mediator writes down what a side said), once it takes part.

    Nothing of a side is written down before somebody of it has consented.
    """
    if own is not None and own is not side:
        return MediationRefusal.NOT_YOUR_SIDE, "side"
    if not any(party.side is side and party.has_consented for party in parties):
        return MediationRefusal.SIDE_SILENT, "side"
    return refuse_text(text)


def refuse_meeting(
    parties: Sequence[PartyFacts], heard: Collection[Side], starts_at: datetime, venue: str, now: datetime
) -> tuple[MediationRefusal, str] | None:
    """No meeting before the consent of both sides and the account of each; a meeting lies ahead and has a place."""
    if not all_consent(parties):
        return MediationRefusal.NO_CONSENT, ""
    if frozenset(Side) - frozenset(heard):
        return MediationRefusal.NOT_HEARD, ""
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


def refuse_name(name: str) -> MediationRefusal | None:
    """A neighbour on paper is called something, and not at length."""
    return None if name.strip() and len(name) <= NAME_LIMIT else MediationRefusal.NO_NAME


MASK = "***"
"""What stands in words where a name stood that was taken out."""


def without_name(text: str, name: str) -> str:
    """The same words, masked where the whole name stood; one sign alone is no name, but half of many words."""
    return text.replace(name, MASK) if len(name) > 1 else text


def refuse_text(text: str, limit: int = TEXT_LIMIT) -> tuple[MediationRefusal, str] | None:
    """Something has to be written, and not too much."""
    if not text.strip():
        return MediationRefusal.NO_TEXT, "text"
    return (MediationRefusal.TEXT_LONG, "text") if len(text) > limit else None


def refuse_day(day: date, today: date) -> MediationRefusal | None:
    """A record of dissuasion bears the day on which it happened: not after today, and within a year."""
    return None if today - BACKDATED_AT_MOST <= day <= today else MediationRefusal.DAY_WRONG


def take_due(now: datetime, days: int, calendar: Calendar) -> datetime:
    """By when a mediator is found: working days, as the district lays down."""
    return due_after(now, days, Unit.WORKING, calendar)


def settle_due(now: datetime, days: int, calendar: Calendar) -> datetime:
    """By when it is settled or said to have failed: calendar days, as the district lays down, a month at most.

    Ningbo's rules on people's mediation, art 27.
    """
    return due_after(now, days, Unit.CALENDAR, calendar)


def confirm_until(settled_at: datetime, calendar: Calendar) -> datetime:
    """The last moment at which both may ask the court to confirm the agreement."""
    return due_after(settled_at, CONFIRM_DAYS, Unit.CALENDAR, calendar)
