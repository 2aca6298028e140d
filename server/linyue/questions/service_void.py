"""The end of a question that went wrong: voided for good, with the reason in its record.

Who may propose and who must confirm is decided where the two people meet (records.service_void); what follows from a
voided question in later slices is plugged in with `when_voided`, and runs in the same transaction.
"""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import Refused
from linyue.base.notify import tell
from linyue.base.policy import Actor
from linyue.matters import service as matters
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingState
from linyue.questions import writer
from linyue.questions.events import QuestionVoided
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState, refuse_void
from linyue.questions.service import who_took_part
from linyue.questions.service_chain import append, claimed

log = structlog.get_logger()
Follower = Callable[[Actor, Question], Awaitable[None]]
_followers: list[Follower] = []


def when_voided(follow: Follower) -> None:
    """Let a slice clear up after a voided question, inside the same transaction; called once at import."""
    if follow not in _followers:
        _followers.append(follow)


async def void_question(actor: Actor, question_id: int, *, why: str, by: Sequence[str]) -> Question:
    """Declare a question void: the last entry of its chain, never taken back; a re-run is a new question.

    `by`: salted commitments of the two people who decided it. Raises NotFound, Refused(QuestionRefusal).
    """
    if len(set(by)) != 2:
        raise ValueError("two people void a question")
    now = clock.now()
    async with unit_of_work() as work:
        question = await claimed(question_id)
        reason = refuse_void(question.state, why)
        if reason is not None:
            raise Refused(reason, field="reason")
        question.state, question.voided_at, question.void_reason = QuestionState.VOIDED, now, why.strip()
        await append(question, "VOID", {"why": question.void_reason, "by": list(by)}, now)
        await question.save()
        work.publish(
            writer.topic(question.meeting_id), QuestionVoided(question.id, question.public_id, question.version)
        )
        await work.audit(actor, "question.void", f"question:{question.id}")
        for follow in _followers:
            await follow(actor, question)
        await tell(
            await who_took_part(question),
            "records-void-told",
            link=f"/q/{question.public_id}",
            is_urgent=True,
            text_zh=question.text_zh,
            text_en=question.text_en,
        )
        await _tell_matter(actor, question)
    return question


async def _tell_matter(actor: Actor, question: Question) -> None:
    if question.matter_id is None:
        return
    meeting = await Meeting.get(id=question.meeting_id)
    try:
        await matters.decision_voided(
            actor,
            question.matter_id,
            question_public_id=question.public_id,
            reason=question.void_reason,
            is_heard_still=meeting.state is not MeetingState.ENDED,
        )
    except Refused as refused:  # a matter that moved on meanwhile must not keep a wrong vote alive
        log.warning("questions.matter_moved_on", question=question.id, reason=str(refused.reason))
