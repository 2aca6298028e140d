"""Keys and what is done with them: personal data sealed at rest, blind indexes to find it, keyed codes."""

import base64
import fcntl
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

log = structlog.get_logger()

PURPOSES = ("session", "pii", "index", "receipt", "code", "checkpoint")
LATER = ("checkpoint",)
"""Purposes that older key rings lack; they get their key at the next start."""


class BadKeys(Exception):
    """The key ring is missing a key or cannot be read; the text says what to do."""


class SealBroken(ValueError):
    """A sealed value does not open. A page that shows one among many says so in its place and stands all the same."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """One 32-byte key a purpose; `kid` marks which key sealed a value."""

    kid: str
    keys: dict[str, bytes]

    def of(self, purpose: str) -> bytes:
        return self.keys[purpose]


_ring: KeyRing | None = None


def load_keys(path: Path) -> KeyRing:
    """Read the key ring, or make one (0600) on the very first start. Raises BadKeys."""
    global _ring
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = {"kid": "k1", **{p: base64.b64encode(secrets.token_bytes(32)).decode() for p in PURPOSES}}
        draft = _draft(path, fresh)
        try:
            os.link(draft, path)  # only one of several starting processes wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    try:
        stored = _extended(path, json.loads(path.read_text()))
        keys = {p: base64.b64decode(stored[p], validate=True) for p in PURPOSES}
    except (ValueError, KeyError) as error:
        raise BadKeys(f"{path.name}: key ring unreadable ({error}); restore it from your backup") from error
    if any(len(key) != 32 for key in keys.values()):
        raise BadKeys(f"{path.name}: every key must be 32 bytes")
    _ring = KeyRing(str(stored["kid"]), keys)
    return _ring


def _draft(path: Path, stored: dict[str, str]) -> Path:
    """A key ring beside the real one, on the disk and readable by its owner only."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(stored, file)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _extended(path: Path, stored: dict[str, str]) -> dict[str, str]:
    """A ring from before a purpose existed gets a key for it; one that lacks anything else is left alone."""
    missing = [purpose for purpose in PURPOSES if purpose not in stored]
    if not missing or not set(missing) <= set(LATER):
        return stored
    try:
        with path.open() as held:
            fcntl.flock(held, fcntl.LOCK_EX)  # a process that waited here finds the other's key
            stored = dict(json.loads(path.read_text()))
            missing = [purpose for purpose in PURPOSES if purpose not in stored]
            if missing:
                stored |= {purpose: base64.b64encode(secrets.token_bytes(32)).decode() for purpose in missing}
                os.replace(_draft(path, stored), path)
    except OSError as error:
        raise BadKeys(
            f"{path.name}: a key for {', '.join(missing)} must be added, and the file is read-only"
        ) from error
    return stored


def ring() -> KeyRing:
    """The loaded key ring. Raises BadKeys before start-up has loaded it."""
    if _ring is None:
        raise BadKeys("key ring not loaded")
    return _ring


def seal_text(text: str, place: str) -> str:
    """Seal personal data with AES-256-GCM; `place` (for example "people.phone|12") binds it to its row."""
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(ring().of("pii")).encrypt(nonce, text.encode(), place.encode())
    return f"{ring().kid}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def open_text(sealed: str, place: str) -> str:
    """Undo `seal_text`. Raises SealBroken when the value was tampered with, moved or sealed under another key."""
    _, _, body = sealed.partition(".")
    try:
        raw = base64.urlsafe_b64decode(body)
        return AESGCM(ring().of("pii")).decrypt(raw[:12], raw[12:], place.encode()).decode()
    except (InvalidTag, ValueError) as error:
        log.error("sealed value does not open", place=place)
        raise SealBroken(f"sealed value of {place} does not open") from error


def blind_index(value: str) -> str:
    """Keyed fingerprint to look a sealed value up by, without being able to read it."""
    return keyed_hash("index", value)


def keyed_hash(purpose: str, value: str) -> str:
    """HMAC-SHA-256 under the key of a purpose, in hex."""
    return hmac.new(ring().of(purpose), value.encode(), hashlib.sha256).hexdigest()


def token_hash(token: str) -> str:
    """What is stored of a random bearer token: its SHA-256, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two codes in constant time."""
    return hmac.compare_digest(left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))
