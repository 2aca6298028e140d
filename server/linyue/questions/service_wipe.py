"""After a box was opened: the file in which its sealed ballots lay is written anew, so that no byte of them stays.

    wipe() -> int       boxes that were recorded and not wiped yet: how many were now, 0 while something is in the way

Without the key nobody can read such bytes; they must not wait for a key that somebody copied. Whatever is in the way is
not waited for: the sweep tries again, and the doctor names a box that waits for long.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing

import asyncpg
import structlog

from linyue.base import clock, db
from linyue.base.logs import failure
from linyue.questions.model import Question
from linyue.questions.rules_secret import BoxState

log = structlog.get_logger()
IN_THE_WAY = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
LOCK_SECONDS = 0.2
"""How long the lock may be waited for: ballots that are sealed meanwhile queue up behind it."""
SEEN_BY_OLDER = (
    "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND GREATEST(age(backend_xmin), age(backend_xid))"
    " >= (SELECT MIN(age(xmin)) FROM questions WHERE id = ANY($1::int[])))"
)
"""Whether a transaction goes on, such as a backup's, that began before these questions last changed: what it may still
see is copied along. The rows were deleted before that change, or with it.
"""


async def wipe() -> int:
    """Write the file anew if an opened box waits for it. Any number of times; never raises for what is in the way."""
    waiting = await Question.filter(box=BoxState.RECORDED, wiped_at__isnull=True).values_list("id", flat=True)
    ids = [int(str(one)) for one in waiting]
    if not ids:
        return 0
    settings = db.settings_in_use()
    try:
        if settings.is_sqlite:
            is_done = await asyncio.to_thread(_empty_journal, str(settings.sqlite_path))
        else:
            is_done = await _write_anew(settings.database_url, ids)
    except IN_THE_WAY as error:
        log.warning("questions.box_not_wiped", **failure(error))
        return 0
    if not is_done:
        log.warning("questions.box_not_wiped", error="somebody reads the database as it was before")
        return 0
    await Question.filter(id__in=ids).update(wiped_at=clock.now())
    return len(ids)


def _empty_journal(path: str) -> bool:
    """Rows are overwritten where they are deleted (secure_delete); what is left of them is in the journal."""
    with closing(sqlite3.connect(path, timeout=LOCK_SECONDS)) as link:
        is_busy, _pages, _moved = link.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


async def _write_anew(url: str, ids: Sequence[int]) -> bool:
    """A deleted row stays in its page until the table is copied, and is copied along while somebody may see it."""
    link = await asyncpg.connect(url, timeout=3)
    try:
        if await link.fetchval(SEEN_BY_OLDER, ids):
            return False
        await link.execute(f"SET lock_timeout = '{int(LOCK_SECONDS * 1000)}ms'")
        await link.execute("VACUUM (FULL) sealed_ballots")
        return True
    finally:
        await link.close()
