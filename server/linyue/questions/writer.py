"""The one ballot writer of this process: made for the database in use, told apart by event loop, closed with it."""

import asyncio

from linyue.base import bus, clock, db
from linyue.questions.events import BallotCast
from linyue.questions.writer_batch import Answer, Send, Told
from linyue.questions.writer_commit import BallotStore, BallotWriter
from linyue.questions.writer_postgres import PostgresBallots
from linyue.questions.writer_sqlite import SqliteBallots

_writer: tuple[asyncio.AbstractEventLoop, BallotWriter] | None = None


def topic(meeting_id: int) -> str:
    """The bus topic of everything that happens to a meeting's questions."""
    return f"meeting:{meeting_id}"


def make_store() -> BallotStore:
    """A ballot store on the database this process is connected to, with a connection of its own."""
    settings = db.settings_in_use()
    return SqliteBallots(settings.sqlite_path) if settings.is_sqlite else PostgresBallots(settings.database_url)


async def cast(send: Send) -> Answer:
    """Hand one ballot to the writer; returns when it is durable or turned down."""
    global _writer
    loop = asyncio.get_running_loop()
    if _writer is None or _writer[0] is not loop:
        _writer = (loop, BallotWriter(make_store(), clock.now, _tell))
    return await _writer[1].cast(send)


async def stop() -> None:
    """Store what has arrived and close the connection; the next ballot opens a new one."""
    global _writer
    running, _writer = _writer, None
    if running is not None and running[0] is asyncio.get_running_loop():
        await running[1].stop()


async def _tell(told: Told) -> None:
    event = BallotCast(told.question_id, told.public_id, told.version, told.cast)
    await bus.publish(topic(told.meeting_id), event)


db.before_disconnect(stop)
