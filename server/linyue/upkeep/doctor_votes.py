"""Invariants of ballots and their record: one counted ballot a person, every receipt entered once, results recount."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

from tortoise import connections

from linyue.base import ledger
from linyue.base.settings import Settings
from linyue.questions.model import Ballot, ChainEntry, OpenedBallot, Question
from linyue.questions.model_paper import Batch
from linyue.questions.rules import QuestionState
from linyue.questions.rules_paper import BatchState
from linyue.questions.rules_secret import BoxNote, BoxState, Kind
from linyue.upkeep.doctor_check import Answer, Check

OPENED = frozenset(QuestionState) - {QuestionState.DRAFT}
COUNTED = OPENED - {QuestionState.OPEN}
ONCE = ("OPEN", "CLOSE", "RESULT")
PAGE = 2_000
"""Rows that are read at once of a table that may be larger than the memory."""


async def rows(sql: str) -> list[dict[str, Any]]:
    """Rows of a query without parameters, the same on both databases."""
    found: list[dict[str, Any]] = await connections.get("default").execute_query_dict(sql)
    return found


async def texts(table: str, column: str, key: str = "id") -> AsyncIterator[str]:
    """Every value of a column as text, page by page along the table's key. The names are code, never input."""
    last = -1
    while True:
        page = await rows(
            f"SELECT {key} AS at, CAST({column} AS TEXT) AS said FROM {table}"  # noqa: S608 - names, see above
            f" WHERE {key} > {last} ORDER BY {key} LIMIT {PAGE}"
        )
        for row in page:
            yield str(row["said"])
        if len(page) < PAGE:
            return
        last = int(page[-1]["at"])


async def entries_of(question_id: int) -> list[ledger.Entry]:
    """A question's chain, in order."""
    found = await ChainEntry.filter(question_id=question_id).order_by("seq").values_list("seq", "body", "hash")
    return [ledger.Entry(*entry) for entry in found]


def told(entries: list[ledger.Entry], kind: str) -> Iterator[dict[str, Any]]:
    """What the entries of one kind say."""
    for entry in entries:
        fields = json.loads(entry.body)
        if fields["kind"] == kind:
            yield fields["data"]


async def one_ballot_each(_settings: Settings) -> Answer:
    """At most one counted ballot a person and question."""
    twice = await rows(
        "SELECT question_id, COUNT(*) AS n FROM (SELECT question_id, person_id FROM ballots WHERE superseded_by IS NULL"
        " GROUP BY question_id, person_id HAVING COUNT(*) > 1) AS more GROUP BY question_id"
    )
    return await Ballot.all().count(), [
        f"question {row['question_id']}: {row['n']} people count twice" for row in twice
    ]


async def receipts_recorded(_settings: Settings) -> Answer:
    """Every stored ballot is an entry of its question's chain, once."""
    looked, faults = 0, []
    for question_id in await Question.filter(state__in=OPENED).order_by("id").values_list("id", flat=True):
        # Ballots first: what is stored by now is entered by the time the record is read, however the vote goes on.
        ballots = await Ballot.filter(question_id=question_id).order_by("id").values_list("receipt_code", "hash")
        # Compared here: a join by hash would go through the whole record once for each ballot.
        hashes = ChainEntry.filter(question_id=question_id, kind="BALLOT").values_list("hash", flat=True)
        entered = Counter(str(one) for one in await hashes)
        for code, digest in ballots:
            looked += 1
            if digest and entered[str(digest)] != 1:
                faults.append(f"question {question_id}: receipt {code} is not in the record")
    return looked, faults


def recount(entries: list[ledger.Entry]) -> Counter[str]:
    """Choices that count by the chain alone: the last revision of each voter, not taken back; batches and box added."""
    choices: dict[str, str] = {}
    total: Counter[str] = Counter()
    for entry in entries:
        fields = json.loads(entry.body)
        data = fields["data"]
        if fields["kind"] == "BALLOT":
            choices[data["voter"]] = data["choice"]
        elif fields["kind"] == "WITHDRAWN":
            choices.pop(data["voter"], None)
        elif fields["kind"] == "BATCH":
            total.update(data.get("counts", {}))  # a secret vote's papers lie with the opened ballots
    return total + Counter(choices.values())


async def result_recounts(_settings: Settings) -> Answer:
    """The stored result is what the record says and what the tables say; for a secret question, with the opened box.

    It is there once the vote is counted, and is the one that was announced. So is the running count what is stored,
    also while people vote.
    """
    looked, faults = await _running_counts()
    async for question in Question.filter(state__in=COUNTED).order_by("id"):
        if question.result is None:
            if _is_counted(question):
                faults.append(f"question {question.id}: {question.state.value}, and its result is gone")
            continue
        looked += 1
        entries = await entries_of(question.id)
        for announced in told(entries, "RESULT"):
            if any(question.result.get(key) != value for key, value in announced.items() if key != "why"):
                faults.append(f"question {question.id}: the record announced another result than is stored")
        counted = recount(entries)
        if json.loads(question.manifest).get("kind") == "secret":
            counted += Counter(row.choice for row in await OpenedBallot.of(question.id))
        stored = {key: n for key, n in question.result["counts"].items() if n}
        if stored != {key: n for key, n in counted.items() if n}:
            faults.append(f"question {question.id}: the record counts {dict(counted)}, the result says {stored}")
        tabled = await _from_tables(question.id)
        if stored != {key: n for key, n in tabled.items() if n}:
            faults.append(f"question {question.id}: the tables count {dict(tabled)}, the result says {stored}")
    return looked, faults


