"""Which way an item goes, by when, and which centre takes it. Plain values in and out; no tables, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from linyue.base import workdays
from linyue.centres.rules_terms import LegalRoute, Level, Method, Scale
from linyue.councils.rules import MatterKind


class Way(StrEnum):
    """The five ways a matter can go."""

    COUNCIL = "council"
    CENTRE = "centre"
    OWN_DESK = "own_desk"
    REFERRAL = "referral"
    REFUSAL = "refusal"


class Listing(StrEnum):
    """Which list of the catalogue an item stands in."""

    CORE = "core"
    REFERRAL = "referral"
    REFUSED = "refused"


class HandledBy(StrEnum):
    """Who receives the resident."""

    CENTRE = "centre"
    COMMUNITY = "community"
    DEPARTMENT = "department"


class AffairKind(StrEnum):
    """Government business (政务) or the residents' own (居务)."""

    GOVERNMENTAL = "governmental"
    RESIDENTIAL = "residential"


class DaysFrom(StrEnum):
    """Where an item's number of days comes from."""

    STATUTORY = "statutory"
    ELSEWHERE = "elsewhere"
    PROCEDURE = "procedure"
    DUTY = "duty"
    POLICY = "policy"
    ASSUMED = "assumed"


class DaysCount(StrEnum):
    """What an item's number of days measures; only a duration is a time to finish in."""

    DURATION = "duration"
    LEAD_TIME = "lead_time"
    BEFORE_END = "before_end"
    POSTING = "posting"
    OTHER_OFFICE = "other_office"


class Certainty(StrEnum):
    """How sure it is that the item exists in practice."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class CentreRefusal(StrEnum):
    """Why a catalogue or a centre is not taken; the value is the translation key."""

    VERSION_TAKEN = "centres-refused-version-taken"
    VERSION_OLD = "centres-refused-version-old"
    CODE_TAKEN = "centres-refused-code-taken"
    NOT_A_SUBDISTRICT = "centres-refused-not-a-subdistrict"
    NOT_A_COMMUNITY = "centres-refused-not-a-community"
    DAY_PAST = "centres-refused-day-past"
    DAY_SAME = "centres-refused-day-same"
    DAY_NOT_OWN = "centres-refused-day-not-own"
    NO_DAY_NAME = "centres-refused-no-day-name"
    YEAR_FAULTY = "centres-refused-year-faulty"
    YEAR_NOT_WHOLE = "centres-refused-year-not-whole"
    BAD_HOURS = "centres-refused-bad-hours"
    CLOSURE_ORDER = "centres-refused-closure-order"
    CLOSURE_PAST = "centres-refused-closure-past"
    NOT_A_CENTRE_ITEM = "centres-refused-not-a-centre-item"
    ITEMS_TOO_LONG = "centres-refused-items-too-long"
    NO_ITEMS = "centres-refused-no-items"


@dataclass(frozen=True)
class Named:
    """A name or a note in both languages."""

    zh: str
    en: str

    @property
    def name_zh(self) -> str:
        """The Chinese one, as pages ask for it."""
        return self.zh

    @property
    def name_en(self) -> str:
        """The English one."""
        return self.en


@dataclass(frozen=True)
class Days:
    """An item's time limit. `count` 0 = on the spot or a continuous duty, None = not promised."""

    count: int | None
    unit: workdays.Unit
    source: DaysFrom
    counts: DaysCount = DaysCount.DURATION


@dataclass(frozen=True)
class Field:
    """A subject field of the catalogue."""

    key: str
    name: Named
    pinyin: str


@dataclass(frozen=True)
class KindEntry:
    """One of the seven kinds with the words residents use for it."""

    key: MatterKind
    name: Named
    words: tuple[str, ...]


@dataclass(frozen=True)
class PlatformEntry:
    """A work platform; `floats` = its items are taken at regional centres, from `floats_from` on (None: at once).

    What a community then no longer does: `logins` a week, `ledgers` to keep, and `duty`, the minutes a week both take,
    assumed until measured.
    """

    code: str
    name: Named
    floats: bool
    duty: int = 0
    is_duty_measured: bool = False
    floats_from: date | None = None
    logins: int = 0
    ledgers: int = 0


