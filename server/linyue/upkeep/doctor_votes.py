"""Invariants of votes: one counted ballot a person, every receipt in the record, a result that recounts."""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from tortoise import connections

from linyue.base import ledger
from linyue.base.settings import Settings
from linyue.questions.model import Ballot, ChainEntry, OpenedBallot, Question, RollEntry
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import Via
from linyue.questions.rules_secret import BoxState, Kind

Answer = tuple[int, list[str]]
OPENED = frozenset(QuestionState) - {QuestionState.DRAFT}
COUNTED = OPENED - {QuestionState.OPEN}
ONCE = ("OPEN", "CLOSE", "RESULT")


async def rows(sql: str) -> list[dict[str, Any]]:
    """Rows of a query without parameters, the same on both databases."""
    found: list[dict[str, Any]] = await connections.get("default").execute_query_dict(sql)
    return found


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
    lost = await rows(
        "SELECT b.question_id, b.receipt_code FROM ballots b LEFT JOIN question_chain c"
        " ON c.question_id = b.question_id AND c.hash = b.hash GROUP BY b.id, b.question_id, b.receipt_code"
        " HAVING COUNT(c.id) <> 1"
    )
    return (
        await Ballot.all().count(),
        [f"question {row['question_id']}: receipt {row['receipt_code']} is not in the record" for row in lost],
    )


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
            total.update(data["counts"])
    return total + Counter(choices.values())


async def result_recounts(_settings: Settings) -> Answer:
    """The stored result is what the record says; for a secret question, with the opened box."""
    looked, faults = 0, []
    async for question in Question.filter(state__in=COUNTED).order_by("id"):
        if question.result is None:
            continue
        looked += 1
        counted = recount(await entries_of(question.id))
        if json.loads(question.manifest).get("kind") == "secret":
            counted += Counter(row.choice for row in await OpenedBallot.of(question.id))
        stored = {key: n for key, n in question.result["counts"].items() if n}
        if stored != {key: n for key, n in counted.items() if n}:
            faults.append(f"question {question.id}: the record counts {dict(counted)}, the result says {stored}")
    return looked, faults


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
        if "CLOSE" in kinds and {"BALLOT", "WITHDRAWN", "BATCH"} & set(kinds[kinds.index("CLOSE") :]):
            faults.append(f"question {question.id}: something was counted after the close")
        state = (await Question.get(id=question.id)).state
        if (state is QuestionState.OPEN and "CLOSE" in kinds) or (
            state in (QuestionState.CLOSED, QuestionState.PUBLISHED) and "CLOSE" not in kinds
        ):
            faults.append(f"question {question.id}: {state} does not fit its record")
    return looked, faults


async def manifests_fit(_settings: Settings) -> Answer:
    """What was frozen is what the chain opened with."""
    looked, faults = 0, []
    async for question in Question.filter(state__in=OPENED).order_by("id"):
        looked += 1
        opened = next(told(await entries_of(question.id), "OPEN"), {})
        if not ledger.entry_hash(question.manifest) == question.manifest_hash == opened.get("manifest"):
            faults.append(f"question {question.id}: the manifest is not the one it was opened with")
    return looked, faults


async def rolls_fit(_settings: Settings) -> Answer:
    """As many on the roll as were frozen, every counted voter among them, with a channel."""
    faults = []
    for row in await rows(
        "SELECT q.id, q.roll_count, COUNT(r.id) AS n FROM questions q"
        " LEFT JOIN question_rolls r ON r.question_id = q.id"
        " WHERE q.state <> 'draft' GROUP BY q.id, q.roll_count HAVING COUNT(r.id) <> q.roll_count"
    ):
        faults.append(f"question {row['id']}: {row['n']} on the roll, {row['roll_count']} were frozen")
    for row in await rows(
        "SELECT b.question_id, COUNT(*) AS n FROM ballots b LEFT JOIN question_rolls r"
        " ON r.question_id = b.question_id AND r.person_id = b.person_id"
        " WHERE b.superseded_by IS NULL AND r.channel IS NULL GROUP BY b.question_id"
    ):
        faults.append(f"question {row['question_id']}: {row['n']} ballots without a place or channel on the roll")
    return await RollEntry.all().count(), faults


async def secrets_kept(_settings: Settings) -> Answer:
    """Of a secret vote either sealed ballots are there or the opened list, nobody's choice stands beside a person."""
    looked, faults = 0, []
    async for question in Question.filter(kind=Kind.SECRET).exclude(state=QuestionState.DRAFT).order_by("id"):
        looked += 1
        sealed = await RollEntry.filter(question_id=question.id, sealed__isnull=False).count()
        opened = await OpenedBallot.of(question.id)
        if await Ballot.filter(question_id=question.id, via__in=[via.value for via in Via]).exclude(choice="").exists():
            faults.append(f"question {question.id}: a secret ballot is stored with its voter")
        if sealed and (opened or question.box is not BoxState.SEALED):
            faults.append(f"question {question.id}: sealed ballots are still there after the box was opened")
        entries = await entries_of(question.id)
        said, closed = next(told(entries, "OPENED"), None), next(told(entries, "CLOSE"), None)
        if said and closed and said["opened"] and closed["boxes"] != said["opened"] + said["duds"]:
            faults.append(f"question {question.id}: {closed['boxes']} boxes were closed, {said['opened']} opened")
        if said and said["opened"] != len(opened):
            faults.append(f"question {question.id}: the record says {said['opened']} opened, {len(opened)} are listed")
    return looked, faults


Check = Callable[[Settings], Awaitable[Answer]]
VOTES: list[tuple[str, str, Check]] = [
    ("V1", "one counted ballot a person", one_ballot_each),
    ("V2", "every receipt is in the record", receipts_recorded),
    ("V3", "results recount from the record", result_recounts),
    ("V4", "opened and closed once, nothing counted after the close", closed_for_good),
    ("V5", "chains hold", chains_hold),
    ("V6", "manifests are what was opened", manifests_fit),
    ("V7", "rolls are as they were frozen", rolls_fit),
    ("V8", "secret votes keep their secret", secrets_kept),
]
