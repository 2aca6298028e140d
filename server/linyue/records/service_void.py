"""Voiding: proposed by one with a reason, confirmed by another; and the same words put again.

propose(actor, question_id, reason) -> Voiding
confirm(actor, question_id) -> Question          from here on the question is void, for good
decline(actor, question_id)                      the second person does not agree
withdraw(actor, question_id)                     the first takes it back
put_again(actor, question_id, meeting_public_id) -> str      a new question with the same words
"""

import secrets

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from linyue.base import clock, ledger
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor, Role, allow
from linyue.matters.model import Matter
from linyue.meetings import service_agenda
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import MeetingState
from linyue.meetings.service import scope_of
from linyue.people.service_roles import holders_of
from linyue.questions import service as questions
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState, refuse_void
from linyue.questions.service_void import void_question, when_voided
from linyue.records.model_challenges import Voiding
from linyue.records.rules_void import VoidingState, VoidRefusal, refuse_confirm, refuse_decline, refuse_withdraw
from linyue.records.service_challenges import answer_all_voided, chairs_of

CONFIRMERS = (Role.OVERSIGHT_COMMITTEE, Role.SUBDISTRICT_OFFICER, Role.SUPERVISOR)


async def propose(actor: Actor, question_id: int, reason: str) -> Voiding:
    """Propose to void a question. Until somebody else confirms, nothing changes. Raises Refused."""
    assert actor.person_id is not None
    try:
        async with unit_of_work() as work:
            question = await Question.get_or_none(id=question_id).prefetch_related("meeting__place")
            if question is None:
                raise NotFound
            refusal = refuse_void(question.state, reason)
            if refusal is not None:
                raise Refused(refusal, field="reason")
            row = await Voiding.create(
                question_id=question_id,
                reason=reason.strip(),
                proposed_by_id=actor.person_id,
                proposed_at=clock.now(),
                proposer_salt=secrets.token_hex(16),
                settler_salt=secrets.token_hex(16),
            )
            barred = {actor.person_id, *await chairs_of(question.meeting_id)}
            people = {p for role in CONFIRMERS for p in await holders_of(role, question.meeting.place.path)} - barred
            link = f"/q/{question.public_id}/void"
            texts = {"text_zh": question.text_zh, "text_en": question.text_en}
            await tell(people, "records-void-told-proposed", link=link, is_urgent=True, **texts)
            await work.audit(actor, "question.void.propose", f"question:{question_id}")
    except IntegrityError as error:  # one proposal at a time, by the index
        raise Refused(VoidRefusal.ALREADY_PROPOSED) from error
    return row


async def confirm(actor: Actor, question_id: int) -> Question:
    """The second person confirms: the question is void. Raises Refused(VoidRefusal, QuestionRefusal)."""
    assert actor.person_id is not None
    async with unit_of_work() as work:
        row = await _claimed(question_id)
        question = await Question.get(id=question_id)
        refusal = refuse_confirm(row.state, row.proposed_by_id, actor.person_id, await chairs_of(question.meeting_id))
        if refusal is not None:
            raise Refused(refusal)
        await _settle(row, VoidingState.CONFIRMED, actor.person_id)
        by = [
            ledger.commitment(row.proposer_salt, f"person:{row.proposed_by_id}"),
            ledger.commitment(row.settler_salt, f"person:{actor.person_id}"),
        ]
        done = await void_question(actor, question_id, why=row.reason, by=by)
        await work.audit(actor, "question.void.confirm", f"question:{question_id}", proposal=row.id)
    return done


async def decline(actor: Actor, question_id: int) -> None:
    """The second person does not agree; the vote stands, the proposal stays on file."""
    assert actor.person_id is not None
    async with unit_of_work() as work:
        row = await _claimed(question_id)
        refusal = refuse_decline(row.state, row.proposed_by_id, actor.person_id)
        if refusal is not None:
            raise Refused(refusal)
        await _settle(row, VoidingState.DECLINED, actor.person_id)
        await work.audit(actor, "question.void.decline", f"question:{question_id}", proposal=row.id)


