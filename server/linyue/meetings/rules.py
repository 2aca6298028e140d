"""May a meeting be drafted, announced, started, moved on, ended; when at the earliest; what its refusals are.

Decides only, over values it is given; `now` is passed in.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from linyue.base.workdays import Calendar, local_day, next_working_day
from linyue.meetings.rules_plan import FREE, SPACE, AgendaPlan, Link, NoticePlan, Office

TITLE_LIMIT = 80
VENUE_LIMIT = 120
REASON_LIMIT = 200
MOST_MATTERS = 5
MOST_ITEMS = 20
UNDO_WITHIN = timedelta(seconds=60)
UNSTARTED_AFTER = timedelta(hours=24)
"""When the chair is asked about a meeting that nobody has started."""
TIMER_STEPS = (30, 60, 120, 180, 300)


class MeetingState(StrEnum):
    """A meeting's life, one way only."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    RUNNING = "running"
    ENDED = "ended"


OVER = (MeetingState.ENDED,)
"""States in which a meeting hears nothing any more."""


class ItemState(StrEnum):
    """Where an item of the agenda stands."""

    WAITING = "waiting"
    NOW = "now"
    DONE = "done"


class Mode(StrEnum):
    """How people can come."""

    ONLINE = "online"
    HALL = "hall"
    BOTH = "both"


class Channel(StrEnum):
    """How one person came."""

    ONLINE = "online"
    HALL = "hall"


def channel_of(mode: Mode) -> Channel:
    """How somebody counts as there who came in by the meeting's own code, took the floor or wrote something.

    A meeting held both ways is told apart by the door: its own QR code, or a tick there.
    """
    return Channel.HALL if mode is Mode.HALL else Channel.ONLINE


def is_raised(before: Channel, now: Channel) -> bool:
    """Whether somebody who was online has come into the hall. Nobody leaves it again by pressing a button elsewhere."""
    return before is Channel.ONLINE and now is Channel.HALL


class MeetingRefusal(StrEnum):
    """Why a step with a meeting is not taken."""

    NOT_DRAFT = "meetings-refused-not-draft"
    NOT_ANNOUNCED = "meetings-refused-not-announced"
    NOT_RUNNING = "meetings-refused-not-running"
    ENDED = "meetings-refused-ended"
    NO_TITLE = "meetings-refused-no-title"
    TITLE_LONG = "meetings-refused-title-long"
    NO_VENUE = "meetings-refused-no-venue"
    VENUE_LONG = "meetings-refused-venue-long"
    UNKNOWN_TEMPLATE = "meetings-refused-unknown-template"
    NOT_YOUR_PLACE = "meetings-refused-not-your-place"
    IN_PAST = "meetings-refused-in-past"
    NOTICE_SHORT = "meetings-refused-notice-short"
    TOO_EARLY = "meetings-refused-too-early"
    NO_SUCH_MATTER = "meetings-refused-no-such-matter"
    MATTER_PRIVATE = "meetings-refused-matter-private"
    MATTER_ELSEWHERE = "meetings-refused-matter-elsewhere"
    MATTER_TWICE = "meetings-refused-matter-twice"
    TOO_MANY_MATTERS = "meetings-refused-too-many-matters"
    CANNOT_MOVE = "meetings-refused-cannot-move"
    CANNOT_ADD = "meetings-refused-cannot-add"
    CANNOT_DROP = "meetings-refused-cannot-drop"
    TOO_MANY_ITEMS = "meetings-refused-too-many-items"
    NO_ITEM_TITLE = "meetings-refused-no-item-title"
    QUORUM_MISSED = "meetings-refused-quorum-missed"
    QUORUM_THERE = "meetings-refused-quorum-there"
    OFFICE_EMPTY = "meetings-refused-office-empty"
    OFFICE_TAKEN = "meetings-refused-office-taken"
    WITNESS_APART = "meetings-refused-witness-apart"
    UNKNOWN_PERSON = "meetings-refused-unknown-person"
    NO_MORE_ITEMS = "meetings-refused-no-more-items"
    ITEMS_LEFT = "meetings-refused-items-left"
    CHAIR_STEPPED_BACK = "meetings-refused-chair-stepped-back"
    HAS_VOTED = "meetings-refused-has-voted"
    CHAIR_IS_OUT = "meetings-refused-chair-is-out"
    MOVED_ON = "meetings-refused-moved-on"
    NOTHING_TO_UNDO = "meetings-refused-nothing-to-undo"
    NOT_ON_ROLL = "meetings-refused-not-on-roll"
    NO_SUCH_CODE = "meetings-refused-no-such-code"
    TOO_MANY_CODES = "meetings-refused-too-many-codes"
    UNKNOWN_TIMER = "meetings-refused-unknown-timer"
    NO_SUCH_SCALE = "meetings-refused-no-such-scale"
    NO_SUCH_ROLL = "meetings-refused-no-such-roll"
    NO_REASON = "meetings-refused-no-reason"
    NO_CALL_OFF_REASON = "meetings-refused-no-call-off-reason"
    REASON_LONG = "meetings-refused-reason-long"


