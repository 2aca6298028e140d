"""Everything a person can do with a question. The only writer (with the ballot writer) and the only publisher.

    draft_question, open_question                                        from service_opening, offered here too
    cast_ballot(person_id, question_id, choice, client_id, replaces, via) -> Receipt     socket, POST, anyone
    close_question(actor, question_id) -> Question                       final; counts, shows nothing yet
    publish_result(actor, question_id) -> Question
    finish_questions(meeting_id) -> int                                  the meeting has ended: close, publish
    sweep(now) -> int                                                    close and publish what is overdue
Reading is in service_views: question_by_public_id, turnout, my_ballot, result_view, named_choices, verify_chain.
Every change is published on the bus topic `meeting:<id>` after commit (events.py); nothing carries the split.
"""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any

import structlog
from tortoise.expressions import F

from linyue.base import bus, clock
from linyue.base.db import current_work, is_store_away, unit_of_work
from linyue.base.errors import Refused
from linyue.base.logs import failure
from linyue.base.notify import tell
from linyue.base.policy import NOBODY, Actor
from linyue.matters import service as matters
from linyue.meetings.model import Attendance
from linyue.meetings.rules import MeetingState
from linyue.people.model import Person
from linyue.people.service_own import plug_eraser
from linyue.questions import rules, service_box, writer
from linyue.questions.events import OwnBallotStored, QuestionClosed, ResultPublished
from linyue.questions.model import ChainEntry, Question, RollEntry
from linyue.questions.rules import Measure, QuestionRefusal, QuestionState
from linyue.questions.rules_ballot import Via, refuse_send
from linyue.questions.rules_channels import combine
from linyue.questions.rules_decide import decide
from linyue.questions.rules_secret import Kind, SecretRefusal
from linyue.questions.rules_tally import Outcome, Verdict
from linyue.questions.service_chain import append, claimed
from linyue.questions.service_opening import draft_question, open_question
from linyue.questions.service_paper_views import cast_of, weighing_of
from linyue.questions.writer_batch import Declined, Receipt, Send

__all__ = [
    "about_matter",
    "cast_ballot",
    "close_question",
    "count_result",
    "draft_question",
    "finish_questions",
    "numbers_of",
    "open_question",
    "publish_result",
    "sweep",
    "who_took_part",
]
log = structlog.get_logger()


async def cast_ballot(
    person_id: int,
    question_id: int,
    choice: str,
    client_id: str,
    replaces: int,
    via: Via,
    manifest_hash: str | None = None,
) -> Receipt:
    """Vote, or change one's vote. Returns once the ballot is durable; the same `client_id` gets the same receipt.

    `replaces`: the revision the voter sees as theirs, 0 for none. Raises Refused(BallotRefusal); when another
    ballot of this person counts, the refusal carries its choice, revision and code.
    """
    assert current_work() is None, "a ballot has a transaction of its own"
    reason = refuse_send(choice, client_id)
    if reason is not None:
        raise Refused(reason, field="choice")
    send = Send(question_id, person_id, choice, client_id, replaces, via, manifest_hash)
    answer = await writer.cast(send)
    if isinstance(answer, Declined):
        newest = answer.newest
        told = {} if newest is None else {"choice": newest.choice, "revision": newest.revision, "code": newest.code}
        raise Refused(answer.reason, field="choice", **told)
    return answer


async def tell_own_devices(question: Question, person_id: int) -> None:
    """Let the other devices of a voter know that their ballot came by a form; over a socket the room tells them."""
    if question.kind is Kind.NAMED:
        await bus.publish(writer.topic(question.meeting_id), OwnBallotStored(person_id))


async def close_question(actor: Actor, question_id: int, *, why: str = "chair") -> Question:
    """End the vote for good, and count. The result stays unseen until it is published."""
    now = clock.now()
    async with unit_of_work() as work:
        question = await claimed(question_id)
        reason = rules.refuse_close(question.state)
        if reason is not None:
            raise Refused(reason)
        question.state, question.closed_at = QuestionState.CLOSED, now
        if question.kind is Kind.SECRET:
            numbers = await service_box.close_box(question, now)  # opened once this is durable: service_secret
        else:
            numbers = await _turnout(question)
        await append(question, "CLOSE", {**numbers, "why": why}, now)
        if question.kind is Kind.NAMED:
            # After the entry: a lot is drawn with its hash, which no ballot could foresee.
            question.result = (await count_result(question)).to_data()
        await question.save()
        event = QuestionClosed(question.id, question.public_id, question.version, question.ballots_cast)
        work.publish(writer.topic(question.meeting_id), event)
        await work.audit(actor, "question.close", f"question:{question.id}", cast=numbers["cast"], why=why)
    return question


async def _turnout(question: Question) -> service_box.Figures:
    """What CLOSE says of a named vote: how many, never what."""
    rule = question.rule_spec
    all_ways = combine(rule.listed, await cast_of(question), rule.ballots)
    turnout = all_ways.turnout
    numbers = {"entitled": turnout.entitled, "present": turnout.present, "cast": turnout.cast}
    return {**numbers, "by_channel": dict(all_ways.by_channel)}


