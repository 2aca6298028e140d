"""The ballot store on PostgreSQL: its own asyncpg connection, one transaction a batch, durable commits."""

import json
from collections.abc import Callable, Sequence
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
from linyue.questions.writer_commit import StoreConflict, StoreFailed, StoreLost

CLAIM = (
    "UPDATE questions SET version = version + $1 WHERE id = $2 AND state = 'open'"
    " RETURNING id, public_id, meeting_id, state, version, closes_at, rule,"
    " manifest_hash, chain_seq, chain_head, ballots_cast, kind, channels"
)
LOOK = (
    "SELECT id, public_id, meeting_id, state, version, closes_at, rule,"
    " manifest_hash, chain_seq, chain_head, ballots_cast, kind, channels FROM questions WHERE id = $1"
)
ROLL = (
    "SELECT person_id, channel, salt, withdrawn FROM question_rolls"
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
    "UPDATE question_rolls SET channel = $1, sealed = $2, box_hash = $3, box_send = $4, box_revision = $5,"
    " boxed_at = $6, is_box_entered = FALSE WHERE question_id = $7 AND person_id = $8"
)
ENTER_BOXES = "INSERT INTO question_chain (question_id, seq, kind, body, hash) VALUES ($1, $2, 'SEALED', $3, $4)"
MARK_BOXES = (
    "UPDATE question_rolls SET is_box_entered = TRUE WHERE question_id = $1 AND box_hash <> '' AND NOT is_box_entered"
)
HEAD = "UPDATE questions SET chain_seq = $1, chain_head = $2, ballots_cast = $3 WHERE id = $4"
TIMEOUT = 10.0  # seconds for one statement

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


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
            async with connection.transaction():
                recorded = await self._store(connection, sends, now)
                faults.reached("ballots.written")
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
                    "synchronous_commit": "on",
                    "application_name": "linyue ballots",
                },
            )
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def _store(self, connection: Connection, sends: Sequence[Send], now: Callable[[], datetime]) -> Recorded:
        answers: dict[int, Answer] = {}
        told: list[Told] = []
        for question_id, group in by_question(sends):
            claim = await self._claim(connection, question_id, len(group))
            faults.reached("ballots.claimed")
            if claim.kind is Kind.SECRET:
                boxes = await self._store_boxes(connection, claim, group, now())
                answers |= boxes.answers
                told += [boxes.told] if boxes.rows else []
                continue
            done = await self._settle(connection, claim, group, now())
            answers |= done.answers
            if done.ballots:
                await self._write(connection, done)
                told.append(done.told)
        return Recorded([answers[place] for place in range(len(sends))], told)

    async def _claim(self, connection: Connection, question_id: int, sends: int) -> Claim:
        # Written first: the row stays ours until commit, so a close waits and a second process waits.
        row = await connection.fetchrow(CLAIM, sends, question_id)
        if row is None:
            row = await connection.fetchrow(LOOK, question_id)
        if row is None:
            return Claim(question_id, "", 0, QuestionState.DRAFT, 0, None, (), "", 0, "", 0)
        choices = RuleSpec.from_data(json.loads(row["rule"])).ballots
        state = QuestionState(row["state"])
        version, closes_at = row["version"], row["closes_at"]
        tail = (row["manifest_hash"], row["chain_seq"], row["chain_head"], row["ballots_cast"])
        start = (row["id"], row["public_id"], row["meeting_id"], state, version, closes_at, choices)
        return Claim(*start, *tail, kind=Kind(row["kind"]), takes_phones=takes_phones(row["channels"]))

    async def _store_boxes(
        self, connection: Connection, claim: Claim, group: list[tuple[int, Send]], now: datetime
    ) -> SettledBoxes:
        people = list({send.person_id for _, send in group})
        roll = {row["person_id"]: BoxRow(*row.values()) for row in await connection.fetch(BOX_ROLL, claim.id, people)}
        waiting = {row["person_id"]: row["box_hash"] for row in await connection.fetch(WAITING, claim.id)}
        done = settle_boxes(claim, group, roll, waiting, now)
        told = [
            (row.channel, sealed, row.hash, row.send, row.revision, row.boxed_at, claim.id, person)
            for person, (row, sealed) in done.rows.items()
        ]
        if told:
            await connection.executemany(PUT_BOX, told)
        if done.entry is not None:
            await connection.execute(ENTER_BOXES, claim.id, *done.entry)
            await connection.execute(MARK_BOXES, claim.id)
        if done.rows:
            head = done.claim
            await connection.execute(HEAD, head.chain_seq, head.chain_head, head.ballots_cast, head.id)
        return done

    async def _settle(
        self, connection: Connection, claim: Claim, group: list[tuple[int, Send]], now: datetime
    ) -> Settled:
        people = list({send.person_id for _, send in group})
        ids = list({send.client_id for _, send in group})
        roll = await connection.fetch(ROLL, claim.id, people)
        current = await connection.fetch(CURRENT, claim.id, people)
        known = await connection.fetch(KNOWN, claim.id, ids)
        return settle(
            claim,
            group,
            {row["person_id"]: RollRow(*row.values()) for row in roll},
            {row["person_id"]: Receipt(*row.values()) for row in current},
            {row["client_id"]: Receipt(*row.values()) for row in known},
            now,
        )

    async def _write(self, connection: Connection, done: Settled) -> None:
        claim = done.claim
        if done.replaced:
            await connection.execute(REPLACE, claim.id, list(done.replaced), list(done.replaced.values()))
        rows = [
            (
                b.person_id,
                b.choice,
                b.revision,
                b.client_id,
                b.code,
                b.hash,
                b.cast_at,
                superseded_by,
                via.value,
            )
            for b, superseded_by, via in done.ballots
        ]
        await connection.execute(INSERT, claim.id, *_columns(rows))
        await connection.execute(ENTER, claim.id, *_columns(done.entries))
        if done.first:
            await connection.execute(MARK, claim.id, done.first)
        await connection.execute(HEAD, claim.chain_seq, claim.chain_head, claim.ballots_cast, claim.id)
