"""Invariants of rolls, ways of voting and results: what was frozen counts, and the verdict is what the rule says."""

from collections import Counter
from collections.abc import Awaitable, Callable
from fractions import Fraction
from typing import Any

from linyue.base import ledger, tree
from linyue.base.settings import Settings
from linyue.questions.model import Ballot, OpenedBallot, Question, RollEntry
from linyue.questions.model_paper import Batch
from linyue.questions.rules import QuestionState
from linyue.questions.rules_secret import Kind
from linyue.records.model import Checkpoint
from linyue.upkeep.doctor_votes import COUNTED, OPENED, Answer, entries_of, rows, told

SHARES = {"absolute": Fraction(1, 2), "two_thirds": Fraction(2, 3), "three_quarters": Fraction(3, 4)}


async def checkpoints_hold(_settings: Settings) -> Answer:
    """Each signed checkpoint is a prefix of the record as it is now: its root is the root of so many entries."""
    looked, faults = 0, []
    for question_id in await Checkpoint.all().distinct().values_list("question_id", flat=True):
        leaves = [entry.hash for entry in await entries_of(int(str(question_id)))]
        async for one in Checkpoint.filter(question_id=question_id).order_by("size"):
            looked += 1
            if one.size > len(leaves):
                faults.append(f"question {question_id}: a checkpoint of {one.size} entries, there are {len(leaves)}")
            elif tree.root(leaves[: one.size]) != one.root or one.root not in one.text:
                faults.append(f"question {question_id}: the checkpoint of {one.size} entries is of another record")
    return looked, faults


async def rolls_fit(_settings: Settings) -> Answer:
    """The roll is the one in the manifest; every counted voter is on it, with a way of voting."""
    faults = []
    async for question in Question.filter(state__in=OPENED).order_by("id"):
        roll = await RollEntry.filter(question_id=question.id).values_list("salt", "person_id")
        if len(roll) != question.roll_count:
            faults.append(f"question {question.id}: {len(roll)} on the roll, {question.roll_count} were frozen")
        frozen = question.manifest_data.get("roll")
        if frozen != sorted(ledger.commitment(str(salt), f"person:{person}") for salt, person in roll):
            faults.append(f"question {question.id}: its roll is not the one in its manifest")
    for row in await rows(
        "SELECT b.question_id, COUNT(*) AS n FROM ballots b LEFT JOIN question_rolls r"
        " ON r.question_id = b.question_id AND r.person_id = b.person_id"
        " WHERE b.superseded_by IS NULL AND r.channel IS NULL GROUP BY b.question_id"
    ):
        faults.append(f"question {row['question_id']}: {row['n']} ballots without a place or channel on the roll")
    return await RollEntry.all().count(), faults


async def no_more_than_the_roll(_settings: Settings) -> Answer:
    """No more voices than people on the roll, in the running count and in the result."""
    looked, faults = 0, []
    async for question in Question.filter(state__in=OPENED).order_by("id"):
        looked += 1
        counted = sum(question.result["counts"].values()) if question.result else 0
        if max(counted, question.ballots_cast) > question.roll_count:
            voices = max(counted, question.ballots_cast)
            faults.append(f"question {question.id}: {voices} voices, {question.roll_count} on the roll")
    return looked, faults


async def one_way_each(_settings: Settings) -> Answer:
    """A person has one way of voting: who counts online has no sheet that counts, and no hand."""
    faults = [
        f"question {row['question_id']}: {row['n']} people count online and are marked {row['channel']}"
        for row in await rows(
            "SELECT b.question_id, r.channel, COUNT(*) AS n FROM ballots b JOIN question_rolls r"
            " ON r.question_id = b.question_id AND r.person_id = b.person_id WHERE b.superseded_by IS NULL"
            " AND b.via IN ('socket', 'post') AND r.channel <> 'online' GROUP BY b.question_id, r.channel"
        )
    ]
    looked = 0
    async for question in Question.filter(state__in=OPENED).order_by("id"):
        ways = RollEntry.filter(question_id=question.id, channel__isnull=False).values_list("channel", flat=True)
        marked = Counter(str(way) for way in await ways)
        looked += sum(marked.values())
        counted: Counter[str] = Counter()
        for batch in await Batch.posted(question.id):
            counted[batch.channel] += sum(batch.agreed.counts.values()) if batch.agreed else 0
        faults += [
            f"question {question.id}: {number} voices by {way}, {marked[way]} on the roll came that way"
            for way, number in counted.items()
            if number > marked[way]
        ]
    return looked, faults


