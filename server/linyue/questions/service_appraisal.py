"""Appraisals of people, one question each: what came of the year before. Reads only.

Every published question of an appraisal is the row of one person and one year: its words name the person, its meeting
the place and the day. Urban Residents' Committee Law (2025 revision) arts 35-37: twice in a row not competent ends the
office; who ends it is the body that the law names, never this program.
"""

from dataclasses import dataclass

from linyue.base import clock
from linyue.meetings.model import Meeting
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState

LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class FailedTwice:
    """Somebody who was found not competent here and in the appraisal before, with its year and its page."""

    year: int
    question: str
    law_zh: str
    law_en: str
    article: str


async def failed_twice(question: Question) -> FailedTwice | None:
    """Whether this appraisal is the second in a row that somebody failed; None for every other question."""
    meeting = await Meeting.get(id=question.meeting_id)
    if not _is_appraisal(meeting) or not _has_failed(question):
        return None
    before = Question.filter(
        meeting__place_id=meeting.place_id, text_zh=question.text_zh, state=QuestionState.PUBLISHED, id__lt=question.id
    )
    for one in await before.order_by("-id").limit(LOOKED_AT).select_related("meeting"):
        if not _is_appraisal(one.meeting) or _year(one.meeting) >= _year(meeting):
            continue
        if not _has_failed(one):
            return None
        law = meeting.plan.law[0]
        return FailedTwice(_year(one.meeting), one.public_id, law.name.zh, law.name.en, law.article)
    return None


def _is_appraisal(meeting: Meeting) -> bool:
    """Whether a meeting asks about each of some people."""
    return bool(meeting.plan_data) and any(
        one.question is not None and one.question.is_each for one in meeting.plan.links
    )


def _has_failed(question: Question) -> bool:
    """Whether the last option, and no other, has the most votes."""
    result = question.result or {}
    return bool(question.options) and result.get("chosen") == [question.options[-1]["key"]]


def _year(meeting: Meeting) -> int:
    return clock.local(meeting.starts_at).year
