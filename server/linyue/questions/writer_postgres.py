"""The ballot store on PostgreSQL: its own asyncpg connection, one transaction a batch, durable commits."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeAlias

import asyncpg

from linyue.base import faults
from linyue.base.db import LET_GO
from linyue.questions.rules import QuestionState, RuleSpec
from linyue.questions.rules_secret import Kind
from linyue.questions.writer_batch import (
    Answer,
    Claim,
    Receipt,
    Recorded,
    RollRow,
    Send,
    Settled,
    Told,
    by_question,
    settle,
    takes_phones,
)
from linyue.questions.writer_box import BoxRow, SettledBoxes, settle_boxes
from linyue.questions.writer_commit import StoreConflict, StoreFailed, StoreHeld, StoreLost

CLAIM = (
    "UPDATE questions SET version = version + $1 WHERE id = $2 AND state = 'open'"
    " RETURNING id, public_id, meeting_id, state, version, closes_at, rule,"
    " manifest_hash, chain_seq, chain_head, ballots_cast, kind, channels"
)
LOOK = (
    "SELECT id, public_id, meeting_id, state, version, closes_at, rule,"
    " manifest_hash, chain_seq, chain_head, ballots_cast, kind, channels"
    " FROM questions WHERE id = $1 AND state <> 'open'"
)
"""One that opened a moment after it could not be claimed is not ours: without the claim nothing is taken."""
FREE = "SELECT id FROM questions WHERE id = ANY($1::int[]) FOR NO KEY UPDATE SKIP LOCKED"
ROLL = (
    "SELECT question_id, person_id, channel, salt, withdrawn FROM question_rolls"
    " WHERE question_id = $1 AND person_id = ANY($2::int[])"
)
CURRENT = (
    "SELECT question_id, person_id, choice, revision, client_id, receipt_code, hash, cast_at"
    " FROM ballots WHERE question_id = $1 AND superseded_by IS NULL AND person_id = ANY($2::int[])"
)
KNOWN = (
    "SELECT question_id, person_id, choice, revision, client_id, receipt_code, hash, cast_at"
    " FROM ballots WHERE question_id = $1 AND client_id = ANY($2::varchar[])"
)
REPLACE = (
    "UPDATE ballots SET superseded_by = newer.revision"
    " FROM unnest($2::int[], $3::int[]) AS newer(person_id, revision)"
    " WHERE ballots.question_id = $1 AND ballots.person_id = newer.person_id"
    " AND ballots.superseded_by IS NULL"
)
INSERT = (
    "INSERT INTO ballots"
    " (question_id, person_id, choice, revision, client_id, receipt_code, hash, cast_at, superseded_by, via)"
    " SELECT $1, * FROM unnest($2::int[], $3::varchar[], $4::int[], $5::varchar[], $6::varchar[],"
    " $7::varchar[], $8::timestamptz[], $9::int[], $10::varchar[])"
)
ENTER = (
    "INSERT INTO question_chain (question_id, seq, kind, body, hash)"
    " SELECT $1, e.seq, 'BALLOT', e.body, e.hash"
    " FROM unnest($2::int[], $3::text[], $4::varchar[]) AS e(seq, body, hash)"
)
MARK = (
    "UPDATE question_rolls SET channel = 'online'"
    " WHERE question_id = $1 AND person_id = ANY($2::int[]) AND channel IS NULL"
)
BOX_ROLL = (
    "SELECT person_id, channel, salt, box_hash, box_send, box_revision, boxed_at, is_box_entered FROM question_rolls"
    " WHERE question_id = $1 AND person_id = ANY($2::int[])"
)
WAITING = (
    "SELECT person_id, box_hash FROM question_rolls WHERE question_id = $1 AND box_hash <> '' AND NOT is_box_entered"
)
PUT_BOX = (
    "UPDATE question_rolls SET channel = $1, box_hash = $2, box_send = $3, box_revision = $4,"
    " boxed_at = $5, is_box_entered = FALSE WHERE question_id = $6 AND person_id = $7"
)
FILL_BOX = (
    "INSERT INTO sealed_ballots (entry_id, question_id, sealed) SELECT id, question_id, $3::bytea FROM question_rolls"
    " WHERE question_id = $1 AND person_id = $2 ON CONFLICT (entry_id) DO UPDATE SET sealed = excluded.sealed"
)
ENTER_BOXES = "INSERT INTO question_chain (question_id, seq, kind, body, hash) VALUES ($1, $2, 'SEALED', $3, $4)"
MARK_BOXES = (
    "UPDATE question_rolls SET is_box_entered = TRUE WHERE question_id = $1 AND box_hash <> '' AND NOT is_box_entered"
)
HEAD = "UPDATE questions SET chain_seq = $1, chain_head = $2, ballots_cast = $3 WHERE id = $4"
TIMEOUT = 10.0  # seconds for one statement
LOCK_MS = 500
"""For one row: several times what another writer's commit takes, and little for those whose rows nobody holds."""

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Group: TypeAlias = list[tuple[int, Send]]
Groups: TypeAlias = list[tuple[int, Group]]
NO_QUESTION = Claim(0, "", 0, QuestionState.DRAFT, 0, None, (), "", 0, "", 0)


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


