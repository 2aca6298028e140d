"""What a room shows at one moment, as plain data: the same for pages, frames and the big screen. Reads only.

The version is read first, so a state is never older than the version it carries; ballots raise it through their
question. Nothing here tells how anybody voted, but in a roll call: there the hall has
heard it, and what was said last is read back.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from linyue.base import clock
from linyue.base.errors import NotFound
from linyue.base.i18n import t
from linyue.base.together import Together
from linyue.councils.rules_district import Count
from linyue.meetings import rules as meeting_rules
from linyue.meetings.model import AgendaItem, Attendance, Meeting
from linyue.meetings.pages import ResultLine, show_results_from
from linyue.meetings.rules import Channel, ItemState
from linyue.meetings.rules_plan import VOTING
from linyue.meetings.service_council import out_of_roll, quorums_now
from linyue.meetings.service_roll import called_ids, called_size
from linyue.people.rules_bodies import COUNCILS
from linyue.questions.model import Question, RollEntry
from linyue.questions.pages_outcome import CHIPS, verdict_word
from linyue.questions.rules import QuestionState
from linyue.questions.rules_tally import Verdict
from linyue.questions.service_call import call_now
from linyue.questions.service_channels import ways_of
from linyue.rounds import service_walls
from linyue.rounds.service_chair import question_now
from linyue.rounds.service_walls import Data, stamp


@dataclass(frozen=True, slots=True)
class Versions:
    """What a room's version is made of: changes of the meeting, and of each of its questions by public id."""

    meeting: int
    questions: dict[str, int]

    @property
    def total(self) -> int:
        return self.meeting + sum(self.questions.values())


@dataclass(frozen=True, slots=True)
class RoomState:
    """One moment of a room. `room` changes with what is on the agenda and the walls, `turnout` with people and ballots.

    `room_version`: up to where `room` is known to hold, which is where it was read and the ballots told since. It stays
    behind `version` once the turnout alone was read again: what else had changed by then may be in the room.
    `structure` is a fingerprint of everything that a page writes out as text; counts and clocks are not in it.
    """

    meeting_id: int
    versions: Versions
    room: Data
    turnout: Data
    room_version: int

    @property
    def version(self) -> int:
        return self.versions.total

    @property
    def structure(self) -> str:
        return str(self.room["structure"])


async def versions_of(meeting_id: int) -> Versions:
    """The parts of a number that only rises. Raises NotFound."""
    meeting = await Meeting.filter(id=meeting_id).first().values_list("version", flat=True)
    if meeting is None:
        raise NotFound()
    parts = await Question.of_meeting(meeting_id).values_list("public_id", "version")
    return Versions(int(str(meeting)), {str(public_id): int(str(part)) for public_id, part in parts})


async def version_of(meeting_id: int) -> int:
    """A number that only rises: changes of the meeting plus changes of its questions."""
    return (await versions_of(meeting_id)).total


def with_ballots(state: RoomState, public_id: str, question_version: int, cast: int) -> RoomState:
    """The state after a ballot was stored, by what the writer told; the same state for what it already holds.

    The numbers are totals, not steps, so a lost event does no harm. A question that this state does not know is a
    reason to read the store again: the state comes back unchanged, and its version tells.
    """
    known, ballots = state.versions.questions.get(public_id), state.turnout["ballots"]
    if known is None or question_version <= known or ballots is None or ballots["question"] != public_id:
        return state
    versions = Versions(state.versions.meeting, state.versions.questions | {public_id: question_version})
    counted = ballots | {"cast": max(ballots["cast"], cast)}
    holds = state.room_version + question_version - known
    return RoomState(state.meeting_id, versions, state.room, state.turnout | {"ballots": counted}, holds)


async def room_state(meeting_id: int) -> RoomState:
    """Everything everybody in the room may see now."""
    versions = await versions_of(meeting_id)
    meeting = await Meeting.get(id=meeting_id)
    items = await AgendaItem.of(meeting_id)
    question = await question_now(meeting)
    room: Data = {
        "state": meeting.state.value,
        "position": next((item.position for item in items if item.state is ItemState.NOW), None),
        "items": [_item(item) for item in items],
        "timer": _timer(meeting),
        "queue": await service_walls.queue(meeting),
        "topics": await service_walls.topics(meeting_id),
        "groups": await service_walls.groups(meeting_id),
        "points": await service_walls.points(meeting_id),
        "merges": await service_walls.merges(meeting_id),
        "motions": await service_walls.motions(meeting_id),
        "floor": await service_walls.floor(meeting_id),
        "question": None if question is None else _question(question) | await _call(question),
        "blank": meeting.screen_blank,
    }
    room = await service_walls.with_desk(room, meeting_id)
    room["structure"] = _fingerprint(room)
    return RoomState(meeting_id, versions, room, await _turnout(meeting, question), versions.total)


async def room_shown(meeting_id: int) -> RoomState:
    """The same for pages: those who ask while one read is under way share the next. What is shared is never changed."""
    found = await _shown.of(meeting_id)
    assert found is not None
    return found


async def _of_meetings(meeting_ids: Sequence[int]) -> dict[int, RoomState | Exception]:
    found: dict[int, RoomState | Exception] = {}

    async def read(meeting_id: int) -> None:
        try:
            found[meeting_id] = await room_state(meeting_id)
        except Exception as error:  # a room that cannot be read takes no other along
            found[meeting_id] = error

    await asyncio.gather(*map(read, meeting_ids))
    return found


_shown: Together[int, RoomState] = Together(_of_meetings)
"""Every phone of a hall fetches its page when a vote opens: one read of the room for all who ask at the moment."""


