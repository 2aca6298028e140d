"""What concerns one person of a room: seat, turn, presence, their own ballot. Nobody else gets it. Reads only."""

from collections.abc import Sequence

from linyue.base.together import Together
from linyue.meetings.model import Attendance, Meeting, Speaker
from linyue.meetings.rules_speakers import SpeakerState
from linyue.meetings.service_guests import guest_among
from linyue.meetings.service_roll import on_roll_of
from linyue.places.model import Place
from linyue.questions import service_secret, service_views
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.rounds.model import GroupMember
from linyue.rounds.service_chair import question_now
from linyue.rounds.service_state import version_of
from linyue.rounds.service_walls import Data

NOBODY: Data = {
    "is_signed_in": False,
    "is_on_roll": False,
    "may_vote": False,
    "is_sitting_in": False,
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
    found = await _yours.of((meeting_id, person_id))
    assert found is not None
    return found


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
    on_roll = await on_roll_of(ids, place, meeting.roll)
    others = [one for one in ids if one not in on_roll]
    guests = await guest_among(meeting_id, others) if others else set()
    question = await question_now(meeting)
    ballots, seals = await _of_question(question, ids)
    is_open = question is not None and question.state is QuestionState.OPEN
    voters = await service_views.on_roll_among(question.id, ids) if question is not None and is_open else set()
    return {
        person_id: (
            version,
            {
                "is_signed_in": True,
                "is_on_roll": person_id in on_roll,
                "may_vote": person_id in voters,
                "is_sitting_in": person_id in guests,
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


async def _of_everybody(asked: Sequence[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, Data] | Exception]:
    found: dict[tuple[int, int], tuple[int, Data] | Exception] = {}
    for meeting_id in {meeting_id for meeting_id, _ in asked}:
        people = [person_id for one, person_id in asked if one == meeting_id]
        try:
            theirs = await your_states(meeting_id, people)
            found |= {(meeting_id, person_id): state for person_id, state in theirs.items()}
        except Exception as error:  # a room that cannot be read takes no other along
            found |= {(meeting_id, person_id): error for person_id in people}
    return found


_yours: Together[tuple[int, int], tuple[int, Data]] = Together(_of_everybody)
"""(meeting, person) -> what concerns them: a hall fetches its pages when a vote opens."""


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