async def count_result(question: Question) -> Outcome:
    """The only place that counts. Refuses while the question is not closed."""
    if question.state not in (QuestionState.CLOSED, QuestionState.PUBLISHED):
        raise Refused(QuestionRefusal.NOT_CLOSED)
    rule = question.rule_spec
    all_ways = combine(rule.listed, await cast_of(question), rule.ballots)
    by_channel = {} if question.kind is Kind.SECRET else all_ways.by_channel
    closing = await ChainEntry.get(question_id=question.id, kind="CLOSE")
    weighing = await weighing_of(question) if rule.measure is Measure.AREA_AND_HEADS else None
    return decide(rule, all_ways.counts, all_ways.turnout, by_channel, seed=closing.hash, weighing=weighing)


async def publish_result(actor: Actor, question_id: int, *, why: str = "chair") -> Question:
    """Show the result to everybody who may read the meeting; names only to the roll."""
    now = clock.now()
    async with unit_of_work() as work:
        question = await claimed(question_id)
        reason = rules.refuse_publish(question.state)
        if reason is not None:
            raise Refused(reason)
        if question.result is None:  # only a secret vote is closed without one
            raise Refused(SecretRefusal.BOX_GONE if question.box_note else SecretRefusal.BOX_CLOSED)
        question.state, question.published_at = QuestionState.PUBLISHED, now
        told = {key: value for key, value in question.result.items() if key not in ("steps", "proof")}
        await append(question, "RESULT", {**told, "why": why}, now)
        await question.save()
        event = ResultPublished(question.id, question.public_id, question.version)
        work.publish(writer.topic(question.meeting_id), event)
        await work.audit(actor, "question.publish", f"question:{question.id}", why=why)
        took_part = await who_took_part(question)
        link, words = f"/q/{question.public_id}", (question.text_zh, question.text_en)
        titles = {"text_zh": words[0], "text_en": words[1]}
        await tell(took_part, "questions-told-published", link=link, is_urgent=True, **titles)
        await _tell_matter(actor, question)
    return question


def numbers_of(question: Question) -> dict[str, Any]:
    """The figures of a published result that a timeline tells."""
    result = question.result or {}
    counts = result["counts"] if question.rule_spec.is_aye_or_no else {}
    return {**counts, **{name: result[name] for name in ("present", "cast", "needed")}}


async def about_matter(question: Question, matter_id: int) -> None:
    """A vote that was about no matter is about this one from now on: the one its motion became. Only inside a unit."""
    await Question.filter(id=question.id, matter_id=None).update(matter_id=matter_id, version=F("version") + 1)
    question.matter_id = matter_id


async def _tell_matter(actor: Actor, question: Question) -> None:
    if question.matter_id is None or question.result is None:
        return
    result = question.result
    try:
        await matters.apply_decision(
            actor,
            question.matter_id,
            is_adopted=result["verdict"] == Verdict.PASSED,
            question_public_id=question.public_id,
            title=question.text_zh,
            title_en=question.text_en,
            numbers=numbers_of(question),
        )
    except Refused as refused:  # a matter that moved on meanwhile must not hold a result back
        log.warning("questions.matter_moved_on", question=question.id, reason=str(refused.reason))


async def who_took_part(question: Question) -> set[int]:
    """Ids of those who voted on the question or were at its meeting."""
    voted = await RollEntry.filter(question_id=question.id, channel__isnull=False).values_list("person_id", flat=True)
    came = await Attendance.filter(meeting_id=question.meeting_id).values_list("person_id", flat=True)
    return {int(person_id) for person_id in (*voted, *came)}  # type: ignore[call-overload]


async def finish_questions(meeting_id: int) -> int:
    """The meeting has ended: close what is open, publish what is closed. Returns how many steps were taken."""
    steps = 0
    for question in await Question.of_meeting(meeting_id).filter(state=QuestionState.OPEN):
        await close_question(NOBODY, question.id, why="meeting")
        steps += 1
    for question in await Question.of_meeting(meeting_id).filter(state=QuestionState.CLOSED):
        if question.result is None:
            continue  # a box still to be opened, which needs this transaction to be over; the sweep publishes
        await publish_result(NOBODY, question.id, why="meeting")
        steps += 1
    return steps


async def sweep(now: datetime) -> int:
    """Close questions whose time is over and publish results nobody published. May run twice without harm."""
    steps = 0
    for question in await Question.filter(state=QuestionState.OPEN).prefetch_related("meeting"):
        is_time_over = question.closes_at is not None and now >= question.closes_at
        if is_time_over or question.meeting.state is MeetingState.ENDED:
            steps += await _unless_done(question.id, close_question(NOBODY, question.id, why="time"))
    for question in await Question.filter(state=QuestionState.CLOSED).prefetch_related("meeting"):
        if question.result is None or question.closed_at is None:
            continue  # the box of a secret vote is not opened yet, or never will be
        is_over = question.meeting.state is MeetingState.ENDED
        if rules.publishes_itself(question.closed_at, is_over, now):
            steps += await _unless_done(question.id, publish_result(NOBODY, question.id, why="time"))
    return steps


async def _unless_done(question_id: int, step: Awaitable[Question]) -> int:
    try:
        await step
    except Refused:  # somebody else was quicker
        return 0
    except Exception as error:  # one question with a fault keeps no other waiting
        if is_store_away(error):
            raise
        log.error("questions.sweep_failed", question=question_id, **failure(error))
        return 0
    return 1


async def forget_person(person_id: int) -> None:
    """Somebody erased their data: frozen rolls keep their place, without the name. Chains hold no names."""
    person = await Person.get(id=person_id)
    await RollEntry.filter(person_id=person_id).update(label=person.display_name)


plug_eraser(forget_person)
