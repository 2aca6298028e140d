"""One-use tickets for sockets: got by a form-guarded POST over the session, spent within half a minute."""

import secrets
from datetime import timedelta

from linyue.base import clock
from linyue.base.crypto import token_hash
from linyue.rounds.model import SocketTicket

SECONDS = 30


async def give_ticket(room: str, session_id: int | None) -> str:
    """A ticket for one room, bound to the session it was asked over. Real time: the district's clock may jump."""
    token = secrets.token_urlsafe(24)
    until = clock.real_now() + timedelta(seconds=SECONDS)
    await SocketTicket.create(hash=token_hash(token), room=room, session_id=session_id, expires_at=until)
    return token


async def spend_ticket(token: str, room: str, session_id: int | None) -> bool:
    """Use a ticket up. False when it is unknown, used, too old, for another room or of another session."""
    mine = SocketTicket.filter(hash=token_hash(token), room=room, expires_at__gt=clock.real_now())
    mine = mine.filter(session_id__isnull=True) if session_id is None else mine.filter(session_id=session_id)
    return bool(await mine.delete())


async def drop_old_tickets() -> None:
    """Remove what nobody used."""
    await SocketTicket.filter(expires_at__lt=clock.real_now()).delete()
