"""The operator's virus scanner: a clamd on this machine that is none, commands, and everything that is no answer."""

import asyncio
import shlex
import sys
from collections.abc import Callable

import pytest

from linyue.base import scanning
from linyue.base.errors import Refused
from linyue.base.scanning import ScanRefusal, scan
from linyue.base.settings import BadSetting, read_settings

pytestmark = pytest.mark.anyio
BAD = b"X5O!" * 50_000


def command(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


LOOKS = command("import sys; sys.exit(b'X5O!' in sys.stdin.buffer.read())")


async def verdict(scanner: str, raw: bytes) -> ScanRefusal | None:
    try:
        await scan(scanner, raw, "photos")
    except Refused as refusal:
        assert refusal.field == "photos" and isinstance(refusal.reason, ScanRefusal)
        return refusal.reason
    return None


@pytest.mark.parametrize(
    ("scanner", "raw", "expected"),
    [
        ("", BAD, None),
        (LOOKS, b"plain", None),
        (LOOKS, BAD, ScanRefusal.FOUND),
        (command("raise SystemExit(2)"), b"plain", ScanRefusal.NO_ANSWER),
        ("/nowhere/scanner", b"plain", ScanRefusal.NO_ANSWER),
        ("tcp://127.0.0.1:9", b"plain", ScanRefusal.NO_ANSWER),
    ],
)
async def test_a_command_says_what_is_let_through(scanner: str, raw: bytes, expected: ScanRefusal | None) -> None:
    assert await verdict(scanner, raw) == expected


async def test_one_that_hangs_lets_nothing_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "WITHIN", 0.2)
    assert await verdict(command("import time; time.sleep(60)"), b"plain") is ScanRefusal.NO_ANSWER


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda raw: b"stream: Eicar FOUND\0" if b"X5O!" in raw else b"stream: OK\0", None),
        (lambda raw: b"INSTREAM size limit exceeded. ERROR\0", ScanRefusal.NO_ANSWER),
        (lambda raw: b"", ScanRefusal.NO_ANSWER),
    ],
)
async def test_a_clamd_gets_the_whole_file(answer: Callable[[bytes], bytes], expected: ScanRefusal | None) -> None:
    got: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        raw = b""
        while size := int.from_bytes(await reader.readexactly(4)):
            raw += await reader.readexactly(size)
        got.append(raw)
        writer.write(answer(raw))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await verdict(f"tcp://127.0.0.1:{port}", b"plain" * 40_000) == expected
        assert await verdict(f"tcp://127.0.0.1:{port}", BAD) == (expected or ScanRefusal.FOUND)
    assert got == [b"plain" * 40_000, BAD]


@pytest.mark.parametrize(
    "value", ["tcp://nowhere", "tcp://127.0.0.1:x", "http://127.0.0.1:1", "no-such-command-here", "'"]
)
def test_a_scanner_that_cannot_be_is_named_at_the_start(value: str) -> None:
    with pytest.raises(BadSetting, match="LINYUE_SCANNER"):
        read_settings({"LINYUE_SCANNER": value})
    with pytest.raises(BadSetting, match="LINYUE_PHOTOS_A_DAY"):
        read_settings({"LINYUE_PHOTOS_A_DAY": "0"})