@dataclass(frozen=True)
class ItemEntry:
    """One item of the catalogue with all its facts.

    `goes_to` is set for referrals and refusals only; `scale`, `legal_route` and `method` for residential items only;
    `floats_from` for items of centres only, None = as soon as the version is in force.
    """

    code: str
    name: Named
    listing: Listing
    handled_by: HandledBy
    kind: AffairKind
    fields: tuple[str, ...]
    days: Days
    basis: tuple[str, ...]
    words: tuple[str, ...]
    minutes: int
    certainty: Certainty
    platform: str | None = None
    matter_kind: MatterKind | None = None
    goes_to: Named | None = None
    papers: tuple[str, ...] = ()
    note: Named | None = None
    is_measured: bool = False
    """The handling minutes were measured in the district; else they are assumed."""
    decides: Level = Level.DEPARTMENT
    assists: tuple[Level, ...] = ()
    may_not_push: tuple[Level, ...] = ()
    """Who may not hand this item down to the community."""
    floats_from: date | None = None
    scale: Scale | None = None
    legal_route: LegalRoute | None = None
    method: Method | None = None
    is_retired: bool = False
    """No longer taken; the entry stays so that old matters keep their words and new ones find the way."""
    successor: str | None = None
    """Code of the item that takes over from a retired one."""


@dataclass(frozen=True)
class Catalogue:
    """A whole catalogue file."""

    version: int
    effective_from: date
    title: Named
    fields: tuple[Field, ...]
    kinds: tuple[KindEntry, ...]
    platforms: tuple[PlatformEntry, ...]
    papers: tuple[tuple[str, str], ...]
    items: tuple[ItemEntry, ...]


def route_of(item: ItemEntry) -> Way:
    """The way an item goes: refused and referred items first, then the residents' own matters, then by who handles it.

    The 20 certificates of 民发〔2020〕20号 are refused whatever else they say.
    """
    if item.listing is Listing.REFUSED:
        return Way.REFUSAL
    if item.listing is Listing.REFERRAL:
        return Way.REFERRAL
    if item.kind is AffairKind.RESIDENTIAL:
        return Way.COUNCIL
    return Way.CENTRE if item.handled_by is HandledBy.CENTRE else Way.OWN_DESK


class DueSource(StrEnum):
    """Why a due time has its length; the value is the translation key."""

    ITEM = "centres-due-item"
    ON_THE_SPOT = "centres-due-on-the-spot"
    DEFAULT = "centres-due-default"
    TELL = "centres-due-tell"


@dataclass(frozen=True)
class DueRule:
    """How long the receiver has: `days` of `unit`, 0 = by the end of the working day."""

    days: int
    unit: workdays.Unit
    source: DueSource


def due_rule(way: Way, days: Days | None, usual: Mapping[Way, int]) -> DueRule:
    """How long the receiver of a matter has; `days` is None where no item was named.

    `usual`: the district's working days where the catalogue gives no time to finish in.

    A referral or a refusal owes the resident an answer, not the other office's work. A number that is no duration
    (a lead time, a posting) sets no due time.
    """
    if way in (Way.REFERRAL, Way.REFUSAL):
        return DueRule(usual[way], workdays.Unit.WORKING, DueSource.TELL)
    count = time_of(days)
    if days is not None and count is not None:
        return DueRule(count, days.unit, DueSource.ITEM)
    if way is Way.CENTRE and days is not None and days.counts is DaysCount.DURATION and days.count == 0:
        return DueRule(0, workdays.Unit.WORKING, DueSource.ON_THE_SPOT)
    return DueRule(usual[way], workdays.Unit.WORKING, DueSource.DEFAULT)


def time_of(days: Days | None) -> int | None:
    """The days in which an item is to be finished; None where its number says nothing of that, or there is none."""
    if days is None or days.counts is not DaysCount.DURATION:
        return None
    return days.count or None


@dataclass(frozen=True)
class Due:
    """A due time (aware UTC) and the rule behind it; provisional where the calendar is not published yet."""

    at: datetime
    is_provisional: bool
    rule: DueRule


def due_of(rule: DueRule, start: datetime, calendar: workdays.Calendar) -> Due:
    """When a matter begun at `start` is due."""
    at = workdays.due_after(start, rule.days, rule.unit, calendar)
    return Due(at, workdays.is_provisional(start, at, calendar), rule)


OVERLOAD = 60
"""Open matters a clerk; above it a centre with less than half of that load helps out. Assumed until measured."""


@dataclass(frozen=True)
class CentreFacts:
    """A centre as the choice sees it: which communities it covers and how many matters wait there."""

    id: int
    code: str
    subdistrict_id: int
    is_open: bool
    covers: frozenset[int]
    waiting: int = 0
    clerks: int = 1
    only_items: frozenset[str] = frozenset()
    """The only items it takes; empty: all."""
    is_named: bool = False
    """It is there for the very item of the very community that is asked about."""

    @property
    def takes(self) -> bool:
        """Whether something sent there finds an open door and somebody behind it."""
        return self.is_open and self.clerks > 0

    @property
    def is_overloaded(self) -> bool:
        """Whether more waits there than its clerks can take on in time."""
        return self.waiting > OVERLOAD * max(1, self.clerks)


