"""Invariants of rolls, ways of voting and results: what was frozen counts, and the verdict is what the rule says."""

from collections import Counter

from linyue.base import ledger, tree
from linyue.base.settings import Settings
from linyue.questions.model import Ballot, ChainEntry, OpenedBallot, Question, RollEntry
from linyue.questions.model_paper import Batch, PaperBallot
from linyue.questions.rules import QuestionState
from linyue.questions.rules_secret import Kind
from linyue.records.model import Checkpoint
from linyue.upkeep.doctor_check import Answer, Check
from linyue.upkeep.doctor_verdicts import Weighed, is_of_owners, owners_faults, verdict_faults, weigh
from linyue.upkeep.doctor_votes import COUNTED, OPENED, entries_of, rows, told


async def checkpoints_hold(_settings: Settings) -> Answer:
    """Each signed checkpoint is a prefix of the record as it is now: its root is the root of so many entries."""
    looked, faults = 0, []
    for question_id in await Checkpoint.all().distinct().values_list("question_id", flat=True):
        signed = await Checkpoint.filter(question_id=question_id).order_by("size")  # before the record, which grows
        leaves = [entry.hash for entry in await entries_of(int(str(question_id)))]
        for one in signed:
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
    """No more voices than people on the roll, in the running count and in the result; no more area or heads either."""
    looked, faults = 0, []
    async for question in Question.filter(state__in=OPENED).order_by("id"):
        looked += 1
        counted = sum(question.result["counts"].values()) if question.result else 0
        if max(counted, question.ballots_cast) > question.roll_count:
            voices = max(counted, question.ballots_cast)
            faults.append(f"question {question.id}: {voices} voices, {question.roll_count} on the roll")
        faults += [f"question {question.id}: {fault}" for fault in await _too_heavy(question)]
    return looked, faults


async def _too_heavy(question: Question) -> list[str]:
    """Where an owners' result counts more area (0.01 m²) or heads than the titles on its roll have."""
    sides = (question.result or {}).get("weighed")
    if not sides:
        return []
    rows = await RollEntry.filter(question_id=question.id).values_list("area", "heads")
    there = {"area": sum(area for area, _ in rows), "heads": sum(heads for _, heads in rows)}
    return [
        f"{side['cast']} of {side['entitled']} counted by {name}, the roll has {there[name]}"
        for name, side in sides.items()
        if not sum(side["counts"].values()) == side["cast"] <= side["entitled"] == there[name]
    ]


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
        counted: Counter[str] = Counter()
        for batch in await Batch.posted(question.id):  # before the roll, which is marked no later than they are posted
            counted[batch.channel] += batch.agreed.returned if batch.agreed else 0
        ways = RollEntry.filter(question_id=question.id, channel__isnull=False).values_list("channel", flat=True)
        marked = Counter(str(way) for way in await ways)
        looked += sum(marked.values())
        faults += [
            f"question {question.id}: {number} voices by {way}, {marked[way]} on the roll came that way"
            for way, number in counted.items()
            if number > marked[way]
        ]
    return looked, faults


async def verdicts_follow(_settings: Settings) -> Answer:
    """The verdict, and who is chosen, is what the frozen rule makes of the figures."""
    looked, faults = 0, []
    async for question in Question.filter(state__in=COUNTED, result__isnull=False).order_by("id"):
        assert question.result is not None
        looked += 1
        if is_of_owners(question.rule):
            found = owners_faults(question.rule, question.result, await _weighed(question))
        else:
            close = await ChainEntry.filter(question_id=question.id, kind="CLOSE").first()
            found = verdict_faults(question.rule, question.result, close.hash if close else "")
        faults += [f"question {question.id}: {fault}" for fault in found]
        if question.rule != question.manifest_data.get("rule"):
            faults.append(f"question {question.id}: its rule is not the one that was frozen")
    return looked, faults


async def _weighed(question: Question) -> Weighed:
    """Areas and heads behind the votes of an owners' question, from the rows alone."""
    roll = await RollEntry.filter(question_id=question.id).values_list("person_id", "area", "heads")
    votes = dict(await Ballot.current(question.id).values_list("person_id", "choice"))
    votes |= dict(await PaperBallot.filter(question_id=question.id).values_list("person_id", "choice"))
    return weigh(question.rule["choices"], {who: (area, heads) for who, area, heads in roll}, votes)


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
    running = Question.filter(state__in=[QuestionState.DRAFT, QuestionState.OPEN]).order_by("id")
    for question_id in await running.values_list("id", flat=True):
        looked += 1
        has_result = next(told(await entries_of(int(str(question_id))), "RESULT"), None) is not None
        has_list = await OpenedBallot.of(int(str(question_id))).exists()
        # The state last: a question that was closed and published since the first look has told nothing early.
        question = await Question.get(id=question_id)
        if question.state not in (QuestionState.DRAFT, QuestionState.OPEN):
            continue
        if question.result is not None or has_result:
            faults.append(f"question {question.id}: {question.state.value}, and there is a result")
        if question.kind is Kind.SECRET and has_list:
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


RESULTS: list[tuple[str, str, Check]] = [
    ("I7", "checkpoints are prefixes of the record", checkpoints_hold),
    ("I8", "manifests are what was opened", manifests_fit),
    ("I9", "rolls are as they were frozen", rolls_fit),
    ("I10", "no more voices, area or heads than on the roll", no_more_than_the_roll),
    ("I11", "one way of voting a person", one_way_each),
    ("I14", "verdicts follow from rule and figures", verdicts_follow),
    ("I15", "one send, one ballot, one receipt", sends_once),
    ("I16", "no result before the close", nothing_told_early),
]
