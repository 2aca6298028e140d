"""What hangs on the walls of a room as plain data: the queue, topics, groups, points, points of order. Reads only."""

from datetime import datetime
from typing import Any

from linyue.meetings.model import HandedIn, Meeting, Speaker
from linyue.meetings.rules_floor import EntryKind
from linyue.meetings.rules_hand_in import HandedKind
from linyue.meetings.rules_speakers import SpeakerState
from linyue.meetings.service_floor import entries_of
from linyue.meetings.service_guests import guest_among
from linyue.meetings.service_speakers import queue_in_order
from linyue.rounds.model import Group, GroupMember, GroupNote, Motion, Point, Topic, TopicConsent, TopicMerge
from linyue.rounds.rules import TopicState
from linyue.rounds.rules_space import MotionState

Data = dict[str, Any]


def stamp(moment: datetime | None) -> str | None:
    """A moment as frames write it: UTC, whole milliseconds."""
    return None if moment is None else moment.isoformat(timespec="milliseconds")


async def queue(meeting: Meeting) -> Data:
    speaking = await Speaker.filter(meeting_id=meeting.id, state=SpeakerState.SPEAKING).select_related("person").first()
    waiting = await queue_in_order(meeting)
    guests = await guest_among(meeting.id, [row.person_id for row, _ in waiting]) if waiting else set()
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
                "is_guest": row.person_id in guests,
            }
            for row, turns in waiting
        ],
    }


async def topics(meeting_id: int) -> list[Data]:
    """Topics in the order in which they were posted; what their authors took back is left out."""
    rows = Topic.filter(meeting_id=meeting_id).exclude(state=TopicState.DROPPED).order_by("id").select_related("author")
    return [
        {
            "topic": row.id,
            "text": "" if row.hidden_at else row.text,
            "author": row.author.display_name,
            "state": row.state.value,
            "merged_into": row.merged_into_id,
            "hidden": row.hidden_reason if row.hidden_at else None,
        }
        for row in await rows
    ]


async def groups(meeting_id: int) -> list[Data]:
    """Groups with who leads them, what their topic was made of, and how many sit there."""
    seats: dict[int, int] = {}
    for group_id in await GroupMember.filter(meeting_id=meeting_id).values_list("group_id", flat=True):
        seats[int(str(group_id))] = seats.get(int(str(group_id)), 0) + 1
    rows = await Group.of(meeting_id).select_related("topic", "convener", "recorder")
    joined: dict[int, list[Data]] = {}
    merged = Topic.filter(meeting_id=meeting_id, merged_into_id__isnull=False, hidden_at__isnull=True).order_by("id")
    for topic in await merged.select_related("author"):
        assert topic.merged_into_id is not None
        joined.setdefault(topic.merged_into_id, []).append({"text": topic.text, "author": topic.author.display_name})
    notes: dict[int, int] = {}
    for group_id, version in await GroupNote.filter(group__meeting_id=meeting_id).values_list("group_id", "version"):
        notes[group_id] = max(version, notes.get(group_id, 0))
    return [
        {
            "group": row.id,
            "label": row.label,
            "topic": "" if row.topic.hidden_at else row.topic.text,
            "place": row.place_text,
            "convener": row.convener.display_name,
            "recorder": row.recorder.display_name if row.recorder is not None else "",
            "origins": joined.get(row.topic_id, []),
            "people": seats.get(row.id, 0),
            "note_version": notes.get(row.id, 0),
        }
        for row in rows
    ]


async def points(meeting_id: int) -> list[Data]:
    """What the groups brought back."""
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


async def floor(meeting_id: int) -> list[Data]:
    """Points of order, newest first, with the chair's ruling where there is one."""
    rows = await entries_of(meeting_id, EntryKind.POINT)
    return [
        {
            "entry": row.id,
            "name": row.author.display_name if row.text and not row.hidden_at else "",
            "text": "" if row.hidden_at else row.text,
            "hidden": row.hidden_reason if row.hidden_at else None,
            "is_upheld": row.is_upheld if row.ruled_at else None,
            "ruling": row.ruling,
        }
        for row in reversed(rows)
    ]


async def merges(meeting_id: int) -> list[Data]:
    """Topics asked to join others, with the authors who have not answered."""
    rows = await TopicMerge.asked_in(meeting_id)
    silent: dict[int, list[str]] = {row.id: [] for row in rows}
    for one in await TopicConsent.filter(merge_id__in=list(silent), agrees__isnull=True).select_related("person"):
        silent[one.merge_id].append(one.person.display_name)
    return [{"merge": row.id, "topic": row.topic_id, "into": row.into_id, "silent": silent[row.id]} for row in rows]


async def motions(meeting_id: int) -> list[Data]:
    """Motions that wait or were put; those taken back are left out."""
    rows = Motion.filter(meeting_id=meeting_id).exclude(state=MotionState.DROPPED).order_by("id")
    return [
        {
            "motion": row.id,
            "group": row.group.label,
            "text": {"zh": "", "en": ""} if row.hidden_at else {"zh": row.text, "en": row.text_en},
            "author": row.author.display_name,
            "state": row.state.value,
            "question": row.question.public_id if row.question is not None else None,
            "hidden": row.hidden_reason if row.hidden_at else None,
        }
        for row in await rows.select_related("group", "author", "question")
    ]


async def notes(meeting_id: int) -> dict[int, GroupNote]:
    """The newest note of each group that has one, with its author."""
    found: dict[int, GroupNote] = {}
    for group_id in await Group.of(meeting_id).values_list("id", flat=True):
        note = await GroupNote.newest(int(str(group_id))).first().select_related("author")
        if note is not None:
            found[note.group_id] = note
    return found


async def own_topics(meeting_id: int, person_id: int | None) -> list[int]:
    """Topics that somebody posted."""
    rows = await Topic.filter(meeting_id=meeting_id, author_id=person_id).values_list("id", flat=True)
    return [int(str(one)) for one in rows] if person_id is not None else []


async def with_desk(room: Data, meeting_id: int) -> Data:
    """The room, each turn, topic and point with who handed it in at the desk; empty for what came from a phone."""
    rows = await HandedIn.standing(meeting_id).select_related("by")
    by = {(row.kind, row.post_id): row.by.display_name for row in rows}
    for kind, name, found in (
        (HandedKind.FLOOR, "speaker", room["queue"]["waiting"]),
        (HandedKind.TOPIC, "topic", room["topics"]),
        (HandedKind.POINT, "point", room["points"]),
    ):
        for one in found:
            one["desk"] = by.get((kind, one[name]), "")
    return room
