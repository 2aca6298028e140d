"""A secret vote after its opening: casting sealed ballots, and what becomes of the box once the vote is closed.

    cast_sealed(person_id, question_id, sealed, client_id, replaces, via) -> Receipt   sealed on the voter's device
    seal_and_cast(person_id, question, choice, code, client_id, replaces) -> Receipt   sealed here, nothing else kept
    finish_box(question_id) -> None                 open, destroy the key, record, wipe; any number of times
    settle_boxes() -> int                           the same for every question that waits for it
The steps of a box stand in rules_secret.BoxState. Each is one transaction, and between two of them the process may end:
either the sealed ballots are there or the opened list, and a box that is opened loses its key before anything else.
"""

import asyncio
import base64
import binascii
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog

from linyue.base import clock, faults, ledger
from linyue.base.db import current_work, is_store_away, unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.logs import failure
from linyue.base.policy import NOBODY
from linyue.questions import rules_secret, service_boxkeys, writer
from linyue.questions.events import QuestionClosed
from linyue.questions.model import ChainEntry, OpenedBallot, Question, RollEntry, SealedBallot
from linyue.questions.model_paper import Batch, BatchEntry
from linyue.questions.rules import QuestionState
from linyue.questions.rules_ballot import BallotRefusal, Via, refuse_send
from linyue.questions.rules_paper import Figures
from linyue.questions.rules_secret import BoxNote, BoxState, Kind, Opening, Slip
from linyue.questions.service import count_result
from linyue.questions.service_box import box_set
from linyue.questions.service_chain import append, claimed
from linyue.questions.service_paper_views import cast_of
from linyue.questions.service_wipe import wipe
from linyue.questions.writer_batch import Declined, Receipt, Send, voter

log = structlog.get_logger()
OVER = (QuestionState.CLOSED, QuestionState.VOIDED)


@dataclass(frozen=True, slots=True)
class Seal:
    """What a device needs to seal a ballot: the public half of the box's key (SPKI, base64) and the label."""

    key: str
    label: str


async def seal_of(question: Question, person_id: int | None) -> Seal | None:
    """How this person seals a ballot for this question; None when they are not on its roll or it is not secret."""
    return None if person_id is None else (await seals_of(question, [person_id])).get(person_id)


async def seals_of(question: Question, person_ids: Iterable[int]) -> dict[int, Seal]:
    """The same for many, by person."""
    box_key = question.manifest_data.get("box_key") if question.kind is Kind.SECRET else None
    if not isinstance(box_key, str):
        return {}
    rows = await RollEntry.filter(question_id=question.id, person_id__in=list(person_ids))
    labels = {row.person_id: rules_secret.label(question.manifest_hash, voter(row.salt, row.person_id)) for row in rows}
    return {person: Seal(box_key, label.decode()) for person, label in labels.items()}


