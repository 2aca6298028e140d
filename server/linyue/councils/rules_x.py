"""How neighbours become X members: the three ways, calls, putting oneself forward. No tables, no clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

TOPIC_AT_MOST = 120
WORDS_AT_MOST = 300


class Way(StrEnum):
    """The three ways into the X of 7+X."""

    CALL = "call"
    """An open call that everybody of the place may answer."""
    EXPERTISE = "expertise"
    """Somebody who knows the subject, who may live elsewhere."""
    AFFECTED = "affected"
    """Somebody whom the matter touches."""


class ApplicationState(StrEnum):
    """Where somebody who put themselves forward stands."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class XRefusal(StrEnum):
    """Why a call, an application or its answer is refused; the value is the translation key."""

    NO_TOPIC = "councils-refused-topic-missing"
    NO_WORDS = "councils-refused-no-words"
    TOO_LONG = "councils-refused-too-long"
    NO_ANSWER = "councils-refused-no-answer"
    CALL_DAY = "councils-refused-call-day"
    CALL_LONG = "councils-refused-call-long"
    CALL_OVER = "councils-refused-call-over"
    NO_CALL = "councils-refused-no-call"
    NOT_OF_HERE = "councils-refused-not-of-here"
    WAITS_ALREADY = "councils-refused-waits-already"
    ANSWERED_ALREADY = "councils-refused-answered-already"
    OWN_APPLICATION = "councils-refused-own-application"
    NO_SUCH_MATTER = "councils-refused-no-such-matter"
    SITS_ALREADY = "councils-refused-sits-already"


def refuse_words(topic: str, words: str) -> tuple[XRefusal, str] | None:
    """A topic and a few words, both within their length; names the field."""
    if not topic.strip():
        return XRefusal.NO_TOPIC, "topic"
    if len(topic) > TOPIC_AT_MOST:
        return XRefusal.TOO_LONG, "topic"
    if not words.strip():
        return XRefusal.NO_WORDS, "words"
    return (XRefusal.TOO_LONG, "words") if len(words) > WORDS_AT_MOST else None


def refuse_call(closes_at: datetime, now: datetime, days: int) -> XRefusal | None:
    """A call is open for some time, and for so many days at most as the district lays down."""
    if closes_at <= now:
        return XRefusal.CALL_DAY
    return XRefusal.CALL_LONG if closes_at - now > timedelta(days=days + 1) else None


def refuse_application(way: Way, is_on_roll: bool, call_runs: bool | None) -> XRefusal | None:
    """Who may put themselves forward. `call_runs`: whether the call that was named is open; None where none was.

    An open call is answered while it is open. Only somebody with the skill may come from elsewhere.
    """
    if way is Way.CALL and call_runs is None:
        return XRefusal.NO_CALL
    if call_runs is False:
        return XRefusal.CALL_OVER
    return XRefusal.NOT_OF_HERE if way is not Way.EXPERTISE and not is_on_roll else None


def votes_on(terms: Iterable[tuple[int, int | None]], matter_id: int | None) -> set[int]:
    """Ids of the X members who decide a matter (None: what is no matter); `terms`: (person, their own matter or None).

    Who was taken in for one matter decides that one only; two terms of one person add up.
    """
    return {person for person, own in terms if own is None or own == matter_id}