def refuse_removal(supporters: int, reason: str) -> MeetingRefusal | None:
    """What neighbours brought onto the agenda by their support leaves it only with a reason, which they are told."""
    return MeetingRefusal.NO_REASON if supporters and not reason.strip() else None


def refuse_draft(title: str, venue: str, mode: Mode, starts_at: datetime, now: datetime) -> MeetingRefusal | None:
    """A meeting has a short title, a time to come, and a place unless it is online only."""
    if not title.strip():
        return MeetingRefusal.NO_TITLE
    if len(title) > TITLE_LIMIT:
        return MeetingRefusal.TITLE_LONG
    if mode is not Mode.ONLINE and not venue.strip():
        return MeetingRefusal.NO_VENUE
    if len(venue) > VENUE_LIMIT:
        return MeetingRefusal.VENUE_LONG
    return MeetingRefusal.IN_PAST if starts_at <= now else None


def earliest_day(announced: date, notice: NoticePlan, calendar: Calendar) -> date:
    """The first day a meeting may be held that is announced on `announced`.

    The day of announcing is left out (Civil Code art 201). Deliberation has no notice period in law; the
    number is the template's own.
    """
    if notice.unit == "calendar":
        return announced + timedelta(days=notice.days)
    day = announced
    for _ in range(notice.days):
        day = next_working_day(day + timedelta(days=1), calendar)
    return day


def refuse_announce(
    state: MeetingState, starts_at: datetime, notice: NoticePlan, calendar: Calendar, now: datetime
) -> MeetingRefusal | None:
    """A draft is announced once, in time for everybody to come prepared."""
    if state is not MeetingState.DRAFT:
        return MeetingRefusal.NOT_DRAFT
    if starts_at <= now:
        return MeetingRefusal.IN_PAST
    if local_day(starts_at) < earliest_day(local_day(now), notice, calendar):
        return MeetingRefusal.NOTICE_SHORT
    return None


def refuse_start(
    state: MeetingState, starts_at: datetime, now: datetime, plan: AgendaPlan, held: Mapping[Office, int]
) -> MeetingRefusal | None:
    """An announced meeting starts at most half an hour early, when the needed offices are held."""
    if state is MeetingState.ENDED:
        return MeetingRefusal.ENDED
    if state is not MeetingState.ANNOUNCED:
        return MeetingRefusal.NOT_ANNOUNCED
    if now < starts_at - timedelta(minutes=30):
        return MeetingRefusal.TOO_EARLY
    if any(held.get(role.office, 0) < role.needed for role in plan.roles):
        return MeetingRefusal.OFFICE_EMPTY
    return None


def refuse_running(state: MeetingState) -> MeetingRefusal | None:
    """What happens in a meeting happens while it runs."""
    if state is MeetingState.RUNNING:
        return None
    return MeetingRefusal.ENDED if state is MeetingState.ENDED else MeetingRefusal.NOT_RUNNING


def refuse_edit(state: MeetingState) -> MeetingRefusal | None:
    """The agenda is open until it is announced."""
    return None if state is MeetingState.DRAFT else MeetingRefusal.NOT_DRAFT


def refuse_office(
    office: Office, state: MeetingState, person_id: int, offices: Mapping[int, Collection[Office]]
) -> MeetingRefusal | None:
    """One chair; a witness watches the others and holds no other office."""
    if state is MeetingState.ENDED:
        return MeetingRefusal.ENDED
    mine = set(offices.get(person_id, ()))
    if office in mine:
        return MeetingRefusal.OFFICE_TAKEN
    if (office is Office.WITNESS and mine) or Office.WITNESS in mine:
        return MeetingRefusal.WITNESS_APART
    return None