def sealed_bytes(text: str) -> bytes:
    """A sealed ballot as it travels, base64. Raises Refused(BAD_SEAL)."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(BallotRefusal.BAD_SEAL, field="choice") from error


def new_code() -> str:
    """A code for a device that cannot make one."""
    return "".join(secrets.choice(rules_secret.CODE_LETTERS) for _ in range(rules_secret.CODE_LENGTH))


async def cast_sealed(
    person_id: int,
    question_id: int,
    sealed: bytes,
    client_id: str,
    replaces: int,
    via: Via,
    manifest_hash: str | None = None,
) -> Receipt:
    """Store a sealed ballot, or put it in the place of one's earlier one. Returns once it is durable.

    Like service.cast_ballot; the receipt names neither choice nor code. Raises Refused(BallotRefusal).
    """
    assert current_work() is None, "a ballot has a transaction of its own"
    reason = refuse_send("sealed", client_id) or rules_secret.refuse_sealed(Kind.SECRET, sealed)
    if reason is not None:
        raise Refused(reason, field="choice")
    answer = await writer.cast(Send(question_id, person_id, "", client_id, replaces, via, manifest_hash, sealed))
    if isinstance(answer, Declined):
        told = {} if answer.newest is None else {"revision": answer.newest.revision}
        raise Refused(answer.reason, field="choice", **told)
    return answer


async def seal_and_cast(
    person_id: int,
    question: Question,
    choice: str,
    code: str,
    client_id: str,
    replaces: int,
    manifest_hash: str | None = None,
) -> Receipt:
    """Seal a ballot for a device that cannot, at once, and keep nothing else. Raises Refused(BallotRefusal)."""
    if choice not in question.rule_spec.ballots:
        raise Refused(BallotRefusal.UNKNOWN_CHOICE if choice else BallotRefusal.NO_CHOICE, field="choice")
    if not rules_secret.is_code(code):
        raise Refused(BallotRefusal.BAD_SEAL, field="choice")
    seal = await seal_of(question, person_id)
    if seal is None:
        raise Refused(BallotRefusal.NOT_ON_ROLL, field="choice")
    sealed = service_boxkeys.seal(seal.key, seal.label.encode(), Slip(code, choice))
    return await cast_sealed(person_id, question.id, sealed, client_id, replaces, Via.POST, manifest_hash)


async def settle_boxes() -> int:
    """Finish what a closed vote's box still waits for. Boxes that are open come first: their keys must go."""
    waiting = await Question.filter(box__in=[BoxState.OPENED, BoxState.DESTROYED]).order_by("id")
    waiting += await Question.filter(box=BoxState.SEALED, state__in=OVER).order_by("id")
    for question in waiting:
        try:
            await finish_box(question.id)
        except Exception as error:  # one box with a fault, or the key's folder away or full, keeps no other shut
            if is_store_away(error) and not isinstance(error, OSError):
                raise
            log.error("questions.box_waits", question=question.id, **failure(error))
    return len(waiting)


async def finish_box(question_id: int) -> None:
    """Bring the box of a closed vote to its end, from wherever it stands. Does nothing while the vote is open."""
    assert current_work() is None, "each step has a transaction of its own"
    question = await Question.get_or_none(id=question_id)
    if question is None:
        raise NotFound
    if question.box is BoxState.SEALED and question.state in OVER:
        await _open(question)
        question = await Question.get(id=question_id)
    if question.box in (BoxState.OPENED, BoxState.DESTROYED):
        faults.reached("box.opened")
        service_boxkeys.destroy(question.public_id)
        faults.reached("box.key-destroyed")
        await _record(question_id)
        faults.reached("box.recorded")
        await wipe()


async def _open(question: Question) -> None:
    """Sealed ballots out, opened list in, in one transaction. No ballot changes any more, so reading goes before it."""
    slips, obstacle = await _read(question)
    if obstacle is not BoxNote.NONE and obstacle == question.box_note:
        return  # said before: a sweep that changes nothing must not have every room read anew
    faults.reached("box.read")
    async with unit_of_work() as work:
        question = await claimed(question.id)
        if question.box is not BoxState.SEALED or question.state not in OVER:
            return  # another process was quicker
        if obstacle is not BoxNote.NONE and question.state is QuestionState.CLOSED:
            await _note_shut(question, obstacle)
            return
        opening = await _decide(question, slips)
        await _store(question, opening)
        await _forget_papers(question)
        await SealedBallot.filter(question_id=question.id).delete()
        await work.audit(
            NOBODY, "question.open_box", f"question:{question.id}", opened=len(opening.slips), duds=opening.duds
        )
        faults.reached("box.written")
    faults.reached("box.committed")


async def _read(question: Question) -> tuple[list[Slip | None], BoxNote]:
    """What lies in a closed vote's box, None for each dud; or why it cannot be opened as things are."""
    if question.state is QuestionState.VOIDED:
        return [], BoxNote.NONE
    rows = await SealedBallot.filter(question_id=question.id).select_related("entry")
    if not await _is_whole(question, rows):
        return [], BoxNote.NOT_WHOLE
    boxes = [
        (rules_secret.label(question.manifest_hash, voter(row.entry.salt, row.entry.person_id)), row.sealed)
        for row in rows
    ]
    choices = question.rule_spec.ballots
    try:
        return await asyncio.to_thread(service_boxkeys.unseal, question.public_id, boxes, choices), BoxNote.NONE
    except service_boxkeys.KeyLost:
        return [], BoxNote.KEY_LOST


