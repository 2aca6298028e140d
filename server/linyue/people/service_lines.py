"""Who is behind open sockets, for thousands of them at once. Reads only.

Plain SQL: the ORM makes an object of each id in a list, which would be most of the work of a ballot.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tortoise import connections

from linyue.base import clock, db
from linyue.base.session import RESIDENT_IDLE, RESIDENT_LONGEST, STAFF_IDLE, STAFF_LONGEST

OPEN = (
    "SELECT s.id, s.person_id FROM sessions s JOIN people p ON p.id = s.person_id"
    " WHERE s.id {} AND s.ended_at IS NULL AND p.is_active"
    " AND s.seen_at >= CASE WHEN s.is_staff THEN {} ELSE {} END"
    " AND s.created_at >= CASE WHEN s.is_staff THEN {} ELSE {} END"
)
OPEN_POSTGRES = OPEN.format("= ANY($1::int[])", *(f"${n}::timestamptz" for n in range(2, 6)))
OPEN_SQLITE = OPEN.format("IN (SELECT value FROM json_each(?))", "?", "?", "?", "?")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


async def people_of_sessions(session_ids: Iterable[int], *, is_in_use: bool) -> dict[int, int]:
    """The person behind each of these sessions that has not ended, for accounts that are not blocked; one query.

    `is_in_use`: somebody acts through them now, so one that has idled out does not count either (session.find).
    """
    real = clock.real_now()
    spans: tuple[timedelta, ...] = (STAFF_IDLE, RESIDENT_IDLE, STAFF_LONGEST, RESIDENT_LONGEST)
    since = [real - span if is_in_use else LONG_AGO for span in spans]
    connection = connections.get("default")
    if db.is_postgres():
        rows = await connection.execute_query_dict(OPEN_POSTGRES, [list(session_ids), *since])
    else:  # SQLite compares times as text, as the ORM writes them
        texts = [at.isoformat(" ") for at in since]
        rows = await connection.execute_query_dict(OPEN_SQLITE, [json.dumps(list(session_ids)), *texts])
    return {row["id"]: row["person_id"] for row in rows}
