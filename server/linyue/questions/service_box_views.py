"""What people may see of a secret vote's box: their own place in it, the opened list once published, and its check."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Sequence

from linyue.base.db import in_pages
from linyue.base.errors import Refused
from linyue.questions.model import Ballot, OpenedBallot, Question, RollEntry, SealedBallot
from linyue.questions.model_paper import Batch
from linyue.questions.rules import QuestionRefusal
from linyue.questions.rules_secret import BoxState, Slip, list_hash
from linyue.questions.service_box import box_set
from linyue.questions.service_faults import ChainRow
from linyue.questions.writer_batch import Receipt
from linyue.questions.writer_box import BoxRow, box_receipt


async def my_box(question_id: int, person_id: int) -> Receipt | None:
    """The receipt of this person's sealed ballot, without choice and code; None before the first."""
    return (await boxes_of(question_id, [person_id])).get(person_id)


async def boxes_of(question_id: int, person_ids: Iterable[int]) -> dict[int, Receipt]:
    """The same for many, by person."""
    rows = RollEntry.filter(question_id=question_id, person_id__in=list(person_ids)).exclude(box_hash="")
    found = {}
    for row in await rows:
        if row.boxed_at is None:
            continue
        box = BoxRow(
            row.person_id,
            row.channel,
            row.salt,
            row.box_hash,
            row.box_send,
            row.box_revision,
            row.boxed_at,
            row.is_box_entered,
        )
        found[row.person_id] = box_receipt(question_id, box, row.boxed_at)
    return found


async def opened_list(question: Question) -> list[Slip]:
    """Every code with its choice, the papers among them, once published. Raises Refused."""
    if question.published_at is None:
        raise Refused(QuestionRefusal.NOT_PUBLISHED)
    return [Slip(row.code, row.choice) for row in await OpenedBallot.of(question.id)]


async def papers_in_box(question_id: int) -> int:
    """How many valid sheets lie among the opened ballots."""
    return sum(batch.agreed.in_box for batch in await Batch.posted(question_id) if batch.agreed is not None)


async def box_faults(question: Question, rows: Sequence[ChainRow]) -> list[str]:
    """Where box, chain and result of a secret vote disagree, in plain words."""
    faults = ["a secret vote has named ballots"] if await Ballot.filter(question_id=question.id).exists() else []
    boxes = RollEntry.filter(question_id=question.id).exclude(box_hash="")
    final = sorted([str(row[0]) async for row in in_pages(boxes, "box_hash")])
    sealed = await SealedBallot.filter(question_id=question.id).count()
    slips = [Slip(*row) async for row in in_pages(OpenedBallot.filter(question_id=question.id), "code", "choice")]
    return faults + await asyncio.to_thread(_box_faults, question, rows, final, sealed, slips)


def _box_faults(
    question: Question, rows: Sequence[ChainRow], final: list[str], sealed: int, slips: Sequence[Slip]
) -> list[str]:
    faults: list[str] = []
    data = [(row.kind, json.loads(row.body)["data"]) for row in rows]
    entered = [one for kind, told in data if kind == "SEALED" for one in told["boxes"]]
    if len(set(entered)) != len(entered):
        faults.append("a box is entered twice")
    close = next((told for kind, told in data if kind == "CLOSE"), None)
    if close is None:
        return faults
    if not set(final) <= set(entered) or (close["boxes"], close["box_set"]) != (len(final), box_set(final)):
        faults.append("the boxes at the close are others")
    if sealed != (len(final) if question.box is BoxState.SEALED else 0) or (sealed and slips):
        faults.append("the box is neither sealed nor opened")
    opened = next((told for kind, told in data if kind == "OPENED"), None)
    if opened is None:
        return faults
    listed = sorted(slips, key=lambda slip: (slip.code, slip.choice))
    if (opened["opened"], opened["list"]) != (len(slips), list_hash(listed)):
        faults.append("the opened list is not the one recorded")
    on_paper = sum(told["returned"] for kind, told in data if kind == "BATCH")
    if opened["opened"] + opened["duds"] != len(final) + on_paper:
        faults.append("opened ballots and duds are not the boxes of the close and the papers")
    counted = Counter(slip.choice for slip in slips)
    if question.result is not None and counted != Counter({k: n for k, n in question.result["counts"].items() if n}):
        faults.append("stored result differs from the opened list")
    return faults
