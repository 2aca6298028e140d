"""Signatures that outsiders check: Ed25519 (RFC 8032) under the checkpoint key of the key ring."""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from linyue.base.crypto import ring


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(ring().of("checkpoint"))


def public_key() -> str:
    """The public key, 32 raw bytes in base64."""
    raw = _private().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def key_id(public: str) -> str:
    """How a key is named: the first 16 letters of the SHA-256 of its raw bytes."""
    return hashlib.sha256(base64.b64decode(public)).hexdigest()[:16]


def key_block(public: str) -> str:
    """A public key as its file writes it, three lines."""
    return f"linyue/key/v1\nkey: {key_id(public)}\npublic: {public}\n"


def signed(lines: str) -> str:
    """`lines` (whole lines, the first of them a domain tag) with a line naming the key and one with the signature."""
    text = f"{lines}key: {key_id(public_key())}\n"
    return f"{text}signature: {base64.b64encode(_private().sign(text.encode())).decode()}\n"
