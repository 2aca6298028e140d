"""What one transaction of the ballot writer decides: values in, rows and answers out. Shared by both stores.

Knows the record's shape and the rules; touches no database.
"""

import json
import secrets
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from linyue.base import ledger
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import BallotRefusal, Standing, Via, refuse_ballot
from linyue.questions.rules_secret import CODE_LETTERS, Kind, refuse_sealed

CHAIN_TAG = "linyue/question/v1"


@dataclass(frozen=True, slots=True)
class Send:
    """One ballot on its way. `replaces`: the revision the voter had before them, 0 for none.

    `sealed`: the ballot of a secret vote, whose `choice` is empty.
    """

    question_id: int
    person_id: int
    choice: str
    client_id: str
    replaces: int
    via: Via
    manifest_hash: str | None = None
    sealed: bytes | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A stored ballot, as told to its voter. `code` can be read aloud, `hash` names the chain entry."""

    question_id: int
    person_id: int
    choice: str
    revision: int
    client_id: str
    code: str
    hash: str
    cast_at: datetime


@dataclass(frozen=True, slots=True)
class Declined:
    """A ballot that was not stored; `newest` is the receipt of the one that counts, if there is one."""

    reason: BallotRefusal
    newest: Receipt | None = None


Answer = Receipt | Declined


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told after commit: how many have voted, never what."""

    meeting_id: int
    question_id: int
    public_id: str
    version: int
    cast: int


@dataclass(frozen=True, slots=True)
class Claim:
    """The question under the writer's claim (or merely read, when it is not open)."""

    id: int
    public_id: str
    meeting_id: int
    state: QuestionState
    version: int
    closes_at: datetime | None
    choices: Container[str]
    manifest_hash: str
    chain_seq: int
    chain_head: str
    ballots_cast: int
    kind: Kind = Kind.NAMED
    takes_phones: bool = True

    @property
    def told(self) -> Told:
        """How it stands now, for people."""
        return Told(self.meeting_id, self.id, self.public_id, self.version, self.ballots_cast)


@dataclass(frozen=True, slots=True)
class RollRow:
    """One person's row on the frozen roll. `withdrawn`: the highest revision taken back at the desk, 0 for none."""

    person_id: int
    channel: str | None
    salt: str
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Recorded:
    """One durable transaction: an answer for each send, in the order sent, and what may be told."""

    answers: list[Answer]
    told: list[Told]


@dataclass(slots=True)
class Settled:
    """What one question's part of the transaction must write.

    `seq` and `head`: the chain's next number and last hash, moving on with each entry; the claim gets them at the end.
    `ballots`: new rows as (receipt, superseded_by, via); `replaced`: {person: revision that replaces the row
    current before this batch}; `entries`: chain rows as (seq, body, hash); `first`: people who had not voted.
    """

    claim: Claim
    seq: int
    head: str
    answers: dict[int, Answer] = field(default_factory=dict)
    ballots: list[tuple[Receipt, int | None, Via]] = field(default_factory=list)
    replaced: dict[int, int] = field(default_factory=dict)
    entries: list[tuple[int, str, str]] = field(default_factory=list)
    first: list[int] = field(default_factory=list)


def receipt_code(hash_hex: str) -> str:
    """Eight letters from the first 40 bits of an entry's hash; unique in a question by constraint."""
    number = int(hash_hex[:10], 16)
    return "".join(CODE_LETTERS[number >> shift & 31] for shift in range(35, -5, -5))


def takes_phones(channels: str | None) -> bool:
    """Whether a question's stored list of channels has the voters' own devices in it; no list offers them too."""
    offered = json.loads(channels) if channels else None
    return offered is None or "online" in offered