class PostgresBallots:
    """One connection of the writer's own, opened when first needed and again after it was lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None

    async def record(self, sends: Sequence[Send], now: Callable[[], datetime]) -> Recorded:
        """Store a batch; see BallotStore."""
        try:
            connection = await self._open()
            try:
                async with connection.transaction():
                    recorded = await self._store(connection, sends, now)
                    faults.reached("ballots.written")
            except asyncpg.LockNotAvailableError as error:
                raise StoreHeld(await self._held(connection, sends)) from error
            faults.reached("ballots.committed")
            return recorded
        except asyncpg.IntegrityConstraintViolationError as error:
            raise StoreConflict from error
        except (
            asyncpg.PostgresConnectionError,
            asyncpg.OperatorInterventionError,
            asyncpg.TransactionRollbackError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,  # the driver's own word for a line that ended between two of its steps
            OSError,
            TimeoutError,
        ) as error:
            self._drop()
            raise StoreLost from error
        except asyncpg.PostgresError as error:
            self._drop()
            raise StoreFailed from error

    async def stop(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            await connection.close(timeout=2)

    async def _open(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._url,
                timeout=3,
                command_timeout=TIMEOUT,
                # Said for this connection, whatever the server's default is: an ack means it is on disk.
                server_settings={
                    **LET_GO,
                    "idle_in_transaction_session_timeout": "5s",
                    "lock_timeout": f"{LOCK_MS}ms",
                    "synchronous_commit": "on",
                    "application_name": "linyue ballots",
                },
            )
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def _held(self, connection: Connection, sends: Sequence[Send]) -> set[int]:
        """Which questions are held; all of them when that cannot be told, since each is then tried by itself."""
        asked, free = {send.question_id for send in sends}, set[int]()
        if len(asked) > 1:
            with suppress(asyncpg.LockNotAvailableError):  # not a row, but the whole table
                free = {row["id"] for row in await connection.fetch(FREE, list(asked))}
        return asked - free or asked

    async def _store(self, connection: Connection, sends: Sequence[Send], now: Callable[[], datetime]) -> Recorded:
        # Each step is asked for every question at once, without waiting for the answers in between (fetchmany and
        # executemany): a batch goes to the database and back as often for forty questions as for one.
        groups = by_question(sends)
        claims = await self._claim(connection, groups)
        faults.reached("ballots.claimed")
        at, named = now(), []
        answers: dict[int, Answer] = {}
        told: list[Told] = []
        for question_id, group in groups:
            claim = claims.get(question_id) or NO_QUESTION
            if claim.kind is not Kind.SECRET:
                named.append((claim, group))
                continue
            boxes = await self._store_boxes(connection, claim, group, at)
            answers |= boxes.answers
            told += [boxes.claim.told] if boxes.rows else []
        settled = await self._settle(connection, named, at) if named else []
        for one in settled:
            answers |= one.answers
        if written := [one for one in settled if one.ballots]:
            await self._write(connection, written)
            told += [one.claim.told for one in written]
        return Recorded([answers[place] for place in range(len(sends))], told)

    async def _claim(self, connection: Connection, groups: Groups) -> dict[int, Claim]:
        # Written first: the rows stay ours until commit, so a close waits and a second process waits. They are taken in
        # rising order, in which they stand here: two writers never cross.
        rows = await connection.fetchmany(CLAIM, [(len(group), question_id) for question_id, group in groups])
        if shut := {question_id for question_id, _ in groups} - {row["id"] for row in rows}:
            rows += await connection.fetchmany(LOOK, [(question_id,) for question_id in shut])
        return {row["id"]: _to_claim(row) for row in rows}

    async def _store_boxes(self, connection: Connection, claim: Claim, group: Group, now: datetime) -> SettledBoxes:
        people = list({send.person_id for _, send in group})
        roll = {row["person_id"]: BoxRow(*row.values()) for row in await connection.fetch(BOX_ROLL, claim.id, people)}
        waiting = {row["person_id"]: row["box_hash"] for row in await connection.fetch(WAITING, claim.id)}
        done = settle_boxes(claim, group, roll, waiting, now)
        told = [
            (row.channel, row.hash, row.send, row.revision, row.boxed_at, claim.id, person)
            for person, (row, _sealed) in done.rows.items()
        ]
        if told:
            await connection.executemany(PUT_BOX, told)
            boxes = [(claim.id, person, sealed) for person, (_row, sealed) in done.rows.items()]
            await connection.executemany(FILL_BOX, boxes)
        if done.entry is not None:
            await connection.execute(ENTER_BOXES, claim.id, *done.entry)
            await connection.execute(MARK_BOXES, claim.id)
        if done.rows:
            await connection.execute(HEAD, *_head(done.claim))
        return done

    async def _settle(
        self, connection: Connection, claimed: Sequence[tuple[Claim, Group]], now: datetime
    ) -> list[Settled]:
        people = [(claim.id, list({send.person_id for _, send in group})) for claim, group in claimed]
        ids = [(claim.id, list({send.client_id for _, send in group})) for claim, group in claimed]
        roll: dict[int, dict[int, RollRow]] = defaultdict(dict)
        current: dict[int, dict[int, Receipt]] = defaultdict(dict)
        known: dict[int, dict[str, Receipt]] = defaultdict(dict)
        for row in await connection.fetchmany(ROLL, people):
            question_id, *rest = row.values()
            roll[question_id][row["person_id"]] = RollRow(*rest)
        for row in await connection.fetchmany(CURRENT, people):
            current[row["question_id"]][row["person_id"]] = Receipt(*row.values())
        for row in await connection.fetchmany(KNOWN, ids):
            known[row["question_id"]][row["client_id"]] = Receipt(*row.values())
        return [
            settle(claim, group, roll[claim.id], current[claim.id], known[claim.id], now) for claim, group in claimed
        ]

    async def _write(self, connection: Connection, written: Sequence[Settled]) -> None:
        replaced = [(one.claim.id, list(one.replaced), list(one.replaced.values())) for one in written if one.replaced]
        first = [(one.claim.id, one.first) for one in written if one.first]
        if replaced:
            await connection.executemany(REPLACE, replaced)
        await connection.executemany(INSERT, [(one.claim.id, *_columns(_rows(one))) for one in written])
        await connection.executemany(ENTER, [(one.claim.id, *_columns(one.entries)) for one in written])
        if first:
            await connection.executemany(MARK, first)
        await connection.executemany(HEAD, [_head(one.claim) for one in written])


def _to_claim(row: "asyncpg.Record") -> Claim:
    choices = RuleSpec.from_data(json.loads(row["rule"])).ballots
    start = (row["id"], row["public_id"], row["meeting_id"], QuestionState(row["state"]), row["version"])
    tail = (row["manifest_hash"], row["chain_seq"], row["chain_head"], row["ballots_cast"])
    kind, takes = Kind(row["kind"]), takes_phones(row["channels"])
    return Claim(*start, row["closes_at"], choices, *tail, kind=kind, takes_phones=takes)


def _rows(done: Settled) -> list[tuple[Any, ...]]:
    return [
        (b.person_id, b.choice, b.revision, b.client_id, b.code, b.hash, b.cast_at, superseded_by, via.value)
        for b, superseded_by, via in done.ballots
    ]


def _head(claim: Claim) -> tuple[int, str, int, int]:
    return claim.chain_seq, claim.chain_head, claim.ballots_cast, claim.id
