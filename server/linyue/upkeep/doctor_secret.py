"""Invariants of secret votes: the box is whole, nothing stands beside a person, few ballots are never shown alone."""

import re
from collections import Counter, defaultdict
from datetime import timedelta

from linyue.base import clock
from linyue.base.model import AuditEntry
from linyue.base.settings import Settings
from linyue.questions.model import Ballot, OpenedBallot, Question, SealedBallot
from linyue.questions.model_paper import Batch
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import Via
from linyue.questions.rules_secret import CODE_LENGTH, CODE_LETTERS, LEAST_BOX, BoxState, Kind, box_hash
from linyue.upkeep.doctor_check import Answer, Check
from linyue.upkeep.doctor_votes import entries_of, rows, texts, told

ANY_CODE = re.compile(f"(?=([{CODE_LETTERS}]{{{CODE_LENGTH}}}))")
NEVER_A_CODE = (("audit_entries", "data", "seq"), ("jobs", "arg", "id"), ("messages", "args", "id"))
WIPED_WITHIN = timedelta(hours=1)
"""The sweep tries every five seconds; a backup of a large district may be in its way for minutes."""


async def boxes_are_whole(_settings: Settings) -> Answer:
    """Sealed ballots are there or the opened list, never both; what was closed in was opened or is a dud.

    While a box is sealed, whatever the roll says lies in it is there, as it was sent.
    """
    looked, faults = 0, []
    async for question in Question.filter(kind=Kind.SECRET).exclude(state=QuestionState.DRAFT).order_by("id"):
        looked += 1
        # In the order in which a box that is opened meanwhile cannot look broken: the record, the list, what is sealed.
        entries = await entries_of(question.id)
        opened = await OpenedBallot.of(question.id).count()
        sealed = await SealedBallot.filter(question_id=question.id).count()
        if sealed and (opened or question.box is not BoxState.SEALED):
            faults.append(f"question {question.id}: sealed ballots are still there after the box was opened")
        said, closed = next(told(entries, "OPENED"), None), next(told(entries, "CLOSE"), None)
        papers = sum(batch.agreed.in_box for batch in await Batch.posted(question.id) if batch.agreed)
        if said and closed and closed["boxes"] + papers != said["opened"] + said["duds"]:
            faults.append(
                f"question {question.id}: {closed['boxes']} boxes and {papers} papers, {said['opened']} opened"
            )
        if said and said["opened"] != opened:
            faults.append(f"question {question.id}: the record says {said['opened']} opened, {opened} are listed")
        faults += await _not_as_sent(question.id)
    return looked, faults


async def _not_as_sent(question_id: int) -> list[str]:
    """Sealed ballots that are missing, altered or nobody's, by the hashes on the roll, in a box that is not opened."""
    entries = await rows(  # one statement, which a ballot that comes meanwhile cannot split
        "SELECT r.salt, r.box_revision, r.box_hash, s.sealed FROM question_rolls r"  # noqa: S608 - a number
        " LEFT JOIN sealed_ballots s ON s.entry_id = r.id"
        f" WHERE r.question_id = {question_id} AND (r.box_hash <> '' OR s.id IS NOT NULL)"
    )
    wrong = sum(
        row["sealed"] is None or box_hash(row["salt"], row["box_revision"], bytes(row["sealed"])) != row["box_hash"]
        for row in entries
    )
    # The box last: one that was opened since has no sealed ballots, and need have none.
    if not wrong or not await Question.filter(id=question_id, box=BoxState.SEALED).exists():
        return []
    return [f"question {question_id}: {wrong} sealed ballots are not there as they were sent"]


async def nobody_is_named(_settings: Settings) -> Answer:
    """Nobody's choice or code stands beside a person: not in ballots, record, audit trail, jobs or messages, nor, as
    sealed bytes of a box that was opened, in a file of the database.
    """
    looked, faults = 0, []
    async for question in Question.filter(kind=Kind.SECRET).exclude(state=QuestionState.DRAFT).order_by("id"):
        looked += 1
        if await Ballot.filter(question_id=question.id, via__in=[via.value for via in Via]).exclude(choice="").exists():
            faults.append(f"question {question.id}: a secret ballot is stored with its voter")
        if next(told(await entries_of(question.id), "BALLOT"), None) is not None:
            faults.append(f"question {question.id}: a ballot stands in the record of a secret vote")
    faults += await _not_wiped()
    codes: dict[str, list[int]] = defaultdict(list)
    async for question_id, code in OpenedBallot.all().order_by("id").values_list("question_id", "code"):
        codes[code].append(question_id)
    for table, column, key in NEVER_A_CODE if codes else ():
        found: Counter[int] = Counter()
        async for said in texts(table, column, key):
            found.update(number for code in _codes_in(said) for number in codes.get(code, ()))
        faults += [f"question {number}: {n} voters' codes stand in {table}" for number, n in sorted(found.items())]
    return looked, faults


async def _not_wiped() -> list[str]:
    """Boxes whose sealed ballots have left the table, but perhaps not its file."""
    faults = []
    async for question in Question.filter(box=BoxState.RECORDED, wiped_at__isnull=True).order_by("id"):
        trail = AuditEntry.filter(action="question.open_box", object=f"question:{question.id}")
        opened = await trail.order_by("-seq").first()
        if opened is not None and opened.at < clock.real_now() - WIPED_WITHIN:
            faults.append(f"question {question.id}: its box was opened and not wiped (does a server run, or a backup?)")
    return faults


def _codes_in(text: str) -> set[str]:
    """Whatever in a text could be a code, also inside a longer word."""
    return {match[1] for match in ANY_CODE.finditer(text)}


async def never_few(_settings: Settings) -> Answer:
    """A list of fewer than ten opened ballots, papers among them, is neither kept nor shown."""
    looked, faults = 0, []
    async for question in Question.filter(kind=Kind.SECRET).order_by("id"):
        opened = await OpenedBallot.of(question.id).count()
        looked += opened
        if 0 < opened < LEAST_BOX:
            faults.append(f"question {question.id}: a list of only {opened} secret ballots")
    return looked, faults


SECRET: list[tuple[str, str, Check]] = [
    ("I12", "boxes are whole", boxes_are_whole),
    ("I13", "secret votes name nobody", nobody_is_named),
    ("I17", "fewer than ten secret ballots are never a list", never_few),
]