def moment(at: datetime) -> str:
    """A time as the record writes it: UTC, microseconds, Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def voter(salt: str, person_id: int) -> str:
    """What the record holds instead of a person."""
    return ledger.commitment(salt, f"person:{person_id}")


def by_question(sends: Sequence[Send]) -> list[tuple[int, list[tuple[int, Send]]]]:
    """Sends with their places, grouped by question in rising order, so that two writers never cross."""
    groups: dict[int, list[tuple[int, Send]]] = {}
    for place, send in enumerate(sends):
        groups.setdefault(send.question_id, []).append((place, send))
    return sorted(groups.items())


def settle(
    claim: Claim,
    sends: Iterable[tuple[int, Send]],
    roll: Mapping[int, RollRow],
    current: Mapping[int, Receipt],
    known: Mapping[str, Receipt],
    now: datetime,
) -> Settled:
    """Decide each send in the order it came, as if each had a transaction of its own.

    `roll` and `current` are keyed by person, `known` by the sender's id; all rows the sends name are in.
    """
    done = Settled(claim, claim.chain_seq, claim.chain_head)
    at = moment(now)
    newest, sent_before = dict(current), dict(known)
    pending: dict[int, int] = {}  # person -> index in done.ballots of the row that counts so far
    for place, send in sends:
        earlier = sent_before.get(send.client_id)
        if earlier is not None:
            done.answers[place] = _again(send, earlier, newest.get(send.person_id))
            continue
        mine = newest.get(send.person_id)
        reason = refuse_sealed(claim.kind, send.sealed) or refuse_ballot(
            _standing(claim, roll.get(send.person_id), mine),
            send.choice,
            send.replaces,
            send.manifest_hash,
            now,
        )
        if reason is not None:
            is_taken_back = reason is BallotRefusal.STALE and mine is None
            done.answers[place] = Declined(BallotRefusal.TAKEN_BACK if is_taken_back else reason, mine)
            continue
        receipt = _enter(done, send, roll[send.person_id], now, at)
        if send.person_id in pending:
            index = pending[send.person_id]
            done.ballots[index] = (done.ballots[index][0], receipt.revision, done.ballots[index][2])
        elif mine is not None:
            done.replaced[send.person_id] = receipt.revision
        else:
            done.first.append(send.person_id)
        pending[send.person_id] = len(done.ballots)
        done.ballots.append((receipt, None, send.via))
        newest[send.person_id] = sent_before[send.client_id] = receipt
        done.answers[place] = receipt
    cast = claim.ballots_cast + len(done.first)
    done.claim = replace(claim, chain_seq=done.seq, chain_head=done.head, ballots_cast=cast)
    return done


def _again(send: Send, earlier: Receipt, newest: Receipt | None) -> Answer:
    if earlier.person_id != send.person_id:
        return Declined(BallotRefusal.SEND_ID_TAKEN)
    if newest is None:
        return Declined(BallotRefusal.TAKEN_BACK)
    # The same send again gets the same receipt. The same id with another choice is not a retry: ask afresh.
    return earlier if earlier.choice == send.choice else Declined(BallotRefusal.STALE, newest)


def _standing(claim: Claim, row: RollRow | None, mine: Receipt | None) -> Standing:
    return Standing(
        state=claim.state,
        closes_at=claim.closes_at,
        choices=claim.choices,
        manifest_hash=claim.manifest_hash,
        is_on_roll=row is not None,
        channel=row.channel if row else None,
        revision=mine.revision if mine else row.withdrawn if row else 0,
        takes_phones=claim.takes_phones,
    )


def _enter(done: Settled, send: Send, row: RollRow, now: datetime, at: str) -> Receipt:
    data: dict[str, ledger.Json] = {
        "voter": voter(row.salt, send.person_id),
        "choice": send.choice,
        "revision": send.replaces + 1,
        "nonce": secrets.token_hex(8),
    }
    body = ledger.chain_body(CHAIN_TAG, done.claim.public_id, done.seq, "BALLOT", done.head, at, data)
    digest = ledger.entry_hash(body)
    done.entries.append((done.seq, body, digest))
    done.seq, done.head = done.seq + 1, digest
    return Receipt(
        question_id=send.question_id,
        person_id=send.person_id,
        choice=send.choice,
        revision=send.replaces + 1,
        client_id=send.client_id,
        code=receipt_code(digest),
        hash=digest,
        cast_at=now,
    )
