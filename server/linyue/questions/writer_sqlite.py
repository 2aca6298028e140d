"""The ballot store on SQLite: its own connection and thread, BEGIN IMMEDIATE, WAL, synchronous=FULL."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from linyue.base import faults
from linyue.questions.rules import QuestionState, RuleSpec
from linyue.questions.rules_ballot import Via
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
from linyue.questions.writer_commit import StoreConflict, StoreFailed

CLAIM = (
    "UPDATE questions SET version = version + ? WHERE id = ? AND state = 'open'"
    " RETURNING id, public_id, meeting_id, state, version, closes_at, rule,"
    " manifest_hash, chain_seq, chain_head, ballots_cast, kind, channels"
)
LOOK = (
    "SELECT id, public_id, meeting_id, state, version, closes_at, rule,"
    " manifest_hash, chain_seq, chain_head, ballots_cast, kind, channels FROM questions WHERE id = ?"
)
ROLL = (
    "SELECT person_id, channel, salt, withdrawn FROM question_rolls"
    " WHERE question_id = ? AND person_id IN (SELECT value FROM json_each(?))"
)
CURRENT = (
    "SELECT question_id, person_id, choice, revision, client_id, receipt_code, hash, cast_at"
    " FROM ballots WHERE question_id = ? AND superseded_by IS NULL"
    " AND person_id IN (SELECT value FROM json_each(?))"
)
KNOWN = (
    "SELECT question_id, person_id, choice, revision, client_id, receipt_code, hash, cast_at"
    " FROM ballots WHERE question_id = ? AND client_id IN (SELECT value FROM json_each(?))"
)
REPLACE = "UPDATE ballots SET superseded_by = ? WHERE question_id = ? AND person_id = ? AND superseded_by IS NULL"
INSERT = (
    "INSERT INTO ballots"
    " (question_id, person_id, choice, revision, client_id, receipt_code, hash, cast_at, superseded_by, via)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
ENTER = "INSERT INTO question_chain (question_id, seq, kind, body, hash) VALUES (?, ?, 'BALLOT', ?, ?)"
MARK = "UPDATE question_rolls SET channel = 'online' WHERE question_id = ? AND person_id = ? AND channel IS NULL"
BOX_ROLL = (
    "SELECT person_id, channel, salt, box_hash, box_send, box_revision, boxed_at, is_box_entered FROM question_rolls"
    " WHERE question_id = ? AND person_id IN (SELECT value FROM json_each(?))"
)
WAITING = (
    "SELECT person_id, box_hash FROM question_rolls WHERE question_id = ? AND box_hash <> '' AND NOT is_box_entered"
)
PUT_BOX = (
    "UPDATE question_rolls SET channel = ?, box_hash = ?, box_send = ?, box_revision = ?, boxed_at = ?,"
    " is_box_entered = 0 WHERE question_id = ? AND person_id = ?"
)
FILL_BOX = (
    "INSERT INTO sealed_ballots (entry_id, question_id, sealed) SELECT id, question_id, ? FROM question_rolls"
    " WHERE question_id = ? AND person_id = ? ON CONFLICT (entry_id) DO UPDATE SET sealed = excluded.sealed"
)
ENTER_BOXES = "INSERT INTO question_chain (question_id, seq, kind, body, hash) VALUES (?, ?, 'SEALED', ?, ?)"
MARK_BOXES = (
    "UPDATE question_rolls SET is_box_entered = 1 WHERE question_id = ? AND box_hash <> '' AND NOT is_box_entered"
)
HEAD = "UPDATE questions SET chain_seq = ?, chain_head = ?, ballots_cast = ? WHERE id = ?"


@lru_cache(maxsize=16)  # the ballots of a batch share their time
def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(" ")  # as the ORM writes it: SQLite compares times as text


def _row(ballot: Receipt, superseded_by: int | None, via: Via) -> tuple[int | str | None, ...]:
    return (
        ballot.question_id,
        ballot.person_id,
        ballot.choice,
        ballot.revision,
        ballot.client_id,
        ballot.code,
        ballot.hash,
        _text(ballot.cast_at),
        superseded_by,
        via.value,
    )


def _receipt(row: tuple[int, int, str, int, str, str, str, str]) -> Receipt:
    return Receipt(*row[:7], cast_at=datetime.fromisoformat(row[7]))


def _box_row(row: tuple[int, str | None, str, str, str, int, str | None, int]) -> BoxRow:
    boxed_at = None if row[6] is None else datetime.fromisoformat(row[6])
    return BoxRow(row[0], row[1], row[2], row[3], row[4], row[5], boxed_at, bool(row[7]))


class SqliteBallots:
    """One connection, used by one thread only, opened when first needed and again after a failure."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ballots")
        self._connection: sqlite3.Connection | None = None

    async def record(self, sends: Sequence[Send], now: Callable[[], datetime]) -> Recorded:
        """Store a batch; see BallotStore."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._record, sends, now)

    async def stop(self) -> None:
        """Close the connection and end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            uri = f"{self._path.absolute().as_uri()}?mode=rw"
            connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10, check_same_thread=False)
            self._connection = connection
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA secure_delete=ON")  # a replaced sealed ballot leaves no bytes behind
        return self._connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except sqlite3.Error:
                return  # already broken; the next use opens a new one

    def _record(self, sends: Sequence[Send], now: Callable[[], datetime]) -> Recorded:
        try:
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                recorded = self._store(connection, sends, now)
                faults.reached("ballots.written")
                connection.execute("COMMIT")
                faults.reached("ballots.committed")
                return recorded
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.IntegrityError as error:
            raise StoreConflict from error
        except sqlite3.Error as error:
            self._close()
            raise StoreFailed from error

    def _store(self, connection: sqlite3.Connection, sends: Sequence[Send], now: Callable[[], datetime]) -> Recorded:
        answers: dict[int, Answer] = {}
        told: list[Told] = []
        for question_id, group in by_question(sends):
            claim = self._claim(connection, question_id, len(group))
            faults.reached("ballots.claimed")
            if claim.kind is Kind.SECRET:
                boxes = self._store_boxes(connection, claim, group, now())
                answers |= boxes.answers
                told += [boxes.claim.told] if boxes.rows else []
                continue
            done = self._settle(connection, claim, group, now())
            answers |= done.answers
            if done.ballots:
                self._write(connection, done)
                told.append(done.claim.told)
        return Recorded([answers[place] for place in range(len(sends))], told)

    def _claim(self, connection: sqlite3.Connection, question_id: int, sends: int) -> Claim:
        # Written first: a close that is under way is waited for, and a later close waits for this commit.
        row = connection.execute(CLAIM, (sends, question_id)).fetchone()
        if row is None:
            row = connection.execute(LOOK, (question_id,)).fetchone()
        if row is None:
            return Claim(question_id, "", 0, QuestionState.DRAFT, 0, None, (), "", 0, "", 0)
        closes_at = None if row[5] is None else datetime.fromisoformat(row[5])
        choices = RuleSpec.from_data(json.loads(row[6])).ballots
        state = QuestionState(row[3])
        start = (row[0], row[1], row[2], state, row[4], closes_at, choices)
        return Claim(*start, row[7], row[8], row[9], row[10], Kind(row[11]), takes_phones(row[12]))

    def _store_boxes(
        self, connection: sqlite3.Connection, claim: Claim, group: list[tuple[int, Send]], now: datetime
    ) -> SettledBoxes:
        people = json.dumps(list({send.person_id for _, send in group}))
        found = connection.execute(BOX_ROLL, (claim.id, people)).fetchall()
        roll = {row[0]: _box_row(row) for row in found}
        waiting = dict(connection.execute(WAITING, (claim.id,)).fetchall())
        done = settle_boxes(claim, group, roll, waiting, now)
        for person, (row, sealed) in done.rows.items():
            assert row.boxed_at is not None
            told = (row.channel, row.hash, row.send, row.revision, _text(row.boxed_at))
            connection.execute(PUT_BOX, (*told, claim.id, person))
            connection.execute(FILL_BOX, (sealed, claim.id, person))
        if done.entry is not None:
            connection.execute(ENTER_BOXES, (claim.id, *done.entry))
            connection.execute(MARK_BOXES, (claim.id,))
        if done.rows:
            head = done.claim
            connection.execute(HEAD, (head.chain_seq, head.chain_head, head.ballots_cast, head.id))
        return done

    def _settle(
        self, connection: sqlite3.Connection, claim: Claim, group: list[tuple[int, Send]], now: datetime
    ) -> Settled:
        people = json.dumps(list({send.person_id for _, send in group}))
        ids = json.dumps(list({send.client_id for _, send in group}))
        roll = connection.execute(ROLL, (claim.id, people))
        current = connection.execute(CURRENT, (claim.id, people))
        known = connection.execute(KNOWN, (claim.id, ids))
        return settle(
            claim,
            group,
            {row[0]: RollRow(*row) for row in roll},
            {row[1]: _receipt(row) for row in current},
            {row[4]: _receipt(row) for row in known},
            now,
        )

    def _write(self, connection: sqlite3.Connection, done: Settled) -> None:
        claim = done.claim
        replaced = [(revision, claim.id, person) for person, revision in done.replaced.items()]
        connection.executemany(REPLACE, replaced)
        connection.executemany(INSERT, [_row(*ballot) for ballot in done.ballots])
        connection.executemany(ENTER, [(claim.id, *entry) for entry in done.entries])
        connection.executemany(MARK, [(claim.id, person) for person in done.first])
        connection.execute(HEAD, (claim.chain_seq, claim.chain_head, claim.ballots_cast, claim.id))
