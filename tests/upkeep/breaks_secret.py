"""What breaks the invariants of secret votes."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from linyue.base import clock
from linyue.base.model import AuditEntry
from linyue.questions.model import Ballot, ChainEntry, OpenedBallot, Question, RollEntry, SealedBallot
from linyue.questions.service import close_question
from linyue.questions.service_secret import finish_box
from tests.make.questions import Put
from tests.questions.boxes import make_secret, voters_of


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


async def _closed_box() -> Put:
    """A secret vote in which twelve voted, closed and not opened yet."""
    put = await make_secret()
    for voter in (await voters_of(put))[:12]:
        await voter.cast("for")
    await close_question(put.chair, put.question.id)
    return put


async def sealed_ballot_gone() -> None:
    put = await _closed_box()
    row = await SealedBallot.filter(question_id=put.question.id).first()
    assert row is not None
    await row.delete()


async def sealed_ballot_changed() -> None:
    put = await _closed_box()
    row = await SealedBallot.filter(question_id=put.question.id).first()
    assert row is not None
    await SealedBallot.filter(id=row.id).update(sealed=row.sealed[::-1])


async def nothing_out_of_a_full_box() -> None:
    """The record says that a box of twelve held nothing."""
    put = await _closed_box()
    await finish_box(put.question.id)
    await OpenedBallot.filter(question_id=put.question.id).delete()
    entry = await ChainEntry.get(question_id=put.question.id, kind="OPENED")
    await ChainEntry.filter(id=entry.id).update(body=entry.body.replace('"opened":12', '"opened":0'))


SECRET_BREAKS: list[tuple[str, Callable[[], Awaitable[object]]]] = [
    ("I12", secret_told),
    ("I12", sealed_ballot_gone),
    ("I12", sealed_ballot_changed),
    ("I12", nothing_out_of_a_full_box),
    ("I13", secret_named),
    ("I13", code_in_the_trail),
    ("I13", not_wiped),
    ("I17", three_secret_ballots),
]
