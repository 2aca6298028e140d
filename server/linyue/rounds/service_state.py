"""What a room shows at one moment, as plain data: the same for pages, frames and the big screen. Reads only.

The version is read first, so a state is never older than the version it carries; ballots raise it through their
question. Nothing here tells how anybody voted.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linyue.base import clock
from linyue.base.errors import NotFound
from linyue.meetings import rules as meeting_rules
from linyue.meetings.model import AgendaItem, Attendance, Meeting, Speaker
from linyue.meetings.pages import show_results_from
from linyue.meetings.rules import Channel, ItemState
from linyue.meetings.rules_floor import EntryKind
from linyue.meetings.rules_plan import VOTING
from linyue.meetings.rules_speakers import SpeakerState
from linyue.meetings.service_floor import entries_of
from linyue.meetings.service_roll import roll_ids
from linyue.meetings.service_speakers import queue_in_order
from linyue.people import service as people
from linyue.places.model import Place
from linyue.questions import service_secret, service_views
from linyue.questions.model import Question
from linyue.questions.service_channels import ways_of
from linyue.rounds.model import Group, GroupMember, GroupNote, Point, Topic
from linyue.rounds.service_chair import question_now

Data = dict[str, Any]


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

    `structure` is a fingerprint of everything that a page writes out as text; counts and clocks are not in it.
    """

    meeting_id: int
    versions: Versions
    room: Data
    turnout: Data

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
    return RoomState(state.meeting_id, versions, state.room, state.turnout | {"ballots": counted})


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
        "queue": await _queue(meeting),
        "topics": await _topics(meeting_id),
        "groups": await _groups(meeting_id),
        "points": await _points(meeting_id),
        "floor": await _floor(meeting_id),
        "question": None if question is None else _question(question),
        "blank": meeting.screen_blank,
    }
    room["structure"] = _fingerprint(room)
    return RoomState(meeting_id, versions, room, await _turnout(meeting, question))


async def with_turnout(state: RoomState) -> RoomState:
    """The state with the part that changes with people and ballots read again; the roll only with the whole room."""
    meeting_id = state.meeting_id
    versions = await versions_of(meeting_id)
    meeting = await Meeting.get(id=meeting_id)
    turnout = await _turnout(meeting, await question_now(meeting), state.turnout["entitled"])
    return RoomState(meeting_id, versions, state.room, turnout)


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


def stamp(moment: datetime | None) -> str | None:
    """A moment as frames write it: UTC, whole milliseconds."""
    return None if moment is None else moment.isoformat(timespec="milliseconds")


def _timer(meeting: Meeting) -> Data:
    return {"ends_at": stamp(meeting.timer_ends_at), "left": meeting.timer_left}


async def _queue(meeting: Meeting) -> Data:
    speaking = await Speaker.filter(meeting_id=meeting.id, state=SpeakerState.SPEAKING).select_related("person").first()
    return {
        "is_closed": meeting.is_queue_closed,
        "seconds": meeting.plan.speaking.seconds,
        "speaking": None
        if speaking is None
        else {
            "speaker": speaking.id,
            "name": speaking.person.display_name,
            "stance": speaking.stance.value,
            "began_at": stamp(speaking.began_at),
        },
        "waiting": [
            {
                "speaker": row.id,
                "name": row.person.display_name,
                "stance": row.stance.value,
                "turns": turns,
                "channel": row.channel.value,
            }
            for row, turns in await queue_in_order(meeting)
        ],
    }


async def _topics(meeting_id: int) -> list[Data]:
    rows = await Topic.filter(meeting_id=meeting_id).order_by("id").select_related("author")
    return [
        {
            "topic": row.id,
            "text": "" if row.hidden_at else row.text,
            "author": row.author.display_name,
            "state": row.state.value,
            "merged_into": row.merged_into_id,
            "hidden": row.hidden_reason if row.hidden_at else None,
        }
        for row in rows
    ]


async def _groups(meeting_id: int) -> list[Data]:
    seats: dict[int, int] = {}
    for group_id in await GroupMember.filter(meeting_id=meeting_id).values_list("group_id", flat=True):
        seats[int(str(group_id))] = seats.get(int(str(group_id)), 0) + 1
    rows = await Group.of(meeting_id).select_related("topic", "convener")
    notes: dict[int, GroupNote] = {}
    for note in await GroupNote.filter(group__meeting_id=meeting_id).order_by("version"):
        notes[note.group_id] = note
    return [
        {
            "group": row.id,
            "label": row.label,
            "topic": "" if row.topic.hidden_at else row.topic.text,
            "place": row.place_text,
            "convener": row.convener.display_name,
            "people": seats.get(row.id, 0),
            "note_version": notes[row.id].version if row.id in notes else 0,
        }
        for row in rows
    ]


async def _points(meeting_id: int) -> list[Data]:
    rows = await Point.filter(meeting_id=meeting_id).order_by("id").select_related("group")
    return [
        {
            "point": row.id,
            "group": row.group.label,
            "stance": row.stance.value,
            "text": "" if row.hidden_at else row.text,
            "hidden": row.hidden_reason if row.hidden_at else None,
        }
        for row in rows
    ]


