"""The command `linyue init`: an empty district and a one-use link for its first administrator."""

import argparse
import asyncio
import sys

from linyue.base import crypto, db, schema
from linyue.base.errors import Refused
from linyue.base.i18n import t
from linyue.base.settings import Settings
from linyue.people.service_setup import begin_district


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words that `linyue init` understands."""
    parser.add_argument("--code", default="330203", help="code of the district (default: 330203)")
    parser.add_argument("--name", default="", help="name in Chinese (default: LINYUE_DISTRICT)")
    parser.add_argument("--name-en", default="", help="name in English")
    parser.add_argument("--administrator", default="管理员", help="shown name of the first administrator")


def init(args: argparse.Namespace, settings: Settings) -> None:
    """Migrate if needed, make the district, print the link. Ends with a message when there is a district already."""
    try:
        token = asyncio.run(_init(args, settings))
    except Refused as refusal:
        sys.exit(f"linyue init: {t('en', str(refusal.reason.value), **refusal.args_for_text)}")
    origin = settings.origin.rstrip("/") or f"http://127.0.0.1:{settings.port}"
    sys.stdout.write(f"First administrator, once, within three days:\n{origin}/setup/{token}\n")


async def _init(args: argparse.Namespace, settings: Settings) -> str:
    crypto.load_keys(settings.keys_path)
    await db.connect(settings)
    try:
        await schema.migrate(settings)
        return await begin_district(args.code, args.name or settings.district, args.name_en, args.administrator)
    finally:
        await db.disconnect()
