"""A process that closes a secret vote and opens its box, until it comes to the step named in its settings."""

import asyncio
import sys
from contextlib import suppress

from linyue.base import crypto, db
from linyue.base.errors import Refused
from linyue.base.policy import NOBODY
from linyue.base.settings import read_settings
from linyue.questions import service, service_secret


async def main(question_id: int) -> None:
    """Close, open, end."""
    settings = read_settings()
    crypto.load_keys(settings.keys_path)
    await db.connect(settings)
    with suppress(Refused):  # closed before
        await service.close_question(NOBODY, question_id)
    await service_secret.finish_box(question_id)
    await db.disconnect()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