async def withdraw(actor: Actor, question_id: int) -> None:
    """Whoever proposed it takes it back."""
    assert actor.person_id is not None
    async with unit_of_work() as work:
        row = await _claimed(question_id)
        refusal = refuse_withdraw(row.state, row.proposed_by_id, actor.person_id)
        if refusal is not None:
            raise Refused(refusal)
        await _settle(row, VoidingState.WITHDRAWN, actor.person_id)
        await work.audit(actor, "question.void.withdraw", f"question:{question_id}", proposal=row.id)


async def put_again(actor: Actor, question_id: int, meeting_public_id: str) -> str:
    """Put a voided question's words again as a new question; returns the address to go on from.

    In a running meeting it lies on the table at once; in a draft it becomes the words of the matter's item.
    """
    async with unit_of_work() as work:
        row = await Voiding.get_or_none(question_id=question_id, state=VoidingState.CONFIRMED)
        question = await Question.get_or_none(id=question_id).prefetch_related("meeting__place")
        if question is None:
            raise NotFound
        if row is None or question.state is not QuestionState.VOIDED:
            raise Refused(VoidRefusal.NOT_VOIDED)
        if not await Voiding.filter(id=row.id, again="").update(again="-"):
            raise Refused(VoidRefusal.AGAIN)
        meeting = next((m for m in await meetings_for(actor, question) if m.public_id == meeting_public_id), None)
        if meeting is None:
            raise Refused(VoidRefusal.NO_MEETING, field="meeting")
        if meeting.state is MeetingState.RUNNING:
            link = await _on_the_table(actor, question, meeting)
        else:
            link = await _on_the_agenda(actor, question, meeting)
        await Voiding.filter(id=row.id).update(again=link)
        await work.audit(actor, "question.again", f"question:{question_id}", meeting=meeting.id)
    return link


async def _on_the_table(actor: Actor, question: Question, meeting: Meeting) -> str:
    await questions.draft_question(
        actor,
        meeting.id,
        text_zh=question.text_zh,
        text_en=question.text_en,
        rule=question.rule_spec,
        matter_id=question.matter_id,
        kind=question.kind,
        channels=question.channels,
        body=question.body,
        roll_place_id=question.roll_place_id,
    )
    return f"/run/{meeting.public_id}"


async def _on_the_agenda(actor: Actor, question: Question, meeting: Meeting) -> str:
    matter = await Matter.get_or_none(id=question.matter_id) if question.matter_id else None
    if matter is None:
        raise Refused(VoidRefusal.NO_MEETING, field="meeting")
    await service_agenda.add_matter(actor, meeting.id, matter.number)
    item = await AgendaItem.get(meeting_id=meeting.id, matter_id=matter.id)
    await service_agenda.change_item(
        actor,
        meeting.id,
        item.id,
        minutes=item.minutes,
        question_zh=question.text_zh,
        question_en=question.text_en,
        roll_place_id=question.roll_place_id,
    )
    return f"/meetings/{meeting.public_id}/compose"


async def meetings_for(actor: Actor, question: Question) -> list[Meeting]:
    """Meetings in which this person may put the words again: the running one of the question, drafts of the place.

    `question.meeting` is loaded.
    """
    found = [question.meeting] if question.meeting.state is MeetingState.RUNNING else []
    if question.matter_id is not None:
        found += await Meeting.filter(place_id=question.meeting.place_id, state=MeetingState.DRAFT).order_by(
            "starts_at"
        )
    return [meeting for meeting in found if allow(actor, "question.again", await scope_of(meeting))]


async def proposal_of(question_id: int) -> Voiding | None:
    """The proposal that waits or was confirmed, if there is one."""
    states = [VoidingState.PROPOSED, VoidingState.CONFIRMED]
    return await Voiding.get_or_none(question_id=question_id, state__in=states).select_related("proposed_by")


async def _claimed(question_id: int) -> Voiding:
    """The proposal that waits, ours until commit. Raises Refused(NOT_PROPOSED)."""
    waiting = Voiding.filter(question_id=question_id, state=VoidingState.PROPOSED)
    if not await waiting.update(question_id=F("question_id")):
        raise Refused(VoidRefusal.NOT_PROPOSED)
    return await Voiding.get(question_id=question_id, state=VoidingState.PROPOSED)


async def _settle(row: Voiding, state: VoidingState, person_id: int) -> None:
    await Voiding.filter(id=row.id).update(state=state, settled_by_id=person_id, settled_at=clock.now())


when_voided(answer_all_voided)
