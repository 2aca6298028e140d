"""May a topic be posted, a group joined, a note saved; and what the chair's one main button does next.

Decides only, over values it is given.
"""

from collections.abc import Sequence
from enum import StrEnum

from linyue.meetings.rules import MeetingState
from linyue.meetings.rules_plan import VOTING, Link
from linyue.questions.rules import QuestionState

TOPIC_LETTERS = 60
POINT_LETTERS = 200
PLACE_LETTERS = 40
REASON_LETTERS = 100
TOPICS_EACH = 3
POINTS_EACH = 6
LABELS = ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸")
"""Names of groups in the order they form; a template allows at most ten."""


class TopicState(StrEnum):
    """What became of a posted topic."""

    POSTED = "posted"
    MERGED = "merged"
    GROUP = "group"
    DROPPED = "dropped"
    """Taken back by its author."""


class PostKind(StrEnum):
    """What can be reported and hidden."""

    TOPIC = "topic"
    NOTE = "note"
    POINT = "point"
    MOTION = "motion"
    ORDER = "order"
    """A point of order."""


class RoundRefusal(StrEnum):
    """Why a step in the round is not taken."""

    NO_TEXT = "rounds-refused-no-text"
    TEXT_LONG = "rounds-refused-text-long"
    TOPICS_USED = "rounds-refused-topics-used"
    POINTS_USED = "rounds-refused-points-used"
    NOT_POSTED = "rounds-refused-not-posted"
    SAME_TOPIC = "rounds-refused-same-topic"
    GROUPS_FULL = "rounds-refused-groups-full"
    GROUP_IN_USE = "rounds-refused-group-in-use"
    NOT_IN_GROUP = "rounds-refused-not-in-group"
    NOTE_CHANGED = "rounds-refused-note-changed"
    NO_REASON = "rounds-refused-no-reason"
    NOT_HIDDEN = "rounds-refused-not-hidden"
    ALREADY_HIDDEN = "rounds-refused-already-hidden"
    QUESTION_OPEN = "rounds-refused-question-open"
    NO_QUESTION = "rounds-refused-no-question"
    QUESTION_THERE = "rounds-refused-question-there"
    STEP_OVER = "rounds-refused-step-over"
    BAD_TICKET = "rounds-refused-bad-ticket"
    TOO_MANY_SOCKETS = "rounds-refused-too-many-sockets"
    TOO_FAST = "rounds-refused-too-fast"
    BAD_FRAME = "rounds-refused-bad-frame"
    SIGN_IN = "rounds-refused-sign-in"
    NOT_NOW = "rounds-refused-not-now"
    """The database is away."""
    NO_CANDIDATES = "rounds-refused-no-candidates"


class MainStep(StrEnum):
    """What the one main button of the chair's console does."""

    START = "start"
    FORM_GROUPS = "form_groups"
    PUT_QUESTION = "put_question"
    OPEN_QUESTION = "open_question"
    CLOSE_QUESTION = "close_question"
    PUBLISH_RESULT = "publish_result"
    NEXT_ITEM = "next_item"
    END = "end"
    NONE = "none"


SPEAKING = (Link.CONSENSUS, Link.VOTE, Link.TALK, Link.HEAR, Link.REPORT)


def main_step(
    state: MeetingState,
    link: Link | None,
    is_last: bool,
    topics: int,
    groups: int,
    question: QuestionState | None,
    motions: int = 0,
) -> MainStep:
    """The next step in the order of the meeting. `question` is that of the item under way, None for none yet.

    `motions`: how many wait to be put; each is a question of its own, one after the other.
    """
    if state is MeetingState.ANNOUNCED:
        return MainStep.START
    if state is not MeetingState.RUNNING:
        return MainStep.NONE
    if link in VOTING and question is QuestionState.PUBLISHED and motions:
        return MainStep.PUT_QUESTION
    weighs = link is Link.TOPICS and question is not None
    if (link in VOTING or weighs) and question is not QuestionState.PUBLISHED:
        return {
            None: MainStep.PUT_QUESTION,
            QuestionState.DRAFT: MainStep.OPEN_QUESTION,
            QuestionState.OPEN: MainStep.CLOSE_QUESTION,
            QuestionState.CLOSED: MainStep.PUBLISH_RESULT,
        }[question]
    if link is Link.TOPICS and topics and not groups:
        return MainStep.FORM_GROUPS
    return MainStep.END if is_last else MainStep.NEXT_ITEM


def refuse_text(text: str, limit: int) -> RoundRefusal | None:
    """Something short must be said."""
    if not text.strip():
        return RoundRefusal.NO_TEXT
    return RoundRefusal.TEXT_LONG if len(text) > limit else None


def refuse_topic(text: str, posted: int) -> RoundRefusal | None:
    """Anybody on the roll may post a few topics while topics are called for and settled."""
    return refuse_text(text, TOPIC_LETTERS) or (RoundRefusal.TOPICS_USED if posted >= TOPICS_EACH else None)


def refuse_merge(one: TopicState, other: TopicState, is_same: bool) -> RoundRefusal | None:
    """A topic that stands alone may join another that stands itself, alone or as a group's."""
    if is_same:
        return RoundRefusal.SAME_TOPIC
    stands = other in (TopicState.POSTED, TopicState.GROUP)
    return None if one is TopicState.POSTED and stands else RoundRefusal.NOT_POSTED


def refuse_group(state: TopicState, is_hidden: bool, groups: int, most: int) -> RoundRefusal | None:
    """A shown topic becomes one group, as long as there is room for one more."""
    if state is not TopicState.POSTED or is_hidden:
        return RoundRefusal.NOT_POSTED
    return RoundRefusal.GROUPS_FULL if groups >= most else None


def next_label(used: Sequence[str]) -> str:
    """The first name no group has."""
    return next(label for label in LABELS if label not in used)


def label_in(label: str, lang: str) -> str:
    """A group's name as a reader says it: 甲, or A on English pages."""
    return chr(ord("A") + LABELS.index(label)) if lang == "en" and label in LABELS else label
