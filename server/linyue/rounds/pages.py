"""What the room, the console and the big screen show, as values: the state of the room put into words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linyue.base import clock
from linyue.base.forms import Form
from linyue.base.i18n import t
from linyue.meetings.model import Meeting
from linyue.meetings.pages import place_name, spoken
from linyue.meetings.rules import refuse_move, timer_left
from linyue.meetings.rules_floor import rules_version
from linyue.meetings.rules_plan import VOTING, Link
from linyue.questions.pages_choice import options_in
from linyue.questions.pages_outcome import CHIPS, named, verdict_word
from linyue.questions.rules_tally import Verdict
from linyue.questions.rules_ways import Way
from linyue.records.service_views import CheckpointView
from linyue.rounds.model import GroupNote
from linyue.rounds.pages_record import KeptLine
from linyue.rounds.rules import SPEAKING, MainStep, label_in
from linyue.rounds.service_state import RoomState
from linyue.rounds.service_walls import Data


@dataclass(frozen=True, slots=True)
class RoomView:
    """What everybody sees, in one language. `version` and `structure` are those of the state it was made from."""

    public_id: str
    code: str
    title: str
    place: str
    state: str
    version: int
    structure: str
    link: str
    is_vote: bool
    """The step under way puts a question, or has put one."""
    may_speak: bool
    """The step under way has speakers."""
    guests_speak: bool
    """Whoever sits in may ask to speak."""
    item_title: str
    item_line: str
    position: int
    steps: list[str]
    step: int
    timer_words: str
    timer_ends: str
    topics: list[Data]
    groups: list[Data]
    points_for: list[Data]
    points_against: list[Data]
    points_other: list[Data]
    queue: Data
    speaking_ends: str
    turnout: Data
    merges: list[Data]
    """Topics asked to join, each with the texts of both."""
    motions: list[Data]
    question: Data | None
    question_text: str
    question_left: str
    """Time left of an open vote, in words; empty for none."""
    starts_at: datetime
    venue: str
    principles: list[str]
    rules: list[str]
    rules_version: str
    """Names the principles and rules shown here; sent back by who accepts them."""
    floor: list[Data]
    items: list[Data]

    @property
    def points(self) -> list[tuple[str, Data]]:
        """(stance, point) of what was brought back and may be shown: for, against, neither."""
        sides = (("for", self.points_for), ("against", self.points_against), ("other", self.points_other))
        return [(side, one) for side, points in sides for one in points if one["hidden"] is None]


@dataclass(frozen=True, slots=True)
class RoomPage:
    """The room of one reader. `you` is their own state, `ahead` how many speak before them.

    `console`: address of the chair's console, for the chair alone. `may_claim`: somebody signed in without a home.
    """

    room: RoomView
    you: Data
    ahead: int
    action: str
    choice: str
    own: list[int]
    """Topics the reader posted."""
    asked: list[Data]
    """Mergings that wait for the reader's answer."""
    acts: frozenset[str] = frozenset()
    """What the table of rights opens to the reader now; a control is shown for nothing else."""
    elsewhere: str = ""
    """Where to vote, while a vote is open that is not on phones."""
    console: str = ""
    may_claim: bool = False


