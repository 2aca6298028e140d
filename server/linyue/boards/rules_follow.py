"""Is it really fixed? When it is asked, whom the desk calls, what an answer leads to. Plain functions."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from linyue.base.workdays import local_day

ASK_AFTER = timedelta(days=7)
"""Calendar days after the end that a mend has to show itself."""
FORGET_AFTER = timedelta(days=30)
"""What ended longer ago is not asked about any more: nobody remembers, and a new district starts in peace."""
CALLS_AT_ONCE = 20
"""Calls a community's desk is given at a time; the rest of a large month is sampled, not called."""


TRIES_AT_MOST = 3
"""After so many calls that nobody answered the question is dropped; the board says of how many."""


class Answer(StrEnum):
    """What the reporter says a week later."""

    FIXED = "fixed"
    PARTLY = "partly"
    NOT = "not"


class FollowRefusal(StrEnum):
    """Why an answer is not taken; the value is the translation key."""

    ANSWERED = "boards-refused-answered"
    REOPENED_ONCE = "boards-refused-reopened-once"
    OWN_WORK = "boards-refused-own-work"
    TRIED_TODAY = "boards-refused-tried-today"


def is_time(completed_at: datetime, now: datetime) -> bool:
    """Whether the question is due: a week after the end, not a month after it."""
    return completed_at + ASK_AFTER <= now < completed_at + FORGET_AFTER


def may_reopen(answer: Answer, reopened_count: int) -> bool:
    """Whether the answer offers to open the matter again: unless all is well, and only while the one time is unused."""
    return answer is not Answer.FIXED and reopened_count == 0


def refuse_try(tries: int, tried_at: datetime | None, now: datetime) -> FollowRefusal | None:
    """Why a call that nobody answered is not noted: one a day counts, so that three calls are three days."""
    if tries >= TRIES_AT_MOST:
        return FollowRefusal.ANSWERED
    return FollowRefusal.TRIED_TODAY if was_tried(tried_at, now) else None


def was_tried(tried_at: datetime | None, now: datetime) -> bool:
    """Whether somebody called on the day that `now` lies in, in Shanghai."""
    return tried_at is not None and local_day(tried_at) == local_day(now)


def sample(numbers: Iterable[str], most: int = CALLS_AT_ONCE) -> list[str]:
    """Which matters to call about: all, or `most` of them drawn by the hash of their number.

    Nobody chooses whom to call, and everybody who draws again gets the same ones.
    """
    drawn = sorted(numbers, key=lambda number: sha256(number.encode()).digest())[:most]
    return sorted(drawn)
