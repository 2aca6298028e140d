"""A vote by roll call: names called one after the other, what was said entered as a ballot at the desk, who was absent.

    call_next(actor, question_id)                                        the next name of the roll
    mark_absent(actor, question_id, number)                              called, and nobody answered
    enter_answer(actor, question_id, number, choice, client_id, replaces) -> Receipt
    roll_of_call(question) -> list[CalledLine]                           the list as it stands
The answer goes through service_channels.enter_vote: the one way, the trail and the notice of any vote entered for
somebody. The meeting's row is taken first, as everywhere where a meeting and its question change together.
"""

from dataclasses import dataclass

from linyue.base import clock
from linyue.base.db import UnitOfWork, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor
from linyue.meetings.events import MeetingMoved
from linyue.meetings.model import Meeting
from linyue.meetings.service import claim, topic_of
from linyue.questions.model import Ballot, Question, RollEntry
from linyue.questions.model_call import CalledName
from linyue.questions.rules import QuestionState
from linyue.questions.rules_call import (
    TIMES,
    CallRefusal,
    Name,
    Said,
    next_name,
    refuse_absent,
    refuse_answer,
    refuse_call,
)
from linyue.questions.rules_channels import Channel
from linyue.questions.rules_ways import Way
from linyue.questions.service_channels import VIA, enter_vote, running
from linyue.questions.writer_batch import Receipt


@dataclass(frozen=True, slots=True)
class CalledLine:
    """One name of the roll in a call. `choice`: what was said in the hall; of a vote sent by phone nothing is told."""

    person_id: int
    label: str
    name: Name
    choice: str
    revision: int


async def roll_of_call(question: Question) -> list[CalledLine]:
    """The frozen roll in its order, with what has become of every name."""
    called = {row.person_id: row for row in await CalledName.filter(question_id=question.id)}
    ballots = {row.person_id: row for row in await Ballot.current(question.id)}
    lines = []
    for number, entry in enumerate(await RollEntry.filter(question_id=question.id).order_by("id"), 1):
        row, ballot = called.get(entry.person_id), ballots.get(entry.person_id)
        said, choice = Said.WAITING, ""
        if entry.channel == Channel.DESK and ballot is not None:
            said, choice = Said.ANSWERED, ballot.choice
        elif entry.channel is not None:
            said = Said.ELSEWHERE
        elif row is not None:
            said = Said.ABSENT if row.is_absent else Said.CALLED
        name = Name(number, row.times if row else 0, said)
        revision = ballot.revision if ballot is not None else entry.withdrawn
        lines.append(CalledLine(entry.person_id, entry.label, name, choice, revision))
    return lines


async def call_next(actor: Actor, question_id: int) -> None:
    """Call the next name: in the order of the roll, then once more whoever did not answer. Raises Refused."""
    async with unit_of_work() as work:
        meeting = await _meeting(question_id)
        question = await running(question_id)
        lines = await roll_of_call(question)
        roll = [one.name for one in lines]
        _stop(refuse_call(_way(question), roll))
        number = next_name(roll)
        line = next(one for one in lines if one.name.number == number)
        mine = CalledName.filter(question_id=question_id, person_id=line.person_id)
        now = clock.now()
        if not await mine.update(times=line.name.times + 1, is_absent=False, called_at=now):
            await CalledName.create(question_id=question_id, person_id=line.person_id, called_at=now)
        await work.audit(actor, "question.call", f"question:{question_id}", person=line.person_id)
        _told(work, meeting)


async def mark_absent(actor: Actor, question_id: int, number: int) -> None:
    """Nobody answered to the name that is being called. Raises Refused, NotFound."""
    async with unit_of_work() as work:
        meeting = await _meeting(question_id)
        question = await running(question_id)
        line = await _line(question, number)
        _stop(refuse_absent(_way(question), line.name.said))
        await CalledName.filter(question_id=question_id, person_id=line.person_id).update(is_absent=True)
        await work.audit(actor, "question.call_absent", f"question:{question_id}", person=line.person_id)
        _told(work, meeting)


async def enter_answer(
    actor: Actor, question_id: int, number: int, choice: str, client_id: str, replaces: int
) -> Receipt:
    """Enter what somebody said when their name was called; said again, it takes the place of what was misheard.

    Raises Refused(CallRefusal, ChannelRefusal), NotFound.
    """
    async with unit_of_work() as work:
        meeting = await _meeting(question_id)
        question = await running(question_id)
        line = await _line(question, number)
        _stop(refuse_answer(_way(question), line.name.times))
        receipt = await enter_vote(actor, question_id, line.person_id, Channel.DESK, choice, client_id, replaces)
        _told(work, meeting)
    return receipt


async def last_answered(question_id: int) -> int | None:
    """Who of those called answered last in the hall, by person id."""
    called = CalledName.filter(question_id=question_id)
    people = [int(str(one)) for one in await called.values_list("person_id", flat=True)]
    row = await Ballot.current(question_id).filter(person_id__in=people, via=VIA).order_by("-cast_at", "-id").first()
    return None if row is None else row.person_id


@dataclass(frozen=True, slots=True)
class Call:
    """What everybody in the hall has heard: whose name is called, who is next, what was said last."""

    now: str
    next: str
    is_second: bool
    last: str
    choice: str
    left: int
    """Names that are still to be called, those for the second time among them."""


async def call_now(question: Question) -> Call | None:
    """The call of an open vote by roll call; None for any other question."""
    if not is_called(question):
        return None
    lines = await roll_of_call(question)
    now = next((one for one in lines if one.name.said is Said.CALLED), None)
    number = next_name([one.name for one in lines])
    ahead = next((one for one in lines if one.name.number == number), None)
    last_id = await last_answered(question.id)
    last = next((one for one in lines if one.person_id == last_id and one.name.said is Said.ANSWERED), None)
    again = now or ahead
    return Call(
        now=now.label if now is not None else "",
        next=ahead.label if ahead is not None else "",
        is_second=again is not None and again.name.times + (again is not now) > 1,
        last=last.label if last is not None else "",
        choice=last.choice if last is not None else "",
        left=sum(one.name.said in (Said.WAITING, Said.ABSENT) and one.name.times < TIMES for one in lines),
    )


def is_called(question: Question) -> bool:
    """Whether names are being called for this question."""
    return question.state is QuestionState.OPEN and _way(question) is Way.ROLL_CALL


def _way(question: Question) -> Way:
    return question.rule_spec.form.way


async def _meeting(question_id: int) -> Meeting:
    found = await Question.get_or_none(id=question_id)
    if found is None:
        raise NotFound()
    return await claim(found.meeting_id)


async def _line(question: Question, number: int) -> CalledLine:
    found = next((one for one in await roll_of_call(question) if one.name.number == number), None)
    if found is None:
        raise NotFound()
    return found


def _stop(reason: CallRefusal | None) -> None:
    if reason is not None:
        raise Refused(reason)


def _told(work: UnitOfWork, meeting: Meeting) -> None:
    work.publish(topic_of(meeting.id), MeetingMoved(meeting.id, meeting.version))
