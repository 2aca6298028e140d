"""What happened at a meeting, gathered from its records as plain values. People stand in them as ids, not as names."""

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from tortoise.expressions import Q

from linyue.meetings.model import AgendaItem, Attendance, FloorEntry, Meeting, MeetingOffice, Speaker
from linyue.meetings.rules_floor import rules_version
from linyue.meetings.rules_hand_in import HandedKind
from linyue.meetings.rules_speakers import SpeakerState
from linyue.meetings.service_council import CouncilCount, council_count
from linyue.meetings.service_guests import guests_of
from linyue.meetings.service_roll import called_ids
from linyue.places.model import Place
from linyue.questions.model import ChainEntry, Question, RollEntry
from linyue.questions.rules import QuestionState
from linyue.questions.service_views import is_shown, result_view
from linyue.records.model import Checkpoint
from linyue.rounds.model import Group, GroupMember, GroupNote, Motion, Point, Topic, TopicMerge
from linyue.rounds.rules import TopicState
from linyue.rounds.service_hand_in import handed_in, words_of

Facts = dict[str, Any]


Plan = Callable[[int], Awaitable[list[Facts]]]
_plans: list[Plan] = []


def plan_from(load: Plan) -> None:
    """Let the slice of promises say what stands in a meeting's plan: text, person, due, proof, is_kept."""
    _plans.append(load)


async def gather(meeting: Meeting) -> Facts:
    """Everything the minutes draft themselves from. Times are ISO texts in UTC."""
    questions = [
        await _question(question)
        for question in await Question.of_meeting(meeting.id).exclude(state=QuestionState.DRAFT)
    ]
    return {
        "head": await _head(meeting),
        "steps": await _steps(meeting.id),
        "groups": await _groups(meeting.id),
        "topics": await _topics(meeting.id),
        "merges": await _merges(meeting.id),
        "motions": await _motions(meeting.id),
        "plan": [one for load in _plans for one in await load(meeting.id)],
        "speakers": await _speakers(meeting.id),
        "floor": await _floor(meeting.id),
        "handed_in": await _handed_in(meeting.id),
        "questions": questions,
        "demands": [
            {"question": question["public_id"], **batch}
            for question in questions
            for batch in question["batches"]
            if batch["note"]
        ],
    }


async def _head(meeting: Meeting) -> Facts:
    place = await Place.get(id=meeting.place_id)
    there = await Attendance.filter(meeting_id=meeting.id)
    came = Counter(row.channel.value for row in there)
    voted = RollEntry.filter(question__meeting_id=meeting.id, channel__isnull=False)
    only_voted = {int(str(one)) for one in await voted.values_list("person_id", flat=True)}
    only_voted -= {row.person_id for row in there}
    if only_voted:  # by proxy, at the door, on the telephone: voting is taking part, not coming
        came["voted"] = len(only_voted)
    offices = await MeetingOffice.filter(meeting_id=meeting.id).order_by("id")
    return {
        "title_zh": meeting.title,
        "title_en": meeting.title_en,
        "kind_zh": meeting.plan.title.zh if meeting.plan_data else "",
        "kind_en": meeting.plan.title.en if meeting.plan_data else "",
        "place_zh": place.name_zh,
        "place_en": place.name_en,
        "venue": meeting.venue,
        "mode": meeting.mode.value,
        "starts_at": meeting.starts_at.isoformat(),
        "started_at": meeting.started_at.isoformat() if meeting.started_at else "",
        "ended_at": meeting.ended_at.isoformat() if meeting.ended_at else "",
        "entitled": len(await called_ids(meeting)),
        "order": rules_version(meeting.plan_data),
        "accepted": sum(bool(row.accepted) for row in there),
        "came": dict(sorted(came.items())),
        "sitting_in": [{"person": one.person_id} for one in await guests_of(meeting.id)],
        "council": _council(await council_count(meeting)),
        "offices": [{"office": row.office.value, "person": row.person_id} for row in offices],
    }


def _council(count: CouncilCount | None) -> Facts | None:
    """The two quorums of a council that voted itself, as it was then, and by matter where somebody had stepped back."""
    if count is None or not count.is_called:
        return None
    matters = [{"matter": one.number, "seven": asdict(one.seven), "all": asdict(one.all)} for one in count.matters]
    return {"seven": asdict(count.seven), "all": asdict(count.all), "matters": matters}


async def _steps(meeting_id: int) -> list[Facts]:
    found = []
    for item in await AgendaItem.of(meeting_id).select_related("matter"):
        matter = item.matter if item.matter is not None and item.matter.is_public else None
        found.append(
            {
                "title_zh": item.title_zh,
                "title_en": item.title_en,
                "began": item.started_at.isoformat() if item.started_at else "",
                "ended": item.ended_at.isoformat() if item.ended_at else "",
                "matter": matter.number if matter else "",
                "matter_title": matter.title if matter else "",
            }
        )
    return found


async def _topics(meeting_id: int) -> list[str]:
    """Topics that were posted and became no group; hidden ones are left out."""
    rows = Topic.filter(meeting_id=meeting_id, state=TopicState.POSTED, hidden_at__isnull=True).order_by("id")
    return [row.text for row in await rows]


async def _merges(meeting_id: int) -> list[Facts]:
    """Topics whose authors were asked to join them, and what came of it; those with a hidden text are left out."""
    shown = TopicMerge.filter(meeting_id=meeting_id, topic__hidden_at__isnull=True, into__hidden_at__isnull=True)
    rows = await shown.order_by("id").select_related("topic", "into")
    return [{"topic": row.topic.text, "into": row.into.text, "state": row.state.value} for row in rows]


