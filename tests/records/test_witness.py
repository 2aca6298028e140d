"""Checkpoints leave through the outbox: sent after commit, sent again after a failure."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from linyue.base import db, queue
from linyue.base.model import Job
from linyue.base.settings import Settings
from linyue.questions import service as questions
from linyue.records import jobs, service_views
from tests.base.test_egress import Mailbox, Receiver, receiver
from tests.make.questions import make_question

__all__ = ["receiver"]
pytestmark = [pytest.mark.anyio]


@pytest.fixture
def witnessed(db: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The district with an outside witness."""
    assert jobs.witness
    settings = replace(db, witness_url=receiver.url, egress_allow="127.0.0.1")
    use(settings, monkeypatch)
    yield settings


def use(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "_settings", settings)


async def test_every_checkpoint_reaches_the_witness(witnessed: Settings, receiver: Receiver) -> None:
    put = await make_question(people=3)
    await put.cast(0)
    await questions.close_question(put.chair, put.question.id)
    assert receiver.got == []  # nothing leaves inside the transaction
    await queue.run_due()
    points = await service_views.checkpoints(put.question)
    assert sorted(text for _, text in receiver.got) == sorted(point.text for point in points) and len(points) == 2


async def test_a_witness_that_is_away_gets_it_later(witnessed: Settings, receiver: Receiver) -> None:
    receiver.status = 500
    await make_question(people=2)
    await queue.run_due()
    job = await Job.get(name="records.witness")
    assert job.done_at is None and job.dead_at is None and job.error == "NotSent"
    receiver.status = 200
    await Job.filter(id=job.id).update(lease_until=None)
    await queue.run_due()
    assert (await Job.get(id=job.id)).done_at is not None and len(receiver.got) == 2


async def test_a_mailbox_gets_it_too(witnessed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = Mailbox()
    mail = {"witness_mail": "witness@example.org", "mail_server": f"127.0.0.1:{mailbox.port}"}
    use(replace(witnessed, witness_url="", **mail), monkeypatch)
    put = await make_question(people=2)
    await queue.run_due()
    mailbox.join(10)
    text = "\n".join(mailbox.lines)
    assert f"question: {put.question.public_id}" in text and "Subject: 127.0.0.1:8000" in text
