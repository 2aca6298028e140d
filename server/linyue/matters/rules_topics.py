"""Topics that residents propose to their council: who may support, what comes of it. No tables, no clock.

Enough neighbours make a proposal a matter of the council, with a number; every other proposal gets an answer.
"""

from enum import StrEnum

from linyue.councils.rules import MatterKind

TITLE_AT_MOST = 60
TEXT_AT_MOST = 600
ANSWER_AT_MOST = 600
OPEN_AT_MOST = 3
"""Proposals that one person may have collecting at one council."""


class TopicState(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    TAKEN = "taken"
    """It is a matter of the council now."""
    LAPSED = "lapsed"
    """Its time ran out without enough support; an answer is due."""
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class TopicRefusal(StrEnum):
    """Why a proposal, a support or an answer is refused; the value is the translation key."""

    NO_TITLE = "matters-topic-refused-no-title"
    NO_TEXT = "matters-topic-refused-no-text"
    NO_KIND = "matters-topic-refused-no-kind"
    TOO_LONG = "matters-topic-refused-too-long"
    NOT_OF_HERE = "matters-topic-refused-not-of-here"
    TOO_MANY = "matters-topic-refused-too-many"
    NOT_OPEN = "matters-topic-refused-not-open"
    OWN_TOPIC = "matters-topic-refused-own-topic"
    SUPPORTED_ALREADY = "matters-topic-refused-supported-already"
    NOT_SUPPORTED = "matters-topic-refused-not-supported"
    NOT_ANSWERABLE = "matters-topic-refused-not-answerable"
    NO_ANSWER = "matters-topic-refused-no-answer"
    NO_REASON = "matters-topic-refused-no-reason"
    FORM_USED = "matters-topic-refused-form-used"


def refuse_proposal(
    title: str, text: str, kind: str, is_on_roll: bool, own_open: int
) -> tuple[TopicRefusal, str] | None:
    """Why a topic cannot be proposed, and the field; only who has a voice at the place proposes."""
    if not title.strip():
        return TopicRefusal.NO_TITLE, "title"
    if len(title) > TITLE_AT_MOST:
        return TopicRefusal.TOO_LONG, "title"
    if not text.strip():
        return TopicRefusal.NO_TEXT, "text"
    if len(text) > TEXT_AT_MOST:
        return TopicRefusal.TOO_LONG, "text"
    if kind not in {one.value for one in MatterKind}:
        return TopicRefusal.NO_KIND, "kind"
    if not is_on_roll:
        return TopicRefusal.NOT_OF_HERE, ""
    return (TopicRefusal.TOO_MANY, "") if own_open >= OPEN_AT_MOST else None


def refuse_support(state: TopicState, is_on_roll: bool, is_own: bool) -> TopicRefusal | None:
    """Why somebody cannot support: it collects no more, they have no voice here, or it is their own."""
    if state is not TopicState.OPEN:
        return TopicRefusal.NOT_OPEN
    if is_own:
        return TopicRefusal.OWN_TOPIC
    return None if is_on_roll else TopicRefusal.NOT_OF_HERE


def refuse_answer(state: TopicState, text: str) -> TopicRefusal | None:
    """A proposal whose time ran out is answered once, in words; one that still collects is taken up or left alone."""
    if state is not TopicState.LAPSED:
        return TopicRefusal.NOT_ANSWERABLE
    return TopicRefusal.NO_ANSWER if not text.strip() or len(text) > ANSWER_AT_MOST else None


def refuse_take(state: TopicState) -> TopicRefusal | None:
    """The council may take a proposal up before it has enough support, and after its time ran out."""
    return None if state in (TopicState.OPEN, TopicState.LAPSED) else TopicRefusal.NOT_OPEN
