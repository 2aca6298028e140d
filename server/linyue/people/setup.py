"""The command `linyue init`: an empty district and a one-use link for its first administrator."""

import argparse
import asyncio
import sys

from linyue.base import crypto, db, schema
from linyue.base.errors import Refused
from linyue.base.i18n import t
from linyue.base.settings import NO_PHONE, Settings
from linyue.people.model import SetupLink
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
        token, lapsed = asyncio.run(_init(args, settings))
    except Refused as refusal:
        sys.exit(f"linyue init: {t('en', str(refusal.reason.value), **refusal.args_for_text)}")
    origin = settings.origin.rstrip("/") or f"http://127.0.0.1:{settings.port}"
    if lapsed:
        sys.stdout.write("The link printed before no longer works; use this one.\n")
    sys.stdout.write(f"First administrator, once, within three days:\n{origin}/setup/{token}\n")
    sys.stdout.write("It opens while `linyue serve` runs.\n")
    if settings.lacks_phone:
        sys.stdout.write(f"Note: {NO_PHONE}.\n")


async def _init(args: argparse.Namespace, settings: Settings) -> tuple[str, bool]:
    """The token, and whether an earlier link lapsed with it."""
    crypto.load_keys(settings.keys_path)
    await db.connect(settings)
    try:
        await schema.migrate(settings)
        lapsed = await SetupLink.filter(used_at__isnull=True).exists()
        name = args.name or settings.district
        return await begin_district(args.code, name, args.name_en, args.administrator), lapsed
    finally:
        await db.disconnect()