@dataclass(frozen=True, slots=True)
class AgainLine:
    """A vote that too few took part in: its id (0: it cannot be called again here), its words, what is to be said."""

    question_id: int
    text: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """The chair's console. `step` is what the main button does; `undo` names the step that can be taken back."""

    room: RoomView
    acts: frozenset[str]
    step: str
    next_title: str
    undo: str
    screen: str
    is_blank: bool
    has_clock: bool
    is_paused: bool
    reports: list[tuple[str, int, str, str]]
    hidden: list[tuple[str, int, str, str]]
    """(kind, id, why it was hidden, its words) of what can be shown again."""
    shown_again: list[tuple[str, str, str]]
    """(kind, why it was hidden, why it was shown again)."""
    kept: list[KeptLine]
    """Lines for the minutes, struck ones among them."""
    question_id: int
    question_hint: tuple[str, str]
    desk: str
    """Address of the voting desk; empty while no question is on the table."""
    guests: list[str]
    """Who sits in without a place on the roll."""
    call: str
    """Address of the roll call, while names are called; else empty."""
    left: list[str]
    """What is not counted yet, in sentences."""
    question_kind: str
    scales: list[tuple[int, str]]
    """Whose roll the vote can have: (place, the meeting's own first; its name). Empty: there is no choice."""
    scale: int
    voters: list[str]
    """Whose roll will be frozen, and who has stepped back, before the vote is opened; in sentences."""
    question_ways: list[tuple[str, str]]
    """(way to vote, its name), the template's first."""
    is_fixed: bool
    """Whether the options are the template's, not people who stand."""
    candidates: list[str] | None
    """The options of the vote where they are settled before the meeting; None: the chair chooses."""
    channels: list[tuple[str, str]]
    """(way of voting, its name): where people may vote on the item."""
    offered: str
    """The ways of voting of the question on the table, in one line."""
    topics_open: list[Data]
    may_dot: bool
    """There are topics to weigh, and nobody has asked yet."""
    motion: Data | None
    """The motion whose words stand in the form for the next question."""
    now: datetime
    sure: str
    """What the chair is asked about once more: close, end; empty for nothing."""
    waits_for: str
    """Why the council's vote cannot be opened yet; empty while nothing is missing."""
    may_adjourn: bool
    """The opening waits for people who have not come."""
    register: str
    """Code of the place whose register of owners will be frozen, before the vote is opened."""
    consent: str
    """Public id of the meeting whose vote needs every interested owner, before it is opened."""
    again: AgainLine | None
    """The vote of before that can be called again."""
    form: Form[Any] | None


@dataclass(frozen=True, slots=True)
class ScreenPage:
    """The big screen: which slide, and what is on it."""

    room: RoomView
    slide: str
    address: str
    qr: str
    result: Any
    token: str
    wall: "list[WallGroup]"
    checkpoint: CheckpointView | None = None
    """Signed state of the record at the opening, close or result that the slide shows."""


@dataclass(frozen=True, slots=True)
class DoorPage:
    """At the door of the hall; `step` is sign_in, watch, enter or here."""

    room: RoomView
    step: str


@dataclass(frozen=True, slots=True)
class WritePage:
    """A page with one form of the room: a topic, a point, a report."""

    room: RoomView
    form: Form[Any] | None
    group: Data | None
    about: str
    action: str


@dataclass(frozen=True, slots=True)
class WallGroup:
    """A group on the wall with its newest note; `hidden` is the reason why the note is not shown."""

    group: Data
    note: str
    author: str
    hidden: str
    points: list[Data]
    motions: list[Data]


@dataclass(frozen=True, slots=True)
class WallPage:
    """Everything that was put up in one meeting, to read, to print, to leave open on a screen."""

    room: RoomView
    groups: list[WallGroup]
    loose: list[Data]
    """Topics that became no group."""
    is_live: bool
    made_at: datetime


@dataclass(frozen=True, slots=True)
class GroupPage:
    """One group: what it talks about, who leads it, who sits there, what it moved."""

    room: RoomView
    you: Data
    group: Data
    author: str
    members: list[tuple[str, str]]
    """(public id, name), in the order in which they came."""
    is_mine: bool
    may_give: list[str]
    """Duties the reader may give to a member."""
    may_take: list[str]
    """Duties nobody in the group has, for a reader who sits there."""
    motions: list[Data]
    own_motions: list[int]
    may_move: bool
    acts: frozenset[str]
    form: Form[Any] | None


@dataclass(frozen=True, slots=True)
class MergePage:
    """One topic and those it may join."""

    room: RoomView
    topic: Data
    others: list[tuple[str, str]]
    form: Form[Any] | None


@dataclass(frozen=True, slots=True)
class NotePage:
    """A group's note: reading it, writing it, or two texts side by side after somebody else was quicker."""

    room: RoomView
    group: Data
    text: str
    version: int
    author: str
    may_write: bool
    """The reader sits in the group, and the table of rights has a place for it now."""
    limit: int
    theirs: str
    mine: str
    """What the reader sent, when `text` already holds both wordings."""
    is_conflict: bool
    hidden: str
    note_id: int
    form: Form[Any] | None


