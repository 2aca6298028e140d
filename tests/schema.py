"""Make the tables straight from the models: `python -m tests.schema`, for as long as there are no migrations."""

import asyncio
from importlib.util import find_spec

from linyue.base import crypto, schema
from linyue.base import db as database
from linyue.base.settings import read_settings

database.MODEL_MODULES[:] = [name for name in database.MODEL_MODULES if find_spec(name)]


async def main() -> None:
    settings = read_settings()
    crypto.load_keys(settings.keys_path)
    await database.connect(settings)
    await schema.make_schema()
    await database.disconnect()


if __name__ == "__main__":
    asyncio.run(main())
