"""A process that only votes: ballots in as lines of JSON, answers out the same way. The kill test ends it without warning."""

import asyncio
import json
import sys

from linyue.base import db
from linyue.base.errors import Refused
from linyue.base.settings import read_settings
from linyue.questions import service
from linyue.questions.rules_ballot import Via


async def answer(line: bytes) -> None:
    """Cast one ballot and print what became of it."""
    ballot = json.loads(line)
    try:
        receipt = await service.cast_ballot(**ballot, via=Via.SOCKET)
        told = {"client_id": receipt.client_id, "hash": receipt.hash, "revision": receipt.revision}
    except Refused as refused:
        told = {"client_id": ballot["client_id"], "refused": str(refused.reason.value)}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


async def main() -> None:
    """Answer until there is nothing more to read."""
    await db.connect(read_settings())
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with asyncio.TaskGroup() as group:
        while line := await reader.readline():
            group.create_task(answer(line))
    await db.disconnect()


if __name__ == "__main__":
    asyncio.run(main())
