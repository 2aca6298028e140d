"""The secret vote by head: what may be secret, what a sealed ballot holds, and what becomes of the box.

Votes weighted by area are never secret: the published areas would tell how people voted. Papers are counted with the
box, since what few people chose on paper could be read from a count of its own. Decides only.
"""

import hashlib
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from linyue.base import ledger
from linyue.questions.rules_ballot import BallotRefusal

LEAST_ROLL = 20
LEAST_BOX = 10
BATCH = 10
"""So many sealed ballots together make one entry of the chain, so that none stands alone."""
CODE_LENGTH = 8
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to misread
PADDED = 128
"""Bytes of an unsealed ballot, so that no choice is longer than another; the longest (rules_ways) still fits."""
SEALED_BYTES = 384
LABEL = "linyue/box/v1"
BY_HEAD = frozenset({"deliberation", "residents_law"})
"""Systems (rules.System) in which every person counts as one."""
_CODE = re.compile(f"[{CODE_LETTERS}]{{{CODE_LENGTH}}}")
_SLIP = re.compile(rb'{"choice":"([a-z0-9_+:>=]+)","code":"(' + _CODE.pattern.encode() + rb')"}')


class Kind(StrEnum):
    """Whether the roll sees who chose what, once published, or nobody ever does."""

    NAMED = "named"
    SECRET = "secret"  # noqa: S105 - a kind of vote


class BoxState(StrEnum):
    """Where the box of a secret vote stands. It only ever goes forward."""

    NONE = ""
    SEALED = "sealed"
    OPENED = "opened"
    """The readable list is stored, no sealed ballot is left; the key may still be there."""
    DESTROYED = "destroyed"
    """Never opened, no sealed ballot is left; the key may still be there."""
    RECORDED = "recorded"
    """The key is gone, and the chain says what became of the box."""


class BoxNote(StrEnum):
    """What there is to say about a box beyond its numbers: what came of it, or why it cannot be opened."""

    NONE = ""
    TOO_FEW = "too-few"
    KEY_LOST = "key-lost"
    NOT_WHOLE = "not-whole"
    """What lies in it is not what the record closed; like one whose key is lost it stays sealed."""
    VOIDED = "voided"


class SecretRefusal(StrEnum):
    """Why a vote is not secret, or has no result."""

    WEIGHTED = "questions-refused-secret-weighted"
    ROLL_CALL = "questions-ways-refused-roll-call-secret"
    ROLL_SMALL = "questions-refused-secret-roll-small"
    NO_KEY = "questions-refused-box-no-key"
    BOX_CLOSED = "questions-refused-box-being-opened"
    BOX_GONE = "questions-refused-box-gone"


@dataclass(frozen=True, slots=True)
class Slip:
    """What lies in one sealed ballot."""

    code: str
    choice: str


@dataclass(frozen=True, slots=True)
class Opening:
    """An opened box with the papers that were put to it. `slips` in code order; `note` says why none is kept."""

    slips: tuple[Slip, ...]
    duds: int
    note: BoxNote


def refuse_kind(kind: Kind, system: str, way: str = "") -> SecretRefusal | None:
    """Secret only where every person counts as one, and never a roll call: there each is called by name."""
    if kind is not Kind.SECRET:
        return None
    if system not in BY_HEAD:
        return SecretRefusal.WEIGHTED
    return SecretRefusal.ROLL_CALL if way == "roll_call" else None


def refuse_roll(kind: Kind, entitled: int) -> SecretRefusal | None:
    """Among fewer than twenty a secret would not be one."""
    return SecretRefusal.ROLL_SMALL if kind is Kind.SECRET and entitled < LEAST_ROLL else None


def refuse_sealed(kind: Kind, sealed: bytes | None) -> BallotRefusal | None:
    """A secret vote takes sealed ballots only, of the one size; a named vote takes none."""
    if kind is not Kind.SECRET:
        return BallotRefusal.NOT_SECRET if sealed is not None else None
    if sealed is None:
        return BallotRefusal.NOT_SEALED
    return None if len(sealed) == SEALED_BYTES else BallotRefusal.BAD_SEAL


def label(manifest_hash: str, voter: str) -> bytes:
    """What a sealed ballot is bound to: this question and this row of its roll. Elsewhere it cannot be opened."""
    return f"{LABEL}\n{manifest_hash}\n{voter}".encode()


def box_hash(salt: str, revision: int, sealed: bytes) -> str:
    """What the chain holds of a sealed ballot: HMAC with the row's salt, so that it points to nobody."""
    return ledger.commitment(salt, f"box:{revision}:{hashlib.sha256(sealed).hexdigest()}")


def is_code(code: str) -> bool:
    """Whether this is a voter's code as their device makes it."""
    return _CODE.fullmatch(code) is not None


def written(slip: Slip) -> bytes:
    """The bytes that are sealed: canonical JSON, filled up with spaces to one length."""
    return _text(slip).ljust(PADDED).encode("ascii")


def read_slip(text: bytes, choices: Container[str]) -> Slip | None:
    """The ballot in unsealed bytes; None when it is not exactly one, which makes it a dud."""
    found = _SLIP.match(text)
    if found is None:
        return None
    slip = Slip(found[2].decode("ascii"), found[1].decode("ascii"))
    return slip if slip.choice in choices and text == written(slip) else None


def papers(counts: Mapping[str, int], codes: Iterable[str]) -> list[Slip]:
    """Valid sheets as ballots of the opened list, each under a code that nobody holds, so that no way stands out.

    `codes`: as many as there are sheets, or more.
    """
    choices = [choice for choice, number in sorted(counts.items()) for _ in range(number)]
    return [Slip(code, choice) for choice, code in zip(choices, codes, strict=False)]


def what_becomes(slips: Sequence[Slip], duds: int) -> Opening:
    """Fewer than ten readable ballots, the papers among them, are never shown and never counted.

    `slips` in any order. Duds do not count towards the ten: they hide nobody.
    """
    ordered = tuple(sorted(slips, key=lambda slip: (slip.code, slip.choice)))
    if len(ordered) >= LEAST_BOX or not ordered:
        return Opening(ordered, duds, BoxNote.NONE)
    return Opening((), len(ordered) + duds, BoxNote.TOO_FEW)


def list_text(slips: Sequence[Slip]) -> str:
    """The opened list as the record hashes it: canonical JSON, by code and choice."""
    return f"[{','.join(_text(slip) for slip in slips)}]"


def list_hash(slips: Sequence[Slip]) -> str:
    """SHA-256 of the opened list, as the record holds it."""
    return hashlib.sha256(list_text(slips).encode("ascii")).hexdigest()


def _text(slip: Slip) -> str:
    # Both values are letters that JSON leaves as they are, and the keys stand in their order.
    return f'{{"choice":"{slip.choice}","code":"{slip.code}"}}'
