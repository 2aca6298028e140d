"""What one transaction of the ballot writer decides about sealed ballots: values in, rows and answers out.

A sealed ballot stays on its voter's row of the roll and is replaced there. The chain gets salted hashes, ten or more
together and in the order of their letters, so that no entry stands for one person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from linyue.base import ledger
from linyue.questions.rules_ballot import BallotRefusal, Standing, refuse_ballot
from linyue.questions.rules_secret import BATCH, box_hash, refuse_sealed
from linyue.questions.writer_batch import CHAIN_TAG, Answer, Claim, Declined, Receipt, Send, moment

NO_CHOICE_SHOWN = ""
"""What a sealed ballot names as its choice."""


@dataclass(frozen=True, slots=True)
class BoxRow:
    """One person's row on the roll with the sealed ballot on it. `hash` is empty while there is none."""

    person_id: int
    channel: str | None
    salt: str
    hash: str
    send: str
    revision: int
    boxed_at: datetime | None
    is_entered: bool


@dataclass(slots=True)
class SettledBoxes:
    """What one question's part of the transaction must write.

    `rows`: {person: (row, sealed)}; `entry`: a chain row (seq, body, hash) for everything not yet entered, or None.
    """

    claim: Claim
    answers: dict[int, Answer] = field(default_factory=dict)
    rows: dict[int, tuple[BoxRow, bytes]] = field(default_factory=dict)
    entry: tuple[int, str, str] | None = None


def box_receipt(question_id: int, row: BoxRow, now: datetime) -> Receipt:
    """A stored sealed ballot, as told to its voter: neither choice nor code, which the server does not know."""
    return Receipt(
        question_id=question_id,
        person_id=row.person_id,
        choice=NO_CHOICE_SHOWN,
        revision=row.revision,
        client_id=row.send,
        code="",
        hash=row.hash,
        cast_at=row.boxed_at or now,
    )


def sealed_entry(claim_id: str, seq: int, head: str, hashes: Iterable[str], now: datetime) -> tuple[int, str, str]:
    """A SEALED entry as a chain row: (seq, body, hash)."""
    body = ledger.chain_body(CHAIN_TAG, claim_id, seq, "SEALED", head, moment(now), {"boxes": sorted(hashes)})
    return seq, body, ledger.entry_hash(body)


def settle_boxes(
    claim: Claim,
    sends: Iterable[tuple[int, Send]],
    roll: Mapping[int, BoxRow],
    waiting: Mapping[int, str],
    now: datetime,
) -> SettledBoxes:
    """Decide each send in the order it came, as if each had a transaction of its own.

    `roll`: the senders' rows; `waiting`: {person: hash} of everybody whose ballot no entry of the chain names yet.
    """
    done = SettledBoxes(claim)
    rows = dict(roll)
    for place, send in sends:
        row = rows.get(send.person_id)
        if row is not None and row.hash and row.send == send.client_id:
            done.answers[place] = box_receipt(claim.id, row, now)
            continue
        reason = _refuse(claim, row, send, now)
        if reason is not None or row is None or send.sealed is None:
            newest = box_receipt(claim.id, row, now) if row is not None and row.hash else None
            if reason is BallotRefusal.STALE and newest is None:
                reason = BallotRefusal.TAKEN_BACK
            done.answers[place] = Declined(reason or BallotRefusal.NOT_ON_ROLL, newest)
            continue
        revision = row.revision + 1
        new = replace(
            row,
            channel="online",
            hash=box_hash(row.salt, revision, send.sealed),
            send=send.client_id,
            revision=revision,
            boxed_at=now,
            is_entered=False,
        )
        rows[send.person_id] = new
        done.rows[send.person_id] = (new, send.sealed)
        done.answers[place] = box_receipt(claim.id, new, now)
    first = sum(1 for person in done.rows if not roll[person].hash)
    done.claim = replace(claim, ballots_cast=claim.ballots_cast + first)
    _enter(done, waiting, now)
    return done


def _refuse(claim: Claim, row: BoxRow | None, send: Send, now: datetime) -> BallotRefusal | None:
    standing = Standing(
        state=claim.state,
        closes_at=claim.closes_at,
        choices=(NO_CHOICE_SHOWN,),
        manifest_hash=claim.manifest_hash,
        is_on_roll=row is not None,
        channel=row.channel if row else None,
        revision=row.revision if row else 0,  # also of one taken back: what was sent before that stays refused
        takes_phones=claim.takes_phones,
    )
    reason = refuse_ballot(standing, NO_CHOICE_SHOWN, send.replaces, send.manifest_hash, now)
    return reason or refuse_sealed(claim.kind, send.sealed)


def _enter(done: SettledBoxes, waiting: Mapping[int, str], now: datetime) -> None:
    hashes = {**waiting, **{person: row.hash for person, (row, _) in done.rows.items()}}
    if not done.rows or len(hashes) < BATCH:
        return
    claim = done.claim
    done.entry = sealed_entry(claim.public_id, claim.chain_seq, claim.chain_head, hashes.values(), now)
    done.claim = replace(claim, chain_seq=claim.chain_seq + 1, chain_head=done.entry[2])
    done.rows = {person: (replace(row, is_entered=True), sealed) for person, (row, sealed) in done.rows.items()}
