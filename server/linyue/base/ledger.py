"""Append-only record: canonical JSON, entry hashes, links between entries, and their check.

Pure functions over values; storage belongs to the slice that keeps a chain. Entries follow the
shape of RFC 8785 (canonical JSON, here with integers and strings only) and are hashed as RFC 9162
leaves (SHA-256 over 0x00 and the bytes), so that a tree can be laid over a chain later.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

LARGEST_INTEGER = 2**53 - 1
NO_ENTRY = "0" * 64  # the link of a chain's first entry
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once: each ballot has an entry


class NotCanonical(ValueError):
    """The value cannot be written the same way by everyone (a float, a huge integer, odd keys)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored entry of a chain: its place, its exact text, and the hash kept beside it."""

    seq: int
    body: str
    hash: str


def _checked(value: Json) -> Json:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise NotCanonical(f"integer out of range: {value}")
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical("every key must be a string")
        # RFC 8785 section 3.2.3: keys are ordered by UTF-16 code units, which for ASCII is their plain order.
        is_ascii = all(key.isascii() for key in value)
        ordered = sorted(value) if is_ascii else sorted(value, key=lambda key: key.encode("utf-16-be"))
        return {key: _checked(value[key]) for key in ordered}
    if isinstance(value, list | tuple):
        return [_checked(item) for item in value]
    raise NotCanonical(f"not allowed in the record: {type(value).__name__}")


def canonical_json(value: Json) -> str:
    """The one text of a value: sorted keys, no spaces, UTF-8 letters as they are, no floats.

    Raises NotCanonical for floats, integers beyond 2**53-1, keys that are not strings, lone surrogates.
    """
    text = _encode(_checked(value))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("text is not valid Unicode") from error
    return text


def entry_hash(body: str) -> str:
    """Hex SHA-256 of one entry, as an RFC 9162 leaf."""
    return hashlib.sha256(b"\x00" + body.encode("utf-8")).hexdigest()


def commitment(salt: str, subject: str) -> str:
    """What the record holds instead of a person: HMAC-SHA256(salt, subject) in hex.

    The salt (hex) stays in an erasable table; without it the commitment names nobody.
    """
    return hmac.digest(bytes.fromhex(salt), subject.encode("utf-8"), "sha256").hex()


def chain_body(tag: str, chain: str, seq: int, kind: str, prev: str, at: str, data: Mapping[str, Json]) -> str:
    """The text of entry `seq` of `chain`; `prev` is the hash of the entry before it, `tag` the domain."""
    return canonical_json(
        {"tag": tag, "chain": chain, "seq": seq, "kind": kind, "prev": prev, "at": at, "data": dict(data)}
    )


def chain_faults(entries: Sequence[Entry]) -> list[str]:
    """What is wrong with a chain, in plain words; an empty list when it holds.

    Checks that numbers run from 0 without a gap, that each hash fits its text and that each entry
    names the hash of the one before it.
    """
    faults: list[str] = []
    prev = NO_ENTRY
    chain: object = None
    for place, entry in enumerate(entries):
        if entry.seq != place:
            faults.append(f"entry {place}: number is {entry.seq}")
        if entry_hash(entry.body) != entry.hash:
            faults.append(f"entry {place}: hash does not fit the text")
        try:
            fields = json.loads(entry.body)
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            faults.append(f"entry {place}: not a record")
            prev = entry.hash
            continue
        if fields.get("prev") != prev:
            faults.append(f"entry {place}: link to the entry before it is broken")
        if fields.get("seq") != place:
            faults.append(f"entry {place}: text says {fields.get('seq')}")
        if place and fields.get("chain") != chain:
            faults.append(f"entry {place}: belongs to another chain")
        chain = fields.get("chain")
        prev = entry.hash
    return faults
