"""What hangs on the walls of a room as plain data: the queue, topics, groups, points, points of order. Reads only."""

from datetime import datetime
from typing import Any

from linyue.meetings.model import Meeting, Speaker
from linyue.meetings.rules_floor import EntryKind
from linyue.meetings.rules_speakers import SpeakerState
from linyue.meetings.service_floor import entries_of
from linyue.meetings.service_speakers import queue_in_order
from linyue.rounds.model import Group, GroupMember, GroupNote, Point, Topic

Data = dict[str, Any]


def stamp(moment: datetime | None) -> str | None:
    """A moment as frames write it: UTC, whole milliseconds."""
    return None if moment is None else moment.isoformat(timespec="milliseconds")


async def queue(meeting: Meeting) -> Data:
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


async def topics(meeting_id: int) -> list[Data]:
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


async def groups(meeting_id: int) -> list[Data]:
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


async def points(meeting_id: int) -> list[Data]:
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
            "name": row.author.display_name if row.text else "",
            "text": row.text,
            "is_upheld": row.is_upheld if row.ruled_at else None,
            "ruling": row.ruling,
        }
        for row in reversed(rows)
    ]
