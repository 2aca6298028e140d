"""A meeting over days (邻里会): what the clock does with the link under way. Decides only; `now` is passed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from linyue.meetings.rules_plan import VOTING, Link
from linyue.questions.rules import QuestionState

REMIND_WITHIN = timedelta(hours=24)


class PaceStep(StrEnum):
    """What the clock does next; `none`: nothing until later."""

    NONE = "none"
    REMIND = "remind"
    FORM_GROUPS = "form_groups"
    PUT_QUESTION = "put_question"
    PUBLISH = "publish"
    GO_ON = "go_on"
    END = "end"


@dataclass(frozen=True, slots=True)
class Standing:
    """The link under way, its times and what stands in it. `has_words`: its question is worded in advance."""

    link: Link
    began_at: datetime
    closes_at: datetime
    is_reminded: bool
    is_last: bool
    topics: int = 0
    groups: int = 0
    question: QuestionState | None = None
    has_words: bool = False


def pace_step(here: Standing, now: datetime) -> PaceStep:
    """What the clock does now. It never closes a vote, which has a time of its own; the link waits for it."""
    is_over = now >= here.closes_at
    if here.link in VOTING and here.question is None and here.has_words and not is_over:
        return PaceStep.PUT_QUESTION
    if here.question is QuestionState.CLOSED:
        return PaceStep.PUBLISH
    if not is_over:
        is_near = now >= remind_at(here.began_at, here.closes_at)
        return PaceStep.REMIND if is_near and not here.is_reminded else PaceStep.NONE
    if here.question is QuestionState.OPEN:
        return PaceStep.NONE
    if here.link is Link.TOPICS and here.topics and not here.groups:
        return PaceStep.FORM_GROUPS
    return PaceStep.END if here.is_last else PaceStep.GO_ON


def remind_at(began_at: datetime, closes_at: datetime) -> datetime:
    """A day before the close; for a short link, when half of it is over."""
    return closes_at - min(REMIND_WITHIN, (closes_at - began_at) / 2)
