"""The keys of sealed boxes: one file a question, in a folder of its own, never in the database or its backups.

All machines of a district use one folder (LINYUE_BOX_KEYS). A key is made at opening and destroyed with its box.
"""

import asyncio
import base64
import os
import secrets
from collections.abc import Container, Iterable
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from linyue.base import db
from linyue.questions import rules_secret
from linyue.questions.rules_secret import Slip

KEY_BITS = 3072
_spare: rsa.RSAPrivateKey | None = None


class KeyLost(Exception):
    """The key of a box is not in the store, or cannot be read any more. The box cannot be opened."""


async def prepare() -> None:
    """Have a new key at hand, so that opening a question need not wait for one inside its transaction."""
    global _spare
    if _spare is None:
        _spare = await asyncio.to_thread(rsa.generate_private_key, 65537, KEY_BITS)


async def make(public_id: str) -> str:
    """Make and store the key of a question; returns its public half (SPKI DER, base64). Raises OSError."""
    global _spare
    await prepare()
    assert _spare is not None
    key, _spare = _spare, None
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    await asyncio.to_thread(_store, _path(public_id), text)
    spki = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(spki).decode()


def exists(public_id: str) -> bool:
    """Whether the store has a question's key."""
    return _path(public_id).exists()


def destroy(public_id: str) -> None:
    """Overwrite and remove a question's key. Does nothing when it is gone already."""
    path = _path(public_id)
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(max(path.stat().st_size, 1)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    _sync(path.parent)


def seal(box_key: str, label: bytes, slip: Slip) -> bytes:
    """One sealed ballot for the public half of a question's key (RSA-OAEP, SHA-256)."""
    key = serialization.load_der_public_key(base64.b64decode(box_key))
    assert isinstance(key, rsa.RSAPublicKey)
    return key.encrypt(rules_secret.written(slip), _oaep(label))


def unseal(public_id: str, boxes: Iterable[tuple[bytes, bytes]], choices: Container[str]) -> list[Slip | None]:
    """The ballots in (label, sealed) pairs, None for each dud. Raises KeyLost. Takes about a millisecond each."""
    try:
        key = serialization.load_pem_private_key(_path(public_id).read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise KeyLost from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise KeyLost
    found: list[Slip | None] = []
    for label, sealed in boxes:
        try:
            found.append(rules_secret.read_slip(key.decrypt(sealed, _oaep(label)), choices))
        except ValueError:  # not sealed for this key, this question or this row
            found.append(None)
    return found


def _oaep(label: bytes) -> padding.OAEP:
    return padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=label)


def _path(public_id: str) -> Path:
    return db.settings_in_use().box_keys_path / f"{public_id}.pem"


def _store(path: Path, text: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
