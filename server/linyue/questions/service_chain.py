"""Every step that writes a question's chain: claim the row, then append. Ballots have their own writer."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from tortoise.expressions import F

from linyue.base import ledger
from linyue.base.errors import NotFound
from linyue.questions.model import ChainEntry, Question
from linyue.questions.writer_batch import CHAIN_TAG, moment

Follower = Callable[[Question, str, datetime], Awaitable[None]]
_followers: list[Follower] = []


def when_entered(follow: Follower) -> None:
    """Let a later slice act on a new entry in the same transaction: (question, kind, now). Called once at import."""
    if follow not in _followers:
        _followers.append(follow)


async def claimed(question_id: int) -> Question:
    """The question, ours until commit: written before it is read, so that a cast and a close cannot cross.

    Raises its version by one. Only inside a unit of work; raises NotFound.
    """
    if not await Question.filter(id=question_id).update(version=F("version") + 1):
        raise NotFound
    return await Question.get(id=question_id)


async def append(question: Question, kind: str, data: Mapping[str, ledger.Json], now: datetime) -> None:
    """One more entry of the question's chain; the caller holds the claim and saves the question."""
    seq, prev = question.chain_seq, question.chain_head
    body = ledger.chain_body(CHAIN_TAG, question.public_id, seq, kind, prev, moment(now), data)
    digest = ledger.entry_hash(body)
    await ChainEntry.create(question_id=question.id, seq=seq, kind=kind, body=body, hash=digest)
    question.chain_seq, question.chain_head = seq + 1, digest
    for follow in _followers:
        await follow(question, kind, now)
