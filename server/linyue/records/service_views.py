"""Reading the record: checkpoints, proofs, where a receipt is. Never a choice, never the split."""

from dataclasses import dataclass
from datetime import datetime

from linyue.base import tree
from linyue.base.errors import NotFound, Refused
from linyue.questions.model import Ballot, ChainEntry, OpenedBallot, Question
from linyue.questions.rules import QuestionState
from linyue.records.model import Checkpoint
from linyue.records.rules import (
    Found,
    Link,
    RecordRefusal,
    Standing,
    find_receipt,
    is_size,
    mark,
    origin_in,
    short,
    typed_code,
)

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class CheckpointView:
    """A checkpoint for people and for papers: `short` to compare, `text` to keep.

    `picture`: address of a QR code that leads to `link`, the record's page, and holds the first letters of the root, so
    that whoever scanned it holds them too.
    """

    size: int
    root: str
    short: str
    text: str
    why: str
    made_at: datetime
    picture: str
    link: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry of the record as everybody may see it at any time. `code` only for ballots."""

    seq: int
    kind: str
    hash: str
    code: str


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Proof that an entry is in the record a checkpoint speaks of."""

    seq: int
    leaf: str
    checkpoint: CheckpointView
    path: list[str]


async def checkpoints(question: Question) -> list[CheckpointView]:
    """Every checkpoint of a question, by size."""
    return [_view(question, row) for row in await Checkpoint.filter(question_id=question.id).order_by("size")]


async def milestone(question: Question, *names: str) -> CheckpointView | None:
    """The newest checkpoint made at one of these milestones (open, close, result, void); None before there is one."""
    row = await Checkpoint.filter(question_id=question.id, why__in=list(names)).order_by("-size").first()
    return None if row is None else _view(question, row)


async def checkpoint_at(question: Question, size: int | None = None) -> CheckpointView:
    """The checkpoint of a size, or the newest. Raises NotFound."""
    rows = Checkpoint.filter(question_id=question.id)
    row = await (rows.filter(size=size) if size is not None else rows).order_by("-size").first()
    if row is None:
        raise NotFound
    return _view(question, row)


def _view(question: Question, row: Checkpoint) -> CheckpointView:
    picture = f"/q/{question.public_id}/record/checkpoint.svg?size={row.size}"
    link = f"{origin_in(row.text)}/q/{question.public_id}/record?at={mark(row.size, row.root)}"
    return CheckpointView(row.size, row.root, short(row.size, row.root), row.text, row.why, row.made_at, picture, link)


async def is_still_true(question: Question, scanned: str) -> bool:
    """Whether the record still has the checkpoint whose mark somebody scanned."""
    size, _, _ = scanned.partition("-")
    row = await Checkpoint.get_or_none(question_id=question.id, size=int(size)) if is_size(size) else None
    return row is not None and mark(row.size, row.root) == scanned


async def entries(question: Question, page: int) -> list[EntryView]:
    """One page of the record, from 1: kinds, hashes and codes."""
    _need_opened(question)
    first = (page - 1) * PER_PAGE
    rows = ChainEntry.filter(question_id=question.id, seq__gte=first, seq__lt=first + PER_PAGE).order_by("seq")
    codes = dict(await Ballot.filter(question_id=question.id).values_list("hash", "receipt_code"))
    return [EntryView(row.seq, row.kind, row.hash, codes.get(row.hash, "")) for row in await rows]


async def find(question: Question, code: str) -> Found | None:
    """Where the ballot with this receipt is; None when the record does not have it. Raises Refused(NOT_OPENED)."""
    _need_opened(question)
    plain = typed_code(code)
    if not plain:
        return None
    ballot = await Ballot.get_or_none(question_id=question.id, receipt_code=plain)
    if ballot is not None:
        rows = await ChainEntry.filter(question_id=question.id).order_by("seq")
        chain = [Link(row.seq, row.kind, row.body, row.hash) for row in rows]
        seq = next(link.seq for link in chain if link.hash == ballot.hash)
        return find_receipt(chain, seq)
    if has_list(question) and await OpenedBallot.exists(question_id=question.id, code=plain):
        return Found(Standing.LISTED, None)
    return None


def has_list(question: Question) -> bool:
    """Whether the opened list of a secret vote is public."""
    return question.published_at is not None and question.box_note == ""


async def inclusion(question: Question, seq: int, size: int | None = None) -> Inclusion:
    """Proof that entry `seq` is under a checkpoint (the newest). Raises NotFound when it is not."""
    checkpoint = await checkpoint_at(question, size)
    leaves = await _leaves(question, checkpoint.size)
    if not 0 <= seq < len(leaves):
        raise NotFound
    return Inclusion(seq, leaves[seq], checkpoint, tree.inclusion_proof(leaves, seq))


async def consistency(question: Question, first: int) -> tuple[CheckpointView, list[str] | None]:
    """The newest checkpoint, with proof that it began with the first `first` entries; None when it is shorter."""
    checkpoint = await checkpoint_at(question)
    if not 1 <= first <= checkpoint.size:
        return checkpoint, None
    return checkpoint, tree.consistency_proof(await _leaves(question, checkpoint.size), first)


async def _leaves(question: Question, size: int) -> list[str]:
    rows = ChainEntry.filter(question_id=question.id, seq__lt=size).order_by("seq")
    return [str(one) for one in await rows.values_list("hash", flat=True)]


def _need_opened(question: Question) -> None:
    if question.state is QuestionState.DRAFT:
        raise Refused(RecordRefusal.NOT_OPENED)
