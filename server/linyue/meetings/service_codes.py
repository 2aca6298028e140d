"""From six digits, or a screen's link, to a meeting; guessing is slowed down, a hall behind one address is not."""

from collections.abc import Sequence
from copy import copy

from linyue.base import ratelimit
from linyue.base.crypto import token_hash
from linyue.base.errors import NotFound, Refused
from linyue.base.together import Together
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingRefusal

ONE_ADDRESS = "1000/hour"
"""Wrong codes of whoever is not signed in. A hall has one address, and a thousand people mistype less often."""
ONE_PERSON = "60/hour"
"""Wrong codes of one person who is signed in, wherever they are; those of others at their address are not theirs."""


async def find_by_code(code: str, person_id: int | None, address: str) -> Meeting:
    """The meeting whose code this is. Only wrong tries count, each against the person, or the address of a stranger.

    Who has used up their tries is refused right codes as well, or guessing would go on. There is no count of
    everybody's: one guesser would use it up and keep every neighbour out. Raises Refused(NO_SUCH_CODE, TOO_MANY_CODES).
    """
    limit, *who = (ONE_ADDRESS, "code", address) if person_id is None else (ONE_PERSON, "code-of", str(person_id))
    await ratelimit.peek(limit, *who, reason=MeetingRefusal.TOO_MANY_CODES)
    digits = "".join(c for c in code if c.isascii() and c.isdigit())
    known = await _by_code.of(digits) if len(digits) == 6 else None
    if known is None:
        await ratelimit.check(limit, *who, reason=MeetingRefusal.TOO_MANY_CODES)
        raise Refused(MeetingRefusal.NO_SUCH_CODE, field="code")
    return copy(known)  # a row of one's own, though one read answers the whole hall


async def _of_codes(codes: Sequence[str]) -> dict[str, Meeting]:
    return {row.join_code: row for row in await Meeting.by_codes(codes).select_related("place") if row.join_code}


_by_code: Together[str, Meeting] = Together(_of_codes)


async def find_screen(token: str) -> Meeting:
    """The meeting a big screen's link belongs to, with its place. Raises NotFound."""
    found = await Meeting.get_or_none(screen_token_hash=token_hash(token)).select_related("place") if token else None
    if found is None:
        raise NotFound()
    return found
