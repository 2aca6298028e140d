"""From six digits, or a screen's link, to a meeting; guessing is slowed down, a hall behind one address is not."""

from collections.abc import Sequence
from copy import copy

from linyue.base import ratelimit
from linyue.base.crypto import token_hash
from linyue.base.errors import NotFound, Refused
from linyue.base.together import Together
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingRefusal

ONE_ADDRESS = "20/minute"
EVERYBODY = "2000/hour"


async def find_by_code(code: str, address: str) -> Meeting:
    """The meeting whose code this is. Only wrong tries count. Raises Refused(NO_SUCH_CODE, TOO_MANY_CODES)."""
    await ratelimit.peek(ONE_ADDRESS, "code", address, reason=MeetingRefusal.TOO_MANY_CODES)
    digits = "".join(c for c in code if c.isascii() and c.isdigit())
    known = await _by_code.of(digits) if len(digits) == 6 else None
    if known is None:
        await ratelimit.check(ONE_ADDRESS, "code", address, reason=MeetingRefusal.TOO_MANY_CODES)
        await ratelimit.check(EVERYBODY, "code-all", reason=MeetingRefusal.TOO_MANY_CODES)
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