def room_view(meeting: Meeting, state: RoomState, lang: str) -> RoomView:
    """The state in words. `meeting.place` must be loaded."""
    room, key = state.room, "en" if lang == "en" else "zh"
    now_item = next((one for one in room["items"] if one["position"] == room["position"]), None)
    plan = meeting.plan
    link = now_item["link"] if now_item else ""
    found = plan.link_at(now_item["plan_link"], Link(link)) if now_item else None
    steps = _steps(room["items"])
    groups = [one | {"label": label_in(one["label"], lang)} for one in room["groups"]]
    shown = [one | {"group": label_in(one["group"], lang)} for one in room["points"]]
    seconds = timer_left(meeting.timer_ends_at, meeting.timer_left, clock.now())
    speaking = room["queue"]["speaking"]
    ends = ""
    if speaking is not None:
        began = datetime.fromisoformat(speaking["began_at"])
        ends = datetime.fromtimestamp(began.timestamp() + room["queue"]["seconds"], began.tzinfo).isoformat()
    question = room["question"]
    return RoomView(
        public_id=meeting.public_id,
        code=meeting.join_code or "",
        title=meeting.title_in(lang),
        place=place_name(meeting, lang),
        state=meeting.state.value,
        version=state.version,
        structure=state.structure,
        link=link,
        is_vote=link in VOTING or question is not None,
        may_speak=link in SPEAKING,
        guests_speak=plan.speaking.guests,
        item_title=now_item["title"][key] if now_item else "",
        item_line=found.say.pick(lang) if found else "",
        position=room["position"] if room["position"] is not None else -1,
        steps=[t(lang, f"rounds-link-{one}") for one, _ in steps],
        step=_step_of(steps, room["position"]) if link else (len(steps) if meeting.ended_at else 0),
        timer_words=clock_words(lang, seconds),
        timer_ends=meeting.timer_ends_at.isoformat() if meeting.timer_ends_at and seconds is not None else "",
        topics=[one | {"joined": _joined(one, room["topics"])} for one in room["topics"] if one["state"] != "merged"],
        groups=groups,
        points_for=[one for one in shown if one["stance"] == "for"],
        points_against=[one for one in shown if one["stance"] == "against"],
        points_other=[one for one in shown if one["stance"] == "neither"],
        merges=[one | _texts_of(one, room["topics"]) for one in room["merges"]],
        motions=[
            one | {"group": label_in(one["group"], lang), "words": one["text"][key] or one["text"]["zh"]}
            for one in room["motions"]
        ],
        queue=room["queue"],
        speaking_ends=ends,
        turnout=state.turnout,
        question=_asked(lang, question),
        question_text=(question["text"][key] or question["text"]["zh"]) if question else "",
        question_left=_vote_left(lang, question),
        starts_at=meeting.starts_at,
        venue=meeting.venue,
        principles=spoken(plan.principles, lang),
        rules=spoken(plan.rules, lang),
        rules_version=rules_version(meeting.plan_data),
        floor=room["floor"],
        items=_items(room["items"], key),
    )


def _asked(lang: str, question: Data | None) -> Data | None:
    """The question with its verdict in words: what it is called, and which options it means."""
    if question is None or not question["verdict"]:
        return question
    verdict, words = Verdict(question["verdict"]), options_in(lang, question["options"])
    return question | {
        "verdict_word": verdict_word(lang, verdict, Way(question["way"])),
        "verdict_chosen": named(lang, question["chosen"], words),
        "verdict_kind": CHIPS.get(verdict, "warn"),
    }


def _items(items: list[Data], key: str) -> list[Data]:
    """The agenda in words; items still to come say whether they may change places."""
    waiting = [one for one in items if one["state"] == "waiting"]
    links = [Link(one["link"]) for one in waiting]
    moves = {
        one["item"]: (refuse_move(links, n, -1) is None, refuse_move(links, n, 1) is None)
        for n, one in enumerate(waiting)
    }
    return [
        one
        | {"words": one["title"][key] or one["title"]["zh"]}
        | dict(zip(("up", "down"), moves.get(one["item"], (False, False)), strict=True))
        for one in items
    ]


def _steps(items: list[Data]) -> list[tuple[str, int]]:
    """The strip of steps: kind and first position, items of one kind in a row taken together."""
    found: list[tuple[str, int]] = []
    for one in items:
        if not found or found[-1][0] != one["link"]:
            found.append((one["link"], one["position"]))
    return found