async def _motions(meeting_id: int) -> list[Facts]:
    """Every motion with who moved it and whether it came to a vote; hidden ones are left out."""
    shown = Motion.filter(meeting_id=meeting_id, hidden_at__isnull=True).order_by("id")
    return [
        {
            "text_zh": row.text,
            "text_en": row.text_en,
            "person": row.author_id,
            "group": row.group.label,
            "state": row.state.value,
        }
        for row in await shown.select_related("group")
    ]


async def _groups(meeting_id: int) -> list[Facts]:
    found = []
    for group in await Group.of(meeting_id).select_related("topic"):
        note = await GroupNote.newest(group.id).first()
        points = Point.filter(group_id=group.id, hidden_at__isnull=True).order_by("id")
        found.append(
            {
                "label": group.label,
                "topic": "" if group.topic.hidden_at else group.topic.text,
                "people": await GroupMember.filter(group_id=group.id).count(),
                "convener": group.convener_id,
                "note": note.text if note is not None and note.hidden_at is None else "",
                "points": [{"stance": point.stance.value, "text": point.text} for point in await points],
            }
        )
    return found


async def _speakers(meeting_id: int) -> list[Facts]:
    """Everybody who spoke, in order; `seconds` is how long."""
    rows = Speaker.filter(meeting_id=meeting_id, state=SpeakerState.DONE, began_at__isnull=False)
    found = []
    for row in await rows.order_by("began_at", "id").select_related("item"):
        assert row.began_at is not None
        seconds = int(((row.ended_at or row.began_at) - row.began_at).total_seconds())
        found.append(
            {
                "person": row.person_id,
                "stance": row.stance.value,
                "item_zh": row.item.title_zh,
                "item_en": row.item.title_en,
                "seconds": seconds,
            }
        )
    return found


async def _floor(meeting_id: int) -> list[Facts]:
    """Points of order with their rulings, and notes, in the order they were put down.

    Of a hidden point of order the ruling alone is left, as one that nobody asked for.
    """
    rows = FloorEntry.filter(meeting_id=meeting_id).order_by("id").select_related("item")
    return [
        {
            "kind": row.kind.value,
            "person": row.ruled_by_id if row.hidden_at else row.author_id,
            "text": "" if row.hidden_at else row.text,
            "is_upheld": row.is_upheld if row.ruled_at else None,
            "ruling": row.ruling,
            "struck": row.struck_reason,
            "item_zh": row.item.title_zh,
            "item_en": row.item.title_en,
        }
        for row in await rows
        if row.hidden_at is None or row.ruled_at is not None
    ]


async def _handed_in(meeting_id: int) -> list[Facts]:
    """What the desk handed in for people without a phone; what was taken back, by whomever, or hidden is left out."""
    rows = await handed_in(meeting_id)
    words = await words_of(rows)
    of = {"meeting_id": meeting_id}
    gone = Topic.filter(Q(hidden_at__isnull=False) | Q(state=TopicState.DROPPED), **of)
    hidden = {
        (kind, int(str(one)))
        for kind, posts in ((HandedKind.TOPIC, gone), (HandedKind.POINT, Point.filter(hidden_at__isnull=False, **of)))
        for one in await posts.values_list("id", flat=True)
    }
    return [
        {"kind": row.kind.value, "person": row.person_id, "by": row.by_id, "text": words[row.id], "asked": row.asked}
        for row in reversed(rows)
        if row.taken_back_at is None and (row.kind, row.post_id) not in hidden
    ]


async def _question(question: Question) -> Facts:
    facts: Facts = {
        "public_id": question.public_id,
        "text_zh": question.text_zh,
        "text_en": question.text_en,
        "state": question.state.value,
        "void_reason": question.void_reason,
        "rule": question.rule,
        "options": question.options,
        "entitled": question.roll_count,
        "chain_entries": question.chain_seq,
        "chain_head": question.chain_head,
        "checkpoint": await _checkpoint(question.id),
        "by_channel": await _by_channel(question),
        "batches": await _batches(question.id),
        "result": None,
        "promise": None,
    }
    if is_shown(question):
        view = await result_view(question)
        facts["result"] = question.result
        if view.promise is not None:
            facts["promise"] = {
                "who": view.promise.who,
                "what_zh": view.promise.what,
                "what_en": view.promise.what_en,
                "due": view.promise.due.isoformat() if view.promise.due else "",
                "link": view.promise.link,
            }
    return facts


async def _checkpoint(question_id: int) -> Facts | None:
    """The newest signed checkpoint of the question's record."""
    row = await Checkpoint.filter(question_id=question_id).order_by("-size").first()
    return None if row is None else {"size": row.size, "root": row.root, "at": row.made_at.isoformat()}


async def _batches(question_id: int) -> list[Facts]:
    """Batches of paper and hands as the record holds them, with the note that figures which do not add up demand."""
    entries = await ChainEntry.filter(question_id=question_id, kind="BATCH").order_by("seq")
    names = ("batch", "channel", "issued", "returned", "spoiled", "unreturned", "note")
    return [{name: data.get(name, "") for name in names} for data in (json.loads(row.body)["data"] for row in entries)]


async def _by_channel(question: Question) -> dict[str, int]:
    """How many took part by which way; from the counted result where it says so."""
    if question.state is QuestionState.OPEN:
        return {}
    counted = (question.result or {}).get("by_channel")
    if isinstance(counted, dict):
        return {str(channel): int(n) for channel, n in sorted(counted.items())}
    rows = await RollEntry.filter(question_id=question.id, channel__isnull=False).values_list("channel", flat=True)
    return dict(sorted(Counter(str(row) for row in rows).items()))