def refuse_move(links: Sequence[Link], index: int, step: int) -> MeetingRefusal | None:
    """The opening stays first and the links of an open space keep their order (`step` is -1 up, +1 down)."""
    other = index + step
    if step not in (-1, 1) or not 0 <= index < len(links) or not 0 <= other < len(links):
        return MeetingRefusal.CANNOT_MOVE
    one, two = links[index], links[other]
    is_fixed = Link.OPENING in (one, two) or (one in SPACE and two in SPACE and one is not two)
    return MeetingRefusal.CANNOT_MOVE if is_fixed else None


def refuse_add(link: Link, items: int, title: str) -> MeetingRefusal | None:
    """Reports, hearings of parties and discussions may be added, up to a number."""
    if link not in FREE:
        return MeetingRefusal.CANNOT_ADD
    if items >= MOST_ITEMS:
        return MeetingRefusal.TOO_MANY_ITEMS
    if not title.strip():
        return MeetingRefusal.NO_ITEM_TITLE
    return MeetingRefusal.TITLE_LONG if len(title) > TITLE_LIMIT else None


def refuse_drop(link: Link) -> MeetingRefusal | None:
    """Only what may be added may be taken off: opening, votes and links stay as the template has them."""
    return None if link in FREE else MeetingRefusal.CANNOT_DROP


def refuse_next_item(state: MeetingState, now_position: int, expected: int, last: int) -> MeetingRefusal | None:
    """The chair moves on from the item they saw (`expected`): a double tap moves one step, not two."""
    refusal = refuse_running(state)
    if refusal:
        return refusal
    if now_position != expected:
        return MeetingRefusal.MOVED_ON
    return MeetingRefusal.NO_MORE_ITEMS if now_position >= last else None


def refuse_end(state: MeetingState, is_last_item: bool) -> MeetingRefusal | None:
    """A meeting ends after its last item."""
    refusal = refuse_running(state)
    if refusal:
        return refusal
    return None if is_last_item else MeetingRefusal.ITEMS_LEFT


def refuse_leave_opening(link: Link, attendance: str, present: int, entitled: int) -> MeetingRefusal | None:
    """The opening ends when as many are there as the template asks; nothing is decided before."""
    if link is not Link.OPENING or present >= quorum_needed(attendance, entitled):
        return None
    return MeetingRefusal.QUORUM_MISSED


def refuse_adjourn(
    state: MeetingState, link: Link | None, attendance: str, present: int, entitled: int
) -> MeetingRefusal | None:
    """A meeting whose opening too few came to is called off; one that has its quorum is not."""
    refusal = refuse_running(state)
    if refusal or link is None:
        return refusal or MeetingRefusal.NOT_RUNNING
    return None if refuse_leave_opening(link, attendance, present, entitled) else MeetingRefusal.QUORUM_THERE


def refuse_call_off(reason: str) -> MeetingRefusal | None:
    """Whoever was called is told why it was called off, in a sentence or two."""
    if not reason.strip():
        return MeetingRefusal.NO_CALL_OFF_REASON
    return MeetingRefusal.REASON_LONG if len(reason.strip()) > REASON_LIMIT else None


def refuse_undo(noted_at: datetime | None, now: datetime) -> MeetingRefusal | None:
    """The chair's last step can be taken back for a minute."""
    if noted_at is None or now - noted_at > UNDO_WITHIN:
        return MeetingRefusal.NOTHING_TO_UNDO
    return None


def timer_left(ends_at: datetime | None, paused_left: int | None, now: datetime) -> int | None:
    """Whole seconds left on the clock; None when none is set, 0 when it has run out."""
    if paused_left is not None:
        return paused_left
    if ends_at is None:
        return None
    return max(0, int((ends_at - now).total_seconds()))


def quorum_needed(quorum: str, entitled: int) -> int:
    """How many of the roll must be there, by the template's word; 0 where none is asked."""
    least = {
        "none": 0,
        "third": -(-entitled // 3),
        "half": entitled // 2 + 1,
        "two_thirds": -(-2 * entitled // 3),
    }
    return least[quorum]