def _is_counted(question: Question) -> bool:
    """Whether a result must be there: it was published, or the vote is closed and there was something to count."""
    if question.published_at is not None or question.state is QuestionState.PUBLISHED:
        return True
    is_open_box = question.box is BoxState.RECORDED and question.box_note == BoxNote.NONE
    return question.state is QuestionState.CLOSED and (question.kind is Kind.NAMED or is_open_box)


async def _running_counts() -> Answer:
    """How many ballots a question says were cast, against what is stored, as one statement sees both."""
    before = await _sheets()
    found = await rows(
        "SELECT q.id, q.ballots_cast,"
        " (SELECT COUNT(*) FROM ballots b WHERE b.question_id = q.id AND b.superseded_by IS NULL)"
        " + (SELECT COUNT(*) FROM question_rolls r WHERE r.question_id = q.id AND r.box_hash <> '') AS stored"
        " FROM questions q WHERE q.state <> 'draft' ORDER BY q.id"
    )
    after = await _sheets()
    return len(found), [
        f"question {row['id']}: {row['ballots_cast']} ballots cast by its count, {row['stored'] + sheets} are stored"
        for row in found
        if (sheets := after[row["id"]]) == before[row["id"]] and row["ballots_cast"] != row["stored"] + sheets
    ]


async def _sheets() -> Counter[int]:
    """Sheets and hands in posted batches, by question."""
    total: Counter[int] = Counter()
    async for batch in Batch.filter(state=BatchState.POSTED):
        total[batch.question_id] += batch.agreed.returned if batch.agreed else 0
    return total


async def _from_tables(question_id: int) -> Counter[str]:
    """Choices that count by the rows alone: current ballots, posted batches, the opened box."""
    current = await Ballot.current(question_id).exclude(choice="").values_list("choice", flat=True)
    total = Counter(str(choice) for choice in current)
    for batch in await Batch.posted(question_id):
        total.update(batch.agreed.counts if batch.agreed else {})
    return total + Counter(row.choice for row in await OpenedBallot.of(question_id))


async def chains_hold(_settings: Settings) -> Answer:
    """Numbers without a gap, hashes that fit, links unbroken, and the question knows the last entry."""
    looked, faults = 0, []
    async for question in Question.filter(state__in=OPENED).order_by("id"):
        entries = await entries_of(question.id)
        looked += len(entries)
        faults += [f"question {question.id}: {fault}" for fault in ledger.chain_faults(entries)]
        head = entries[-1].hash if entries else ledger.NO_ENTRY
        # Read again: a ballot may have come between the two reads of a running vote.
        now = await Question.get(id=question.id)
        if now.chain_seq == question.chain_seq and (len(entries), head) != (question.chain_seq, question.chain_head):
            faults.append(f"question {question.id}: its last entry is not the chain's")
    return looked, faults


async def closed_for_good(_settings: Settings) -> Answer:
    """One OPEN, at most one CLOSE, no ballot after it, and a state that says the same."""
    looked, faults = 0, []
    async for question in Question.filter(state__in=OPENED).order_by("id"):
        looked += 1
        kinds = [json.loads(entry.body)["kind"] for entry in await entries_of(question.id)]
        if kinds.count("OPEN") != 1 or kinds[:1] != ["OPEN"]:
            faults.append(f"question {question.id}: not opened exactly once")
        if any(kinds.count(kind) > 1 for kind in ONCE):
            faults.append(f"question {question.id}: closed or published twice")
        if "CLOSE" in kinds and {"BALLOT", "WITHDRAWN", "BATCH", "SEALED"} & set(kinds[kinds.index("CLOSE") :]):
            faults.append(f"question {question.id}: something was counted after the close")
    return looked, faults


async def states_fit(_settings: Settings) -> Answer:
    """A state is what the record says it is: what was closed never opens again, what was voided is the end."""
    looked, faults = 0, []
    async for question in Question.filter(state__in=OPENED).order_by("id"):
        looked += 1
        kinds = {json.loads(entry.body)["kind"] for entry in await entries_of(question.id)}
        said = (
            QuestionState.VOIDED
            if "VOID" in kinds
            else QuestionState.PUBLISHED
            if "RESULT" in kinds
            else QuestionState.CLOSED
            if "CLOSE" in kinds
            else QuestionState.OPEN
        )
        # Read again: it may have moved on between the two reads, and only forwards.
        state = (await Question.get(id=question.id)).state
        if state is not said and question.state is not said:
            faults.append(f"question {question.id}: {state.value}, its record says {said.value}")
    for row in await rows(
        "SELECT object, COUNT(*) AS n FROM audit_entries WHERE action = 'question.open'"
        " GROUP BY object HAVING COUNT(*) > 1"
    ):
        faults.append(f"{row['object']}: opened {row['n']} times by the audit trail")
    return looked, faults


VOTES: list[tuple[str, str, Check]] = [
    ("I1", "one counted ballot a person", one_ballot_each),
    ("I2", "every receipt is in the record, once", receipts_recorded),
    ("I3", "results and running counts recount from the record and from the tables", result_recounts),
    ("I4", "opened and closed once, nothing counted after the close", closed_for_good),
    ("I5", "states are what the record says; closed stays closed", states_fit),
    ("I6", "chains hold", chains_hold),
]
