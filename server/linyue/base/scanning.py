"""A door for the operator's own virus scanner: every uploaded file passes it before anything reads it.

Off by default. `LINYUE_SCANNER` names a clamd (`tcp://host:port`, its INSTREAM command) or a command that gets the file
on its standard input and ends with 0 (clean) or 1 (refused), as clamdscan does. Without an answer nothing gets through.
"""

import asyncio
import os
import shlex
import struct
from enum import StrEnum
from urllib.parse import urlsplit

import structlog

from linyue.base.errors import Refused

log = structlog.get_logger()
WITHIN = 20.0
"""Seconds for one file."""
PIECE = 64 * 1024
CLEAN, FOUND = 0, 1


class ScanRefusal(StrEnum):
    """Why a file is not taken; the value is the translation key."""

    FOUND = "common-refused-file-found"
    NO_ANSWER = "common-refused-file-not-scanned"


async def scan(scanner: str, raw: bytes, field: str) -> None:
    """Ask the scanner about a file; without one nothing happens. Raises Refused: FOUND, NO_ANSWER."""
    if not scanner:
        return
    try:
        async with asyncio.timeout(WITHIN):
            is_clean = await (_by_clamd(scanner, raw) if scanner.startswith("tcp://") else _by_command(scanner, raw))
    except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
        log.error("scanner.no_answer", error=type(error).__name__)
        raise Refused(ScanRefusal.NO_ANSWER, field=field) from error
    if not is_clean:
        log.warning("scanner.found", bytes=len(raw))
        raise Refused(ScanRefusal.FOUND, field=field)


async def _by_clamd(address: str, raw: bytes) -> bool:
    """INSTREAM of clamd(8): pieces with their length before them, an empty one at the end, one line as the answer."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write(b"zINSTREAM\0")
        for start in range(0, len(raw), PIECE):
            piece = raw[start : start + PIECE]
            writer.write(struct.pack(">I", len(piece)) + piece)
            await writer.drain()
        writer.write(struct.pack(">I", 0))
        await writer.drain()
        answer = (await reader.readuntil(b"\0")).rstrip(b"\0").strip()
    finally:
        writer.close()
    if answer.endswith(b" FOUND"):
        return False
    if answer.endswith(b" OK"):
        return True
    raise ValueError("neither OK nor FOUND")


async def _by_command(command: str, raw: bytes) -> bool:
    nothing = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *shlex.split(command), stdin=asyncio.subprocess.PIPE, stdout=nothing, stderr=nothing, env=_plain_environment()
    )
    try:
        await process.communicate(raw)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode not in (CLEAN, FOUND):
        raise ValueError("the scanner failed")
    return process.returncode == CLEAN


def _plain_environment() -> dict[str, str]:
    """Ours without Linyue's own values, among them passwords."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LINYUE_")}
