"""From six digits, or a screen's link, to a meeting; wrong codes are counted, right ones open whatever came before."""

from collections.abc import Sequence
from copy import copy

from linyue.base import ratelimit
from linyue.base.crypto import token_hash
from linyue.base.errors import NotFound, Refused
from linyue.base.together import Together
from linyue.meetings.model import Meeting
from linyue.meetings.rules import MeetingRefusal

ONE_ADDRESS = "100/5minutes"
"""Wrong codes of whoever is not signed in. A hall has one address; of a thousand people some twenty mistype."""
ONE_PERSON = "20/5minutes"
"""Wrong codes of one person who is signed in, wherever they are; those of others at their address are not theirs."""


async def find_by_code(code: str, person_id: int | None, address: str) -> Meeting:
    """The meeting whose code this is. Only wrong tries count, each against the person, or the address of a stranger.

    A right code always opens, whoever mistyped before at the same address: it is no secret, since everybody reads it
    on the page of an announced meeting. The code of a meeting that has ended is not wrong: when it ends every phone
    of the hall still asks for it. Raises Refused(NO_SUCH_CODE, TOO_MANY_CODES).
    """
    digits = "".join(c for c in code if c.isascii() and c.isdigit())
    known = await _by_code.of(digits) if len(digits) == 6 else None
    if known is not None:
        return copy(known)  # a row of one's own, though one read answers the whole hall
    if await find_over(digits) is None:
        limit, *who = (ONE_ADDRESS, "code", address) if person_id is None else (ONE_PERSON, "code-of", str(person_id))
        await ratelimit.check(limit, *who, reason=MeetingRefusal.TOO_MANY_CODES)
    raise Refused(MeetingRefusal.NO_SUCH_CODE, field="code")


async def find_over(code: str) -> Meeting | None:
    """The meeting that had this code and has ended, the newest of them; None when no meeting had it."""
    return await _over_by_code.of(code) if len(code) == 6 else None


async def _of_codes(codes: Sequence[str]) -> dict[str, Meeting]:
    return {row.join_code: row for row in await Meeting.by_codes(codes).select_related("place") if row.join_code}


async def _of_codes_over(codes: Sequence[str]) -> dict[str, Meeting]:
    return {row.join_code: row for row in await Meeting.over_by_codes(codes) if row.join_code}


_by_code: Together[str, Meeting] = Together(_of_codes)
_over_by_code: Together[str, Meeting] = Together(_of_codes_over)


async def find_screen(token: str) -> Meeting:
    """The meeting a big screen's link belongs to, with its place. Raises NotFound."""
    found = await Meeting.get_or_none(screen_token_hash=token_hash(token)).select_related("place") if token else None
    if found is None:
        raise NotFound()
    return found
