"""Votes whose options are not the chair's to write: a later slice says what a meeting votes on. Reads only."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from linyue.base.errors import Refused
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules_plan import VOTING
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.questions.rules_setup import Typed
from linyue.questions.rules_ways import Way
from linyue.rounds.rules import RoundRefusal


@dataclass(frozen=True, slots=True)
class Given:
    """What is voted on: the words offered to the chair, and the options, in their order.

    One option is asked for and against; none: nothing can be voted on yet.
    """

    text_zh: str
    text_en: str
    options: Sequence[str] = field(default_factory=tuple)
    english: Sequence[str] = field(default_factory=tuple)
    """The same in English, where a template says it."""

    @property
    def typed(self) -> Typed:
        """The way to vote and its options, as a chair would type them."""
        if len(self.options) < 2:
            return Typed()
        both = zip_longest(self.options, self.english, fillvalue="")
        lines = [f"{zh}|{en}" if en else zh for zh, en in both]
        return Typed(way=Way.SINGLE.value, options="\n".join(lines), seats=1)


Load = Callable[[Meeting], Awaitable[Given | None]]
_loads: list[Load] = []


def plug_given(load: Load) -> None:
    """Let a later slice say what a meeting votes on; None from it for meetings it knows nothing of."""
    _loads.append(load)


async def given_for(meeting: Meeting, item: AgendaItem | None) -> Given | None:
    """What the item under way votes on, where that is settled before the meeting."""
    if item is None or item.link not in VOTING:
        return None
    for load in _loads:
        found = await load(meeting)
        if found is not None:
            return found
    return await _by_template(meeting, item)


async def _by_template(meeting: Meeting, item: AgendaItem) -> Given | None:
    """Options that the template settles; where it asks about each of some people, the next name is in the words."""
    link = meeting.plan.link_at(item.plan_link, item.link)
    asked = link.question if link is not None else None
    if asked is None or not asked.options:
        return None
    left = await names_left(meeting, item) if asked.is_each else []
    zh, en = (appraising(left[0]), f"Appraisal of {left[0]}") if left else (item.question_zh, item.question_en)
    if asked.is_each and not left:
        zh, en = "", ""
    return Given(zh, en, [one.zh for one in asked.options], [one.en for one in asked.options])


def appraising(name: str) -> str:
    """The words of the question about one person, by which later years find it again."""
    return f"评议{name}"


async def names_left(meeting: Meeting, item: AgendaItem | None) -> list[str]:
    """Names in the agenda's item that no question has been about yet, where the template asks about each person."""
    link = meeting.plan.link_at(item.plan_link, item.link) if item is not None else None
    if item is None or link is None or link.question is None or not link.question.is_each:
        return []
    rows = await Question.of_meeting(meeting.id).exclude(state=QuestionState.VOIDED)
    put = {one.text_zh for one in rows}
    names = dict.fromkeys(line.strip() for line in item.question_zh.splitlines())
    return [one for one in names if one and appraising(one) not in put]


def typed_for(given: Given | None, typed: Typed | None) -> Typed | None:
    """What counts of what the chair typed: nothing where the options are given. Raises Refused(NO_CANDIDATES)."""
    if given is None:
        return typed
    if not given.options:
        raise Refused(RoundRefusal.NO_CANDIDATES)
    return given.typed
