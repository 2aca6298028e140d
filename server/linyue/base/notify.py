"""Telling people: a line in the inbox always, a text message when it matters; both leave only after commit."""

from collections.abc import Awaitable, Callable, Iterable

import structlog

from linyue.base import clock
from linyue.base.db import current_work
from linyue.base.model import Message
from linyue.base.queue import job

log = structlog.get_logger()

SendSms = Callable[[int, str, dict[str, str]], Awaitable[None]]
_send_sms: SendSms | None = None


def plug_sms(send: SendSms) -> None:
    """Connect the text-message gateway: a function of person id, translation key and arguments."""
    global _send_sms
    _send_sms = send


async def tell(person_ids: Iterable[int], key: str, *, link: str = "", is_urgent: bool = False, **args: object) -> None:
    """Put a line into the inbox of each person, in the present unit of work; urgent ones go out by text message too.

    What has a name in both languages is given as `title_zh` and `title_en`; the sentence's { $title } is the reader's.
    """
    work = current_work()
    assert work is not None, "tell() belongs inside a unit of work"
    plain = {name: str(value) for name, value in args.items()}
    now = clock.now()
    rows = [
        Message(person_id=person_id, key=key, args=plain, link=link, is_urgent=is_urgent, created_at=now)
        for person_id in sorted(set(person_ids))
    ]
    if not is_urgent:
        await Message.bulk_create(rows, batch_size=100)  # a notice may go to a whole compound
        return
    for row in rows:
        await row.save()
        await work.enqueue("base.send_sms", row.id)


@job("base.send_sms")
async def send_sms(message_id: int) -> None:
    """Send one inbox line by text message."""
    row = await Message.get_or_none(id=message_id)
    if row is not None and _send_sms is not None:
        await _send_sms(row.person_id, row.key, row.args)


async def inbox(person_id: int, limit: int = 50) -> list[Message]:
    """The newest lines of a person's inbox."""
    return await Message.filter(person_id=person_id).order_by("-id").limit(limit)


async def unread_count(person_id: int) -> int:
    """How many lines are new."""
    return await Message.filter(person_id=person_id, read_at__isnull=True).count()


async def mark_read(person_id: int) -> None:
    """The person has opened the inbox."""
    await Message.filter(person_id=person_id, read_at__isnull=True).update(read_at=clock.now())
