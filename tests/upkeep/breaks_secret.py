"""What breaks the invariants of secret votes."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from linyue.base import clock
from linyue.base.model import AuditEntry
from linyue.questions.model import Ballot, ChainEntry, OpenedBallot, Question, RollEntry, SealedBallot


async def secret_told() -> None:
    """A sealed ballot of a box that has been opened."""
    question = await Question.filter(state="published").first()
    assert question is not None
    await Question.filter(id=question.id).update(kind="secret", box="recorded")
    entry = await RollEntry.filter(question_id=question.id).first()
    assert entry is not None
    await SealedBallot.create(entry_id=entry.id, question_id=question.id, sealed=b"x")


async def secret_named() -> None:
    await Question.filter(state="published").update(kind="secret", box="recorded")


async def code_in_the_trail() -> None:
    question = await Question.filter(state="published").first()
    assert question is not None
    await Question.filter(id=question.id).update(kind="secret", box="recorded")
    await Ballot.filter(question_id=question.id).update(choice="")
    await ChainEntry.filter(question_id=question.id, kind="BALLOT").delete()
    await OpenedBallot.create(question_id=question.id, code="7K3M9QWE", choice="for")
    await AuditEntry.filter(seq=3).update(data='{"code": "7K3M9QWE"}')


async def not_wiped() -> None:
    """A box that was opened two hours ago, and whose bytes may lie in a file still."""
    question = await Question.filter(state="published").first()
    assert question is not None
    await Question.filter(id=question.id).update(kind="secret", box="recorded")
    await Ballot.filter(question_id=question.id).update(choice="")
    await ChainEntry.filter(question_id=question.id, kind="BALLOT").delete()
    at = clock.real_now() - timedelta(hours=2)
    await AuditEntry.filter(seq=3).update(action="question.open_box", object=f"question:{question.id}", at=at)


async def three_secret_ballots() -> None:
    question = await Question.filter(state="published").first()
    assert question is not None
    await Question.filter(id=question.id).update(kind="secret", box="recorded")
    for n in range(3):
        await OpenedBallot.create(question_id=question.id, code=f"7K3M9QW{n}", choice="for")


SECRET_BREAKS: list[tuple[str, Callable[[], Awaitable[object]]]] = [
    ("I12", secret_told),
    ("I13", secret_named),
    ("I13", code_in_the_trail),
    ("I13", not_wiped),
    ("I17", three_secret_ballots),
]
