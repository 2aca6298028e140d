"""What neighbours arrange among themselves in an open space: duties in a group, topics that join, motions, dots.

Decides only, over values it is given.
"""

from collections.abc import Collection
from enum import StrEnum

from linyue.meetings.rules_plan import Link, QuestionPlan
from linyue.meetings.rules_rights import Act, links_of
from linyue.rounds.rules import RoundRefusal, TopicState, refuse_text

MOTION_LETTERS = 200
MOTION_LETTERS_EN = 400
MOTIONS_EACH = 3
"""Motions a group may have waiting for a vote."""

DOTTING = links_of(Act.DOT_TOPICS)

DOT_PLAN = QuestionPlan(
    choices=(), quorum="none", majority="simple", base="cast", open_minutes=10, way="dots", tie="named"
)
"""How topics are weighed with dots. No template names it: it decides nothing but what is talked over."""


class Duty(StrEnum):
    """What somebody does for their group."""

    CONVENER = "convener"
    RECORDER = "recorder"


class MergeState(StrEnum):
    """What came of asking the authors."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    LAPSED = "lapsed"


class MotionState(StrEnum):
    """A motion waits, is put to the vote, or was taken back by who moved it."""

    MOVED = "moved"
    PUT = "put"
    DROPPED = "dropped"


class SpaceRefusal(StrEnum):
    """Why neighbours do not arrange it so."""

    DUTY_TAKEN = "rounds-refused-duty-taken"
    NOT_A_MEMBER = "rounds-refused-not-a-member"
    NOT_AN_AUTHOR = "rounds-refused-not-an-author"
    ALREADY_ASKED = "rounds-refused-already-asked"
    NOT_ASKED = "rounds-refused-not-asked"
    MOTIONS_USED = "rounds-refused-motions-used"
    MOTION_GONE = "rounds-refused-motion-gone"
    FEW_TOPICS = "rounds-refused-few-topics"


def refuse_duty(*, takes: bool, is_named: bool, holder_sits_here: bool, giver_leads: bool) -> SpaceRefusal | None:
    """Whether a duty changes hands. `is_named`: who is to have it sits in the group.

    A member takes a duty that nobody in the group has (`takes`); whoever convenes, who has the duty, or the meeting's
    chair (`giver_leads`) gives it to any member.
    """
    if not is_named:
        return SpaceRefusal.NOT_A_MEMBER
    if giver_leads or (takes and not holder_sits_here):
        return None
    return SpaceRefusal.DUTY_TAKEN


def refuse_asking(*, is_author: bool, is_chair: bool, is_asked: bool) -> SpaceRefusal | None:
    """The chair or an author of either topic asks that they join; a topic is asked about one thing at a time."""
    if not (is_author or is_chair):
        return SpaceRefusal.NOT_AN_AUTHOR
    return SpaceRefusal.ALREADY_ASKED if is_asked else None


def merge_state(answers: Collection[bool | None]) -> MergeState:
    """One no is enough, and silence is no yes: topics join when every author has agreed."""
    if False in answers:
        return MergeState.DECLINED
    return MergeState.ASKED if None in answers else MergeState.AGREED


def refuse_recall(state: TopicState, is_author: bool) -> RoundRefusal | SpaceRefusal | None:
    """An author takes their topic off the wall while it stands there alone."""
    if not is_author:
        return SpaceRefusal.NOT_AN_AUTHOR
    return None if state is TopicState.POSTED else RoundRefusal.NOT_POSTED


def refuse_motion(is_member: bool, text: str, text_en: str, waiting: int) -> RoundRefusal | SpaceRefusal | None:
    """A member moves one sentence to be decided, as long as the group has few waiting."""
    if not is_member:
        return RoundRefusal.NOT_IN_GROUP
    refusal = refuse_text(text, MOTION_LETTERS)
    if refusal is None and len(text_en) > MOTION_LETTERS_EN:
        refusal = RoundRefusal.TEXT_LONG
    return refusal or (SpaceRefusal.MOTIONS_USED if waiting >= MOTIONS_EACH else None)


def may_ask_dots(link: Link | None, topics: int, groups: int) -> bool:
    """Topics are weighed while they are settled, when there is a choice and no group yet."""
    return link in DOTTING and topics > 1 and not groups
