"""What is wrong with a vote's record, in plain words: compares what was read, asks the database nothing.

Everything here may run in a thread beside the loop.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from linyue.base import ledger
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.questions.rules_secret import Kind
from linyue.questions.writer_batch import voter

VOTES = ("BALLOT", "WITHDRAWN", "SEALED", "BATCH")
"""Entries between opening and close."""


class ChainRow(NamedTuple):
    """A ChainEntry as it was read."""

    seq: int
    kind: str
    body: str
    hash: str


class Cast(NamedTuple):
    """What a Ballot says that the chain says too."""

    id: int
    person_id: int
    choice: str
    revision: int
    superseded_by: int | None
    hash: str


def chain_faults(question: Question, rows: Sequence[ChainRow]) -> list[str]:
    """Whether there is a record, and whether it holds. Only a draft has none."""
    if not rows and question.state is not QuestionState.DRAFT:
        return ["the record is gone"]
    return ledger.chain_faults([ledger.Entry(row.seq, row.body, row.hash) for row in rows])


def step_faults(question: Question, rows: Sequence[ChainRow]) -> list[str]:
    """Whether a record that holds fits its question: manifest, last entry, order of the steps."""
    faults: list[str] = []
    if ledger.entry_hash(question.manifest) != question.manifest_hash:
        faults.append("manifest: hash does not fit the text")
    if json.loads(rows[0].body)["data"].get("manifest") != question.manifest_hash:
        faults.append("OPEN names another manifest")
    if (question.chain_seq, question.chain_head) != (len(rows), rows[-1].hash):
        faults.append("question: head of the chain is another")
    kinds = [row.kind for row in rows if row.kind not in VOTES]
    steps = ["OPEN", "CLOSE", *(["OPENED"] if question.kind is Kind.SECRET else []), "RESULT"]
    before_void = kinds[:-1] if kinds[-1] == "VOID" else kinds
    if before_void != steps[: len(before_void)] or rows[0].kind != "OPEN":
        faults.append(f"steps in the wrong order: {kinds}")
    closed = next((row.seq for row in rows if row.kind == "CLOSE"), len(rows))
    if any(row.kind in VOTES and row.seq > closed for row in rows):
        faults.append("a ballot after the close")
    return faults


def count_faults(
    question: Question, rows: Sequence[ChainRow], ballots: Sequence[Cast], salts: Mapping[int, str]
) -> list[str]:
    """Whether named ballots, chain and result agree. `salts`: of the roll, by person."""
    faults: list[str] = []
    in_chain = {row.hash: json.loads(row.body)["data"] for row in rows if row.kind == "BALLOT"}
    if sorted(in_chain) != sorted(ballot.hash for ballot in ballots):
        faults.append("ballots and chain do not name the same entries")
    last: dict[str, str] = {}
    batches: Counter[str] = Counter()
    for row in rows:
        data = json.loads(row.body)["data"]
        if row.kind == "BALLOT":
            last[data["voter"]] = data["choice"]
        if row.kind == "WITHDRAWN" and last.pop(data["voter"], None) is None:
            faults.append("nothing there was taken back")
        if row.kind == "BATCH":
            batches.update(data["counts"])
    counted = [ballot for ballot in ballots if ballot.superseded_by is None]
    for ballot in ballots:
        data = in_chain.get(ballot.hash)
        if data is None:
            continue
        if data["choice"] != ballot.choice or data["revision"] != ballot.revision:
            faults.append(f"ballot {ballot.id}: not what the chain says")
        if data["voter"] != voter(salts.get(ballot.person_id, ""), ballot.person_id):
            faults.append(f"ballot {ballot.id}: of a person who is not on the roll")
    if len({ballot.person_id for ballot in counted}) != len(counted):
        faults.append("a person is counted twice")
    if Counter(last.values()) != Counter(ballot.choice for ballot in counted):
        faults.append("recount of the chain differs from the ballots")
    if question.ballots_cast != len(counted) + batches.total():
        faults.append("turnout differs from the ballots")
    everything = Counter(ballot.choice for ballot in counted) + batches
    if question.result is not None and Counter(question.result["counts"]) != everything:
        faults.append("stored result differs from the ballots")
    return faults