def _step_of(steps: list[tuple[str, int]], position: int) -> int:
    return max(n for n, (_, first) in enumerate(steps) if first <= position)


def _vote_left(lang: str, question: Data | None) -> str:
    if question is None or question["state"] != "open" or not question["closes_at"]:
        return ""
    left = (datetime.fromisoformat(question["closes_at"]) - clock.now()).total_seconds()
    return clock_words(lang, max(0, int(left)))


def _joined(topic: Data, topics: list[Data]) -> list[Data]:
    """What was merged into a topic."""
    return [one for one in topics if one["merged_into"] == topic["topic"]]


def wall_of(room: RoomView, notes: dict[int, GroupNote]) -> list[WallGroup]:
    """Each group with its newest note, its points and its motions. `notes`: by group, authors loaded."""
    points = [*room.points_for, *room.points_against, *room.points_other]
    found = []
    for one in room.groups:
        note = notes.get(one["group"])
        is_hidden = note is not None and note.hidden_at is not None
        found.append(
            WallGroup(
                group=one,
                note=note.text if note is not None and not is_hidden else "",
                author=note.author.display_name if note is not None else "",
                hidden=note.hidden_reason if note is not None and is_hidden else "",
                points=[p for p in points if p["group"] == one["label"] and p["hidden"] is None],
                motions=[m for m in room.motions if m["group"] == one["label"] and m["hidden"] is None],
            )
        )
    return found


def _texts_of(merge: Data, topics: list[Data]) -> Data:
    """The texts of a merging's two topics."""
    texts = {one["topic"]: one["text"] for one in topics}
    return {"one": texts.get(merge["topic"], ""), "other": texts.get(merge["into"], "")}


LONG = 2 * 3600
"""From so many seconds on a clock shows hours and days, and no script counts it down."""


def clock_words(lang: str, seconds: int | None) -> str:
    """4分32秒; empty when no clock is set."""
    if seconds is None:
        return ""
    if seconds >= 24 * 3600:
        return t(lang, "rounds-left-days", days=seconds // 86400, hours=seconds % 86400 // 3600)
    if seconds >= LONG:
        return t(lang, "rounds-left-hours", hours=seconds // 3600, minutes=seconds % 3600 // 60)
    return t(lang, "common-minutes-seconds", minutes=seconds // 60, seconds=seconds % 60)


def ahead_of(queue: Data, speaker: int | None) -> int:
    """How many are called before this speaker; the whole queue for somebody who is not in it."""
    for n, one in enumerate(queue["waiting"]):
        if one["speaker"] == speaker:
            return n
    return len(queue["waiting"])


def action_of(room: RoomView, you: Data) -> str:
    """The one thing this reader is most likely to do now: the action bar's button."""
    if not you["is_signed_in"]:
        return "sign_in"
    is_online = room.question is not None and "online" in room.question["ways"]
    if you["may_vote"] and is_online:
        return "voted" if you["ballot"] else "vote"
    if not you["is_on_roll"] and not you["is_sitting_in"]:
        return "sit_in"
    if not you["is_on_roll"] and (room.state != "running" or not room.guests_speak):
        return "sitting"
    if you["is_on_roll"] and not you["is_present"]:
        return "check_in"
    if room.state != "running":
        return "here"
    if you["is_speaking"]:
        return "speaking"
    return "waiting" if you["speaker"] else "speak"


def slide_of(room: RoomView, is_blank: bool) -> str:
    """Which slide the big screen shows."""
    if is_blank:
        return "blank"
    if room.state == "ended":
        return "thanks"
    if room.state != "running":
        return "join"
    if room.question is not None and room.is_vote:
        return {"draft": "question", "open": "vote", "closed": "closed", "published": "result"}[room.question["state"]]
    if room.queue["speaking"] is not None:
        return room.link
    if room.link == "consensus" and room.points:
        return "points"
    slides = {"call": "topics", "topics": "topics", "market": "groups", "groups": "wall", "consensus": "wall"}
    return slides.get(room.link, room.link)


def step_value(step: MainStep) -> str:
    """The step as the form sends it."""
    return step.value