class WhyCentre(StrEnum):
    """Why a centre was chosen; the value is the translation key."""

    COVERS = "centres-why-covers"
    COVERS_ITEM = "centres-why-covers-item"
    COVERS_FEWEST_WAITING = "centres-why-covers-fewest-waiting"
    CLOSED_SAME_SUBDISTRICT = "centres-why-closed-same-subdistrict"
    CLOSED_REGION_WIDE = "centres-why-closed-region-wide"
    NONE_COVERS = "centres-why-none-covers"
    UNSTAFFED = "centres-why-unstaffed"
    OVERLOADED = "centres-why-overloaded"
    HOME_BOUND = "centres-why-home-bound"
    CAME_HERE = "centres-why-came-here"


@dataclass(frozen=True)
class CentreChoice:
    """The centre that takes an item, why, and the closed centre it stands in for."""

    centre_id: int
    why: WhyCentre
    closed_id: int | None = None


def taking(centres: Sequence[CentreFacts], community_id: int, item_code: str) -> list[CentreFacts]:
    """The centres that take an item, as they then stand: where one is named for this item of this community, only that
    is its own; where one of its own is there for this very item, those that take everything are its own no longer.
    One that is there for other items takes nothing.
    """
    if any(one.is_named for one in centres):
        able = [one for one in centres if one.is_named or not one.only_items or item_code in one.only_items]
        return [
            replace(one, covers=one.covers | {community_id} if one.is_named else one.covers - {community_id})
            for one in able
        ]
    able = [one for one in centres if not one.only_items or item_code in one.only_items]
    if not any(one.only_items and community_id in one.covers for one in able):
        return able
    return [one if one.only_items else replace(one, covers=one.covers - {community_id}) for one in able]


def choose_centre(
    community_id: int, subdistrict_id: int, centres: Sequence[CentreFacts], item_code: str = ""
) -> CentreChoice | None:
    """The centre for a community, and for an item where one is named: its own, the one with fewest waiting among
    several, or an open one nearby.

    One that is shut or has no clerk is passed over; one with far more waiting than its clerks can take is helped out.
    Any centre may take any item (区域通办), so a closed centre never leaves a resident without one. None: all closed.
    """

    def order(centre: CentreFacts) -> tuple[int, str]:
        return centre.waiting, centre.code

    centres = taking(centres, community_id, item_code)
    if not any(centre.clerks for centre in centres):  # nobody is appointed yet: an open door is better than none
        centres = [replace(centre, clerks=1) for centre in centres]
    own = sorted((c for c in centres if community_id in c.covers), key=order)
    takes = [centre for centre in own if centre.takes]
    nearby = sorted((c for c in centres if c.takes and c.subdistrict_id == subdistrict_id), key=order)
    others = sorted((c for c in centres if c.takes), key=order)
    if takes:
        helper = _helper(takes[0], nearby, others)
        if helper is not None:
            return CentreChoice(helper.id, WhyCentre.OVERLOADED, takes[0].id)
        if takes[0].is_named:
            return CentreChoice(takes[0].id, WhyCentre.COVERS_ITEM)
        return CentreChoice(takes[0].id, WhyCentre.COVERS if len(takes) == 1 else WhyCentre.COVERS_FEWEST_WAITING)
    closed_id = own[0].id if own else None
    is_unstaffed = bool(own) and own[0].is_open
    if nearby or others:
        near = WhyCentre.CLOSED_SAME_SUBDISTRICT if nearby else WhyCentre.CLOSED_REGION_WIDE
        why = (WhyCentre.UNSTAFFED if is_unstaffed else near) if own else WhyCentre.NONE_COVERS
        return CentreChoice((nearby or others)[0].id, why, closed_id)
    return None


def _helper(own: CentreFacts, nearby: Sequence[CentreFacts], others: Sequence[CentreFacts]) -> CentreFacts | None:
    """A centre that helps out an overloaded one: in the same sub-district if any, with less than half of its load."""
    if not own.is_overloaded:
        return None
    load = own.waiting / max(1, own.clerks)
    return next((c for c in (*nearby, *others) if c.waiting / max(1, c.clerks) < load / 2), None)
