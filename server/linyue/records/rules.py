"""What the record's papers say, as plain values: checkpoints, bundle, what became of a receipt (server/RECORD.md)."""

import hashlib
import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

CHECKPOINT_TAG = "linyue/checkpoint/v1"
BUNDLE_TAG = "linyue/bundle/v1"
MILESTONES: Mapping[str, str] = {"OPEN": "open", "CLOSE": "close", "RESULT": "result", "VOID": "void"}
"""Entries that make a checkpoint at once, and what the checkpoint is then called."""
CODE_LENGTH = 8
CODE_READ_AS = str.maketrans("OIL", "011")


class RecordRefusal(StrEnum):
    """Why a part of the record is not shown."""

    NOT_PUBLISHED = "records-refused-not-published"
    NOT_OPENED = "records-refused-not-opened"
    ROLL_ONLY = "records-bundle-roll-only"


class Standing(StrEnum):
    """What became of a ballot whose receipt somebody holds."""

    COUNTED = "counted"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    LISTED = "listed"
    """On the opened list of a secret vote."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a receipt is. `seq` is None on the opened list, which has no order."""

    standing: Standing
    seq: int | None


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a chain: number, kind, exact text, hash."""

    seq: int
    kind: str
    body: str
    hash: str


def moment(at: datetime) -> str:
    """A time as the record writes it: UTC, microseconds, Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def checkpoint_lines(origin: str, question: str, size: int, root: str, at: str) -> str:
    """What a checkpoint states, before key and signature."""
    return f"{CHECKPOINT_TAG}\norigin: {origin}\nquestion: {question}\nsize: {size}\nroot: {root}\ntime: {at}\n"


def origin_in(text: str) -> str:
    """The site that a checkpoint names."""
    return text.split("\n")[1].removeprefix("origin: ")


def short(size: int, root: str) -> str:
    """A checkpoint as people compare it."""
    return f"{size} · {' '.join(root[start : start + 4] for start in range(0, 16, 4))}"


def mark(size: int, root: str) -> str:
    """The same inside an address."""
    return f"{size}-{root[:16]}"


def is_size(text: str) -> bool:
    """Whether this is the size of a checkpoint."""
    return text.isascii() and text.isdigit() and len(text) <= 9


def typed_code(code: str) -> str:
    """A receipt code as somebody typed it, in the letters codes are made of; "" for what cannot be one."""
    plain = code.upper().replace(" ", "").replace("-", "").translate(CODE_READ_AS)
    return plain if len(plain) == CODE_LENGTH and plain.isascii() and plain.isalnum() else ""


def find_receipt(chain: Sequence[Link], seq: int) -> Found:
    """What became of the ballot at `seq`: counted, unless the same voter's later entry replaced it or took it back."""
    mine = json.loads(chain[seq].body)["data"]["voter"]
    for link in chain[seq + 1 :]:
        if link.kind in ("BALLOT", "WITHDRAWN") and json.loads(link.body)["data"]["voter"] == mine:
            return Found(Standing.REPLACED if link.kind == "BALLOT" else Standing.WITHDRAWN, seq)
    return Found(Standing.COUNTED, seq)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip in its one form: stored, no times, no extras, in the order given."""
    body, directory = bytearray(), bytearray()
    for name, content in files.items():
        size, plain = len(content), name.encode("ascii")
        about = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x21, zlib.crc32(content), size, size, len(plain), 0)
        directory += struct.pack("<4sH", b"PK\x01\x02", 20) + about
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + plain
        body += b"PK\x03\x04" + about + plain + content
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory + end)


def seal_lines(question: str, files: Mapping[str, bytes]) -> str:
    """What a bundle consists of, before key and signature."""
    lines = (f"file: {name} {len(raw)} {hashlib.sha256(raw).hexdigest()}\n" for name, raw in files.items())
    return f"{BUNDLE_TAG}\nquestion: {question}\n{''.join(lines)}"