async def _floor(meeting_id: int) -> list[Data]:
    """Points of order, newest first, with the chair's ruling where there is one."""
    rows = await entries_of(meeting_id, EntryKind.POINT)
    return [
        {
            "entry": row.id,
            "name": row.author.display_name if row.text else "",
            "text": row.text,
            "is_upheld": row.is_upheld if row.ruled_at else None,
            "ruling": row.ruling,
        }
        for row in reversed(rows)
    ]


def _question(question: Question) -> Data:
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
    }


async def _turnout(meeting: Meeting, question: Question | None, entitled: int | None = None) -> Data:
    here = Attendance.filter(meeting_id=meeting.id)
    online, hall = await here.filter(channel=Channel.ONLINE).count(), await here.filter(channel=Channel.HALL).count()
    if entitled is None:
        entitled = len(await roll_ids(await Place.get(id=meeting.place_id)))
    word = await _quorum_word(meeting)
    return {
        "entitled": entitled,
        "present": online + hall,
        "online": online,
        "hall": hall,
        "quorum": meeting_rules.quorum_needed(word, entitled),
        "ballots": None
        if question is None or question.opened_at is None
        else {
            "question": question.public_id,
            "entitled": question.roll_count,
            "cast": question.ballots_cast,
        },
    }


async def _quorum_word(meeting: Meeting) -> str:
    """How much of the roll is asked for now: by the opening, by the vote under way, else by the next vote."""
    plan = meeting.plan
    items = await AgendaItem.of(meeting.id)
    here = next((item for item in items if item.state is ItemState.NOW), None)
    if plan.attendance != "none":
        return plan.attendance
    ahead = [item for item in items if here is None or item.position >= here.position]
    for item in ahead:
        link = plan.link_at(item.plan_link, item.link)
        if item.link in VOTING and link is not None and link.question is not None:
            return link.question.quorum
    return "none"


def _fingerprint(room: Data) -> str:
    """Changes when the words on the page would; people moving and clocks running do not change it."""
    groups = [{key: value for key, value in one.items() if key != "people"} for one in room["groups"]]
    facts = [
        room["state"],
        room["position"],
        [[one["item"], one["minutes"]] for one in room["items"]],
        room["topics"],
        groups,
        room["points"],
        room["floor"],
        room["queue"]["speaking"],
        room["queue"]["waiting"],
        room["queue"]["is_closed"],
        room["question"],
    ]
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


NOBODY: Data = {
    "is_signed_in": False,
    "is_on_roll": False,
    "is_present": False,
    "has_accepted": False,
    "group": None,
    "speaker": None,
    "is_speaking": False,
    "ballot": None,
    "seal": None,
}
"""What concerns somebody who is not signed in."""


async def your_state(meeting_id: int, person_id: int | None) -> tuple[int, Data]:
    """What concerns one person: seat, place in the queue, their own ballot."""
    if person_id is None:
        return await version_of(meeting_id), NOBODY
    return (await your_states(meeting_id, [person_id]))[person_id]


async def your_states(meeting_id: int, person_ids: Sequence[int]) -> dict[int, tuple[int, Data]]:
    """The same for many people, in as many queries as for one; with the version that was read first."""
    ids = list(person_ids)
    version = await version_of(meeting_id)
    meeting = await Meeting.get(id=meeting_id)
    place = await Place.get(id=meeting.place_id)
    seats = dict(
        await GroupMember.filter(meeting_id=meeting_id, person_id__in=ids).values_list("person_id", "group_id")
    )
    turns = {row.person_id: row for row in await Speaker.in_play(meeting_id).filter(person_id__in=ids)}
    there = await Attendance.filter(meeting_id=meeting_id, person_id__in=ids)
    here = {row.person_id: row.accepted for row in there}
    on_roll = await people.on_roll_of(ids, place.path)
    question = await question_now(meeting)
    ballots, seals = await _of_question(question, ids)
    return {
        person_id: (
            version,
            {
                "is_signed_in": True,
                "is_on_roll": person_id in on_roll,
                "is_present": person_id in here,
                "has_accepted": bool(here.get(person_id)),
                "group": seats.get(person_id),
                "speaker": turns[person_id].id if person_id in turns else None,
                "is_speaking": person_id in turns and turns[person_id].state is SpeakerState.SPEAKING,
                "ballot": ballots.get(person_id),
                "seal": seals.get(person_id),
            },
        )
        for person_id in ids
    }


async def _of_question(question: Question | None, person_ids: Sequence[int]) -> tuple[dict[int, Data], dict[int, Data]]:
    """By person: the ballot that counts, and what a device needs to seal one."""
    if question is None:
        return {}, {}
    about: Data = {"question": question.public_id}
    ballots = {
        person_id: about | {"choice": one.choice or None, "revision": one.revision, "code": one.code or None}
        for person_id, one in (await service_views.ballots_of(question.id, person_ids)).items()
    }
    seals = await service_secret.seals_of(question, person_ids)
    return ballots, {person_id: about | {"key": one.key, "label": one.label} for person_id, one in seals.items()}


def now_stamp() -> str:
    """The server's time, for clocks on phones."""
    text = stamp(clock.now())
    assert text is not None
    return text


async def results_of(meeting_id: int, lang: str) -> list[tuple[str, str, str]]:
    """A meeting's questions for its page: address, text, state."""
    rows = await Question.of_meeting(meeting_id).filter(opened_at__isnull=False)
    return [(f"/q/{row.public_id}", row.text_in(lang), row.state.value) for row in rows]


show_results_from(results_of)
