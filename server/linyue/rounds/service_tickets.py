"""One-use tickets for sockets: got by a form-guarded POST over the session, spent within half a minute.

After a restart a whole hall asks at once: tickets asked for together are stored together, and spent together.
"""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from tortoise import connections

from linyue.base import clock, db
from linyue.base.crypto import token_hash
from linyue.base.together import Together
from linyue.rounds.model import SocketTicket

SECONDS = 30
TAKE_POSTGRES = (
    "DELETE FROM socket_tickets WHERE hash = ANY($1::varchar[]) RETURNING hash, room, session_id, expires_at"
)
TAKE_SQLITE = (
    "DELETE FROM socket_tickets WHERE hash IN (SELECT value FROM json_each(?))"
    " RETURNING hash, room, session_id, expires_at"
)


async def give_ticket(room: str, session_id: int | None) -> str:
    """A ticket for one room, bound to the session it was asked over. Real time: the district's clock may jump."""
    token = secrets.token_urlsafe(24)
    await _stored.of((token_hash(token), room, session_id))
    return token


async def spend_ticket(token: str, room: str, session_id: int | None) -> bool:
    """Use a ticket up. False when it is unknown, used, too old, for another room or of another session."""
    found = await _spent.of(token_hash(token))
    return found is not None and found[:2] == (room, session_id) and found[2] > clock.real_now()


async def _store(tickets: Sequence[tuple[str, str, int | None]]) -> dict[tuple[str, str, int | None], bool]:
    until = clock.real_now() + timedelta(seconds=SECONDS)
    await SocketTicket.bulk_create(
        [SocketTicket(hash=hash_, room=room, session_id=session, expires_at=until) for hash_, room, session in tickets]
    )
    return {}


async def _spend(hashes: Sequence[str]) -> dict[str, tuple[str, int | None, datetime]]:
    """One statement takes and removes them, so that of two who send the same ticket one is late, on any machine."""
    if db.is_postgres():
        rows = await connections.get("default").execute_query_dict(TAKE_POSTGRES, [list(hashes)])
    else:
        rows = await connections.get("default").execute_query_dict(TAKE_SQLITE, [json.dumps(list(hashes))])
    return {row["hash"]: (row["room"], row["session_id"], _moment(row["expires_at"])) for row in rows}


def _moment(stored: datetime | str) -> datetime:
    return datetime.fromisoformat(stored) if isinstance(stored, str) else stored


_stored = Together(_store)
_spent = Together(_spend)


async def drop_old_tickets() -> None:
    """Remove what nobody used."""
    await SocketTicket.filter(expires_at__lt=clock.real_now()).delete()