async def with_turnout(state: RoomState) -> RoomState:
    """The state with the part that changes with people and ballots read again; the roll only with the whole room."""
    meeting_id = state.meeting_id
    versions = await versions_of(meeting_id)
    meeting = await Meeting.get(id=meeting_id)
    turnout = await _turnout(meeting, await question_now(meeting), state.turnout["entitled"])
    return RoomState(meeting_id, versions, state.room, turnout, state.room_version)


def _item(item: AgendaItem) -> Data:
    return {
        "item": item.id,
        "position": item.position,
        "link": item.link.value,
        "plan_link": item.plan_link,
        "title": {"zh": item.title_zh, "en": item.title_en},
        "minutes": item.minutes,
        "state": item.state.value,
    }


def _timer(meeting: Meeting) -> Data:
    return {"ends_at": stamp(meeting.timer_ends_at), "left": meeting.timer_left}


def _question(question: Question) -> Data:
    result = question.result or {} if question.state is QuestionState.PUBLISHED else {}
    return {
        "question": question.public_id,
        "state": question.state.value,
        "kind": question.kind.value,
        "text": {"zh": question.text_zh, "en": question.text_en},
        "choices": [option["key"] for option in question.options],
        "options": [
            {"key": one["key"], "zh": one["zh"], "en": one.get("en", "")} for one in question.options if "zh" in one
        ],
        "manifest": question.manifest_hash,
        "ways": [one.value for one in ways_of(question)],
        "closes_at": stamp(question.closes_at),
        "way": question.rule_spec.form.way.value if result else "",
        "verdict": str(result.get("verdict", "")),
        "chosen": list(result.get("chosen", [])),
    }


async def _call(question: Question) -> Data:
    """Whose name is called in a roll call, who is next, what was said last; null for any other vote."""
    call = await call_now(question)
    return {"call": None if call is None else asdict(call)}


async def _turnout(meeting: Meeting, question: Question | None, entitled: int | None = None) -> Data:
    items = await AgendaItem.of(meeting.id)
    item = next((one for one in items if one.state is ItemState.NOW), None)
    here = Attendance.filter(meeting_id=meeting.id)
    if meeting.roll in COUNCILS:
        roll = await _roll_now(meeting, item, question)
        here, entitled = here.filter(person_id__in=list(roll)), len(roll)
    elif entitled is None:
        entitled = await called_size(meeting)
    online, hall = await here.filter(channel=Channel.ONLINE).count(), await here.filter(channel=Channel.HALL).count()
    word = _quorum_word(meeting, items, item)
    return {
        "entitled": entitled,
        "present": online + hall,
        "online": online,
        "hall": hall,
        "quorum": meeting_rules.quorum_needed(word, entitled),
        "council": _council(await quorums_now(meeting, item.matter_id if item is not None else None)),
        "ballots": None
        if question is None or question.opened_at is None
        else {
            "question": question.public_id,
            "entitled": question.roll_count,
            "cast": question.ballots_cast,
        },
    }


async def _roll_now(meeting: Meeting, item: AgendaItem | None, question: Question | None) -> set[int]:
    """Who is counted at a council's own meeting: a vote's frozen roll, else its members who have not stepped back."""
    if question is not None and question.opened_at is not None:
        rows = await RollEntry.filter(question_id=question.id).values_list("person_id", flat=True)
        return {int(str(one)) for one in rows}
    out = await out_of_roll(meeting.id, meeting.roll, item.matter_id if item is not None else None)
    return set(await called_ids(meeting)) - out


def _council(counts: tuple[Count, Count] | None) -> Data | None:
    """Where a council votes itself: its two quorums, apart."""
    if counts is None:
        return None
    named = zip(("seven", "all"), counts, strict=True)
    return {name: {"entitled": one.entitled, "present": one.present, "needed": one.needed} for name, one in named}


def _quorum_word(meeting: Meeting, items: list[AgendaItem], here: AgendaItem | None) -> str:
    """How much of the roll is asked for now: by the opening, by the vote under way, else by the next vote."""
    plan = meeting.plan
    if plan.attendance != "none":
        return plan.attendance
    ahead = [item for item in items if here is None or item.position >= here.position]
    for item in ahead:
        link = plan.link_at(item.plan_link, item.link)
        if item.link in VOTING and link is not None and link.question is not None:
            return link.question.quorum
    return "none"


def _fingerprint(room: Data) -> str:
    """Changes when the words on the page would; people moving, notes being written and clocks running do not."""
    moving = ("people", "note_version")
    groups = [{key: value for key, value in one.items() if key not in moving} for one in room["groups"]]
    facts = [
        room["state"],
        room["position"],
        [[one["item"], one["minutes"]] for one in room["items"]],
        room["topics"],
        groups,
        room["points"],
        room["merges"],
        room["motions"],
        room["floor"],
        room["queue"]["speaking"],
        room["queue"]["waiting"],
        room["queue"]["is_closed"],
        room["question"],
    ]
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def now_stamp() -> str:
    """The server's time, for clocks on phones."""
    text = stamp(clock.now())
    assert text is not None
    return text


async def results_of(meeting_id: int, lang: str) -> list[ResultLine]:
    """A meeting's questions for its page: a published one with its verdict, any other with its state."""
    rows = await Question.of_meeting(meeting_id).filter(opened_at__isnull=False)
    return [ResultLine(f"/q/{row.public_id}", row.text_in(lang), *_what_came(row, lang)) for row in rows]


def _what_came(question: Question, lang: str) -> tuple[str, str]:
    """What became of a question: a word, and how it is coloured."""
    if question.state is not QuestionState.PUBLISHED or not question.result:
        return t(lang, f"meetings-question-{question.state.value}"), ""
    verdict = Verdict(question.result["verdict"])
    return verdict_word(lang, verdict, question.rule_spec.form.way), CHIPS.get(verdict, "warn")


show_results_from(results_of)