async def _is_whole(question: Question, rows: Sequence[SealedBallot]) -> bool:
    """Whether the box holds what the roll and the record say: a damaged store may have lost or altered ballots."""
    there = [rules_secret.box_hash(row.entry.salt, row.entry.box_revision, row.sealed) for row in rows]
    roll = await RollEntry.filter(question_id=question.id).exclude(box_hash="").values_list("box_hash", flat=True)
    closing = await ChainEntry.get_or_none(question_id=question.id, kind="CLOSE")
    if closing is None or sorted(there) != sorted(str(one) for one in roll):
        return False
    return bool(json.loads(closing.body)["data"]["box_set"] == box_set(there))


async def _note_shut(question: Question, obstacle: BoxNote) -> None:
    # Ballots and key stay: another machine may have the key, a backup the ballots, and only two people together void
    # a question.
    log.error("questions.box_stays_shut", question=question.id, note=obstacle.value)
    await Question.filter(id=question.id).update(box_note=obstacle)


async def _decide(question: Question, slips: Sequence[Slip | None]) -> Opening:
    if question.state is QuestionState.VOIDED:
        return Opening((), 0, BoxNote.VOIDED)
    read = [slip for slip in slips if slip is not None]
    taken = {slip.code for slip in read}
    on_paper = [
        slip
        for batch in (await cast_of(question)).batches
        for slip in rules_secret.papers(batch.counts, _codes_beside(taken, batch.size))
    ]
    return rules_secret.what_becomes([*read, *on_paper], len(slips) - len(read))


def _codes_beside(taken: set[str], number: int) -> list[str]:
    """New codes that nobody holds."""
    made: list[str] = []
    while len(made) < number:
        code = new_code()
        if code not in taken:
            taken.add(code)
            made.append(code)
    return made


async def _forget_papers(question: Question) -> None:
    """What the sheets said by option goes when the box is opened; the account of the sheets stays."""
    for batch in await Batch.filter(question_id=question.id):
        if batch.agreed is not None:
            batch.figures = batch.agreed.without_counts().to_data()
            await batch.save()
        for entry in await BatchEntry.filter(batch_id=batch.id):
            entry.figures = Figures.from_data(entry.figures).without_counts().to_data()
            await entry.save()


async def _store(question: Question, opening: Opening) -> None:
    await OpenedBallot.bulk_create(
        [OpenedBallot(question_id=question.id, code=slip.code, choice=slip.choice) for slip in opening.slips]
    )
    is_kept = opening.note is BoxNote.NONE
    question.box = BoxState.OPENED if is_kept else BoxState.DESTROYED
    question.box_note, question.duds = opening.note.value, opening.duds
    await question.save()


async def _record(question_id: int) -> None:
    """Say in the chain what came out of the box, and count. The key is gone by now."""
    now = clock.now()
    async with unit_of_work() as work:
        question = await claimed(question_id)
        if question.box not in (BoxState.OPENED, BoxState.DESTROYED):
            return  # another process was quicker
        rows = await OpenedBallot.of(question_id)
        was_opened, question.box = question.box is BoxState.OPENED, BoxState.RECORDED
        if question.state is not QuestionState.VOIDED:  # a voided question's chain has ended
            slips = [Slip(row.code, row.choice) for row in rows]
            told: dict[str, ledger.Json] = {
                "opened": len(slips),
                "duds": question.duds,
                "list": rules_secret.list_hash(slips),
            }
            await append(question, "OPENED", {**told, "note": question.box_note}, now)
        if was_opened and question.state is QuestionState.CLOSED:
            question.result = (await count_result(question)).to_data()
        await question.save()
        faults.reached("box.record-written")
        event = QuestionClosed(question.id, question.public_id, question.version, question.ballots_cast)
        work.publish(writer.topic(question.meeting_id), event)
