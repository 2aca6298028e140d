"""Handed in at the desk for somebody in the hall without a phone: for whom, and when it can be taken back.

Decides only, over values it is given.
"""

from enum import StrEnum

from linyue.meetings.rules_rights import Act

REASON_LETTERS = 100


class HandedKind(StrEnum):
    """What is handed in: a turn to speak, a topic, a point of a group."""

    FLOOR = "floor"
    TOPIC = "topic"
    POINT = "point"


ACTS = {HandedKind.FLOOR: Act.ASK_FLOOR, HandedKind.TOPIC: Act.POST_TOPIC, HandedKind.POINT: Act.WRITE_NOTE}
"""The act that the person would take on a phone; what is handed in has its place in the same steps."""


class HandInRefusal(StrEnum):
    """Why nothing is handed in, or taken back."""

    OWN = "meetings-refused-hand-in-own"
    NOT_HERE = "meetings-refused-hand-in-not-here"
    HAS_PHONE = "meetings-refused-hand-in-has-phone"
    NOT_READ = "meetings-refused-hand-in-not-read"
    NO_REASON = "meetings-refused-hand-in-no-reason"
    REASON_LONG = "meetings-refused-hand-in-reason-long"
    TAKEN_BACK = "meetings-refused-hand-in-taken-back"
    HAS_SPOKEN = "meetings-refused-hand-in-has-spoken"


def refuse_hand_in(
    *, is_own: bool, is_here: bool, has_phone: bool, was_asked: bool, knows_rules: bool, was_read: bool
) -> HandInRefusal | None:
    """For who is here, has not entered on a phone or asks for it all the same, and knows the rules of order.

    `knows_rules`: they accepted the version that holds, on a phone or at the desk before; else it is read to them.
    """
    if is_own:
        return HandInRefusal.OWN
    if not is_here:
        return HandInRefusal.NOT_HERE
    if has_phone and not was_asked:
        return HandInRefusal.HAS_PHONE
    return None if knows_rules or was_read else HandInRefusal.NOT_READ


def refuse_take_back(reason: str, is_taken_back: bool) -> HandInRefusal | None:
    """Once, with a reason that stays on record."""
    if is_taken_back:
        return HandInRefusal.TAKEN_BACK
    if not reason.strip():
        return HandInRefusal.NO_REASON
    return HandInRefusal.REASON_LONG if len(reason.strip()) > REASON_LETTERS else None