def verdict(rule: dict[str, Any], result: dict[str, Any]) -> str:
    """What the rule makes of the figures, by fractions and without the code that counts."""
    sizes = {"cast": result["cast"], "present": result["present"], "entitled": result["entitled"]}
    quorum, ayes, base = rule["quorum"], result["counts"]["for"], sizes[rule["base"]]
    if quorum["numerator"]:
        share, needed = Fraction(quorum["numerator"], quorum["denominator"]), sizes["entitled"]
        took_part = sizes[quorum["counts"]]
        is_enough = took_part > share * needed if quorum["more_than"] else took_part >= share * needed
        if not is_enough:
            return "no_quorum"
    if rule["majority"] == "simple":
        passed = ayes > result["counts"]["against"]
    elif rule["majority"] == "absolute":
        passed = ayes > SHARES["absolute"] * base
    else:
        passed = base > 0 and ayes >= SHARES[rule["majority"]] * base
    return "passed" if passed else "failed"


async def verdicts_follow(_settings: Settings) -> Answer:
    """The verdict is what the frozen rule makes of the figures."""
    looked, faults = 0, []
    async for question in Question.filter(state__in=COUNTED, result__isnull=False).order_by("id"):
        assert question.result is not None
        looked += 1
        found = verdict(question.rule, question.result)
        if found != question.result["verdict"]:
            faults.append(f"question {question.id}: by its rule {found}, the result says {question.result['verdict']}")
        if question.rule != question.manifest_data.get("rule"):
            faults.append(f"question {question.id}: its rule is not the one that was frozen")
    return looked, faults


async def sends_once(_settings: Settings) -> Answer:
    """One send, one ballot, one receipt: a retry finds the same."""
    faults = [
        f"question {row['question_id']}: {row['n']} ballots of one {what}"
        for what, column in (("send", "client_id"), ("receipt", "receipt_code"), ("entry", "hash"))
        for row in await rows(
            f"SELECT question_id, COUNT(*) AS n FROM ballots WHERE {column} <> '' GROUP BY question_id, {column}"  # noqa: S608
            " HAVING COUNT(*) > 1"
        )
    ]
    return await Ballot.all().count(), faults


async def nothing_told_early(_settings: Settings) -> Answer:
    """While a question is open nothing knows its result: no row, no entry, no opened list, no message."""
    looked, faults = 0, []
    async for question in Question.filter(state__in=[QuestionState.DRAFT, QuestionState.OPEN]).order_by("id"):
        looked += 1
        if question.result is not None or next(told(await entries_of(question.id), "RESULT"), None):
            faults.append(f"question {question.id}: {question.state.value}, and there is a result")
        if question.kind is Kind.SECRET and await OpenedBallot.of(question.id).exists():
            faults.append(f"question {question.id}: {question.state.value}, and its box has been opened")
    for row in await rows(
        "SELECT q.id, COUNT(*) AS n FROM messages m JOIN questions q ON m.link LIKE '/q/' || q.public_id || '%'"
        " WHERE m.key = 'questions-told-published' AND q.state IN ('draft', 'open', 'closed') GROUP BY q.id"
    ):
        faults.append(f"question {row['id']}: {row['n']} people were told of a result that is not out")
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


Check = Callable[[Settings], Awaitable[Answer]]
RESULTS: list[tuple[str, str, Check]] = [
    ("I7", "checkpoints are prefixes of the record", checkpoints_hold),
    ("I8", "manifests are what was opened", manifests_fit),
    ("I9", "rolls are as they were frozen", rolls_fit),
    ("I10", "no more voices than people on the roll", no_more_than_the_roll),
    ("I11", "one way of voting a person", one_way_each),
    ("I14", "verdicts follow from rule and figures", verdicts_follow),
    ("I15", "one send, one ballot, one receipt", sends_once),
    ("I16", "no result before the close", nothing_told_early),
]
